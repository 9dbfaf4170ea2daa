"""The interest rate of a loan: the reference rate of the Interest Act (633/1982) § 12, and how a loan follows it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from lending.basics.actor import SYSTEM
from lending.basics.errors import Refused
from lending.basics.money import Cents
from lending.cases import notices
from lending.loans.book import Book
from lending.loans.interest import RatePath
from lending.loans.model import PlanVersion
from lending.loans.plan_after import rows_allowed
from lending.loans.planning import lower_instalment, make_version, shorten_term
from lending.loans.terms import Terms
from lending.policy.figures import Figures, figures_of
from lending.policy.policies import Policy

#: The notice that tells of it.
RATE_CHANGED = "rate-changed"


def offered_rate(figures: Figures, policy: Policy, on: date, percent: Decimal | None = None) -> tuple[date, Decimal]:
    """The rate of a loan offered on the day: (in force from, percent a year).

    Without ``percent`` it is the policy's. Raises ``Refused("rate-above-reference")`` above the reference rate, the
    most the law allows (Act 1133/2002 § 6), ``interest-free`` where the criteria allow none (kemi-2016:6.5a), and
    ``figure-not-confirmed`` or ``figure-missing`` where the rate of the day is not known.
    """
    if policy.interest == "none":
        if percent:
            raise Refused("interest-free", field="percent", percent=percent, clause=policy.cite_governing("interest"))
        percent = Decimal(0)
    if percent == 0:
        return on, Decimal(0)
    reference = figures.reference_rate(on)
    if percent is not None and percent > reference.percent:
        raise Refused("rate-above-reference", field="percent", percent=percent, reference=reference.percent)
    return reference.valid_from, reference.percent if percent is None else percent


def follows(policy: Policy) -> bool:
    """Whether a rate that changes can change the rate of loans under the policy."""
    return policy.interest == "reference_rate"


def path_until(figures: Figures, policy: Policy, path: RatePath, until: date) -> RatePath:
    """The path with every change of the loan's rate up to ``until`` that it does not have yet.

    By ``policy.rate_review`` a loan takes the reference rate of each half-year, of each 1 January, or ``never``: then
    it keeps the rate that was agreed on, the path's first. Between reviews the law's limit alone moves it: no loan is
    dearer than the reference rate of the half-year (Act 1133/2002 § 6). A rate that stays the same adds nothing.
    Raises ``Refused``: ``figure-missing``, ``figure-not-confirmed``.
    """
    agreed, percent = path[0][1], path[-1][1]
    if not follows(policy) or (policy.rate_review == "never" and agreed == 0):
        return path
    figures.reference_rate(until)
    for day in half_years(path[-1][0], until):
        newer = figures.reference_rate(day).percent
        if policy.rate_review == "never":
            newer = min(newer, agreed)
        elif policy.rate_review == "yearly" and day.month != 1:
            newer = min(newer, percent)
        if newer != percent:
            path, percent = (*path, (day, newer)), newer
    return path


def half_years(after: date, until: date) -> list[date]:
    """The days after ``after``, up to ``until``, on which a reference rate comes into force (633/1982 § 12)."""
    days = (date(year, month, 1) for year in range(after.year, until.year + 1) for month in (1, 7))
    return [day for day in days if after < day <= until]


def follow_reference_rate(db: Session, book: Book, on: date, at: datetime) -> PlanVersion | None:
    """Make the plan follow the reference rate of the day, if it has changed; the same day twice changes nothing.

    By the policy the instalment is solved anew (``instalment``) or kept, so that the rows follow (``term``), from the
    first row not yet billed.
    """
    terms = book.terms
    path = path_until(figures_of(db), book.policy, terms.rates, on)
    if path == terms.rates:
        return None
    changed = after_rate_change(terms, book.rest(on), path, rows_allowed(book), book.policy)
    version = make_version(db, book, changed, "reference-rate", None, SYSTEM, at)
    notices.queue(db, book.case, RATE_CHANGED, at, **rate_facts(book.loan.id, terms.instalment_cents, version.terms))
    return version


def after_rate_change(terms: Terms, rest: Terms | None, path: RatePath, rows: int, policy: Policy) -> Terms:
    """The terms of the plan once the rate has changed. ``rest`` is not yet billed, ``rows`` are what the term allows.

    Pure: the reset of all loans and the daily run of one make the same of it.
    """
    if rest is None or rest.principal_cents == 0:
        return replace(terms, rates=path)
    if terms.on_rate_change == "term":
        return shorten_term(replace(rest, rates=path, instalments=rows))
    return lower_instalment(replace(rest, rates=path), policy.instalment_min_cents)


def rate_facts(loan_id: UUID, instalment_before: Cents | None, terms: Mapping[str, Any]) -> dict[str, Any]:
    """What the borrower is told of a change of the rate; ``terms`` are the new ones as they are stored."""
    since, percent = terms["rates"][-1]
    return {
        "loan_id": loan_id,
        "since": since,
        "percent": percent,
        "instalment_before_cents": instalment_before,
        "instalment_cents": terms["instalment_cents"],
        "from_due": terms["first_due"],
    }
