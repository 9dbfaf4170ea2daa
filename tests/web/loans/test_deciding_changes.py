"""Grace months and waivers as staff decide on them: what was shown is what comes of it, and two decide on a waiver."""

from collections.abc import Callable
from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from lending.changes import grace, waiver
from lending.changes.model import ChangeRequest
from lending.changes.waiver import Release
from lending.loans.book import open_book
from lending.loans.model import LedgerEntry, Loan
from lending.loans.position import position
from lending.loans.write_off import write_off
from lending.people import citizens
from lending.people.model import StaffMember
from tests.builders import a_colleague
from tests.clock import Clock
from tests.web.conftest import SignIn
from tests.web.loans.sights import GRACE, TODAY, Sessions
from tests.web.police import Police, page_of, text_of
from tests.workflow.loan_life import a_loan


@pytest.fixture
def grace_page(sessions: Sessions, loan_id: UUID, office_page: str, clock: Clock) -> str:
    """The page of a request for two grace months."""
    with sessions.begin() as db:
        loan = db.get_one(Loan, loan_id)
        actor = citizens.get(db, loan.citizen_id).actor
        dates = [date.fromisoformat(day) for day in GRACE]
        asked = grace.request_grace(db, loan, dates, "Lomautus", actor, clock.now)
        return f"{office_page}/changes/{asked.id}"


@pytest.fixture
def waiver_page(sessions: Sessions, loan_id: UUID, office_page: str, clock: Clock) -> str:
    """The page of a request to waive 1 000 €."""
    with sessions.begin() as db:
        loan = db.get_one(Loan, loan_id)
        actor = citizens.get(db, loan.citizen_id).actor
        asked = waiver.request_waiver(db, loan, Release(1000_00), "Pitkä sairaus", actor, clock.now)
        return f"{office_page}/changes/{asked.id}"


@pytest.fixture
def two_deciders(sessions: Sessions, sign_in: SignIn) -> tuple[Police, Police]:
    """Two people who may both propose and decide a waiver."""
    with sessions.begin() as db:
        people: list[StaffMember] = [a_colleague(db, "decider", "waiver_decider") for _ in range(2)]
    first, second = people
    return sign_in(first), sign_in(second)


def test_what_was_shown_before_granting_is_what_comes_of_it(
    staff_client, grace_page: str, office_page: str, sessions: Sessions, loan_id: UUID
):
    client = staff_client("decider")
    with sessions() as db:
        asked = grace.asked_dates(db.scalar(select(ChangeRequest)))
        shown = grace.preview_grace(open_book(db, db.get_one(Loan, loan_id)), asked, TODAY)
    assert all(text in client.get(grace_page).text for text in ("15.3.2028", "15.1.2028"))
    answer = client.send_form(
        f"{grace_page}/decide", {"outcome": "grant", "due_dates": GRACE, "reasons": ""}, from_page=grace_page
    )
    assert answer.status_code == 303
    with sessions() as db:
        stands = position(db, db.get_one(Loan, loan_id), TODAY)
        assert [row[:8] for row in shown.rows] == [
            (
                row.n,
                row.due_date,
                before.days,
                before.opening_cents,
                row.interest_cents,
                row.principal_cents,
                row.instalment_cents,
                row.closing_cents,
            )
            for row, before in zip(stands.rows, shown.rows, strict=True)
        ]
        assert db.scalar(select(ChangeRequest)).state == "granted"
    assert client.get(grace_page).status_code == 200


def test_other_months_than_asked_for_may_be_granted(staff_client, grace_page: str, sessions: Sessions):
    client = staff_client("decider")
    client.send_form(f"{grace_page}/decide", {"outcome": "grant", "due_dates": GRACE[:1]}, from_page=grace_page)
    with sessions() as db:
        assert db.scalar(select(ChangeRequest)).granted_due_dates == GRACE[:1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"outcome": "refuse", "reasons": "", "clauses": ["5.1c"]},
        {"outcome": "refuse", "reasons": "Peruste puuttuu", "clauses": []},
        {"outcome": "grant", "reasons": "Peruste", "due_dates": []},
        {"outcome": "", "reasons": "Peruste"},
        {"outcome": "grant", "reasons": "Peruste", "due_dates": ["2031-01-15"]},
    ],
)
def test_a_wrong_decision_on_grace_gets_a_sentence_and_is_kept(
    staff_client, grace_page: str, sessions: Sessions, wrong: dict[str, object]
):
    client = staff_client("decider")
    answer = client.send_form(f"{grace_page}/decide", wrong, from_page=grace_page)
    assert answer.status_code == 422
    found = page_of(answer)
    assert found.find(".//*[@id='error-summary']") is not None
    assert text_of(found.find(".//textarea[@name='reasons']")) == wrong["reasons"]
    with sessions() as db:
        assert db.scalar(select(ChangeRequest)).state == "requested"


