"""The loan is paid out by those who may: to the borrower in one sum, or straight to the creditors."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select

from lending.applications.model import Debt
from lending.loans.model import Disbursement, Loan
from tests.web.loans.sights import Sessions
from tests.web.police import page_of, text_of

IBAN = "FI21 1234 5600 0007 85"


def test_the_loan_is_paid_to_the_borrower_in_one_sum_and_begins(
    staff_client, granted: Callable[..., UUID], sessions: Sessions
):
    client, address = staff_client("payments"), f"/office/cases/{granted(until='concluded')}/disbursement"
    answer = client.send_form(address, {"iban": IBAN, "value_date": "11.1.2026"})
    assert answer.status_code == 303
    with sessions() as db:
        paid = db.scalar(select(Disbursement))
        assert (paid.amount_cents, paid.iban, paid.payee) == (3000_00, IBAN.replace(" ", ""), "borrower")
    assert "3 000,00 €" in text_of(page_of(client.get(answer.location)))
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"iban": "FI21 1234 5600 0007 86", "value_date": "11.1.2026"},
        {"iban": "", "value_date": "11.1.2026"},
        {"iban": IBAN, "value_date": "12.1.2026"},
        {"iban": IBAN, "value_date": "9.1.2026"},
        {"iban": IBAN, "value_date": "x"},
    ],
)
def test_a_wrong_payment_of_the_loan_gets_a_sentence_and_is_kept(
    staff_client, granted: Callable[..., UUID], sessions: Sessions, wrong: dict[str, str]
):
    client, address = staff_client("payments"), f"/office/cases/{granted(until='concluded')}/disbursement"
    answer = client.send_form(address, wrong)
    assert answer.status_code == 422
    found = page_of(answer)
    assert found.find(".//*[@id='error-summary']") is not None
    for name, value in wrong.items():
        assert found.find(f".//input[@name='{name}']").get("value", "").replace(" ", "") == value.replace(" ", "")
    with sessions() as db:
        assert db.scalar(select(Loan)) is None


def test_the_first_due_date_is_that_of_a_loan_paid_out_now(staff_client, granted: Callable[..., UUID], clock):
    address = f"/office/cases/{granted(until='concluded')}/disbursement"

    def figures() -> str:
        return text_of(page_of(staff_client("payments").get(address)).find(".//dl[@class='vk-figures']"))

    assert "15.2.2026 kun luotto maksetaan 11.1.2026" in figures()
    clock.forward(days=30)
    assert "15.3.2026 kun luotto maksetaan 10.2.2026" in figures()


def test_debts_are_paid_straight_to_their_creditors(staff_client, granted: Callable[..., UUID], sessions: Sessions):
    case_id = granted(purpose="debts", until="concluded")
    with sessions.begin() as db:
        for position_, (creditor, amount) in enumerate(
            (("Kuvitteellinen Luotto Oy", 2000_00), ("Esimerkki Oy", 900_00))
        ):
            debt = Debt(case_id=case_id, position=position_, creditor=creditor, basis="consumer_credit")
            debt.amount_cents, debt.monthly_cents, debt.stage, debt.to_be_arranged = amount, 50_00, "late", True
            db.add(debt)
    client, address = staff_client("payments"), f"/office/cases/{case_id}/disbursement"
    found = page_of(client.get(address))
    assert found.find(".//input[@name='creditors-0-creditor_name']").get("value") == "Kuvitteellinen Luotto Oy"
    assert "2 900,00 €" in text_of(found.find(".//*[@class='vk-gauge__amount']"))
    rows = {
        "creditors-0-creditor_name": "Kuvitteellinen Luotto Oy",
        "creditors-0-iban": IBAN,
        "creditors-0-reference": "RF9811112",
        "creditors-0-amount": "2 000,00",
        "creditors-1-creditor_name": "Esimerkki Oy",
        "creditors-1-iban": IBAN,
        "creditors-1-reference": "",
        "creditors-1-amount": "900,00",
        "value_date": "11.1.2026",
    }
    too_little = client.send_form(address, rows)
    assert too_little.status_code == 422
    assert "3 000,00 €" in text_of(page_of(too_little).find(".//*[@id='error-summary']"))
    assert page_of(too_little).find(".//input[@name='creditors-1-amount']").get("value") == "900,00"
    assert "2 900,00 €" in text_of(page_of(too_little).find(".//*[@class='vk-gauge__amount']"))
    assert client.send_form(address, rows | {"creditors-1-amount": "1 000,00"}).status_code == 303
    with sessions() as db:
        paid = {each.creditor_name: each.amount_cents for each in db.scalars(select(Disbursement))}
    assert paid == {"Kuvitteellinen Luotto Oy": 2000_00, "Esimerkki Oy": 1000_00}


def test_a_row_is_added_and_removed_without_losing_what_was_typed(
    staff_client, granted: Callable[..., UUID], sessions: Sessions
):
    client = staff_client("payments")
    address = f"/office/cases/{granted(purpose='debts', until='concluded')}/disbursement"
    typed = {"creditors-0-creditor_name": "Esimerkki Oy", "creditors-0-amount": "abc", "value_date": "11.1.2026"}
    more = page_of(client.send_form(address, typed | {"add": "creditors"}))
    assert more.find(".//input[@name='creditors-1-amount']") is not None
    assert more.find(".//input[@name='creditors-0-amount']").get("value") == "abc"


def test_only_payments_pay_out(staff_client, granted: Callable[..., UUID]):
    address = f"/office/cases/{granted(until='concluded')}/disbursement"
    for role in ("preparer", "decider", "waiver_decider", "auditor"):
        assert staff_client(role).get(address).status_code == 403
