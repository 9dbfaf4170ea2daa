"""A unit at work: its people signed in, reading English, and cases in their hands."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from lending.cases.model import Case
from lending.people.model import AccessLogEntry, Citizen, StaffMember
from lending.people.staff import get as get_staff
from tests.builders import a_colleague
from tests.web.police import Police, page_of, text_of
from tests.workflow.cases_in_work import InWork, a_case_in_work, a_proposed_grant, assess

SignIn = Callable[[Citizen | StaffMember], Police]


@dataclass
class Office:
    """What tests of the back office ask for. Cases are made by ``case``; clients read English."""

    sessions: sessionmaker[Session]
    sign_in: SignIn

    def case(self, citizen: Callable[[Session], Citizen] | None = None, **told: Any) -> InWork:
        """A case in preparation in team-1, with its preparer and decider; ``citizen`` makes the applicant."""
        with self.sessions.begin() as db:
            return a_case_in_work(db, citizen(db) if citizen else None, **told)

    def member(self, *roles: str, unit: str = "team-1", organisation: str = "keusote") -> StaffMember:
        """One more member of staff."""
        with self.sessions.begin() as db:
            member = a_colleague(db, *roles, unit=unit, organisation=organisation)
            member.language = "en"
            return member

    def client(self, *roles: str, **particulars: str) -> Police:
        """Somebody new with these roles, signed in."""
        return self.sign_in(self.member(*roles, **particulars))

    def preparer_of(self, work: InWork) -> Police:
        """The one who prepares the case, signed in."""
        return self._signed_in(work.preparer.id)

    def decider_of(self, work: InWork) -> Police:
        """The one who may decide the case, signed in."""
        return self._signed_in(work.decider.id)

    def do(self, act: Callable[..., Any], work: InWork, *arguments: Any, **options: Any) -> Any:
        """Do an act of the domain on the case, committed."""
        with self.sessions.begin() as db:
            case = db.get_one(Case, work.case.id)
            return act(db, case, *arguments, **options)

    def assess(self, work: InWork) -> None:
        """Prepare the worksheet and judge the grounds in the applicant's favour."""
        with self.sessions.begin() as db:
            assess(db, replace(work, case=db.get_one(Case, work.case.id)))

    def propose(self, work: InWork, **other: Any) -> None:
        """Assess the case and propose what the applicant asks for."""
        with self.sessions.begin() as db:
            a_proposed_grant(db, replace(work, case=db.get_one(Case, work.case.id)), **other)

    def state_of(self, work: InWork) -> str:
        """The state of the case in the database."""
        with self.sessions() as db:
            return db.get_one(Case, work.case.id).state

    def seen(self, work: InWork) -> list[str]:
        """What of the case the access log says was seen, the oldest first."""
        with self.sessions() as db:
            query = select(AccessLogEntry.what).where(AccessLogEntry.case_id == work.case.id)
            return list(db.scalars(query.order_by(AccessLogEntry.id)))

    def _signed_in(self, staff_id: Any) -> Police:
        with self.sessions.begin() as db:
            member = get_staff(db, staff_id)
            member.language = "en"
        return self.sign_in(member)


def address(work: InWork, *rest: str) -> str:
    """The address of a page of the case; of the case's first page where ``rest`` is empty."""
    return "/".join((f"/office/cases/{work.case.id}", *filter(None, rest)))


def errors_of(response: Any) -> list[str]:
    """The sentences of the error summary."""
    page = page_of(response)
    summary = page.find(".//*[@id='error-summary']")
    return [text_of(item) for item in summary.iter("li")] if summary is not None else []


def words_of(response: Any) -> str:
    """All the words of the page's main part."""
    return text_of(page_of(response).find(".//main"))
