"""Undoing a payment or a refund that was booked by mistake, or that the bank took back: by an opposite entry."""

from datetime import datetime

from sqlalchemy.orm import Session

from lending.basics.actor import Actor
from lending.basics.errors import NotFound, Refused
from lending.cases import authority, timeline
from lending.cases.deadlines import local_day
from lending.loans.billing import bring_as_far_as_known
from lending.loans.book import Book, locked_book
from lending.loans.model import LedgerEntry, Loan
from lending.loans.plan_after import extras, follow_extras
from lending.loans.posting import booked_before, post_reversal, reversal_key

#: Why a payment is undone.
REASONS = ("returned-by-bank", "wrong-loan", "wrong-amount", "wrong-date", "booked-twice")

REVERSIBLE = ("payment", "refund")


def reverse_payment(db: Session, loan: Loan, entry_id: int, reason: str, by: Actor, at: datetime) -> LedgerEntry:
    """Undo the payment or refund ``entry_id`` as if it had never been, and return the opposite entry.

    Everything that followed from it is derived again and the differences booked; a loan that it had closed opens
    again, and the plan follows if it was an extra payment. Done twice, the first reversal is returned. ``reason`` is
    one of ``REASONS``. Raises ``NotFound`` for an entry of another loan; ``Refused``: ``reversal-reason-unknown``,
    ``not-reversible``, ``credit-refunded``, ``loan-written-off``; ``NotAllowed``.
    """
    book = locked_book(db, loan)
    authority.require(db, by, "reverse-payment", book.case)
    entry = _entry(book, entry_id)
    if earlier := booked_before(db, book, reversal_key(entry)):
        return earlier
    _check(book, entry, reason)
    today = local_day(at)
    bring_as_far_as_known(db, book, today, at)
    before = extras(book, today)
    reversal = post_reversal(db, book, entry, reason, by, at)
    timeline.append(
        db,
        book.case,
        "payment-reversed",
        by,
        at,
        loan_id=loan.id,
        entry_id=entry.id,
        amount_cents=abs(entry.amount_cents),
        value_date=entry.value_date,
        reason=reason,
    )
    # A loan that it opened again has bills to catch up with.
    bring_as_far_as_known(db, book, today, at)
    follow_extras(db, book, before, entry.effect or "shorten_term", "correction", by, at)
    return reversal


def _entry(book: Book, entry_id: int) -> LedgerEntry:
    entry = next((entry for entry in book.entries if entry.id == entry_id), None)
    if entry is None:
        raise NotFound
    return entry


def _check(book: Book, entry: LedgerEntry, reason: str) -> None:
    if entry.kind not in REVERSIBLE:
        raise Refused("not-reversible")
    if reason not in REASONS:
        raise Refused("reversal-reason-unknown", field="reason")
    if book.is_written_off:
        raise Refused("loan-written-off")
