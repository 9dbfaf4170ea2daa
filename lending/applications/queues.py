"""One page of a work queue, with what the application tells: the amount, the purpose, what the citizen was asked."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from lending.applications.model import Application, SupplementRequest
from lending.basics.actor import Actor
from lending.basics.paging import Page, page_of
from lending.cases.authority import arrangement_of
from lending.cases.deadlines import handling_due
from lending.cases.model import Case
from lending.cases.queues import Filters, narrowed, unit_in_turn
from lending.people.model import Citizen, StaffMember
from lending.policy.policies import Arrangement, policies_of

SORTS = ("oldest", "newest", "name", "amount")


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One case in a queue. ``due``: the day by which the state must end, ``None`` where no time runs.

    ``waits_for``: the unit whose turn it is, where that is another than the reader's. ``is_ours_to_take``: whether
    taking the case is the work of the reader's unit.
    """

    case_id: UUID
    number: str
    name: str
    safety_ban: bool
    state: str
    language: str
    pending_since: datetime
    complete_since: datetime | None
    state_since: datetime
    amount_cents: int | None
    months: int | None
    purpose: str | None
    policy: str
    handler_id: UUID | None
    handler: str | None
    due: date | None
    is_late: bool
    waits_for: str | None
    is_ours_to_take: bool


def page_of_queue(
    db: Session, by: Actor, queue: str, filters: Filters, sort: str, page: int, today: date
) -> Page[QueueRow]:
    """A page of ``queue`` (or of ``EVERY``) of the actor's unit: two queries, however many cases there are."""
    base = narrowed(
        db, select(func.count()).select_from(Case).join(Citizen, Citizen.id == Case.citizen_id), by, queue, filters
    )
    total = db.scalar(base) or 0
    handler = aliased(StaffMember)
    query: Select[*tuple[Any, ...]] = (
        select(
            Case,
            Citizen.given_names,
            Citizen.family_name,
            Citizen.safety_ban,
            Application.amount_cents,
            Application.months,
            Application.purpose,
            handler.given_names,
            handler.family_name,
            SupplementRequest.answer_by,
        )
        .join(Citizen, Citizen.id == Case.citizen_id)
        .outerjoin(handler, handler.id == Case.handler_id)
        .outerjoin(Application, Application.case_id == Case.id)
        .outerjoin(SupplementRequest, (SupplementRequest.case_id == Case.id) & (SupplementRequest.state == "open"))
    )
    query = narrowed(db, query, by, queue, filters).order_by(*_order(sort))
    arrangement = arrangement_of(db, by.organisation)
    return page_of(db, query, total, page, lambda found: (_row(db, row, today, by, arrangement) for row in found))


def _order(sort: str) -> tuple[ColumnElement[Any], ...]:
    if sort == "newest":
        return Case.pending_since.desc(), Case.number.desc()
    if sort == "name":
        return Citizen.sort_name.asc(), Case.number.asc()
    if sort == "amount":
        # Where nothing is asked for yet, the case goes last on both databases.
        return Application.amount_cents.is_(None), Application.amount_cents.desc(), Case.number.asc()
    return Case.pending_since.asc(), Case.number.asc()


def _row(db: Session, row: Any, today: date, by: Actor, arrangement: Arrangement | None) -> QueueRow:
    case, given, family, safety_ban, amount, months, purpose, handler_given, handler_family, answer_by = row
    policy = policies_of(db).by_id(case.policy)
    turn = unit_in_turn(arrangement, case.state, case.unit)
    due = handling_due(case.state, case.pending_since, case.complete_since, policy.handling_time_months, answer_by)
    return QueueRow(
        case_id=case.id,
        number=case.number,
        name=f"{given} {family}",
        safety_ban=safety_ban,
        state=case.state,
        language=case.language,
        pending_since=case.pending_since,
        complete_since=case.complete_since,
        state_since=case.state_since,
        amount_cents=amount,
        months=months,
        purpose=purpose,
        policy=case.policy,
        handler_id=case.handler_id,
        handler=f"{handler_given} {handler_family}" if case.handler_id else None,
        due=due,
        is_late=due is not None and due < today,
        waits_for=turn if turn != by.unit else None,
        is_ours_to_take=arrangement is not None and arrangement.unit_for("take-case", case.unit) == by.unit,
    )
