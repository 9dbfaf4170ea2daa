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


def agree(history, on):
    """The engine and the clerk say the same of the loan on the day; what they say of it."""
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
    return found


@given(histories(), st.integers(0, 190))
@settings(max_examples=400, deadline=None)
def test_whatever_happens_a_loan_stands_where_the_clerk_says(history, days):
    agree(history, START + timedelta(days=days))


# --- What seldom happens ---------------------------------------------------------------------------------------------

FEBRUARY, MARCH, APRIL = due_dates(date(2026, 2, 15), "15", 3)


def a_history(rows, *moved, lent=1200_00):
    """A loan at 6 % with (due date, cents) billed a fortnight ahead, and (kind, day, cents …) happening to it."""
    movements = [Movement(1, "disbursement", START, amount_cents=lent)]
    for key, (kind, day, *cents) in enumerate(moved, start=2):
        names = ("amount_cents",) if kind == "payment" else ("principal_cents", "interest_cents")
        movements.append(Movement(key, kind, day, **dict(zip(names, cents, strict=True))))
    billed = [Billed(n, due, due - timedelta(days=14), cents) for n, (due, cents) in enumerate(rows, start=1)]
    return History(((date(2026, 1, 1), Decimal(6)),), "actual/365", "15", tuple(billed), tuple(movements))


def test_a_bill_of_a_cent_is_paid_before_anything_goes_beyond_the_bills():
    found = agree(a_history([(FEBRUARY, 1)], ("payment", date(2026, 2, 5), 500_00)), FEBRUARY)
    assert (found.rows[0].open_cents, found.charges[0].day) == (0, date(2026, 2, 5))


def test_whoever_pays_just_the_principal_has_paid_the_interest_first():
    found = agree(a_history([], ("payment", date(2026, 2, 9), 1200_00)), date(2026, 2, 9))
    # Thirty days of 6 % on 1 200 €.
    assert (found.splits[2].interest_cents, found.principal_cents, found.interest_cents) == (5_92, 5_92, 0)


def test_interest_beyond_a_bill_passes_over_the_bills_that_ask_for_nothing_to_the_next_that_does():
    for cents in (1, 300_00):
        rows = [(FEBRUARY, 1), (MARCH, 0), (APRIL, cents)]
        found = agree(a_history(rows, ("payment", FEBRUARY, 1)), FEBRUARY)
        assert [row.interest_cents for row in found.rows] == [0, 0, 7_09]


def test_a_waiver_of_interest_takes_first_what_belongs_to_no_bill():
    found = agree(a_history([(FEBRUARY, 300_00)], ("waiver", date(2026, 3, 1), 0, 8_00)), date(2026, 3, 1))
    in_the_bill, since = (charge.cents for charge in found.charges)
    assert in_the_bill < 8_00 < in_the_bill + since
    assert (found.loose_cents, found.rows[0].interest_cents) == (0, in_the_bill + since - 8_00)


def test_the_last_interest_is_charged_in_the_bill_that_is_open_if_only_by_a_cent():
    for cents in (1, 300_00):
        rows = [(FEBRUARY, 0), (MARCH, cents)]
        found = agree(a_history(rows, ("payment", date(2026, 3, 5), 2000_00)), MARCH)
        assert [row.charged_cents for row in found.rows] == [0, found.charges[0].cents]


def test_a_waiver_charges_the_interest_so_far_in_a_bill_that_asks_for_something():
    rows = [(MARCH, 0), (APRIL, 300_00)]
    found = agree(a_history(rows, ("waiver", date(2026, 3, 1), 0, 1_00)), date(2026, 3, 1))
    assert [row.charged_cents for row in found.rows] == [0, found.charges[0].cents]


def test_no_bill_takes_principal_that_an_older_one_has_taken():
    owed = replay(a_history([(FEBRUARY, 300_00), (MARCH, 300_00)], lent=400_00), date(2026, 4, 1))
    paid = owed.principal_cents + owed.interest_cents + 1
    rows = [(FEBRUARY, 300_00), (MARCH, 300_00)]
    found = agree(a_history(rows, ("payment", date(2026, 4, 1), paid), lent=400_00), date(2026, 4, 1))
    assert 0 < found.owed_cents == owed.owed_cents - paid
