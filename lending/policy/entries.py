"""Figures that staff enter: a row with its source, which counts only when another person has confirmed it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from lending.basics.actor import Actor
from lending.basics.errors import NotFound, Refused
from lending.policy.delegation import require_act
from lending.policy.figure import KEYS
from lending.policy.figures import figures_of, forget_figures
from lending.policy.model import FigureEntry, FigureVerdict
from lending.policy.overlay import AnyRow, Confirmed, half_year, placed
from lending.policy.states import FIGURE_ENTRY

#: How many of the organisation's entries are listed, the newest first.
SHOWN = 50


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row as it is entered: what ``FigureEntry`` says of each part. The end of a half-year need not be given."""

    figure: str
    valid_from: date
    valid_until: date | None
    amounts: Mapping[str, Any]
    source: str


def enter_figure(db: Session, row: NewRow, by: Actor, at: datetime) -> FigureEntry:
    """Enter a row. It is used when another person has confirmed it, not before.

    Raises ``Refused``: what ``placed`` refuses, ``figure-unknown``, ``figure-source-missing``,
    ``figure-entered-already`` where the same row waits for its confirmation; ``NotAllowed``.
    """
    policy = require_act(db, by, "enter-figure", at)
    assert by.id is not None
    if row.figure not in KEYS:
        raise Refused("figure-unknown", field="figure")
    if not row.source.strip():
        raise Refused("figure-source-missing", field="source")
    until = half_year(row.valid_from)[1] if row.figure == "reference_rate" else row.valid_until
    amounts = {key: row.amounts[key] for key in KEYS[row.figure] if row.amounts.get(key) is not None}
    entry = FigureEntry(
        id=uuid4(),
        organisation=policy.organisation.key,
        figure=row.figure,
        valid_from=row.valid_from,
        valid_until=until,
        amounts=amounts,
        source=row.source.strip(),
        entered_by_id=by.id,
        entered_at=at,
    )
    placed(figures_of(db), as_confirmed(entry))
    if _waits(db, entry):
        raise Refused("figure-entered-already", field="valid_from", valid_from=row.valid_from)
    db.add(entry)
    db.flush()
    return entry


def confirm_figure(db: Session, entry: FigureEntry, by: Actor, at: datetime) -> FigureVerdict:
    """Confirm the row: from now on everybody here reckons with it, and it counts as official.

    Raises ``Refused``: ``figure-own-entry`` for the one who entered it, ``not-in-this-state``, what ``placed``
    refuses; ``NotAllowed``, ``NotFound``.
    """
    state = _judged(db, entry, "confirm", by, at)
    placed(figures_of(db), as_confirmed(entry))
    verdict = _give(db, entry, FigureVerdict(outcome=state), by, at)
    forget_figures(db)
    return verdict


def reject_figure(db: Session, entry: FigureEntry, reason: str, by: Actor, at: datetime) -> FigureVerdict:
    """Reject the row with a reason: it is never used. Raises as ``confirm_figure``, and ``reason-missing``."""
    state = _judged(db, entry, "reject", by, at)
    if not reason.strip():
        raise Refused("reason-missing", field="reason")
    return _give(db, entry, FigureVerdict(outcome=state, reason=reason.strip()), by, at)


def entry_for(db: Session, entry_id: UUID, by: Actor) -> FigureEntry:
    """The entry, for staff of the organisation whose it is. Raises ``NotFound``."""
    entry = db.scalar(select(FigureEntry).where(FigureEntry.id == entry_id))
    if entry is None or not by.is_staff or entry.organisation != by.organisation:
        raise NotFound
    return entry


def entries_of(db: Session, organisation: str) -> list[FigureEntry]:
    """What the organisation's staff have entered, the newest first, at most ``SHOWN``."""
    query = select(FigureEntry).where(FigureEntry.organisation == organisation)
    return list(db.scalars(query.order_by(FigureEntry.entered_at.desc(), FigureEntry.id).limit(SHOWN)))


def replaced_by(db: Session, entry: FigureEntry) -> AnyRow | None:
    """The row that counts now from the entry's first day, which the entry would replace; ``None`` where none does."""
    rows = figures_of(db).rows_of(entry.figure)
    return next((row for row in rows if row.valid_from == entry.valid_from and row.entry_id != entry.id), None)


def as_confirmed(entry: FigureEntry) -> Confirmed:
    """The entry as the rules of the overlay take it."""
    return Confirmed(entry.id, entry.figure, entry.valid_from, entry.valid_until, entry.amounts, entry.source)


def _waits(db: Session, entry: FigureEntry) -> bool:
    """Whether a row like it waits for its confirmation already."""
    query = (
        select(FigureEntry.id)
        .outerjoin(FigureVerdict, FigureVerdict.entry_id == FigureEntry.id)
        .where(
            FigureEntry.organisation == entry.organisation,
            FigureEntry.figure == entry.figure,
            FigureEntry.valid_from == entry.valid_from,
            FigureVerdict.id.is_(None),
        )
    )
    return db.scalar(query.limit(1)) is not None


def _judged(db: Session, entry: FigureEntry, act: str, by: Actor, at: datetime) -> str:
    require_act(db, by, "confirm-figure", at)
    if entry.organisation != by.organisation:
        raise NotFound
    # Two verdicts at once: the second one waits, and sees the first.
    db.execute(select(FigureEntry.id).where(FigureEntry.id == entry.id).with_for_update())
    db.refresh(entry, attribute_names=["verdict"])
    state = FIGURE_ENTRY.after(act, entry.state)
    if entry.entered_by_id == by.id:
        raise Refused("figure-own-entry")
    return state


def _give(db: Session, entry: FigureEntry, verdict: FigureVerdict, by: Actor, at: datetime) -> FigureVerdict:
    assert by.id is not None
    verdict.entry_id, verdict.given_by_id, verdict.given_at = entry.id, by.id, at
    db.add(verdict)
    db.flush()
    db.refresh(entry, attribute_names=["verdict"])
    return verdict
