"""Booking into the ledger: an entry for what happened, and the interest and the differences that follow from it.

Nothing is updated or deleted. What a back-dated entry changes in what was booked before is booked as a correction.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from lending.basics.actor import SYSTEM, Actor
from lending.basics.errors import Refused
from lending.basics.money import Cents
from lending.cases import casework, notices, timeline
from lending.cases.deadlines import local_day
from lending.fund.booking import move_principal
from lending.loans.ahead import due_of, next_n
from lending.loans.billing_dates import bill_date
from lending.loans.book import MOVEMENTS, Book
from lending.loans.model import LedgerEntry
from lending.loans.replay import History, Movement, Split, Standing, replay
from lending.loans.states import LOAN

NOTHING = Split(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Posting:
    """What is to be booked. A waiver or write-off names principal and interest, the others an amount, in cents.

    ``idempotency_key`` names the command; without one it is the decision in ``cause_id``, or a name that is new.
    """

    kind: str
    day: date
    amount_cents: Cents = 0
    principal_cents: Cents = 0
    interest_cents: Cents = 0
    reference: str | None = None
    reason: str | None = None
    effect: str | None = None
    cause_id: UUID | None = None
    idempotency_key: str | None = None


def post(db: Session, book: Book, posting: Posting, by: Actor, at: datetime) -> tuple[LedgerEntry, Split]:
    """Book what happened, with what follows from it, and return its entry and what it did."""
    moved = Movement(
        key=book.next_key(),
        kind=MOVEMENTS[posting.kind],
        day=posting.day,
        amount_cents=posting.amount_cents,
        principal_cents=posting.principal_cents,
        interest_cents=posting.interest_cents,
    )
    on = max(_day(book, at), posting.day)
    standing = replay(book.history(moved), on)
    split = standing.splits[moved.key]
    _book_charges(db, book, standing, on, at)
    entry = _add(
        db,
        book,
        LedgerEntry(
            kind=posting.kind,
            value_date=posting.day,
            principal_cents=-split.principal_cents,
            interest_cents=-split.interest_cents,
            credit_cents=split.credit_cents,
            reference=posting.reference,
            reason=posting.reason,
            effect=posting.effect,
            cause_id=posting.cause_id,
            idempotency_key=posting.idempotency_key or f"{posting.kind}:{posting.cause_id or uuid4()}",
        ),
        on,
        by,
        at,
    )
    _book_splits(db, book, standing, on, at)
    _bring_up(db, book, standing, at)
    return entry, split


def post_reversal(db: Session, book: Book, entry: LedgerEntry, reason: str, by: Actor, at: datetime) -> LedgerEntry:
    """Undo a payment or a refund by the opposite entry, and book the differences that follow.

    Raises ``Refused("credit-refunded")`` where what it would take back has been paid to the borrower already.
    """
    on = _day(book, at)
    _check_credit(
        replace(book.history(), movements=tuple(m for m in book.history().movements if m.key != entry.id)), on
    )
    reversal = _add(
        db,
        book,
        LedgerEntry(
            kind="reversal",
            value_date=entry.value_date,
            principal_cents=-entry.principal_cents,
            interest_cents=-entry.interest_cents,
            credit_cents=-entry.credit_cents,
            reason=reason,
            reverses_id=entry.id,
            idempotency_key=reversal_key(entry),
        ),
        on,
        by,
        at,
    )
    settle(db, book, on, at)
    return reversal


def reversal_key(entry: LedgerEntry) -> str:
    """The name of the command that reverses the entry: there is one only."""
    return f"reversal:{entry.id}"


def booked_before(db: Session, book: Book, key: str | None) -> LedgerEntry | None:
    """The entry that the same command has booked already, if it has.

    Raises ``Refused("command-used")`` where the key names a command on another loan.
    """
    entry = db.scalar(select(LedgerEntry).where(LedgerEntry.idempotency_key == key)) if key else None
    if entry is not None and entry.loan_id != book.loan.id:
        raise Refused("command-used")
    return entry


def settle(db: Session, book: Book, on: date, at: datetime) -> Standing:
    """Book the interest charged up to ``on`` and every difference. Done twice it books nothing more.

    A day before the last one booked counts as that: what has been charged stays charged.
    """
    on = max([on, *(entry.booked_on for entry in book.entries)])
    standing = replay(book.history(), on)
    _book_charges(db, book, standing, on, at)
    _book_splits(db, book, standing, on, at)
    _bring_up(db, book, standing, at)
    return standing


def _day(book: Book, at: datetime) -> date:
    """The day of the booking, never before the last one booked."""
    return max([local_day(at), *(entry.booked_on for entry in book.entries)])


def _check_credit(history: History, on: date) -> None:
    """Nothing that has been refunded may turn out never to have been a credit."""
    days = [moved.day for moved in history.movements if moved.kind == "refund" and moved.day < on]
    if any(replay(history, day).credit_cents < 0 for day in (*days, on)):
        raise Refused("credit-refunded")


def _book_charges(db: Session, book: Book, standing: Standing, on: date, at: datetime) -> None:
    booked = book.booked_charges()
    derived = {charge.day: charge for charge in standing.charges}
    for day in sorted(booked.keys() | derived.keys()):
        charge = derived.get(day)
        cents = charge.cents if charge else 0
        before, first = booked.get(day, (0, None))
        if first is None and charge:
            entry = LedgerEntry(
                kind="interest_charge",
                value_date=day,
                interest_cents=cents,
                period_from=charge.period_from,
                idempotency_key=f"charge:{book.loan.id}:{day}",
            )
            _add(db, book, entry, on, SYSTEM, at)
        elif first is not None and cents != before and day <= standing.on:
            correction = LedgerEntry(
                kind="correction",
                value_date=day,
                interest_cents=cents - before,
                reverses_id=first.id,
                period_from=charge.period_from if charge else first.period_from,
                reason="recalculated",
                idempotency_key=_correction_key(book, first),
            )
            _add(db, book, correction, on, SYSTEM, at)


def _book_splits(db: Session, book: Book, standing: Standing, on: date, at: datetime) -> None:
    for entry in book.movement_entries():
        # The entry just made carries its own split already, under a key that was only foreseen.
        derived = standing.splits.get(entry.id, NOTHING if entry.id in book.reversed_ids() else None)
        if derived is None:
            continue
        booked = book.booked_split(entry)
        difference = (
            booked.principal_cents - derived.principal_cents,
            booked.interest_cents - derived.interest_cents,
            derived.credit_cents - booked.credit_cents,
        )
        if difference != (0, 0, 0):
            principal, interest, credit = difference
            correction = LedgerEntry(
                kind="correction",
                value_date=entry.value_date,
                principal_cents=principal,
                interest_cents=interest,
                credit_cents=credit,
                reverses_id=entry.id,
                reason="recalculated",
                idempotency_key=_correction_key(book, entry),
            )
            _add(db, book, correction, on, SYSTEM, at)


def _correction_key(book: Book, corrected: LedgerEntry) -> str:
    """Each correction of an entry has its number, so that no two workers can book the same one."""
    number = sum(entry.kind == "correction" and entry.reverses_id == corrected.id for entry in book.entries) + 1
    return f"correction:{corrected.id}:{number}"


def _add(db: Session, book: Book, entry: LedgerEntry, on: date, by: Actor, at: datetime) -> LedgerEntry:
    entry.loan_id, entry.booked_on, entry.recorded_at = book.loan.id, on, at
    entry.actor_kind, entry.actor_id = by.kind, by.id
    db.add(entry)
    db.flush()
    move_principal(db, book.loan.organisation, book.case.id, entry.kind, entry.principal_cents, entry.value_date, at)
    book.entries.append(entry)
    return entry


def _bring_up(db: Session, book: Book, standing: Standing, at: datetime) -> None:
    """Set what the loan keeps of its ledger and its next day of work; close it when nothing is owed, or open it."""
    loan = book.loan
    loan.principal_balance_cents = sum(entry.principal_cents for entry in book.entries)
    loan.interest_balance_cents = sum(entry.interest_cents for entry in book.entries)
    loan.credit_balance_cents = sum(entry.credit_cents for entry in book.entries)
    balances = loan.principal_balance_cents, loan.interest_balance_cents, loan.credit_balance_cents
    if balances != (standing.principal_cents, standing.interest_cents, standing.credit_cents):
        raise AssertionError(f"the ledger of loan {loan.id} does not follow from what happened")
    loan.stands_on, loan.charged_until, loan.accrued = standing.on, standing.charged_until, standing.accrued
    loan.open_cents = sum(row.open_cents for row in standing.rows)
    loan.next_step_on = None if standing.is_settled else _next_step(book, standing)
    if standing.is_settled and loan.state == "running":
        loan.state = LOAN.after("close", loan.state)
        loan.closed_on = standing.on
        casework.move(db, book.case, "close", at)
        ended_by = book.movement_entries()[-1].kind
        timeline.append(db, book.case, "loan-paid-off", SYSTEM, at, loan_id=loan.id, on=standing.on, ended_by=ended_by)
        notices.queue(db, book.case, "loan-closed", at, loan_id=loan.id)
    elif not standing.is_settled and loan.state == "closed":
        loan.state = LOAN.after("reopen", loan.state)
        loan.closed_on = None
        casework.move(db, book.case, "reopen", at)
        timeline.append(db, book.case, "loan-reopened", SYSTEM, at, loan_id=loan.id, on=standing.on)
        notices.queue(db, book.case, "loan-reopened", at, loan_id=loan.id)
    db.flush()


def _next_step(book: Book, standing: Standing) -> date | None:
    """The first day after the standing's on which something is to be billed or charged."""
    if not book.versions:
        return None
    days = [row.due_date for row in standing.open_rows() if row.due_date > standing.on]
    if standing.owed_cents:
        terms = book.terms
        days.append(bill_date(due_of(terms, next_n(book.history(), terms)), book.policy, book.loan.started_on))
    return min(days, default=None)
