"""Derives the rows of a repayment plan from its terms, in scaled integers. Pure; see ``plan`` for the entrance.

The instalment is solved from the same exact interest of real days that the rows are charged, so the last row differs
from the others by rounding alone. An instalment from a twelfth of the rate would drift by tens of euros.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from math import gcd
from typing import NamedTuple

from lending.basics.dates import due_dates, is_due_day, month_index
from lending.basics.errors import Refused
from lending.basics.money import Cents, round_ratio
from lending.loans.interest import DayCount, Interest, day_count
from lending.loans.terms import Terms

#: No plan is longer than this many rows, whatever the terms say: an instalment that barely covers the interest.
ROWS_MAX = 1200

_RATE, _DISBURSEMENT, _EXTRA = range(3)


class PlanRow(NamedTuple):
    """One row of a plan. ``days`` are the real days of its interest; ``kind``: ``regular``, ``grace`` or ``last``.

    ``opening_cents`` is the principal just before the instalment, ``closing_cents`` just after it.
    """

    n: int
    due_date: date
    days: int
    opening_cents: Cents
    interest_cents: Cents
    principal_cents: Cents
    instalment_cents: Cents
    closing_cents: Cents
    kind: str


class Totals(NamedTuple):
    """The sums of a plan's rows; ``extra_cents`` was paid beside them."""

    rows: int
    principal_cents: Cents
    interest_cents: Cents
    instalment_cents: Cents
    extra_cents: Cents


@dataclass(frozen=True)
class Plan:
    """A repayment plan. ``instalment_cents`` is the regular instalment (equal principal: the first, the largest)."""

    instalment_cents: Cents
    columns: tuple[Sequence[date | int | str], ...]
    extra_cents: Cents = 0

    @cached_property
    def rows(self) -> tuple[PlanRow, ...]:
        """The rows, made when they are first asked for: most plans are only asked for their instalment or totals."""
        return tuple(map(PlanRow._make, zip(*self.columns, strict=True)))

    @property
    def totals(self) -> Totals:
        """The sums of the rows."""
        rows = self.rows
        interest, principal = sum(row.interest_cents for row in rows), sum(row.principal_cents for row in rows)
        return Totals(len(rows), principal, interest, interest + principal, self.extra_cents)

    @property
    def last_due(self) -> date:
        """The last due date."""
        return self.rows[-1].due_date

    @property
    def principal_rows(self) -> int:
        """How many rows pay principal: the months of the loan, grace months not counted."""
        return sum(row.kind != "grace" for row in self.rows)


@lru_cache(maxsize=1024)
def _positions(first_due: date, due_day: str, count: int, name: str) -> tuple[int, ...]:
    position = day_count(name, due_day).position
    return tuple(map(position, due_dates(first_due, due_day, count)))


