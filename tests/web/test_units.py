"""Pages where several share the work: whose turn a case is, which repayments need attention, who approves."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from lending.applications.model import Application
from lending.changes import new_terms
from lending.changes.model import ChangeRequest
from lending.changes.new_terms import Wish
from lending.collection.disturbances import watch
from lending.collection.model import Disturbance
from lending.loans.billing import bring_all_up_to
from lending.people.model import Citizen
from tests.builders import a_case, a_citizen
from tests.clock import Clock
from tests.web.office import Office, errors_of, words_of
from tests.web.police import Police, page_of, text_of
from tests.workflow.cases_in_work import an_application
from tests.workflow.loan_life import a_loan, noon
from web.commands import running
from web.wiring import wiring

LATE = date(2026, 2, 17)


# --- Units ---


@pytest.fixture
def shared_case(office: Office) -> UUID:
    """A case of a local unit in Pohjois-Savo that waits for its decision."""
    with office.sessions.begin() as db:
        citizen = a_citizen(db, municipality="297")
        case = a_case(db, citizen, state="waiting_for_decision", organisation="pohjois-savo")
        db.add(an_application(case))
        return case.id


def member(office: Office, role: str, unit: str) -> Police:
    return office.client(role, unit=unit, organisation="pohjois-savo")


def badges(response: Any) -> dict[str, str]:
    """The number on each tab of the queue."""
    links = [link for link in page_of(response).iter("a") if "vk-tabs__link" in (link.get("class") or "")]
    return dict(text_of(link).rsplit(" ", 1) for link in links[:-1])


def test_the_queue_counts_what_waits_for_ones_own_unit(office: Office, shared_case: UUID) -> None:
    own, finance = member(office, "decider", "local-1"), member(office, "preparer", "finance-team")
    assert badges(own.get("/office"))["Waiting for decision"] == "1"
    response = finance.get("/office?queue=waiting_for_decision")
    assert badges(response)["Waiting for decision"] == "0"
    words = words_of(response)
    assert "Another unit acts next." in words and "Waits for Local team 1" in words
    assert "Waits for" not in words_of(own.get("/office?queue=waiting_for_decision"))
    assert "No case matches" in words_of(finance.get("/office?queue=waiting_for_decision&whose=our-turn"))
    elsewhere = member(office, "decider", "local-2").get("/office?queue=all")
    assert "Nothing waits here" in words_of(elsewhere)


def test_a_queue_of_one_team_says_nothing_of_units(office: Office) -> None:
    office.case()
    response = office.client("preparer").get("/office?queue=in_preparation")
    assert "Another unit" not in words_of(response) and "Waiting for our unit" not in response.text


def test_somebody_with_two_parts_opens_on_what_waits_for_their_unit(office: Office, shared_case: UUID) -> None:
    both = office.client("preparer", "decider", unit="local-1", organisation="pohjois-savo")
    links = [link for link in page_of(both.get("/office")).iter("a") if "vk-tabs__link" in (link.get("class") or "")]
    assert [text_of(link) for link in links if link.get("aria-current")] == ["Waiting for decision 1"]


def test_the_page_of_a_case_tells_whose_turn_it_is(office: Office, shared_case: UUID) -> None:
    page = f"/office/cases/{shared_case}"
    finance = words_of(member(office, "preparer", "finance-team").get(page))
    assert "Now it is the turn of another unit: Local team 1." in finance
    assert "another unit" not in words_of(member(office, "decider", "local-1").get(page))
    assert member(office, "decider", "local-2").get(page).status_code == 404


def test_what_another_unit_does_is_neither_offered_nor_done(office: Office, shared_case: UUID) -> None:
    """A decider in the finance team reads the case, but the own social worker decides it."""
    page = f"/office/cases/{shared_case}"
    outsider = member(office, "decider", "finance-team")
    assert "Go to the decision" not in words_of(outsider.get(page))
    assert outsider.send_form(f"{page}/decision/confirm", {"channel": "letter"}).status_code == 403
    assert "Go to the decision" in words_of(member(office, "decider", "local-1").get(page))


def test_every_unit_on_a_case_writes_notes(office: Office, shared_case: UUID) -> None:
    page = f"/office/cases/{shared_case}/notes"
    for role, unit in (("decider", "local-1"), ("preparer", "finance-team")):
        assert member(office, role, unit).send_form(page, {"text": f"Muistiin: {role}"}).status_code == 303
    assert member(office, "decider", "local-2").send_form(page, {"text": "Ei"}).status_code == 404


# --- Repayments that need attention ---


@pytest.fixture
def late_loan(office: Office, clock: Clock) -> UUID:
    """A loan whose first instalment is late."""
    clock.now = noon(LATE)
    with office.sessions.begin() as db:
        life = a_loan(db)
        db.add(Application(case_id=life.case.id))
        bring_all_up_to(db, LATE, noon(LATE))
        watch(db, LATE, noon(LATE))
        return life.loan.id


def test_the_queue_leads_to_what_needs_attention(office: Office, late_loan: UUID) -> None:
    client = office.client("preparer")
    page = page_of(client.get("/office"))
    link = next(each for each in page.iter("a") if text_of(each) == "Repayments that need attention")
    assert "Repayments that need attention 1" in text_of(page.find(".//main"))
    response = client.get(link.get("href"))
    [row] = page_of(response).findall(".//main//tbody/tr")
    assert "Aino Virtanen" in text_of(row) and "2 days" in text_of(row) and "Not yet" in text_of(row)


def test_a_follow_up_is_noted_and_told_in_the_list(office: Office, late_loan: UUID) -> None:
    client, page = office.client("preparer"), f"/office/loans/{late_loan}/follow-up"
    assert "is late today" in words_of(client.get(page))
    assert "Follow-up of the repayment" in words_of(client.get(f"/office/loans/{late_loan}"))
    done = client.send_form(page, {"how": "contacted", "note": "Maksaa perjantaina."})
    assert done.status_code == 303
    assert "The follow-up has been noted." in client.get(page).text
    assert "Borrower contacted" in words_of(client.get("/office/follow-up"))
    with office.sessions() as db:
        case_id = db.scalars(select(Disturbance.case_id)).one()
    assert "Maksaa perjantaina." in words_of(client.get(f"/office/cases/{case_id}/notes"))


def test_a_follow_up_says_what_was_done(office: Office, late_loan: UUID) -> None:
    client, page = office.client("preparer"), f"/office/loans/{late_loan}/follow-up"
    response = client.send_form(page, {})
    assert response.status_code == 422
    assert errors_of(response) == ["Choose what you have done.", "Write what you know or have agreed on."]


def test_who_may_only_read_is_not_offered_the_form(office: Office, late_loan: UUID) -> None:
    client, page = office.client("payments"), f"/office/loans/{late_loan}/follow-up"
    assert "Note what you have done" not in words_of(client.get(page))
    assert client.send_form(page, {"how": "seen", "note": "Nähty"}).status_code == 403
    assert office.client("preparer", unit="team-2").get(page).status_code == 404


def test_where_everything_is_paid_the_list_is_empty(office: Office) -> None:
    client = office.client("preparer")
    assert "Every repayment is in order" in words_of(client.get("/office/follow-up"))


# --- Extensions that a second official approves ---


@pytest.fixture
def extension(office: Office, clock: Clock) -> str:
    """The page of a request for six months more on a loan of Kemi's, with 1 500 € owed."""
    day = date(2026, 4, 20)
    clock.now = noon(day)
    with office.sessions.begin() as db:
        life = a_loan(db, organisation="kemi", amount_cents=1500_00, purpose="home")
        db.add(Application(case_id=life.case.id))
        life.on(day)
        borrower = db.get_one(Citizen, life.case.citizen_id).actor
        wish = Wish("extension", months=6)
        request = new_terms.request_change(db, life.loan, wish, "Olen sairaana.", borrower, noon(day))
        return f"/office/loans/{life.loan.id}/changes/{request.id}"


