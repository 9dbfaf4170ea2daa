"""Grace months and waiver: asked, decided by the right person, and seen in plan, balance and ledger."""

from datetime import date

import pytest
from sqlalchemy import select

from lending.basics.errors import NotAllowed, NotFound, Refused
from lending.cases import timeline
from lending.cases.model import Notice
from lending.changes import grace, requests, waiver
from lending.changes.waiver import Release
from lending.loans import reversal
from lending.loans.book import open_book
from lending.loans.extra_payment import preview_extra
from lending.loans.model import LedgerEntry
from lending.loans.position import position
from tests.builders import a_citizen, a_colleague
from tests.workflow.loan_life import a_loan, invariants, noon

DAY = date(2026, 4, 20)
NEXT = [date(2026, 5, 15), date(2026, 6, 15)]


@pytest.fixture
def life(db):
    """A loan with three instalments paid, looked at on 20 April 2026."""
    life = a_loan(db)
    life.pay_instalments(date(2026, 4, 15))
    life.on(DAY)
    return life


def ask_grace(life, dates=NEXT, reason="I have been laid off."):
    return grace.request_grace(life.db, life.loan, dates, reason, life.borrower.actor, noon(DAY))


def ask_waiver(life, release):
    return waiver.request_waiver(life.db, life.loan, release, "I cannot work any more.", life.borrower.actor, noon(DAY))


def kinds(life, for_citizen=True):
    return [event.kind for event in timeline.events_of(life.db, life.case, for_citizen)]


# --- Grace months ----------------------------------------------------------------------------------------------------


def test_the_effect_of_grace_months_is_shown_before_they_are_asked_for(life):
    book = open_book(life.db, life.loan)
    preview = grace.preview_grace(book, NEXT, DAY)
    before = position(life.db, life.loan, DAY)
    assert preview.before.last_due == before.last_due == date(2028, 1, 15)
    assert preview.after.last_due == date(2028, 3, 15)
    assert abs(preview.after.instalment_cents - preview.before.instalment_cents) < 100
    assert preview.extra_interest_cents > 0
    assert [row.kind for row in preview.rows[:3]] == ["grace", "grace", "regular"]
    assert preview.rows[0].principal_cents == 0 < preview.rows[0].interest_cents


def test_a_grace_month_is_asked_for_and_granted_and_the_new_plan_shows(life):
    request = ask_grace(life)
    assert (request.state, request.due_dates) == ("requested", ["2026-05-15", "2026-06-15"])
    assert request.preview["after"]["last_due"] == "2028-03-15"
    decider = life.staff.decider.actor
    requests.take_request(life.db, request, decider, noon(DAY))
    assert request.state == "in_preparation"
    grace.grant_grace(life.db, request, decider, noon(DAY), reasons="Unemployment.", clauses=["5.1b"])
    assert (request.state, request.decision_clauses) == ("granted", ["keusote-2025:5.1b"])
    after = position(life.db, life.loan, DAY)
    assert after.last_due == date(2028, 3, 15) and len(after.rows) == 26
    assert [row.kind for row in after.rows[3:6]] == ["grace", "grace", "regular"]
    assert after.versions[-1].id == request.plan_version_id and after.versions[-1].reason == "grace"
    assert after.instalment_cents == request.preview["after"]["instalment_cents"]
    assert kinds(life)[:3] == ["grace-granted", "change-request-taken", "grace-requested"]
    assert "change-decided" in life.db.scalars(select(Notice.kind)).all()
    invariants(life)


def test_in_a_grace_month_only_interest_is_billed_and_paid(life):
    grace.grant_grace(life.db, ask_grace(life), life.staff.decider.actor, noon(DAY))
    principal = life.loan.principal_balance_cents
    standing = life.on(date(2026, 5, 15))
    row = standing.rows[3]
    assert (row.kind, row.state, row.principal_cents) == ("grace", "due", 0)
    assert row.instalment_cents == row.interest_cents > 0
    life.pay(date(2026, 5, 15), row.open_cents)
    assert life.loan.principal_balance_cents == principal and life.loan.interest_balance_cents == 0
    life.pay_instalments(date(2026, 8, 15))
    assert life.loan.principal_balance_cents < principal
    invariants(life)


