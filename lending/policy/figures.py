"""Figures the state confirms: reference rates, living-cost norms, the pension index, each with its days and source."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, TypeVar

from sqlalchemy.orm import Session

from lending.basics.errors import Refused
from lending.basics.money import Cents
from lending.policy.reading import PolicyError, Table, read_file

#: How sure a figure is, from surest to least sure.
STATUSES = ("official", "computed", "to_verify")

DEBT_ADJUSTMENT_KEYS = ("alone", "with_adult", "child", "third_child", "child_17")
SOCIAL_ASSISTANCE_KEYS = (
    "alone",
    "shared_household",
    "single_parent",
    "with_parents",
    "child_10_17_first",
    "child_10_17_second",
    "child_10_17_third",
    "child_under_10_first",
    "child_under_10_second",
    "child_under_10_third",
)


class Row(Protocol):
    """What every dated row has."""

    @property
    def valid_from(self) -> date: ...
    @property
    def valid_until(self) -> date | None: ...
    @property
    def status(self) -> str: ...


AnyRow = TypeVar("AnyRow", bound=Row)


@dataclass(frozen=True, slots=True)
class Figure:
    """A reference rate in percent a year, or a value of an index, with its days (both included), status and source."""

    value: Decimal
    valid_from: date
    valid_until: date | None
    status: str
    source: str

    @property
    def percent(self) -> Decimal:
        """The rate in percent a year."""
        return self.value


@dataclass(frozen=True, slots=True)
class NormAmount:
    """One figure of a norm: cents a month, with a status and source of its own."""

    key: str
    cents: Cents
    status: str
    source: str


@dataclass(frozen=True, slots=True)
class NormRow:
    """The figures of a norm in force on the same days. ``status`` is that of the least sure of them."""

    norm: str
    valid_from: date
    valid_until: date | None
    status: str
    source: str
    amounts: Mapping[str, NormAmount]

    def amount(self, key: str) -> NormAmount:
        """One figure of the row. Raises ``Refused("figure-missing")`` where the row does not have it."""
        if key not in self.amounts:
            raise Refused("figure-missing", figure=f"{self.norm}.{key}", on=self.valid_from)
        return self.amounts[key]


class Figures:
    """All figures, looked up by day. Unless ``allow_unconfirmed``, one that is ``to_verify`` stops what needs it."""

    def __init__(
        self,
        rates: Iterable[Figure],
        debt_adjustment: Iterable[NormRow],
        social_assistance: Iterable[NormRow],
        pension_index: Iterable[Figure],
        allow_unconfirmed: bool,
    ) -> None:
        self._rates = tuple(rates)
        self._debt_adjustment = tuple(debt_adjustment)
        self._social_assistance = tuple(social_assistance)
        self._pension_index = tuple(pension_index)
        self.allow_unconfirmed = allow_unconfirmed

    def reference_rate(self, on: date) -> Figure:
        """The reference rate of the Interest Act (633/1982) § 12 on the day, percent a year.

        Raises ``Refused("figure-missing")`` or ``Refused("figure-not-confirmed")``, never guesses.
        """
        return self._on(self._rates, "reference_rate", on)

    def rate_path(self, start: date, until: date | None = None) -> tuple[tuple[date, Decimal], ...]:
        """The rate on ``start`` and every known change after it (up to ``until``), as (from day, percent a year).

        The last known rate stands for the time after it. Raises as ``reference_rate``; also when ``until`` is
        given and no rate is known for that day.
        """
        first = self.reference_rate(start)
        if until is not None:
            self.reference_rate(until)
        path = [(first.valid_from, first.value)]
        for row in self._rates:
            if row.valid_from > start and (until is None or row.valid_from <= until):
                self._confirmed(row, "reference_rate")
                path.append((row.valid_from, row.value))
        return tuple(path)

    def debt_adjustment_norm(self, on: date) -> NormRow:
        """The living-cost norm of decree 322/2001 § 4 on the day. Raises as ``reference_rate``."""
        return self._on(self._debt_adjustment, "debt_adjustment", on)

    def social_assistance_norm(self, on: date) -> NormRow:
        """The basic part of social assistance on the day. Raises as ``reference_rate``."""
        return self._on(self._social_assistance, "social_assistance", on)

    def norm(self, name: str, on: date) -> NormRow:
        """The norm by the name a policy gives it: ``debt_adjustment`` or ``social_assistance``."""
        return self.debt_adjustment_norm(on) if name == "debt_adjustment" else self.social_assistance_norm(on)

    def pension_index(self, on: date) -> Figure:
        """The national pension index (KEL) on the day. Raises as ``reference_rate``."""
        return self._on(self._pension_index, "pension_index", on)

    @property
    def rates(self) -> tuple[Figure, ...]:
        """Every reference rate, oldest first, unconfirmed ones too: for showing, not for reckoning."""
        return self._rates

    @property
    def debt_adjustment_norms(self) -> tuple[NormRow, ...]:
        """Every row of the debt-adjustment norm, oldest first: for showing, not for reckoning."""
        return self._debt_adjustment

    @property
    def social_assistance_norms(self) -> tuple[NormRow, ...]:
        """Every row of the social-assistance norm, oldest first: for showing, not for reckoning."""
        return self._social_assistance

    def _on(self, rows: tuple[AnyRow, ...], figure: str, on: date) -> AnyRow:
        for row in rows:
            if row.valid_from <= on and (row.valid_until is None or on <= row.valid_until):
                return self._confirmed(row, figure)
        raise Refused("figure-missing", figure=figure, on=on)

    def _confirmed(self, row: AnyRow, figure: str) -> AnyRow:
        if row.status == "to_verify" and not self.allow_unconfirmed:
            raise Refused("figure-not-confirmed", figure=figure, valid_from=row.valid_from)
        return row


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


def figures_of(db: Session) -> Figures:
    """The figures this session reckons with."""
    figures = db.info["figures"]
    assert isinstance(figures, Figures)
    return figures


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
