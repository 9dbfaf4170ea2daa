"""Writing off what is left of a loan that cannot be collected: a decision, final, and the end of the loan."""

from datetime import datetime

from sqlalchemy.orm import Session

from lending.basics.actor import Actor
from lending.basics.errors import Refused
from lending.cases import authority, timeline
from lending.cases.deadlines import local_day
from lending.loans.billing import bring_as_far_as_known
from lending.loans.book import locked_book
from lending.loans.model import LedgerEntry, Loan
from lending.loans.posting import Posting, booked_before, post
from lending.loans.replay import replay


def write_off(db: Session, loan: Loan, reasons: str, by: Actor, at: datetime) -> LedgerEntry:
    """Write off everything that is owed, with the decision's ``reasons``, and close the loan. It is final.

    Done twice, the first entry is returned. Raises ``Refused``: ``reasons-missing``, ``nothing-owed``; ``NotAllowed``.
    """
    book = locked_book(db, loan)
    authority.require(db, by, "write-off", book.case)
    key, today = f"write_off:{loan.id}", local_day(at)
    if earlier := booked_before(db, book, key):
        return earlier
    if not reasons.strip():
        raise Refused("reasons-missing", field="reasons")
    bring_as_far_as_known(db, book, today, at)
    standing = replay(book.history(), max(today, loan.stands_on))
    if not standing.owed_cents:
        raise Refused("nothing-owed")
    principal, interest = standing.principal_cents, standing.interest_cents + standing.accrued_cents
    facts = {"loan_id": loan.id, "principal_cents": principal, "interest_cents": interest}
    timeline.append(db, book.case, "loan-written-off", by, at, reasons=reasons.strip(), **facts)
    posting = Posting(
        kind="write_off",
        day=standing.on,
        principal_cents=principal,
        interest_cents=interest,
        reason="write-off",
        idempotency_key=key,
    )
    entry, _ = post(db, book, posting, by, at)
    return entry
