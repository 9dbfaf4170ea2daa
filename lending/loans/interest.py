"""Interest by days: day counts, rate paths and exact amounts in scaled integers. Pure; no clock.

For an interval ``[a, b)`` day *a* is counted and day *b* is not. The rate of a day is the rate in force on it.
Every day count is a position on a line, so that an interval split at any day adds up to the same.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from lending.basics.dates import due_date, month_index
from lending.basics.errors import Refused
from lending.basics.money import Cents, round_ratio

#: (first day, percent a year) in the order of the days; each holds until the next.
RatePath = tuple[tuple[date, Decimal], ...]

#: Rates are kept as whole millionths of a percent.
RATE_SCALE = 1_000_000

#: Parts of a month that every length of a month (28 to 31 days) divides.
_MONTH_PARTS = 377_580


@dataclass(frozen=True, slots=True)
class DayCount:
    """A convention of counting days. ``position`` grows day by day; a year is ``basis`` of its units."""

    name: str
    basis: int
    position: Callable[[date], int]


@lru_cache(maxsize=128)
def day_count(name: str, due_day: str = "last") -> DayCount:
    """The day count by the name a policy gives it.

    ``actual/365``, ``actual/360``: real days. ``30E/360``: months of 30 days, the 31st counting as the 30th.
    ``rate/12``: one twelfth of the rate for each full month between due dates (``due_day``), the days of a part
    of a month in proportion to the length of that month.
    """
    match name:
        case "actual/365":
            return DayCount(name, 365, date.toordinal)
        case "actual/360":
            return DayCount(name, 360, date.toordinal)
        case "30E/360":
            return DayCount(name, 360, _thirty_days_a_month)
        case "rate/12":
            return DayCount(name, 12 * _MONTH_PARTS, lambda day: _months_of(day, due_day))
    raise ValueError(f"unknown day count: {name}")


def _thirty_days_a_month(day: date) -> int:
    return 360 * day.year + 30 * (day.month - 1) + min(day.day, 30)


def _months_of(day: date, due_day: str) -> int:
    month = month_index(day)
    start = due_date(month, due_day)
    if start > day:
        month, start = month - 1, due_date(month - 1, due_day)
    length = (due_date(month + 1, due_day) - start).days
    return month * _MONTH_PARTS + (day - start).days * (_MONTH_PARTS // length)


def scaled_rate(percent: Decimal) -> int:
    """The rate in millionths of a percent. Raises ``Refused``: ``rate-negative``, ``rate-too-precise``."""
    if not percent.is_finite() or percent < 0:
        raise Refused("rate-negative", field="percent", percent=percent)
    scaled = percent * RATE_SCALE
    if scaled != scaled.to_integral_value():
        raise Refused("rate-too-precise", field="percent", percent=percent)
    return int(scaled)


class Interest:
    """Reckons the interest of one rate path by one day count.

    Amounts before rounding are numerators over ``denominator``, in cents.
    """

    __slots__ = ("_days", "_position", "_scaled", "denominator", "rates")

    def __init__(self, rates: RatePath, count: DayCount) -> None:
        self.rates = rates
        self._days = [day for day, _ in rates]
        if not rates or self._days != sorted(set(self._days)):
            raise Refused("rate-path-not-in-order", field="rates")
        self._scaled = [scaled_rate(percent) for _, percent in rates]
        self._position = count.position
        self.denominator = 100 * RATE_SCALE * count.basis

    def weight(self, start: date, end: date) -> int:
        """The exact interest of one cent for ``[start, end)``, over ``denominator``. Negative if the days run back."""
        if end < start:
            return -self.weight(end, start)
        return sum(
            rate * (self._position(until) - self._position(since)) for since, until, rate in self.segments(start, end)
        )

    def segments(self, start: date, end: date) -> Iterator[tuple[date, date, int]]:
        """The parts of ``[start, end)`` with one rate each: (from, to, rate in millionths of a percent)."""
        index = self._index(start)
        while start < end:
            later = self._days[index + 1] if index + 1 < len(self._days) else end
            until = min(later, end)
            yield start, until, self._scaled[index]
            start, index = until, index + 1

    def exact(self, principal: Cents, start: date, end: date) -> Fraction:
        """The interest of ``principal`` for ``[start, end)`` in cents, exactly."""
        return Fraction(principal * self.weight(start, end), self.denominator)

    def rounded(self, principal: Cents, start: date, end: date) -> Cents:
        """The interest of ``principal`` for ``[start, end)``, rounded once to a cent."""
        return round_ratio(principal * self.weight(start, end), self.denominator)

    def percent_on(self, day: date) -> Decimal:
        """The rate in force on the day, percent a year."""
        return self.rates[self._index(day)][1]

    def scaled_on(self, day: date) -> int:
        """The rate in force on the day, millionths of a percent."""
        return self._scaled[self._index(day)]

    def _index(self, day: date) -> int:
        """Raises ``Refused("rate-missing")`` for a day before the path begins: nobody guesses a rate."""
        index = bisect_right(self._days, day) - 1
        if index < 0:
            raise Refused("rate-missing", field="rates", on=day)
        return index
