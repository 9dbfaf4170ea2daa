"""Who may act on a case: the policy's delegation, the organisation and unit, and the one rule that nobody bends."""

from sqlalchemy.orm import Session

from lending.basics.actor import Actor
from lending.basics.errors import NotAllowed, NotFound
from lending.cases.model import Case
from lending.policy.policies import Policy, policies_of


def policy_of(db: Session, case: Case) -> Policy:
    """The policy the case is handled under: the one in force when it was submitted."""
    return policies_of(db).by_id(case.policy)


def require(db: Session, by: Actor, act: str, case: Case) -> Policy:
    """Check that the member of staff may do ``act`` on the case, and return the policy it is under.

    Raises ``NotFound`` where the case is of another organisation or unit, ``NotAllowed`` where no role of the actor
    carries the act by the policy's delegation.
    """
    if not by.is_staff:
        raise NotAllowed(act)
    if case.organisation != by.organisation or case.unit != by.unit:
        raise NotFound
    policy = policy_of(db, case)
    if not by.roles & policy.roles_for(act):
        raise NotAllowed(act)
    return policy


def require_own(by: Actor, case: Case) -> None:
    """Check that the citizen acts on their own case. Raises ``NotFound``: another's case does not exist for them."""
    if not by.is_citizen or case.citizen_id != by.id:
        raise NotFound
