"""What is left of a running loan: from where it stands, taking it that everybody pays what has been asked for."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from lending.changes.comparison import Comparison
from lending.loans.ahead import due_of, next_n, rest_of, rows_ahead, side_of
from lending.loans.plan import PlanRow, plan
from lending.loans.replay import Billed, History, Movement, replay
from tests.rules.books import DAY, DUES, START, TERMS

ROWS = plan(TERMS).rows


def history(billed=0, *paid):
    """1 200 € in 12 rows, so many of them billed a fortnight ahead; ``paid``: (day, cents)."""
    movements = [Movement(1, "disbursement", START, amount_cents=1200_00)]
    movements += [Movement(key, "payment", day, amount_cents=cents) for key, (day, cents) in enumerate(paid, start=2)]
    rows = [Billed(row.n, row.due_date, row.due_date - 14 * DAY, row.instalment_cents) for row in ROWS[:billed]]
    return History(TERMS.rates, "actual/365", "15", tuple(rows), tuple(movements))


def test_before_anything_is_billed_all_is_left_and_the_interest_so_far_is_carried():
    rest = rest_of(history(), TERMS, START + 10 * DAY)
    carried = Fraction(1200_00 * 10) * Fraction(5, 2) / 36500
    assert rest == replace(
        TERMS,
        disbursements=((START + 10 * DAY, 1200_00),),
        carried=carried,
        carried_from=START,
    )
    assert rows_ahead(rest) == ROWS


def test_a_row_that_is_billed_late_is_planned_as_of_the_day_before_its_due_date():
    known = history(0, (DUES[0] - 2 * DAY, 100_00), (DUES[0], 500_00))
    rest = rest_of(known, TERMS, DUES[0] + 5 * DAY)
    assert rest.start == DUES[0] - DAY
    # What came on the due date itself is not known yet on the day before.
    assert rest.principal_cents == 1100_00
    assert (rest.first_n, rest.first_due) == (1, DUES[0])


def test_what_is_late_is_taken_as_paid_today_and_what_is_billed_on_its_due_date():
    on = DUES[0] + 3 * DAY
    rest = rest_of(history(2), TERMS, on)
    hoped = replay(history(2, (on, 101_38), (DUES[1], 101_38)), DUES[1])
    assert rest.disbursements == ((DUES[1], hoped.principal_cents),)
    assert (rest.carried, rest.carried_from) == (hoped.accrued + hoped.interest_cents, hoped.charged_until)
    assert (rest.first_n, rest.first_due, rest.instalments) == (3, DUES[2], 10)


def test_what_is_hoped_for_comes_after_what_has_come_that_day_and_pays_the_oldest_bill_first():
    # Interest beyond a bill goes to the next one when that bill has been paid: the order of a day's payments counts.
    bills = tuple(Billed(n, due, due - 14 * DAY, cents) for n, due, cents in ((1, DUES[0], 1), (2, DUES[1], 101_38)))
    late = DUES[1] + 3 * DAY
    for paid in ((), ((START, 1_00), (START, 1), (START, 1), (late, 1))):
        known = replace(history(0, *paid), rows=bills)
        left = [row.open_cents for row in replay(known, late).open_rows()]
        hoped = (Movement(90 + n, "payment", late, amount_cents=cents) for n, cents in enumerate(left))
        stands = replay(replace(known, movements=(*known.movements, *hoped)), late)
        rest = rest_of(known, TERMS, late)
        assert (rest.principal_cents, rest.carried) == (stands.principal_cents, stands.accrued + stands.interest_cents)


def test_interest_that_the_bill_did_not_cover_is_carried_with_what_has_run():
    bill = Billed(1, DUES[0], DUES[0] - 14 * DAY, 1)
    rest = rest_of(replace(history(), rows=(bill,)), TERMS, DUES[0])
    assert (rest.carried, rest.carried_from) == (2_95, DUES[0])
    assert rest_of(replace(history(), rows=(bill,)), TERMS, DUES[0] + 3 * DAY).carried > 2_95


def test_grace_months_ahead_stay_and_those_behind_are_gone():
    terms = replace(TERMS, grace=(DUES[0], DUES[2], DUES[5]))
    rest = rest_of(history(2), terms, DUES[1])
    assert rest.grace == (DUES[2], DUES[5])
    all_but_one = replace(TERMS, instalments=3, grace=(DUES[2],))
    assert rest_of(history(2), all_but_one, DUES[1]).grace == (DUES[2],)


def test_when_all_is_billed_only_the_interest_of_late_days_is_left():
    late = DUES[11] + 20 * DAY
    on_time = [(row.due_date, row.instalment_cents) for row in ROWS[:11]]
    rest = rest_of(history(12, *on_time), replace(TERMS, grace=(DUES[13],)), late)
    assert (rest.principal_cents, rest.instalments, rest.grace, rest.first_n) == (0, 1, (), 13)
    cents = round(ROWS[11].principal_cents * 20 * 0.025 / 365)
    (row,) = rows_ahead(rest)
    assert row == PlanRow(13, DUES[12], (DUES[12] - DUES[11]).days, 0, cents, 0, cents, 0, "last")
    assert side_of(rest).interest_cents == cents


def test_less_than_half_a_cent_is_nothing_and_a_cent_is_a_row():
    bare = replace(TERMS, disbursements=((START, 0),), first_n=5)
    assert rows_ahead(replace(bare, carried=Fraction(49, 100))) == ()
    days = (DUES[0] - START).days
    for carried in (Fraction(1, 2), Fraction(1)):
        assert rows_ahead(replace(bare, carried=carried)) == (PlanRow(5, DUES[0], days, 0, 1, 0, 1, 0, "last"),)
    since = rows_ahead(replace(bare, carried=Fraction(1), carried_from=START - 3 * DAY))
    assert since[0].days == days + 3
    cent = replace(TERMS, disbursements=((START, 1),))
    assert rows_ahead(cent) == plan(cent).rows and rows_ahead(cent)[0].principal_cents == 1
    assert rows_ahead(None) == ()


def test_nothing_is_left_of_what_is_paid_off():
    owed = replay(history(1), START + 30 * DAY).owed_cents
    assert rest_of(history(1, (START + 30 * DAY, owed)), TERMS, START + 40 * DAY) is None


def test_a_side_tells_the_instalment_the_end_and_the_interest_to_come():
    side = side_of(TERMS)
    assert (side.instalment_cents, side.last_due) == (101_38, DUES[11])
    assert side.interest_cents == sum(row.interest_cents for row in ROWS)
    falling = replace(TERMS, method="equal_principal", instalment_cents=None)
    rows = plan(falling).rows
    assert side_of(falling).instalment_cents == rows[0].instalment_cents > rows[1].instalment_cents
    kept = replace(TERMS, instalment_cents=90_00)
    assert side_of(kept).instalment_cents == 90_00
    assert side_of(None) is None
    assert side_of(replace(TERMS, disbursements=((START, 0),))) is None


def test_a_change_is_told_as_before_and_after_and_what_it_costs():
    dearer = replace(TERMS, rates=((date(2026, 1, 1), Decimal(4)),))
    compared = Comparison(side_of(TERMS), side_of(dearer))
    interest = [sum(row.interest_cents for row in plan(terms).rows) for terms in (TERMS, dearer)]
    assert compared.extra_interest_cents == interest[1] - interest[0] > 0
    side = {"instalment_cents": 101_38, "last_due": "2027-01-15"}
    assert compared.figures() == {
        "before": {**side, "interest_cents": interest[0]},
        "after": {**side, "interest_cents": interest[1]},
        "extra_interest_cents": interest[1] - interest[0],
    }


def test_due_dates_of_rows_are_counted_from_the_first_row_of_the_terms():
    later = replace(TERMS, first_n=4, first_due=date(2026, 5, 20))
    assert due_of(later, 4) == date(2026, 5, 20)
    assert due_of(later, 6) == date(2026, 7, 15)
    assert next_n(history(), later) == 4
    assert next_n(history(6), later) == 7
