"""Figures entered by one and confirmed by another, and the money there is to lend, as staff meet them."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lending.fund.appropriation import set_appropriation
from lending.policy.figures import figures_of, load_figures
from lending.policy.model import FigureEntry
from tests.builders import a_colleague
from tests.clock import NOW
from tests.web.office import Office, address, errors_of, words_of
from tests.web.police import page_of, text_of
from web.config import ROOT
from web.wiring import wiring

RATE = {"valid_from": "2026-07-01", "percent": "2,5", "source": "Bank of Finland, notice of June 2026"}
DECREE = {
    "valid_from": "1.1.2027",
    "alone": "729",
    "with_adult": "614",
    "child": "471",
    "third_child": "439",
    "child_17": "517",
    "source": "Decree 1/2026",
}


@pytest.fixture
def entered(office: Office) -> str:
    """The address of a rate that somebody in payments has entered."""
    answer = office.client("payments").send_form("/office/figures/enter/reference-rate", RATE)
    assert answer.status_code == 303
    return answer.location


def entry(office: Office) -> FigureEntry:
    with office.sessions() as db:
        return db.scalars(select(FigureEntry)).one()


def give(office: Office, cents: int) -> None:
    with office.sessions.begin() as db:
        by = a_colleague(db, "decider").actor
        set_appropriation(db, 2026, cents, "County council", date(2025, 12, 12), by, NOW)


# --- Figures ---------------------------------------------------------------------------------------------------------


def test_every_figure_is_shown_with_its_status_and_source(office: Office) -> None:
    page = page_of(office.client("preparer").get("/office/figures"))
    rows = [text_of(row) for row in page.findall(".//table[@id='reference_rate-rows']/tbody/tr")]
    assert rows[0].startswith("1.7.2026–31.12.2026In force now 2,5 % Figure to verify Notice not found")
    assert rows[1].startswith("1.1.2026–30.6.2026 2,5 % Official figure Bank of Finland")
    norm = text_of(page.find(".//table[@id='debt_adjustment-rows']"))
    assert "719,00 €" in norm and "Computed figure" in norm
    assert "Not known" in text_of(page.find(".//table[@id='social_assistance-earlier']"))


@pytest.mark.parametrize(("role", "told"), [("decider", True), ("payments", True), ("preparer", False)])
def test_what_is_missing_is_told_to_those_who_can_mend_it(office: Office, role: str, told: bool) -> None:
    client = office.client(role)
    for page in ("/office/figures", "/office"):
        assert ("Figures are missing or have not been verified" in words_of(client.get(page))) == told
    words = words_of(client.get("/office/figures"))
    assert ("Reference rate: the row from 1.7.2026 on has not been verified" in words) == told
    assert ("Enter a row" in words) == told


def test_in_service_an_unverified_rate_stops_and_says_so(office: Office, app: Flask) -> None:
    wired = wiring(app)
    for sessions in (wired.sessions, wired.readers):
        sessions.kw["info"] |= {"figures": load_figures(ROOT / "policies" / "figures", allow_unconfirmed=False)}
    words = words_of(office.client("decider").get("/office/figures"))
    assert "so whatever needs it is stopped. Enter it with its source." in words


def test_a_row_is_used_when_another_person_has_confirmed_it(office: Office, entered: str) -> None:
    judge = office.client("decider")
    assert "To be confirmed" in words_of(judge.get("/office/figures"))
    words = words_of(judge.get(entered))
    assert "Bank of Finland, notice of June 2026" in words
    assert "Until now, from that day on: Figure to verify." in words
    assert judge.send_form(f"{entered}/confirm", {}).status_code == 303
    words = words_of(judge.get(entered))
    assert "The row has been confirmed. From now on it is used." in words
    assert "Confirmed by Elina Saarinen, 1.9.2026 at 12.00" in words
    assert "Confirm the row" not in words
    rows = page_of(judge.get("/office/figures")).findall(".//table[@id='reference_rate-rows']/tbody/tr")
    assert "Official figure Bank of Finland, notice of June 2026Who entered and confirmed it" in text_of(rows[0])
    made = entry(office)
    with office.sessions() as db:
        assert figures_of(db).reference_rate(NOW.date()).entry_id == made.id


def test_the_one_who_entered_it_is_told_that_another_confirms(office: Office) -> None:
    both = office.client("payments", "decider")
    there = both.send_form("/office/figures/enter/reference-rate", RATE).location
    words = words_of(both.get(there))
    assert "You entered this row, so another person confirms it." in words
    assert "Confirm the row" not in words
    for act in ("confirm", "reject"):
        answer = both.send_form(f"{there}/{act}", {"reason": "x"})
        assert answer.status_code == 422
        assert errors_of(answer) == ["You entered this row, so another person must confirm or reject it."]


def test_a_rejection_says_why(office: Office, entered: str) -> None:
    judge = office.client("decider")
    empty = judge.send_form(f"{entered}/reject", {})
    assert (empty.status_code, errors_of(empty)) == (422, ["Write the reason."])
    assert judge.send_form(f"{entered}/reject", {"reason": "The notice says 3,0."}).status_code == 303
    assert "Rejected by Elina Saarinen" in words_of(judge.get(entered))
    again = judge.send_form(f"{entered}/confirm", {})
    assert (again.status_code, len(errors_of(again))) == (422, 1)
    with office.sessions() as db:
        assert figures_of(db).reference_rate(NOW.date()).entry_id is None


def test_a_norm_is_entered_whole(office: Office) -> None:
    client = office.client("payments")
    assert client.send_form("/office/figures/enter/debt-adjustment", DECREE).status_code == 303
    made = entry(office)
    assert (made.figure, made.valid_from, made.valid_until) == ("debt_adjustment", date(2027, 1, 1), None)
    assert made.amounts == {
        "alone": 729_00,
        "with_adult": 614_00,
        "child": 471_00,
        "third_child": 439_00,
        "child_17": 517_00,
    }


@pytest.mark.parametrize(
    ("figure", "answers", "sentence"),
    [
        ("reference-rate", RATE | {"percent": "2,4"}, "is neither"),
        ("reference-rate", RATE | {"valid_from": "2026-01-01"}, "Choose one of the options"),
        ("reference-rate", RATE | {"source": ""}, "Write where the figure is from"),
        ("debt-adjustment", DECREE | {"child": ""}, "“Child under 17” is missing."),
        ("debt-adjustment", DECREE | {"child": "0"}, "must be at least"),
        ("debt-adjustment", DECREE | {"valid_until": "1.1.2026"}, "The last day cannot be before the first day"),
        ("debt-adjustment", DECREE | {"valid_from": "1.7.2024"}, "This contradicts an official figure"),
        ("pension-index", {"valid_from": "1.1.2027", "value": "1,5", "source": "Kela"}, "must be a whole number"),
        (
            "pension-index",
            {"valid_from": "1.1.2021", "value": "1639", "source": "Kela"},
            "This contradicts an official",
        ),
    ],
)
def test_what_cannot_be_is_told_at_its_field(office: Office, figure: str, answers: Any, sentence: str) -> None:
    answer = office.client("payments").send_form(f"/office/figures/enter/{figure}", answers)
    assert answer.status_code == 422
    [error] = errors_of(answer)
    assert sentence in error
    at_fields = [text_of(each) for each in page_of(answer).iter() if "govuk-error-message" in each.get("class", "")]
    assert any(sentence in each for each in at_fields), at_fields


def test_nobody_else_enters_or_confirms(office: Office, entered: str) -> None:
    preparer = office.client("preparer")
    assert preparer.get("/office/figures/enter/reference-rate").status_code == 403
    assert preparer.send_form(f"{entered}/confirm", {}).status_code == 403
    assert "Somebody who has the right to it confirms the row." in words_of(preparer.get(entered))


def test_another_organisations_entries_are_not_there(office: Office, entered: str) -> None:
    stranger = office.client("decider", organisation="kemi")
    assert stranger.get(entered).status_code == 404
    assert stranger.send_form(f"{entered}/confirm", {}).status_code == 404
    assert "Entered here" not in words_of(stranger.get("/office/figures"))


# --- The money there is to lend --------------------------------------------------------------------------------------


def test_the_page_shows_what_is_left_of_the_year(office: Office) -> None:
    give(office, 10_000_00)
    work = office.case()
    office.propose(work)
    client = office.client("preparer")
    words = words_of(client.get("/office/fund"))
    assert "Reserved by open proposals 3 000,00 €" in words
    assert "10 000,00 € are left. Open proposals have reserved 3 000,00 €, so 7 000,00 € would be left" in words
    assert "At the pace of this year the money lasts to the end of the year." in words
    assert "Enter the appropriation" not in words, "a preparer does not enter it"
    table = page_of(client.get("/office/fund")).findall(".//table[@id='months-table']/tbody/tr")
    assert [text_of(row) for row in table][8] == "September 0,00 € 0,00 € 7 500,00 € 0,00 €"
    assert [text_of(row) for row in table][11] == "December 10 000,00 €"


def test_where_nothing_has_been_entered_the_page_says_so(office: Office) -> None:
    words = words_of(office.client("decider").get("/office/fund"))
    assert "The criteria set no cap, and no appropriation has been entered for 2026." in words
    assert "No cap is known for 2026" in words
    kemi = words_of(office.client("decider", organisation="kemi").get("/office/fund"))
    assert "0,00 € of 140 000,00 €" in kemi and "0,00 € of 550 000,00 €" in kemi
    assert "4b:" in kemi


def test_the_appropriation_is_entered_and_the_earlier_one_stays_as_history(office: Office) -> None:
    client = office.client("decider")
    for amount in ("50 000", "60 000"):
        answers = {"amount": amount, "decided_on": "1.6.2026", "source": "County council"}
        assert client.send_form("/office/fund?year=2026", answers).status_code == 303
    rows = page_of(client.get("/office/fund?year=2026")).findall(".//table[@id='appropriations']/tbody/tr")
    assert [text_of(row).split(" 1.6.2026")[0] for row in rows] == ["60 000,00 €", "50 000,00 €"]
    assert "In force" in text_of(rows[0]) and "Earlier" in text_of(rows[1])
    assert "No appropriation has been entered for 2027." in words_of(client.get("/office/fund?year=2027"))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"amount": ""}, "is missing"),
        ({"source": ""}, "Write who decided on the appropriation"),
        ({"decided_on": "2.9.2026"}, "The day of the decision cannot be later than today, 1.9.2026."),
    ],
)
def test_an_appropriation_that_cannot_be_is_told_at_its_field(office: Office, change: Any, sentence: str) -> None:
    answers = {"amount": "50 000", "decided_on": "1.6.2026", "source": "County council"} | change
    answer = office.client("decider").send_form("/office/fund", answers)
    assert answer.status_code == 422
    [error] = errors_of(answer)
    assert sentence in error


@pytest.mark.parametrize("year", ["x", "1999", "99999", "²026"])
def test_a_year_that_makes_no_sense_shows_this_one(office: Office, year: str) -> None:
    assert "Granted in 2026" in words_of(office.client("auditor").get(f"/office/fund?year={year}"))


def test_a_decision_that_would_pass_a_cap_is_refused_with_the_figures(office: Office) -> None:
    work = office.case()
    office.propose(work)
    give(office, 2_000_00)
    client = office.decider_of(work)
    # The act, and then the page that says why it was refused.
    client.queries_at_most = 40
    there = address(work, "decision")
    assert "2 000,00 € are left, which is not enough for this loan. It cannot be granted now." in words_of(
        client.get(there)
    )
    answer = client.send_form(f"{there}/confirm", {"channel": "letter"})
    assert answer.status_code == 422
    assert errors_of(answer) == [
        "The appropriation of 2026 does not suffice. It is 2 000,00 €, of which 0,00 € have been granted, so 2 000,00 €"
        " are left; the loan would be 3 000,00 €. Grant less, or wait until there is more to lend."
    ]
    assert office.state_of(work) == "waiting_for_decision"


def test_a_proposal_is_warned_of_what_others_have_reserved(office: Office) -> None:
    give(office, 5_000_00)
    first, second = office.case(), office.case()
    office.propose(first)
    office.assess(second)
    form = words_of(office.preparer_of(second).get(address(second, "decision", "propose-grant")))
    assert "Of the appropriation of the year: 5 000,00 €. Open proposals have reserved 3 000,00 € of it." in form
    office.do(_propose, second, second.preparer)
    page = words_of(office.preparer_of(second).get(address(second, "decision")))
    assert "open proposals come to 6 000,00 € in all. The money does not suffice for every one of them." in page


def _propose(db: Any, case: Any, by: Any) -> None:
    from lending.decisions.proposal import propose_grant

    propose_grant(db, case, amount_cents=3000_00, months=36, purpose="debts", reasons="x", by=by, at=NOW)
