"""My loan: the balance with its date, what to pay next, the plan, and every entry with its reason."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, g
from flask.typing import ResponseReturnValue

from lending.applications.co_borrowers import co_borrower_of, may_borrow_together
from lending.basics.money import Cents
from lending.cases import documents
from lending.cases.model import Case, CoBorrower
from lending.changes import requests
from lending.changes.grace import grace_left
from lending.collection.model import CollectionTransfer
from lending.collection.reminders import transfers_of
from lending.loans.agreements import lapsed_documents_of
from lending.loans.model import Loan
from lending.loans.position import Position, own_loan, position
from lending.people import citizens
from lending.policy.policies import Policy, policies_of
from portal import portal
from web.clock import today
from web.guard import citizen_only
from web.labels_loan import CHANGE_COLOURS
from web.render import render


@dataclass
class OwnLoan:
    """The loan of the citizen signed in. Raises ``NotFound`` for anybody else's."""

    loan: Loan
    case: Case
    policy: Policy

    @property
    def is_paid(self) -> bool:
        """Whether nothing is left to pay, though what was paid too much may still have to be paid back."""
        return not (self.loan.principal_balance_cents or self.loan.interest_balance_cents)

    def show(self, page: str, **context: Any) -> Response:
        """The page ``portal/<page>.html`` about this loan."""
        context |= {"loan": self.loan, "case": self.case, "policy": self.policy, "change_colours": CHANGE_COLOURS}
        context["nothing_to_pay"] = self.is_paid
        return render(f"portal/{page}.html", **context)


def own(loan_id: UUID) -> OwnLoan:
    """The citizen's own loan with what every page about it shows."""
    loan = own_loan(g.db, loan_id, g.actor)
    policy = policies_of(g.db).by_id(loan.policy)
    g.organisation = policy.organisation
    return OwnLoan(loan, g.db.get_one(Case, loan.case_id), policy)


@portal.get("/my/loans/<uuid:loan_id>")
@citizen_only
def loan(loan_id: UUID) -> ResponseReturnValue:
    """The loan on one page."""
    mine = own(loan_id)
    stands = position(g.db, mine.loan, today())
    return mine.show(
        "loan",
        position=stands,
        changes=requests.requests_of(g.db, mine.loan),
        documents=documents.documents_of(g.db, mine.case),
        lapsed=lapsed_documents_of(g.db, mine.case),
        grace_left=grace_left(stands.book),
        transferred=_transferred(stands),
        together=_together(mine),
        applicant=citizens.get(g.db, mine.case.citizen_id),
        interest_so_far=sum(charge.cents for charge in stands.standing.charges),
    )


def _together(mine: OwnLoan) -> CoBorrower | None:
    """The spouse who borrows together with the applicant, where there is one."""
    other = co_borrower_of(g.db, mine.case) if may_borrow_together(mine.policy) else None
    return other if other is not None and other.state == "accepted" else None


def _transferred(stands: Position) -> list[tuple[CollectionTransfer, Cents]]:
    """The decisions to transfer something to collection, with what is still unpaid of it; the newest first."""
    unpaid = {row.due_date.isoformat(): row.open_cents for row in stands.overdue_rows}
    found = [(each, sum(unpaid.get(due, 0) for due in each.due_dates)) for each in transfers_of(g.db, stands.loan)]
    return [(each, cents) for each, cents in found if cents]