def state_of(office: Office) -> str:
    with office.sessions() as db:
        return db.scalars(select(ChangeRequest.state)).one()


GRANT = {"outcome": "grant", "months": "6", "reasons": "Sairaus.", "clauses": ["8a"]}


def test_the_page_names_who_can_approve_with_the_clause(office: Office, extension: str) -> None:
    manager = office.member("accounting_manager", organisation="kemi")
    worker = office.client("decider", organisation="kemi")
    words = words_of(worker.get(extension))
    assert "Who can approve it" in words
    assert f"Accounting manager (8d): {manager.display_name}" in words
    assert "Legal counsel (8d): nobody in the unit has this role" in words
    assert "Propose or refuse" in words and "Propose that it be granted" in words


def test_one_proposes_and_another_approves(office: Office, extension: str) -> None:
    worker = office.client("decider", organisation="kemi")
    assert worker.send_form(f"{extension}/propose-extension", GRANT).status_code == 303
    assert state_of(office) == "proposed"
    assert "You made the proposal, so another person must decide on it." not in words_of(worker.get(extension))
    assert "The proposal waits for an official who may approve it." in words_of(worker.get(extension))
    assert worker.send_form(f"{extension}/decide", GRANT).status_code == 403
    manager = office.client("accounting_manager", organisation="kemi")
    words = words_of(manager.get(extension))
    assert "Proposal" in words and "6 months longer" in words and "Decide" in words
    assert manager.send_form(f"{extension}/decide", GRANT).status_code == 303
    assert state_of(office) == "granted"


