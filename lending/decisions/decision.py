"""The decision: made by another person than the preparer, written in a letter that stays as it was sent."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lending.assessment.model import Worksheet
from lending.assessment.norm_choice import require_norm
from lending.basics.actor import Actor
from lending.basics.errors import Refused
from lending.basics.money import Cents
from lending.cases import authority, casework, documents, notices, timeline
from lending.cases.deadlines import local_day
from lending.cases.model import Case
from lending.decisions.limits import check_grant
from lending.decisions.model import Decision, Proposal
from lending.decisions.proposal import cited_clauses, open_proposal, waiting_proposal
from lending.decisions.states import PROPOSAL
from lending.decisions.time_limits import known_on, last_day
from lending.fund import booking as fund
from lending.policy.policies import Policy

#: Writes the letter of a decision that has all its facts, in the decision's language.
Render = Callable[[Decision], str]


@dataclass(frozen=True, slots=True)
class Grant:
    """What is granted: cents, months, a purpose of the policy, conditions in words."""

    amount_cents: Cents
    months: int
    purpose: str
    conditions: str = ""
    reasons: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the application is refused: the ids of the clauses, at least one, and the reasons in words."""

    clauses: Iterable[str]
    reasons: str


def confirm_proposal(
    db: Session, case: Case, render: Render, by: Actor, at: datetime, channel: str = "letter"
) -> Decision:
    """Decide as proposed. Raises as ``decide``."""
    policy, proposal = _require_decider(db, case, by)
    return _make(db, case, policy, proposal, _as_proposed(proposal), "confirm", render, by, at, channel)


def preview_decision(
    db: Session, case: Case, proposal: Proposal, by: Actor, at: datetime, channel: str = "letter"
) -> Decision:
    """The decision as it would be, were ``by`` to confirm the proposal now and send it by ``channel``: kept nowhere."""
    decision = _as_proposed(proposal)
    _fill_in(decision, case, authority.policy_of(db, case), proposal, by, at, channel)
    return decision


def decide(
    db: Session, case: Case, outcome: Grant | Refusal, render: Render, by: Actor, at: datetime, channel: str = "letter"
) -> Decision:
    """Decide otherwise than proposed, with reasons of one's own.

    The decision is sent on the day it is made by ``channel``; from that day follow the day it is known and the last
    day to challenge it. Its letter is frozen, a notice queued, and the case is granted or refused.
    Raises ``Refused``: ``preparer-cannot-decide``, ``reasons-missing``, ``clauses-missing``, ``clause-unknown``, the
    hard limits of a grant (``check_grant``), what the decider's mandate does not reach (``require_mandate``),
    ``not-in-this-state``; ``NotAllowed``; ``NotFound`` without a proposal.
    """
    policy, proposal = _require_decider(db, case, by)
    if not outcome.reasons.strip():
        raise Refused("reasons-missing", field="reasons")
    if isinstance(outcome, Refusal):
        clauses = cited_clauses(policy, outcome.clauses)
        decision = Decision(kind="refusal", reasons=outcome.reasons.strip(), clauses=clauses)
    else:
        decision = Decision(
            kind="grant",
            amount_cents=outcome.amount_cents,
            months=outcome.months,
            purpose=outcome.purpose,
            conditions=outcome.conditions.strip() or None,
            reasons=outcome.reasons.strip(),
        )
    return _make(db, case, policy, proposal, decision, "overrule", render, by, at, channel)


def decision_of(db: Session, case: Case) -> Decision | None:
    """The decision on the case, or ``None`` while there is none."""
    return db.scalar(select(Decision).where(Decision.case_id == case.id).order_by(Decision.decided_at.desc()).limit(1))


def may_decide(db: Session, case: Case, by: Actor) -> bool:
    """Whether the actor may decide the proposal that waits: has the right, and did not prepare it."""
    proposal = waiting_proposal(db, case)
    return bool(proposal and proposal.proposed_by_id != by.id and authority.allows(db, by, "decide", case))


def _require_decider(db: Session, case: Case, by: Actor) -> tuple[Policy, Proposal]:
    policy = authority.require(db, by, "decide", case)
    casework.locked(db, case)
    if case.state != "waiting_for_decision":
        raise Refused("not-in-this-state", subject="case", act="decide", state=case.state)
    proposal = open_proposal(db, case)
    # Two people: whatever roles a person has, nobody decides what they have prepared themselves.
    if proposal.proposed_by_id == by.id:
        raise Refused("preparer-cannot-decide")
    return policy, proposal


def _make(
    db: Session,
    case: Case,
    policy: Policy,
    proposal: Proposal,
    decision: Decision,
    ending: str,
    render: Render,
    by: Actor,
    at: datetime,
    channel: str,
) -> Decision:
    granted = decision.kind == "grant"
    if granted:
        assert decision.amount_cents is not None and decision.months is not None and decision.purpose is not None
        authority.require_mandate(by, policy, "decide", decision.amount_cents, decision.months)
        # Held until the transaction ends: two decisions at once never pass a cap together.
        fund.hold(db, case.organisation)
        check_grant(db, case, policy, decision.amount_cents, decision.months, decision.purpose, local_day(at))
        sheet = db.get(Worksheet, proposal.worksheet_id) if proposal.worksheet_id else None
        if sheet is not None:
            require_norm(policy, sheet.norm, decision.amount_cents, decision.months)
        decision.clauses = [policy.cite(policy.purposes[decision.purpose].clause)]
    _fill_in(decision, case, policy, proposal, by, at, channel)
    db.add(decision)
    proposal.state = PROPOSAL.after(ending, proposal.state)
    proposal.ended_at, proposal.ended_by_id = at, by.id
    casework.move(db, case, "grant" if granted else "refuse", at)
    if proposal.kind == "grant" and proposal.amount_cents:
        fund.release(db, case.organisation, case.id, proposal.amount_cents, at)
    if granted and decision.amount_cents:
        fund.grant(db, case.organisation, case.id, decision.amount_cents, at)
    decision.document_id = documents.freeze(db, case, "decision", case.language, render(decision), at).id
    timeline.append(db, case, "credit-granted" if granted else "credit-refused", by, at, **_told(decision))
    notices.queue(db, case, "decision-made", at)
    return decision


def _as_proposed(proposal: Proposal) -> Decision:
    return Decision(
        kind=proposal.kind,
        amount_cents=proposal.amount_cents,
        months=proposal.months,
        purpose=proposal.purpose,
        conditions=proposal.conditions,
        reasons=proposal.reasons,
        clauses=list(proposal.clauses),
    )


def _fill_in(
    decision: Decision, case: Case, policy: Policy, proposal: Proposal, by: Actor, at: datetime, channel: str
) -> None:
    """Who decides of what and when, how it is sent, and the last day to challenge it."""
    assert by.id is not None
    decision.case_id, decision.proposal_id, decision.policy = case.id, proposal.id, policy.id
    decision.prepared_by_id, decision.decided_by_id, decision.decided_at = proposal.proposed_by_id, by.id, at
    decision.language, decision.channel, decision.sent_on = case.language, channel, local_day(at)
    decision.known_on = known_on(decision.sent_on, channel)
    decision.last_day_to_claim = last_day(decision.known_on, policy.review.days)


def _told(decision: Decision) -> dict[str, object]:
    if decision.kind == "refusal":
        return {"clauses": decision.clauses}
    return {"amount_cents": decision.amount_cents, "months": decision.months}
