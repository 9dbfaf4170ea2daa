"""Disturbances of repayment: noticed every night, told to the unit that works with the borrower, and followed up.

The unit that does the customer work may be another than the one that handles the money; it learns here how repayment
goes (keusote-2025:5.1a, pohjois-savo-plan:d). Nothing here is told to the borrower.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from lending.basics.actor import SYSTEM, Actor
from lending.basics.dates import is_overdue
from lending.basics.errors import Refused
from lending.basics.money import Cents
from lending.basics.paging import Page, page_of
from lending.cases import authority, casework, timeline
from lending.cases.model import Case
from lending.cases.queues import in_unit
from lending.collection.model import HOW, Disturbance
from lending.loans.book import Book, books_of
from lending.loans.model import BilledRow, LedgerEntry, Loan
from lending.loans.replay import replay
from lending.people.model import Citizen, StaffMember

#: How many loans are looked at together in the night.
BATCH = 200
#: For how many days back a returned payment is still told of: nobody needs to hear of those of years ago.
RETURNED_DAYS = 92


@dataclass(frozen=True, slots=True)
class Late:
    """What is late on a day: the last day to pay the first and the newest instalment, and cents unpaid of them all."""

    first_due: date
    newest_due: date
    cents: Cents


@dataclass(frozen=True, slots=True)
class LateInstalment:
    """A late instalment: its due date in the plan, the last day to pay it (later where postponed), cents unpaid."""

    due_date: date
    pay_by: date
    cents: Cents


@dataclass(frozen=True, slots=True)
class Watched:
    """What a night's watch found: loans newly late, payments returned, loans in order again."""

    late: int
    returned: int
    in_order: int


@dataclass(frozen=True, slots=True)
class AttentionRow:
    """One disturbance in the list. ``late_cents`` and ``days_late`` as of today: none when it has just been paid."""

    loan_id: UUID
    number: str
    name: str
    safety_ban: bool
    unit: str
    kind: str
    day: date
    late_cents: Cents
    days_late: int
    followed_at: datetime | None
    followed_how: str | None
    followed_by: str | None


def late_on(book: Book, on: date) -> Late | None:
    """What of the loan is late on the day; a postponed instalment is late only after its new day."""
    rows = late_instalments(book, on)
    if not rows:
        return None
    days = [row.pay_by for row in rows]
    return Late(min(days), max(days), sum(row.cents for row in rows))


def late_instalments(book: Book, on: date) -> list[LateInstalment]:
    """Each instalment that is late on the day, the oldest first."""
    later = dict(book.terms.postponed)
    return [
        LateInstalment(row.due_date, later.get(row.n, row.due_date), row.open_cents)
        for row in replay(book.history(), on).rows
        if row.open_cents and is_overdue(later.get(row.n, row.due_date), on)
    ]


def watch(db: Session, on: date, at: datetime) -> Watched:
    """Notice what has become late, been returned or been paid: a part of ``vakaa daily``. Twice does nothing more.

    Loans are taken as they stand, so bring them up to the day first.
    """
    known = {
        each.loan_id: each for each in db.scalars(select(Disturbance).where(_is_open(), Disturbance.kind == "late"))
    }
    has_passed = exists().where(BilledRow.loan_id == Loan.id, BilledRow.due_date < on)
    perhaps = select(Loan.id).where(Loan.state == "running", Loan.open_cents > 0, has_passed)
    late, in_order = 0, 0
    for ids in _in_batches({*known, *db.scalars(perhaps)}):
        for book in books_of(db, ids):
            found, before = late_on(book, on), known.get(book.loan.id)
            if found is None:
                if before is not None:
                    before.ended_at = at
                    timeline.append(db, book.case, "repayment-in-order", SYSTEM, at, loan_id=book.loan.id)
                    in_order += 1
            elif before is None or before.told_due is None or before.told_due < found.newest_due:
                _tell_late(db, book, found, before, at)
                late += 1
    return Watched(late, _tell_returned(db, on, at), in_order)


def count_new(db: Session, by: Actor) -> int:
    """How many disturbances in the actor's list nobody has seen to since they were last told."""
    unseen = or_(Disturbance.followed_at.is_(None), Disturbance.followed_at < Disturbance.noticed_at)
    query = select(func.count()).select_from(Disturbance).join(Case, Case.id == Disturbance.case_id)
    return db.scalar(query.where(_is_open(), unseen, *in_unit(db, by))) or 0


def page_of_attention(db: Session, by: Actor, wanted: int, on: date) -> Page[AttentionRow]:
    """A page of what needs attention among the loans of the actor's unit, the oldest first: as many queries for all."""
    conditions = (_is_open(), *in_unit(db, by))
    counted = select(func.count()).select_from(Disturbance).join(Case, Case.id == Disturbance.case_id)
    total = db.scalar(counted.where(*conditions)) or 0
    member = aliased(StaffMember)
    query = (
        select(Disturbance, Case, Citizen, member)
        .join(Case, Case.id == Disturbance.case_id)
        .join(Citizen, Citizen.id == Case.citizen_id)
        .outerjoin(member, member.id == Disturbance.followed_by_id)
        .where(*conditions)
        .order_by(Disturbance.day, Case.number, Disturbance.kind)
    )

    def rows(found: Sequence[Any]) -> Iterator[AttentionRow]:
        # The standing of all of them is read together.
        late = {book.loan.id: late_on(book, on) for book in books_of(db, {each.loan_id for each, *_rest in found})}
        for disturbance, case, citizen, follower in found:
            yield _row(disturbance, case, citizen, follower, late[disturbance.loan_id], on)

    return page_of(db, query, total, wanted, rows)


