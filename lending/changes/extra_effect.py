"""What extra payments do to the plan: the borrower's own choice, which nobody decides on (Act 1133/2002 § 7)."""

from datetime import datetime

from sqlalchemy.orm import Session

from lending.basics.actor import Actor
from lending.basics.errors import Refused
from lending.cases import authority, timeline
from lending.loans.book import locked_book
from lending.loans.model import EFFECTS, Loan


def choose_effect(db: Session, loan: Loan, effect: str, by: Actor, at: datetime) -> None:
    """Choose what extra payments do from now on: ``shorten_term`` or ``lower_instalment``. The same again does nothing.

    A payment that comes with a wish of its own follows that. Raises ``NotFound`` for another's loan; ``Refused``:
    ``effect-unknown``, ``loan-not-running``.
    """
    book = locked_book(db, loan)
    authority.require_borrower(db, by, book.case)
    if effect not in EFFECTS:
        raise Refused("effect-unknown", field="effect")
    if loan.state != "running":
        raise Refused("loan-not-running")
    if loan.extra_effect == effect:
        return
    loan.extra_effect = effect
    db.flush()
    timeline.append(db, book.case, "extra-effect-chosen", by, at, loan_id=loan.id, effect=effect)
