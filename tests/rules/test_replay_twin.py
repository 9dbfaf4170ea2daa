"""A loan's standing against its slow twin, a clerk who goes through the days with a pen; whatever happens to it."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from lending.basics.dates import due_dates
from lending.loans.replay import Billed, History, Movement, replay
from tests.rules.slow_ledger import SlowLedger

START = date(2026, 1, 10)
CENTS = st.sampled_from([0, 1, 2, 99, 20_00, 101_38, 101_39, 150_00, 400_00, 1210_00])


@st.composite
def histories(draw):
    """A loan of a few rows, with a new rate, more money paid out, and payments and decisions on whatever days."""
    due_day = draw(st.sampled_from(["15", "last"]))
    dues = due_dates(date(2026, 2, 15) if due_day == "15" else date(2026, 1, 31), due_day, draw(st.integers(0, 5)))
    instalments = [draw(st.sampled_from([0, 1, 101_38, 101_38, 300_00])) for _ in dues]
    rows = [
        Billed(n, due, due - timedelta(days=draw(st.sampled_from([0, 14, 14, 30]))), cents, "regular")
        for n, (due, cents) in enumerate(zip(dues, instalments, strict=True), start=1)
    ]
    days = st.integers(0, 170).map(lambda days: START + timedelta(days=days)) | st.sampled_from([START, *dues])
    moved = [Movement(1, "disbursement", START, amount_cents=draw(st.sampled_from([1, 300_00, 1200_00])))]
    kinds = st.sampled_from(["payment", "payment", "payment", "waiver", "refund", "disbursement", "write_off"])
    for key, kind in enumerate(draw(st.lists(kinds, max_size=6)), start=2):
        day = draw(days)
        if kind in ("waiver", "write_off"):
            moved.append(Movement(key, kind, day, principal_cents=draw(CENTS), interest_cents=draw(CENTS)))
        else:
            moved.append(Movement(key, kind, day, amount_cents=draw(CENTS)))
    return History(
        rates=((date(2026, 1, 1), Decimal(draw(st.sampled_from(["0", "2.5", "6", "60"])))), (draw(days), Decimal(3)))
        if draw(st.booleans())
        else ((date(2026, 1, 1), Decimal("4.5")),),
        day_count=draw(st.sampled_from(["actual/365", "actual/360", "30E/360", "rate/12"])),
        due_day=due_day,
        rows=tuple(draw(st.permutations(rows))),
        movements=tuple(draw(st.permutations(moved))),
        interest_on_overdue=draw(st.sampled_from(["actual", "as_planned"])),
    )


@given(histories(), st.integers(0, 190))
@settings(max_examples=400, deadline=None)
def test_whatever_happens_a_loan_stands_where_the_clerk_says(history, days):
    on = START + timedelta(days=days)
    slow, found = SlowLedger(history, on), replay(history, on)
    assert (found.principal_cents, found.interest_cents, found.credit_cents, found.loose_cents) == (
        slow.principal,
        slow.interest,
        slow.credit,
        slow.loose,
    )
    assert (found.on, found.accrued, found.charged_until) == (on, slow.accrued, slow.charged_until)
    assert [(charge.period_from, charge.day, charge.cents) for charge in found.charges] == slow.charges
    rows = [(row.n, row.open_cents, row.interest_cents, row.charged_cents, row.paid_on) for row in found.rows]
    assert rows == [(row.n, row.open, row.interest, row.charged, row.paid_on) for row in slow.rows]
    splits = {
        key: (split.principal_cents, split.interest_cents, split.credit_cents, split.extra_cents)
        for key, split in found.splits.items()
    }
    assert splits == slow.splits
    assert found.owed_cents == slow.principal + slow.interest + found.accrued_cents
    assert [row.n for row in found.open_rows()] == [row.n for row in slow.rows if row.open]
    assert found.is_settled == (found.owed_cents == 0 == slow.credit)
