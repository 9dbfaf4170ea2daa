"""The plan after what has been paid beyond the bills has changed: by a payment, a back-dated one, or a reversal."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from lending.basics.actor import Actor
from lending.basics.money import Cents
from lending.cases.deadlines import local_day
from lending.loans.book import Book
from lending.loans.model import PlanVersion
from lending.loans.planning import make_version, with_effect
from lending.loans.replay import replay
from lending.loans.terms import Terms, from_json


def extras(book: Book, on: date) -> dict[int, Cents]:
    """What of each payment went beyond everything billed, by the entry's id, as it is known on the day."""
    splits = replay(book.history(), on).splits
    return {key: split.extra_cents for key, split in splits.items() if split.extra_cents}


def follow_extras(
    db: Session, book: Book, before: dict[int, Cents], effect: str, reason: str, by: Actor, at: datetime
) -> PlanVersion | None:
    """Make the plan follow, by ``effect``, if the extras are others than ``before``; else leave it as it is."""
    after = extras(book, local_day(at))
    if after == before:
        return None
    rest = book.rest(local_day(at))
    if rest is None or not rest.principal_cents:
        return None
    if sum(after.values()) < sum(before.values()):
        rest = _as_before(book, rest, effect, before.keys() - after.keys())
    terms = with_effect(rest, effect, book.policy.instalment_min_cents)
    return make_version(db, book, terms, reason, None, by, at)


def rows_allowed(book: Book) -> int:
    """How many more rows of principal the policy's longest term leaves."""
    return max(1, book.policy.term_months_max - sum(row.kind != "grace" for row in book.rows))


def _as_before(book: Book, rest: Terms, effect: str, undone: set[int]) -> Terms:
    """The rest once an extra payment is no longer one: with the rows and the grace months from before the payment.

    Where a payment only counts for less, and the instalment is kept, the rows follow: they need room.
    """
    began = min((entry.recorded_at for entry in book.entries if entry.id in undone), default=None)
    earlier = [version for version in book.versions if began and version.made_at < began]
    terms = from_json(earlier[-1].terms) if earlier else rest
    assert rest.instalments is not None
    assert terms.instalments is not None
    rows = terms.instalments - sum(row.kind != "grace" and row.n >= terms.first_n for row in book.rows)
    if effect == "shorten_term" and not earlier:
        rows = rows_allowed(book)
    # Grace months that are over, or of another due day, fall away again where the new terms are made.
    grace = tuple(sorted({*rest.grace, *terms.grace}))
    return replace(rest, grace=grace, instalments=max(rest.instalments, rows))
