"""What no grant may pass: the limits of the criteria, each refused by its clause. Everything else is judgment."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lending.assessment.checks import bounds_under
from lending.assessment.grounds import BINDING, other_loans
from lending.basics.errors import Refused
from lending.basics.money import Cents
from lending.cases.casework import of_the_same_borrowers
from lending.cases.model import Case
from lending.decisions.model import Decision
from lending.fund.position import check_room
from lending.policy.figures import figures_of, rate_on
from lending.policy.policies import Policy


def check_grant(
    db: Session, case: Case, policy: Policy, amount_cents: Cents, months: int, purpose: str, day: date
) -> None:
    """Check a grant against the hard limits on the day.

    Raises ``Refused`` with the code of the limit and its clause: ``amount-outside-limits``, ``term-outside-limits``,
    ``instalment-below-minimum``, ``purpose-unknown``, ``second-loan``, ``client-limit-passed``, the caps on what is
    lent in all (``check_room``); and ``figure-missing`` or ``figure-not-confirmed`` where the rate of interest or the
    norm of the day cannot be relied on.
    """
    if not policy.amount_min_cents <= amount_cents <= policy.amount_max_cents:
        raise Refused(
            "amount-outside-limits",
            field="amount",
            least_cents=policy.amount_min_cents,
            most_cents=policy.amount_max_cents,
            clause=_cited(policy, "amount"),
        )
    if not 1 <= months <= policy.term_months_max:
        raise Refused(
            "term-outside-limits",
            field="months",
            most_months=policy.term_months_max,
            clause=_cited(policy, "term"),
        )
    if purpose not in policy.purposes:
        raise Refused("purpose-unknown", field="purpose", clause=_cited(policy, "purpose-allowed"))
    _check_figures(db, policy, amount_cents, months, day)
    second_loan = policy.clause_checked_by("second-loan")
    if second_loan and other_loans(db, case):
        raise Refused("second-loan", clause=policy.cite(second_loan.id))
    _check_client(db, case, policy, amount_cents)
    check_room(db, policy, amount_cents, day)


def _check_client(db: Session, case: Case, policy: Policy, amount_cents: Cents) -> None:
    """Where the most is of a client, all their loans count that have been granted and not yet repaid (kemi-2016:4a)."""
    if policy.amount_max_per != "client":
        return
    granted = db.scalar(
        select(func.coalesce(func.sum(Decision.amount_cents), 0))
        .join(Case, Case.id == Decision.case_id)
        .where(Decision.kind == "grant", of_the_same_borrowers(case), Case.state.in_(BINDING))
    )
    left = max(0, policy.amount_max_cents - (granted or 0))
    if amount_cents > left:
        raise Refused(
            "client-limit-passed",
            field="amount",
            most_cents=policy.amount_max_cents,
            granted_cents=granted,
            left_cents=left,
            clause=_cited(policy, "amount"),
        )


def _check_figures(db: Session, policy: Policy, amount_cents: Cents, months: int, day: date) -> None:
    """The rate and the norm of the day must be there and confirmed, and the smallest instalment must be reached."""
    figures = figures_of(db)
    figures.norm(policy.norm.main, day)
    _, highest = bounds_under(policy, amount_cents, months, rate_on(figures, policy, day))
    if highest < policy.instalment_min_cents:
        raise Refused(
            "instalment-below-minimum",
            field="months",
            least_cents=policy.instalment_min_cents,
            most_months=max(1, amount_cents // policy.instalment_min_cents),
            clause=_cited(policy, "instalment"),
        )


def _cited(policy: Policy, check: str) -> str | None:
    clause = policy.clause_checked_by(check)
    return policy.cite(clause.id) if clause else None
