"""Which claims a payment pays. One pure function for payments and waivers; its parts add up to the amount."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from lending.basics.money import Cents


@dataclass(frozen=True, slots=True)
class Claim:
    """An instalment that has been billed. ``open_cents`` is unpaid in all, ``interest_cents`` of it is interest."""

    n: int
    due_date: date
    open_cents: Cents
    interest_cents: Cents


@dataclass(frozen=True, slots=True)
class Part:
    """What of a payment goes to instalment ``n``."""

    n: int
    interest_cents: Cents
    principal_cents: Cents


@dataclass(frozen=True, slots=True)
class Allocation:
    """The parts of a payment. ``excess_cents`` is beyond everything billed."""

    parts: tuple[Part, ...]
    excess_cents: Cents

    @property
    def interest_cents(self) -> Cents:
        """What goes to interest."""
        return sum(part.interest_cents for part in self.parts)

    @property
    def principal_cents(self) -> Cents:
        """What goes to the principal of billed instalments."""
        return sum(part.principal_cents for part in self.parts)


def allocate(amount_cents: Cents, claims: Iterable[Claim], on: date) -> Allocation:
    """Divide a payment of day ``on``: the oldest due instalment first, inside it interest and then principal.

    After those that are due come those billed and not yet due, in their order; what is left is excess.
    """
    left, parts = amount_cents, []
    for claim in sorted(claims, key=lambda claim: (claim.due_date > on, claim.due_date, claim.n)):
        paid = min(left, max(claim.open_cents, 0))
        if paid <= 0:
            continue
        interest = min(paid, claim.interest_cents)
        parts.append(Part(claim.n, interest, paid - interest))
        left -= paid
    return Allocation(tuple(parts), left)
