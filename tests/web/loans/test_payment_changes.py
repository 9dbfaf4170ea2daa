"""Changing the payments of a loan, on both sides: the effect before anything is sent, and the decision."""

import re
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from flask import Flask

from lending.changes.new_terms import Wish, preview_change
from lending.loans.billing import bring_up_to
from lending.loans.book import open_book
from lending.loans.model import Loan
from lending.loans.position import position
from lending.policy import policies
from lending.policy.figures import figures_of
from tests.web.loans.sights import TODAY, Sessions, asked_for, euros
from tests.web.police import Police, page_of, text_of
from tests.workflow.loan_life import Life, noon
from tests.workflow.new_rates import with_rate
from web.formats import day

WHY = "Työaikani lyheni."
#: What is wished of each kind, as it is typed, and as the domain knows it.
WISHES = {
    "extension": ({"months": "6"}, Wish("extension", months=6)),
    "instalment": ({"instalment": "100,00"}, Wish("instalment", instalment_cents=100_00)),
    "due-day": ({"due_day": "last"}, Wish("due_day", due_day="last")),
}
POSTPONED = {"due_date": "2026-02-15", "until": "10.3.2026"}


@pytest.fixture
def postponing(monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    """Criteria that let one instalment be paid a month later."""
    by_id = policies.Policies.by_id
    monkeypatch.setattr(
        policies.Policies, "by_id", lambda self, name: replace(by_id(self, name), postponement_months_max=1)
    )


def ask(client: Police, mine: str, kind: str, query: dict[str, str], reason: str = WHY):
    address = f"{mine}/{kind}/preview"
    return client.post(address, query_string=query, data={"csrf_token": client.token(), "reason": reason})


# --- Asking ----------------------------------------------------------------------------------------------------------


def test_only_what_the_criteria_allow_is_offered(citizen_client: Police, mine: str):
    links = {link.get("href") for link in page_of(citizen_client.get(f"{mine}/change")).iter("a")}
    assert {f"{mine}/{kind}" for kind in ("grace", "extension", "instalment", "due-day", "waiver")} <= links
    assert f"{mine}/postponement" not in links
    assert citizen_client.get(f"{mine}/postponement").status_code == 404
    assert ask(citizen_client, mine, "postponement", POSTPONED).status_code == 404


@pytest.mark.parametrize("kind", WISHES)
def test_the_effect_is_shown_before_anything_is_sent_and_kept_with_the_request(
    citizen_client: Police, mine: str, loan_id: UUID, sessions: Sessions, kind: str
):
    query, wish = WISHES[kind]
    with sessions() as db:
        shown = preview_change(open_book(db, db.get_one(Loan, loan_id)), wish, TODAY)
    text = text_of(page_of(citizen_client.get(f"{mine}/{kind}/preview", query_string=query)))
    for side in (shown.before, shown.after):
        assert all(
            each in text for each in (euros(side.instalment_cents), day(side.last_due), euros(side.interest_cents))
        )
    assert asked_for(sessions) is None
    answer = ask(citizen_client, mine, kind, query)
    assert answer.status_code == 303
    asked = asked_for(sessions)
    assert (asked.kind, asked.reason, asked.asked_terms) == (wish.kind, WHY, wish.snapshot())
    assert asked.preview == shown.snapshot()
    assert citizen_client.get(answer.location).status_code == 200


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("extension", {"months": "0"}),
        ("extension", {"months": "25"}),
        ("extension", {"months": "abc"}),
        ("instalment", {"instalment": "1,00"}),
        ("instalment", {"instalment": "paljon"}),
        ("instalment", {"instalment": "50000,00"}),
        ("due-day", {"due_day": "15"}),
        ("due-day", {"due_day": "31"}),
    ],
)
def test_a_wrong_wish_gets_a_sentence_and_is_kept(
    citizen_client: Police, mine: str, sessions: Sessions, kind: str, wrong: dict[str, str]
):
    found = page_of(citizen_client.get(f"{mine}/{kind}/preview", query_string=wrong))
    assert found.find(".//*[@id='error-summary']") is not None
    if kind != "due-day":
        (name, typed), *_rest = wrong.items()
        assert found.find(f".//input[@name='{name}']").get("value") == typed
    citizen_client.queries_at_most = 34  # the act reads the loan, and then the page that says why it was refused
    assert ask(citizen_client, mine, kind, wrong).status_code == 422
    assert asked_for(sessions) is None


