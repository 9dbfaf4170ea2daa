"""Where a loan stands, derived from what happened: in any order, to the day, with parts that add up."""

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.loans.ahead import rest_of, rows_ahead
from lending.loans.payoff import quote
from lending.loans.plan import plan
from lending.loans.replay import Billed, History, Movement, replay
from tests.rules import books

START, TERMS = books.START, books.TERMS
DUES = books.DUES[: TERMS.instalments]


def history(*moved, billed=12, rate="2.5", **given_history):
    """1 200 € from 10 January 2026 in 12 rows, ``billed`` of them billed a fortnight ahead; what happened after."""
    movements = [Movement(0, "disbursement", START, amount_cents=1200_00)]
    for key, (kind, day, *amounts) in enumerate(moved, start=1):
        names = ("principal_cents", "interest_cents") if kind in ("waiver", "write_off") else ("amount_cents",)
        movements.append(Movement(key, kind, day, **dict(zip(names, amounts, strict=True))))
    return History(
        rates=((date(2026, 1, 1), Decimal(rate)),),
        day_count="actual/365",
        due_day="15",
        rows=tuple(Billed(n, due, due - timedelta(days=14), 101_38) for n, due in enumerate(DUES[:billed], start=1)),
        movements=tuple(movements),
        **given_history,
    )


def consistent(found):
    """What holds of every standing."""
    assert found.principal_cents >= 0 and found.interest_cents >= 0 and found.credit_cents >= 0
    in_rows = sum(row.interest_cents for row in found.rows)
    assert in_rows + found.loose_cents == found.interest_cents
    for row in found.rows:
        assert row.open_cents >= 0 and row.interest_cents >= 0
    charged = sum(charge.cents for charge in found.charges)
    splits = found.splits.values()
    assert found.interest_cents == charged - sum(split.interest_cents for split in splits)
    assert found.principal_cents == -sum(split.principal_cents for split in splits)
    assert found.credit_cents == sum(split.credit_cents for split in splits)


def test_interest_is_charged_on_the_due_date_for_the_days_before_it():
    found = replay(history(), DUES[0])
    assert [(charge.period_from, charge.day, charge.cents) for charge in found.charges] == [(START, DUES[0], 2_96)]
    assert replay(history(), DUES[0] - timedelta(days=1)).charges == ()
    assert found.accrued == 0 and found.charged_until == DUES[0]


def test_a_payment_lowers_the_principal_from_its_own_day():
    early = replay(history(("payment", START, 500_00)), DUES[0])
    assert early.charges[0].cents == round(700_00 * 36 * 0.025 / 365)
    late = replay(history(("payment", DUES[0], 500_00)), DUES[0])
    assert late.charges[0].cents == 2_96


def test_paid_before_the_due_date_interest_is_charged_to_the_day_and_goes_on_from_there():
    day = DUES[0] - timedelta(days=5)
    found = replay(history(("payment", day, 101_38)), DUES[1])
    assert [charge.day for charge in found.charges] == [day, DUES[1]]
    assert found.charges[1].period_from == day
    assert found.rows[0].paid_on == day
    assert found.splits[1].principal_cents + found.splits[1].interest_cents == 101_38


def test_a_payment_before_a_row_is_billed_is_extra():
    found = replay(history(("payment", DUES[0] - timedelta(days=20), 101_38)), DUES[0])
    assert found.splits[1].extra_cents == 101_38 and found.rows[0].open_cents == 101_38


def test_the_last_row_paid_late_leaves_the_interest_of_the_days():
    payments = [("payment", due, 101_38) for due in DUES[:-1]]
    before = replay(history(*payments), DUES[-1])
    late = DUES[-1] + timedelta(days=40)
    found = replay(history(*payments, ("payment", late, before.owed_cents)), late)
    assert found.owed_cents == round(before.principal_cents * 40 * 0.025 / 365) > 0


def test_as_planned_late_days_cost_nothing():
    late = replay(history(billed=2, interest_on_overdue="as_planned"), DUES[1])
    on_time = replay(history(("payment", DUES[0], 101_38), billed=2), DUES[1])
    actual = replay(history(billed=2), DUES[1])
    assert [charge.cents for charge in late.charges] == [charge.cents for charge in on_time.charges]
    assert actual.charges[1].cents > late.charges[1].cents


def test_interest_beyond_an_instalment_passes_on_to_the_next():
    rows = tuple(Billed(n, due, due - timedelta(days=14), 1_00) for n, due in enumerate(DUES[:3], start=1))
    found = replay(replace(history(("payment", DUES[0], 1_00)), rows=rows), DUES[0])
    assert found.rows[0].open_cents == 0 and found.rows[1].interest_cents == 1_96
    consistent(found)


def test_a_waiver_pays_the_oldest_due_first_and_leaves_what_is_billed():
    moved = ("waiver", DUES[2], 300_00, 5_00)
    found = replay(history(moved, billed=4), DUES[2])
    # All principal that is due goes, and the oldest interest: 2.96 of the first row and 2.04 of the second's 2.30.
    assert [row.open_cents for row in found.rows[:3]] == [0, 26, 255]
    assert found.interest_cents == 26 + 255
    assert found.rows[3].open_cents == 101_38
    consistent(found)


def test_a_waiver_of_all_leaves_nothing():
    owed = replay(history(billed=3), date(2026, 4, 1))
    moved = ("waiver", date(2026, 4, 1), owed.principal_cents, owed.interest_cents + owed.accrued_cents)
    found = replay(history(moved, billed=3), date(2026, 4, 1))
    assert found.is_settled and found.open_rows() == []
    consistent(found)


