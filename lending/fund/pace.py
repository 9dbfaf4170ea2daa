"""Does the year's money last? What has been granted by the month, against an even pace through the year. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from lending.basics.money import Cents

MONTHS = 12
#: Before so many days of the year have passed, its pace says nothing yet.
TELLING_DAYS = 30


@dataclass(frozen=True, slots=True)
class Month:
    """What was granted and repaid in one month, and granted from the beginning of the year to its end, in cents.

    ``even_cents`` is what would be by an even pace. ``is_ahead``: the month has not begun.
    """

    first: date
    granted_cents: Cents
    repaid_cents: Cents
    so_far_cents: Cents
    even_cents: Cents | None
    is_ahead: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """Whether the year's money lasts, as it looks on a day.

    ``state``: ``lasts``, ``runs-out`` (on ``runs_out_on``, at this year's pace so far), ``used-up``, ``too-early`` or
    ``over`` for a year that has ended. ``even_cents``: what an even pace would have granted by the day.
    """

    state: str
    even_cents: Cents
    runs_out_on: date | None = None


def months_of(
    year: int, granted: Mapping[int, Cents], repaid: Mapping[int, Cents], cap_cents: Cents | None, on: date
) -> tuple[Month, ...]:
    """The months of the year; ``granted`` and ``repaid`` are sums by the number of the month."""
    found, so_far = [], 0
    for number in range(1, MONTHS + 1):
        so_far += granted.get(number, 0)
        found.append(
            Month(
                first=date(year, number, 1),
                granted_cents=granted.get(number, 0),
                repaid_cents=repaid.get(number, 0),
                so_far_cents=so_far,
                even_cents=None if cap_cents is None else cap_cents * number // MONTHS,
                is_ahead=date(year, number, 1) > on,
            )
        )
    return tuple(found)


def outlook(year: int, cap_cents: Cents, granted_cents: Cents, on: date) -> Outlook:
    """Whether ``cap_cents`` last the year, when ``granted_cents`` had been granted by the day ``on``."""
    begin, end = date(year, 1, 1), date(year, 12, 31)
    gone = max(0, min((on - begin).days + 1, (end - begin).days + 1))
    even = cap_cents * gone // ((end - begin).days + 1)
    if on > end:
        return Outlook("over", even)
    if granted_cents >= cap_cents:
        return Outlook("used-up", even)
    if gone < TELLING_DAYS:
        return Outlook("too-early", even)
    if granted_cents <= 0:
        return Outlook("lasts", even)
    # How many days pass before the one in the course of which this pace has used it up: perhaps thousands of years.
    days = cap_cents * gone // granted_cents
    if days > (end - begin).days:
        return Outlook("lasts", even)
    return Outlook("runs-out", even, begin + timedelta(days=days))


def tightest(caps_cents: Iterable[Cents | None]) -> Cents | None:
    """The least of the caps there are."""
    return min((cap for cap in caps_cents if cap is not None), default=None)
