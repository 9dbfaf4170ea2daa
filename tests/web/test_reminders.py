"""Pages and letters of reminders, and of the transfer of what is late to collection (kemi-2016:8f)."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from lending.applications.model import Application
from lending.cases.model import Case, FrozenDocument
from lending.collection.reminders import DAYS_TO_PAY
from lending.loans.billing import bring_all_up_to
from lending.people.model import Citizen
from tests.clock import Clock
from tests.web.office import Office, errors_of, words_of
from tests.web.police import Police
from tests.workflow.loan_life import DUE, LATE, a_loan, noon

SECOND = LATE + timedelta(days=DAYS_TO_PAY)
TRANSFER = SECOND + timedelta(days=DAYS_TO_PAY)
LANGUAGES = {
    "fi": ("Maksukehotus", "Toinen maksukehotus", "Soittakaa meille", "ei peritä maksua", "viivästyskorkoa"),
    "sv": ("Betalningsuppmaning", "Andra betalningsuppmaningen", "Ring oss", "Ingen avgift", "ingen dröjsmålsränta"),
    "en": ("Payment reminder", "Second payment reminder", "Please call us", "No fee", "no late interest"),
}


@pytest.fixture
def late_loan(office: Office, clock: Clock) -> UUID:
    """A loan of Kemi's whose first instalment is late."""
    clock.now = noon(LATE)
    with office.sessions.begin() as db:
        life = a_loan(db, organisation="kemi")
        db.add(Application(case_id=life.case.id))
        bring_all_up_to(db, LATE, noon(LATE))
        return life.loan.id


def clerk(office: Office) -> Police:
    return office.client("payments", organisation="kemi")


def worker(office: Office) -> Police:
    return office.client("decider", organisation="kemi")


def letters(office: Office) -> list[str]:
    """The reminders kept, the oldest first."""
    with office.sessions() as db:
        query = select(FrozenDocument.html).where(FrozenDocument.kind == "reminder")
        return list(db.scalars(query.order_by(FrozenDocument.frozen_at)))


def test_the_letter_is_looked_at_then_sent_and_listed(office: Office, late_loan: UUID) -> None:
    client, page = clerk(office), f"/office/loans/{late_loan}"
    assert "No reminder has been sent." in words_of(client.get(f"{page}/follow-up"))
    assert "Soittakaa meille" in words_of(client.get(f"{page}/reminder")) and letters(office) == []
    assert client.send_form(f"{page}/reminder", {}).status_code == 303
    shown = client.get(f"{page}/follow-up")
    assert "The reminder has been sent." in shown.text and "First reminder, 17" in words_of(shown)
    [kept] = letters(office)
    assert "019 555 0100" in kept
    with office.sessions() as db:
        assert db.scalars(select(Citizen)).one().display_name in kept, "the letter names whose loan is late"
    again = client.send_form(f"{page}/reminder", {}, from_page="/office/feedback")
    assert again.status_code == 422 and "at the earliest" in words_of(again)
    assert len(letters(office)) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letter_asks_the_borrower_to_call_and_costs_nothing(
    office: Office, late_loan: UUID, clock: Clock, language: str
) -> None:
    with office.sessions.begin() as db:
        db.scalars(select(Case)).one().language = language
    client = clerk(office)
    for day in (LATE, SECOND):
        clock.now = noon(day)
        client = clerk(office)
        assert client.send_form(f"/office/loans/{late_loan}/reminder", {}).status_code == 303
    first, second = letters(office)
    title, second_title, *told = LANGUAGES[language]
    assert f"<h2>{title}:" in first and f"<h2>{second_title}:" in second
    for letter in (first, second):
        assert [each for each in told if each not in letter] == []
        assert "Elina Saarinen" in letter and "elina@vakaa.example" in letter


def test_the_borrower_finds_it_among_the_documents_and_on_the_timeline(
    office: Office, late_loan: UUID, sign_in
) -> None:
    clerk(office).send_form(f"/office/loans/{late_loan}/reminder", {})
    with office.sessions.begin() as db:
        citizen, case_id = db.scalars(select(Citizen)).one(), db.scalars(select(Case.id)).one()
        citizen.language = "en"
    words = words_of(sign_in(citizen).get(f"/my/cases/{case_id}"))
    assert "Payment reminder" in words and "You were sent a payment reminder" in words


def test_the_transfer_is_decided_with_reasons_that_its_borrower_reads_and_told_on_the_page_of_the_loan(
    office: Office, late_loan: UUID, clock: Clock
) -> None:
    page = f"/office/loans/{late_loan}"
    for day in (LATE, SECOND):
        clock.now = noon(day)
        clerk(office).send_form(f"{page}/reminder", {})
    told = {"instalment": DUE.isoformat(), "reasons": "Ei yhteyttä."}
    clock.now = noon(TRANSFER - timedelta(days=1))
    early = worker(office).send_form(f"{page}/transfer", told)
    assert early.status_code == 422 and errors_of(early)
    clock.now = noon(TRANSFER)
    client = worker(office)
    assert errors_of(client.send_form(f"{page}/transfer", told | {"reasons": ""})) == [
        "Write the reasons for the transfer."
    ]
    assert client.send_form(f"{page}/transfer", told).status_code == 303
    words = words_of(client.get(f"{page}/follow-up"))
    assert "Transfer to collection decided" in words and "Instalments due on 15.2.2026" in words
    assert "Ei yhteyttä." in words
    with office.sessions() as db:
        case = db.scalars(select(Case)).one()
        borrower = db.get_one(Citizen, case.citizen_id)
    for reader, path in (
        (client, f"/office/cases/{case.id}/timeline"),
        (office.sign_in(borrower), f"/my/cases/{case.id}"),
    ):
        assert "Ei yhteyttä." in words_of(reader.get(path))
    with office.sessions.begin() as db:
        citizen = db.scalars(select(Citizen)).one()
        citizen.language = "en"
    own = words_of(office.sign_in(citizen).get(f"/my/loans/{late_loan}"))
    day = f"{TRANSFER.day}.{TRANSFER.month}.{TRANSFER.year}"
    assert f"On {day} it was decided to transfer 125,00 € of this to collection." in own.replace("\xa0", " ")


def test_who_may_not_is_not_offered_it(office: Office, late_loan: UUID) -> None:
    page = f"/office/loans/{late_loan}"
    assert "Decide on a transfer" not in words_of(clerk(office).get(f"{page}/follow-up"))
    assert "Look at the reminder" not in words_of(worker(office).get(f"{page}/follow-up"))
    assert worker(office).get(f"{page}/reminder").status_code == 403
    assert clerk(office).get(f"{page}/transfer").status_code == 403
