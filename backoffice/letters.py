"""Decision letters: the facts of a decision written out in the language of the case, ready to be frozen."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from lending.applications.co_borrowers import co_borrower_of, may_borrow_together
from lending.applications.model import Application
from lending.basics.actor import Actor
from lending.basics.money import Cents
from lending.cases.deadlines import local_day
from lending.cases.model import Case, CoBorrower
from lending.decisions.casefile import figures_behind
from lending.decisions.decision import Render, preview_decision
from lending.decisions.letter import LetterFacts, letter_facts
from lending.decisions.model import Decision, Proposal
from lending.loans.affordability import Conditions, instalment_of
from lending.loans.outlook import conditions_on
from lending.people import citizens
from lending.people.citizens import masked_hetu
from web.letters import as_written, write_letter


def decision_letter(db: Session) -> Render:
    """What ``decide`` and ``confirm_proposal`` take as ``render``: writes the letter of a decision as HTML.

    The letter is a fragment (``h2`` and below) in the decision's language, whoever's language the page is in.
    """
    return lambda decision: render_decision(db, decision)


def render_decision(db: Session, decision: Decision, signed: bool = True) -> str:
    """The letter of the decision, with reasons, provisions, contact person and rectification instructions.

    ``signed=False`` leaves out who decides: nobody has yet.
    """
    context = _context(db, letter_facts(db, decision)) | {"signed": signed}
    return write_letter("decision", decision.language, **context)


def _context(db: Session, facts: LetterFacts) -> dict[str, Any]:
    decision, case, policy, language = facts.decision, facts.case, facts.policy, facts.decision.language
    application = db.get_one(Application, case.id)
    applied = policy.purposes.get(application.purpose or "")
    granted = decision.kind == "grant"
    purpose = policy.purposes.get(decision.purpose or "")
    conditions = conditions_on(db, policy, local_day(decision.decided_at))
    return {
        "organisation": policy.organisation,
        "policy": policy,
        "case_number": case.number,
        "decided_on": local_day(decision.decided_at),
        "applicant_name": facts.citizen.display_name,
        "applicant_code": masked_hetu(db, facts.citizen),
        "together": together_in_letter(db, co_borrower_of(db, case) if may_borrow_together(policy) else None),
        "applied_amount_cents": application.amount_cents,
        "applied_months": application.months,
        "applied_purpose": applied.names[language] if applied else "",
        "purpose_details": application.purpose_details,
        "pending_since": local_day(case.pending_since or case.opened_at),
        "complete_since": local_day(case.complete_since) if case.complete_since else None,
        "granted": granted,
        "in_part": granted and _is_less(decision, application.amount_cents),
        "amount_cents": decision.amount_cents,
        "months": decision.months,
        "purpose": facts.purpose_name,
        "payee": purpose.payee if purpose else None,
        "conditions": decision.conditions,
        "rate": conditions.percent if granted and conditions else None,
        "instalment_cents": _instalment(decision, conditions),
        "figures": figures_behind(db, decision),
        "reasons": paragraphs(decision.reasons),
        "clauses": facts.clauses,
        "decider_name": facts.decider.display_name,
        "decider_title": facts.decider.title,
        "contact_name": facts.contact.display_name,
        "contact_title": facts.contact.title,
        "contact_phone": facts.contact.phone,
        "contact_email": facts.contact.email,
        "channel": decision.channel,
        "notice_on": decision.known_on,
        "claim_by": decision.last_day_to_claim,
    }


def together_in_letter(db: Session, other: CoBorrower | None) -> dict[str, Any] | None:
    """The other borrower and how the liability is divided, in per cent; no shares where both answer for all of it."""
    if other is None or other.citizen_id is None or other.state != "accepted":
        return None
    citizen = citizens.get(db, other.citizen_id)
    shares = [None if each is None else Decimal(each) / 10 for each in (other.own_share_permille, other.share_permille)]
    return {
        "name": citizen.display_name,
        "code": masked_hetu(db, citizen),
        "own_share": shares[0],
        "share": shares[1],
    }


def paragraphs(text: str | None) -> list[str]:
    """The paragraphs of what somebody wrote."""
    return [part.strip() for part in (text or "").replace("\r", "").split("\n") if part.strip()]


def _is_less(decision: Decision, asked: Cents | None) -> bool:
    return asked is not None and decision.amount_cents is not None and decision.amount_cents < asked


def _instalment(decision: Decision, conditions: Conditions | None) -> Cents | None:
    if conditions is None or not decision.amount_cents or not decision.months:
        return None
    return instalment_of(decision.amount_cents, decision.months, conditions)


def preview_letter(db: Session, case: Case, proposal: Proposal, by: Actor, at: datetime) -> Markup:
    """The letter as it would be, were ``by`` to confirm the proposal now and send it by letter. Nothing is kept."""
    draft = preview_decision(db, case, proposal, by, at)
    return as_written(render_decision(db, draft, signed=False))