@pytest.mark.parametrize("kind", WISHES)
def test_nothing_chosen_and_no_reason_are_sentences(citizen_client: Police, mine: str, sessions: Sessions, kind: str):
    empty = page_of(citizen_client.get(f"{mine}/{kind}/preview"))
    assert empty.find(".//*[@id='error-summary']") is not None
    query, _wish = WISHES[kind]
    answer = ask(citizen_client, mine, kind, query, reason=" ")
    assert answer.status_code == 422
    assert page_of(answer).find(".//*[@id='error-summary']") is not None
    assert asked_for(sessions) is None


def test_a_second_request_of_the_kind_waits_for_the_first(citizen_client: Police, mine: str, sessions: Sessions):
    query, _wish = WISHES["extension"]
    first = ask(citizen_client, mine, "extension", query).location
    assert ask(citizen_client, mine, "extension", query).status_code == 422
    for page in (f"{mine}/extension", f"{mine}/change"):
        assert first in {link.get("href") for link in page_of(citizen_client.get(page)).iter("a")}


def test_an_instalment_can_be_postponed_where_the_criteria_allow_it(
    citizen_client: Police,
    staff_client,
    mine: str,
    office_page: str,
    sessions: Sessions,
    loan_id: UUID,
    postponing: None,
):
    assert f"{mine}/postponement" in {
        link.get("href") for link in page_of(citizen_client.get(f"{mine}/change")).iter("a")
    }
    too_long = citizen_client.get(f"{mine}/postponement/preview", query_string=POSTPONED | {"until": "16.3.2026"})
    assert page_of(too_long).find(".//*[@id='error-summary']") is not None
    assert "10.3.2026" in text_of(page_of(citizen_client.get(f"{mine}/postponement/preview", query_string=POSTPONED)))
    assert ask(citizen_client, mine, "postponement", POSTPONED).status_code == 303
    decided = f"{office_page}/changes/{asked_for(sessions).id}"
    client = staff_client("decider")
    assert "10.3.2026" in text_of(page_of(client.get(decided)))
    fields = {"outcome": "grant", **POSTPONED}
    assert client.send_form(f"{decided}/decide", fields, from_page=decided).status_code == 303
    with sessions() as db:
        assert open_book(db, db.get_one(Loan, loan_id)).terms.postponed == ((1, date(2026, 3, 10)),)
    own_page = text_of(page_of(citizen_client.get(mine)))
    assert "Maksa seuraavaksi" in own_page and "10.3.2026 mennessä" in own_page
    assert "Siirretty, maksa 10.3.2026 mennessä" in own_page


def test_an_ended_loan_tells_that_there_is_nothing_to_change(
    staff_client, citizen_client: Police, mine: str, office_page: str, loan_id: UUID, sessions: Sessions
):
    owed = {"amount": "3 000,21", "value_date": day(TODAY), "effect": "shorten_term"}
    staff_client("payments").send_form(f"{office_page}/payments", owed, from_page=office_page)
    with sessions() as db:
        assert db.get_one(Loan, loan_id).state == "closed"
    for page in ("change", "extension", "instalment", "due-day", "grace", "pay-off", "extra-payment", "plans"):
        assert citizen_client.get(f"{mine}/{page}").status_code == 200, page
    assert ask(citizen_client, mine, "extension", {"months": "6"}).status_code == 422


def test_the_least_instalment_is_the_same_before_and_after_it_is_chosen(citizen_client: Police, mine: str):
    told = re.search(r"Vähintään ([0-9,\s]+€)", text_of(page_of(citizen_client.get(f"{mine}/change"))))
    assert told is not None and told[1] in text_of(page_of(citizen_client.get(f"{mine}/instalment")))


