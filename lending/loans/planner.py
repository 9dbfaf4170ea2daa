"""Derives the rows of a repayment plan from its terms, in scaled integers. Pure; see ``plan`` for the entrance.

The instalment is solved from the same exact interest of real days that the rows are charged, so the last row differs
from the others by rounding alone. An instalment from a twelfth of the rate would drift by tens of euros.
"""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from math import gcd
from operator import sub

from lending.basics.dates import due_dates
from lending.basics.errors import Refused
from lending.basics.money import Cents, round_ratio
from lending.loans.annuity import instalment
from lending.loans.interest import DayCount, Interest, day_count
from lending.loans.rows import Columns, Plan
from lending.loans.schedule import DISBURSEMENT, RATE, ROWS_MAX, breaks_of, check, days_from, gaps_from
from lending.loans.terms import Terms


class Planner:
    """Walks from due date to due date. One planner makes one plan."""

    def __init__(self, terms: Terms) -> None:
        check(terms)
        self.terms = terms
        self.count: DayCount = day_count(terms.day_count, terms.counting_day)
        self.interest = Interest(terms.rates, self.count)
        self.grace = frozenset(terms.grace)
        self.equal_principal = terms.method == "equal_principal"
        horizon = self._horizon()
        self.dues = due_dates(terms.first_due, terms.due_day, horizon)
        start = terms.start
        # gaps[k] is the length of the period of row k, by the day count.
        self.gaps = [
            self.count.position(terms.first_due) - self.count.position(start),
            *gaps_from(terms.first_due, terms.due_day, horizon - 1, self.count),
        ]
        self.breaks = breaks_of(terms, self.interest)
        self.at_break = 0
        # Exact: what was carried was reckoned by the same day count.
        self.carried = terms.carried.numerator * self.interest.denominator // terms.carried.denominator
        self.rate = self.interest.scaled_on(start)
        self.principal = sum(amount for day, amount in terms.disbursements if day == start)
        self.last = None if terms.instalments is None else terms.instalments + len(terms.grace) - 1
        self.extra = 0
        self.regular: Cents | None = None
        self.openings: list[Cents] = []
        self.interests: list[Cents] = []
        self.principals: list[Cents] = []
        self.instalments: list[Cents] = []
        self.closings: list[Cents] = []
        self.kinds: list[str] = []
        self.instalment = self._first_instalment()

    def run(self) -> Plan:
        """The plan. Raises ``Refused`` where the terms lead nowhere."""
        k = 0
        while self.principal > 0 or self._disbursement_ahead():
            if k == len(self.dues):
                raise self._never_ends()
            rows = self._quiet_rows(k) or self._row(k)
            if not rows:
                break
            k += rows
        if late := self.grace.difference(self.dues[:k]):
            raise self._grace_too_late(late)
        if self.kinds:
            self.kinds[-1] = "last"
        return Plan(self.regular or 0, self._columns(), self.extra)

    def _row(self, k: int) -> int:
        """Reckon row ``k`` with all that happens in it; 0 where there is nothing left to ask for."""
        if k == self.last and self.dues[k] in self.grace:
            raise self._grace_too_late({self.dues[k]})
        interest = round_ratio(self._accrue(k), self.interest.denominator)
        principal, kind = self._pay(k, interest)
        if self.principal == 0 and interest == 0 and not self._disbursement_ahead():
            return 0
        if self.regular is None and kind != "grace":
            self.regular = principal + interest if self.equal_principal else self.instalment
        self.openings.append(self.principal)
        self.interests.append(interest)
        self.principals.append(principal)
        self.instalments.append(principal + interest)
        self.kinds.append(kind)
        self.principal -= principal
        self.closings.append(self.principal)
        return 1

    def _quiet_rows(self, k: int) -> int:
        """Reckon the rows from ``k`` on in which nothing happens but the same instalment, and return how many.

        The same as row by row, only quicker; 0 where something happens, or the last row is next.
        """
        end = self._quiet_until(k)
        if end <= k:
            return 0
        common = gcd(self.interest.denominator, self.rate)
        half = self.interest.denominator // common
        whole, rate, paid = 2 * half, 2 * self.rate // common, self.instalment
        left = self.principal
        # round_ratio written out: these amounts are not negative while there is principal left.
        closings = [left := left + (left * rate * gap + half) // whole - paid for gap in self.gaps[k:end]]
        if left <= 0:
            del closings[next(row for row, closing in enumerate(closings) if closing <= 0) :]
        openings = [self.principal, *closings]
        parts = list(map(sub, openings, closings))
        if not parts or min(parts) <= 0:
            return 0
        self.principal = openings.pop()
        self.openings += openings
        self.principals += parts
        self.interests += map(paid.__sub__, parts)
        self.instalments += [paid] * len(parts)
        self.closings += closings
        self.kinds += ["regular"] * len(parts)
        if self.regular is None:
            self.regular = paid
        return len(parts)

    def _quiet_until(self, k: int) -> int:
        """The first row from ``k`` on that needs to be looked at by itself."""
        if self.equal_principal or (k == 0 and self.carried):
            return k
        end = len(self.dues) if self.last is None else self.last
        if self.at_break < len(self.breaks):
            end = min(end, bisect_right(self.dues, self.breaks[self.at_break][0]))
        if self.grace:
            end = next((row for row in range(k, end) if self.dues[row] in self.grace), end)
        if self.last is None:
            interest = self.principal * self.rate * self.gaps[k] // self.interest.denominator
            end = min(end, k + self.principal // max(1, self.instalment - interest) + 1)
        return end

    def _columns(self) -> Columns:
        rows = len(self.kinds)
        first = (self.terms.first_due - (self.terms.carried_from or self.terms.start)).days
        return Columns(
            range(self.terms.first_n, self.terms.first_n + rows),
            self.dues[:rows],
            [first, *days_from(self.terms.first_due, self.terms.due_day, rows)][:rows],
            self.openings,
            self.interests,
            self.principals,
            self.instalments,
            self.closings,
            self.kinds,
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
            self._disbursements_ahead()
            return terms.instalment_cents or round_ratio(terms.principal_cents, terms.instalments)
        if terms.instalment_cents is None:
            denominator = self.interest.denominator
            return self._solve(0, self.principal * denominator + self.carried, denominator, 0)
        self.instalment = terms.instalment_cents
        if self.last is None and self._must_know_the_last_row():
            first = self.principal * self.rate * self.gaps[0]
            rows = self._rows_needed(0, first + self.carried)
            if rows is None:
                raise self._never_ends()
            self.last = rows - 1
        return terms.instalment_cents

    def _must_know_the_last_row(self) -> bool:
        lowered = any(effect == "lower_instalment" for _, _, _, effect in self.breaks)
        reset = any(kind == RATE for _, kind, _, _ in self.breaks) and self.terms.on_rate_change == "instalment"
        return lowered or reset

    def _accrue(self, k: int) -> int:
        """The exact interest of row ``k``, over the denominator; what happens inside the row is taken in."""
        due, left, numerator = self.dues[k], self.gaps[k], self.carried * (k == 0)
        happened: set[str] = set()
        while self.at_break < len(self.breaks) and self.breaks[self.at_break][0] < due:
            day, kind, value, effect = self.breaks[self.at_break]
            after = self.count.position(due) - self.count.position(day)
            numerator += self.principal * self.rate * (left - after)
            left = after
            self.at_break += 1
            if kind == RATE:
                self.rate = value
                happened.add("rate")
            elif kind == DISBURSEMENT:
                self.principal += value
            else:
                paid = min(value, self.principal)
                self.principal -= paid
                self.extra += paid
                happened.add(effect)
        numerator += self.principal * self.rate * left
        if happened and not self.equal_principal:
            self._adapt(k, numerator, happened)
        elif "lower_instalment" in happened:
            assert self.last is not None
            left = self.last + 1 - k - len(self.grace.intersection(self.dues[k:]))
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
        elif shorten_only and self.last is not None:
            self.last = min(self.last, k + rows - 1)
        else:
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
        ahead = self._disbursements_ahead()
        if not ahead:
            gaps = self.gaps[first : self.last + 1]
            if self.grace:
                gaps = [gap for gap, due in zip(gaps, self.dues[first:], strict=False) if due not in self.grace]
            solved = instalment(balance, scale, 1 if paid else 0, rate, one, gaps)
            if solved is not None:
                return solved
        for j in range(first, self.last + 1):
            if self.dues[j] in self.grace:
                balance += scale * sum(amount for row, _, amount in ahead if row == j)
                continue
            factor = one + rate * self.gaps[j]
            balance *= factor
            if ahead:
                balance += scale * sum(amount * (one + rate * left) for row, left, amount in ahead if row == j)
            scale *= one
            paid = paid * factor + scale
        if not paid:
            raise self._grace_too_late({self.dues[self.last]})
        return round_ratio(balance, paid)

    def _disbursements_ahead(self) -> list[tuple[int, int, Cents]]:
        """Disbursements still to come: (row, what is left of its period by the day count, cents).

        Raises ``Refused`` where one comes after the last row.
        """
        found = []
        for day, kind, value, _ in self.breaks[self.at_break :]:
            if kind == DISBURSEMENT:
                row = bisect_right(self.dues, day)
                if self.last is not None and row > self.last:
                    raise Refused("disbursement-after-last-due", field="disbursements", day=day)
                left = self.count.position(self.dues[row]) - self.count.position(day) if row < len(self.dues) else 0
                found.append((row, left, value))
        return found

    def _disbursement_ahead(self) -> bool:
        return any(kind == DISBURSEMENT for _, kind, _, _ in self.breaks[self.at_break :])

    def _rows_needed(self, k: int, numerator: int) -> int | None:
        """How many rows from ``k`` on the instalment needs if nothing else happens; ``None``: it never gets there.

        Disbursements yet to come are known.
        """
        principal, denominator = self.principal, self.interest.denominator
        ahead = self._disbursements_ahead()
        last = max((row for row, _, _ in ahead), default=k)
        for row in range(k, len(self.dues)):
            if row > k:
                numerator = principal * self.rate * self.gaps[row]
            for _, left, amount in (each for each in ahead if each[0] == row):
                principal += amount
                numerator += amount * self.rate * left
            if self.dues[row] not in self.grace:
                principal -= self.instalment - round_ratio(numerator, denominator)
                if principal <= 0 and row >= last:
                    return row - k + 1
                principal = max(principal, 0)
        return None

    def _grace_too_late(self, dates: Iterable[date]) -> Refused:
        """No plan ends with a grace month: on its last due date all that is left is paid."""
        return Refused("grace-date-not-due", field="grace", dates=sorted(dates))

    def _below_interest(self, interest: Cents) -> Refused:
        return Refused(
            "instalment-below-interest",
            field="instalment",
            instalment_cents=self.terms.instalment_cents,
            interest_cents=interest,
        )

    def _never_ends(self) -> Refused:
        return Refused("term-too-long", field="instalment", longest_months=len(self.dues) - len(self.grace) - 1)
