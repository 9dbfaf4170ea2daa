"""The plan against its slow twin, and the quick way through quiet rows against the way row by row."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lending.basics.dates import due_dates
from lending.basics.errors import Refused
from lending.loans import annuity, planner
from lending.loans.interest import Interest, day_count
from lending.loans.plan import Terms, plan
from lending.loans.planner import Planner
from tests.rules import slow_plan
from tests.rules.product_range import DAY_COUNTS, PERCENTS, some_terms


def outcome(terms):
    """The plan's rows and sums, or the code of its refusal."""
    try:
        made = plan(terms)
    except Refused as refused:
        return refused.code, refused.facts
    return made.instalment_cents, made.rows, made.totals, made.extra_cents


def slowly(terms):
    """As ``outcome``, row by row and with every instalment reckoned in full."""

    class RowByRow(Planner):
        def _quiet_rows(self, k):
            return 0

    with patch.object(planner, "instalment", lambda *_: None), patch("lending.loans.plan.Planner", RowByRow):
        return outcome(terms)


@given(some_terms())
@settings(max_examples=60)
def test_the_quick_way_gives_every_row_that_the_slow_way_gives(terms):
    assert outcome(terms) == slowly(terms)


@given(some_terms(busy=False))
@settings(max_examples=50)
def test_the_quick_way_gives_the_same_where_nothing_happens(terms):
    assert outcome(terms) == slowly(terms)


@given(some_terms(max_months=30))
@settings(max_examples=20)
def test_the_interest_of_every_row_is_that_of_a_walk_day_by_day(terms):
    try:
        made = plan(terms)
    except Refused:
        return
    interests, left, extra = slow_plan.walk(terms, made.rows)
    assert [row.interest_cents for row in made.rows] == interests
    assert (left, extra) == (0, made.extra_cents)
    assert made.totals.interest_cents == sum(interests)


@given(some_terms(busy=False, max_months=60))
@settings(max_examples=10)
def test_the_instalment_is_the_one_its_definition_gives(terms):
    by_number = replace(terms, instalments=terms.instalments or 24, instalment_cents=None, method="equal_instalment")
    assert plan(by_number).instalment_cents == slow_plan.annuity(by_number)
    grace = due_dates(terms.first_due, terms.due_day, 5)[1:4:2]
    assert plan(replace(by_number, grace=grace)).instalment_cents == slow_plan.annuity(replace(by_number, grace=grace))


@given(some_terms())
@settings(max_examples=50)
def test_rows_chain_and_add_up_whatever_happens(terms):
    try:
        made = plan(terms)
    except Refused:
        return
    kinds = [row.kind for row in made.rows]
    assert kinds[-1] == "last" and "last" not in kinds[:-1]
    for n, row in enumerate(made.rows, start=1):
        assert row.n == n
        assert row.instalment_cents == row.interest_cents + row.principal_cents
        assert row.closing_cents == row.opening_cents - row.principal_cents >= 0
        assert row.principal_cents >= 0 <= row.interest_cents
        assert row.kind != "grace" or row.principal_cents == 0
    assert made.rows[-1].closing_cents == 0
    assert made.totals.principal_cents + made.extra_cents == terms.principal_cents
    assert made.totals.instalment_cents == sum(row.instalment_cents for row in made.rows)
    assert made.last_due == made.rows[-1].due_date
    assert [row.due_date for row in made.rows] == [slow_plan.due_in(row.due_date, terms.due_day) for row in made.rows]
    starts = [terms.start, *(row.due_date for row in made.rows)]
    assert [row.days for row in made.rows] == [(b - a).days for a, b in pairwise(starts)]


@given(some_terms(busy=False), st.integers(1, 2000))
def test_a_rate_confirmed_unchanged_on_any_day_splits_a_period_without_a_trace(terms, later):
    day = terms.start + timedelta(days=later)
    assert outcome(replace(terms, rates=(*terms.rates, (day, terms.rates[0][1])))) == outcome(terms)


@given(some_terms(busy=False), st.integers(1, 199_99))
def test_a_sum_paid_out_in_two_parts_on_one_day_is_one_sum(terms, part):
    day, whole = terms.disbursements[0]
    assert outcome(replace(terms, disbursements=((day, part), (day, whole - part)))) == outcome(terms)


@given(
    st.sampled_from(DAY_COUNTS),
    st.sampled_from(["15", "last"]),
    st.integers(1, 10_000_00),
    st.lists(st.dates(date(2020, 1, 1), date(2044, 12, 31)), min_size=3, max_size=6),
    PERCENTS,
    PERCENTS,
)
def test_splitting_a_period_at_any_days_changes_nothing_but_rounding(name, due_day, principal, days, first, second):
    days = sorted(days)
    rate = Interest(((date(2000, 1, 1), first), (date(2030, 1, 1), second)), day_count(name, due_day))
    parts = [rate.rounded(principal, a, b) for a, b in pairwise(days)]
    whole = rate.rounded(principal, days[0], days[-1])
    assert abs(sum(parts) - whole) * 2 <= len(parts) + 1
    walked = sum(
        (
            slow_plan.percent_on(rate.rates, day) / 100 * slow_plan.year_part(name, due_day, day) * principal
            for day in (days[0] + timedelta(days=n) for n in range(min(200, (days[-1] - days[0]).days)))
        ),
        Fraction(0),
    )
    end = min(days[-1], days[0] + timedelta(days=200))
    assert walked == rate.exact(principal, days[0], end)


# --- The annuity in few digits ---------------------------------------------------------------------------------------


@given(st.integers(1, 10**9), st.integers(0, 1), st.integers(0, 10**8), st.lists(st.integers(0, 62), max_size=60))
def test_an_instalment_in_few_digits_is_the_exact_one_or_none(balance, paid, rate, gaps):
    found = annuity.instalment(balance, 1, paid, rate, 36_500_000_000, gaps)
    worth, total = Fraction(1), Fraction(paid)
    for gap in gaps:
        worth /= 1 + Fraction(rate * gap, 36_500_000_000)
        total += worth
    if found is None:
        exact = balance / total if total else Fraction(1, 2)
        assert abs(exact % 1 - Fraction(1, 2)) < Fraction(1, 10**3)
    else:
        assert found == slow_plan.half_up(balance / total)


def test_a_tie_is_left_to_the_exact_way_and_rounds_up():
    assert annuity.instalment(5, 1, 0, 0, 365, [30, 30]) is None
    assert annuity.instalment(4, 1, 0, 0, 365, [30, 30]) == 2
    assert annuity.instalment(5, 1, 0, 0, 365, []) is None
    three = Terms(
        disbursements=((date(2026, 1, 1), 1000_01),),
        rates=((date(2026, 1, 1), Decimal(0)),),
        due_day="15",
        first_due=date(2026, 1, 15),
        instalments=2,
    )
    assert [row.instalment_cents for row in plan(three).rows] == [500_01, 500_00]


@pytest.mark.parametrize("year", [1990, 2149, 2200])
def test_plans_outside_the_years_kept_ready_are_the_same(year):
    terms = Terms(
        disbursements=((date(year, 1, 10), 1000_00),),
        rates=((date(year, 1, 1), Decimal(3)),),
        due_day="last",
        first_due=date(year, 1, 31),
        instalments=24,
    )
    made = plan(terms)
    assert len(made.rows) == 24 and made.rows[1].due_date == slow_plan.month_end(date(year, 2, 1))
    assert [row.interest_cents for row in made.rows] == slow_plan.walk(terms, made.rows)[0]