# --- Deciding --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", WISHES)
def test_what_was_shown_before_granting_is_what_comes_of_it(
    citizen_client: Police, staff_client, mine: str, office_page: str, sessions: Sessions, loan_id: UUID, kind: str
):
    query, wish = WISHES[kind]
    own_page = ask(citizen_client, mine, kind, query).location
    asked = asked_for(sessions)
    decided, client = f"{office_page}/changes/{asked.id}", staff_client("decider")
    with sessions() as db:
        shown = preview_change(open_book(db, db.get_one(Loan, loan_id)), wish, TODAY)
    text = text_of(page_of(client.get(decided)))
    assert WHY in text
    assert day(shown.after.last_due) in text
    answer = client.send_form(f"{decided}/decide", {"outcome": "grant", **query}, from_page=decided)
    assert answer.status_code == 303
    with sessions() as db:
        stands = position(db, db.get_one(Loan, loan_id), TODAY)
    assert (stands.instalment_cents, stands.last_due) == (shown.after.instalment_cents, shown.after.last_due)
    assert asked_for(sessions).granted_terms == wish.snapshot()
    plans = text_of(page_of(citizen_client.get(f"{mine}/plans")))
    assert all(day(side.last_due) in plans for side in (shown.before, shown.after))
    assert citizen_client.get(own_page).status_code == client.get(decided).status_code == 200


@pytest.mark.usefixtures("postponing")
@pytest.mark.parametrize("billed", [False, True])
def test_the_history_of_the_plan_tells_which_instalment_was_postponed_and_until_when(
    citizen_client: Police, staff_client, mine: str, office_page: str, life: Life, sessions: Sessions, billed: bool
):
    ask(citizen_client, mine, "postponement", POSTPONED)
    decided = f"{office_page}/changes/{asked_for(sessions).id}"
    staff_client("decider").send_form(f"{decided}/decide", {"outcome": "grant", **POSTPONED}, from_page=decided)
    if billed:
        with sessions.begin() as db:
            bring_up_to(db, db.get_one(Loan, life.loan.id), date(2026, 2, 20), noon(date(2026, 2, 20)))
    told = text_of(page_of(citizen_client.get(f"{mine}/plans")))
    assert "Erä, jonka eräpäivä on 15.2.2026, maksetaan viimeistään 10.3.2026." in told
    table = page_of(staff_client("decider").get(office_page)).iter("tr")
    [row] = [words for each in table if (words := text_of(each)).startswith("2 Yhden erän siirto")]
    assert "15.2.2026" not in row and "–" in row, "the plan of the other instalments began with the loan"


def test_the_history_of_the_plan_tells_the_interest_before_and_after_it_followed_the_reference_rate(
    citizen_client: Police, mine: str, life: Life, sessions: Sessions
):
    july = date(2026, 7, 1)
    with sessions.begin() as db:
        db.info["figures"] = with_rate(figures_of(db), july, "4")
        bring_up_to(db, db.get_one(Loan, life.loan.id), july, noon(july))
    told = text_of(page_of(citizen_client.get(f"{mine}/plans"))).replace("\u00a0", " ")
    assert "Korko oli 2,5 % vuodessa, ja 1.7.2026 alkaen se on 4 %." in told


@pytest.mark.parametrize("kind", WISHES)
def test_who_grants_and_says_not_what_is_told_so_at_the_field(
    citizen_client: Police, staff_client, mine: str, office_page: str, sessions: Sessions, kind: str
):
    query, _wish = WISHES[kind]
    ask(citizen_client, mine, kind, query)
    decided, client = f"{office_page}/changes/{asked_for(sessions).id}", staff_client("decider")
    empty = {"outcome": "grant", "reasons": WHY, **dict.fromkeys(query, "")}
    answer = client.send_form(f"{decided}/decide", empty, from_page=decided)
    assert answer.status_code == 422
    (name,) = query
    found = page_of(answer)
    assert "Täytä tämä, kun myönnät pyynnön." in text_of(found.find(f".//*[@id='{name}-error']"))
    assert "Täytä tämä, kun myönnät pyynnön." in text_of(found.find(".//*[@id='error-summary']"))
    assert asked_for(sessions).state == "requested"


