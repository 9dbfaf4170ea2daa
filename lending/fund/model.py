"""Tables of the money there is to lend: what a year has been given, and every movement of it. They only grow."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lending.basics.append_only import append_only
from lending.basics.database import Base, Serial, one_of

#: What the lower stages book: proposals, decisions, and every entry of a ledger that moves principal.
KINDS = (
    "reserve",
    "release",
    "grant",
    "withdraw_grant",
    "disburse",
    "repay",
    "reverse",
    "correct",
    "waive",
    "write_off",
)


class FundAccount(Base):
    """One row an organisation. A decision holds it while it looks at what is left and takes of it; nothing else does.

    It keeps no sums, so that payments, which come all day, never wait for it.
    """

    __tablename__ = "fund_account"

    organisation: Mapped[str] = mapped_column(String(40), primary_key=True)


class FundEntry(Base):
    """One movement of an organisation's money to lend, in signed cents, on the day it counts from.

    ``reserve`` and ``release``: a proposal to grant waits, and no longer does. ``grant`` and ``withdraw_grant``: a
    decision, and a loan that was granted and never paid out, on the day of its grant. The others are the principal
    of the loan's ledger: paid out it adds, repaid, waived or written off it takes away.
    """

    __tablename__ = "fund_entry"
    __table_args__ = (
        one_of("kind", KINDS),
        CheckConstraint("cents <> 0", name="moves_something"),
        # Sums are made of the index alone.
        Index("ix_fund_entry_sums", "organisation", "kind", "day", "cents"),
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    organisation: Mapped[str] = mapped_column(String(40))
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    day: Mapped[date]
    booked_at: Mapped[datetime]
    cents: Mapped[int]


class Appropriation(Base):
    """What may be granted in a calendar year, as somebody decided on ``decided_on``; ``source`` says who and where.

    The newest row of a year counts; the earlier ones are its history.
    """

    __tablename__ = "appropriation"
    __table_args__ = (
        CheckConstraint("amount_cents >= 0", name="amount_not_negative"),
        CheckConstraint("year BETWEEN 2000 AND 2200", name="year_plausible"),
        Index("ix_appropriation_year", "organisation", "year"),
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    organisation: Mapped[str] = mapped_column(String(40))
    year: Mapped[int]
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[str] = mapped_column(Text)
    decided_on: Mapped[date]
    entered_by_id: Mapped[UUID] = mapped_column(ForeignKey("staff_member.id"), index=True)
    entered_at: Mapped[datetime]


append_only(FundEntry)
append_only(Appropriation)
