"""Who has viewed a case, for auditors (703/2023 11 §)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from lending.basics.actor import Actor
from lending.basics.paging import Page, page_of
from lending.cases import authority
from lending.cases.model import Case
from lending.cases.queues import in_unit
from lending.people.model import AccessLogEntry, StaffMember

VIEWS_ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class View:
    """One view: when, by whom, of which unit, of what, and why where a reason was asked."""

    at: datetime
    name: str
    title: str
    unit: str
    what: str
    reason: str | None


def case_numbered(db: Session, number: str, by: Actor) -> Case | None:
    """The case of the auditor's own unit with this number, however it was typed, or ``None``."""
    return db.scalar(
        select(Case).where(*in_unit(db, by), Case.number == number.strip().upper()).options(joinedload(Case.citizen))
    )


def views_of_case(db: Session, case: Case, by: Actor, page: int) -> Page[View]:
    """A page of the views of the case, newest first. Raises ``NotFound``, ``NotAllowed``."""
    authority.require(db, by, "view-access-log", case)
    of_case = AccessLogEntry.case_id == case.id
    total = db.scalar(select(func.count()).select_from(AccessLogEntry).where(of_case)) or 0
    query = (
        select(AccessLogEntry, StaffMember)
        .join(StaffMember, StaffMember.id == AccessLogEntry.staff_id)
        .where(of_case)
        .order_by(AccessLogEntry.id.desc())
    )
    return page_of(db, query, total, page, lambda found: (_view(*each) for each in found), VIEWS_ON_A_PAGE)


def _view(entry: AccessLogEntry, member: StaffMember) -> View:
    return View(entry.at, member.display_name, member.title, member.unit, entry.what, entry.reason)
