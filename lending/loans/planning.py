"""Making plan versions: the terms of the rest of a loan after something has changed."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from lending.basics.actor import Actor
from lending.basics.money import Cents
from lending.loans.book import Book
from lending.loans.model import PlanVersion
from lending.loans.plan import plan, without_late_grace
from lending.loans.terms import Terms, to_json


def lower_instalment(rest: Terms, instalment_min_cents: Cents) -> Terms:
    """The same rows with an instalment solved anew; never below the policy's minimum: then there are fewer rows."""
    solved = without_late_grace(replace(rest, instalment_cents=None))
    assert solved.instalments is not None
    made = plan(solved)
    if made.smallest_cents < instalment_min_cents and solved.instalments > 1:
        return shorten_term(replace(rest, instalment_cents=instalment_min_cents))
    return replace(solved, instalment_cents=made.instalment_cents)


def shorten_term(rest: Terms) -> Terms:
    """The same instalment; the rows end where nothing is left, and grace months after that fall away."""
    rest = without_late_grace(rest)
    return replace(rest, instalments=plan(rest).principal_rows)


def with_effect(rest: Terms, effect: str, instalment_min_cents: Cents) -> Terms:
    """The terms after a payment or a waiver, by its effect: ``shorten_term`` or ``lower_instalment``."""
    return lower_instalment(rest, instalment_min_cents) if effect == "lower_instalment" else shorten_term(rest)


def make_version(
    db: Session, book: Book, terms: Terms, reason: str, cause_id: UUID | None, by: Actor, at: datetime
) -> PlanVersion:
    """Put the terms in force from their first row on, as the next version of the loan's plan."""
    assert terms.instalment_cents is not None
    version = PlanVersion(
        loan_id=book.loan.id,
        number=len(book.versions) + 1,
        reason=reason,
        cause_id=cause_id,
        from_n=terms.first_n,
        from_due=terms.first_due,
        instalment_cents=terms.instalment_cents,
        terms=to_json(terms),
        made_at=at,
        made_by_kind=by.kind,
        made_by_id=by.id,
    )
    db.add(version)
    db.flush()
    book.versions.append(version)
    return version
