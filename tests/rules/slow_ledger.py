"""Where a loan stands, once more, for tests only: day after day in exact fractions, as a clerk with a pen would do it.

Nothing of the engine is used: the history is read, and the standing is told as plain data.
"""

from datetime import date
from fractions import Fraction

from tests.rules.slow_plan import ONE_DAY, half_up, percent_on, year_part

#: On one day what is due is charged first; then the money that goes out, the money that comes, and the decisions.
FIRST_TO_LAST = ("disbursement", "payment", "waiver", "write_off", "refund")


class Row:
    """A billed row: what is still open of it, and what of that is interest."""

    def __init__(self, billed):
        self.n, self.due, self.billed_on, self.open = (
            billed.n,
            billed.due_date,
            billed.billed_on,
            billed.instalment_cents,
        )
        self.interest, self.charged, self.paid_on = 0, 0, None

    @property
    def principal(self) -> int:
        return max(0, self.open - self.interest)


class SlowLedger:
    """The loan of a history on a day."""

    def __init__(self, history, on: date):
        self.history = history
        self.rows = sorted((Row(each) for each in history.rows), key=lambda row: row.n)
        self.principal = self.interest = self.credit = self.loose = 0
        self.accrued = Fraction(0)
        self.charges, self.splits = [], {}
        day = self.charged_until = min(moved.day for moved in history.movements)
        while True:
            self._day(day)
            if day == on:
                return
            self._night(day)
            day += ONE_DAY

    def _night(self, day: date) -> None:
        """The interest of the night after the day."""
        base = self.principal
        if self.history.interest_on_overdue == "as_planned":
            base -= sum(row.principal for row in self.rows if row.due <= day)
        part = year_part(self.history.day_count, self.history.due_day, day)
        self.accrued += max(0, base) * Fraction(percent_on(self.history.rates, day)) / 100 * part

    def _day(self, day: date) -> None:
        for row in self.rows:
            if row.due == day:
                if row.open:
                    self._charge(day, row)
                else:
                    self._tidy(day)
        today = [moved for moved in self.history.movements if moved.day == day]
        for moved in sorted(today, key=lambda moved: (FIRST_TO_LAST.index(moved.kind), moved.key)):
            before = self.principal, self.interest, self.credit, self._charged()
            extra = getattr(self, f"_{moved.kind}")(moved) or 0
            self.splits[moved.key] = (
                before[0] - self.principal,
                before[1] - self.interest + self._charged() - before[3],
                self.credit - before[2],
                extra,
            )
            self._tidy(day)

    def _charged(self) -> int:
        return sum(cents for _, _, cents in self.charges)

    def _charge(self, day: date, row: Row | None) -> None:
        cents = half_up(self.accrued)
        if cents:
            self.charges.append((self.charged_until, day, cents))
            self.interest += cents
            if row is None:
                self.loose += cents
            else:
                row.interest, row.charged = row.interest + cents, row.charged + cents
        self.accrued, self.charged_until = Fraction(0), day

    def _first_open(self, rows) -> Row | None:
        return ([row for row in rows if row.open] or [None])[0]

    # --- What happens ---

    def _disbursement(self, moved) -> None:
        self.principal += moved.amount_cents

    def _refund(self, moved) -> None:
        self.credit -= moved.amount_cents

    def _payment(self, moved) -> int:
        day, left = moved.day, moved.amount_cents
        if left >= self.principal + self.interest + half_up(self.accrued):
            self._charge(day, self._first_open(self.rows))
            self.credit += left - self.principal - self.interest
            self.principal = self.interest = self.loose = 0
            for row in self.rows:
                row.open = row.interest = 0
                row.paid_on = row.paid_on or day
            return 0
        left = self._into(left, [row for row in self.rows if row.due <= day])
        ahead = [row for row in self.rows if row.due > day and row.billed_on <= day and row.open]
        if left and ahead:
            self._charge(day, ahead[0])
            left = self._into(left, ahead)
        left = self._into_loose(left)
        if left and left >= self.principal:
            self._charge(day, None)
            left = self._into_loose(left)
        self.principal -= left
        return left

    def _into(self, left: int, rows) -> int:
        """Pay the rows one by one, in each the interest first; no row takes principal that there is not."""
        there = self.principal
        for row in rows:
            principal = min(row.principal, there)
            there -= principal
            interest = min(row.interest, row.open)
            to_interest = min(left, interest)
            to_principal = min(left - to_interest, principal)
            row.interest -= to_interest
            row.open -= to_interest + to_principal
            self.interest -= to_interest
            self.principal -= to_principal
            left -= to_interest + to_principal
        return left

    def _into_loose(self, left: int) -> int:
        paid = min(left, self.loose)
        self.loose -= paid
        self.interest -= paid
        return left - paid

    def _waiver(self, moved) -> None:
        due = [row for row in self.rows if row.due <= moved.day]
        ahead = [row for row in self.rows if row.due > moved.day]
        if moved.interest_cents > self.interest:
            self._charge(moved.day, self._first_open(ahead))
        interest, principal = min(moved.interest_cents, self.interest), min(moved.principal_cents, self.principal)
        self.principal -= principal
        interest = self._into_loose(interest)
        for row in self.rows:
            part = min(interest, row.interest)
            row.interest, row.open = row.interest - part, max(0, row.open - part)
            self.interest -= part
            interest -= part
        for row in due:
            part = min(principal, row.principal)
            row.open -= part
            principal -= part
        there = self.principal - sum(row.principal for row in due)
        for row in ahead:
            part = max(0, min(row.principal, there))
            row.open -= row.principal - part
            there -= part

    _write_off = _waiver

    def _tidy(self, day: date) -> None:
        """Note what is paid; interest that a paid row still has goes to the next open one, or belongs to none."""
        for place, row in enumerate(self.rows):
            if row.open or row.billed_on > day:
                continue
            row.paid_on = row.paid_on or day
            heir = self._first_open(self.rows[place + 1 :])
            if heir is None:
                self.loose += row.interest
            else:
                heir.interest += row.interest
            row.interest = 0
