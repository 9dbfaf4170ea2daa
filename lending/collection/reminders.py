"""Reminders of what is late, and the decision to transfer it to collection, where the criteria say so (kemi-2016:8f).

Nothing here costs the borrower anything, moves money or collects by itself: letters are kept, decisions are recorded.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lending.basics.actor import Actor
from lending.basics.errors import Refused
from lending.basics.money import Cents
from lending.cases import authority, documents, notices, timeline
from lending.cases.deadlines import local_day
from lending.cases.model import Case
from lending.collection.disturbances import LateInstalment, late_instalments
from lending.collection.model import CollectionTransfer, PaymentReminder
from lending.loans.book import Book, locked_book, open_book
from lending.loans.model import Loan
from lending.people import staff
from lending.people.model import StaffMember

#: How many days the borrower has to pay after each reminder. The criteria speak of enough time; this is the service's.
DAYS_TO_PAY = 14
#: How many reminders there are, and must be before anything is transferred.
REMINDERS = 2


@dataclass(frozen=True, slots=True)
class ReminderFacts:
    """What the letter tells: what is late, and whom to call: the ``counsellor``, and the ``clerk`` who bills."""

    case: Case
    number: int
    on: date
    late: tuple[LateInstalment, ...]
    counsellor: StaffMember
    clerk: StaffMember

    @property
    def late_cents(self) -> Cents:
        """What is late, in all."""
        return sum(each.cents for each in self.late)


#: Writes the letter in the language of the case.
Render = Callable[[ReminderFacts], str]


def reminders_of(db: Session, loan: Loan) -> list[PaymentReminder]:
    """The reminders sent of the loan, the newest first."""
    query = select(PaymentReminder).where(PaymentReminder.loan_id == loan.id)
    return list(db.scalars(query.order_by(PaymentReminder.sent_at.desc())))


def transfers_of(db: Session, loan: Loan) -> list[CollectionTransfer]:
    """The decisions to transfer what was late to collection, the newest first."""
    query = select(CollectionTransfer).where(CollectionTransfer.loan_id == loan.id)
    return list(db.scalars(query.order_by(CollectionTransfer.decided_at.desc())))


def in_own_hands(db: Session, book: Book, on: date) -> tuple[LateInstalment, ...]:
    """What of the loan is late on the day and has not been transferred to collection, the oldest first."""
    if book.loan.state != "running":
        return ()
    gone = {due for each in transfers_of(db, book.loan) for due in each.due_dates}
    return tuple(each for each in late_instalments(book, on) if each.due_date.isoformat() not in gone)


def preview_reminder(db: Session, loan: Loan, by: Actor, at: datetime) -> ReminderFacts:
    """What the reminder would tell if it were sent now. Raises as ``send_reminder``."""
    return _reminder(db, open_book(db, loan), by, at)


def send_reminder(db: Session, loan: Loan, render: Render, by: Actor, at: datetime) -> PaymentReminder:
    """Send the first or the second reminder of everything that is late, and keep its letter.

    Raises ``Refused``: ``nothing-to-remind``, ``reminded-twice``, ``reminder-too-soon``, ``counsellor-missing``;
    ``NotAllowed``.
    """
    book = locked_book(db, loan)
    facts = _reminder(db, book, by, at)
    document = documents.freeze(db, book.case, "reminder", book.case.language, render(facts), at)
    reminder = PaymentReminder(
        loan_id=loan.id,
        case_id=book.case.id,
        number=facts.number,
        due_dates=[each.due_date.isoformat() for each in facts.late],
        late_cents=facts.late_cents,
        document_id=document.id,
        sent_by_id=facts.clerk.id,
        sent_at=at,
    )
    db.add(reminder)
    db.flush()
    told = {"loan_id": loan.id, "number": facts.number, "amount_cents": facts.late_cents, "document_id": document.id}
    timeline.append(db, book.case, "reminder-sent", by, at, sha256=document.sha256, **told)
    notices.queue(db, book.case, "reminder-sent", at, loan_id=loan.id, document_id=document.id)
    return reminder


def decide_transfer(
    db: Session, loan: Loan, due_date: date | None, reasons: str, by: Actor, at: datetime
) -> CollectionTransfer:
    """Decide that the instalment of ``due_date``, or everything late where ``None``, goes to collection.

    Raises ``Refused``: ``transfer-reasons-missing``, ``nothing-to-transfer``, ``instalment-not-late``,
    ``not-reminded-twice``, ``transfer-too-soon``; ``NotAllowed``.
    """
    book = locked_book(db, loan)
    authority.require(db, by, "transfer", book.case)
    assert by.id is not None
    if not reasons.strip():
        raise Refused("transfer-reasons-missing", field="reasons")
    today = local_day(at)
    late = in_own_hands(db, book, today)
    if not late:
        raise Refused("nothing-to-transfer")
    chosen = [each for each in late if due_date in (None, each.due_date)]
    if not chosen:
        raise Refused("instalment-not-late", field="instalment")
    sent = reminders_of(db, loan)
    if any(len(_naming(sent, each)) < REMINDERS for each in chosen):
        raise Refused("not-reminded-twice")
    earliest = _paid_by(sent, chosen)
    if earliest and today < earliest:
        raise Refused("transfer-too-soon", earliest=earliest)
    transfer = CollectionTransfer(
        loan_id=loan.id,
        case_id=book.case.id,
        due_dates=[each.due_date.isoformat() for each in chosen],
        late_cents=sum(each.cents for each in chosen),
        reasons=reasons.strip(),
        decided_by_id=by.id,
        decided_at=at,
    )
    db.add(transfer)
    db.flush()
    told = {"loan_id": loan.id, "amount_cents": transfer.late_cents, "due_dates": transfer.due_dates}
    timeline.append(db, book.case, "transfer-decided", by, at, reasons=transfer.reasons, **told)
    notices.queue(db, book.case, "transfer-decided", at, loan_id=loan.id)
    return transfer


def _reminder(db: Session, book: Book, by: Actor, at: datetime) -> ReminderFacts:
    authority.require(db, by, "remind", book.case)
    assert by.id is not None
    today = local_day(at)
    late = in_own_hands(db, book, today)
    if not late:
        raise Refused("nothing-to-remind")
    sent = reminders_of(db, book.loan)
    # A newer instalment that has become late is reminded of twice too, though an older one has been already.
    number = 1 + min(len(_naming(sent, each)) for each in late)
    if number > REMINDERS:
        raise Refused("reminded-twice")
    earliest = _paid_by(sent, late)
    if earliest and today < earliest:
        raise Refused("reminder-too-soon", earliest=earliest)
    return ReminderFacts(book.case, number, today, late, _counsellor(db, book), db.get_one(StaffMember, by.id))


def _naming(sent: Sequence[PaymentReminder], late: LateInstalment) -> list[PaymentReminder]:
    return [each for each in sent if late.due_date.isoformat() in each.due_dates]


def _paid_by(sent: Sequence[PaymentReminder], late: Sequence[LateInstalment]) -> date | None:
    """The day on which the time to pay after the last reminder that names one of them has passed."""
    days = [local_day(each.sent_at) for one in late for each in _naming(sent, one)]
    return max(days) + timedelta(days=DAYS_TO_PAY) if days else None


def _counsellor(db: Session, book: Book) -> StaffMember:
    """Who handles the case, or else a preparer of the unit that prepares it."""
    if book.case.handler_id is not None:
        return db.get_one(StaffMember, book.case.handler_id)
    arrangement = authority.arrangement_of(db, book.case.organisation)
    unit = arrangement.unit_for("prepare", book.case.unit or "") if arrangement else book.case.unit
    found = staff.with_roles(db, book.case.organisation, unit, ("preparer",))
    if not found:
        raise Refused("counsellor-missing")
    return found[0]
