"""The queue of change requests of a unit: grace months and waivers that wait for staff."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from lending.basics.actor import Actor
from lending.cases.model import Case
from lending.cases.queues import PAGE_SIZE, Filters, in_unit, matching, page_number, pages
from lending.changes.model import ChangeRequest
from lending.changes.states import CHANGE_REQUEST
from lending.people.model import Citizen, StaffMember

QUEUE = "change_requests"


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change request in the queue."""

    request_id: UUID
    loan_id: UUID
    case_id: UUID
    number: str
    name: str
    safety_ban: bool
    kind: str
    state: str
    requested_at: datetime
    handler_id: UUID | None
    handler: str | None


@dataclass(frozen=True, slots=True)
class ChangePage:
    """The rows of one page, and where it stands among the others."""

    rows: tuple[ChangeRow, ...]
    total: int
    number: int
    pages: int
    first: int


def count(db: Session, by: Actor) -> int:
    """How many change requests wait for staff in the actor's unit."""
    query = select(func.count()).select_from(ChangeRequest).join(Case, Case.id == ChangeRequest.case_id)
    return db.scalar(query.where(*_waiting(by))) or 0


def page_of_change_requests(db: Session, by: Actor, filters: Filters, sort: str, page: int) -> ChangePage:
    """A page of the queue, narrowed and sorted as a queue of cases is: two queries, however many requests there are."""
    total = db.scalar(_narrowed(select(func.count()).select_from(ChangeRequest), by, filters)) or 0
    number = page_number(page, total)
    handler = aliased(StaffMember)
    query = select(ChangeRequest, Case.number, Citizen.given_names, Citizen.family_name, Citizen.safety_ban, handler)
    found = db.execute(
        _narrowed(query, by, filters)
        .outerjoin(handler, handler.id == ChangeRequest.handler_id)
        .order_by(*_order(sort))
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    return ChangePage(tuple(map(_row, found)), total, number, pages(total), (number - 1) * PAGE_SIZE + 1)


def _waiting(by: Actor) -> tuple[ColumnElement[bool], ...]:
    return (*in_unit(by), ChangeRequest.state.in_(CHANGE_REQUEST.in_queue(QUEUE)))


def _narrowed(query: Select[*tuple[Any, ...]], by: Actor, filters: Filters) -> Select[*tuple[Any, ...]]:
    query = query.join(Case, Case.id == ChangeRequest.case_id).join(Citizen, Citizen.id == Case.citizen_id)
    query = query.where(*_waiting(by), *matching(filters.text))
    if filters.state:
        query = query.where(ChangeRequest.state == filters.state)
    if filters.whose == "mine":
        query = query.where(ChangeRequest.handler_id == by.id)
    elif filters.whose == "unassigned":
        query = query.where(ChangeRequest.handler_id.is_(None))
    return query


def _order(sort: str) -> tuple[ColumnElement[Any], ...]:
    if sort == "newest":
        return ChangeRequest.requested_at.desc(), ChangeRequest.id.asc()
    if sort == "name":
        return Citizen.sort_name.asc(), ChangeRequest.requested_at.asc()
    return ChangeRequest.requested_at.asc(), ChangeRequest.id.asc()


def _row(found: Any) -> ChangeRow:
    request, number, given, family, safety_ban, handler = found
    return ChangeRow(
        request_id=request.id,
        loan_id=request.loan_id,
        case_id=request.case_id,
        number=number,
        name=f"{given} {family}",
        safety_ban=safety_ban,
        kind=request.kind,
        state=request.state,
        requested_at=request.requested_at,
        handler_id=request.handler_id,
        handler=handler.display_name if handler else None,
    )
