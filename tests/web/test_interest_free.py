"""The pages of a loan without interest speak of none: nothing is paid in a grace month, and nothing grows."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session, sessionmaker

from lending.people.model import Citizen, StaffMember
from tests.clock import NOW, Clock
from tests.web.conftest import SignIn
from tests.web.police import Police, page_of, text_of
from tests.workflow.desk import LATER, a_desk


@pytest.fixture
def loan_page(sessions: sessionmaker[Session], sign_in: SignIn, clock: Clock) -> tuple[Police, str]:
    """A borrower of Kemi, signed in, and the address of the loan."""
    with sessions.begin() as db:
        desk = a_desk(db, "kemi")
        case = desk.sent()
        desk.granted(case, amount_cents=3000_00, months=36)
        desk.agreed(case)
        loan = desk.lent(case)
        citizen = db.get_one(Citizen, case.citizen_id)
    clock.now = LATER + timedelta(days=1)
    client = sign_in(citizen)
    return client, f"/my/loans/{loan.id}"


def said(client: Police, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return text_of(page_of(response))


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("", "luotto on koroton"),
        ("/change", "Valitsemiltasi kuukausilta et maksa mitään."),
        ("/grace", "Vapaakuukautena et maksa mitään."),
        ("/extension", "maksat kuukaudessa vähemmän ja luotto päättyy myöhemmin."),
        ("/pay-off", "Voit maksaa koko luoton milloin tahansa. Se ei maksa mitään."),
        ("/extra-payment?amount=500&on=30.11.2026", "Luvut pitävät paikkansa, jos maksat muut erät ajallaan."),
        ("/extra-payment?amount=9000&on=30.11.2026", "Tällä maksat koko luoton."),
        ("/waiver", "Luottoa on nyt jäljellä 3 000,00 €."),
    ],
)
def test_a_page_of_the_loan_tells_of_no_interest_to_pay(loan_page: tuple[Police, str], path: str, told: str) -> None:
    client, address = loan_page
    text = said(client, address + path)
    assert told in text.replace("\u00a0", " ")
    for word in (
        "vain koron",
        "enemmän korkoa",
        "viitekorko",
        "Säästät korossa",
        "Maksaisit korkoa",
        "lisätään kertynyt korko",
        "korkoa maksat",
        "Korko lasketaan",
    ):
        assert word not in text, word


def test_the_list_of_ones_loans_adds_no_interest_either(loan_page: tuple[Police, str]) -> None:
    client, _ = loan_page
    text = said(client, "/my").replace("\u00a0", " ")
    assert "Luoton määrä oli 3 000,00 €. Siitä on maksamatta 3 000,00 €." in text
    assert "lisäksi maksetaan korko" not in text


def test_the_effect_of_grace_months_is_told_without_interest(loan_page: tuple[Police, str]) -> None:
    client, address = loan_page
    page = page_of(client.get(f"{address}/grace"))
    days = [box.get("value") for box in page.iter("input") if box.get("name") == "due_dates"]
    text = said(client, f"{address}/grace/preview?due_dates={days[0]}")
    assert "Et maksaisi mitään näinä eräpäivinä" in text
    assert "Vapaakuukautena ei makseta mitään. Muutos on maksuton." in text
    assert "Korkoa vielä" not in text
    assert NOW.date().isoformat() < days[0]


def test_the_worksheet_of_a_loan_without_interest_names_no_rate(
    sessions: sessionmaker[Session], sign_in: SignIn, clock: Clock
) -> None:
    with sessions.begin() as db:
        desk = a_desk(db, "kemi")
        case = desk.sent()
        desk.granted(case, amount_cents=3000_00, months=36)
        preparer = db.get_one(StaffMember, desk.preparer.id)
    clock.now = LATER + timedelta(days=1)
    text = said(sign_in(preparer), f"/office/cases/{case.id}/worksheet")
    assert "Suurin luotto kullekin takaisinmaksuajalle" in text
    assert "korko" not in text.lower()


def test_whoever_asks_to_be_released_from_everything_sees_what_was_asked(loan_page: tuple[Police, str]) -> None:
    client, address = loan_page
    asked = {"scope": "everything", "reason": "Olen pysyvästi työkyvytön."}
    sent = client.send_form(f"{address}/waiver", asked)
    assert sent.status_code == 303
    assert "Haettu Kaikki jäljellä oleva velka, pyyntöä tehtäessä 3 000,00 €" in said(client, sent.location).replace(
        "\u00a0", " "
    )
