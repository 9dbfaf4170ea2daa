"""The ledger as it is read: balances as folds of the entries, and a statement that explains each of its lines."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lending.basics.money import Cents
from lending.loans.interest import Interest, day_count
from lending.loans.model import LedgerEntry, Loan
from lending.loans.replay import Split
from lending.loans.terms import Terms

#: On one day: what was charged comes before what was paid, as it is reckoned.
_ORDER = {"disbursement": 0, "interest_charge": 1}


@dataclass(frozen=True, slots=True)
class Balances:
    """What is owed: principal and charged interest to the lender, credit to the borrower, in cents."""

    principal_cents: Cents = 0
    interest_cents: Cents = 0
    credit_cents: Cents = 0

    def after(self, entry: LedgerEntry) -> "Balances":
        """The balances when the entry has been counted in."""
        return Balances(
            self.principal_cents + entry.principal_cents,
            self.interest_cents + entry.interest_cents,
            self.credit_cents + entry.credit_cents,
        )

    @property
    def owed_cents(self) -> Cents:
        """Principal and charged interest."""
        return self.principal_cents + self.interest_cents


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One entry with the balances before and after it.

    ``explanation`` is a code for why the balance changed and ``facts`` are its figures, in cents and days.
    """

    entry: LedgerEntry
    before: Balances
    after: Balances
    explanation: str
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def value_date(self) -> date:
        return self.entry.value_date


def fold(entries: Iterable[LedgerEntry]) -> Balances:
    """The balances that the entries make."""
    balances = Balances()
    for entry in entries:
        balances = balances.after(entry)
    return balances


def balances_of(db: Session, loan: Loan, on: date | None = None) -> Balances:
    """The loan's balances by its ledger, on a value date or now: the fold, made by the database."""
    query = select(
        func.coalesce(func.sum(LedgerEntry.principal_cents), 0),
        func.coalesce(func.sum(LedgerEntry.interest_cents), 0),
        func.coalesce(func.sum(LedgerEntry.credit_cents), 0),
    ).where(LedgerEntry.loan_id == loan.id)
    if on is not None:
        query = query.where(LedgerEntry.value_date <= on)
    principal, interest, credit = db.execute(query).one()
    return Balances(int(principal), int(interest), int(credit))


def statement(entries: Iterable[LedgerEntry], terms: Terms, splits: dict[int, Split]) -> list[StatementLine]:
    """Every entry in the order of value dates, explained.

    Explanations: ``disbursed``, ``interest-for-days``, ``paid-instalments``, ``paid-extra``, ``paid-off``,
    ``overpaid``, ``refunded``, ``payment-reversed``, ``waived``, ``written-off``, ``interest-recalculated``,
    ``payment-recalculated``.
    """
    reckoning = Interest(terms.rates, day_count(terms.day_count, terms.counting_day))
    ordered = sorted(entries, key=lambda entry: (entry.value_date, _ORDER.get(entry.kind, 2), entry.id))
    balances, lines = Balances(), []
    for entry in ordered:
        before, balances = balances, balances.after(entry)
        code, facts = _explain(entry, balances, reckoning, splits)
        lines.append(StatementLine(entry, before, balances, code, facts))
    return lines


_PLAIN = {
    "disbursement": "disbursed",
    "refund": "refunded",
    "reversal": "payment-reversed",
    "waiver": "waived",
    "write_off": "written-off",
}


def _explain(
    entry: LedgerEntry, after: Balances, reckoning: Interest, splits: dict[int, Split]
) -> tuple[str, dict[str, Any]]:
    facts: dict[str, Any] = {
        "amount_cents": entry.amount_cents,
        "principal_cents": -entry.principal_cents,
        "interest_cents": -entry.interest_cents,
        "credit_cents": entry.credit_cents,
    }
    if entry.kind in _PLAIN:
        return _PLAIN[entry.kind], facts
    if entry.kind == "interest_charge":
        return "interest-for-days", {**facts, **_days_of(entry, reckoning)}
    if entry.kind == "correction":
        if entry.principal_cents or entry.credit_cents:
            return "payment-recalculated", facts
        return "interest-recalculated", {**facts, **_days_of(entry, reckoning)}
    split = splits.get(entry.id)
    facts["extra_cents"] = split.extra_cents if split else 0
    if entry.credit_cents > 0:
        return "overpaid", facts
    if after.owed_cents == 0 and entry.principal_cents:
        return "paid-off", facts
    return ("paid-extra" if facts["extra_cents"] else "paid-instalments"), facts


def _days_of(entry: LedgerEntry, reckoning: Interest) -> dict[str, Any]:
    """The days of a charge with its rate; a rate that changed inside makes two segments."""
    if entry.period_from is None:
        return {"charge_cents": entry.interest_cents}
    segments = [
        {"from": since, "until": until, "days": (until - since).days, "percent": reckoning.percent_on(since)}
        for since, until, _ in reckoning.segments(entry.period_from, entry.value_date)
    ]
    return {
        "charge_cents": entry.interest_cents,
        "from": entry.period_from,
        "until": entry.value_date,
        "days": (entry.value_date - entry.period_from).days,
        "segments": segments,
    }
