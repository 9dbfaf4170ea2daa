"""What made each version of a loan's plan, and what it changed: the rest of the loan just before and after. Pure."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from lending.basics.dates import due_dates
from lending.cases.deadlines import local_day
from lending.loans.ahead import Side, rest_of, side_of
from lending.loans.book import Book
from lending.loans.model import PlanVersion
from lending.loans.terms import from_json

#: Versions that follow from an entry booked at the same moment; the others change the terms alone.
AFTER_AN_ENTRY = ("disbursement", "extra-payment", "waiver", "correction")


@dataclass(frozen=True, slots=True)
class VersionEffect:
    """A version of the plan, with the rest of the loan as it looked on the day it was made, before and after it.

    ``before`` is ``None`` for the first version; either is ``None`` where nothing was left to pay. ``postponed``: the
    due date of the instalment that the version lets be paid later, and its new day; nothing else changes then.
    ``rate``: where the version followed the reference rate, the percent before, the percent now, and since when.
    """

    version: PlanVersion
    made_on: date
    before: Side | None
    after: Side | None
    postponed: tuple[date, date] | None = None
    rate: tuple[Decimal, Decimal, date] | None = None


def effects_of(book: Book) -> list[VersionEffect]:
    """Every version of the plan with its effect, the first one first."""
    return [_effect(book, place) for place in range(len(book.versions))]


def _effect(book: Book, place: int) -> VersionEffect:
    version, day = book.versions[place], local_day(book.versions[place].made_at)
    before = None
    if place:
        before = _side(_as_known(book, place, with_entry=False), book.versions[place - 1], day)
    with_entry = version.reason in AFTER_AN_ENTRY
    after = _side(_as_known(book, place, with_entry), version, day)
    return VersionEffect(version, day, before, after, _postponed(book, version), _rate(book, place))


def _postponed(book: Book, version: PlanVersion) -> tuple[date, date] | None:
    if version.reason != "postponement":
        return None
    terms = from_json(version.terms)
    n, until = terms.postponed[-1]
    billed = next((row.due_date for row in book.rows if row.n == n), None)
    return billed or due_dates(terms.first_due, terms.due_day, n - terms.first_n + 1)[-1], until


def _rate(book: Book, place: int) -> tuple[Decimal, Decimal, date] | None:
    if book.versions[place].reason != "reference-rate":
        return None
    earlier, path = (from_json(version.terms).rates for version in book.versions[place - 1 : place + 1])
    since, percent = path[-1]
    return earlier[-1][1], percent, since


def _as_known(book: Book, place: int, with_entry: bool) -> Book:
    """The book when the version was made: entries booked before it, and rows billed under an earlier one."""
    moment = book.versions[place].made_at
    earlier = {version.id for version in book.versions[:place]}
    return replace(
        book,
        entries=[
            each for each in book.entries if each.recorded_at < moment or (with_entry and each.recorded_at == moment)
        ],
        rows=[row for row in book.rows if row.plan_version_id in earlier],
    )


def _side(book: Book, version: PlanVersion, day: date) -> Side | None:
    known = replace(book, versions=[version])
    if not known.movement_entries():
        return None
    return side_of(rest_of(known.history(), from_json(version.terms), day))
