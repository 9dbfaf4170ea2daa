"""The tables of repayments that need attention, of reminders sent, and of decisions to transfer to collection."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from lending.basics.append_only import append_only
from lending.basics.database import Base, one_of

KINDS = ("late", "returned")
#: How a disturbance has been followed up: somebody has seen it, or has been in contact with the borrower.
HOW = ("seen", "contacted")
_OPEN_LATE = "kind = 'late' AND ended_at IS NULL"


class Disturbance(Base):
    """Something about a loan's repayment that those who know the borrower should see.

    ``late``: instalments are unpaid after their last day; ``day`` is the due date of the first one, ``told_due`` of the
    last one told of, and it ends when they have been paid. ``returned``: the bank has taken the payment back that
    ``entry_id`` cancels; ``day`` is its value date, and it ends when it has been followed up. ``noticed_at``: when it
    was last told; ``followed_*``: who has last seen to it, when and how.
    """

    __tablename__ = "repayment_disturbance"
    __table_args__ = (
        one_of("kind", KINDS),
        one_of("followed_how", HOW),
        CheckConstraint("kind <> 'returned' OR entry_id IS NOT NULL", name="returned_names_entry"),
        Index(
            "uq_repayment_disturbance_late",
            "loan_id",
            unique=True,
            sqlite_where=text(_OPEN_LATE),
            postgresql_where=text(_OPEN_LATE),
        ),
        Index("ix_repayment_disturbance_open", "ended_at", "day"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    loan_id: Mapped[UUID] = mapped_column(ForeignKey("loan.id"), index=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    day: Mapped[date]
    told_due: Mapped[date | None]
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_entry.id"), unique=True)
    noticed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    followed_at: Mapped[datetime | None]
    followed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    followed_how: Mapped[str | None] = mapped_column(String(10))


class PaymentReminder(Base):
    """A reminder that was sent, with its frozen letter. ``due_dates``: the instalments that it names."""

    __tablename__ = "payment_reminder"
    __table_args__ = (CheckConstraint("number IN (1, 2)", name="first_or_second"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    loan_id: Mapped[UUID] = mapped_column(ForeignKey("loan.id"), index=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    number: Mapped[int]
    due_dates: Mapped[list[str]] = mapped_column(JSON)
    late_cents: Mapped[int]
    document_id: Mapped[UUID] = mapped_column(ForeignKey("frozen_document.id"), unique=True)
    sent_by_id: Mapped[UUID] = mapped_column(ForeignKey("staff_member.id"), index=True)
    sent_at: Mapped[datetime]


class CollectionTransfer(Base):
    """A decision that what is late goes to collection, and why. It moves no money and collects nothing by itself."""

    __tablename__ = "collection_transfer"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    loan_id: Mapped[UUID] = mapped_column(ForeignKey("loan.id"), index=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    due_dates: Mapped[list[str]] = mapped_column(JSON)
    late_cents: Mapped[int]
    reasons: Mapped[str] = mapped_column(Text)
    decided_by_id: Mapped[UUID] = mapped_column(ForeignKey("staff_member.id"), index=True)
    decided_at: Mapped[datetime]


append_only(PaymentReminder)
append_only(CollectionTransfer)
