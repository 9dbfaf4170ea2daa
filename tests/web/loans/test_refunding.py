"""What a borrower has paid too much: shown on the loan, paid back once and in full, and told to the borrower."""

from uuid import UUID

import pytest
from sqlalchemy import select

from lending.loans.model import LedgerEntry, Loan
from tests.web.loans.sights import TODAY, Sessions
from tests.web.police import Police, page_of, text_of
from tests.workflow.loan_life import Life

TOO_MUCH = 12_34


@pytest.fixture
def payer(staff_client) -> Police:
    return staff_client("payments")


@pytest.fixture
def overpaid(sessions: Sessions, life: Life) -> None:
    """The whole loan has been paid, and 12,34 € more."""
    with sessions.begin() as db:
        again = Life(db, life.staff, life.case, db.get_one(Loan, life.loan.id))
        again.pay(TODAY, again.on(TODAY).payoff.total_cents + TOO_MUCH)


def refunds(sessions: Sessions) -> list[int]:
    with sessions() as db:
        return [entry.amount_cents for entry in db.scalars(select(LedgerEntry).where(LedgerEntry.kind == "refund"))]


def hidden(page, name: str) -> str:
    return page.find(f".//input[@name='{name}']").get("value")


@pytest.mark.usefixtures("overpaid")
def test_an_overpayment_is_paid_back_and_the_loan_ends(
    payer: Police, citizen_client: Police, office_page: str, mine: str, loan_id: UUID, sessions: Sessions
):
    banner = page_of(payer.get(office_page)).find(".//*[@id='overpaid']/..")
    assert "12,34 €" in text_of(banner)
    page = page_of(payer.get(f"{office_page}/refund"))
    fields = {
        "value_date": "11.1.2026",
        "reference": "RF12",
        "command": hidden(page, "command"),
        "shown": hidden(page, "shown"),
        "csrf_token": hidden(page, "csrf_token"),
    }
    # A double click.
    assert payer.post(f"{office_page}/refund", data=fields).status_code == 303
    assert payer.post(f"{office_page}/refund", data=fields).status_code == 303
    assert refunds(sessions) == [-TOO_MUCH]
    with sessions() as db:
        loan = db.get_one(Loan, loan_id)
        assert (loan.state, loan.credit_balance_cents) == ("closed", 0)
        case_id = loan.case_id
    ended = page_of(payer.get(office_page))
    assert ended.find(".//*[@id='overpaid']") is None and "Palautus 12,34 €" in text_of(ended)
    told = text_of(page_of(citizen_client.get(f"/my/cases/{case_id}")))
    assert "maksettiin sinulle takaisin" in told and "12,34 €" in told
    assert citizen_client.get(mine).status_code == 200


@pytest.mark.usefixtures("overpaid")
def test_the_borrower_is_told_that_too_much_was_paid_and_comes_back(citizen_client: Police, mine: str):
    page = page_of(citizen_client.get(mine))
    words = text_of(page)
    assert "Olet maksanut 12,34 € liikaa" in words and "Maksamme sen sinulle takaisin." in words
    assert "jos kaikki menee maksuohjelman mukaan" not in words and page.find(".//*[@id='changes']") is None


@pytest.mark.usefixtures("overpaid")
def test_a_refund_that_is_cancelled_is_called_a_refund(payer: Police, office_page: str, sessions: Sessions):
    payer.send_form(f"{office_page}/refund", {"value_date": "11.1.2026", "shown": str(TOO_MUCH)})
    with sessions() as db:
        entry_id = db.scalars(select(LedgerEntry.id).where(LedgerEntry.kind == "refund")).one()
    page = f"{office_page}/entries/{entry_id}/reverse"
    assert "Peruuta palautus" in text_of(page_of(payer.get(office_page)))
    asked = text_of(page_of(payer.get(page)).find(".//main"))
    assert "Palautuksen peruuttaminen" in asked and "Miksi palautus peruutetaan?" in asked
    assert "maksu peruutetaan" not in asked and "Peruuta maksu" not in asked
    assert "Valitse, miksi palautus peruutetaan." in text_of(page_of(payer.send_form(page, {})))
    payer.send_form(page, {"reason": "returned-by-bank"})
    assert "Palautus on peruutettu." in text_of(page_of(payer.get(office_page)))
    assert "Tämä palautus on jo peruutettu" in text_of(page_of(payer.get(page)))


@pytest.mark.usefixtures("overpaid")
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"value_date": "12.1.2026"}, "myöhempi"),
        ({"value_date": "31.2.2026"}, "olemassa oleva päivä"),
        ({"value_date": "11.1.2026", "shown": "1000"}, "12,34 €"),
        ({"value_date": "11.1.2026", "shown": "lots"}, "12,34 €"),
    ],
)
def test_a_wrong_refund_gets_a_sentence_and_nothing_is_booked(
    payer: Police, office_page: str, sessions: Sessions, wrong: dict[str, str], sentence: str
):
    sent = {"shown": str(TOO_MUCH), "reference": "RF12", **wrong}
    answer = payer.send_form(f"{office_page}/refund", sent)
    assert answer.status_code == 422
    page = page_of(answer)
    assert sentence in text_of(page.find(".//*[@id='error-summary']"))
    assert (hidden(page, "reference"), hidden(page, "value_date")) == ("RF12", wrong["value_date"])
    # What is shown now is what would be booked next.
    assert hidden(page, "shown") == str(TOO_MUCH)
    assert refunds(sessions) == []


def test_where_nothing_was_paid_too_much_there_is_nothing_to_pay_back(payer: Police, office_page: str):
    page = page_of(payer.get(f"{office_page}/refund"))
    assert page.find(".//input[@name='shown']") is None
    assert page_of(payer.get(office_page)).find(".//*[@id='overpaid']") is None


@pytest.mark.usefixtures("overpaid")
def test_the_borrower_is_told_what_is_paid_back_and_is_offered_nothing_to_pay_or_change(
    citizen_client: Police, mine: str
):
    page = page_of(citizen_client.get(mine))
    told = text_of(page)
    assert "Olet maksanut 12,34 € liikaa" in told and "Maksamme sen sinulle takaisin." in told
    assert "jos kaikki menee maksuohjelman mukaan" not in told, "the loan ends when the overpayment is paid back"
    assert page.find(".//*[@id='changes']") is None
    assert "Olet maksanut 12,34 € liikaa." in text_of(page_of(citizen_client.get("/my")))
    for way in ("change", "grace", "extension", "waiver", "pay-off", "extra-payment?amount=100&on=12.1.2026"):
        text = text_of(page_of(citizen_client.get(f"{mine}/{way}")))
        assert "Koko luotto on maksettu" in text, way
        assert "Lähetä pyyntö" not in text and "Soita meille ennen kuin maksat" not in text, way