def open_disturbances(db: Session, loan: Loan) -> list[Disturbance]:
    """What needs attention in the loan's repayment, the oldest first."""
    query = select(Disturbance).where(Disturbance.loan_id == loan.id, _is_open())
    return list(db.scalars(query.order_by(Disturbance.day, Disturbance.kind)))


def follow_up(db: Session, loan: Loan, how: str, note: str, by: Actor, at: datetime) -> None:
    """Say that the disturbances of the loan have been ``seen``, or the borrower ``contacted``, with a note of it.

    Raises ``Refused``: ``follow-up-unknown``, ``follow-up-note-missing``, ``nothing-to-follow-up``; ``NotAllowed``.
    """
    case = db.get_one(Case, loan.case_id)
    authority.require(db, by, "add-note", case)
    if how not in HOW:
        raise Refused("follow-up-unknown", field="how")
    if not note.strip():
        raise Refused("follow-up-note-missing", field="note")
    disturbed = open_disturbances(db, loan)
    if not disturbed:
        raise Refused("nothing-to-follow-up")
    written = casework.add_note(db, case, note.strip(), by, at)
    for each in disturbed:
        each.followed_at, each.followed_by_id, each.followed_how = at, by.id, how
        if each.kind == "returned":
            each.ended_at = at
    db.flush()
    timeline.append(db, case, "repayment-followed-up", by, at, loan_id=loan.id, how=how, note_id=written.id)


def _is_open() -> ColumnElement[bool]:
    return Disturbance.ended_at.is_(None)


def _in_batches(ids: Collection[UUID]) -> Iterable[Collection[UUID]]:
    # Whoever holds several loans takes them in the order of their ids, so that nobody waits in a ring.
    ordered = sorted(ids)
    return (ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH))


def _tell_late(db: Session, book: Book, late: Late, before: Disturbance | None, at: datetime) -> None:
    if before is None:
        before = Disturbance(loan_id=book.loan.id, case_id=book.case.id, kind="late", day=late.first_due)
        db.add(before)
    before.told_due, before.noticed_at = late.newest_due, at
    facts = {"loan_id": book.loan.id, "due_date": late.newest_due, "late_cents": late.cents}
    timeline.append(db, book.case, "repayment-late", SYSTEM, at, unit=_told_unit(db, book.case), **facts)


def _tell_returned(db: Session, on: date, at: datetime) -> int:
    """Tell of payments that the bank has taken back since the last time."""
    known = exists().where(Disturbance.entry_id == LedgerEntry.id)
    undone = aliased(LedgerEntry)
    returned = (
        LedgerEntry.kind == "reversal",
        LedgerEntry.reason == "returned-by-bank",
        LedgerEntry.booked_on >= on - timedelta(days=RETURNED_DAYS),
        # A refund that came back is no payment of the borrower's.
        exists().where(undone.id == LedgerEntry.reverses_id, undone.kind == "payment"),
    )
    query = select(LedgerEntry, Case).join(Loan, Loan.id == LedgerEntry.loan_id).join(Case, Case.id == Loan.case_id)
    found = db.execute(query.where(*returned, ~known).order_by(LedgerEntry.id)).all()
    for entry, case in found:
        db.add(
            Disturbance(
                loan_id=entry.loan_id,
                case_id=case.id,
                kind="returned",
                day=entry.value_date,
                entry_id=entry.id,
                noticed_at=at,
            )
        )
        facts = {"loan_id": entry.loan_id, "amount_cents": abs(entry.amount_cents), "value_date": entry.value_date}
        timeline.append(db, case, "repayment-returned", SYSTEM, at, unit=_told_unit(db, case), **facts)
    return len(found)


def _told_unit(db: Session, case: Case) -> str | None:
    """The unit that works with the borrower: the one that is told."""
    arrangement = authority.arrangement_of(db, case.organisation)
    return arrangement.unit_of("customer-work", case.unit or "") if arrangement else case.unit


def _row(
    disturbance: Disturbance, case: Case, citizen: Citizen, member: StaffMember | None, late: Late | None, on: date
) -> AttentionRow:
    return AttentionRow(
        loan_id=disturbance.loan_id,
        number=case.number or "",
        name=citizen.display_name,
        safety_ban=citizen.safety_ban,
        unit=case.unit or "",
        kind=disturbance.kind,
        day=disturbance.day,
        late_cents=late.cents if late else 0,
        days_late=(on - late.first_due).days if late else 0,
        followed_at=disturbance.followed_at,
        followed_how=disturbance.followed_how,
        followed_by=member.display_name if member else None,
    )
