"""What tests of the pages of a loan look at, and the day on which they look."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from lending.basics.money import Cents
from lending.changes.model import ChangeRequest
from tests.workflow.loan_life import START
from web.formats import money

Sessions = sessionmaker[Session]
#: The day after the loan was paid out.
TODAY = START + timedelta(days=1)
#: Due dates for which grace months are asked for.
GRACE = ["2026-03-15", "2026-04-15"]


def asked_for(sessions: Sessions) -> ChangeRequest | None:
    """The change request that there is."""
    with sessions() as db:
        return db.scalar(select(ChangeRequest))


def euros(cents: Cents) -> str:
    """The sum as pages write it, with plain spaces."""
    return " ".join(money(cents).split())