class Planner:
    """Walks from due date to due date. One planner makes one plan."""

    def __init__(self, terms: Terms) -> None:
        _check(terms)
        self.terms = terms
        self.count: DayCount = day_count(terms.day_count, terms.due_day)
        self.interest = Interest(terms.rates, self.count)
        self.grace = frozenset(terms.grace)
        self.equal_principal = terms.method == "equal_principal"
        horizon = self._horizon()
        self.dues = due_dates(terms.first_due, terms.due_day, horizon)
        start = terms.start
        self.positions = (
            self.count.position(start),
            *_positions(terms.first_due, terms.due_day, horizon, terms.day_count),
        )
        self.breaks = _breaks(terms, self.interest)
        self.at_break = 0
        # Exact: what was carried was reckoned by the same day count.
        self.carried = int(terms.carried * self.interest.denominator)
        self.rate = self.interest.scaled_on(start)
        self.principal = sum(amount for day, amount in terms.disbursements if day == start)
        self.last = None if terms.instalments is None else terms.instalments + len(terms.grace) - 1
        self.extra = 0
        self.instalment = self._first_instalment()

    def run(self) -> Plan:
        """The plan. Raises ``Refused`` where the terms lead nowhere."""
        principals, interests, openings, kinds = [], [], [], []
        regular = None
        k = 0
        while self.principal > 0 or self._disbursement_ahead():
            if k == len(self.dues):
                raise self._never_ends()
            numerator = self._accrue(k)
            interest = round_ratio(numerator, self.interest.denominator)
            principal, kind = self._pay(k, interest)
            if self.principal == 0 and interest == 0:
                break
            if regular is None and kind != "grace":
                regular = principal + interest if self.equal_principal else self.instalment
            openings.append(self.principal)
            interests.append(interest)
            principals.append(principal)
            kinds.append(kind)
            self.principal -= principal
            k += 1
        if set(self.dues[k:]) & self.grace or not self.grace <= set(self.dues):
            raise Refused("grace-date-not-due", field="grace", dates=sorted(self.grace - set(self.dues[:k])))
        if kinds:
            kinds[-1] = "last"
        return Plan(regular or 0, self._columns(openings, interests, principals, kinds), self.extra)

    def _columns(
        self, openings: list[int], interests: list[int], principals: list[int], kinds: list[str]
    ) -> tuple[Sequence[date | int | str], ...]:
        rows = len(kinds)
        dues = self.dues[:rows]
        ordinals = [(self.terms.carried_from or self.terms.start).toordinal(), *map(date.toordinal, dues)]
        return (
            range(self.terms.first_n, self.terms.first_n + rows),
            dues,
            [b - a for a, b in itertools.pairwise(ordinals)],
            openings,
            interests,
            principals,
            list(map(int.__add__, interests, principals)),
            list(map(int.__sub__, openings, principals)),
            kinds,
        )

    def _horizon(self) -> int:
        terms = self.terms
        if terms.instalments is not None and terms.on_rate_change == "instalment":
            return terms.instalments + len(terms.grace)
        limit = terms.limits.term_months_max if terms.limits else None
        # One row over the limit, so that going past it shows.
        return (limit or ROWS_MAX) + len(terms.grace) + 1

    def _first_instalment(self) -> Cents:
        terms = self.terms
        if self.equal_principal:
            assert terms.instalments is not None
            return terms.instalment_cents or round_ratio(terms.principal_cents, terms.instalments)
        if terms.instalment_cents is None:
            denominator = self.interest.denominator
            return self._solve(0, self.principal * denominator + self.carried, denominator, 0)
        if self.last is None and self._must_know_the_last_row():
            first = self.principal * self.rate * (self.positions[1] - self.positions[0])
            rows = self._rows_needed(0, first + self.carried)
            self.last = None if rows is None else rows - 1
        return terms.instalment_cents

    def _must_know_the_last_row(self) -> bool:
        self.instalment = self.terms.instalment_cents or 0
        lowered = any(kind == _EXTRA and effect == "lower_instalment" for _, kind, _, effect in self.breaks)
        reset = any(kind == _RATE for _, kind, _, _ in self.breaks) and self.terms.on_rate_change == "instalment"
        return lowered or reset

    def _accrue(self, k: int) -> int:
        """The exact interest of row ``k``, over the denominator; what happens inside the row is taken in."""
        due, cursor, numerator = self.dues[k], self.positions[k], 0 if k else self.carried
        happened: set[str] = set()
        while self.at_break < len(self.breaks) and self.breaks[self.at_break][0] < due:
            day, kind, value, effect = self.breaks[self.at_break]
            position = self.count.position(day)
            numerator += self.principal * self.rate * (position - cursor)
            cursor = position
            self.at_break += 1
            if kind == _RATE:
                self.rate = value
                happened.add("rate")
            elif kind == _DISBURSEMENT:
                self.principal += value
            else:
                paid = min(value, self.principal)
                self.principal -= paid
                self.extra += paid
                happened.add(effect)
        numerator += self.principal * self.rate * (self.positions[k + 1] - cursor)
        if happened and not self.equal_principal:
            self._adapt(k, numerator, happened)
        elif "lower_instalment" in happened:
            assert self.last is not None
            left = self.last - k + 1 - sum(day in self.grace for day in self.dues[k : self.last + 1])
            self.instalment = round_ratio(self.principal, max(left, 1))
        return numerator

    def _adapt(self, k: int, numerator: int, happened: set[str]) -> None:
        """Set the instalment or the last row anew, from row ``k`` on, after what happened inside it."""
        if "shorten_term" in happened:
            self._follow(k, numerator, shorten_only=True)
        if "rate" in happened and self.terms.on_rate_change == "term":
            self._follow(k, numerator, shorten_only=False)
            limit = self.terms.limits.term_months_max if self.terms.limits else None
            end = None if limit is None else limit + len(self.grace) - 1
            if end is not None and (self.last is None or self.last > end):
                self.last = end
                self.instalment = self._solve_at(k, numerator)
        elif "rate" in happened or "lower_instalment" in happened:
            self.instalment = self._solve_at(k, numerator)

    def _follow(self, k: int, numerator: int, shorten_only: bool) -> None:
        """Keep the instalment and let the last row follow."""
        rows = self._rows_needed(k, numerator)
        if rows is None:
            if not shorten_only:
                self.last = None
        elif self.last is None or not shorten_only or k + rows - 1 < self.last:
            self.last = k + rows - 1

    def _pay(self, k: int, interest: Cents) -> tuple[Cents, str]:
        """The principal of row ``k`` and its kind."""
        if self.dues[k] in self.grace:
            return 0, "grace"
        if k == self.last:
            return self.principal, "regular"
        wanted = self.instalment if self.equal_principal else self.instalment - interest
        if wanted <= 0 and self.terms.instalment_cents is not None and self.last is None:
            raise self._below_interest(interest)
        return max(0, min(wanted, self.principal)), "regular"

    def _solve_at(self, k: int, numerator: int) -> Cents:
        """The instalment that, paid on row ``k`` and after it, leaves nothing after the last row."""
        scale = self.interest.denominator
        if self.dues[k] in self.grace:
            return self._solve(k + 1, self.principal * scale, scale, 0)
        return self._solve(k + 1, self.principal * scale + numerator, scale, scale)

    def _solve(self, first: int, balance: int, scale: int, paid: int) -> Cents:
        """``A = balance / paid`` carried over the rows ``first`` … last by their factors, rounded once.

        ``balance`` is what would be owed if nothing were paid, ``paid`` what an instalment of one cent would have
        become; both are over ``scale``. The rate of now is taken to stay; disbursements yet to come are known.
        """
        assert self.last is not None
        common = gcd(self.interest.denominator, self.rate)
        one, rate = self.interest.denominator // common, self.rate // common
        positions, ahead = self.positions, self._disbursements_ahead()
        before = positions[first]
        for j in range(first, self.last + 1):
            position = positions[j + 1]
            if self.dues[j] in self.grace:
                balance += scale * sum(amount for row, _, amount in ahead if row == j)
            else:
                factor = one + rate * (position - before)
                balance *= factor
                if ahead:
                    balance += scale * sum(
                        amount * (one + rate * (position - since)) for row, since, amount in ahead if row == j
                    )
                scale *= one
                paid = paid * factor + scale
            before = position
        return round_ratio(balance, paid)

    def _disbursements_ahead(self) -> list[tuple[int, int, Cents]]:
        """Disbursements still to come: (row, position, cents)."""
        found = []
        for day, kind, value, _ in self.breaks[self.at_break :]:
            if kind == _DISBURSEMENT:
                row = next((k for k, due in enumerate(self.dues) if day < due), len(self.dues))
                if self.last is not None and row > self.last:
                    raise Refused("disbursement-after-last-due", field="disbursements", day=day)
                found.append((row, self.count.position(day), value))
        return found

    def _disbursement_ahead(self) -> bool:
        return any(kind == _DISBURSEMENT for _, kind, _, _ in self.breaks[self.at_break :])

    def _rows_needed(self, k: int, numerator: int) -> int | None:
        """How many rows from ``k`` on the instalment needs if nothing else happens; ``None``: it never gets there."""
        principal, denominator = self.principal, self.interest.denominator
        for row in range(k, len(self.dues)):
            if row > k:
                numerator = principal * self.rate * (self.positions[row + 1] - self.positions[row])
            if self.dues[row] not in self.grace:
                principal -= self.instalment - round_ratio(numerator, denominator)
                if principal <= 0:
                    return row - k + 1
        return None

    def _below_interest(self, interest: Cents) -> Refused:
        return Refused(
            "instalment-below-interest",
            field="instalment",
            instalment_cents=self.terms.instalment_cents,
            interest_cents=interest,
        )

    def _never_ends(self) -> Refused:
        return Refused("term-too-long", field="instalment", longest_months=len(self.dues) - len(self.grace))


