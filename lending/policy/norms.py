"""How norms follow from the pension index and from each other, so that a figure marked computed can be checked.

The norm of the debt-adjustment decree is raised year by year by the national pension index of January and rounded up
to the full euro; the increase of July 2022 was twelve per cent of its own. The basic part of social assistance follows
the index to the cent, and its other figures are percentages of what a person living alone gets.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from math import ceil

from lending.basics.errors import Refused
from lending.basics.money import Cents, round_cents
from lending.policy.figure import SOCIAL_ASSISTANCE_KEYS, Figures, NormRow

#: The one-off increase of the decree's norm (399/2022), percent, and the day from which it holds.
INCREASE_OF_2022 = date(2022, 7, 1), Decimal(12)

#: Percentages of what a person living alone gets, in the order of ``SOCIAL_ASSISTANCE_KEYS``, by the day they begin.
SHARES: tuple[tuple[date, tuple[str, ...]], ...] = (
    (date(2018, 1, 1), ("100", "85", "114", "73", "70", "65", "60", "63", "58", "53")),
    (date(2026, 3, 1), ("100", "86", "115", "73", "72.2", "67.2", "62.2", "65", "60", "55")),
)
#: In 2023 the figures of children had an increase of ten per cent.
CHILDREN_OF_2023 = Decimal("1.1")

#: From which row the index runs, forward and back: the last one before it whose amount the law itself gives.
BASES = (date(2024, 1, 1), date(2026, 3, 1))


@dataclass(frozen=True, slots=True)
class Reproduction:
    """One figure of a norm as it is in the files and as the rules give it, in cents a month.

    ``rule``: ``index`` (raised by the pension index from ``base`` to ``index``), ``increase`` (of July 2022),
    ``share`` (a percentage of the figure of a person living alone) or ``given`` (the law's own, where a row begins).
    ``row_cents`` is ``None`` where the files do not have the figure.
    """

    norm: str
    valid_from: date
    key: str
    rule: str
    computed_cents: Cents
    row_cents: Cents | None
    status: str | None
    base: Decimal | None = None
    index: Decimal | None = None
    percent: Decimal | None = None

    @property
    def is_reproduced(self) -> bool:
        """Whether the rules give what the files say."""
        return self.computed_cents == self.row_cents


def revised_norm(old: Cents, old_index: Decimal, new_index: Decimal) -> Cents:
    """The debt-adjustment norm after an index revision: raised by the index and rounded up to the next full euro.

    ``old`` and the result are cents a month; the rule reproduces every official figure of 2022, 2024 and 2025.
    """
    # Exact integers: a binary fraction would lift a figure that lands on a full euro to the next one.
    euros = ceil((Decimal(old) * new_index / old_index / 100).quantize(Decimal("0.000001")))
    return euros * 100


def revised_basic_part(old: Cents, old_index: Decimal, new_index: Decimal) -> Cents:
    """What a person living alone gets after an index revision, in cents a month, to the nearest cent."""
    return round_cents(Decimal(old) * new_index / old_index)


def share_of(alone: Cents, percent: Decimal) -> Cents:
    """A percentage of what a person living alone gets, to the nearest cent."""
    return round_cents(alone * percent / 100)


def reproduced(figures: Figures) -> Iterator[Reproduction]:
    """Every figure of both norms that a rule gives, oldest row first, held against the row.

    The unconfirmed must be allowed to be used: raises ``Refused`` where an index is missing.
    """
    rows = figures.debt_adjustment_norms
    for before, row in pairwise(rows):
        yield from _decree(figures, before, row)
    yield from _social_assistance(figures)


def norms_by_index(figures: Figures, year: int, index: Decimal) -> Iterator[Reproduction]:
    """Both norms as they would be from January of ``year``, were the pension index then ``index``.

    From the newest rows before that day. Raises ``Refused("figure-missing")`` where there is none.
    """
    day = date(year, 1, 1)
    before = _newest(figures.debt_adjustment_norms, day, "debt_adjustment")
    base = _january(figures, before.valid_from.year)
    for key, amount in before.amounts.items():
        cents = revised_norm(amount.cents, base, index)
        yield _held(figures.debt_adjustment_norms, "debt_adjustment", day, key, "index", cents, base, index)
    last = _newest(figures.social_assistance_norms, day, "social_assistance")
    base = figures.pension_index(last.valid_from).value
    alone = revised_basic_part(last.amount("alone").cents, base, index)
    yield from _parts(figures, day, alone, "index", base, index)


def _decree(figures: Figures, before: NormRow, row: NormRow) -> Iterator[Reproduction]:
    since, percent = INCREASE_OF_2022
    for key, amount in before.amounts.items():
        base = index = None
        if row.valid_from == since:
            cents, rule = amount.cents + _euros(amount.cents * percent / 100), "increase"
        else:
            cents, rule = amount.cents, "index"
            base = index = _january(figures, before.valid_from.year)
            for year in range(before.valid_from.year + 1, row.valid_from.year + 1):
                # Years without a row of their own are rounded up too.
                newer = _january(figures, year)
                cents, index = revised_norm(cents, index, newer), newer
        yield _held((row,), "debt_adjustment", row.valid_from, key, rule, cents, base, index)


def _social_assistance(figures: Figures) -> Iterator[Reproduction]:
    for row in figures.social_assistance_norms:
        base = figures.social_assistance_norm(max((day for day in BASES if day <= row.valid_from), default=BASES[0]))
        first, last = (figures.pension_index(day).value for day in (base.valid_from, row.valid_from))
        alone = revised_basic_part(base.amount("alone").cents, first, last)
        yield from _parts(figures, row.valid_from, alone, "given" if row is base else "index", first, last)


def _parts(
    figures: Figures, day: date, alone: Cents, rule: str, base: Decimal, index: Decimal
) -> Iterator[Reproduction]:
    """The figures of a row of social assistance, from that of a person living alone."""
    rows = figures.social_assistance_norms
    exact = next((row for row in rows if row.valid_from == day), None)
    for key, percent in zip(SOCIAL_ASSISTANCE_KEYS, shares_on(day), strict=True):
        if exact is not None and key not in exact.amounts:
            continue
        if key == "alone":
            yield _held(rows, "social_assistance", day, key, rule, alone, base, index)
        else:
            cents = share_of(alone, percent * CHILDREN_OF_2023 if day.year == 2023 and "child" in key else percent)
            yield _held(rows, "social_assistance", day, key, "share", cents, percent=percent)


def shares_on(day: date) -> tuple[Decimal, ...]:
    """The percentages in force on the day, in the order of ``SOCIAL_ASSISTANCE_KEYS``."""
    return next(tuple(Decimal(share) for share in shares) for since, shares in reversed(SHARES) if since <= day)


def _held(
    rows: tuple[NormRow, ...],
    norm: str,
    day: date,
    key: str,
    rule: str,
    cents: Cents,
    base: Decimal | None = None,
    index: Decimal | None = None,
    percent: Decimal | None = None,
) -> Reproduction:
    """What a rule gives, held against the row that begins on the day."""
    row = next((each for each in rows if each.valid_from == day), None)
    amount = row.amounts.get(key) if row else None
    known = amount.cents if amount else None
    status = amount.status if amount else None
    return Reproduction(norm, day, key, rule, cents, known, status, base, index, percent)


def _newest(rows: tuple[NormRow, ...], before: date, norm: str) -> NormRow:
    earlier = [row for row in rows if row.valid_from < before]
    if not earlier:
        raise Refused("figure-missing", figure=norm, on=before)
    return earlier[-1]


def _january(figures: Figures, year: int) -> Decimal:
    """The index of the January of the year: the decree's norm does not follow the one of August 2022."""
    return figures.pension_index(date(year, 1, 1)).value


def _euros(cents: Decimal) -> Cents:
    return round_cents(cents / 100) * 100
