"""A longer time, another instalment, another due day, one instalment later: asked, decided and seen in the plan."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from lending.basics.errors import NotAllowed, NotFound, Refused
from lending.cases import timeline
from lending.cases.model import Notice
from lending.changes import extra_effect, grace, new_terms, requests
from lending.changes.new_terms import Wish
from lending.loans import book as books
from lending.loans.book import open_book
from lending.loans.position import position
from tests.builders import a_citizen
from tests.workflow.loan_life import a_loan, invariants, noon

DAY = date(2026, 4, 20)


@pytest.fixture
def life(db):
    """A loan with three instalments paid, looked at on 20 April 2026."""
    life = a_loan(db)
    life.pay_instalments(date(2026, 4, 15))
    life.on(DAY)
    return life


def ask(life, wish, reason="I earn less now."):
    return new_terms.request_change(life.db, life.loan, wish, reason, life.borrower.actor, noon(DAY))


def grant(life, request, **given):
    return new_terms.grant_change(life.db, request, life.staff.decider.actor, noon(DAY), **given)


def preview(life, wish, on=DAY):
    return new_terms.preview_change(open_book(life.db, life.loan), wish, on)


def test_a_longer_time_is_asked_for_granted_and_seen(life):
    before = position(life.db, life.loan, DAY)
    request = ask(life, Wish("extension", months=6))
    assert (request.kind, request.asked_terms) == ("extension", {"kind": "extension", "months": 6})
    assert request.preview["after"]["last_due"] == "2028-07-15" and request.preview["extra_interest_cents"] > 0
    requests.take_request(life.db, request, life.staff.decider.actor, noon(DAY))
    grant(life, request, reasons="Illness.", clauses=["5.1d"])
    after = position(life.db, life.loan, DAY)
    assert len(after.rows) == 30 and after.last_due == date(2028, 7, 15)
    assert after.rows[:3] == before.rows[:3], "rows already billed never change"
    assert after.instalment_cents == request.preview["after"]["instalment_cents"] < before.instalment_cents
    assert after.versions[-1].reason == "extension" and request.plan_version_id == after.versions[-1].id
    assert request.granted_terms == request.asked_terms
    kinds = [event.kind for event in timeline.events_of(life.db, life.case, True)]
    assert kinds[:3] == ["change-granted", "change-request-taken", "change-requested"]
    assert "change-decided" in life.db.scalars(select(Notice.kind)).all()
    life.pay_instalments(date(2026, 8, 15))
    invariants(life)


def test_grace_months_given_are_counted_into_the_extension(life):
    assert new_terms.room_left(open_book(life.db, life.loan), DAY).left == 24
    dates = [date(2026, 5, 15), date(2026, 6, 15)]
    asked = grace.request_grace(life.db, life.loan, dates, "Laid off.", life.borrower.actor, noon(DAY))
    grace.grant_grace(life.db, asked, life.staff.decider.actor, noon(DAY))
    room = new_terms.room_left(open_book(life.db, life.loan), DAY)
    assert (room.most, room.left, room.clause) == (24, 22, "keusote-2025:5.1d")
    with pytest.raises(Refused, match="extension-too-long") as refused:
        ask(life, Wish("extension", months=23))
    assert refused.value.facts["left"] == 22
    grant(life, ask(life, Wish("extension", months=22)))
    assert len(position(life.db, life.loan, DAY).rows) == 48
    with pytest.raises(Refused, match="extension-too-long"):
        preview(life, Wish("extension", months=1))


def test_a_smaller_instalment_takes_as_many_rows_as_it_needs_within_the_time(life):
    with pytest.raises(Refused, match="instalment-too-small"):
        preview(life, Wish("instalment", instalment_cents=19_99))
    with pytest.raises(Refused, match="instalment-term-too-long") as refused:
        preview(life, Wish("instalment", instalment_cents=30_00))
    least = refused.value.facts["least_instalment_cents"]
    request = ask(life, Wish("instalment", instalment_cents=30_00 + least))
    grant(life, request, wish=Wish("instalment", instalment_cents=least))
    after = position(life.db, life.loan, DAY)
    assert after.instalment_cents == least and len(after.rows) == 48
    assert request.granted_terms["instalment_cents"] == least != request.asked_terms["instalment_cents"]
    assert after.versions[-1].reason == "instalment"
    life.pay_instalments(date(2026, 9, 15))
    invariants(life)


def test_the_due_day_changes_from_the_next_unbilled_row(life):
    before = position(life.db, life.loan, DAY)
    grant(life, ask(life, Wish("due_day", due_day="last")))
    after = position(life.db, life.loan, DAY)
    assert after.rows[:3] == before.rows[:3]
    assert [row.due_date for row in after.rows[3:6]] == [date(2026, 5, 31), date(2026, 6, 30), date(2026, 7, 31)]
    assert after.rows[3].interest_cents > before.rows[3].interest_cents, "sixteen days more"
    assert len(after.rows) == 24 and life.loan.due_day == "last"
    assert after.versions[-1].reason == "due-day"
    life.pay_instalments(date(2026, 7, 31))
    invariants(life)


def test_a_due_day_too_near_to_be_billed_in_time_moves_a_month_on(db):
    life = a_loan(db, due_day="last")
    life.pay_instalments(date(2026, 4, 30))
    on = date(2026, 5, 4)
    life.on(on)
    found = new_terms.preview_change(open_book(db, life.loan), Wish("due_day", due_day="15"), on)
    assert found.terms.first_due == date(2026, 6, 15)
    early = new_terms.preview_change(open_book(db, life.loan), Wish("due_day", due_day="15"), date(2026, 5, 1))
    assert early.terms.first_due == date(2026, 5, 15)


@pytest.fixture
def lenient(life, monkeypatch):
    """The same loan under criteria that let one instalment be paid a month later."""
    opened = books.open_book

    def with_postponement(db, loan):
        book = opened(db, loan)
        book.policy = replace(book.policy, postponement_months_max=1)
        return book

    for module in (books, new_terms):
        for name in ("open_book", "locked_book"):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, with_postponement)
    return life


def test_one_instalment_is_paid_later_and_is_not_late_until_then(lenient):
    life = lenient
    life.on(date(2026, 5, 2))
    wish = Wish("postponement", due_date=date(2026, 5, 15), until=date(2026, 6, 10))
    before = position(life.db, life.loan, date(2026, 5, 2))
    request = new_terms.request_change(
        life.db, life.loan, wish, "Waiting for pay.", life.borrower.actor, noon(date(2026, 5, 2))
    )
    assert new_terms.asked_wish(request) == wish
    new_terms.grant_change(life.db, request, life.staff.decider.actor, noon(date(2026, 5, 2)))
    after = position(life.db, life.loan, date(2026, 5, 2))
    assert [(row.due_date, row.instalment_cents) for row in after.rows] == [
        (row.due_date, row.instalment_cents) for row in before.rows
    ]
    assert after.rows[3].postponed_until == date(2026, 6, 10)
    assert life.on(date(2026, 6, 8)).overdue_rows == []
    assert [row.n for row in life.on(date(2026, 6, 11)).overdue_rows] == [4]
    life.pay_instalments(date(2026, 7, 15))
    invariants(life)


def test_without_the_rule_in_the_criteria_no_instalment_is_postponed(life):
    with pytest.raises(Refused, match="postponement-not-allowed"):
        ask(life, Wish("postponement", due_date=date(2026, 5, 15), until=date(2026, 6, 10)))


def test_a_wish_says_what_it_is(life):
    for wish in (Wish("extension"), Wish("instalment"), Wish("due_day"), Wish("postponement"), Wish("grace")):
        with pytest.raises(Refused, match="wish-incomplete"):
            ask(life, wish)
    with pytest.raises(Refused, match="due-day-not-allowed"):
        ask(life, Wish("due_day", due_day="20"))
    request = ask(life, Wish("extension", months=3))
    with pytest.raises(Refused, match="wish-incomplete"):
        grant(life, request, wish=Wish("due_day", due_day="last"))
    with pytest.raises(Refused, match="change-already-requested"):
        ask(life, Wish("extension", months=2))
    assert ask(life, Wish("due_day", due_day="last")).state == "requested", "another kind may wait beside it"


def test_the_right_people_ask_and_decide_and_a_refusal_has_its_reasons(life):
    with pytest.raises(NotFound):
        new_terms.request_change(
            life.db, life.loan, Wish("extension", months=2), "Please", a_citizen(life.db).actor, noon(DAY)
        )
    request, decider = ask(life, Wish("extension", months=2)), life.staff.decider.actor
    with pytest.raises(NotAllowed):
        new_terms.grant_change(life.db, request, life.staff.preparer.actor, noon(DAY))
    with pytest.raises(Refused, match="reasons-missing"):
        new_terms.refuse_change(life.db, request, decider, noon(DAY), " ", ["5.1b"])
    versions = len(open_book(life.db, life.loan).versions)
    new_terms.refuse_change(life.db, request, decider, noon(DAY), "The income has not changed.", ["5.1b"])
    assert request.state == "refused" and len(open_book(life.db, life.loan).versions) == versions
    with pytest.raises(Refused, match="not-in-this-state"):
        grant(life, request)


def test_when_nothing_is_left_nothing_changes(life):
    life.pay(DAY, life.on(DAY).payoff.total_cents)
    with pytest.raises(Refused, match="loan-not-running"):
        ask(life, Wish("extension", months=2))
    with pytest.raises(Refused, match="change-nothing-left"):
        preview(life, Wish("extension", months=2))


def test_what_extra_payments_do_is_the_borrowers_own_choice(life):
    borrower = life.borrower.actor
    before = life.on(DAY)
    extra_effect.choose_effect(life.db, life.loan, "lower_instalment", borrower, noon(DAY))
    extra_effect.choose_effect(life.db, life.loan, "lower_instalment", borrower, noon(DAY))
    kinds = [event.kind for event in timeline.events_of(life.db, life.case, True)]
    assert kinds.count("extra-effect-chosen") == 1
    life.pay(DAY, 300_00)
    lower = position(life.db, life.loan, DAY)
    assert lower.instalment_cents < before.instalment_cents and lower.last_due == before.last_due
    life.pay(DAY, 300_00, effect="shorten_term")
    shorter = position(life.db, life.loan, DAY)
    assert shorter.instalment_cents == lower.instalment_cents and shorter.last_due < lower.last_due
    with pytest.raises(Refused, match="effect-unknown"):
        extra_effect.choose_effect(life.db, life.loan, "vanish", borrower, noon(DAY))
    with pytest.raises(NotFound):
        extra_effect.choose_effect(life.db, life.loan, "shorten_term", a_citizen(life.db).actor, noon(DAY))
    life.pay(DAY, life.on(DAY).payoff.total_cents)
    with pytest.raises(Refused, match="loan-not-running"):
        extra_effect.choose_effect(life.db, life.loan, "shorten_term", borrower, noon(DAY))
    invariants(life)
