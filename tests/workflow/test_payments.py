"""What is paid, early, late, in part or beyond, goes where it belongs until the loan closes, on both databases."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest

from lending.basics.errors import NotAllowed, Refused
from lending.cases import timeline
from lending.loans import payments
from lending.loans.plan import calculator
from lending.loans.position import position
from lending.loans.reversal import reverse_payment
from tests.workflow.loan_life import (
    START,
    a_loan,
    entries,
    invariants,
    noon,
)


def test_a_payment_on_the_due_date_pays_interest_and_then_principal(db):
    life = a_loan(db)
    life.on(date(2026, 2, 15))
    instalment = position(db, life.loan, date(2026, 2, 15)).rows[0].instalment_cents
    entry = life.pay(date(2026, 2, 15), instalment)
    assert (entry.interest_cents, entry.principal_cents) == (-740, -(instalment - 740))
    standing = position(db, life.loan, date(2026, 2, 15))
    assert standing.rows[0].state == "paid" and standing.rows[0].paid_on == date(2026, 2, 15)
    assert standing.principal_cents == 3000_00 - instalment + 740
    assert standing.rows[0].closing_cents == standing.principal_cents
    assert standing.next_instalment.n == 2
    invariants(life)


def test_paid_on_time_to_the_end_the_loan_closes_with_the_plans_own_interest(db):
    life = a_loan(db, months=6, amount_cents=600_00)
    planned = calculator(600_00, 6, Decimal("2.5"), "actual/365", "15", START)
    life.pay_instalments(date(2026, 12, 31))
    assert (life.loan.state, life.case.state, life.loan.closed_on) == ("closed", "closed", date(2026, 7, 15))
    assert [row.instalment_cents for row in position(db, life.loan, date(2026, 8, 1)).rows] == [
        row.instalment_cents for row in planned.rows
    ]
    assert sum(e.interest_cents for e in entries(life, "interest_charge")) == planned.totals.interest_cents
    assert "loan-paid-off" in [event.kind for event in timeline.events_of(db, life.case, for_citizen=True)]
    assert life.loan.next_step_on is None
    invariants(life)


def test_money_that_comes_after_the_loan_has_closed_is_a_credit_and_opens_it_until_it_is_refunded(db):
    life = a_loan(db, months=3, amount_cents=600_00)
    life.pay_instalments(date(2026, 12, 31))
    day = date(2026, 8, 1)
    life.pay(day, 100)
    assert (life.loan.state, life.case.state, life.loan.credit_balance_cents) == ("running", "running", 100)
    assert life.loan.closed_on is None
    invariants(life)
    payments.record_refund(db, life.loan, day, life.staff.payments.actor, noon(day))
    assert (life.loan.state, life.case.state, life.loan.closed_on) == ("closed", "closed", day)
    invariants(life)


def test_paid_early_the_days_after_the_payment_go_with_the_next_instalment(db):
    life = a_loan(db)
    first = life.on(date(2026, 2, 10)).rows[0]
    life.pay(date(2026, 2, 10), first.instalment_cents)
    (charge,) = entries(life, "interest_charge")
    assert (charge.value_date, charge.interest_cents) == (date(2026, 2, 10), 637)
    standing = life.on(date(2026, 2, 15))
    assert standing.rows[0].state == "paid" and len(entries(life, "interest_charge")) == 1
    life.on(date(2026, 3, 15))
    assert entries(life, "interest_charge")[1].period_from == date(2026, 2, 10)
    assert len(standing.versions) == 1
    invariants(life)


def test_paid_late_interest_follows_the_real_days_and_the_instalment_stays(db):
    life = a_loan(db)
    life.on(date(2026, 3, 20))
    late = position(db, life.loan, date(2026, 3, 20))
    assert [row.state for row in late.rows[:3]] == ["overdue", "overdue", "planned"]
    assert late.overdue_cents == late.rows[0].instalment_cents + late.rows[1].instalment_cents
    assert late.rows[0].instalment_cents == late.rows[1].instalment_cents
    assert late.rows[1].interest_cents == 575, "28 days on the whole 3 000 euros"
    life.pay(date(2026, 3, 20), late.overdue_cents)
    after = position(db, life.loan, date(2026, 3, 20))
    assert after.overdue_cents == 0 and len(after.rows) == 24
    assert after.rows[-1].instalment_cents > after.rows[-2].instalment_cents
    invariants(life)


def test_a_payment_on_the_banking_day_after_a_weekend_is_in_time(db):
    life = a_loan(db)
    assert life.on(date(2026, 2, 16)).rows[0].state == "due", "15 February 2026 is a Sunday"
    assert life.on(date(2026, 2, 17)).rows[0].state == "overdue"


def test_part_of_an_instalment_leaves_the_rest_open(db):
    life = a_loan(db)
    life.on(date(2026, 2, 15))
    entry = life.pay(date(2026, 2, 15), 5_00)
    assert (entry.interest_cents, entry.principal_cents) == (-5_00, 0)
    standing = position(db, life.loan, date(2026, 2, 15))
    assert standing.rows[0].open_cents == standing.rows[0].instalment_cents - 5_00
    invariants(life)


def test_an_extra_payment_shortens_the_term_unless_the_borrower_says_otherwise(db):
    shorter, lower = a_loan(db), a_loan(db)
    for life in (shorter, lower):
        life.pay_instalments(date(2026, 3, 15))
    before = position(db, shorter.loan, date(2026, 3, 20))
    shorter.pay(date(2026, 3, 20), 600_00)
    lower.pay(date(2026, 3, 20), 600_00, effect="lower_instalment")
    short, low = (position(db, life.loan, date(2026, 3, 20)) for life in (shorter, lower))
    assert short.instalment_cents == before.instalment_cents and len(short.rows) < 24
    assert low.instalment_cents < before.instalment_cents and len(low.rows) == 24
    assert [version.reason for version in short.versions] == ["disbursement", "extra-payment"]
    for life, standing in ((shorter, short), (lower, low)):
        invariants(life)
        assert standing.lines[-1].explanation == "paid-extra"
        assert standing.lines[-1].facts["extra_cents"] == 600_00
        assert standing.rows[-1].closing_cents == 0


def test_a_lowered_instalment_never_goes_below_the_policys_minimum(db):
    life = a_loan(db, amount_cents=600_00, months=24)
    life.pay(date(2026, 1, 20), 400_00, effect="lower_instalment")
    standing = position(db, life.loan, date(2026, 1, 20))
    assert standing.instalment_cents == 20_00 and len(standing.rows) == 11


def test_the_pay_off_quote_pays_the_loan_off_to_the_day(db):
    life = a_loan(db)
    life.pay_instalments(date(2026, 4, 15))
    day = date(2026, 4, 27)
    quote = life.on(day).payoff
    assert quote.total_cents == quote.principal_cents + quote.accrued_cents
    assert (quote.accrued_from, quote.interest_cents) == (date(2026, 4, 15), 0)
    assert quote.accrued_cents == round(quote.principal_cents * 12 * 0.025 / 365)
    life.pay(day, quote.total_cents)
    assert life.loan.state == "closed"
    assert position(db, life.loan, day).lines[-1].explanation == "paid-off"
    invariants(life)


def test_what_is_paid_beyond_everything_is_a_credit_and_the_loan_closes_when_it_is_refunded(db):
    life = a_loan(db)
    day = date(2026, 3, 3)
    total = life.on(day).payoff.total_cents
    life.pay(day, total + 12_34)
    assert life.loan.state == "running" and life.loan.credit_balance_cents == 12_34
    assert position(db, life.loan, day).next_instalment is None
    invariants(life)
    with pytest.raises(Refused, match="credit-changed"):
        payments.record_refund(db, life.loan, day, life.staff.payments.actor, noon(day), shown_cents=12_33)
    entry = payments.record_refund(db, life.loan, day, life.staff.payments.actor, noon(day), shown_cents=12_34)
    assert entry.amount_cents == -12_34
    assert "refund-recorded" in [each.kind for each in timeline.events_of(db, life.case, for_citizen=True)]
    assert life.loan.state == "closed"
    invariants(life)
    with pytest.raises(Refused, match="no-credit"):
        payments.record_refund(db, life.loan, day, life.staff.payments.actor, noon(day))


def test_nothing_is_paid_back_before_it_came(db):
    life = a_loan(db)
    life.pay_instalments(date(2026, 2, 15))
    day = date(2026, 3, 3)
    life.pay(day, life.on(day).payoff.total_cents + 12_34)
    by, at = life.staff.payments.actor, noon(date(2026, 3, 10))
    with pytest.raises(Refused, match="value-date-before-credit") as refused:
        payments.record_refund(db, life.loan, date(2026, 3, 2), by, at)
    assert (refused.value.field, refused.value.facts) == ("value_date", {"since": day})
    refund = payments.record_refund(db, life.loan, date(2026, 3, 5), by, at)
    reverse_payment(db, life.loan, refund.id, "returned-by-bank", by, at)
    payments.record_refund(db, life.loan, day, by, at)
    assert life.loan.state == "closed"
    invariants(life)


def test_the_same_command_twice_is_booked_once(db):
    life = a_loan(db)
    first = life.pay(date(2026, 2, 15), 50_00, idempotency_key="bank-1")
    again = life.pay(date(2026, 2, 15), 50_00, idempotency_key="bank-1")
    assert first.id == again.id and len(entries(life, "payment")) == 1


def test_a_back_dated_payment_is_booked_as_a_difference(db):
    life, prompt = a_loan(db), a_loan(db)
    for one in (life, prompt):
        one.on(date(2026, 2, 15))
    prompt.pay(date(2026, 2, 15), 130_00)
    for one in (life, prompt):
        one.on(date(2026, 3, 15))
    life.pay(date(2026, 2, 15), 130_00, booked=date(2026, 3, 20))
    prompt.on(date(2026, 3, 20))
    (correction,) = entries(life, "correction")
    assert correction.reason == "recalculated" and correction.interest_cents < 0
    for balance in ("principal_balance_cents", "interest_balance_cents", "credit_balance_cents"):
        assert getattr(life.loan, balance) == getattr(prompt.loan, balance)
    codes = [line.explanation for line in position(db, life.loan, date(2026, 3, 20)).lines]
    assert "interest-recalculated" in codes
    invariants(life)


def test_a_payment_that_cannot_be_is_refused(db):
    life = a_loan(db)
    for payment, code in (
        ({"cents": 0, "day": START}, "amount-not-positive"),
        ({"cents": 100, "day": START + timedelta(days=9), "booked": START}, "value-date-in-future"),
        ({"cents": 100, "day": START - timedelta(days=1), "booked": START}, "value-date-before-loan"),
        ({"cents": 100, "day": START, "effect": "magic"}, "effect-unknown"),
    ):
        with pytest.raises(Refused, match=code):
            life.pay(**payment)
    with pytest.raises(NotAllowed):
        payments.record_payment(db, life.loan, payments.Payment(100, START), life.staff.preparer.actor, noon(START))


def test_after_the_last_instalment_was_late_its_days_are_billed_once_more(db):
    life = a_loan(db, months=3, amount_cents=1000_00)
    life.pay_instalments(date(2026, 3, 15))
    last = life.on(date(2026, 4, 29)).rows[2]
    life.pay(date(2026, 4, 29), last.open_cents)
    standing = position(db, life.loan, date(2026, 4, 29))
    assert life.loan.state == "running" and standing.principal_cents == 0
    rest = standing.rows[-1]
    assert (rest.n, rest.principal_cents, rest.instalment_cents) == (4, 0, 32), "14 days"
    life.pay_instalments(date(2026, 6, 30))
    assert life.loan.state == "closed"
    invariants(life)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_paid_and_when_the_ledger_holds_and_the_end_is_reached(db, seed):
    rng = random.Random(seed)
    life = a_loan(db, due_day=rng.choice(["15", "last"]), months=rng.choice([6, 12]), amount_cents=1200_00)
    day = START
    for _ in range(14):
        day += timedelta(days=rng.randint(3, 24))
        standing = life.on(day)
        if life.loan.state == "closed":
            break
        amount = rng.choice([1, 20_00, 100_00, standing.overdue_cents, standing.instalment_cents, 350_00])
        if amount:
            back = rng.choice([0, 0, 0, 12])
            life.pay(max(START, day - timedelta(days=back)), amount, booked=day)
        invariants(life)
    if life.loan.state == "running":
        standing = life.on(day)
        if standing.payoff.total_cents:
            life.pay(day, standing.payoff.total_cents)
        if life.loan.credit_balance_cents:
            payments.record_refund(db, life.loan, day, life.staff.payments.actor, noon(day))
    assert life.loan.state == "closed"
    invariants(life)
