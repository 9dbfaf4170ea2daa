"""Undoing payments, and writing off: by opposite entries, with everything that follows derived again, once."""

from datetime import date

import pytest

from lending.basics.errors import NotAllowed, NotFound, Refused
from lending.cases import timeline
from lending.loans import payments
from lending.loans.payments import Payment
from lending.loans.position import position
from lending.loans.reversal import reverse_payment
from lending.loans.write_off import write_off
from tests.statements import statements_of
from tests.workflow.loan_life import START, a_loan, entries, invariants, noon

DAY = date(2026, 4, 20)


def reverse(life, entry, day=DAY, reason="returned-by-bank", by=None):
    by = by or life.staff.payments
    return reverse_payment(life.db, life.loan, entry.id, reason, by.actor, noon(day))


def balances(life):
    loan = life.loan
    return loan.principal_balance_cents, loan.interest_balance_cents, loan.credit_balance_cents, loan.accrued


def test_a_payment_is_undone_by_the_opposite_entry_that_names_it(db):
    life, never = a_loan(db), a_loan(db)
    life.on(date(2026, 2, 15))
    paid = life.pay(date(2026, 2, 15), 130_00)
    life.on(DAY)
    reversal = reverse(life, paid)
    never.on(DAY)
    assert (reversal.kind, reversal.reverses_id, reversal.reason) == ("reversal", paid.id, "returned-by-bank")
    assert (reversal.principal_cents, reversal.interest_cents) == (-paid.principal_cents, -paid.interest_cents)
    assert (reversal.value_date, reversal.booked_on) == (paid.value_date, DAY)
    assert balances(life) == balances(never)
    assert len(position(db, life.loan, DAY).overdue_rows) == 3
    assert "payment-reversed" in [each.kind for each in timeline.events_of(db, life.case, for_citizen=True)]
    assert "payment-reversed" in [line.explanation for line in position(db, life.loan, DAY).lines]
    invariants(life)


def test_done_twice_a_reversal_is_booked_once(db):
    life = a_loan(db)
    paid = life.pay(date(2026, 2, 15), 130_00)
    assert reverse(life, paid).id == reverse(life, paid).id
    assert len(entries(life, "reversal")) == 1


@pytest.mark.parametrize("effect", ["shorten_term", "lower_instalment"])
def test_without_its_extra_payment_the_plan_is_as_it_was(db, effect):
    life = a_loan(db)
    life.pay_instalments(date(2026, 3, 15))
    before = position(db, life.loan, date(2026, 3, 20))
    paid = life.pay(date(2026, 3, 20), 600_00, effect=effect)
    reverse(life, paid, day=date(2026, 3, 21))
    after = position(db, life.loan, date(2026, 3, 20))
    assert after.versions[-1].reason == "correction"
    assert after.last_due == before.last_due and len(after.rows) == len(before.rows)
    assert abs(after.instalment_cents - before.instalment_cents) <= 1
    assert abs(after.rows[-1].instalment_cents - before.rows[-1].instalment_cents) <= 24


def test_a_loan_that_the_payment_had_closed_opens_again_and_catches_up(db):
    life = a_loan(db)
    life.pay_instalments(date(2026, 3, 15))
    day = date(2026, 3, 20)
    paid = life.pay(day, life.on(day).payoff.total_cents)
    assert life.loan.state == "closed"
    reverse(life, paid, day=date(2026, 6, 20))
    assert (life.loan.state, life.case.state, life.loan.closed_on) == ("running", "running", None)
    assert [row.n for row in position(db, life.loan, date(2026, 6, 20)).overdue_rows] == [3, 4, 5]
    assert "loan-reopened" in [each.kind for each in timeline.events_of(db, life.case, for_citizen=True)]
    invariants(life)


