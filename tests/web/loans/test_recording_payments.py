"""Payments are recorded once, by those who may; and who sees a loan, and the list of loans."""

from uuid import UUID

import pytest
from sqlalchemy import select

from lending.basics.paging import PAGE_SIZE
from lending.loans.ledger import balances_of
from lending.loans.model import LedgerEntry, Loan
from lending.people.model import AccessLogEntry
from tests.web.loans.sights import Sessions
from tests.web.police import page_of, text_of
from tests.workflow.loan_life import a_loan


def test_a_double_click_records_the_payment_once(staff_client, office_page: str, sessions: Sessions, loan_id: UUID):
    client = staff_client("payments")
    found = page_of(client.get(office_page))
    fields = {
        "amount": "128,31",
        "value_date": "11.1.2026",
        "effect": "shorten_term",
        "reference": "1232",
        "command": found.find(".//input[@name='command']").get("value"),
        "csrf_token": found.find(".//input[@name='csrf_token']").get("value"),
    }
    assert client.post(f"{office_page}/payments", data=fields).status_code == 303
    assert client.post(f"{office_page}/payments", data=fields).status_code == 303
    with sessions() as db:
        payments = db.scalars(select(LedgerEntry).where(LedgerEntry.kind == "payment")).all()
        assert [entry.amount_cents for entry in payments] == [128_31]
        assert balances_of(db, db.get_one(Loan, loan_id)).principal_cents < 3000_00
    # A new form is a new payment.
    again = page_of(client.get(office_page)).find(".//input[@name='command']").get("value")
    assert again != fields["command"]
    assert client.post(f"{office_page}/payments", data=fields | {"command": again}).status_code == 303
    with sessions() as db:
        assert len(db.scalars(select(LedgerEntry).where(LedgerEntry.kind == "payment")).all()) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "0", "value_date": "11.1.2026"},
        {"amount": "sata", "value_date": "11.1.2026"},
        {"amount": "100", "value_date": "12.1.2026"},
        {"amount": "100", "value_date": "9.1.2026"},
        {"amount": "-5", "value_date": ""},
    ],
)
def test_a_wrong_payment_gets_a_sentence_and_is_kept(
    staff_client, office_page: str, sessions: Sessions, wrong: dict[str, str]
):
    client = staff_client("payments")
    answer = client.send_form(f"{office_page}/payments", {**wrong, "effect": "shorten_term"}, from_page=office_page)
    assert answer.status_code == 422
    found = page_of(answer)
    assert found.find(".//*[@id='error-summary']") is not None
    for name, value in wrong.items():
        assert found.find(f".//input[@name='{name}']").get("value", "") == value
    with sessions() as db:
        assert db.scalar(select(LedgerEntry).where(LedgerEntry.kind == "payment")) is None


def test_a_payment_that_pays_everything_closes_the_loan(
    staff_client, office_page: str, sessions: Sessions, loan_id: UUID
):
    client = staff_client("payments")
    fields = {"amount": "3 100", "value_date": "11.1.2026", "effect": "shorten_term"}
    assert client.send_form(f"{office_page}/payments", fields, from_page=office_page).status_code == 303
    with sessions() as db:
        assert db.get_one(Loan, loan_id).principal_balance_cents == 0
    assert client.get(office_page).status_code == 200


def test_money_that_comes_after_the_loan_has_ended_can_be_recorded_and_paid_back(
    staff_client, office_page: str, sessions: Sessions, loan_id: UUID
):
    client = staff_client("payments")
    fields = {"amount": "3 000,21", "value_date": "11.1.2026", "effect": "shorten_term"}
    client.send_form(f"{office_page}/payments", fields, from_page=office_page)
    with sessions() as db:
        assert db.get_one(Loan, loan_id).state == "closed"
    ended = page_of(client.get(office_page))
    assert "Luotto on päättynyt. Nyt tuleva raha on liikaa maksettua" in text_of(ended)
    late = fields | {"amount": "12,50", "command": ended.find(".//input[@name='command']").get("value")}
    assert client.send_form(f"{office_page}/payments", late, from_page=office_page).status_code == 303
    page = page_of(client.get(office_page))
    assert f"{office_page}/refund" in {link.get("href") for link in page.iter("a")}
    assert "Mitään ei ollut enää maksamatta, joten 12,50 € oli liikaa" in text_of(page).replace("\u00a0", " ")
    assert text_of(page).count("Tällä maksettiin koko luotto takaisin") == 1


def test_the_loan_is_seen_by_its_own_unit_and_every_view_is_logged(
    staff_client, office_page: str, sessions: Sessions, loan_id: UUID
):
    assert staff_client("preparer", unit="team-2").get(office_page).status_code == 404
    assert staff_client("auditor").get(office_page).status_code == 403
    assert staff_client("preparer").get(office_page).status_code == 200
    with sessions() as db:
        seen = db.scalars(select(AccessLogEntry.what)).all()
    assert seen == ["loan"]


def test_a_search_that_finds_no_loan_leads_back_to_all_of_them(staff_client, loan_id: UUID):
    found = page_of(staff_client("preparer").get("/office/loans?text=Nobody&state=closed"))
    assert "Mikään luotto ei vastaa hakuasi" in text_of(found)
    assert "Luotto näkyy täällä" not in text_of(found)
    main = found.find(".//main")
    assert "/office/loans" in {link.get("href") for link in main.iter("a")}
    nothing = staff_client("preparer", unit="team-2").get("/office/loans")
    assert "Luottoja ei löytynyt" in text_of(page_of(nothing))


def test_the_list_of_loans_takes_the_same_queries_for_one_and_for_many(staff_client, sessions: Sessions, loan_id: UUID):
    client = staff_client("preparer")
    assert "Virtanen" in text_of(page_of(client.get("/office/loans")))
    few = client.queries
    with sessions.begin() as db:
        for _ in range(3):
            a_loan(db)
    client.get("/office/loans")
    assert client.queries == few
    assert "Virtanen" not in text_of(page_of(client.get("/office/loans?text=Nobody")).find(".//main"))
    assert staff_client("preparer", unit="team-2").get("/office/loans").text.count(f"/office/loans/{loan_id}") == 0


def test_a_list_of_loans_on_many_pages_says_which_of_them_it_shows(staff_client, sessions: Sessions, loan_id: UUID):
    client = staff_client("preparer")
    assert "Näytetään" not in text_of(page_of(client.get("/office/loans")))
    with sessions.begin() as db:
        for _ in range(PAGE_SIZE):
            a_loan(db)
    for wanted, shown in ((0, "1–25"), (1, "1–25"), (2, "26–26"), (999, "26–26")):
        assert f"26 luottoa. Näytetään {shown}." in text_of(page_of(client.get(f"/office/loans?page={wanted}")))
