"""Which figures are missing, or soon will be, or still have to be verified: so that nobody meets it in a case first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from lending.policy.figure import KEYS, Figures
from lending.policy.overlay import half_year

#: How long before a figure ends its successor is asked for. The reference rate is announced in the month before.
AHEAD_DAYS = 45


@dataclass(frozen=True, slots=True)
class Lack:
    """A figure that is wanted from a day on.

    ``kind``: ``missing`` now, ``ends`` with nothing after it so far, ``to_verify``: there is a row that nobody has
    confirmed (``counts``: it is used all the same, in a demonstration).
    """

    figure: str
    kind: str
    since: date
    counts: bool = False


def lacks(figures: Figures, today: date) -> tuple[Lack, ...]:
    """What is lacking today and within ``AHEAD_DAYS``, the most urgent of each figure first. Pure."""
    return tuple(lack for figure in KEYS for lack in _lacks_of(figures, figure, today))


def _lacks_of(figures: Figures, figure: str, today: date) -> Iterator[Lack]:
    rows = figures.rows_of(figure)
    now = next((row for row in rows if row.valid_from <= today and _reaches(row.valid_until, today)), None)
    if now is None:
        yield Lack(figure, "missing", half_year(today)[0] if figure == "reference_rate" else today)
        return
    if now.status == "to_verify":
        yield Lack(figure, "to_verify", now.valid_from, figures.allow_unconfirmed)
    if now.valid_until is None or now.valid_until > today + timedelta(days=AHEAD_DAYS):
        return
    day = now.valid_until + timedelta(days=1)
    after = next((row for row in rows if row.valid_from <= day and _reaches(row.valid_until, day)), None)
    if after is None:
        yield Lack(figure, "ends", day)
    elif after.status == "to_verify":
        yield Lack(figure, "to_verify", day, figures.allow_unconfirmed)


def _reaches(until: date | None, day: date) -> bool:
    return until is None or day <= until
