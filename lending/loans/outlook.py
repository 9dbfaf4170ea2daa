"""What a loan would cost a month, and what a capacity carries, under an organisation's criteria on a day."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from lending.basics.errors import Refused
from lending.basics.money import Cents
from lending.loans.affordability import Conditions, instalment_of, largest_loans, shortest_term
from lending.policy.figures import figures_of, rate_on
from lending.policy.policies import Policy


@dataclass(frozen=True, slots=True)
class Outlook:
    """Facts for the judgment of capacity (keusote-2025:4.2b, 4.5b). Cents and months; ``percent`` a year.

    ``largest`` is the largest loan by term, ``None`` where none fits; ``shortest_months`` the fewest months in which
    the capacity repays what is asked for, ``None`` where no term is long enough.
    """

    percent: Decimal
    instalment_cents: Cents | None
    shortest_months: int | None
    largest: dict[int, Cents | None]


def conditions_at(policy: Policy, percent: Decimal, on: date, norm: str | None = None) -> Conditions:
    """On what conditions a loan would be made on the day at ``percent`` a year.

    ``norm`` is the one the capacity was computed by: on the exception of the criteria stands no larger or longer loan
    than it is for.
    """
    conditions = Conditions(
        percent=percent,
        start=on,
        day_count=policy.day_count,
        due_day=policy.due_days[0],
        amount_min_cents=policy.amount_min_cents,
        amount_max_cents=policy.amount_max_cents,
        term_months_max=policy.term_months_max,
        first_due_after_days=policy.first_due_after_days,
        instalment_min_cents=policy.instalment_min_cents,
    )
    if norm is None or norm == policy.norm.main:
        return conditions
    return replace(
        conditions,
        amount_max_cents=min(policy.amount_max_cents, policy.norm.exception_amount_max_cents),
        term_months_max=min(policy.term_months_max, policy.norm.exception_months_max),
    )


def conditions_on(db: Session, policy: Policy, on: date, norm: str | None = None) -> Conditions | None:
    """On what conditions a loan would be made on the day; ``None`` where the rate of the day may not be used."""
    try:
        return conditions_at(policy, rate_on(figures_of(db), policy, on), on, norm)
    except Refused:
        return None


def outlook_at(
    conditions: Conditions, capacity_cents: Cents, amount_cents: Cents | None, months: int | None
) -> Outlook:
    """What the asked amount would cost a month on the conditions, and what the capacity carries. Pure."""
    asked = amount_cents or 0
    return Outlook(
        percent=conditions.percent,
        instalment_cents=instalment_of(asked, months, conditions) if asked and months else None,
        shortest_months=shortest_term(asked, capacity_cents, conditions) if asked else None,
        largest=largest_loans(capacity_cents, conditions),
    )


def outlook(
    db: Session,
    policy: Policy,
    capacity_cents: Cents,
    amount_cents: Cents | None,
    months: int | None,
    on: date,
    norm: str | None = None,
) -> Outlook | None:
    """What the asked amount would cost a month and what the capacity carries; ``None`` without a rate for the day.

    ``norm``: as in ``conditions_at``.
    """
    conditions = conditions_on(db, policy, on, norm)
    return outlook_at(conditions, capacity_cents, amount_cents, months) if conditions else None
