"""The whole plan once more, for tests only: row by row in exact fractions, straight from the rules and without haste.

Nothing of the engine is used but its calendar's due dates. ``slow_plan`` counts the days and the years.
"""

from datetime import date
from fractions import Fraction
from math import inf

from lending.basics.dates import due_dates
from tests.rules.slow_plan import half_up, percent_on, year_parts

#: No plan is longer, whatever its terms say.
ROWS_MAX = 1200


class Never(Exception):
    """The terms lead nowhere: the code of the refusal."""


class SlowPlanner:
    """One plan of some terms: ``rows`` are (due date, opening, interest, principal, closing, kind)."""

    def __init__(self, terms):
        self.terms, self.grace = terms, set(terms.grace)
        by_number = terms.instalments is not None
        limit = terms.limits.term_months_max if terms.limits else None
        if by_number and terms.on_rate_change == "instalment":
            horizon = terms.instalments + len(self.grace)
        else:
            horizon = (limit or ROWS_MAX) + len(self.grace) + 1
        self.limit, self.horizon = limit, horizon
        self.dues = due_dates(terms.first_due, terms.due_day, horizon)
        self.starts = [terms.start, *self.dues]
        self.last = terms.instalments + len(self.grace) - 1 if by_number else inf
        self.principal = sum(amount for day, amount in terms.disbursements if day == terms.start)
        self.extra, self.regular, self.rows = 0, None, []
        self.instalment = self._first_instalment()
        self._walk()

    # --- Time ---

    def years(self, since: date, until: date) -> Fraction:
        """The days from one day to another as a part of a year, by the day count."""
        return year_parts(self.terms.day_count, self.terms.counting_day, since, until)

    def rate(self, day: date) -> Fraction:
        """The yearly rate of the day, as a part of one."""
        return Fraction(percent_on(self.terms.rates, day)) / 100

    def inside(self, k: int, what: str):
        """What happens in row ``k``: from the due date before it to the day before its own."""
        since, until = self.starts[k], self.dues[k]
        if what == "disbursement":
            return [
                (day, cents) for day, cents in self.terms.disbursements if max(since, self._second()) <= day < until
            ]
        if what == "extra":
            return [
                (each.day, each.amount_cents, each.effect)
                for each in self.terms.extra_payments
                if since <= each.day < until
            ]
        days = [day for day, _ in self.terms.rates if since <= day < until and day > self.terms.start]
        return [day for day in days if self._changed(day)]

    def _second(self) -> date:
        return date.fromordinal(self.terms.start.toordinal() + 1)

    def _changed(self, day: date) -> bool:
        before = date.fromordinal(day.toordinal() - 1)
        return percent_on(self.terms.rates, before) != percent_on(self.terms.rates, day)

    def paid_out_from(self, day: date):
        """Sums paid out after ``day``, with their rows: (row, day, cents)."""
        later = [(each, cents) for each, cents in self.terms.disbursements if each > max(day, self.terms.start)]
        return [
            (next(k for k in range(self.horizon + 1) if k == self.horizon or self.dues[k] > each), each, cents)
            for each, cents in later
        ]

    # --- The walk ---

    def _walk(self) -> None:
        for k in range(self.horizon + 1):
            ahead = self.principal > 0 or any(row >= k for row, _, _ in self.paid_out_from(self.terms.start))
            if not ahead:
                break
            if k == self.horizon:
                raise Never("term-too-long")
            if not self._row(k):
                break
        if not self.grace <= {row[0] for row in self.rows}:
            raise Never("grace-date-not-due")
        if self.rows:
            self.rows[-1] = (*self.rows[-1][:-1], "last")

    def _row(self, k: int) -> bool:
        if k == self.last and self.dues[k] in self.grace:
            raise Never("grace-date-not-due")
        exact, happened = self._interest(k)
        self._adapt(k, exact, happened)
        interest = half_up(exact)
        in_grace = self.dues[k] in self.grace
        if in_grace:
            paid = 0
        elif k == self.last:
            paid = self.principal
        else:
            wanted = self.instalment if self.terms.method == "equal_principal" else self.instalment - interest
            if wanted <= 0 and self.terms.instalment_cents is not None and self.last == inf:
                raise Never("instalment-below-interest")
            paid = max(0, min(wanted, self.principal))
        later = any(row > k for row, _, _ in self.paid_out_from(self.terms.start))
        if self.principal == 0 and interest == 0 and not later:
            return False
        if self.regular is None and not in_grace:
            self.regular = paid + interest if self.terms.method == "equal_principal" else self.instalment
        opening, self.principal = self.principal, self.principal - paid
        self.rows.append((self.dues[k], opening, interest, paid, self.principal, "grace" if in_grace else "regular"))
        return True

    def _interest(self, k: int):
        """The exact interest of the row, with what happens in it; the principal is what it is at the end."""
        due = self.dues[k]
        changes = [(day, 0, None) for day in self.inside(k, "rate")]
        changes += [(day, 1, cents) for day, cents in self.inside(k, "disbursement")]
        changes += [(day, 2, (cents, effect)) for day, cents, effect in self.inside(k, "extra")]
        exact, since, happened = (self.terms.carried if k == 0 else Fraction(0)), self.starts[k], set()
        for day, kind, what in sorted(changes, key=lambda change: change[:2] + ((change[2],) if change[1] else ())):
            exact += self.principal * self.rate(since) * self.years(since, day)
            since = day
            if kind == 0:
                happened.add("rate")
            elif kind == 1:
                self.principal += what
            else:
                paid = min(what[0], self.principal)
                self.principal, self.extra = self.principal - paid, self.extra + paid
                happened.add(what[1])
        exact += self.principal * self.rate(since) * self.years(since, due)
        self.now = self.rate(since)
        return exact, happened

    # --- The instalment ---

    def _first_instalment(self) -> int:
        terms = self.terms
        self.now = self.rate(terms.start)
        if terms.method == "equal_principal":
            if any(row > self.last for row, _, _ in self.paid_out_from(terms.start)):
                raise Never("disbursement-after-last-due")
            whole = sum(cents for _, cents in terms.disbursements)
            return terms.instalment_cents or half_up(Fraction(whole, terms.instalments))
        if terms.instalment_cents is None:
            return self._solved(0, self.principal + terms.carried, 0, terms.start)
        self.instalment = terms.instalment_cents
        lowered = any(each.effect == "lower_instalment" for each in terms.extra_payments)
        reset = terms.on_rate_change == "instalment" and any(
            self._changed(day) for day, _ in terms.rates if day > terms.start
        )
        if self.last == inf and (lowered or reset):
            first = self.principal * self.now * self.years(terms.start, terms.first_due) + terms.carried
            rows = self._rows_needed(0, first, terms.start)
            if rows is None:
                raise Never("term-too-long")
            self.last = rows - 1
        return terms.instalment_cents

    def _adapt(self, k: int, exact: Fraction, happened: set) -> None:
        if self.terms.method == "equal_principal":
            if "lower_instalment" in happened:
                paying = [due for due in self.dues[k : self.last + 1] if due not in self.grace]
                self.instalment = half_up(Fraction(self.principal, max(1, len(paying))))
            return
        after = date.fromordinal(self.dues[k].toordinal() - 1)
        if "shorten_term" in happened:
            rows = self._rows_needed(k, exact, after)
            if rows is not None:
                self.last = min(self.last, k + rows - 1)
        if "rate" in happened and self.terms.on_rate_change == "term":
            rows = self._rows_needed(k, exact, after)
            self.last = inf if rows is None else k + rows - 1
            if self.limit is not None and self.last > self.limit + len(self.grace) - 1:
                self.last = self.limit + len(self.grace) - 1
                self.instalment = self._solved_at(k, exact, after)
        elif happened & {"rate", "lower_instalment"}:
            self.instalment = self._solved_at(k, exact, after)

    def _solved_at(self, k: int, exact: Fraction, after: date) -> int:
        if self.dues[k] in self.grace:
            return self._solved(k + 1, Fraction(self.principal), 0, after)
        return self._solved(k + 1, self.principal + exact, 1, after)

    def _solved(self, first: int, owed: Fraction, paid: int, after: date) -> int:
        """What, paid on row ``first - 1`` (where ``paid``) and each later one, leaves nothing after the last."""
        coming = self.paid_out_from(after)
        if any(row > self.last for row, _, _ in coming):
            raise Never("disbursement-after-last-due")
        worth = Fraction(paid)
        for k in range(first, self.last + 1):
            grows = 1 + self.now * self.years(self.starts[k], self.dues[k])
            more = [(cents, self.years(day, self.dues[k])) for row, day, cents in coming if row == k]
            if self.dues[k] in self.grace:
                # What it bears in a grace month is paid in it.
                owed += sum(cents for cents, _ in more)
                continue
            owed = owed * grows + sum(cents * (1 + self.now * years) for cents, years in more)
            worth = worth * grows + 1
        if not worth:
            raise Never("grace-date-not-due")
        return half_up(Fraction(owed) / worth)

    def _rows_needed(self, k: int, exact: Fraction, after: date):
        """How many rows from ``k`` on it takes if nothing else happens; ``None`` where it never ends."""
        coming, principal = self.paid_out_from(after), self.principal
        if any(row > self.last for row, _, _ in coming):
            raise Never("disbursement-after-last-due")
        for row in range(k, self.horizon):
            if row > k:
                exact = principal * self.now * self.years(self.starts[row], self.dues[row])
            for _, day, cents in (each for each in coming if each[0] == row):
                principal += cents
                exact += cents * self.now * self.years(day, self.dues[row])
            if self.dues[row] not in self.grace:
                principal -= self.instalment - half_up(exact)
                if principal <= 0 and row >= max([k, *(each[0] for each in coming)]):
                    return row - k + 1
                principal = max(principal, 0)
        return None