def test_a_refusal_of_grace_tells_its_reasons_and_clauses(staff_client, grace_page: str, sessions: Sessions):
    client = staff_client("decider")
    fields = {"outcome": "refuse", "reasons": "Maksukyky ei ole heikentynyt", "clauses": ["5.1b"]}
    assert client.send_form(f"{grace_page}/decide", fields, from_page=grace_page).status_code == 303
    text = text_of(page_of(client.get(grace_page)))
    assert "Maksukyky ei ole heikentynyt" in text
    assert "5.1b" in text


def test_grace_is_decided_by_those_who_may(staff_client, grace_page: str):
    for role in ("preparer", "payments", "waiver_decider"):
        client = staff_client(role)
        token = client.token("/office/feedback")
        answer = client.post(f"{grace_page}/decide", data={"csrf_token": token, "outcome": "grant"})
        assert answer.status_code == 403, role


def test_a_request_is_taken_to_work_on(staff_client, grace_page: str, sessions: Sessions):
    client = staff_client("preparer")
    assert client.send_form(f"{grace_page}/take", from_page=grace_page).status_code == 303
    with sessions() as db:
        assert db.scalar(select(ChangeRequest)).state == "in_preparation"


def test_a_request_is_found_under_its_own_loan_only(
    staff_client, grace_page: str, office_page: str, sessions: Sessions
):
    client = staff_client("decider")
    with sessions.begin() as db:
        other = a_loan(db).loan.id
    assert client.get(f"/office/loans/{other}/changes/{grace_page.rsplit('/', 1)[1]}").status_code == 404
    assert client.get(f"{office_page}/changes/{uuid4()}").status_code == 404


PROPOSAL = {
    "outcome": "grant",
    "scope": "part",
    "principal": "1 000,00",
    "interest": "0",
    "effect": "lower_instalment",
    "reasons": "Pitkäaikainen sairaus",
    "clauses": ["5.1e"],
}


def test_a_waiver_is_proposed_by_one_and_decided_by_another(
    two_deciders: tuple[Police, Police], waiver_page: str, sessions: Sessions, loan_id: UUID
):
    first, second = two_deciders
    assert first.send_form(f"{waiver_page}/propose-waiver", PROPOSAL, from_page=waiver_page).status_code == 303
    mine = page_of(first.get(waiver_page))
    assert mine.find(".//*[@id='another']") is not None
    assert mine.find(".//input[@name='outcome']") is None
    token = first.token("/office/feedback")
    refused = first.post(f"{waiver_page}/decide-waiver", data={**PROPOSAL, "csrf_token": token})
    assert refused.status_code == 422
    with sessions() as db:
        assert db.scalar(select(ChangeRequest)).state == "proposed"
    assert second.send_form(f"{waiver_page}/decide-waiver", PROPOSAL, from_page=waiver_page).status_code == 303
    with sessions() as db:
        assert db.scalar(select(ChangeRequest)).state == "granted"
        assert db.get_one(Loan, loan_id).principal_balance_cents == 2000_00
        entry = db.scalar(select(LedgerEntry).where(LedgerEntry.kind == "waiver"))
        assert (entry.principal_cents, entry.reason) == (-1000_00, "waiver")
    assert second.get(waiver_page).status_code == 200


def test_the_decision_form_begins_with_the_proposal(two_deciders: tuple[Police, Police], waiver_page: str):
    first, second = two_deciders
    first.send_form(f"{waiver_page}/propose-waiver", PROPOSAL | {"principal": "800"}, from_page=waiver_page)
    found = page_of(second.get(waiver_page))
    assert found.find(".//input[@name='principal']").get("value") == "800,00"
    assert text_of(found.find(".//textarea[@name='reasons']")) == "Pitkäaikainen sairaus"


