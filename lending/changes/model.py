"""The table of change requests, from the borrower's request to the decision."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lending.basics.database import Base, one_of
from lending.changes.states import CHANGE_REQUEST
from lending.loans.model import EFFECTS, Loan

#: Changes of the terms that ``new_terms`` decides on.
TERM_KINDS = ("extension", "instalment", "due_day", "postponement")
KINDS = ("grace", "waiver", *TERM_KINDS)


class ChangeRequest(Base):
    """A borrower's request to change the terms of the loan, or to be released of a part or all of it.

    ``due_dates`` (grace) are ISO dates. ``asked_*`` is what the borrower asks, ``proposed_*`` what the proposer puts
    forward, ``granted_*`` what was decided, in cents; ``*_terms`` are the wish (``new_terms.Wish``), frozen.
    ``preview`` is the effect on the plan as the borrower saw it before sending. ``effect`` is what a waiver does to the
    plan. ``decision_clauses`` are full citations.
    """

    __tablename__ = "change_request"
    __table_args__ = (
        one_of("kind", KINDS),
        one_of("state", CHANGE_REQUEST.states),
        one_of("effect", EFFECTS),
        one_of("proposal", ("grant", "refuse")),
        CheckConstraint("proposed_by_id IS NULL OR proposed_by_id <> decided_by_id", name="decided_by_another"),
        Index("ix_change_request_queue", "organisation", "state", "requested_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    loan_id: Mapped[UUID] = mapped_column(ForeignKey("loan.id"), index=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    organisation: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))

    reason: Mapped[str] = mapped_column(Text)
    due_dates: Mapped[list[str]] = mapped_column(JSON, default=list)
    everything: Mapped[bool] = mapped_column(default=False)
    asked_terms: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    asked_principal_cents: Mapped[int] = mapped_column(default=0)
    asked_interest_cents: Mapped[int] = mapped_column(default=0)
    preview: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    requested_at: Mapped[datetime]
    requested_by_id: Mapped[UUID] = mapped_column(ForeignKey("citizen.id"), index=True)

    handler_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff_member.id"), index=True)

    proposal: Mapped[str | None] = mapped_column(String(10))
    proposed_terms: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    proposed_principal_cents: Mapped[int | None]
    proposed_interest_cents: Mapped[int | None]
    proposal_reasons: Mapped[str | None] = mapped_column(Text)
    proposal_clauses: Mapped[list[str]] = mapped_column(JSON, default=list)
    proposed_at: Mapped[datetime | None]
    proposed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    effect: Mapped[str | None] = mapped_column(String(20))

    granted_due_dates: Mapped[list[str]] = mapped_column(JSON, default=list)
    granted_terms: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    granted_principal_cents: Mapped[int | None]
    granted_interest_cents: Mapped[int | None]
    decision_reasons: Mapped[str | None] = mapped_column(Text)
    decision_clauses: Mapped[list[str]] = mapped_column(JSON, default=list)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    plan_version_id: Mapped[UUID | None] = mapped_column(ForeignKey("plan_version.id"), index=True)
    letter_id: Mapped[UUID | None] = mapped_column(ForeignKey("frozen_document.id"), index=True)

    loan: Mapped[Loan] = relationship(lazy="raise")