def test_grace_months_have_a_limit_that_counts_those_already_given(life):
    book = open_book(life.db, life.loan)
    assert grace.grace_left(book) == 12
    choices = grace.grace_choices(book, DAY)
    assert len(choices) == 12 and choices[0] == NEXT[0]
    first = ask_grace(life, choices[:10])
    grace.grant_grace(life.db, first, life.staff.decider.actor, noon(DAY))
    book = open_book(life.db, life.loan)
    assert grace.grace_left(book) == 2
    with pytest.raises(Refused, match="grace-too-many") as refused:
        ask_grace(life, [*grace.grace_choices(book, DAY)[:2], date(2027, 8, 15)])
    assert refused.value.facts == {"most": 12, "left": 2, "clause": "keusote-2025:5.1c"}
    life.on(date(2026, 7, 20))
    assert grace.grace_left(open_book(life.db, life.loan)) == 2


@pytest.mark.parametrize("wrong", [date(2026, 5, 16), date(2026, 4, 15), date(2031, 1, 15)])
def test_only_due_dates_not_yet_billed_can_become_grace_months(life, wrong):
    with pytest.raises(Refused, match="grace-date-not-possible"):
        ask_grace(life, [wrong])


def test_a_month_billed_while_the_request_waited_cannot_be_granted(life):
    request = ask_grace(life)
    late = date(2026, 5, 5)
    with pytest.raises(Refused, match="grace-date-not-possible"):
        grace.grant_grace(life.db, request, life.staff.decider.actor, noon(late))
    grace.grant_grace(life.db, request, life.staff.decider.actor, noon(late), due_dates=[NEXT[1]])
    assert request.granted_due_dates == ["2026-06-15"]


def test_a_refusal_needs_reasons_and_clauses(life):
    request, decider = ask_grace(life), life.staff.decider.actor
    with pytest.raises(Refused, match="reasons-missing"):
        grace.refuse_grace(life.db, request, decider, noon(DAY), " ", ["5.1b"])
    with pytest.raises(Refused, match="clauses-missing"):
        grace.refuse_grace(life.db, request, decider, noon(DAY), "The income has not changed.", [])
    versions = len(open_book(life.db, life.loan).versions)
    grace.refuse_grace(life.db, request, decider, noon(DAY), "The income has not changed.", ["5.1b"])
    assert request.state == "refused" and len(open_book(life.db, life.loan).versions) == versions
    assert kinds(life)[0] == "grace-refused"
    with pytest.raises(Refused, match="not-in-this-state"):
        grace.grant_grace(life.db, request, decider, noon(DAY))


def test_a_request_is_the_borrowers_own_with_a_reason_and_one_at_a_time(life):
    with pytest.raises(NotFound):
        grace.request_grace(life.db, life.loan, NEXT, "Why not", a_citizen(life.db).actor, noon(DAY))
    with pytest.raises(Refused, match="reason-missing"):
        ask_grace(life, reason="  ")
    with pytest.raises(Refused, match="grace-dates-missing"):
        ask_grace(life, [])
    request = ask_grace(life)
    with pytest.raises(Refused, match="change-already-requested"):
        ask_grace(life)
    assert requests.own_request(life.db, request.id, life.borrower.actor) is request
    with pytest.raises(NotFound):
        requests.own_request(life.db, request.id, a_citizen(life.db).actor)
    requests.withdraw_request(life.db, request, life.borrower.actor, noon(DAY))
    assert request.state == "withdrawn"
    assert ask_grace(life).state == "requested"
    assert len(requests.requests_of(life.db, life.loan)) == 2


def test_only_those_with_the_right_in_the_unit_decide(life):
    request = ask_grace(life)
    with pytest.raises(NotAllowed):
        grace.grant_grace(life.db, request, life.staff.preparer.actor, noon(DAY))
    with pytest.raises(NotFound):
        requests.staff_request(life.db, request.id, a_colleague(life.db, "decider", unit="team-2").actor)
    requests.take_request(life.db, request, life.staff.preparer.actor, noon(DAY))
    with pytest.raises(Refused, match="request-taken"):
        requests.take_request(life.db, request, life.staff.decider.actor, noon(DAY))


