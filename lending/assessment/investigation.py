"""Debt investigation: asking creditors, collectors and enforcement about the applicant's debts, by consent only."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from lending.applications import consent
from lending.applications.model import ConsentUse
from lending.basics.actor import Actor
from lending.basics.errors import Refused
from lending.cases.model import Case


def investigate(
    db: Session, case: Case, asked_of: str, purpose: str, by: Actor, at: datetime, whose: UUID | None = None
) -> ConsentUse:
    """Record that the preparer asked ``asked_of`` about the debts of the applicant, or of the borrower ``whose``.

    They see it. Raises ``Refused("consent-missing")`` where no consent is in force, ``Refused("not-in-this-state")``
    outside the preparation of the case, and what ``consent.record_use`` raises.
    """
    if case.state not in ("in_preparation", "waiting_for_citizen"):
        raise Refused("not-in-this-state", subject="case", act="investigate", state=case.state)
    return consent.record_use(db, case, asked_of, purpose, by, at, whose)
