"""What every change request shares: finding, taking, releasing and withdrawing one, and the borrower's own duties."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lending.basics.actor import Actor
from lending.basics.errors import NotFound, Refused
from lending.cases import authority, timeline
from lending.cases.model import Case
from lending.changes.model import ChangeRequest
from lending.changes.states import CHANGE_REQUEST, deciding_act
from lending.decisions.proposal import cited_clauses
from lending.loans.model import Loan
from lending.policy.policies import Policy

_OPEN = tuple(name for name, state in CHANGE_REQUEST.states.items() if not state.final)


def own_request(db: Session, request_id: UUID, by: Actor) -> ChangeRequest:
    """A request on the citizen's own loan. Raises ``NotFound`` for anybody else's."""
    request = db.get(ChangeRequest, request_id)
    if request is None:
        raise NotFound
    authority.require_borrower(db, by, case_of(db, request))
    return request


def staff_request(db: Session, request_id: UUID, by: Actor, act: str = "view-case") -> ChangeRequest:
    """The request for a member of staff who may do ``act`` on its case. Raises ``NotFound``, ``NotAllowed``."""
    request = db.get(ChangeRequest, request_id)
    if request is None:
        raise NotFound
    authority.require(db, by, act, case_of(db, request))
    return request


def requests_of(db: Session, loan: Loan) -> list[ChangeRequest]:
    """Every change request of the loan, newest first."""
    query = select(ChangeRequest).where(ChangeRequest.loan_id == loan.id)
    return list(db.scalars(query.order_by(ChangeRequest.requested_at.desc(), ChangeRequest.id)))


def open_request(db: Session, loan: Loan, kind: str) -> ChangeRequest | None:
    """The request of this kind that waits for a decision, if there is one."""
    query = select(ChangeRequest).where(ChangeRequest.loan_id == loan.id, ChangeRequest.kind == kind)
    return db.scalar(query.where(ChangeRequest.state.in_(_OPEN)))


def case_of(db: Session, request: ChangeRequest) -> Case:
    """The case the request belongs to."""
    return db.get_one(Case, request.case_id)


def take_request(db: Session, request: ChangeRequest, by: Actor, at: datetime) -> None:
    """Take the request to work on: the unit that prepares cases may, and the unit whose turn it is.

    Raises ``Refused("request-taken")`` where a colleague has it.
    """
    case = case_of(db, request)
    authority.require(db, by, "take-case", case, also=[deciding_act(request.kind, request.state)])
    locked(db, request)
    if request.handler_id not in (None, by.id):
        raise Refused("request-taken")
    if request.state == "requested":
        move(db, request, "take")
    elif CHANGE_REQUEST.states[request.state].final:
        raise Refused("not-in-this-state", subject="change_request", act="take", state=request.state)
    request.handler_id = by.id
    db.flush()
    timeline.append(db, case, "change-request-taken", by, at, request_id=request.id, change=request.kind)


def withdraw_request(db: Session, request: ChangeRequest, by: Actor, at: datetime) -> None:
    """The borrower takes the request back before it is decided. Raises ``NotFound``, ``Refused``."""
    case = case_of(db, request)
    authority.require_borrower(db, by, case)
    move(db, request, "withdraw")
    timeline.append(db, case, "change-request-withdrawn", by, at, request_id=request.id, change=request.kind)


def new_request(db: Session, loan: Loan, case: Case, kind: str, reason: str, by: Actor, at: datetime) -> ChangeRequest:
    """A request of the borrower, not yet saved. Raises ``Refused``: ``loan-not-running``, ``reason-missing``,
    ``change-already-requested``; ``NotFound`` for another's loan.
    """
    authority.require_borrower(db, by, case)
    assert by.id is not None
    if loan.state != "running":
        raise Refused("loan-not-running")
    if not reason.strip():
        raise Refused("reason-missing", field="reason")
    if open_request(db, loan, kind):
        raise Refused("change-already-requested")
    return ChangeRequest(
        loan_id=loan.id,
        case_id=case.id,
        organisation=loan.organisation,
        kind=kind,
        state="requested",
        reason=reason.strip(),
        requested_at=at,
        requested_by_id=by.id,
    )


def move(db: Session, request: ChangeRequest, act: str) -> None:
    """Move the request by ``act`` of its state table. Raises ``Refused("not-in-this-state")``."""
    locked(db, request)
    request.state = CHANGE_REQUEST.after(act, request.state)
    db.flush()


def locked(db: Session, request: ChangeRequest) -> None:
    """Hold the request until the transaction ends, so that two people cannot decide it at once."""
    db.flush()
    db.refresh(request, with_for_update=True)


def decided(
    db: Session,
    request: ChangeRequest,
    policy: Policy,
    act: str,
    reasons: str,
    clauses: list[str],
    by: Actor,
    at: datetime,
) -> None:
    """Write the decision on the request. A refusal needs its reasons and the clauses it rests on.

    Raises ``Refused``: ``reasons-missing``, ``clauses-missing``, ``clause-unknown``, ``not-in-this-state``.
    """
    if act == "refuse" and not reasons.strip():
        raise Refused("reasons-missing", field="reasons")
    cited = cited_clauses(policy, clauses) if clauses or act == "refuse" else []
    move(db, request, act)
    request.decision_reasons = reasons.strip() or None
    request.decision_clauses = cited
    request.decided_at, request.decided_by_id = at, by.id
    db.flush()