def test_what_has_been_refunded_is_taken_back_before_its_payment(db):
    life = a_loan(db)
    paid = life.pay(DAY, life.on(DAY).payoff.total_cents + 10_00)
    refund = payments.record_refund(db, life.loan, DAY, life.staff.payments.actor, noon(DAY))
    with pytest.raises(Refused, match="credit-refunded"):
        reverse(life, paid)
    reverse(life, refund, reason="wrong-amount")
    assert life.loan.credit_balance_cents == 10_00 and life.loan.state == "running"
    reverse(life, paid)
    assert life.loan.credit_balance_cents == 0 and life.loan.principal_balance_cents == 3000_00
    invariants(life)


def test_a_refund_is_booked_once_by_its_key(db):
    life = a_loan(db)
    life.pay(DAY, life.on(DAY).payoff.total_cents + 10_00)
    by, at = life.staff.payments.actor, noon(DAY)
    first = payments.record_refund(db, life.loan, DAY, by, at, idempotency_key="refund-1")
    assert payments.record_refund(db, life.loan, DAY, by, at, idempotency_key="refund-1").id == first.id


def test_the_command_of_one_loan_is_not_that_of_another(db):
    life, other = a_loan(db), a_loan(db)
    life.pay(DAY, 50_00, idempotency_key="bank-7")
    with pytest.raises(Refused, match="command-used"):
        other.pay(DAY, 50_00, idempotency_key="bank-7")


def test_every_entry_names_its_command(db):
    life = a_loan(db)
    life.pay_instalments(date(2026, 3, 15))
    keys = [entry.idempotency_key for entry in entries(life)]
    assert all(keys) and len(set(keys)) == len(keys)


def test_only_payments_are_undone_for_a_reason_by_those_who_may(db):
    life, other = a_loan(db), a_loan(db)
    paid = life.pay(date(2026, 2, 15), 130_00)
    with pytest.raises(Refused, match="not-reversible"):
        reverse(life, entries(life, "interest_charge")[0])
    with pytest.raises(Refused, match="reversal-reason-unknown"):
        reverse(life, paid, reason="because")
    with pytest.raises(NotFound):
        reverse(other, paid)
    with pytest.raises(NotAllowed):
        reverse(life, paid, by=life.staff.preparer)


def test_written_off_a_loan_is_over_for_good(db):
    life = a_loan(db)
    paid = life.pay(date(2026, 2, 15), 130_00)
    owed = life.on(DAY)
    by, at = life.staff.decider.actor, noon(DAY)
    entry = write_off(db, life.loan, "Died without means.", by, at)
    assert -entry.principal_cents == owed.principal_cents
    assert -entry.principal_cents - entry.interest_cents == owed.owed_cents
    assert (life.loan.state, life.case.state) == ("closed", "closed")
    assert write_off(db, life.loan, "Died without means.", by, at).id == entry.id
    for act in (lambda: life.pay(DAY, 10_00), lambda: reverse(life, paid)):
        with pytest.raises(Refused, match="loan-written-off"):
            act()
    written = next(each for each in timeline.events_of(db, life.case, True) if each.kind == "loan-written-off")
    assert written.facts["reasons"] == "Died without means."
    invariants(life)


def test_a_write_off_needs_reasons_something_owed_and_the_right(db):
    life = a_loan(db)
    with pytest.raises(Refused, match="reasons-missing"):
        write_off(db, life.loan, " ", life.staff.decider.actor, noon(START))
    with pytest.raises(NotAllowed):
        write_off(db, life.loan, "Died.", life.staff.payments.actor, noon(START))
    life.pay(DAY, life.on(DAY).payoff.total_cents)
    with pytest.raises(Refused, match="nothing-owed"):
        write_off(db, life.loan, "Died.", life.staff.decider.actor, noon(DAY))


def test_one_payment_takes_the_same_number_of_statements_however_long_the_history(db):
    counts = []
    for until in (date(2026, 3, 20), date(2026, 12, 20)):
        life = a_loan(db)
        life.pay_instalments(until)
        life.on(until)
        db.commit()
        db.expire_all()
        payment = Payment(10_00, until, effect="shorten_term", idempotency_key=f"last-{life.loan.id}")
        with statements_of(db) as sent:
            payments.record_payment(db, life.loan, payment, life.staff.payments.actor, noon(until))
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 40
