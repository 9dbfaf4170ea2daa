"""The queue of change requests of a unit: new terms and waivers that borrowers have asked for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from lending.basics.actor import Actor
from lending.basics.paging import Page, page_of
from lending.cases.authority import arrangement_of
from lending.cases.model import Case
from lending.cases.queues import Filters, in_unit, matching, of_whom
from lending.changes.model import KINDS, ChangeRequest
from lending.changes.states import CHANGE_REQUEST, deciding_act
from lending.people.model import Citizen, StaffMember
from lending.policy.policies import Arrangement

QUEUE = "change_requests"


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change request in the queue. ``waits_for``: the unit whose turn it is, where another than the reader's."""

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
    waits_for: str | None


def count(db: Session, by: Actor) -> int:
    """How many change requests wait for the actor's unit."""
    arrangement = arrangement_of(db, by.organisation)
    query: Select[*tuple[Any, ...]] = select(ChangeRequest.kind, ChangeRequest.state, Case.unit, func.count())
    query = query.join(Case, Case.id == ChangeRequest.case_id).where(*_waiting(db, by))
    found = db.execute(query.group_by(ChangeRequest.kind, ChangeRequest.state, Case.unit))
    ours = (row for row in found if _unit_in_turn(arrangement, *row[:3]) == by.unit)
    return sum(row[3] for row in ours)


def page_of_change_requests(db: Session, by: Actor, filters: Filters, sort: str, page: int) -> Page[ChangeRow]:
    """A page of the queue, narrowed and sorted as a queue of cases is: two queries, however many requests there are."""
    total = db.scalar(_narrowed(db, select(func.count()).select_from(ChangeRequest), by, filters)) or 0
    handler = aliased(StaffMember)
    query = select(
        ChangeRequest, Case.number, Case.unit, Citizen.given_names, Citizen.family_name, Citizen.safety_ban, handler
    )
    query = _narrowed(db, query, by, filters).outerjoin(handler, handler.id == ChangeRequest.handler_id)
    arrangement = arrangement_of(db, by.organisation)
    return page_of(
        db, query.order_by(*_order(sort)), total, page, lambda found: (_row(row, by, arrangement) for row in found)
    )


def _unit_in_turn(arrangement: Arrangement | None, kind: str, state: str, unit: str) -> str | None:
    return arrangement.unit_for(deciding_act(kind, state), unit) if arrangement else None


def _our_turn(db: Session, by: Actor) -> ColumnElement[bool]:
    """Requests whose next step is the work of the actor's unit: as ``_unit_in_turn``, asked of all at once."""
    arrangement = arrangement_of(db, by.organisation)
    turns: list[ColumnElement[bool]] = []
    for kind in KINDS:
        for state in sorted(CHANGE_REQUEST.in_queue(QUEUE)):
            unit = _unit_in_turn(arrangement, kind, state, "")
            if unit in ("", by.unit):
                of_own = (Case.unit == by.unit,) if unit == "" else ()
                turns.append(and_(ChangeRequest.kind == kind, ChangeRequest.state == state, *of_own))
    return or_(false(), *turns)


def _waiting(db: Session, by: Actor) -> tuple[ColumnElement[bool], ...]:
    return (*in_unit(db, by), ChangeRequest.state.in_(CHANGE_REQUEST.in_queue(QUEUE)))


def _narrowed(db: Session, query: Select[*tuple[Any, ...]], by: Actor, filters: Filters) -> Select[*tuple[Any, ...]]:
    query = query.join(Case, Case.id == ChangeRequest.case_id).join(Citizen, Citizen.id == Case.citizen_id)
    query = query.where(*_waiting(db, by), *matching(filters.text))
    if filters.state:
        query = query.where(ChangeRequest.state == filters.state)
    return query.where(*of_whom(filters.whose, by, ChangeRequest.handler_id, lambda: _our_turn(db, by)))


def _order(sort: str) -> tuple[ColumnElement[Any], ...]:
    if sort == "newest":
        return ChangeRequest.requested_at.desc(), ChangeRequest.id.asc()
    if sort == "name":
        return Citizen.sort_name.asc(), ChangeRequest.requested_at.asc()
    return ChangeRequest.requested_at.asc(), ChangeRequest.id.asc()


def _row(found: Any, by: Actor, arrangement: Arrangement | None) -> ChangeRow:
    request, number, unit, given, family, safety_ban, handler = found
    turn = _unit_in_turn(arrangement, request.kind, request.state, unit)
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
        waits_for=turn if turn != by.unit else None,
    )
