"""The rows of a repayment plan and what is read off them. Pure data; ``planner`` makes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import repeat
from typing import NamedTuple

from lending.basics.money import Cents


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


class Columns(NamedTuple):
    """The rows of a plan, a column each: as ``PlanRow``."""

    numbers: Sequence[int]
    dues: Sequence[date]
    days: Sequence[int]
    openings: Sequence[Cents]
    interests: Sequence[Cents]
    principals: Sequence[Cents]
    instalments: Sequence[Cents]
    closings: Sequence[Cents]
    kinds: Sequence[str]


@dataclass(frozen=True)
class Plan:
    """A repayment plan. ``instalment_cents`` is the regular instalment (equal principal: the first, the largest)."""

    instalment_cents: Cents
    columns: Columns
    extra_cents: Cents

    @cached_property
    def rows(self) -> tuple[PlanRow, ...]:
        """The rows, made when they are first asked for: most plans are only asked for their instalment or totals."""
        # As PlanRow._make does, without a call in Python for each row.
        return tuple(map(tuple.__new__, repeat(PlanRow), zip(*self.columns, strict=True)))

    @property
    def totals(self) -> Totals:
        """The sums of the rows."""
        interest, principal = sum(self.columns.interests), sum(self.columns.principals)
        return Totals(len(self.columns.kinds), principal, interest, interest + principal, self.extra_cents)

    @property
    def last_due(self) -> date:
        """The last due date."""
        return self.columns.dues[-1]

    @property
    def principal_rows(self) -> int:
        """How many rows pay principal: the months of the loan, grace months not counted."""
        return len(self.columns.kinds) - self.columns.kinds.count("grace")

    @property
    def smallest_cents(self) -> Cents:
        """The smallest regular instalment; of a plan with no row but the last, that one."""
        instalments = self.columns.instalments
        regular = [cents for cents, kind in zip(instalments, self.columns.kinds, strict=True) if kind == "regular"]
        return min(regular, default=instalments[-1])
