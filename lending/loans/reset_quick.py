"""The new plan of a quiet loan at a reset, reckoned from what is kept and what loans of one time share.

Most loans are quiet: no billed row is open, no grace month or postponement is to come, and the instalment is solved
anew over the same rows. For them this makes the very terms that ``lending.loans.rates.after_rate_change`` makes, and
makes them several times as fast; the others it leaves to that. A test holds both to the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import gcd
from typing import Any

from lending.basics.dates import due_date, month_index
from lending.loans.annuity import instalment
from lending.loans.interest import Interest, RatePath, day_count
from lending.loans.reset_terms import Kept
from lending.loans.schedule import gaps_from

#: With fewer rows left the last row may be the only regular one.
ROWS_MIN = 3

#: Terms that only a loan with something special in its plan has.
SPECIAL = ("postponed", "counted_by")


@dataclass(frozen=True, slots=True)
class Shared:
    """What loans of one rate path and day count share."""

    before: Interest
    after: Interest
    last_change: date
    rate: int
    one: int
    rates: list[list[str]]


class QuickReset:
    """Makes new terms as of ``day``. Keeps what loans share for as long as it lives: a batch, or a few."""

    def __init__(self, day: date) -> None:
        self.day = day
        self._shared: dict[tuple[RatePath, RatePath, str, str], Shared] = {}
        self._weights: dict[tuple[RatePath, str, str, date, date], int] = {}
        self._dues: dict[tuple[str, str, int, int], date] = {}

    def terms(
        self, data: Mapping[str, Any], kept: Kept, old: RatePath, new: RatePath, minimum_cents: int
    ) -> dict[str, Any] | None:
        """The new terms as they are stored, from the stored ones (``data``); ``None`` where the loan is not quiet."""
        if not kept.principal_cents or any(name in data for name in SPECIAL):
            return None
        if data["method"] != "equal_instalment" or data["on_rate_change"] != "instalment":
            return None
        rows = data["instalments"] - kept.done
        n = max(data["first_n"], kept.last_n + 1)
        first_due = self._due(data["first_due"], data["due_day"], data["first_n"], n)
        start = max(min(self.day, first_due - timedelta(days=1)), kept.last_due or self.day)
        grace_ahead = any(day >= first_due.isoformat() for day in data["grace"])
        shared = self._of(old, new, data["day_count"], data["due_day"])
        scale = shared.before.denominator
        if rows < ROWS_MIN or grace_ahead or start < shared.last_change or start >= first_due:
            return None
        if kept.stands_on > start or scale % kept.accrued.denominator:
            return None
        weight = self._weight(shared, old, data, kept.stands_on, start)
        carried = kept.accrued.numerator * (scale // kept.accrued.denominator)
        carried += kept.principal_cents * weight + kept.interest_cents * scale
        by = day_count(data["day_count"], data["due_day"])
        gaps = (by.position(first_due) - by.position(start), *gaps_from(first_due, data["due_day"], rows - 1, by))
        cents = instalment(kept.principal_cents * scale + carried, scale, 0, shared.rate, shared.one, gaps)
        if cents is None or cents < max(minimum_cents, 1):
            return None
        return {
            **data,
            "disbursements": [[start.isoformat(), kept.principal_cents]],
            "rates": shared.rates,
            "first_due": first_due.isoformat(),
            "instalments": rows,
            "instalment_cents": cents,
            "grace": [],
            "first_n": n,
        }

    def _due(self, first_due: str, due_day: str, first_n: int, n: int) -> date:
        key = first_due, due_day, first_n, n
        if key not in self._dues:
            first = date.fromisoformat(first_due)
            self._dues[key] = first if n == first_n else due_date(month_index(first) + n - first_n, due_day)
        return self._dues[key]

    def _of(self, old: RatePath, new: RatePath, counted: str, due_day: str) -> Shared:
        key = old, new, counted, due_day
        if key not in self._shared:
            by = day_count(counted, due_day)
            after = Interest(new, by)
            rate = after.scaled_on(new[-1][0])
            common = gcd(after.denominator, rate)
            self._shared[key] = Shared(
                before=Interest(old, by),
                after=after,
                last_change=new[-1][0],
                rate=rate // common,
                one=after.denominator // common,
                rates=[[day.isoformat(), format(percent, "f")] for day, percent in new],
            )
        return self._shared[key]

    def _weight(self, shared: Shared, old: RatePath, data: Mapping[str, Any], since: date, until: date) -> int:
        key = old, data["day_count"], data["due_day"], since, until
        if key not in self._weights:
            self._weights[key] = shared.before.weight(since, until)
        return self._weights[key]
