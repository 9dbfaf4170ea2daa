"""Who may do what is not about a case, by the delegation of the criteria in force: figures, the year's money."""

from datetime import datetime

from sqlalchemy.orm import Session

from lending.basics.actor import Actor
from lending.basics.dates import local_day
from lending.basics.errors import NotAllowed
from lending.policy.policies import Policy, policies_of


def require_act(db: Session, by: Actor, act: str, at: datetime) -> Policy:
    """Check that the member of staff may do ``act`` today, and return the organisation's criteria of the day.

    Raises ``NotAllowed``; ``Refused("no-policy-in-force")``.
    """
    if not by.is_staff or by.organisation is None:
        raise NotAllowed(act)
    policy = policies_of(db).for_organisation(by.organisation, local_day(at))
    if not by.roles & policy.roles_for(act):
        raise NotAllowed(act)
    return policy
