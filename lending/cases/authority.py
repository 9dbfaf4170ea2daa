"""Who may act on a case: the policy's delegation, the arrangement of units, and the one rule that nobody bends.

How the work is organised is taken from the organisation's newest criteria and holds for every case; who may do what,
and how far each mandate reaches, from the criteria that the case is under.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from lending.basics.actor import Actor
from lending.basics.errors import NotAllowed, NotFound, Refused
from lending.basics.money import Cents
from lending.cases.model import Case, CoBorrower
from lending.policy.policies import Arrangement, Mandate, Policy, policies_of


def policy_of(db: Session, case: Case) -> Policy:
    """The policy the case is handled under: the one in force when it was submitted."""
    return policies_of(db).by_id(case.policy)


def arrangement_of(db: Session, organisation: str | None) -> Arrangement | None:
    """How the organisation has given its work to units; ``None`` for one that is not in this installation."""
    try:
        return policies_of(db).organisation(organisation or "").arrangement
    except NotFound:
        return None


def require(db: Session, by: Actor, act: str, case: Case, also: Iterable[str] = ()) -> Policy:
    """Check that the member of staff may do ``act`` on the case, and return the policy it is under.

    ``also``: acts whose unit may do this one too. Raises ``NotFound`` where the case is of another organisation or
    of a unit that the actor's has no work for; ``NotAllowed`` where no role of the actor carries the act by the
    policy's delegation, or the act is the work of another unit than the actor's.
    """
    if not by.is_staff:
        raise NotAllowed(act)
    arrangement = arrangement_of(db, case.organisation)
    if case.organisation != by.organisation or arrangement is None or case.unit is None:
        raise NotFound
    if by.unit not in arrangement.units_of(case.unit):
        raise NotFound
    policy = policy_of(db, case)
    if not by.roles & policy.roles_for(act):
        raise NotAllowed(act)
    units = {arrangement.unit_for(each, case.unit) for each in (act, *also)}
    if None not in units and by.unit not in units:
        raise NotAllowed(act)
    return policy


def allows(db: Session, by: Actor, act: str, case: Case, also: Iterable[str] = ()) -> bool:
    """Whether ``require`` lets the actor do ``act``: for showing or hiding a button."""
    try:
        require(db, by, act, case, also)
    except (NotAllowed, NotFound):
        return False
    return True


def require_mandate(by: Actor, policy: Policy, act: str, amount_cents: Cents, months: int) -> Mandate:
    """Check that a mandate of the actor for ``act`` reaches the amount and the months, and return it.

    Raises ``NotAllowed`` where the actor has none; ``Refused``: ``mandate-amount`` or ``mandate-months`` with how far
    the widest one reaches, and its clause.
    """
    held = [mandate for mandate in policy.delegation.get(act, ()) if mandate.roles & by.roles]
    if not held:
        raise NotAllowed(act)
    reaching = next((mandate for mandate in held if mandate.covers(amount_cents, months)), None)
    if reaching is not None:
        return reaching
    widest = max(held, key=lambda mandate: (_reach(mandate.amount_max_cents), _reach(mandate.months_max)))
    clause = policy.cite(widest.clause) if widest.clause else policy.id
    if not widest.covers(amount_cents, None):
        raise Refused("mandate-amount", field="amount", most_cents=widest.amount_max_cents, clause=clause)
    raise Refused("mandate-months", field="months", most_months=widest.months_max, clause=clause)


def mandates_for(policy: Policy, act: str, amount_cents: Cents, months: int) -> tuple[Mandate, ...]:
    """The mandates for ``act`` that reach the amount and the months."""
    return tuple(mandate for mandate in policy.delegation.get(act, ()) if mandate.covers(amount_cents, months))


def require_own(by: Actor, case: Case) -> None:
    """Check that the citizen acts on their own case. Raises ``NotFound``: another's case does not exist for them."""
    if not by.is_citizen or case.citizen_id != by.id:
        raise NotFound


def is_co_borrower(db: Session, by: Actor, case: Case) -> bool:
    """Whether the citizen has accepted to borrow together with the applicant of the case, which has been sent."""
    return by.is_citizen and case.state != "draft" and db.scalar(select(exists(borrowed_together(by, case.id)))) is True


def borrowed_together(by: Actor, case_id: UUID | None = None) -> Select[UUID]:
    """The cases (or the one) in which the citizen is the second borrower, for a subquery."""
    query = select(CoBorrower.case_id).where(CoBorrower.citizen_id == by.id, CoBorrower.state == "accepted")
    return query if case_id is None else query.where(CoBorrower.case_id == case_id)


def require_borrower(db: Session, by: Actor, case: Case) -> None:
    """Check that the citizen is the applicant of the case or borrows together with them. Raises ``NotFound``."""
    if not is_co_borrower(db, by, case):
        require_own(by, case)


def _reach(limit: int | None) -> tuple[bool, int]:
    """How far a limit goes, in an order where no limit goes furthest."""
    return (limit is None, limit or 0)
