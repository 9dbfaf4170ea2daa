"""One figure of the state by day, as frozen data: reference rates, living-cost norms, the pension index."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol, TypeVar
from uuid import UUID

from lending.basics.errors import Refused
from lending.basics.money import Cents

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


#: The kinds of figures, and what a row of each must say.
KEYS: dict[str, tuple[str, ...]] = {
    "reference_rate": ("percent",),
    "debt_adjustment": DEBT_ADJUSTMENT_KEYS,
    "social_assistance": SOCIAL_ASSISTANCE_KEYS,
    "pension_index": ("value",),
}
NORMS = ("debt_adjustment", "social_assistance")


class Row(Protocol):
    """What every dated row has."""

    @property
    def valid_from(self) -> date: ...
    @property
    def valid_until(self) -> date | None: ...
    @property
    def status(self) -> str: ...
    @property
    def entry_id(self) -> UUID | None: ...


AnyRow = TypeVar("AnyRow", bound=Row)
Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class Figure:
    """A reference rate in percent a year, or a value of an index, with its days (both included), status and source.

    ``entry_id`` is that of the entry in the back office which it comes from; ``None`` for a row of the files.
    """

    value: Decimal
    valid_from: date
    valid_until: date | None
    status: str
    source: str
    entry_id: UUID | None = None

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
    entry_id: UUID | None = None

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

    @property
    def pension_indices(self) -> tuple[Figure, ...]:
        """Every value of the national pension index, oldest first: for showing, not for reckoning."""
        return self._pension_index

    def rows_of(self, figure: str) -> tuple[Figure | NormRow, ...]:
        """Every row of the figure (``KEYS``), oldest first: for showing, not for reckoning."""
        rows: dict[str, tuple[Figure | NormRow, ...]] = {
            "reference_rate": self._rates,
            "debt_adjustment": self._debt_adjustment,
            "social_assistance": self._social_assistance,
            "pension_index": self._pension_index,
        }
        return rows[figure]

    def with_rows(self, figure: str, rows: Sequence[Figure | NormRow]) -> "Figures":
        """These figures with other rows of one of them."""
        mine = {name: self.rows_of(name) for name in KEYS} | {figure: rows}
        return Figures(
            rates=_only(Figure, mine["reference_rate"]),
            debt_adjustment=_only(NormRow, mine["debt_adjustment"]),
            social_assistance=_only(NormRow, mine["social_assistance"]),
            pension_index=_only(Figure, mine["pension_index"]),
            allow_unconfirmed=self.allow_unconfirmed,
        )

    def _on(self, rows: tuple[AnyRow, ...], figure: str, on: date) -> AnyRow:
        for row in rows:
            if row.valid_from <= on and (row.valid_until is None or on <= row.valid_until):
                return self._confirmed(row, figure)
        raise Refused("figure-missing", figure=figure, on=on)

    def _confirmed(self, row: AnyRow, figure: str) -> AnyRow:
        if row.status == "to_verify" and not self.allow_unconfirmed:
            raise Refused("figure-not-confirmed", figure=figure, valid_from=row.valid_from)
        return row


def _only(kind: type[Kind], rows: Iterable[object]) -> tuple[Kind, ...]:
    found = tuple(row for row in rows if isinstance(row, kind))
    return found
