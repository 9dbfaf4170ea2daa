"""The interest rate of a loan: the reference rate of the Interest Act (633/1982) § 12, and its half-yearly reset."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from lending.basics.actor import SYSTEM
from lending.basics.errors import Refused
from lending.loans.book import Book
from lending.loans.interest import RatePath
from lending.loans.model import PlanVersion
from lending.loans.planning import lower_instalment, make_version, shorten_term
from lending.policy.figures import Figures, figures_of
from lending.policy.policies import Policy


def offered_rate(figures: Figures, policy: Policy, on: date, percent: Decimal | None = None) -> tuple[date, Decimal]:
    """The rate of a loan offered on the day: (in force from, percent a year).

    Without ``percent`` it is the policy's. Raises ``Refused("rate-above-reference")`` above the reference rate, the
    most the law allows (Act 1133/2002 § 6), and ``figure-not-confirmed`` or ``figure-missing`` where it is not known.
    """
    if percent is None and policy.interest == "none":
        percent = Decimal(0)
    if percent == 0:
        return on, Decimal(0)
    reference = figures.reference_rate(on)
    if percent is not None and percent > reference.percent:
        raise Refused("rate-above-reference", field="percent", percent=percent, reference=reference.percent)
    return reference.valid_from, reference.percent if percent is None else percent


def path_until(figures: Figures, policy: Policy, path: RatePath, until: date) -> RatePath:
    """The path with every change of the reference rate up to ``until`` that it does not have yet.

    A rate that is confirmed again unchanged adds nothing. Only where the policy follows the reference rate.
    """
    if policy.interest != "reference_rate":
        return path
    last, percent = path[-1]
    for day, newer in figures.rate_path(last, until=until):
        if last < day <= until and newer != percent:
            path = (*path, (day, newer))
            percent = newer
    return path


def follow_reference_rate(db: Session, book: Book, on: date, at: datetime) -> PlanVersion | None:
    """Make the plan follow the reference rate of the day, if it has changed; the same day twice changes nothing.

    By the policy the instalment is solved anew (``instalment``) or kept, so that the rows follow (``term``), from the
    first row not yet billed.
    """
    terms = book.terms
    path = path_until(figures_of(db), book.policy, terms.rates, on)
    if path == terms.rates:
        return None
    rest = book.rest(on)
    if rest is None or rest.principal_cents == 0:
        changed = replace(terms, rates=path)
    elif terms.on_rate_change == "term":
        changed = shorten_term(replace(rest, rates=path, instalments=_rows_allowed(book)))
    else:
        changed = lower_instalment(replace(rest, rates=path), book.policy.instalment_min_cents)
    return make_version(db, book, changed, "reference-rate", None, SYSTEM, at)


def _rows_allowed(book: Book) -> int:
    """How many more rows of principal the policy's longest term leaves."""
    return max(1, book.policy.term_months_max - sum(row.kind != "grace" for row in book.rows))