def test_nothing_else_is_offered_where_there_is_only_one_other_due_day(
    citizen_client: Police, staff_client, mine: str, office_page: str, sessions: Sessions
):
    ask(citizen_client, mine, "due-day", {"due_day": "last"})
    words = text_of(page_of(staff_client("decider").get(f"{office_page}/changes/{asked_for(sessions).id}")))
    assert "Voit myöntää muuta" not in words


def test_nobody_is_waited_for_once_a_request_has_been_decided(
    citizen_client: Police, staff_client, mine: str, office_page: str, sessions: Sessions
):
    ask(citizen_client, mine, "extension", {"months": "6"})
    decided, client = f"{office_page}/changes/{asked_for(sessions).id}", staff_client("decider")
    assert "Ei vielä ketään" in text_of(page_of(client.get(decided)))
    client.send_form(f"{decided}/decide", {"outcome": "grant", "months": "6"}, from_page=decided)
    assert "Ei vielä ketään" not in text_of(page_of(client.get(decided)))


def test_something_else_than_was_asked_for_may_be_granted(
    citizen_client: Police, staff_client, mine: str, office_page: str, sessions: Sessions
):
    ask(citizen_client, mine, "extension", {"months": "6"})
    decided, client = f"{office_page}/changes/{asked_for(sessions).id}", staff_client("decider")
    client.send_form(f"{decided}/decide", {"outcome": "grant", "months": "3"}, from_page=decided)
    assert asked_for(sessions).granted_terms["months"] == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"outcome": "", "months": "6", "reasons": "Peruste"},
        {"outcome": "grant", "months": "", "reasons": "Peruste"},
        {"outcome": "grant", "months": "99", "reasons": "Peruste"},
        {"outcome": "refuse", "months": "6", "reasons": "", "clauses": ["5.1d"]},
        {"outcome": "refuse", "months": "6", "reasons": "Peruste", "clauses": []},
    ],
)
def test_a_wrong_decision_gets_a_sentence_and_is_kept(
    citizen_client: Police, staff_client, mine: str, office_page: str, sessions: Sessions, wrong: dict[str, object]
):
    ask(citizen_client, mine, "extension", {"months": "6"})
    decided, client = f"{office_page}/changes/{asked_for(sessions).id}", staff_client("decider")
    answer = client.send_form(f"{decided}/decide", wrong, from_page=decided)
    assert answer.status_code == 422
    found = page_of(answer)
    assert found.find(".//*[@id='error-summary']") is not None
    assert text_of(found.find(".//textarea[@name='reasons']")) == wrong["reasons"]
    assert found.find(".//input[@name='months']").get("value", "") == wrong["months"]
    assert asked_for(sessions).state == "requested"


def test_a_refusal_needs_no_wish_and_tells_the_borrower_why(
    citizen_client: Police, staff_client, mine: str, office_page: str, sessions: Sessions
):
    own_page = ask(citizen_client, mine, "instalment", {"instalment": "100"}).location
    decided, client = f"{office_page}/changes/{asked_for(sessions).id}", staff_client("decider")
    fields = {"outcome": "refuse", "instalment": "", "reasons": "Maksukyky ei ole muuttunut", "clauses": ["5.1b"]}
    assert client.send_form(f"{decided}/decide", fields, from_page=decided).status_code == 303
    assert "Maksukyky ei ole muuttunut" in text_of(page_of(citizen_client.get(own_page)))


# --- Nobody else's ----------------------------------------------------------------------------------------------------


def test_another_citizen_finds_nothing(citizen_client: Police, other_client: Police, mine: str):
    pages = ["change", "pay-off", "extra-payment", "plans", *WISHES, *(f"{kind}/preview" for kind in WISHES)]
    for page in pages:
        assert citizen_client.get(f"{mine}/{page}").status_code == 200, page
        assert other_client.get(f"{mine}/{page}").status_code == 404, page
    for kind, (query, _wish) in WISHES.items():
        assert ask(other_client, mine, kind, query).status_code == 404
