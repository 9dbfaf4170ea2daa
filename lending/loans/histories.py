"""What happened to many loans, read together and without their books: for the reset, which needs no more of them."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lending.loans.book import MOVEMENTS
from lending.loans.model import BilledRow, LedgerEntry
from lending.loans.replay import Billed, History, Movement
from lending.loans.terms import Terms

#: Entries that say what happened, and those that say that it did not.
_TOLD = (*MOVEMENTS, "reversal")


def histories_of(db: Session, loans: Mapping[UUID, tuple[Terms, str]]) -> Iterator[tuple[UUID, History]]:
    """The history of each loan, as ``Book.history`` finds it, in two queries whatever their number.

    ``loans`` gives the terms of the plan in force, and what interest on overdue principal is by the policy.
    """
    rows = _rows(db, loans)
    movements = _movements(db, loans)
    for loan_id, (terms, interest_on_overdue) in loans.items():
        history = History(
            rates=terms.rates,
            day_count=terms.day_count,
            due_day=terms.counting_day,
            rows=tuple(rows[loan_id]),
            movements=tuple(movements[loan_id]),
            interest_on_overdue=interest_on_overdue,
        )
        yield loan_id, history


def _rows(db: Session, loan_ids: Collection[UUID]) -> defaultdict[UUID, list[Billed]]:
    row = BilledRow
    query = select(row.loan_id, row.n, row.due_date, row.billed_on, row.instalment_cents, row.kind)
    found: defaultdict[UUID, list[Billed]] = defaultdict(list)
    for loan_id, n, due, billed_on, instalment, kind in db.execute(
        query.where(row.loan_id.in_(loan_ids)).order_by(row.n)
    ):
        found[loan_id].append(Billed(n, due, billed_on, instalment, kind))
    return found


def _movements(db: Session, loan_ids: Collection[UUID]) -> dict[UUID, list[Movement]]:
    """What stands of what was booked, in the order of booking."""
    entry = LedgerEntry
    query = select(
        entry.loan_id,
        entry.id,
        entry.kind,
        entry.value_date,
        entry.principal_cents,
        entry.interest_cents,
        entry.credit_cents,
        entry.reverses_id,
    ).where(entry.loan_id.in_(loan_ids), entry.kind.in_(_TOLD))
    found: defaultdict[UUID, list[Movement]] = defaultdict(list)
    undone: set[int | None] = set()
    for loan_id, key, kind, day, principal, interest, credit, reverses in db.execute(query.order_by(entry.id)):
        if kind == "reversal":
            undone.add(reverses)
            continue
        moved = Movement(
            key=key,
            kind=MOVEMENTS[kind],
            day=day,
            amount_cents=abs(credit - principal - interest),
            principal_cents=-principal,
            interest_cents=-interest,
        )
        found[loan_id].append(moved)
    if undone:
        return {loan_id: [moved for moved in each if moved.key not in undone] for loan_id, each in found.items()}
    return found
