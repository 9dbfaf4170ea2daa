"""Interest by days: each day count, rate changes inside a period, and splitting that changes nothing."""

import itertools
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.basics.errors import Refused
from lending.loans.interest import Interest, day_count

DAY_COUNTS = ("actual/365", "actual/360", "30E/360", "rate/12")
DAYS = st.dates(date(2010, 1, 1), date(2040, 12, 31))
PERCENTS = st.integers(0, 600).map(lambda hundredths: Decimal(hundredths) / 100)


def interest(name, *rates, due_day="last"):
    path = tuple((date.fromisoformat(day), Decimal(percent)) for day, percent in rates)
    return Interest(path, day_count(name, due_day))


def test_real_days_of_a_year_of_365():
    rate = interest("actual/365", ("2020-01-01", "6"))
    assert rate.rounded(300_000_00, date(2026, 1, 1), date(2026, 2, 1)) == 1528_77
    assert (
        interest("actual/365", ("2019-01-01", "13.5")).rounded(1_000_000_00, date(2019, 4, 1), date(2019, 5, 1))
        == 11095_89
    )


def test_real_days_of_a_year_of_360():
    assert interest("actual/360", ("2020-01-01", "3.6")).exact(100_00, date(2026, 1, 1), date(2026, 1, 11)) == 10


def test_months_of_thirty_days():
    rate = interest("30E/360", ("2020-01-01", "12"))
    assert rate.exact(100_00, date(2026, 1, 31), date(2026, 3, 31)) == 200
    assert rate.exact(100_00, date(2026, 1, 30), date(2026, 1, 31)) == 0
    assert rate.exact(360_00, date(2026, 2, 15), date(2026, 3, 1)) == Fraction(360_00 * 12 * 16, 36000)


@pytest.mark.parametrize("due_day", ["15", "last", "30"])
def test_a_twelfth_for_each_full_month_between_due_dates(due_day):
    from lending.basics.dates import due_dates

    rate = interest("rate/12", ("2020-01-01", "12"), due_day=due_day)
    dues = due_dates(date(2026, 1, {"15": 15, "last": 31, "30": 30}[due_day]), due_day, 40)
    for before, after in itertools.pairwise(dues):
        assert rate.exact(100_00, before, after) == 100


def test_the_night_of_a_new_rate_is_charged_at_the_old_one():
    rate = interest("actual/365", ("2025-07-01", "2.5"), ("2026-01-01", "3"))
    assert rate.exact(365_00, date(2025, 12, 31), date(2026, 1, 1)) == Fraction(5, 2)
    assert rate.exact(365_00, date(2026, 1, 1), date(2026, 1, 2)) == 3
    assert rate.exact(365_00, date(2025, 12, 31), date(2026, 1, 2)) == Fraction(11, 2)


@given(st.sampled_from(DAY_COUNTS), st.sampled_from(["15", "last"]), DAYS, DAYS, DAYS, PERCENTS, PERCENTS)
def test_splitting_a_period_at_any_day_changes_nothing(name, due_day, a, b, c, first, second):
    start, middle, end = sorted((a, b, c))
    path = ((date(2000, 1, 1), first), (date(2025, 1, 1), second))
    rate = Interest(path, day_count(name, due_day))
    whole = rate.exact(1234_56, start, end)
    assert whole == rate.exact(1234_56, start, middle) + rate.exact(1234_56, middle, end)


@given(DAYS, st.integers(0, 900), PERCENTS, PERCENTS)
def test_a_day_by_day_walk_gives_the_same(start, days, first, second):
    change = date(2025, 7, 1)
    rate = Interest(((date(2000, 1, 1), first), (change, second)), day_count("actual/365"))
    walked = Fraction(0)
    for n in range(days):
        percent = first if start + timedelta(days=n) < change else second
        walked += Fraction(5000_00) * Fraction(percent) / 100 / 365
    assert walked == rate.exact(5000_00, start, start + timedelta(days=days))


def test_a_day_without_a_rate_is_refused():
    with pytest.raises(Refused, match="rate-missing"):
        interest("actual/365", ("2026-01-01", "2.5")).exact(100, date(2025, 12, 31), date(2026, 1, 5))


def test_rates_are_never_negative_nor_out_of_order():
    with pytest.raises(Refused, match="rate-negative"):
        interest("actual/365", ("2026-01-01", "-1"))
    with pytest.raises(Refused, match="rate-too-precise"):
        interest("actual/365", ("2026-01-01", "0.00000001"))
    with pytest.raises(Refused, match="rate-path-not-in-order"):
        interest("actual/365", ("2026-01-01", "1"), ("2025-01-01", "2"))
    with pytest.raises(ValueError, match="unknown day count"):
        day_count("actual/actual")


def test_three_rates_in_one_period_each_hold_for_their_own_days():
    rate = interest("actual/365", ("2025-07-01", "1"), ("2026-01-01", "2"), ("2026-07-01", "3"))
    start, end = date(2025, 12, 30), date(2026, 7, 3)
    assert [(since, until, scaled // 1_000_000) for since, until, scaled in rate.segments(start, end)] == [
        (start, date(2026, 1, 1), 1),
        (date(2026, 1, 1), date(2026, 7, 1), 2),
        (date(2026, 7, 1), end, 3),
    ]
    assert rate.exact(365_00, start, end) == 2 * 1 + 181 * 2 + 2 * 3
    assert [rate.percent_on(day) for day in (date(2025, 12, 31), date(2026, 1, 1))] == [Decimal(1), Decimal(2)]
