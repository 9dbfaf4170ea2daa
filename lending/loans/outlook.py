"""What a loan would cost a month, and what a capacity carries, under an organisation's criteria on a day."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from lending.basics.errors import Refused
from lending.basics.money import Cents
from lending.loans.affordability import Conditions, instalment_of, largest_loans, shortest_term
from lending.policy.figures import figures_of
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


def conditions_on(db: Session, policy: Policy, on: date) -> Conditions | None:
    """On what conditions a loan would be made on the day; ``None`` where the rate of the day may not be used."""
    try:
        percent = Decimal(0) if policy.interest == "none" else figures_of(db).reference_rate(on).percent
    except Refused:
        return None
    return Conditions(
        percent=percent,
        start=on,
        day_count=policy.day_count,
        due_day=policy.due_days[0],
        amount_min_cents=policy.amount_min_cents,
        amount_max_cents=policy.amount_max_cents,
        term_months_max=policy.term_months_max,
        first_due_after_days=policy.first_due_after_days,
    )


def outlook(
    db: Session, policy: Policy, capacity_cents: Cents, amount_cents: Cents | None, months: int | None, on: date
) -> Outlook | None:
    """What the asked amount would cost a month and what the capacity carries; ``None`` without a rate for the day."""
    conditions = conditions_on(db, policy, on)
    if conditions is None:
        return None
    asked = amount_cents or 0
    return Outlook(
        percent=conditions.percent,
        instalment_cents=instalment_of(asked, months, conditions) if asked and months else None,
        shortest_months=shortest_term(asked, capacity_cents, conditions) if asked else None,
        largest=largest_loans(capacity_cents, conditions),
    )
