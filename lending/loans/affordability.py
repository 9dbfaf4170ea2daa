"""What a payment capacity carries: the largest loan for each term, and the shortest term for a sum. Pure.

Facts for the judgment of keusote-2025:4.2b and 4.5b, never the judgment itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lending.basics.dates import first_due_date
from lending.basics.money import Cents
from lending.loans.plan import FIRST_DUE_AFTER_DAYS, instalment_for
from lending.loans.terms import Terms

_STEP_CENTS = 1000
#: The smallest loan that is tried where the criteria have no smallest one.
_LEAST_CENTS = 1000


@dataclass(frozen=True, slots=True)
class Conditions:
    """On what conditions the loan would be made: the rate (percent a year), the dates, and the policy's limits."""

    percent: Decimal
    start: date
    day_count: str
    due_day: str
    amount_min_cents: Cents
    amount_max_cents: Cents
    term_months_max: int
    first_due_after_days: int = FIRST_DUE_AFTER_DAYS
    instalment_min_cents: Cents = 0


def instalment_of(amount_cents: Cents, months: int, conditions: Conditions) -> Cents:
    """The regular instalment, in cents a month, of ``amount_cents`` repaid in ``months``."""
    start = conditions.start
    terms = Terms(
        disbursements=((start, amount_cents),),
        rates=((start, conditions.percent),),
        due_day=conditions.due_day,
        first_due=first_due_date(start, conditions.due_day, conditions.first_due_after_days),
        instalments=months,
        day_count=conditions.day_count,
    )
    return instalment_for(terms, months)


def largest_loan(capacity_cents: Cents, months: int, conditions: Conditions) -> Cents | None:
    """The largest loan, in full tens of euros, whose instalment over ``months`` the capacity carries.

    ``None`` where not even the policy's smallest loan fits, or where every instalment that fits is below the least
    that the policy lets one pay.
    """

    def fits(amount: Cents) -> bool:
        return instalment_of(amount, months, conditions) <= capacity_cents

    # A policy may lend from the first euro on; the engine makes no plan of less than one.
    low, high = max(conditions.amount_min_cents, _LEAST_CENTS), conditions.amount_max_cents
    if not fits(low):
        return None
    largest = high if fits(high) else _largest_between(low, high, fits)
    return largest if instalment_of(largest, months, conditions) >= conditions.instalment_min_cents else None


def _largest_between(low: Cents, high: Cents, fits: Callable[[Cents], bool]) -> Cents:
    """The largest full ten of euros that fits, or ``low`` where none above it does; ``high`` itself does not fit."""
    below, above = low // _STEP_CENTS, -(-high // _STEP_CENTS)
    while above - below > 1:
        middle = (below + above) // 2
        below, above = (middle, above) if fits(middle * _STEP_CENTS) else (below, middle)
    return max(low, below * _STEP_CENTS)


def largest_loans(capacity_cents: Cents, conditions: Conditions) -> dict[int, Cents | None]:
    """The largest loan for each full year that the policy allows, and for its longest term (months)."""
    longest = conditions.term_months_max
    terms = [*range(12, longest, 12), longest]
    return {months: largest_loan(capacity_cents, months, conditions) for months in terms}


def shortest_term(amount_cents: Cents, capacity_cents: Cents, conditions: Conditions) -> int | None:
    """The fewest months in which the capacity repays ``amount_cents``; ``None``: no term is enough, or not even the
    largest instalment that fits reaches the least that the policy lets one pay.
    """
    low, high = 1, conditions.term_months_max
    if instalment_of(amount_cents, high, conditions) > capacity_cents:
        return None
    while low < high:
        middle = (low + high) // 2
        if instalment_of(amount_cents, middle, conditions) <= capacity_cents:
            high = middle
        else:
            low = middle + 1
    return low if instalment_of(amount_cents, low, conditions) >= conditions.instalment_min_cents else None
