"""Whether a sum could be saved instead of borrowed, and what saving beforehand would mean. Pure; cents and months.

Facts for the judgment of keusote-2025:4.6a and 4.5g, never the judgment itself.
"""

from dataclasses import dataclass

from lending.basics.money import Cents
from lending.policy.policy import Policy


@dataclass(frozen=True, slots=True)
class Saving:
    """In how many months the sum could be saved (``None``: never), and how many the criteria call reasonable."""

    amount_cents: Cents
    left_cents: Cents
    reasonable_months: int

    @property
    def months(self) -> int | None:
        """In how many months the amount could be saved from what is left a month, or ``None`` when never."""
        return months_to_save(self.amount_cents, self.left_cents)

    @property
    def within_reasonable(self) -> bool:
        """Whether that is a reasonable time."""
        return self.months is not None and self.months <= self.reasonable_months


@dataclass(frozen=True, slots=True)
class PreSaving:
    """What may be required before the loan: the size of an instalment put aside for some months."""

    instalment_cents: Cents
    months_min: int
    months_max: int

    @property
    def least_cents(self) -> Cents:
        """Put aside in the shortest time that may be required."""
        return self.instalment_cents * self.months_min

    @property
    def most_cents(self) -> Cents:
        """Put aside in the longest time that may be required."""
        return self.instalment_cents * self.months_max


def months_to_save(amount_cents: Cents, capacity_cents: Cents) -> int | None:
    """In how many months the amount could be saved from the capacity, or ``None`` when never."""
    return -(-amount_cents // capacity_cents) if capacity_cents > 0 else None


def saving_of(policy: Policy, amount_cents: Cents | None, left_cents: Cents) -> Saving | None:
    """Whether what is asked for could be saved from what is left a month with every debt as it is."""
    return Saving(amount_cents, left_cents, policy.reasonable_saving_months) if amount_cents else None


def presaving_of(policy: Policy, instalment_cents: Cents | None) -> PreSaving | None:
    """What saving beforehand would mean; ``None`` where the criteria have no such rule or no instalment is known."""
    least, most = policy.presaving_months
    return PreSaving(instalment_cents, least, most) if most and instalment_cents else None
