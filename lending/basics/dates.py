"""Dates of a loan: the day in Finland, due dates that never drift, banking days, calendar months. Pure; no clock."""

from calendar import isleap
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

#: The days of a Finnish authority are the days of Finland.
HELSINKI = ZoneInfo("Europe/Helsinki")

#: A due day: the last day of the month, or the day's number. Policies list which of them they allow.
LAST = "last"

_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FEBRUARY = 2

#: The months for which due dates are kept ready: 2000 to 2149. Others are reckoned when asked for.
_CALENDAR_FROM = 2000 * 12
_CALENDAR_MONTHS = 150 * 12


def local_day(at: datetime) -> date:
    """The day it is in Finland at the moment."""
    return at.astimezone(HELSINKI).date()


def days_in_month(year: int, month: int) -> int:
    """The number of days in the month."""
    return 29 if month == _FEBRUARY and isleap(year) else _LENGTHS[month - 1]


def add_months(day: date, months: int) -> date:
    """The same day ``months`` later (or earlier), clamped to the length of the month: 31.1. + 1 is 28.2. or 29.2."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, days_in_month(year, month + 1)))


def month_index(day: date) -> int:
    """The month of the day as one number that grows by one each month."""
    return day.year * 12 + day.month - 1


def due_date(month: int, due_day: str) -> date:
    """The due date in the month with this ``month_index``: its day ``due_day`` (``"15"``, ``"last"``), clamped.

    Always computed from the month, never from the due date before it: else "last" would stick at 28 after February.
    """
    year, zero_month = divmod(month, 12)
    length = days_in_month(year, zero_month + 1)
    return date(year, zero_month + 1, length if due_day == LAST else min(int(due_day), length))


def is_due_day(day: date, due_day: str) -> bool:
    """Whether the date is the due date of its month."""
    return day == due_date(month_index(day), due_day)


def due_dates(first_due: date, due_day: str, count: int) -> tuple[date, ...]:
    """``count`` due dates from ``first_due`` on, one a month, each from its own month."""
    return (first_due, *due_dates_from(month_index(first_due) + 1, due_day, count - 1))[:count]


def due_dates_from(month: int, due_day: str, count: int) -> tuple[date, ...]:
    """``count`` due dates, the first in the month whose ``month_index`` it is; cut from a calendar kept ready."""
    start = month - _CALENDAR_FROM
    if start >= 0 and start + count <= _CALENDAR_MONTHS:
        return _calendar(due_day)[start : start + max(count, 0)]
    return tuple(due_date(month + k, due_day) for k in range(count))


@lru_cache(maxsize=32)
def _calendar(due_day: str) -> tuple[date, ...]:
    return tuple(due_date(_CALENDAR_FROM + k, due_day) for k in range(_CALENDAR_MONTHS))


def first_due_date(disbursed_on: date, due_day: str, at_least_days: int) -> date:
    """The first due date at least ``at_least_days`` days after the disbursement."""
    earliest = disbursed_on + timedelta(days=at_least_days)
    month = month_index(earliest)
    day = due_date(month, due_day)
    return day if day >= earliest else due_date(month + 1, due_day)


@lru_cache(maxsize=256)
def bank_holidays(year: int) -> frozenset[date]:
    """The days of the year on which Finnish banks are closed although they may be weekdays.

    1.1., 6.1., Good Friday, Easter Monday, 1.5., Ascension Day, Midsummer Eve, 6.12., 24.12., 25.12., 26.12.; the
    other public holidays always fall on a weekend.
    """
    # Loaded when first needed: it knows every country's calendars, and most commands need none.
    from holidays import country_holidays

    return frozenset(country_holidays("FI", years=year))


def is_banking_day(day: date) -> bool:
    """Whether Finnish banks pay and receive on the day."""
    return day.weekday() < 5 and day not in bank_holidays(day.year)


def next_banking_day(day: date) -> date:
    """The day itself if it is a banking day, else the next one: a payment made on it is in time."""
    while not is_banking_day(day):
        day += timedelta(days=1)
    return day


def is_overdue(due: date, on: date) -> bool:
    """Whether something due on ``due`` and unpaid is late on the day ``on``: the last day to pay in time has passed."""
    return next_banking_day(due) < on


def is_a_month_overdue(due: date, on: date) -> bool:
    """Whether the claim has been due for at least one calendar month (Act 1133/2002 § 8): of 31.1. on 28.2."""
    return add_months(due, 1) <= on
