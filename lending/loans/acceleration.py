"""The test of Act 1133/2002 § 8: may the instalments not yet due be demanded? A calculation with facts, never an act.

Only amounts that are a full calendar month overdue are counted: where the text leaves room, the reading that is kinder
to the borrower. What needs a person's judgment is named and left to them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from lending.basics.dates import add_months, is_a_month_overdue
from lending.basics.money import Cents

ONE_INSTALMENT_SHARE = Fraction(10, 100)
SEVERAL_INSTALMENTS_SHARE = Fraction(5, 100)


@dataclass(frozen=True, slots=True)
class Unpaid:
    """An instalment that is due and of which ``unpaid_cents`` is unpaid."""

    n: int
    due_date: date
    unpaid_cents: Cents


@dataclass(frozen=True, slots=True)
class Judgments:
    """What a person has judged, with reasons kept elsewhere; ``None``: not judged yet.

    ``other_breach``: another material breach, such as another use of the money. ``beyond_control``: the delay is due
    to illness, unemployment or a comparable cause. ``unreasonable_to_lender``: waiting would all the same be
    manifestly unreasonable to the lender.
    """

    other_breach: bool | None = None
    beyond_control: bool | None = None
    unreasonable_to_lender: bool | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """An overdue instalment, the day it became a month overdue, and whether it is counted by then."""

    n: int
    due_date: date
    unpaid_cents: Cents
    month_overdue_on: date
    counted: bool


@dataclass(frozen=True, slots=True)
class AccelerationTest:
    """The answer, with each figure, threshold and date.

    ``one_instalment_cents`` and ``several_instalments_cents`` are the least amounts, a month overdue, that are enough:
    of one instalment and of several. ``threshold_cents`` is the exact one that applies to what is counted.
    ``condition``: ``one-instalment``, ``several-instalments`` or ``whole-claim`` where the delay is enough, else
    ``None``. ``allowed`` is ``None`` while something in ``needs_judgment`` is open. ``more_counts_on``: the next day on
    which another unpaid amount becomes a month overdue, if there is one.
    """

    on: date
    has_term: bool
    original_cents: Cents
    remaining_cents: Cents | None
    instalments: tuple[Counted, ...]
    overdue_cents: Cents
    counted_cents: Cents
    one_instalment_cents: Cents
    several_instalments_cents: Cents
    threshold_cents: Fraction
    more_counts_on: date | None
    condition: str | None
    needs_judgment: tuple[str, ...]
    allowed: bool | None


def acceleration_test(
    original_cents: Cents,
    remaining_cents: Cents | None,
    unpaid: Iterable[Unpaid],
    on: date,
    has_term: bool,
    judgments: Judgments | None = None,
) -> AccelerationTest:
    """Whether the credit may be accelerated on the day (Act 1133/2002 § 8).

    ``remaining_cents`` is the lender's whole remaining claim; ``None`` where it is not given, and so not tested.
    ``has_term``: the agreement has the term that allows it.
    """
    judged = judgments or Judgments()
    rows = tuple(
        Counted(
            row.n, row.due_date, row.unpaid_cents, add_months(row.due_date, 1), is_a_month_overdue(row.due_date, on)
        )
        for row in unpaid
        if row.unpaid_cents > 0 and row.due_date < on
    )
    counted = [row for row in rows if row.counted]
    amount = sum(row.unpaid_cents for row in counted)
    share = SEVERAL_INSTALMENTS_SHARE if len(counted) > 1 else ONE_INSTALMENT_SHARE
    threshold = original_cents * share
    condition = None
    if counted and remaining_cents is not None and amount >= remaining_cents:
        condition = "whole-claim"
    elif counted and amount >= threshold:
        condition = "several-instalments" if len(counted) > 1 else "one-instalment"
    allowed, needs = _judge(condition is not None, judged)
    return AccelerationTest(
        on=on,
        has_term=has_term,
        original_cents=original_cents,
        remaining_cents=remaining_cents,
        instalments=rows,
        overdue_cents=sum(row.unpaid_cents for row in rows),
        counted_cents=amount,
        one_instalment_cents=_at_least(original_cents * ONE_INSTALMENT_SHARE),
        several_instalments_cents=_at_least(original_cents * SEVERAL_INSTALMENTS_SHARE),
        threshold_cents=threshold,
        more_counts_on=min((row.month_overdue_on for row in rows if not row.counted), default=None),
        condition=condition,
        needs_judgment=needs if has_term else (),
        allowed=allowed if has_term else False,
    )


def _at_least(share: Fraction) -> Cents:
    """The least amount in whole cents that reaches the share."""
    return -(-share.numerator // share.denominator)


def _judge(delay: bool, judged: Judgments) -> tuple[bool | None, tuple[str, ...]]:
    """(allowed, what still needs a person's judgment). The bar of illness or unemployment is on the delay alone."""
    if judged.other_breach:
        return True, ()
    needs = () if judged.other_breach is not None else ("other-breach",)
    if not delay:
        return (None if needs else False), needs
    if judged.beyond_control is False or (judged.beyond_control and judged.unreasonable_to_lender):
        return True, ()
    if judged.beyond_control is None:
        return None, ("beyond-control", *needs)
    if judged.unreasonable_to_lender is None:
        return None, ("unreasonable-to-lender", *needs)
    return (None if needs else False), needs