# --- Waiver ----------------------------------------------------------------------------------------------------------


def propose(life, request, release, by=None):
    by = by or life.staff.decider
    reasons = "Long unemployment makes full collection unreasonable."
    return waiver.propose_waiver(life.db, request, release, reasons, ["5.1e"], by.actor, noon(DAY))


def test_a_part_is_released_and_the_ledger_says_why(life):
    before = position(life.db, life.loan, DAY)
    request = ask_waiver(life, Release(principal_cents=1000_00))
    assert request.preview["owed_after_cents"] == before.owed_cents - 1000_00
    propose(life, request, Release(principal_cents=1000_00))
    assert request.state == "proposed" and waiver.proposed_release(request) == Release(principal_cents=1000_00)
    waiver.grant_waiver(
        life.db, request, waiver.proposed_release(request), life.staff.waiver_decider.actor, noon(DAY), clauses=["5.1e"]
    )
    after = position(life.db, life.loan, DAY)
    assert after.principal_cents == before.principal_cents - 1000_00
    assert after.last_due == before.last_due and after.instalment_cents < before.instalment_cents
    entry = life.db.scalars(select(LedgerEntry).where(LedgerEntry.kind == "waiver")).one()
    assert (entry.principal_cents, entry.cause_id, entry.amount_cents) == (-1000_00, request.id, 1000_00)
    line = next(line for line in after.lines if line.entry is entry)
    assert line.explanation == "waived" and line.facts["principal_cents"] == 1000_00
    assert kinds(life)[:2] == ["waiver-granted", "waiver-requested"]
    assert kinds(life, for_citizen=False)[1] == "waiver-proposed"
    invariants(life)


def test_a_part_can_shorten_the_term_instead(life):
    before = position(life.db, life.loan, DAY)
    request = ask_waiver(life, Release(principal_cents=500_00))
    release = Release(principal_cents=500_00, effect="shorten_term")
    propose(life, request, release)
    waiver.grant_waiver(life.db, request, release, life.staff.waiver_decider.actor, noon(DAY))
    after = position(life.db, life.loan, DAY)
    assert after.instalment_cents == before.instalment_cents and after.last_due < before.last_due


def test_released_of_everything_the_loan_and_its_case_close(life):
    request = ask_waiver(life, Release(everything=True))
    propose(life, request, Release(everything=True))
    waiver.grant_waiver(life.db, request, Release(everything=True), life.staff.waiver_decider.actor, noon(DAY))
    assert (life.loan.state, life.case.state) == ("closed", "closed")
    assert request.granted_principal_cents == request.asked_principal_cents
    assert request.granted_interest_cents == request.asked_interest_cents > 0
    assert position(life.db, life.loan, DAY).next_instalment is None
    invariants(life)


def test_arrears_are_released_first_oldest_first(db):
    life = a_loan(db)
    late = life.on(DAY)
    assert len(late.overdue_rows) == 3
    owed = late.overdue_cents
    request = ask_waiver(life, Release(principal_cents=500_00, interest_cents=10_00))
    propose(life, request, Release(principal_cents=500_00, interest_cents=10_00))
    waiver.grant_waiver(life.db, request, waiver.proposed_release(request), life.staff.waiver_decider.actor, noon(DAY))
    after = position(db, life.loan, DAY)
    assert after.overdue_cents < owed
    assert after.rows[0].open_cents == 0
    invariants(life)


def test_nobody_decides_what_they_have_proposed_themselves(life):
    both = a_colleague(life.db, "decider", "waiver_decider")
    request = ask_waiver(life, Release(principal_cents=1000_00))
    propose(life, request, Release(principal_cents=1000_00), by=both)
    with pytest.raises(Refused, match="proposer-cannot-decide"):
        waiver.grant_waiver(life.db, request, Release(principal_cents=1000_00), both.actor, noon(DAY))
    with pytest.raises(Refused, match="proposer-cannot-decide"):
        waiver.refuse_waiver(life.db, request, both.actor, noon(DAY), "No.", ["5.1e"])


