"""The daily run: bill the rows whose day has come, charge interest on due dates, follow the reference rate.

Each step is done as of the day it belongs to, so that a run that comes late leaves the same ledger as one on time.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lending.basics.actor import SYSTEM
from lending.basics.errors import Refused
from lending.cases import notices, timeline
from lending.loans.ahead import due_of, next_n, rows_ahead
from lending.loans.billing_dates import bill_date
from lending.loans.book import Book, locked_book
from lending.loans.model import BilledRow, Loan
from lending.loans.posting import settle
from lending.loans.rates import follow_reference_rate

#: Refusals that mean that the reference rate of a day is not known.
UNKNOWN_RATE = ("figure-missing", "figure-not-confirmed")


@dataclass(frozen=True, slots=True)
class DailyRun:
    """What a daily run did: rows billed, and the loans that could not be brought up, with the code of the reason."""

    loans: int
    billed: int
    refused: tuple[tuple[UUID, str], ...]


def bring_up_to(db: Session, loan: Loan, on: date, at: datetime) -> list[BilledRow]:
    """Bring the loan up to the day and return the rows billed. Done twice it does nothing more.

    Raises ``Refused("figure-not-confirmed")`` or ``figure-missing`` where the reference rate of a day is not known.
    """
    book = locked_book(db, loan)
    return bring_book_up_to(db, book, on, at)


def bring_book_up_to(db: Session, book: Book, on: date, at: datetime) -> list[BilledRow]:
    """As ``bring_up_to``, for a book that is locked already."""
    billed: list[BilledRow] = []
    if book.loan.state != "running":
        return billed
    while (day := _next_bill_date(book)) <= on:
        follow_reference_rate(db, book, day, at)
        rows = rows_ahead(book.rest(day))
        if not rows:
            break
        row = BilledRow(
            loan_id=book.loan.id,
            plan_version_id=book.version.id,
            n=rows[0].n,
            kind=rows[0].kind,
            due_date=rows[0].due_date,
            billed_on=day,
            instalment_cents=rows[0].instalment_cents,
            interest_cents=rows[0].interest_cents,
            principal_cents=rows[0].principal_cents,
        )
        db.add(row)
        db.flush()
        book.rows.append(row)
        billed.append(row)
        _tell(db, book, row, at)
    follow_reference_rate(db, book, on, at)
    settle(db, book, on, at)
    return billed


def bring_as_far_as_known(db: Session, book: Book, on: date, at: datetime) -> None:
    """As ``bring_book_up_to``, but where a reference rate is not known yet, only as far as it is.

    Money that has come is booked whatever is known; when the rate is known, the difference is booked.
    """
    try:
        bring_book_up_to(db, book, on, at)
    except Refused as refused:
        if refused.code not in UNKNOWN_RATE:
            raise
        settle(db, book, on, at)


def bring_all_up_to(db: Session, on: date, at: datetime, limit: int | None = None) -> DailyRun:
    """Bring every running loan that has something to do up to the day: ``vakaa daily``.

    A loan that cannot be brought up does not stop the others. ``limit``: at most so many loans, for small transactions.
    """
    query = (
        select(Loan)
        .where(Loan.state == "running", Loan.next_step_on <= on)
        .order_by(Loan.next_step_on, Loan.id)
        .limit(limit)
    )
    loans, billed, refused = 0, 0, []
    # Whoever holds several loans takes them in the order of their ids, so that nobody waits in a ring.
    for loan in sorted(db.scalars(query), key=lambda loan: loan.id):
        loans += 1
        try:
            with db.begin_nested():
                billed += len(bring_up_to(db, loan, on, at))
        except Refused as reason:
            refused.append((loan.id, reason.code))
    return DailyRun(loans, billed, tuple(refused))


def _next_bill_date(book: Book) -> date:
    terms = book.terms
    return bill_date(due_of(terms, next_n(book.history(), terms)), book.policy, book.loan.started_on)


def _tell(db: Session, book: Book, row: BilledRow, at: datetime) -> None:
    facts = {
        "loan_id": book.loan.id,
        "n": row.n,
        "due_date": row.due_date,
        "instalment_cents": row.instalment_cents,
        "interest_cents": row.interest_cents,
    }
    timeline.append(db, book.case, "instalment-billed", SYSTEM, at, **facts)
    if row.instalment_cents:
        notices.queue(db, book.case, "instalment-billed", at, **facts)
