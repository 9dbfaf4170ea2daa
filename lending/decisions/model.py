"""Tables of the decision: the preparer's proposal and the decision itself."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from lending.basics.database import Base, one_of
from lending.decisions.states import PROPOSAL
from lending.decisions.time_limits import CHANNELS
from lending.people.model import LANGUAGES

KINDS = ("grant", "refusal")

_GRANT_COMPLETE = (
    "kind <> 'grant' OR (amount_cents IS NOT NULL AND amount_cents > 0 AND months IS NOT NULL AND months > 0"
    " AND purpose IS NOT NULL)"
)


class Proposal(Base):
    """What the preparer proposes: a grant (cents, months, purpose) or a refusal. ``clauses`` are full citations."""

    __tablename__ = "proposal"
    __table_args__ = (
        one_of("kind", KINDS),
        one_of("state", PROPOSAL.states),
        CheckConstraint(_GRANT_COMPLETE, name="grant_is_complete"),
        Index(
            "uq_proposal_open",
            "case_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    worksheet_id: Mapped[UUID | None] = mapped_column(ForeignKey("worksheet.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(20))
    amount_cents: Mapped[int | None]
    months: Mapped[int | None]
    purpose: Mapped[str | None] = mapped_column(String(60))
    conditions: Mapped[str | None] = mapped_column(Text)
    reasons: Mapped[str | None] = mapped_column(Text)
    clauses: Mapped[list[str]] = mapped_column(JSON, default=list)
    proposed_by_id: Mapped[UUID] = mapped_column(ForeignKey("staff_member.id"), index=True)
    proposed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    return_note: Mapped[str | None] = mapped_column(Text)


class Decision(Base):
    """A decision on an application, made by another person than the proposal. It is never changed.

    ``known_on`` is the day the applicant counts as knowing of it and ``last_day_to_claim`` the last day to challenge
    it, both computed from the day it was sent by ``channel``. ``clauses`` are full citations.
    """

    __tablename__ = "decision"
    __table_args__ = (
        one_of("kind", KINDS),
        one_of("language", LANGUAGES),
        one_of("channel", CHANNELS),
        CheckConstraint(_GRANT_COMPLETE, name="grant_is_complete"),
        CheckConstraint("kind <> 'refusal' OR reasons IS NOT NULL", name="refusal_has_reasons"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposal.id"), unique=True)
    policy: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(10))
    amount_cents: Mapped[int | None]
    months: Mapped[int | None]
    purpose: Mapped[str | None] = mapped_column(String(60))
    conditions: Mapped[str | None] = mapped_column(Text)
    reasons: Mapped[str | None] = mapped_column(Text)
    clauses: Mapped[list[str]] = mapped_column(JSON, default=list)
    prepared_by_id: Mapped[UUID] = mapped_column(ForeignKey("staff_member.id"), index=True)
    decided_by_id: Mapped[UUID] = mapped_column(ForeignKey("staff_member.id"), index=True)
    decided_at: Mapped[datetime]
    language: Mapped[str] = mapped_column(String(2))
    channel: Mapped[str] = mapped_column(String(12))
    sent_on: Mapped[date]
    known_on: Mapped[date]
    last_day_to_claim: Mapped[date]
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("frozen_document.id"), index=True)
