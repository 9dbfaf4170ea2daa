"""Tables of the assessment: the capacity worksheet with its lines, and the findings on grounds and obstacles."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lending.assessment.capacity import SIDES
from lending.assessment.states import WORKSHEET
from lending.basics.database import Base, one_of

NORMS = ("debt_adjustment", "social_assistance")

#: ``met``: the application stands this rule (a ground is there, an obstacle is not). ``not_met``: it does not.
RESULTS = ("met", "not_met", "needs_judgment", "not_known")
JUDGMENTS = ("met", "not_met")

SOURCE_MAX_CHARACTERS = 200


class Worksheet(Base):
    """A payment-capacity worksheet. ``norm_row`` is a snapshot of the figures it was computed with; ``norm_reason``
    is why the exception of the criteria was chosen instead of their main norm.

    A case has one worksheet at a time; a proposal settles it, and computing it anew replaces it with the next number.
    """

    __tablename__ = "worksheet"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        one_of("state", WORKSHEET.states),
        one_of("norm", NORMS),
        Index(
            "uq_worksheet_current",
            "case_id",
            unique=True,
            sqlite_where=text("state <> 'replaced'"),
            postgresql_where=text("state <> 'replaced'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))
    computed_for: Mapped[date]
    norm: Mapped[str] = mapped_column(String(30))
    norm_valid_from: Mapped[date]
    norm_status: Mapped[str] = mapped_column(String(20))
    norm_row: Mapped[dict[str, Any]] = mapped_column(JSON)
    norm_reason: Mapped[str | None] = mapped_column(Text)
    prepared_by_id: Mapped[UUID] = mapped_column(ForeignKey("staff_member.id"), index=True)
    prepared_at: Mapped[datetime]

    lines: Mapped[list["WorksheetLine"]] = relationship(
        order_by="WorksheetLine.position", cascade="all, delete-orphan", lazy="selectin"
    )

    def of_side(self, side: str) -> list["WorksheetLine"]:
        """The lines of one side, in order."""
        return [line for line in self.lines if line.side == side]


class WorksheetLine(Base):
    """A line: what was computed, what counts now, and where they differ, why and by whom.

    ``key`` is the same on every worksheet of the case, so an edit can be carried over. Cents a month.
    """

    __tablename__ = "worksheet_line"
    __table_args__ = (
        UniqueConstraint("worksheet_id", "key"),
        one_of("side", SIDES),
        CheckConstraint("cents >= 0", name="cents_not_negative"),
        CheckConstraint("edited_at IS NULL OR reason IS NOT NULL", name="edit_has_a_reason"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    worksheet_id: Mapped[UUID] = mapped_column(ForeignKey("worksheet.id"), index=True)
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(60))
    code: Mapped[str] = mapped_column(String(40))
    details: Mapped[str | None] = mapped_column(String(200))
    side: Mapped[str] = mapped_column(String(10))
    computed_cents: Mapped[int]
    cents: Mapped[int]
    in_before: Mapped[bool]
    in_after: Mapped[bool]
    source: Mapped[str] = mapped_column(String(SOURCE_MAX_CHARACTERS))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str | None] = mapped_column(Text)
    edited_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    edited_at: Mapped[datetime | None]

    @property
    def edited(self) -> bool:
        """Whether somebody changed or added the line by hand."""
        return self.edited_at is not None


class GroundFinding(Base):
    """What is known of one clause in a case: the result from data with its facts, and a person's judgment of it."""

    __tablename__ = "ground_finding"
    __table_args__ = (
        UniqueConstraint("case_id", "clause"),
        one_of("result", RESULTS),
        CheckConstraint("judgment IS NULL OR judgment IN ('met', 'not_met')", name="judgment_known"),
        CheckConstraint("judgment IS NULL OR reasons IS NOT NULL", name="judgment_has_reasons"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    clause: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    result: Mapped[str] = mapped_column(String(20))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    checked_at: Mapped[datetime]
    judgment: Mapped[str | None] = mapped_column(String(10))
    reasons: Mapped[str | None] = mapped_column(Text)
    judged_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    judged_at: Mapped[datetime | None]

    @property
    def outcome(self) -> str:
        """The judgment where there is one, else the result from data."""
        return self.judgment or self.result

    @property
    def is_open(self) -> bool:
        """Whether a person must still judge it before a grant can be proposed."""
        return self.judgment is None and self.result != "met"
