"""What pays a loan off on a day: to the day, never to the end of the period. Pure."""

from dataclasses import dataclass
from datetime import date

from lending.basics.money import Cents
from lending.loans.replay import History, replay


@dataclass(frozen=True, slots=True)
class PayOff:
    """A pay-off quote for day ``on``. ``interest_cents`` has been charged, ``accrued_cents`` runs to the day.

    The days of ``accrued_cents`` are ``[accrued_from, on)``.
    """

    on: date
    principal_cents: Cents
    interest_cents: Cents
    accrued_from: date
    accrued_cents: Cents
    credit_cents: Cents

    @property
    def total_cents(self) -> Cents:
        """What to pay on the day so that nothing is left."""
        return max(0, self.principal_cents + self.interest_cents + self.accrued_cents - self.credit_cents)


def quote(history: History, on: date) -> PayOff:
    """The pay-off quote for day ``on`` if nothing is paid before it. Paying early is free (Act 1133/2002 § 7)."""
    standing = replay(history, on)
    return PayOff(
        on=on,
        principal_cents=standing.principal_cents,
        interest_cents=standing.interest_cents,
        accrued_from=standing.charged_until,
        accrued_cents=standing.accrued_cents,
        credit_cents=standing.credit_cents,
    )
