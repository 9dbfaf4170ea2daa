"""The figures this installation reckons with: those of the files, and those that staff have entered and confirmed."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.orm import Session

from lending.policy.figure import (
    DEBT_ADJUSTMENT_KEYS,
    SOCIAL_ASSISTANCE_KEYS,
    STATUSES,
    Figure,
    Figures,
    NormAmount,
    NormRow,
    Row,
)
from lending.policy.model import FigureEntry, FigureVerdict
from lending.policy.overlay import Confirmed, overlaid
from lending.policy.policy import Policy
from lending.policy.reading import PolicyError, Table, read_file

__all__ = [
    "DEBT_ADJUSTMENT_KEYS",
    "SOCIAL_ASSISTANCE_KEYS",
    "STATUSES",
    "Figure",
    "Figures",
    "NormAmount",
    "NormRow",
    "figures_of",
    "forget_figures",
    "hold_figures",
    "load_figures",
]

#: Where a session keeps the figures it has read: (the transaction, the files, the figures); and those it holds to.
_KEPT, _HELD = "figures_kept", "figures_held"
#: For each set of files, the newest overlay: (the ids of what it was made of, the figures).
_OVERLAYS: "WeakKeyDictionary[Figures, tuple[tuple[object, ...], Figures]]" = WeakKeyDictionary()


def load_figures(folder: Path | str, allow_unconfirmed: bool) -> Figures:
    """Read the figures of ``folder`` (``policies/figures``).

    ``allow_unconfirmed`` is for demonstration only. Raises ``PolicyError`` naming file, key and reason.
    """
    root = Path(folder)
    return Figures(
        rates=_values(root / "reference_rates.toml", "percent"),
        debt_adjustment=_norm(root / "living_cost_norms.toml", "debt_adjustment", DEBT_ADJUSTMENT_KEYS),
        social_assistance=_norm(root / "social_assistance_norms.toml", "social_assistance", SOCIAL_ASSISTANCE_KEYS),
        pension_index=_values(root / "indices.toml", "value"),
        allow_unconfirmed=allow_unconfirmed,
    )


def rate_on(figures: Figures, policy: Policy, on: date) -> Decimal:
    """The rate of a loan made on the day, percent a year: the reference rate, or nought where there is no interest.

    Raises ``Refused`` as ``Figures.reference_rate``.
    """
    return Decimal(0) if policy.is_interest_free else figures.reference_rate(on).percent


def figures_of(db: Session) -> Figures:
    """The figures this session reckons with: one query in a transaction, however often they are asked for.

    What somebody confirms elsewhere is seen from the next transaction on, by every worker.
    """
    held = db.info.get(_HELD)
    if isinstance(held, Figures):
        return held
    files = files_of(db)
    kept = db.info.get(_KEPT)
    if kept is None or kept[0] is not db.get_transaction() or kept[1] is not files:
        figures = _with_confirmed(db, files)
        kept = db.info[_KEPT] = db.get_transaction(), files, figures
    found = kept[2]
    assert isinstance(found, Figures)
    return found


def hold_figures(db: Session, figures: Figures) -> None:
    """Let the session reckon with ``figures``, whatever is confirmed meanwhile: for work of many transactions."""
    db.info[_HELD] = figures


def forget_figures(db: Session) -> None:
    """Let the session read the figures anew, because it has just confirmed one."""
    db.info.pop(_KEPT, None)


def files_of(db: Session) -> Figures:
    """The figures of the files alone."""
    figures = db.info["figures"]
    assert isinstance(figures, Figures)
    return figures


def _with_confirmed(db: Session, files: Figures) -> Figures:
    entries = confirmed_entries(db)
    key = tuple(entry.id for entry in entries)
    found = _OVERLAYS.get(files)
    # An entry never changes, so its id says all of it.
    if found is None or found[0] != key:
        found = _OVERLAYS[files] = key, overlaid(files, entries)
    return found[1]


def confirmed_entries(db: Session) -> list[Confirmed]:
    """Everything that has been confirmed, in the order it was."""
    query = (
        select(
            FigureEntry.id,
            FigureEntry.figure,
            FigureEntry.valid_from,
            FigureEntry.valid_until,
            FigureEntry.amounts,
            FigureEntry.source,
        )
        .join(FigureVerdict, FigureVerdict.entry_id == FigureEntry.id)
        .where(FigureVerdict.outcome == "confirmed")
        .order_by(FigureVerdict.id)
    )
    return [Confirmed(*row) for row in db.execute(query)]


def _values(path: Path, kind: str) -> tuple[Figure, ...]:
    file = read_file(path)
    rows = []
    for table in file.tables("row"):
        value = table.percent("percent") if kind == "percent" else Decimal(table.whole("value", 1))
        days = table.day("valid_from"), table.day_if_given("valid_until")
        rows.append(Figure(value, *days, table.choice("status", STATUSES), table.text("source")))
        table.done()
    file.done()
    _check_days(file, rows)
    return tuple(rows)


def _norm(path: Path, norm: str, keys: tuple[str, ...]) -> tuple[NormRow, ...]:
    file = read_file(path)
    rows = []
    for table in file.tables("row"):
        status, source = table.choice("status", STATUSES), table.text("source")
        others = _others(table, keys)
        amounts = {
            key: NormAmount(key, table.cents(key), *others.get(key, (status, source))) for key in keys if key in table
        }
        if not amounts:
            raise table.fail(keys[0], "is missing, and so is every other figure of the row")
        rows.append(
            NormRow(
                norm=norm,
                valid_from=table.day("valid_from"),
                valid_until=table.day_if_given("valid_until"),
                status=max((amount.status for amount in amounts.values()), key=STATUSES.index),
                source=source,
                amounts=MappingProxyType(amounts),
            )
        )
        table.done()
    file.done()
    _check_days(file, rows)
    return tuple(rows)


def _others(table: Table, keys: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    """Figures of the row whose status or source differs from the row's own."""
    if "others" not in table:
        return {}
    found = {}
    for key, inner in table.by_key("others").items():
        if key not in keys or key not in table:
            raise table.fail(f"others.{key}", "is not a figure of this row")
        found[key] = inner.choice("status", STATUSES), inner.text("source")
        inner.done()
    return found


def _check_days(file: Table, rows: Iterable[Row]) -> None:
    """Rows stand in order and never overlap; only the last may be without an end. A gap is allowed: nobody guesses."""
    before: Row | None = None
    for number, row in enumerate(rows, start=1):
        if row.valid_until is not None and row.valid_until < row.valid_from:
            raise PolicyError(file.file, f"row[{number}].valid_until", "is before valid_from")
        if before and (before.valid_until is None or row.valid_from < before.valid_until + timedelta(days=1)):
            raise PolicyError(file.file, f"row[{number}].valid_from", "begins before the row above it has ended")
        before = row
