"""Derives where a loan stands on a day from what has happened to it, in the order of value dates. Pure; no clock.

What happened comes in any order and late; the same happenings always lead to the same standing. The ledger books the
charges and the splits that are derived here, and where something arrives back-dated, only the difference.

When interest is charged:

* on the due date of each billed row that is not yet fully paid, for the days since the last charge;
* on the day of a payment that pays a billed row before its due date, or that pays everything off. The days between
  that payment and the due date then go with the next row.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal

from lending.basics.money import Cents, round_ratio
from lending.loans.allocation import Allocation, Claim, allocate
from lending.loans.interest import Interest, RatePath, day_count

MovementKind = Literal["disbursement", "payment", "refund", "waiver", "write_off"]
_ORDER = {"disbursement": 0, "payment": 1, "waiver": 2, "write_off": 3, "refund": 4}


@dataclass(frozen=True, slots=True)
class Billed:
    """A billed row: what is asked for by ``due_date``. A payment before ``billed_on`` does not know of it."""

    n: int
    due_date: date
    billed_on: date
    instalment_cents: Cents
    kind: str = "regular"


@dataclass(frozen=True, slots=True)
class Movement:
    """Something that happened to the loan on value date ``day``. ``key`` names it and orders those of the same day.

    A waiver or a write-off names its principal and interest; the others have an ``amount_cents``.
    """

    key: int
    kind: MovementKind
    day: date
    amount_cents: Cents = 0
    principal_cents: Cents = 0
    interest_cents: Cents = 0


@dataclass(frozen=True, slots=True)
class History:
    """All that a standing is derived from. ``interest_on_overdue``: ``actual`` or ``as_planned`` (the policy's)."""

    rates: RatePath
    day_count: str
    due_day: str
    rows: tuple[Billed, ...]
    movements: tuple[Movement, ...]
    interest_on_overdue: str = "actual"


@dataclass(frozen=True, slots=True)
class Charge:
    """Interest charged on ``day`` for ``[period_from, day)``."""

    period_from: date
    day: date
    cents: Cents


@dataclass(frozen=True, slots=True)
class Split:
    """What a movement did: cents off the principal and the interest, and cents of credit it made.

    ``extra_cents`` of the principal were beyond everything billed.
    """

    principal_cents: Cents
    interest_cents: Cents
    credit_cents: Cents
    extra_cents: Cents = 0


@dataclass(slots=True)
class RowStanding:
    """Where a billed row stands. ``interest_cents`` of ``open_cents`` is interest; ``paid_on`` when nothing is open.

    ``charged_cents`` is the interest that has been charged in it. ``is_released``: a decision released of it, or of a
    part of it.
    """

    n: int
    due_date: date
    billed_on: date
    instalment_cents: Cents
    open_cents: Cents
    interest_cents: Cents = 0
    charged_cents: Cents = 0
    paid_on: date | None = None
    is_released: bool = False

    @property
    def principal_open_cents(self) -> Cents:
        """What of the open amount is principal, as far as the interest is known."""
        return max(0, self.open_cents - self.interest_cents)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the loan stands at the start of day ``on``, everything of that day included.

    ``interest_cents`` has been charged and is unpaid; ``accrued`` has run since ``charged_until`` and is exact cents.
    ``loose_cents`` of the charged interest belongs to no billed row.
    """

    on: date
    principal_cents: Cents
    interest_cents: Cents
    credit_cents: Cents
    charged_until: date
    accrued: Fraction
    loose_cents: Cents
    rows: tuple[RowStanding, ...]
    charges: tuple[Charge, ...]
    splits: dict[int, Split]

    @property
    def accrued_cents(self) -> Cents:
        """The interest since the last charge, rounded as it would be charged today."""
        return round_ratio(self.accrued.numerator, self.accrued.denominator)

    @property
    def owed_cents(self) -> Cents:
        """Principal, charged interest and accrued interest."""
        return self.principal_cents + self.interest_cents + self.accrued_cents

    @property
    def is_settled(self) -> bool:
        """Whether nothing is owed either way: the loan is closed."""
        return self.owed_cents == 0 and self.credit_cents == 0

    def open_rows(self) -> list[RowStanding]:
        """Billed rows that are not fully paid, oldest first."""
        return [row for row in self.rows if row.open_cents > 0]


def replay(history: History, on: date) -> Standing:
    """The standing on ``on``. Movements and due dates after that day are left out."""
    return _Replay(history).run(on)


@dataclass
class _Replay:
    history: History
    principal: Cents = 0
    interest: Cents = 0
    credit: Cents = 0
    loose: Cents = 0
    accrued: int = 0
    charges: list[Charge] = field(default_factory=list)
    splits: dict[int, Split] = field(default_factory=dict)

    def __post_init__(self) -> None:
        history = self.history
        self.reckoning = Interest(history.rates, day_count(history.day_count, history.due_day))
        self.rows = [
            RowStanding(row.n, row.due_date, row.billed_on, row.instalment_cents, row.instalment_cents)
            for row in sorted(history.rows, key=lambda row: row.n)
        ]
        self.cursor = self.charged_until = min(movement.day for movement in history.movements)

    def run(self, on: date) -> Standing:
        for day, happening in self._timeline(on):
            self._advance(day)
            if isinstance(happening, RowStanding):
                if happening.open_cents > 0:
                    self._charge(day, happening)
                else:
                    self._mark_paid(day)
            else:
                self._move(happening)
        self._advance(on)
        return Standing(
            on=on,
            principal_cents=self.principal,
            interest_cents=self.interest,
            credit_cents=self.credit,
            charged_until=self.charged_until,
            accrued=Fraction(self.accrued, self.reckoning.denominator),
            loose_cents=self.loose,
            rows=tuple(self.rows),
            charges=tuple(self.charges),
            splits=self.splits,
        )

    def _timeline(self, on: date) -> Iterator[tuple[date, RowStanding | Movement]]:
        """Due dates and movements up to ``on``, in order. On a due date its charge comes first."""
        found: list[tuple[date, int, int, RowStanding | Movement]] = [
            (row.due_date, -1, row.n, row) for row in self.rows if row.due_date <= on
        ]
        found += [
            (moved.day, _ORDER[moved.kind], moved.key, moved) for moved in self.history.movements if moved.day <= on
        ]
        for day, _, _, happening in sorted(found, key=lambda item: item[:3]):
            yield day, happening

    def _advance(self, day: date) -> None:
        """Let interest run to ``day``."""
        if day <= self.cursor:
            return
        base = self.principal
        if self.history.interest_on_overdue == "as_planned":
            base -= sum(row.principal_open_cents for row in self.rows if row.due_date <= self.cursor)
        self.accrued += max(base, 0) * self.reckoning.weight(self.cursor, day)
        self.cursor = day

    def _accrued_cents(self) -> Cents:
        return round_ratio(self.accrued, self.reckoning.denominator)

    def _charge(self, day: date, row: RowStanding | None) -> None:
        """Charge the interest that has run, in the row, or loose where there is none."""
        cents = self._accrued_cents()
        if cents:
            self.charges.append(Charge(self.charged_until, day, cents))
            self.interest += cents
            if row:
                row.interest_cents += cents
                row.charged_cents += cents
            else:
                self.loose += cents
        self.accrued, self.charged_until = 0, day

    def _move(self, moved: Movement) -> None:
        match moved.kind:
            case "disbursement":
                self.principal += moved.amount_cents
                self.splits[moved.key] = Split(-moved.amount_cents, 0, 0)
            case "payment":
                self.splits[moved.key] = self._pay(moved)
            case "refund":
                self.credit -= moved.amount_cents
                self.splits[moved.key] = Split(0, 0, -moved.amount_cents)
            case "waiver" | "write_off":
                self.splits[moved.key] = self._release(moved)
        self._mark_paid(moved.day)

    def _pay(self, moved: Movement) -> Split:
        before, amount, day = self.principal, moved.amount_cents, moved.day
        if amount >= self.principal + self.interest + self._accrued_cents():
            return self._pay_off(moved)
        left = self._pay_rows(amount, day, [row for row in self.rows if row.due_date <= day])
        ahead = [row for row in self.rows if row.due_date > day >= row.billed_on and row.open_cents > 0]
        if left and ahead:
            self._charge(day, ahead[0])
            left = self._pay_rows(left, day, ahead)
        billed = before - self.principal
        self._pay_extra(left, day)
        principal = before - self.principal
        return Split(principal, amount - principal, credit_cents=0, extra_cents=principal - billed)

    def _pay_off(self, moved: Movement) -> Split:
        self._charge(moved.day, next((row for row in self.rows if row.open_cents > 0), None))
        credit = moved.amount_cents - self.principal - self.interest
        split = Split(self.principal, self.interest, credit)
        self.principal = self.interest = self.loose = 0
        self.credit += credit
        for row in self.rows:
            row.open_cents = row.interest_cents = 0
            row.paid_on = row.paid_on or moved.day
        return split

    def _pay_rows(self, amount: Cents, day: date, rows: Iterable[RowStanding]) -> Cents:
        """Pay billed rows and return what is left. A row never takes more principal than there is."""
        by_n = {row.n: row for row in rows}
        paid = allocate(amount, self._claims(by_n.values()), on=day)
        self._apply(paid, by_n)
        return paid.excess_cents

    def _claims(self, rows: Iterable[RowStanding]) -> Iterator[Claim]:
        principal = self.principal
        for row in sorted(rows, key=lambda row: row.n):
            part = min(row.principal_open_cents, principal)
            principal -= part
            interest = min(row.interest_cents, row.open_cents)
            yield Claim(row.n, row.due_date, interest + part, interest)

    def _apply(self, paid: Allocation, rows: dict[int, RowStanding]) -> None:
        for part in paid.parts:
            row = rows[part.n]
            row.open_cents -= part.interest_cents + part.principal_cents
            row.interest_cents -= part.interest_cents
            self.interest -= part.interest_cents
            self.principal -= part.principal_cents

    def _pay_extra(self, left: Cents, day: date) -> None:
        """Pay what is beyond the billed rows: interest that belongs to no row, then principal.

        What would pay the whole principal pays the accrued interest first.
        """
        left -= self._pay_loose(left)
        if left and left >= self.principal:
            self._charge(day, None)
            left -= self._pay_loose(left)
        self.principal -= left

    def _pay_loose(self, amount: Cents) -> Cents:
        paid = min(amount, self.loose)
        self.loose -= paid
        self.interest -= paid
        return paid

    def _release(self, moved: Movement) -> Split:
        """Release by a decision: interest and principal of the oldest due rows first, then principal not yet billed."""
        due = [row for row in self.rows if row.due_date <= moved.day]
        ahead = [row for row in self.rows if row.due_date > moved.day]
        if moved.interest_cents > self.interest:
            self._charge(moved.day, next((row for row in ahead if row.open_cents > 0), None))
        interest, principal = min(moved.interest_cents, self.interest), min(moved.principal_cents, self.principal)
        split = Split(principal, interest, 0)
        self.principal -= principal
        interest -= self._pay_loose(interest)
        asked = {row.n: row.open_cents for row in self.rows}
        for row in (*due, *ahead):
            part = min(interest, row.interest_cents)
            row.interest_cents -= part
            row.open_cents = max(0, row.open_cents - part)
            self.interest -= part
            interest -= part
        for row in due:
            part = min(principal, row.principal_open_cents)
            row.open_cents -= part
            principal -= part
        left = self.principal - sum(row.principal_open_cents for row in due)
        for row in ahead:
            # A row billed and not yet due asks for no more principal than there is left.
            part = max(0, min(row.principal_open_cents, left))
            row.open_cents -= row.principal_open_cents - part
            left -= part
        for row in self.rows:
            row.is_released = row.is_released or row.open_cents < asked[row.n]
        return split

    def _mark_paid(self, day: date) -> None:
        """Note the rows that have nothing open any more; interest beyond a row's total passes on to the next one."""
        for index, row in enumerate(self.rows):
            if row.open_cents > 0 or row.billed_on > day:
                continue
            if row.paid_on is None:
                row.paid_on = day
            if row.interest_cents:
                heir = next((later for later in self.rows[index + 1 :] if later.open_cents > 0), None)
                if heir:
                    heir.interest_cents += row.interest_cents
                else:
                    self.loose += row.interest_cents
                row.interest_cents = 0