def test_a_waiver_of_more_than_is_left_releases_what_is_left():
    found = replay(history(("payment", START, 1150_00), ("waiver", DUES[0], 100_00, 50_00)), DUES[0])
    assert found.principal_cents == found.interest_cents == 0
    consistent(found)


def test_the_quote_pays_off_to_the_day_and_a_cent_less_does_not():
    day = date(2026, 3, 3)
    total = quote(history(("payment", DUES[0], 101_38), billed=1), day).total_cents
    for amount, settled in ((total, True), (total - 1, False)):
        found = replay(history(("payment", DUES[0], 101_38), ("payment", day, amount), billed=1), day)
        assert found.is_settled == settled
        consistent(found)


def test_nothing_is_left_to_plan_after_everything_is_paid():
    day = date(2026, 3, 3)
    total = quote(history(billed=1), day).total_cents
    assert rest_of(history(("payment", day, total), billed=1), TERMS, day) is None
    assert rows_ahead(None) == ()


@pytest.mark.parametrize("billed", [0, 1, 5, 11])
def test_what_is_ahead_of_a_loan_paid_on_time_is_the_plan(billed):
    rows = plan(TERMS).rows
    paid = [("payment", due, 101_38) for due in DUES[:billed]]
    on = DUES[billed - 1] if billed else START
    assert rows_ahead(rest_of(history(*paid, billed=billed), TERMS, on)) == rows[billed:]


def test_what_is_ahead_of_a_late_loan_carries_the_interest_of_the_days():
    on = DUES[2] + timedelta(days=7)
    rows = rows_ahead(rest_of(history(billed=3), TERMS, on))
    punctual = plan(TERMS).rows[3:]
    assert [row.due_date for row in rows] == [row.due_date for row in punctual]
    assert rows[0].interest_cents > punctual[0].interest_cents
    assert rows[-1].instalment_cents > punctual[-1].instalment_cents
    assert rows[-1].closing_cents == 0


PAYMENTS = st.lists(st.tuples(st.integers(0, 420), st.integers(1, 400_00)), max_size=10)


@given(PAYMENTS, st.sampled_from(["0", "2.5", "6"]), st.sampled_from(["actual", "as_planned"]), st.integers(0, 500))
def test_whatever_is_paid_the_parts_add_up(payments, rate, on_overdue, days):
    moved = [("payment", START + timedelta(days=day), cents) for day, cents in payments]
    found = replay(history(*moved, rate=rate, interest_on_overdue=on_overdue), START + timedelta(days=days))
    consistent(found)
    for key, (kind, day, cents) in enumerate(moved, start=1):
        if kind == "payment" and day <= found.on:
            split = found.splits[key]
            assert split.principal_cents + split.interest_cents + split.credit_cents == cents


@given(PAYMENTS, st.integers(0, 2**32))
def test_the_order_in_which_payments_arrive_changes_nothing(payments, seed):
    moved = [("payment", START + timedelta(days=day), cents) for day, cents in payments]
    one = replay(history(*moved), START + timedelta(days=450))
    shuffled = random.Random(seed).sample(moved, len(moved))
    other = replay(history(*shuffled), START + timedelta(days=450))
    assert (one.principal_cents, one.interest_cents, one.credit_cents, one.accrued, one.charges) == (
        other.principal_cents,
        other.interest_cents,
        other.credit_cents,
        other.accrued,
        other.charges,
    )


@given(PAYMENTS)
def test_after_a_pay_off_by_the_quote_nothing_is_left(payments):
    moved = [("payment", START + timedelta(days=day), cents) for day, cents in payments]
    day = START + timedelta(days=430)
    total = quote(history(*moved), day).total_cents
    if total:
        found = replay(history(*moved, ("payment", day, total)), day)
        assert found.owed_cents == 0 and found.open_rows() == []
        consistent(found)


def test_what_was_overpaid_is_taken_off_the_quote_and_nothing_is_asked_for_below_zero():
    paid = history(("payment", date(2026, 2, 1), 2000_00))
    found = quote(paid, date(2026, 3, 1))
    assert found.credit_cents > 700_00 and found.total_cents == 0
    assert replace(found, principal_cents=800_00).total_cents == 800_00 - found.credit_cents


def test_a_bill_is_known_from_the_day_it_is_sent():
    sent = DUES[0] - timedelta(days=14)
    on_the_day = replay(history(("payment", sent, 101_38), billed=1), sent)
    assert on_the_day.rows[0].open_cents == 0 and on_the_day.charged_until == sent
    before = replay(history(("payment", sent - timedelta(days=1), 101_38), billed=1), sent)
    assert before.rows[0].open_cents == 101_38 and before.principal_cents == 1098_62


def test_interest_beyond_the_last_bill_belongs_to_none_until_it_is_paid_or_released():
    small = replace(history(billed=1), rows=(Billed(1, DUES[0], DUES[0] - timedelta(days=14), 1),))
    paid = Movement(1, "payment", DUES[0], amount_cents=1)
    found = replay(replace(small, movements=(*small.movements, paid)), DUES[0])
    assert (found.loose_cents, found.interest_cents, found.principal_cents) == (2_95, 2_95, 1200_00)
    more = Movement(2, "payment", DUES[0], amount_cents=3_00)
    after = replay(replace(small, movements=(*small.movements, paid, more)), DUES[0])
    assert (after.loose_cents, after.interest_cents, after.principal_cents) == (0, 0, 1199_95)
    released = Movement(2, "waiver", DUES[0], interest_cents=2_00)
    less = replay(replace(small, movements=(*small.movements, paid, released)), DUES[0])
    assert (less.loose_cents, less.interest_cents, less.principal_cents) == (95, 95, 1200_00)


def test_a_movement_moves_nothing_that_it_does_not_name():
    assert Movement(1, "waiver", START) == Movement(1, "waiver", START, 0, 0, 0)
