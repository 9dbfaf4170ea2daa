"""What undoes or ends what was booked on a loan: a payment cancelled, the rest written off, and what is told of it."""

from uuid import UUID

import pytest
from sqlalchemy import select

from lending.cases.model import Case
from lending.loans.ledger import balances_of
from lending.loans.model import LedgerEntry, Loan
from lending.loans.payments import record_refund
from lending.loans.position import position
from tests.web.loans.sights import TODAY, Sessions
from tests.web.police import Police, page_of, text_of
from tests.workflow.loan_life import Life, a_loan, noon
from web.formats import day


@pytest.fixture
def payment_id(sessions: Sessions, life: Life) -> int:
    """A payment of 200 €."""
    with sessions.begin() as db:
        loan = db.get_one(Loan, life.loan.id)
        return Life(db, life.staff, life.case, loan).pay(TODAY, 200_00).id


def test_a_payment_is_cancelled_once_with_its_reason(
    staff_client,
    citizen_client: Police,
    mine: str,
    office_page: str,
    sessions: Sessions,
    loan_id: UUID,
    payment_id: int,
):
    client, page = staff_client("payments"), f"{office_page}/entries/{payment_id}/reverse"
    assert page in {link.get("href") for link in page_of(client.get(office_page)).iter("a")}
    assert client.send_form(page, {}).status_code == 422
    assert client.send_form(page, {"reason": "because"}).status_code == 422
    assert client.send_form(page, {"reason": "returned-by-bank"}).status_code == 303
    with sessions() as db:
        assert balances_of(db, db.get_one(Loan, loan_id)).principal_cents == 3000_00
        reversal = db.scalar(select(LedgerEntry).where(LedgerEntry.kind == "reversal"))
        assert (reversal.reverses_id, reversal.reason) == (payment_id, "returned-by-bank")
        case = db.scalars(select(Case)).one()
    told = text_of(page_of(client.get(f"/office/cases/{case.id}/timeline")))
    of_it = told.replace("\u00a0", " ").partition("Maksu peruutettu")[2].partition("Maksu kirjattu")[0]
    assert of_it.endswith("200,00 € ")
    told = text_of(page_of(citizen_client.get(mine)))
    assert "Pankki on palauttanut maksun" in told and "virhe" not in told, "nobody at the office made a mistake"
    assert page_of(client.get(page)).find(".//input[@name='reason']") is None
    assert page not in {link.get("href") for link in page_of(client.get(office_page)).iter("a")}
    words = text_of(page_of(client.get(office_page)))
    assert "Pankki on palauttanut maksun, joten sitä ei enää lasketa mukaan." in words and "virheellinen" not in words


def test_only_a_payment_of_this_loan_is_cancelled_and_only_by_those_who_may(
    staff_client, office_page: str, sessions: Sessions, payment_id: int
):
    with sessions.begin() as db:
        other = a_loan(db).loan.id
        paid_out = db.scalar(select(LedgerEntry.id).where(LedgerEntry.kind == "disbursement"))
    client = staff_client("payments")
    for page in (
        f"/office/loans/{other}/entries/{payment_id}/reverse",
        f"{office_page}/entries/{paid_out}/reverse",
        f"{office_page}/entries/999999/reverse",
    ):
        assert client.get(page).status_code == 404
    assert staff_client("decider").get(f"{office_page}/entries/{payment_id}/reverse").status_code == 403


def test_what_is_left_is_written_off_with_reasons_and_for_good(
    staff_client, citizen_client: Police, mine: str, office_page: str, sessions: Sessions, loan_id: UUID
):
    client, page = staff_client("decider"), f"{office_page}/write-off"
    for wrong in ({"reasons": "", "meant": "y"}, {"reasons": "Lainansaaja on kuollut."}):
        answer = client.send_form(page, wrong)
        assert answer.status_code == 422
        assert text_of(page_of(answer).find(".//textarea[@name='reasons']")) == wrong["reasons"]
    assert client.send_form(page, {"reasons": "Lainansaaja on kuollut.", "meant": "y"}).status_code == 303
    with sessions() as db:
        assert db.get_one(Loan, loan_id).state == "closed"
    assert page not in {link.get("href") for link in page_of(client.get(office_page)).iter("a")}
    assert page_of(client.get(page)).find(".//textarea[@name='reasons']") is None
    assert citizen_client.get(mine).status_code == 200
    assert staff_client("payments").get(page).status_code == 403


def test_a_loan_that_was_written_off_is_nowhere_called_repaid_and_its_reasons_can_be_read(
    staff_client,
    citizen_client: Police,
    mine: str,
    office_page: str,
    sessions: Sessions,
    loan_id: UUID,
    payment_id: int,
):
    client = staff_client("decider")
    written_off = {"reasons": "Perintä ei onnistu <missään>.", "meant": "y"}
    assert client.send_form(f"{office_page}/write-off", written_off).status_code == 303
    with sessions() as db:
        case_id = db.get_one(Loan, loan_id).case_id
        assert position(db, db.get_one(Loan, loan_id), TODAY).repaid_cents == 200_00
    own = [text_of(page_of(citizen_client.get(page))) for page in ("/my", f"/my/cases/{case_id}", mine)]
    pages = ("/office/loans", office_page, f"/office/cases/{case_id}", f"/office/cases/{case_id}/timeline")
    office = [text_of(page_of(client.get(page))) for page in pages]
    for words in (*own, *office):
        assert "on maksettu takaisin" not in words and "Luotto maksettu takaisin" not in words
    assert "kirjattu luottotappioksi" in office[1] and f"Luotto päättyi {day(TODAY)}" in office[1]
    for words in (own[1], office[2], office[3]):
        assert "Perintä ei onnistu <missään>." in words


def test_a_loan_that_was_repaid_tells_when_it_ended_whatever_came_after(
    staff_client, citizen_client: Police, mine: str, office_page: str, sessions: Sessions, life: Life
):
    with sessions.begin() as db:
        again = Life(db, life.staff, life.case, db.get_one(Loan, life.loan.id))
        again.pay(TODAY, again.on(TODAY).payoff.total_cents + 100)
        record_refund(db, again.loan, TODAY, life.staff.payments.actor, noon(TODAY))
    words = text_of(page_of(staff_client("payments").get(office_page)))
    assert f"Luotto päättyi {day(TODAY)} maksettu takaisin" in words and "Viimeinen eräpäivä" not in words
    assert "Luotto on maksettu takaisin" in text_of(page_of(citizen_client.get(mine)))