def test_what_passes_the_mandate_is_told_with_the_clause(office: Office, extension: str) -> None:
    worker = office.client("decider", organisation="kemi")
    worker.send_form(f"{extension}/propose-extension", GRANT | {"months": "9"})
    manager = office.client("accounting_manager", organisation="kemi")
    response = manager.send_form(f"{extension}/decide", GRANT | {"months": "9"})
    assert response.status_code == 422
    [error] = errors_of(response)
    assert error.startswith("This passes your mandate, which reaches 6 months (clause 8d).")
    lawyer = office.client("legal_counsel", organisation="kemi")
    assert lawyer.send_form(f"{extension}/decide", GRANT | {"months": "9"}).status_code == 303


def test_whoever_proposed_is_told_to_leave_it_to_another(office: Office, extension: str) -> None:
    both = office.client("decider", "legal_counsel", organisation="kemi")
    both.send_form(f"{extension}/propose-extension", GRANT)
    assert "You made the proposal, so another person must decide on it." in words_of(both.get(extension))
    assert both.send_form(f"{extension}/decide", GRANT).status_code == 422


def test_the_official_may_refuse_without_anybodys_approval(office: Office, extension: str) -> None:
    worker = office.client("decider", organisation="kemi")
    response = worker.send_form(f"{extension}/propose-extension", {"outcome": "refuse"})
    assert response.status_code == 422 and "Write the reasons." in errors_of(response)
    refusal = {"outcome": "refuse", "reasons": "Ei perusteita.", "clauses": ["8a"]}
    assert worker.send_form(f"{extension}/propose-extension", refusal).status_code == 303
    assert state_of(office) == "refused"


def test_only_clauses_on_changes_are_offered(office: Office, extension: str) -> None:
    response = office.client("decider", organisation="kemi").get(extension)
    offered = {each.get("value") for each in page_of(response).iter("input") if each.get("name") == "clauses"}
    assert {"8a", "8c", "8d"} <= offered and not offered & {"2a", "3a", "5a"}


def test_the_nightly_run_finds_what_needs_attention(
    office: Office, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with office.sessions.begin() as db:
        a_loan(db)
    clock = wiring(app).clock
    assert isinstance(clock, Clock)
    clock.now = noon(LATE)
    monkeypatch.setattr(running, "prepared", lambda config: wiring(app))
    told = CliRunner().invoke(running.daily, env={"VAKAA_DEMO": "1"})
    assert told.exit_code == 0, told.output
    assert "Brought up to 2026-02-17. Loans: 1, instalments billed: 1.\n" in told.output
    assert "Repayments newly late: 1, payments returned: 0, in order again: 0.\n" in told.output
    assert "Aino Virtanen" in words_of(office.client("preparer").get("/office/follow-up"))


def test_the_nightly_run_names_the_loans_that_it_could_not_bring_up(
    office: Office, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with office.sessions.begin() as db:
        number = a_loan(db).case.number
    clock = wiring(app).clock
    assert isinstance(clock, Clock)
    clock.now = noon(date(2032, 2, 17))
    monkeypatch.setattr(running, "prepared", lambda config: wiring(app))
    told = CliRunner().invoke(running.daily, env={"VAKAA_DEMO": "1"})
    assert f"Not brought up: {number} (figure-missing).\n" in told.output
