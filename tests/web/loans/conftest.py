"""A loan that was paid out yesterday, its borrower's pages and staff's."""

from collections.abc import Callable
from uuid import UUID

import pytest

from lending.applications.model import Application
from lending.loans import agreements
from lending.loans.agreements import Offer
from lending.people import citizens
from lending.people.model import Citizen
from tests.builders import a_citizen
from tests.clock import Clock
from tests.web.conftest import SignIn
from tests.web.loans.sights import TODAY, Sessions
from tests.web.police import Police
from tests.workflow.loan_life import START, Life, a_granted_case, a_loan, agree, noon, render, some_staff


@pytest.fixture
def clock(clock: Clock) -> Clock:
    """The clock on the day after the loan was paid out."""
    clock.now = noon(TODAY)
    return clock


@pytest.fixture
def life(sessions: Sessions, citizen: Citizen) -> Life:
    """A loan of ``citizen``: 3 000 € over 24 months."""
    with sessions.begin() as db:
        life = a_loan(db, citizen=citizen)
        db.add(Application(case_id=life.case.id))
        return life


@pytest.fixture
def loan_id(life: Life) -> UUID:
    return life.loan.id


@pytest.fixture
def mine(loan_id: UUID) -> str:
    """The borrower's page of the loan."""
    return f"/my/loans/{loan_id}"


@pytest.fixture
def office_page(loan_id: UUID) -> str:
    """Staff's page of the loan."""
    return f"/office/loans/{loan_id}"


@pytest.fixture
def other_client(sessions: Sessions, sign_in: SignIn) -> Police:
    """Another citizen, signed in."""
    with sessions.begin() as db:
        other = a_citizen(db, given_names="Onni")
    return sign_in(other)


@pytest.fixture
def granted(sessions: Sessions) -> Callable[..., UUID]:
    """``granted(language="sv", purpose="debts")``: a case in which a loan of 3 000 € has been granted."""

    def granted(language: str = "fi", purpose: str = "home", until: str = "") -> UUID:
        with sessions.begin() as db:
            staff = some_staff(db)
            case = a_granted_case(db, staff, citizen=a_citizen(db, language=language), purpose=purpose)
            db.add(Application(case_id=case.id, purpose=purpose, purpose_details="Pesukone & <b>kuivausrumpu</b>"))
            if until == "accepted":
                agreements.offer_agreement(db, case, Offer("15"), render, staff.preparer.actor, noon(START))
                agreements.accept_agreement(db, case, citizens.get(db, case.citizen_id).actor, noon(START))
            elif until == "concluded":
                agree(db, case, staff)
            return case.id

    return granted