def test_a_waiver_of_everything_closes_the_loan_and_is_not_called_repayment(
    two_deciders: tuple[Police, Police],
    waiver_page: str,
    office_page: str,
    citizen_client: Police,
    mine: str,
    sessions: Sessions,
    loan_id: UUID,
):
    first, second = two_deciders
    everything = PROPOSAL | {"scope": "everything", "clauses": ["5.1f"]}
    first.send_form(f"{waiver_page}/propose-waiver", everything, from_page=waiver_page)
    assert second.send_form(f"{waiver_page}/decide-waiver", everything, from_page=waiver_page).status_code == 303
    with sessions() as db:
        assert db.get_one(Loan, loan_id).state == "closed"
    words = text_of(page_of(second.get(office_page)))
    assert "loppuun myönnettiin maksuvapautus" in words and "Maksettu takaisin 0,00 €" in words
    words = text_of(page_of(citizen_client.get(mine)))
    assert "Sinut on vapautettu lopusta luotosta" in words and "Luotto on maksettu takaisin" not in words


def test_a_waiver_is_refused_with_reasons(two_deciders: tuple[Police, Police], waiver_page: str, sessions: Sessions):
    first, second = two_deciders
    refusal = {"outcome": "refuse", "reasons": "Maksukyky riittää", "clauses": ["5.1e"]}
    assert first.send_form(f"{waiver_page}/propose-waiver", refusal, from_page=waiver_page).status_code == 303
    assert second.send_form(f"{waiver_page}/decide-waiver", refusal, from_page=waiver_page).status_code == 303
    with sessions() as db:
        assert db.scalar(select(ChangeRequest)).state == "refused"


@pytest.mark.parametrize(
    "wrong", [{"principal": "99 999"}, {"principal": "0", "interest": ""}, {"reasons": ""}, {"clauses": []}]
)
def test_a_wrong_proposal_gets_a_sentence_and_is_kept(
    two_deciders: tuple[Police, Police], waiver_page: str, sessions: Sessions, wrong: dict[str, object]
):
    first, _second = two_deciders
    sent = {**PROPOSAL, **wrong}
    answer = first.send_form(f"{waiver_page}/propose-waiver", sent, from_page=waiver_page)
    assert answer.status_code == 422
    found = page_of(answer)
    assert found.find(".//*[@id='error-summary']") is not None
    assert found.find(".//input[@name='principal']").get("value") == sent["principal"]
    with sessions() as db:
        assert db.scalar(select(ChangeRequest)).state == "requested"


# --- A request that is still open when the loan ends -----------------------------------------------------------------


@pytest.fixture
def end_the_loan(sessions: Sessions, loan_id: UUID, clock: Clock) -> Callable[[], None]:
    """Write off what is owed."""

    def end() -> None:
        with sessions.begin() as db:
            write_off(
                db, db.get_one(Loan, loan_id), "Kuolinpesä on varaton.", a_colleague(db, "decider").actor, clock.now
            )

    return end


def test_of_a_loan_that_was_written_off_it_is_not_said_that_it_was_paid(
    staff_client, citizen_client: Police, grace_page: str, end_the_loan: Callable[[], None]
):
    end_the_loan()
    office = text_of(page_of(staff_client("decider").get(grace_page)).find(".//*[@id='problem']"))
    assert "luotto on päättynyt" in office and "maksettu" not in office
    own = text_of(page_of(citizen_client.get(grace_page.replace("/office/", "/my/"))))
    assert "Luotto on päättynyt, joten siinä ei ole enää mitään muutettavaa." in own
    assert "siihen asti maksuohjelmasi pysyy ennallaan" not in own


def test_nothing_can_be_waived_of_a_loan_that_has_ended(
    two_deciders: tuple[Police, Police], waiver_page: str, end_the_loan: Callable[[], None], sessions: Sessions
):
    client, _other = two_deciders
    end_the_loan()
    page = page_of(client.get(waiver_page))
    assert "Luotosta ei ole enää mitään velkaa" in text_of(page.find(".//*[@id='problem']"))
    assert page.find(".//*[@id='waiver-effect']") is None
    everything = PROPOSAL | {"scope": "everything", "clauses": ["5.1f"]}
    answer = client.send_form(f"{waiver_page}/propose-waiver", everything, from_page=waiver_page)
    assert answer.status_code == 422
    assert "Luotosta ei ole enää mitään velkaa" in text_of(page_of(answer).find(".//*[@id='error-summary']"))
    with sessions() as db:
        assert db.scalar(select(ChangeRequest)).state == "requested"
