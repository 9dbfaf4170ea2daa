"""The terms of a repayment plan: all it is derived from. Pure data, kept as JSON in a plan version."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lending.basics.money import Cents
from lending.loans.interest import RatePath


@dataclass(frozen=True, slots=True)
class ExtraPayment:
    """A payment beyond the instalments on ``day``. ``effect``: ``shorten_term`` or ``lower_instalment``."""

    day: date
    amount_cents: Cents
    effect: str = "shorten_term"


@dataclass(frozen=True, slots=True)
class Limits:
    """What the policy allows: the least instalment with interest, and the most months, grace months not counted."""

    instalment_min_cents: Cents | None = None
    term_months_max: int | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a plan.

    ``disbursements`` are (value date, cents). Either ``instalments`` (how many rows with principal) or
    ``instalment_cents`` is given. Where both are, the instalment is kept, rows run until nothing is left, and row
    number ``instalments`` takes all that is left then. ``grace`` names due dates on which only interest is paid.
    ``first_n`` is the number of the first row. ``carried`` is interest in exact cents that ran before the start, since
    ``carried_from``, and is charged with the first row: for the rest of a running loan. ``postponed`` names instalments
    that may be paid later (row number, last day). ``counted_by`` is the due day by which ``rate/12`` counts its months,
    where the due day has changed since the loan began.
    """

    disbursements: tuple[tuple[date, Cents], ...]
    rates: RatePath
    due_day: str
    first_due: date
    instalments: int | None = None
    instalment_cents: Cents | None = None
    method: str = "equal_instalment"
    day_count: str = "actual/365"
    on_rate_change: str = "instalment"
    grace: tuple[date, ...] = ()
    extra_payments: tuple[ExtraPayment, ...] = ()
    limits: Limits | None = None
    first_n: int = 1
    carried: Fraction = Fraction(0)
    carried_from: date | None = None
    postponed: tuple[tuple[int, date], ...] = ()
    counted_by: str | None = None

    @property
    def counting_day(self) -> str:
        """The due day by which ``rate/12`` counts its months: the first that the loan had."""
        return self.counted_by or self.due_day

    @property
    def principal_cents(self) -> Cents:
        """All that is disbursed."""
        return sum(amount for _, amount in self.disbursements)

    @property
    def start(self) -> date:
        """The day from which interest runs."""
        return min(day for day, _ in self.disbursements)


def to_json(terms: Terms) -> dict[str, Any]:
    """The terms as JSON data: dates ISO, rates as text, money in cents.

    A plan version keeps no extra payments, limits or carried interest: those are the ledger's and the policy's.
    """
    data: dict[str, Any] = {
        "disbursements": [[day.isoformat(), amount] for day, amount in terms.disbursements],
        "rates": [[day.isoformat(), format(percent, "f")] for day, percent in terms.rates],
        "due_day": terms.due_day,
        "first_due": terms.first_due.isoformat(),
        "instalments": terms.instalments,
        "instalment_cents": terms.instalment_cents,
        "method": terms.method,
        "day_count": terms.day_count,
        "on_rate_change": terms.on_rate_change,
        "grace": [day.isoformat() for day in terms.grace],
        "first_n": terms.first_n,
    }
    if terms.postponed:
        data["postponed"] = [[n, until.isoformat()] for n, until in terms.postponed]
    if terms.counted_by:
        data["counted_by"] = terms.counted_by
    return data


def from_json(data: dict[str, Any]) -> Terms:
    """The terms that ``to_json`` wrote."""
    return Terms(
        disbursements=tuple((date.fromisoformat(day), amount) for day, amount in data["disbursements"]),
        rates=tuple((date.fromisoformat(day), Decimal(percent)) for day, percent in data["rates"]),
        due_day=data["due_day"],
        first_due=date.fromisoformat(data["first_due"]),
        instalments=data["instalments"],
        instalment_cents=data["instalment_cents"],
        method=data["method"],
        day_count=data["day_count"],
        on_rate_change=data["on_rate_change"],
        grace=tuple(date.fromisoformat(day) for day in data["grace"]),
        first_n=data["first_n"],
        postponed=tuple((n, date.fromisoformat(until)) for n, until in data.get("postponed", ())),
        counted_by=data.get("counted_by"),
    )
