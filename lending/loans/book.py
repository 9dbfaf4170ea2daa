"""The book of one loan: its entries, billed rows and plan versions, read in three queries whatever their number."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lending.basics.money import Cents
from lending.cases.model import Case
from lending.loans.ahead import rest_of
from lending.loans.model import BilledRow, LedgerEntry, Loan, PlanVersion
from lending.loans.replay import Billed, History, Movement, MovementKind, Split
from lending.loans.terms import Terms, from_json
from lending.policy.policies import Policy, policies_of

OfLoan = TypeVar("OfLoan", LedgerEntry, BilledRow, PlanVersion)

#: Entries that say what happened; the others are derived from these.
MOVEMENTS: dict[str, MovementKind] = {
    "disbursement": "disbursement",
    "payment": "payment",
    "refund": "refund",
    "waiver": "waiver",
    "write_off": "write_off",
}


@dataclass
class Book:
    """All that is known of one loan. ``entries`` in the order they were booked, rows and versions by number."""

    loan: Loan
    case: Case
    policy: Policy
    entries: list[LedgerEntry]
    rows: list[BilledRow]
    versions: list[PlanVersion]

    @property
    def version(self) -> PlanVersion:
        """The plan version in force."""
        return self.versions[-1]

    @property
    def terms(self) -> Terms:
        """The terms of the plan in force."""
        return from_json(self.version.terms)

    def history(self, *more: Movement) -> History:
        """What the loan's standing is derived from; ``more`` is what is about to be booked."""
        terms = self.terms
        return History(
            rates=terms.rates,
            day_count=terms.day_count,
            due_day=terms.counting_day,
            rows=tuple(Billed(row.n, row.due_date, row.billed_on, row.instalment_cents, row.kind) for row in self.rows),
            movements=(*self._movements(), *more),
            interest_on_overdue=self.policy.interest_on_overdue,
        )

    def rest(self, on: date) -> Terms | None:
        """The terms of the rows not yet billed, as they look on the day."""
        return rest_of(self.history(), self.terms, on)

    def next_key(self) -> int:
        """A key after all others, for a movement about to be booked."""
        return max((entry.id for entry in self.entries), default=0) + 1

    def booked_split(self, entry: LedgerEntry) -> Split:
        """What has been booked for the movement so far: the entry and every entry that names it."""
        of_it = [other for other in self.entries if entry.id in (other.id, other.reverses_id)]
        return Split(
            principal_cents=-sum(other.principal_cents for other in of_it),
            interest_cents=-sum(other.interest_cents for other in of_it),
            credit_cents=sum(other.credit_cents for other in of_it),
        )

    def booked_charges(self) -> dict[date, tuple[Cents, LedgerEntry]]:
        """The interest charged on each day, corrections included, and the first entry that charged it."""
        first: dict[date, LedgerEntry] = {}
        sums: defaultdict[date, Cents] = defaultdict(int)
        charges = {entry.id: entry for entry in self.entries if entry.kind == "interest_charge"}
        for entry in self.entries:
            charge = charges.get(entry.reverses_id or entry.id)
            if charge:
                first.setdefault(charge.value_date, charge)
                sums[charge.value_date] += entry.interest_cents
        return {day: (sums[day], entry) for day, entry in first.items()}

    def movement_entries(self) -> list[LedgerEntry]:
        """The entries that say what happened, reversed ones too."""
        return [entry for entry in self.entries if entry.kind in MOVEMENTS]

    def reversed_ids(self) -> set[int]:
        """The entries that a reversal has undone."""
        return {entry.reverses_id for entry in self.entries if entry.kind == "reversal" and entry.reverses_id}

    @property
    def is_written_off(self) -> bool:
        """Whether the loan has been written off, which is final."""
        return any(entry.kind == "write_off" for entry in self.entries)

    def _movements(self) -> Iterable[Movement]:
        undone = self.reversed_ids()
        return (movement_of(entry) for entry in self.movement_entries() if entry.id not in undone)


def movement_of(entry: LedgerEntry) -> Movement:
    """What the entry says happened. Its split is left out: that is derived anew."""
    return Movement(
        key=entry.id,
        kind=MOVEMENTS[entry.kind],
        day=entry.value_date,
        amount_cents=abs(entry.amount_cents),
        principal_cents=-entry.principal_cents,
        interest_cents=-entry.interest_cents,
    )


def open_book(db: Session, loan: Loan) -> Book:
    """Read the loan's book."""
    entries = db.scalars(select(LedgerEntry).where(LedgerEntry.loan_id == loan.id).order_by(LedgerEntry.id))
    rows = db.scalars(select(BilledRow).where(BilledRow.loan_id == loan.id).order_by(BilledRow.n))
    versions = db.scalars(select(PlanVersion).where(PlanVersion.loan_id == loan.id).order_by(PlanVersion.number))
    return Book(
        loan=loan,
        case=db.get_one(Case, loan.case_id),
        policy=policies_of(db).by_id(loan.policy),
        entries=list(entries),
        rows=list(rows),
        versions=list(versions),
    )


def books_of(db: Session, loan_ids: Collection[UUID]) -> Iterator[Book]:
    """The books of many loans, in four queries whatever their number."""
    entries = _by_loan(db, LedgerEntry, loan_ids)
    rows = _by_loan(db, BilledRow, loan_ids)
    versions = _by_loan(db, PlanVersion, loan_ids)
    loans = select(Loan, Case).join(Case, Case.id == Loan.case_id).where(Loan.id.in_(loan_ids)).order_by(Loan.id)
    for loan, case in db.execute(loans):
        yield Book(
            loan=loan,
            case=case,
            policy=policies_of(db).by_id(loan.policy),
            entries=sorted(entries[loan.id], key=lambda entry: entry.id),
            rows=sorted(rows[loan.id], key=lambda row: row.n),
            versions=sorted(versions[loan.id], key=lambda version: version.number),
        )


def _by_loan(db: Session, model: type[OfLoan], loan_ids: Collection[UUID]) -> defaultdict[UUID, list[OfLoan]]:
    found: defaultdict[UUID, list[OfLoan]] = defaultdict(list)
    for each in db.scalars(select(model).where(model.loan_id.in_(loan_ids))):
        found[each.loan_id].append(each)
    return found


def locked_book(db: Session, loan: Loan) -> Book:
    """Hold the loan until the transaction ends, so that one worker changes it at a time, and read its book."""
    db.flush()
    db.refresh(loan, with_for_update=True)
    return open_book(db, loan)
