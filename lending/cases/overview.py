"""What a member of staff needs to see first of a case: whose it is, how long it has waited, who has it, by when."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from lending.basics.actor import Actor
from lending.cases.authority import allows, policy_of
from lending.cases.deadlines import days_waited, handling_due, local_day
from lending.cases.model import Case
from lending.cases.states import CASE
from lending.people import citizens
from lending.people.model import Citizen, StaffMember


@dataclass(frozen=True, slots=True)
class Residence:
    """Where the applicant lives. ``municipality`` is its code; both are ``None`` where they are not known."""

    address: str | None
    municipality: str | None


@dataclass(frozen=True, slots=True)
class Overview:
    """The head of a case's page. ``residence`` is ``None`` where the reader may not see it (safety ban).

    ``waited_days`` are counted from the day the matter became pending, ``None`` where nothing of it waits any more;
    ``due`` is the day the present state must end.
    """

    case: Case
    citizen: Citizen
    hetu: str
    handler: StaffMember | None
    is_mine: bool
    may_take: bool
    may_release: bool
    waited_days: int | None
    due: date | None
    is_late: bool
    residence: Residence | None


def overview(db: Session, case: Case, by: Actor, now: datetime, asked_by: date | None = None) -> Overview:
    """The head of ``case`` for ``by``. ``asked_by``: the day by which the applicant was asked to complete it."""
    policy = policy_of(db, case)
    citizen = case.citizen
    pending = case.pending_since or case.opened_at
    due = handling_due(case.state, pending, case.complete_since, policy.handling_time_months, asked_by)
    in_work = not CASE.states[case.state].final and allows(db, by, "take-case", case)
    is_mine = case.handler_id is not None and case.handler_id == by.id
    return Overview(
        case=case,
        citizen=citizen,
        hetu=citizens.masked_hetu(db, citizen),
        handler=case.handler,
        is_mine=is_mine,
        may_take=in_work and case.handler_id is None,
        may_release=in_work and is_mine,
        waited_days=days_waited(pending, now) if CASE.states[case.state].queue else None,
        due=due,
        is_late=due is not None and due < local_day(now),
        residence=residence_for(db, case, by),
    )


def residence_for(db: Session, case: Case, by: Actor) -> Residence | None:
    """Where the applicant lives, for those who may know it.

    Under a safety ban (act 661/2009 36–37 §) only the one who has taken the case and may see protected data does.
    """
    citizen = case.citizen
    if citizen.safety_ban:
        has_task = case.handler_id is not None and case.handler_id == by.id
        if not has_task or not by.roles & policy_of(db, case).roles_for("view-protected"):
            return None
    return Residence(citizens.address_of(db, citizen), citizens.municipality_of(db, citizen))
