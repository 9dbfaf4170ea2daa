"""The preparer's proposal: a grant or a refusal, made, withdrawn, or returned for more preparation."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lending.applications.co_borrowers import require_answered
from lending.applications.model import Application
from lending.assessment import grounds, worksheet
from lending.assessment.norm_choice import require_norm
from lending.basics.actor import Actor
from lending.basics.errors import NotAllowed, Refused
from lending.basics.money import Cents
from lending.cases import authority, casework, timeline
from lending.cases.deadlines import local_day
from lending.cases.model import Case
from lending.decisions.limits import check_grant
from lending.decisions.model import Proposal
from lending.decisions.states import PROPOSAL
from lending.fund import booking as fund
from lending.policy.policies import Policy


def propose_grant(
    db: Session,
    case: Case,
    *,
    amount_cents: Cents,
    months: int,
    purpose: str,
    conditions: str = "",
    reasons: str = "",
    by: Actor,
    at: datetime,
) -> Proposal:
    """Propose that the loan be granted: cents, months, a purpose of the policy, conditions and reasons in words.

    Raises ``Refused``: the hard limits (``check_grant``), ``worksheet-missing``, ``norm-exception-outside-limits``,
    ``grounds-not-judged`` with the clauses that a person must still judge, ``partial-grant-needs-reasons``,
    ``case-not-yours``, ``not-in-this-state``.
    """
    policy = casework.require_in_hand(db, case, by, "propose", "propose")
    require_answered(db, case)
    check_grant(db, case, policy, amount_cents, months, purpose, local_day(at))
    asked = db.get_one(Application, case.id).amount_cents
    # Less than was asked for is in part a refusal, and a refusal is always reasoned (434/2003 § 45).
    if asked is not None and amount_cents < asked and not reasons.strip():
        raise Refused("partial-grant-needs-reasons", field="reasons", asked_cents=asked)
    sheet = worksheet.current(db, case)
    if sheet is None:
        raise Refused("worksheet-missing")
    # A worksheet by the exception of the criteria carries no larger or longer loan than the exception is for.
    require_norm(policy, sheet.norm, amount_cents, months)
    findings = grounds.check_grounds(db, case, by, at)
    unjudged = grounds.open_clauses(findings)
    if unjudged:
        raise Refused("grounds-not-judged", clauses=[policy.cite(clause) for clause in unjudged])
    proposal = Proposal(
        kind="grant",
        amount_cents=amount_cents,
        months=months,
        purpose=purpose,
        conditions=conditions.strip() or None,
        reasons=reasons.strip() or None,
        clauses=[policy.cite(policy.purposes[purpose].clause)],
    )
    return _put_forward(db, case, proposal, by, at)


def propose_refusal(
    db: Session, case: Case, *, clauses: Iterable[str], reasons: str, by: Actor, at: datetime
) -> Proposal:
    """Propose that the application be refused: the ids of the clauses it rests on, at least one, and the reasons.

    Raises ``Refused("clauses-missing")``, ``Refused("clause-unknown")``, ``Refused("reasons-missing")``,
    ``case-not-yours``, ``not-in-this-state``.
    """
    policy = casework.require_in_hand(db, case, by, "propose", "propose")
    cited = cited_clauses(policy, clauses)
    if not reasons.strip():
        raise Refused("reasons-missing", field="reasons")
    return _put_forward(db, case, Proposal(kind="refusal", reasons=reasons.strip(), clauses=cited), by, at)


def withdraw_proposal(db: Session, case: Case, by: Actor, at: datetime) -> Proposal:
    """Take the proposal back to go on preparing. Only the one who made it may. Raises ``Refused``, ``NotAllowed``."""
    authority.require(db, by, "propose", case)
    proposal = open_proposal(db, case)
    if proposal.proposed_by_id != by.id:
        raise NotAllowed("propose")
    _end(db, case, proposal, "withdraw", None, by, at)
    timeline.append(db, case, "proposal-withdrawn", by, at)
    return proposal


def return_proposal(db: Session, case: Case, note: str, by: Actor, at: datetime) -> Proposal:
    """Return the case to preparation, telling in ``note`` what is missing.

    Raises ``Refused("note-missing")``, ``Refused("not-in-this-state")``, ``NotAllowed``.
    """
    authority.require(db, by, "decide", case)
    proposal = open_proposal(db, case)
    if not note.strip():
        raise Refused("note-missing", field="note")
    _end(db, case, proposal, "return", note.strip(), by, at)
    timeline.append(db, case, "proposal-returned", by, at)
    return proposal


def waiting_proposal(db: Session, case: Case) -> Proposal | None:
    """The proposal that waits for a decision, or ``None``: also where the applicant has withdrawn what it is about."""
    # Of an application that was withdrawn nobody has ended the proposal.
    if case.state != "waiting_for_decision":
        return None
    return db.scalar(select(Proposal).where(Proposal.case_id == case.id, Proposal.state == "open"))


def open_proposal(db: Session, case: Case) -> Proposal:
    """The proposal that waits for a decision. Raises ``Refused("not-in-this-state")`` where there is none."""
    proposal = waiting_proposal(db, case)
    if proposal is None:
        raise Refused("not-in-this-state", subject="proposal", act="decide", state=case.state)
    return proposal


def proposals_of(db: Session, case: Case) -> list[Proposal]:
    """Every proposal on the case, newest first."""
    return list(db.scalars(select(Proposal).where(Proposal.case_id == case.id).order_by(Proposal.proposed_at.desc())))


def given_back(db: Session, case: Case) -> Proposal | None:
    """The proposal that the case came back to preparation with, returned or taken back; ``None`` where none did."""
    newest = next(iter(proposals_of(db, case)), None) if case.state == "in_preparation" else None
    return newest if newest is not None and newest.state in ("returned", "withdrawn") else None


def cited_clauses(policy: Policy, clauses: Iterable[str]) -> list[str]:
    """Full citations of the clause ids (given with or without the policy's own id), each once, in the policy's order.

    Raises ``Refused("clauses-missing")`` for none and ``Refused("clause-unknown")`` for one that is not there.
    """
    wanted = {clause.removeprefix(f"{policy.id}:") for clause in clauses}
    if not wanted:
        raise Refused("clauses-missing", field="clauses")
    unknown = wanted - set(policy.clauses)
    if unknown:
        raise Refused("clause-unknown", field="clauses", clause=min(unknown))
    return [policy.cite(clause) for clause in policy.clauses if clause in wanted]


def _put_forward(db: Session, case: Case, proposal: Proposal, by: Actor, at: datetime) -> Proposal:
    assert by.id is not None
    sheet = worksheet.current(db, case)
    if sheet is not None:
        worksheet.settle(db, sheet)
        proposal.worksheet_id = sheet.id
    proposal.case_id, proposal.state = case.id, "open"
    proposal.proposed_by_id, proposal.proposed_at = by.id, at
    db.add(proposal)
    casework.move(db, case, "propose", at)
    if proposal.kind == "grant" and proposal.amount_cents:
        fund.reserve(db, case.organisation, case.id, proposal.amount_cents, at)
    timeline.append(db, case, "proposal-made", by, at, proposed=proposal.kind)
    return proposal


def _end(db: Session, case: Case, proposal: Proposal, act: str, note: str | None, by: Actor, at: datetime) -> None:
    casework.move(db, case, "return-to-preparation", at)
    if proposal.kind == "grant" and proposal.amount_cents:
        fund.release(db, case.organisation, case.id, proposal.amount_cents, at)
    proposal.state = PROPOSAL.after(act, proposal.state)
    proposal.return_note, proposal.ended_at, proposal.ended_by_id = note, at, by.id
    worksheet.reopen(db, case, at)
