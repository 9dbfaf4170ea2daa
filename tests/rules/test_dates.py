"""Due dates never drift, and Finnish banking days are those of Finland."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.basics import dates

DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))


def test_a_month_is_clamped_to_its_length():
    assert dates.add_months(date(2025, 1, 31), 1) == date(2025, 2, 28)
    assert dates.add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert dates.add_months(date(2025, 11, 15), 3) == date(2026, 2, 15)
    assert dates.add_months(date(2025, 3, 31), -1) == date(2025, 2, 28)


def test_the_last_day_does_not_stick_at_28_after_february():
    found = dates.due_dates(date(2025, 1, 31), "last", 4)
    assert found == (date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 31), date(2025, 4, 30))
    assert dates.due_dates(date(2025, 2, 28), "30", 3) == (date(2025, 2, 28), date(2025, 3, 30), date(2025, 4, 30))


@given(DAYS, st.sampled_from(["15", "last"]), st.integers(1, 200))
def test_every_due_date_is_the_due_day_of_the_next_month(start, due_day, count):
    first = dates.first_due_date(start, due_day, 14)
    found = dates.due_dates(first, due_day, count)
    assert len(found) == count
    for k, day in enumerate(found):
        assert dates.month_index(day) == dates.month_index(first) + k
        if due_day == "15":
            assert day.day == 15
        else:
            assert (day + timedelta(days=1)).day == 1


@given(DAYS, st.sampled_from(["15", "last"]), st.integers(0, 40))
def test_the_first_due_date_is_the_first_that_is_far_enough(start, due_day, days):
    first = dates.first_due_date(start, due_day, days)
    assert dates.is_due_day(first, due_day)
    assert first >= start + timedelta(days=days)
    before = dates.due_date(dates.month_index(first) - 1, due_day)
    assert before < start + timedelta(days=days)


def test_fourteen_days_before_the_first_due_date_are_counted_from_the_disbursement():
    assert dates.first_due_date(date(2026, 1, 1), "15", 14) == date(2026, 1, 15)
    assert dates.first_due_date(date(2026, 1, 2), "15", 14) == date(2026, 2, 15)
    assert dates.first_due_date(date(2026, 2, 14), "last", 14) == date(2026, 2, 28)
    assert dates.first_due_date(date(2026, 2, 15), "last", 14) == date(2026, 3, 31)


CLOSED_ON_WEEKDAYS = {
    2025: ["01-01", "01-06", "04-18", "04-21", "05-01", "05-29", "06-20", "12-24", "12-25", "12-26"],
    2026: ["01-01", "01-06", "04-03", "04-06", "05-01", "05-14", "06-19", "12-24", "12-25"],
    2027: ["01-01", "01-06", "03-26", "03-29", "05-06", "06-25", "12-06", "12-24"],
    2028: ["01-06", "04-14", "04-17", "05-01", "05-25", "06-23", "12-06", "12-25", "12-26"],
    2033: ["01-06", "04-15", "04-18", "05-26", "06-24", "12-06", "12-26"],
}


@pytest.mark.parametrize("year", CLOSED_ON_WEEKDAYS)
def test_finnish_banks_are_closed_on_exactly_these_weekdays(year):
    day, closed = date(year, 1, 1), []
    while day.year == year:
        if day.weekday() < 5 and not dates.is_banking_day(day):
            closed.append(day.strftime("%m-%d"))
        day += timedelta(days=1)
    assert closed == CLOSED_ON_WEEKDAYS[year]


@given(DAYS)
def test_a_payment_may_wait_for_the_next_banking_day(day):
    found = dates.next_banking_day(day)
    assert dates.is_banking_day(found) and day <= found <= day + timedelta(days=6)


def test_a_payment_on_the_banking_day_after_easter_is_in_time():
    good_friday = date(2026, 4, 3)
    assert dates.next_banking_day(good_friday) == date(2026, 4, 7)
    assert not dates.is_overdue(good_friday, date(2026, 4, 7))
    assert dates.is_overdue(good_friday, date(2026, 4, 8))


def test_a_month_overdue_is_a_calendar_month():
    assert not dates.is_a_month_overdue(date(2026, 1, 31), date(2026, 2, 27))
    assert dates.is_a_month_overdue(date(2026, 1, 31), date(2026, 2, 28))
    assert not dates.is_a_month_overdue(date(2026, 1, 15), date(2026, 1, 10))
    assert dates.is_a_month_overdue(date(2026, 1, 15), date(2026, 2, 15))
    assert not dates.is_a_month_overdue(date(2026, 1, 15), date(2026, 2, 14))
