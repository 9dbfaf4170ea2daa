"""Tables of figures that staff enter: the row, and the verdict of another person on it. Neither ever changes."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lending.basics.append_only import append_only
from lending.basics.database import Base, Serial, one_of
from lending.policy.figure import KEYS
from lending.policy.states import FIGURE_ENTRY

OUTCOMES = tuple(name for name, state in FIGURE_ENTRY.states.items() if state.final)


class FigureEntry(Base):
    """A row of a reference rate, a norm or the pension index, entered by staff of ``organisation`` with its source.

    ``amounts`` is what the row says (``lending.policy.figure.KEYS``): a rate as text in percent a year, an index as a
    whole number, the figures of a norm as cents a month. It holds from ``valid_from`` to ``valid_until``, both
    included; without the latter until another row begins. A mistake is mended by another entry.
    """

    __tablename__ = "figure_entry"
    __table_args__ = (
        one_of("figure", KEYS),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="days_in_order"),
        Index("ix_figure_entry_entered", "organisation", "entered_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organisation: Mapped[str] = mapped_column(String(40))
    figure: Mapped[str] = mapped_column(String(20))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    amounts: Mapped[dict[str, Any]] = mapped_column(JSON)
    source: Mapped[str] = mapped_column(Text)
    entered_by_id: Mapped[UUID] = mapped_column(ForeignKey("staff_member.id"), index=True)
    entered_at: Mapped[datetime]

    verdict: Mapped["FigureVerdict | None"] = relationship(back_populates="entry", lazy="joined", innerjoin=False)

    @property
    def state(self) -> str:
        """Where it stands (``lending.policy.states.FIGURE_ENTRY``)."""
        return self.verdict.outcome if self.verdict else "entered"


class FigureVerdict(Base):
    """Another person's verdict on an entry: there is one only. A rejection says why."""

    __tablename__ = "figure_verdict"
    __table_args__ = (
        one_of("outcome", OUTCOMES),
        CheckConstraint("outcome <> 'rejected' OR reason IS NOT NULL", name="rejection_has_reason"),
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("figure_entry.id"), unique=True)
    outcome: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(Text)
    given_by_id: Mapped[UUID] = mapped_column(ForeignKey("staff_member.id"), index=True)
    given_at: Mapped[datetime]

    entry: Mapped[FigureEntry] = relationship(back_populates="verdict", lazy="raise")


append_only(FigureEntry)
append_only(FigureVerdict)
