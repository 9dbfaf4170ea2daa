"""The loans that a unit works with as a list: in two queries, whatever their number."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lending.basics.actor import Actor
from lending.basics.money import Cents
from lending.basics.paging import Page, page_of
from lending.cases.model import Case
from lending.cases.queues import in_unit, matching
from lending.loans.model import Loan
from lending.loans.states import LOAN
from lending.people.model import Citizen


@dataclass(frozen=True, slots=True)
class LoanRow:
    """One loan in the list. Balances are those of the ledger when something was last booked, in cents."""

    loan_id: UUID
    number: str
    name: str
    safety_ban: bool
    state: str
    started_on: date
    original_cents: Cents
    principal_cents: Cents


def loans_of_unit(
    db: Session, by: Actor, state: str | None = None, text: str = "", wanted_page: int = 1
) -> Page[LoanRow]:
    """The loans that the actor's unit works with, newest first: in ``state``, with ``text`` in number or name."""
    conditions = [*in_unit(db, by), *matching(text)]
    if state in LOAN.states:
        conditions.append(Loan.state == state)
    joined = select(func.count()).select_from(Loan).join(Case, Case.id == Loan.case_id)
    total = db.scalar(joined.join(Citizen, Citizen.id == Loan.citizen_id).where(*conditions)) or 0
    query = (
        select(Loan, Case.number, Citizen)
        .join(Case, Case.id == Loan.case_id)
        .join(Citizen, Citizen.id == Loan.citizen_id)
        .where(*conditions)
        .order_by(Loan.started_on.desc(), Case.number.desc())
    )
    return page_of(db, query, total, wanted_page, lambda found: (_row(*each) for each in found))


def _row(loan: Loan, case_number: str | None, citizen: Citizen) -> LoanRow:
    return LoanRow(
        loan_id=loan.id,
        number=case_number or "",
        name=citizen.display_name,
        safety_ban=citizen.safety_ban,
        state=loan.state,
        started_on=loan.started_on,
        original_cents=loan.principal_cents,
        principal_cents=loan.principal_balance_cents,
    )
