"""The limits of a policy: what just fits, and the nearest value that a refusal names is truly the nearest."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from lending.basics.dates import due_dates
from lending.basics.errors import Refused
from lending.changes.reshape import OpenRow, Room, least_instalment, postponed, with_due_day
from lending.loans.plan import Limits, Terms, calculator, instalment_for, plan

LEAST = Limits(instalment_min_cents=20_00)
DUES = due_dates(date(2026, 2, 15), "15", 12)


def terms(**given_terms):
    """400 € without interest from 2 January 2026, due on the 15th, 20 instalments, unless told otherwise."""
    base = Terms(
        disbursements=((date(2026, 1, 2), 400_00),),
        rates=((date(2026, 1, 1), Decimal(0)),),
        due_day="15",
        first_due=DUES[0],
        instalments=20,
    )
    return replace(base, **given_terms)


def test_an_instalment_of_exactly_the_least_fits_by_number_and_by_amount():
    assert plan(terms(limits=LEAST)).instalment_cents == 20_00
    assert len(plan(terms(instalments=None, instalment_cents=20_00, limits=LEAST)).rows) == 20


def test_without_a_number_of_instalments_and_without_their_amount_both_are_asked_for():
    with pytest.raises(Refused, match="instalments-missing"):
        plan(terms(instalments=None, limits=LEAST))


@pytest.mark.parametrize(
    ("cents", "longest"), [(25_00, 1), (39_98, 1), (40_00, 2), (60_00, 3), (399_80, 19), (400_00, 20)]
)
def test_the_longest_term_that_fits_is_named_to_the_month(cents, longest):
    with pytest.raises(Refused) as refused:
        plan(terms(disbursements=((date(2026, 1, 2), cents),), instalments=48, limits=LEAST))
    assert refused.value.facts["longest_months"] == longest


def test_the_calculator_lets_a_fortnight_pass_before_the_first_due_date():
    start = date(2026, 1, 1)
    assert calculator(100_00, 3, Decimal(2), "actual/365", "15", start).rows[0].due_date == date(2026, 1, 15)


def test_an_instalment_is_tried_with_the_grace_months_that_its_term_has():
    paying = ((date(2026, 1, 1), Decimal(60)),)
    both = terms(rates=paying, instalments=12, grace=(DUES[2], DUES[3]))
    assert instalment_for(both, 3) == plan(replace(both, instalments=3)).smallest_cents
    assert instalment_for(both, 2) == plan(replace(both, instalments=2, grace=())).smallest_cents
    assert instalment_for(both, 3) != instalment_for(replace(both, grace=(DUES[2],)), 3)


def test_a_new_due_day_may_begin_on_the_earliest_day_itself():
    rest = terms(instalment_cents=20_00)
    same_month = with_due_day(rest, "last", ["15", "last"], date(2026, 2, 28), 0)
    assert same_month.first_due == date(2026, 2, 28)
    assert with_due_day(rest, "last", ["15", "last"], date(2026, 3, 1), 0).first_due == date(2026, 3, 31)


def test_a_postponement_lasts_to_the_end_of_its_last_day():
    march, april = DUES[1], DUES[2]
    rows = [OpenRow(2, march, date(2026, 4, 10)), OpenRow(3, april)]
    with pytest.raises(Refused, match="postponement-already"):
        postponed(terms(), april, date(2026, 5, 1), rows, date(2026, 4, 10), 1)
    assert postponed(terms(), april, date(2026, 5, 1), rows, date(2026, 4, 11), 1).postponed == ((3, date(2026, 5, 1)),)


def test_without_room_the_least_instalment_is_that_of_the_rows_there_are():
    assert least_instalment(terms(), Room(24, 0)) == 20_00
    assert least_instalment(terms(), Room(24, -3)) == 20_00
    assert least_instalment(terms(), Room(24, 20)) == 10_00
