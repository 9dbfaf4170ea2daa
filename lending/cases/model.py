"""Tables of the case: the thread, its events, notes, attachments, notices and frozen documents."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lending.basics.append_only import append_only
from lending.basics.database import Base, Serial, one_of
from lending.cases.states import CASE, CO_BORROWER
from lending.people.model import LANGUAGES, Citizen, StaffMember


class Case(Base):
    """One matter of one citizen with one organisation, under the policy it was submitted under.

    ``pending_since`` is the moment the matter became pending (34 § of the Social Welfare Act); ``complete_since``
    the moment the last asked-for information came in, from which the handling time is counted (keusote-2025:3d).
    """

    __tablename__ = "case_file"
    __table_args__ = (
        one_of("state", CASE.states),
        one_of("language", LANGUAGES),
        UniqueConstraint("organisation", "number"),
        Index("ix_case_file_queue", "organisation", "unit", "state", "pending_since"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organisation: Mapped[str] = mapped_column(String(40))
    policy: Mapped[str] = mapped_column(String(60))
    number: Mapped[str | None] = mapped_column(String(30))
    citizen_id: Mapped[UUID] = mapped_column(ForeignKey("citizen.id"), index=True)
    unit: Mapped[str | None] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(2))
    state: Mapped[str] = mapped_column(String(30))
    handler_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    opened_at: Mapped[datetime]
    pending_since: Mapped[datetime | None]
    complete_since: Mapped[datetime | None]
    state_since: Mapped[datetime]

    citizen: Mapped[Citizen] = relationship(lazy="raise")
    handler: Mapped[StaffMember | None] = relationship(lazy="raise")


class CoBorrower(Base):
    """The applicant's spouse, named as a second borrower where the criteria let spouses borrow together.

    The applicant names them by name and personal identity code; who signs in with that code sees the invitation, and
    ``citizen_id`` is theirs once they have accepted. ``share_permille`` is the spouse's part of the liability, the rest
    the applicant's; ``None``: both are liable for all of it.
    """

    __tablename__ = "co_borrower"
    __table_args__ = (
        one_of("state", CO_BORROWER.states),
        CheckConstraint("share_permille > 0 AND share_permille < 1000", name="share_is_a_part"),
        CheckConstraint("state <> 'accepted' OR citizen_id IS NOT NULL", name="accepted_by_somebody"),
        Index(
            "uq_co_borrower_in_force",
            "case_id",
            unique=True,
            sqlite_where=text("state IN ('invited', 'accepted')"),
            postgresql_where=text("state IN ('invited', 'accepted')"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    hetu_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    hetu_index: Mapped[str] = mapped_column(String(64), index=True)
    given_names: Mapped[str] = mapped_column(String(100))
    family_name: Mapped[str] = mapped_column(String(100))
    share_permille: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(10))
    citizen_id: Mapped[UUID | None] = mapped_column(ForeignKey("citizen.id"), index=True)
    invited_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    @property
    def display_name(self) -> str:
        return f"{self.given_names} {self.family_name}"

    @property
    def own_share_permille(self) -> int | None:
        """The applicant's own part."""
        return None if self.share_permille is None else 1000 - self.share_permille


class CaseNumber(Base):
    """The last case number given in an organisation in a year."""

    __tablename__ = "case_number"

    organisation: Mapped[str] = mapped_column(String(40), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class Event(Base):
    """Something that happened to a case, in the past tense. Append-only; facts are codes, figures and ids."""

    __tablename__ = "event"
    __table_args__ = (one_of("actor_kind", ("citizen", "staff", "system")),)

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    kind: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[UUID | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)


class Note(Base):
    """A note of the staff on a case. Part of the client record: the client may ask to see it."""

    __tablename__ = "note"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("staff_member.id"), index=True)
    written_at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)


class Attachment(Base):
    """A document attached to a case. The bytes are an encrypted blob in the store; the row holds its sealed key."""

    __tablename__ = "attachment"
    __table_args__ = (one_of("media_type", ("application/pdf", "image/jpeg", "image/png")),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    kind: Mapped[str] = mapped_column(String(60))
    supplement_item_id: Mapped[UUID | None] = mapped_column(index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(40))
    size_bytes: Mapped[int] = mapped_column(Integer)
    pages: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    blob_id: Mapped[str] = mapped_column(String(64), unique=True)
    blob_key_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    added_at: Mapped[datetime]
    added_by_kind: Mapped[str] = mapped_column(String(10))
    added_by_id: Mapped[UUID | None]
    removed_at: Mapped[datetime | None]


class Notice(Base):
    """A notice waiting to be sent, written in the same transaction as what it tells of (the outbox)."""

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    citizen_id: Mapped[UUID] = mapped_column(ForeignKey("citizen.id"), index=True)
    kind: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(2))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    queued_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class FrozenDocument(Base):
    """A document as it was shown, sent or signed: never changed, proved by its hash."""

    __tablename__ = "frozen_document"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(2))
    html: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    frozen_at: Mapped[datetime]


append_only(Event)
append_only(FrozenDocument)
