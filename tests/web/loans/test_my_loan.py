"""The borrower's side of a loan: the agreement, my loan, grace months, a waiver; and nobody else's."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from lending.applications.model import Application
from lending.applications.submission import withdraw_application
from lending.cases.model import Case
from lending.changes import waiver
from lending.changes.model import ChangeRequest
from lending.changes.waiver import Release
from lending.loans import agreements, billing
from lending.loans.agreements import Offer
from lending.loans.model import Agreement, Loan
from lending.loans.position import position
from lending.loans.write_off import write_off
from lending.people.model import Citizen, StaffMember
from tests.clock import Clock
from tests.web.conftest import SignIn
from tests.web.loans.sights import GRACE, Sessions, asked_for, euros
from tests.web.police import Police, page_of, text_of
from tests.workflow.loan_life import Life, a_granted_case, a_loan, noon, render, some_staff


@pytest.fixture
def offered(sessions: Sessions, citizen: Citizen, clock: Clock) -> str:
    """The address of an agreement that waits for ``citizen``."""
    with sessions.begin() as db:
        staff = some_staff(db)
        case = a_granted_case(db, staff, citizen=citizen)
        db.add(Application(case_id=case.id))
        agreements.offer_agreement(db, case, Offer("15"), render, staff.preparer.actor, clock.now)
        return f"/my/cases/{case.id}/agreement"


# --- The agreement ---------------------------------------------------------------------------------------------------


def test_the_borrower_reads_the_agreement_and_accepts_it(citizen_client: Police, offered: str, sessions: Sessions):
    sha256 = page_of(citizen_client.get(offered)).find(".//input[@name='sha256']").get("value")
    answer = citizen_client.send_form(offered, {"accepted": "y", "sha256": sha256})
    assert answer.status_code == 303
    with sessions() as db:
        agreement = db.scalar(select(Agreement))
        assert agreement.state == "accepted"
        assert agreement.accepted_at is not None
    assert page_of(citizen_client.get(offered)).find(".//input[@name='accepted']") is None


def test_an_agreement_is_not_accepted_without_the_tick(citizen_client: Police, offered: str, sessions: Sessions):
    sha256 = page_of(citizen_client.get(offered)).find(".//input[@name='sha256']").get("value")
    answer = citizen_client.send_form(offered, {"sha256": sha256})
    assert answer.status_code == 422
    assert page_of(answer).find(".//*[@id='error-summary']") is not None
    with sessions() as db:
        assert db.scalar(select(Agreement)).state == "offered"


def test_an_agreement_that_has_changed_since_it_was_opened_is_shown_again(
    citizen_client: Police, offered: str, sessions: Sessions
):
    answer = citizen_client.send_form(offered, {"accepted": "y", "sha256": "0" * 64})
    assert answer.status_code == 422
    with sessions() as db:
        assert db.scalar(select(Agreement)).state == "offered"


def test_the_agreement_can_still_be_read_when_the_loan_runs(citizen_client: Police, mine: str, sessions: Sessions):
    links = [link.get("href") for link in page_of(citizen_client.get(mine)).iter("a")]
    agreement = next(link for link in links if link and link.endswith("/agreement"))
    assert citizen_client.get(agreement).status_code == 200


def test_an_agreement_of_a_withdrawn_application_is_told_not_to_be_in_force(
    citizen_client: Police, offered: str, citizen: Citizen, sessions: Sessions, clock: Clock
):
    with sessions.begin() as db:
        withdraw_application(db, db.scalar(select(Case)), citizen.actor, clock.now)
    page = page_of(citizen_client.get(offered))
    assert "Sopimus ei siis ole voimassa" in text_of(page)
    assert "Tämä sopimus on voimassa" not in text_of(page)
    assert "Viranhaltija hyväksyy" not in text_of(page), "no step of the agreement is told to be done"


def test_an_offer_that_a_newer_one_replaced_is_told_apart_from_it(
    citizen_client: Police, offered: str, sessions: Sessions, clock: Clock
):
    with sessions.begin() as db:
        case = db.scalar(select(Case))
        preparer = db.get_one(StaffMember, db.scalar(select(Agreement.offered_by_id)))
        agreements.offer_agreement(db, case, Offer("last"), render, preparer.actor, clock.now + timedelta(hours=1))
        newer, older = (
            str(each.document_id) for each in db.scalars(select(Agreement).order_by(Agreement.number.desc()))
        )
        case_page = f"/my/cases/{case.id}"
    entries = {
        link.get("href").rsplit("/", 1)[1]: text_of(link.getparent())
        for link in page_of(citizen_client.get(case_page)).iter("a")
        if "/documents/" in link.get("href", "")
    }
    assert "Korvattu uudemmalla tarjouksella" in entries[older]
    assert "Korvattu" not in entries[newer]
    page = page_of(citizen_client.get(f"{case_page}/documents/{older}"))
    assert "Tämä tarjous ei ole enää voimassa." in text_of(page)
    assert offered in {link.get("href") for link in page.iter("a")}
    assert "ei ole enää voimassa" not in text_of(page_of(citizen_client.get(f"{case_page}/documents/{newer}")))


def test_a_case_without_an_offer_has_no_agreement_page(citizen_client: Police, sessions: Sessions, citizen: Citizen):
    with sessions.begin() as db:
        case = a_granted_case(db, some_staff(db), citizen=citizen)
        db.add(Application(case_id=case.id))
    assert citizen_client.get(f"/my/cases/{case.id}/agreement").status_code == 404


# --- My loan ---------------------------------------------------------------------------------------------------------


def test_my_loan_shows_the_balance_of_the_day_and_the_next_payment(
    citizen_client: Police, mine: str, sessions: Sessions, loan_id: UUID, clock: Clock
):
    text = text_of(page_of(citizen_client.get(mine)))
    with sessions() as db:
        stands = position(db, db.get_one(Loan, loan_id), clock.now.date())
    assert euros(stands.owed_cents) in text
    assert euros(stands.next_instalment.amount_cents) in text
    assert f"{stands.on.day}.{stands.on.month}.{stands.on.year}" in text


def test_a_late_payment_is_told_kindly_and_without_any_cost(
    sign_in: SignIn, citizen: Citizen, mine: str, sessions: Sessions, loan_id: UUID, clock: Clock
):
    clock.now = noon(date(2026, 3, 10))
    with sessions.begin() as db:
        billing.bring_up_to(db, db.get_one(Loan, loan_id), date(2026, 3, 10), clock.now)
    late = text_of(page_of(sign_in(citizen).get(mine)).find(".//*[@id='late']"))
    assert late
    assert "019 555 0100" in late


def test_the_page_asks_the_same_number_of_questions_however_long_the_loan_has_run(
    sign_in: SignIn, citizen: Citizen, mine: str, sessions: Sessions, loan_id: UUID, clock: Clock
):
    early = sign_in(citizen)
    assert early.get(mine).status_code == 200
    with sessions.begin() as db:
        billing.bring_up_to(db, db.get_one(Loan, loan_id), date(2026, 6, 20), noon(date(2026, 6, 20)))
    clock.now = noon(date(2026, 6, 20))
    late = sign_in(citizen)
    assert late.get(mine).status_code == 200
    assert late.queries == early.queries


def test_my_loan_is_on_my_own_front_page(citizen_client: Police, mine: str):
    assert mine in {link.get("href") for link in page_of(citizen_client.get("/my")).iter("a")}


# --- A loan that a decision ended -------------------------------------------------------------------------------------

ENDED = date(2026, 3, 10)


@pytest.fixture
def waive(sessions: Sessions, citizen: Citizen, life: Life, clock: Clock) -> Callable[[Release], None]:
    """Release the borrower by a decision on ``ENDED``, when one instalment is late and another has been billed."""

    def waive(release: Release) -> None:
        clock.now = noon(ENDED)
        with sessions.begin() as db:
            loan, by = db.get_one(Loan, life.loan.id), life.staff
            billing.bring_up_to(db, loan, ENDED, clock.now)
            asked = waiver.request_waiver(db, loan, release, "Ill for good.", citizen.actor, clock.now)
            waiver.propose_waiver(db, asked, release, "Ill.", ["5.1e"], by.decider.actor, clock.now)
            waiver.grant_waiver(db, asked, release, by.waiver_decider.actor, clock.now, "Ill.", ["5.1e"])

    return waive


def test_what_was_waived_is_not_told_to_be_repaid(
    sign_in: SignIn, citizen: Citizen, mine: str, waive: Callable[[Release], None]
):
    waive(Release(principal_cents=500_00))
    text = text_of(page_of(sign_in(citizen).get(mine)))
    assert "Päätös antoi vapautuksen: luottoa 500,00 € ei tarvitse maksaa." in text, "of interest nothing was waived"
    assert "Olet maksanut takaisin 0,00 € / 3 000,00 €" in text
    assert "Päätöksen mukaan sinun ei tarvitse maksaa luotosta takaisin 500,00 €." in text


def test_a_loan_that_was_waived_is_not_told_to_be_repaid_anywhere(
    sign_in: SignIn, citizen: Citizen, mine: str, life: Life, waive: Callable[[Release], None]
):
    waive(Release(everything=True))
    client = sign_in(citizen)
    assert "Et ole enää mitään velkaa." in text_of(page_of(client.get(mine)))
    for page in (mine, f"/my/cases/{life.case.id}", "/my"):
        text = text_of(page_of(client.get(page)))
        assert "on maksettu takaisin" not in text and "Maksettu" not in text, page


def test_a_loan_that_was_written_off_is_not_told_to_be_repaid_anywhere(
    sign_in: SignIn, citizen: Citizen, mine: str, sessions: Sessions, life: Life, clock: Clock
):
    clock.now = noon(ENDED)
    with sessions.begin() as db:
        write_off(db, db.get_one(Loan, life.loan.id), "No estate.", life.staff.decider.actor, clock.now)
    client = sign_in(citizen)
    for page in (mine, f"/my/cases/{life.case.id}", "/my"):
        text = text_of(page_of(client.get(page)))
        assert "on maksettu takaisin" not in text and "Maksettu" not in text, page


# --- Grace months ----------------------------------------------------------------------------------------------------


def test_the_effect_of_grace_months_is_shown_before_anything_is_sent(
    citizen_client: Police, mine: str, sessions: Sessions
):
    answer = citizen_client.get(f"{mine}/grace/preview", query_string={"due_dates": GRACE})
    text = text_of(page_of(answer))
    assert "15.3.2026, 15.4.2026" in text
    # The last of 24 instalments from 15 February 2026 moves by two months.
    assert "15.1.2028" in text
    assert "15.3.2028" in text
    assert asked_for(sessions) is None


def test_grace_months_are_asked_for_with_a_reason_and_kept_with_their_effect(
    citizen_client: Police, mine: str, sessions: Sessions
):
    answer = ask_for_grace(citizen_client, mine, "Lomautus helmikuusta alkaen")
    assert answer.status_code == 303
    asked = asked_for(sessions)
    assert asked.due_dates == GRACE
    assert asked.reason == "Lomautus helmikuusta alkaen"
    assert asked.preview["after"]["last_due"] == "2028-03-15"
    assert citizen_client.get(answer.location).status_code == 200


def test_a_request_without_a_reason_keeps_the_months(citizen_client: Police, mine: str, sessions: Sessions):
    answer = ask_for_grace(citizen_client, mine, "")
    assert answer.status_code == 422
    text = text_of(page_of(answer))
    assert "15.3.2026, 15.4.2026" in text
    assert asked_for(sessions) is None


def test_no_month_chosen_is_a_sentence_and_not_a_crash(citizen_client: Police, mine: str):
    for address in (f"{mine}/grace/preview", f"{mine}/grace/preview?due_dates=", f"{mine}/grace/preview?due_dates=x"):
        assert page_of(citizen_client.get(address)).find(".//*[@id='error-summary']") is not None, address


def test_more_months_than_are_left_are_refused_with_the_number(
    citizen_client: Police, mine: str, sessions: Sessions, loan_id: UUID
):
    choices = page_of(citizen_client.get(f"{mine}/grace")).findall(".//input[@name='due_dates']")
    assert len(choices) == 12
    too_many = [*(choice.get("value") for choice in choices), "2027-03-15"]
    answer = citizen_client.get(f"{mine}/grace/preview", query_string={"due_dates": too_many})
    assert page_of(answer).find(".//*[@id='error-summary']") is not None


def test_a_second_request_waits_for_the_first(citizen_client: Police, mine: str, sessions: Sessions):
    ask_for_grace(citizen_client, mine, "Sairausloma")
    answer = ask_for_grace(citizen_client, mine, "Sairausloma jatkuu")
    assert answer.status_code == 422
    with sessions() as db:
        assert len(db.scalars(select(ChangeRequest)).all()) == 1


def test_an_old_preview_leads_to_the_request_that_waits_instead_of_a_second_one(citizen_client: Police, mine: str):
    sent = ask_for_grace(citizen_client, mine, "Sairausloma").location
    page = page_of(citizen_client.get(f"{mine}/grace/preview", query_string={"due_dates": GRACE}))
    assert sent in {link.get("href") for link in page.iter("a")}
    assert page.find(".//textarea[@name='reason']") is None


def test_a_request_can_be_withdrawn_until_it_is_decided(citizen_client: Police, mine: str, sessions: Sessions):
    request_page = ask_for_grace(citizen_client, mine, "Sairausloma").location
    answer = citizen_client.send_form(f"{request_page}/withdraw", from_page=request_page)
    assert answer.status_code == 303
    assert asked_for(sessions).state == "withdrawn"
    # The request was withdrawn, and not the application for the loan.
    assert "Olet perunut pyynnön" in text_of(page_of(citizen_client.get(mine)))
    assert page_of(citizen_client.get(request_page)).find(".//form[@action='" + request_page + "/withdraw']") is None


# --- Waiver ----------------------------------------------------------------------------------------------------------


def test_a_waiver_of_a_part_is_asked_for(citizen_client: Police, mine: str, sessions: Sessions):
    answer = citizen_client.send_form(
        f"{mine}/waiver", {"scope": "part", "amount": "1 000,00", "reason": "Pitkä työttömyys"}
    )
    assert answer.status_code == 303
    asked = asked_for(sessions)
    assert (asked.kind, asked.asked_principal_cents, asked.everything) == ("waiver", 1000_00, False)
    assert citizen_client.get(answer.location).status_code == 200


def test_a_waiver_of_everything_is_asked_for(citizen_client: Police, mine: str, sessions: Sessions):
    assert citizen_client.send_form(f"{mine}/waiver", {"scope": "everything", "reason": "Eläke"}).status_code == 303
    asked = asked_for(sessions)
    assert asked.everything
    assert asked.asked_principal_cents == 3000_00


@pytest.mark.parametrize(
    "wrong",
    [
        {"scope": "part", "amount": "99 999,00", "reason": "Työttömyys"},
        {"scope": "part", "amount": "", "reason": "Työttömyys"},
        {"scope": "part", "amount": "abc", "reason": "Työttömyys"},
        {"scope": "", "amount": "100", "reason": "Työttömyys"},
        {"scope": "part", "amount": "100", "reason": " "},
    ],
)
def test_a_wrong_waiver_request_gets_a_sentence_and_is_kept(
    citizen_client: Police, mine: str, sessions: Sessions, wrong: dict[str, str]
):
    answer = citizen_client.send_form(f"{mine}/waiver", wrong)
    assert answer.status_code == 422
    found = page_of(answer)
    assert found.find(".//*[@id='error-summary']") is not None
    assert found.find(".//input[@name='amount']").get("value", "") == wrong["amount"]
    assert text_of(found.find(".//textarea[@name='reason']")) == wrong["reason"].strip()
    assert asked_for(sessions) is None


# --- Nobody else's ---------------------------------------------------------------------------------------------------


def test_another_citizen_finds_nothing_of_the_loan(
    citizen_client: Police, other_client: Police, mine: str, sessions: Sessions, offered: str
):
    request_page = ask_for_grace(citizen_client, mine, "Sairausloma").location
    token = other_client.token()
    for path in (mine, f"{mine}/grace", f"{mine}/grace/preview?due_dates={GRACE[0]}", f"{mine}/waiver", request_page):
        assert other_client.get(path).status_code == 404, path
    assert other_client.get(offered).status_code == 404
    for path in (offered, f"{mine}/grace/preview?due_dates={GRACE[0]}", f"{mine}/waiver", f"{request_page}/withdraw"):
        fields = {"csrf_token": token, "accepted": "y", "reason": "x", "scope": "everything"}
        assert other_client.post(path, data=fields).status_code == 404, path


def test_a_request_is_found_under_its_own_loan_only(
    citizen_client: Police, mine: str, sessions: Sessions, citizen: Citizen
):
    request_page = ask_for_grace(citizen_client, mine, "Sairausloma").location
    with sessions.begin() as db:
        other = a_loan(db, citizen=citizen).loan.id
    assert citizen_client.get(f"/my/loans/{other}/changes/{request_page.rsplit('/', 1)[1]}").status_code == 404
    assert citizen_client.get(f"{mine}/changes/{uuid4()}").status_code == 404


def ask_for_grace(client: Police, mine: str, reason: str):
    address = f"{mine}/grace/preview?due_dates={GRACE[0]}&due_dates={GRACE[1]}"
    return client.post(address, data={"csrf_token": client.token(), "reason": reason})


def test_more_than_is_owed_is_told_at_the_amount(citizen_client: Police, mine: str):
    wrong = {"scope": "part", "amount": "99 999,00", "reason": "Työttömyys"}
    page = page_of(citizen_client.send_form(f"{mine}/waiver", wrong))
    told = "Vapautus on suurempi kuin jäljellä oleva velka"
    assert told in text_of(page.find(".//*[@id='amount-error']"))
    assert told in text_of(page.find(".//*[@id='error-summary']"))


def test_how_large_a_part_is_asked_for_in_plain_words(citizen_client: Police, mine: str):
    answer = citizen_client.send_form(f"{mine}/waiver", {"scope": "part", "amount": "", "reason": "Työttömyys"})
    summary = page_of(answer).find(".//*[@id='error-summary']")
    assert "Kirjoita, kuinka suuresta osasta luottoa haet vapautusta." in text_of(summary)