def _check(terms: Terms) -> None:
    """Refuse terms from which no plan can be derived. The first due date comes after the first disbursement."""
    if not terms.disbursements or any(amount <= 0 for _, amount in terms.disbursements):
        raise Refused("principal-not-positive", field="principal")
    if terms.instalments is None and terms.instalment_cents is None:
        raise Refused("instalments-missing", field="instalments")
    if terms.instalments is not None and not 1 <= terms.instalments <= ROWS_MAX:
        raise Refused("instalments-out-of-range", field="instalments", least=1, most=ROWS_MAX)
    if terms.instalment_cents is not None and terms.instalment_cents <= 0:
        raise Refused("instalment-not-positive", field="instalment")
    if terms.method == "equal_principal" and terms.instalments is None:
        raise Refused("instalments-missing", field="instalments")
    if terms.first_due <= terms.start:
        raise Refused("first-due-too-early", field="first_due", start=terms.start)
    if not is_due_day(terms.first_due, terms.due_day):
        raise Refused("first-due-not-due-day", field="first_due", due_day=terms.due_day)
    if any(extra.day < terms.start or extra.amount_cents <= 0 for extra in terms.extra_payments):
        raise Refused("payment-before-disbursement", field="extra_payments", start=terms.start)
    first = month_index(terms.first_due)
    wrong = [day for day in terms.grace if month_index(day) < first or not is_due_day(day, terms.due_day)]
    if wrong or len(set(terms.grace)) != len(terms.grace):
        raise Refused("grace-date-not-due", field="grace", dates=wrong or sorted(terms.grace))


def _breaks(terms: Terms, interest: Interest) -> list[tuple[date, int, int, str]]:
    """What happens between due dates, in order: (day, kind, rate or cents, effect)."""
    start = terms.start
    found = [(day, _DISBURSEMENT, amount, "") for day, amount in terms.disbursements if day > start]
    found += [(extra.day, _EXTRA, extra.amount_cents, extra.effect) for extra in terms.extra_payments]
    before = interest.scaled_on(start)
    for day, _ in terms.rates:
        rate = interest.scaled_on(day)
        if day > start and rate != before:
            found.append((day, _RATE, rate, ""))
            before = rate
    return sorted(found)
