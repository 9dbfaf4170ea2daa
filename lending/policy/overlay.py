"""What staff have entered and confirmed, laid over the figures of the files. Pure: rows in, rows out.

The rules are those of the files: rows of a figure never overlap, and a gap is allowed, for nobody guesses. A row that
begins while an earlier one is open closes it. What the files call official is never contradicted; what they have
computed, or left to verify, gives way.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any
from uuid import UUID

from lending.basics.errors import Refused
from lending.policy.figure import KEYS, NORMS, Figure, Figures, NormAmount, NormRow

AnyRow = Figure | NormRow


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A row as it was entered. ``amounts``: ``percent`` as text, ``value`` as a whole number, or cents a month."""

    id: UUID
    figure: str
    valid_from: date
    valid_until: date | None
    amounts: Mapping[str, Any]
    source: str


def overlaid(figures: Figures, confirmed: Iterable[Confirmed]) -> Figures:
    """The figures with every confirmed row, in the order they were confirmed: the newest one counts.

    A row that the files have come to contradict since is passed over, so that a new version of them counts at once.
    """
    for entry in confirmed:
        try:
            figures = placed(figures, entry)
        except Refused:
            continue
    return figures


def placed(figures: Figures, entry: Confirmed) -> Figures:
    """The figures with one more row.

    Raises ``Refused``: ``figure-incomplete``, ``rate-not-half-year``, ``rate-not-half-point``,
    ``figure-days-reversed``, ``figure-already-official``, ``figure-contradicts-official``, ``figure-runs-into-next``.
    """
    row = row_of(entry)
    rows = []
    for other in figures.rows_of(entry.figure):
        if other.valid_from == row.valid_from:
            _check_same(other, row, entry.figure)
        elif other.valid_from < row.valid_from:
            rows.append(_closed(other, row, entry.figure))
        else:
            _check_next(row, other)
            rows.append(other)
    return figures.with_rows(entry.figure, sorted([*rows, row], key=lambda each: each.valid_from))


def row_of(entry: Confirmed) -> AnyRow:
    """The entry as a row. Raises ``Refused`` where it does not say what a row of the figure must say."""
    missing = [key for key in KEYS[entry.figure] if not isinstance(entry.amounts.get(key), int | str)]
    if missing:
        raise Refused("figure-incomplete", field=missing[0], figure=entry.figure)
    if entry.valid_until is not None and entry.valid_until < entry.valid_from:
        raise Refused("figure-days-reversed", field="valid_until", valid_from=entry.valid_from)
    days = entry.valid_from, entry.valid_until
    if entry.figure in NORMS:
        amounts = {
            key: NormAmount(key, int(entry.amounts[key]), "official", entry.source) for key in KEYS[entry.figure]
        }
        return NormRow(entry.figure, *days, "official", entry.source, MappingProxyType(amounts), entry.id)
    try:
        value = Decimal(entry.amounts[KEYS[entry.figure][0]])
    except InvalidOperation:
        raise Refused("figure-incomplete", field=KEYS[entry.figure][0], figure=entry.figure) from None
    if entry.figure == "reference_rate":
        if days != half_year(entry.valid_from):
            raise Refused("rate-not-half-year", field="valid_from")
        if value % Decimal("0.5"):
            raise Refused("rate-not-half-point", field="percent", percent=value)
    return Figure(value, *days, "official", entry.source, entry.id)


def half_year(day: date) -> tuple[date, date]:
    """The first and the last day of the half-year of ``day``, for which a reference rate holds."""
    if day.month <= 6:
        return date(day.year, 1, 1), date(day.year, 6, 30)
    return date(day.year, 7, 1), date(day.year, 12, 31)


def open_half_years(figures: Figures, on: date) -> list[date]:
    """The first days of the half-years, up to the one after ``on``, whose reference rate can be entered: those that the
    files do not call official. The newest first.
    """
    settled = {row.valid_from for row in figures.rates if row.status == "official" and row.entry_id is None}
    begin, found = min((row.valid_from for row in figures.rates), default=half_year(on)[0]), []
    while begin <= half_year(on)[1] + timedelta(days=1):
        if begin not in settled:
            found.append(begin)
        begin = half_year(begin)[1] + timedelta(days=1)
    return found[::-1]


def amounts_of(row: AnyRow) -> dict[str, tuple[Decimal, str]]:
    """What the row says, by key: (value, status); the figures of a norm in cents."""
    if isinstance(row, NormRow):
        return {key: (Decimal(amount.cents), amount.status) for key, amount in row.amounts.items()}
    return {"": (row.value, row.status)}


def _check_same(other: AnyRow, row: AnyRow, figure: str) -> None:
    """A row that begins on the same day gives way, unless the files call it official."""
    if other.entry_id is not None:
        return
    new = amounts_of(row)
    official = {key: value for key, (value, status) in amounts_of(other).items() if status == "official"}
    differs = [key for key, value in official.items() if value != new[key][0]]
    if differs or (official and other.valid_until != row.valid_until):
        raise _contradiction(other, figure, differs[0] if differs else "")
    if other.status == "official" and len(official) == len(new):
        raise Refused("figure-already-official", field="valid_from", valid_from=other.valid_from)


def _closed(other: AnyRow, row: AnyRow, figure: str) -> AnyRow:
    """The earlier row, ended where the new one begins."""
    if other.valid_until is not None and other.valid_until < row.valid_from:
        return other
    if other.valid_until is not None and other.status == "official" and other.entry_id is None:
        raise _contradiction(other, figure, "")
    return replace(other, valid_until=row.valid_from - timedelta(days=1))


def _check_next(row: AnyRow, later: AnyRow) -> None:
    if row.valid_until is None or row.valid_until >= later.valid_from:
        raise Refused("figure-runs-into-next", field="valid_until", next_from=later.valid_from)


def _contradiction(other: AnyRow, figure: str, key: str) -> Refused:
    return Refused(
        "figure-contradicts-official",
        field=key or "valid_from",
        figure=f"{figure}.{key}" if key else figure,
        valid_from=other.valid_from,
        source=other.source,
    )