def test_a_waiver_is_not_decided_before_it_is_proposed_nor_by_those_without_the_right(life):
    request = ask_waiver(life, Release(principal_cents=1000_00))
    decider = life.staff.waiver_decider.actor
    with pytest.raises(Refused, match="waiver-not-proposed"):
        waiver.grant_waiver(life.db, request, Release(principal_cents=1000_00), decider, noon(DAY))
    with pytest.raises(NotAllowed):
        propose(life, request, Release(principal_cents=1000_00), by=life.staff.preparer)
    propose(life, request, None)
    assert request.proposal == "refuse" and waiver.proposed_release(request) is None
    with pytest.raises(NotAllowed):
        waiver.grant_waiver(life.db, request, Release(principal_cents=1), life.staff.decider.actor, noon(DAY))
    waiver.refuse_waiver(life.db, request, decider, noon(DAY), "The income suffices.", ["5.1e"])
    assert request.state == "refused" and kinds(life)[0] == "waiver-refused"


@pytest.mark.parametrize(
    ("release", "code"),
    [
        (Release(), "waiver-empty"),
        (Release(principal_cents=-5), "waiver-empty"),
        (Release(principal_cents=9000_00), "waiver-too-large"),
        (Release(interest_cents=9000_00), "waiver-too-large"),
        (Release(principal_cents=5, effect="magic"), "effect-unknown"),
    ],
)
def test_a_waiver_that_cannot_be_is_refused(life, release, code):
    with pytest.raises(Refused, match=code):
        ask_waiver(life, release)


def test_a_whole_life_with_everything_in_it_ends_at_nothing(db):
    """Disbursed, billed, paid, late, early, in grace, a part released, paid off."""
    life = a_loan(db)
    life.pay_instalments(date(2026, 3, 15))
    overdue = life.on(date(2026, 4, 20)).overdue_cents
    life.pay(date(2026, 4, 20), overdue)
    grace.grant_grace(db, ask_grace(life), life.staff.decider.actor, noon(DAY))
    life.pay_instalments(date(2026, 6, 15))
    life.pay(date(2026, 6, 25), 300_00)
    invariants(life)
    at = noon(date(2026, 7, 20))
    life.pay_instalments(date(2026, 7, 15))
    request = waiver.request_waiver(db, life.loan, Release(500_00), "Illness.", life.borrower.actor, at)
    propose(life, request, Release(500_00))
    waiver.grant_waiver(db, request, Release(500_00), life.staff.waiver_decider.actor, at)
    invariants(life)
    day = date(2026, 9, 3)
    quote = life.on(day).payoff
    life.pay(day, quote.total_cents)
    assert (life.loan.state, life.case.state) == ("closed", "closed")
    assert [version.reason for version in position(db, life.loan, day).versions] == [
        "disbursement",
        "grace",
        "extra-payment",
        "waiver",
    ]
    invariants(life)


@pytest.mark.parametrize("effect", ["shorten_term", "lower_instalment"])
def test_money_that_comes_before_a_grace_month_is_never_refused_for_it_and_can_be_undone(db, effect):
    life = a_loan(db)
    day = date(2026, 1, 20)
    (month,) = grace.grace_choices(open_book(db, life.loan), day)[11:12]
    asked = grace.request_grace(db, life.loan, [month], "Ill.", life.borrower.actor, noon(day))
    grace.grant_grace(db, asked, life.staff.decider.actor, noon(day))
    before = [(row.due_date, row.kind) for row in life.on(day).rows]
    assert (month, "grace") in before
    later = date(2026, 1, 21)
    seen = preview_extra(open_book(db, life.loan), 2800_00, effect, later, later)
    paid = life.pay(later, 2800_00, effect=effect)
    after = life.on(later)
    assert after.last_due == seen.after.last_due < month
    assert not any(row.kind == "grace" for row in after.rows)
    reversal.reverse_payment(db, life.loan, paid.id, "wrong-loan", life.staff.payments.actor, noon(later))
    assert [(row.due_date, row.kind) for row in life.on(later).rows] == before
