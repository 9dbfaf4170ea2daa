"""The table of repayments that need attention, from the day they were noticed until they are in order."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

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
