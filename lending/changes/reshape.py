"""New terms for the rest of a running loan: a longer time, another instalment or due day, a later last day to pay.

Pure. Each takes the terms of the rows not yet billed (``lending.loans.ahead.rest_of``) and gives those after the
change; each refusal names the limit and the nearest value that works. Rows already billed are never touched.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from lending.basics.dates import add_months, due_date, month_index
from lending.basics.errors import Refused
from lending.basics.money import Cents
from lending.loans.plan import Limits, Terms, instalment_for, plan, without_late_grace
from lending.loans.planning import lower_instalment


@dataclass(frozen=True, slots=True)
class Room:
    """How far the time of a loan may grow.

    ``most`` months beyond the original term; ``left`` of them are not yet used, grace months given counted in
    (keusote-2025:5.1d). ``clause`` is the full citation, where the policy has one.
    """

    most: int
    left: int
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class OpenRow:
    """An instalment that can still be paid in time: its number, its due date, and until when it was postponed."""

    n: int
    due_date: date
    postponed_until: date | None = None


def extended(rest: Terms, months: int, room: Room, instalment_min_cents: Cents) -> Terms:
    """``months`` more rows of principal, with the instalment solved anew.

    Raises ``Refused``: ``extension-empty``, ``extension-too-long`` with ``most`` and ``left``,
    ``extension-instalment-too-small`` with the ``minimum_cents`` and the most ``months`` that keep to it.
    """
    assert rest.instalments is not None
    if months < 1:
        raise Refused("extension-empty", field="months", left=room.left, clause=room.clause)
    if months > room.left:
        raise Refused("extension-too-long", field="months", most=room.most, left=room.left, clause=room.clause)
    longer = replace(rest, instalments=rest.instalments + months, instalment_cents=None)
    limits = Limits(instalment_min_cents=instalment_min_cents)
    try:
        made = plan(replace(longer, limits=limits))
    except Refused as refused:
        if refused.code != "instalment-too-small":
            raise
        raise Refused(
            "extension-instalment-too-small",
            field="months",
            minimum_cents=instalment_min_cents,
            instalment_cents=refused.facts["instalment_cents"],
            months=max(0, refused.facts["longest_months"] - rest.instalments),
        ) from None
    return replace(longer, instalment_cents=made.instalment_cents)


def with_instalment(rest: Terms, instalment_cents: Cents, room: Room, instalment_min_cents: Cents) -> Terms:
    """The instalment the borrower asks for, and as many rows as it takes.

    Raises ``Refused``: ``instalment-not-for-method``, ``instalment-too-small`` with the ``minimum_cents``,
    ``instalment-unchanged``, ``instalment-above-rest`` with the ``most_cents`` that one payment of all comes to,
    ``instalment-term-too-long`` with the ``longest_months`` left and the ``least_instalment_cents`` that fits.
    """
    assert rest.instalments is not None
    if rest.method != "equal_instalment":
        raise Refused("instalment-not-for-method", field="instalment")
    if instalment_cents < instalment_min_cents:
        raise Refused("instalment-too-small", field="instalment", minimum_cents=instalment_min_cents)
    if instalment_cents == rest.instalment_cents:
        raise Refused("instalment-unchanged", field="instalment")
    longest = rest.instalments + max(0, room.left)
    limits = Limits(None, longest)
    asked = without_late_grace(replace(rest, instalments=None, instalment_cents=instalment_cents, limits=limits))
    try:
        made = plan(asked)
    except Refused as refused:
        if refused.code not in ("term-too-long", "instalment-below-interest"):
            raise
        raise Refused(
            "instalment-term-too-long",
            field="instalment",
            longest_months=longest,
            least_instalment_cents=max(instalment_min_cents, refused.facts["least_instalment_cents"]),
        ) from None
    if instalment_cents > max(row.instalment_cents for row in made.rows):
        raise Refused("instalment-above-rest", field="instalment", most_cents=made.rows[-1].instalment_cents)
    return replace(rest, instalment_cents=instalment_cents, instalments=made.principal_rows, grace=asked.grace)


def with_due_day(
    rest: Terms, due_day: str, allowed: Collection[str], earliest: date, instalment_min_cents: Cents
) -> Terms:
    """The same rows on another day of the month, from the next unbilled row on; the odd period is charged by its days.

    The first new due date is in the month of the row it replaces, or a month later where that would be before
    ``earliest``. Raises ``Refused``: ``due-day-not-allowed`` with the days that are, ``due-day-unchanged``.
    """
    if due_day not in allowed:
        raise Refused("due-day-not-allowed", field="due_day", allowed=sorted(allowed))
    if due_day == rest.due_day:
        raise Refused("due-day-unchanged", field="due_day")
    month = month_index(rest.first_due)
    later = 0 if due_date(month, due_day) >= earliest else 1
    moved = replace(
        rest,
        due_day=due_day,
        counted_by=rest.counting_day,
        first_due=due_date(month + later, due_day),
        grace=tuple(due_date(month_index(day) + later, due_day) for day in rest.grace),
    )
    return lower_instalment(moved, instalment_min_cents)


def postponed(
    terms: Terms, due: date, until: date, rows: Iterable[OpenRow], on: date, months_max: int, clause: str | None = None
) -> Terms:
    """One instalment may be paid later, a month at most; no new plan, and every other row stays as it is.

    Raises ``Refused``: ``postponement-not-allowed``, ``postponement-not-possible`` with the ``first`` that is,
    ``postponement-already`` with the day, ``postponement-too-short``, ``postponement-too-long`` with the ``latest``.
    """
    if months_max < 1:
        raise Refused("postponement-not-allowed", field="due_date", clause=clause)
    ready = list(rows)
    row = next((each for each in ready if each.due_date == due), None)
    if row is None:
        first = min((each.due_date for each in ready), default=None)
        raise Refused("postponement-not-possible", field="due_date", first=first)
    running = [each for each in ready if each.postponed_until and each.postponed_until >= on]
    if running or row.postponed_until:
        until_now = running[0].postponed_until if running else row.postponed_until
        raise Refused("postponement-already", field="due_date", until=until_now)
    latest = add_months(due, months_max)
    if until <= max(due, on):
        raise Refused("postponement-too-short", field="until", earliest=max(due, on) + timedelta(days=1), latest=latest)
    if until > latest:
        raise Refused("postponement-too-long", field="until", latest=latest, clause=clause)
    return replace(terms, postponed=(*terms.postponed, (row.n, until)))


def least_instalment(rest: Terms, room: Room) -> Cents:
    """The smallest instalment that the room leaves, for showing beside the field."""
    assert rest.instalments is not None
    return instalment_for(rest, rest.instalments + max(0, room.left))
