"""The credit agreement: offered by the lender, accepted by the borrower, concluded by the official."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lending.applications.co_borrowers import co_borrower_of, require_answered
from lending.basics.actor import Actor
from lending.basics.dates import first_due_date
from lending.basics.errors import NotFound, Refused
from lending.cases import authority, casework, documents, notices, timeline
from lending.cases.deadlines import local_day
from lending.cases.model import Case, FrozenDocument
from lending.cases.states import CASE
from lending.decisions.decision import decision_of
from lending.decisions.model import Decision
from lending.loans.model import Agreement
from lending.loans.plan import Limits, Plan, Terms, plan
from lending.loans.rates import offered_rate
from lending.loans.states import AGREEMENT
from lending.policy.figures import figures_of
from lending.policy.policies import Policy

#: Writes the document of an agreement, with its plan, in the language of the case.
Render = Callable[[Agreement, Plan], str]


@dataclass(frozen=True, slots=True)
class Offer:
    """What the official chooses; the amount, months and purpose are the decision's.

    ``expected_on``: the day the money is expected to be paid out (today unless given). ``percent``: a rate below the
    reference rate, percent a year; ``None`` is the policy's. ``other_terms`` are words of the agreement.
    """

    due_day: str
    expected_on: date | None = None
    percent: Decimal | None = None
    other_terms: str = ""
    may_accelerate: bool = True


def preview_offer(db: Session, case: Case, offer: Offer, at: datetime) -> tuple[Agreement, Plan]:
    """The agreement that ``offer_agreement`` would make, unsaved, and its plan. Raises as it does."""
    policy = authority.policy_of(db, case)
    decision = decision_of(db, case)
    if decision is None or decision.kind != "grant":
        raise Refused("not-granted")
    agreement = _agreement(db, case, policy, decision, offer, at)
    return agreement, plan_of(agreement, policy)


def plan_of(agreement: Agreement, policy: Policy) -> Plan:
    """The plan of the agreement, as if the money were paid out on the day expected. Raises as ``plan``."""
    return plan(
        Terms(
            disbursements=((agreement.expected_on, agreement.principal_cents),),
            rates=((agreement.rate_from, agreement.rate_percent),),
            due_day=agreement.due_day,
            first_due=agreement.first_due_on,
            instalments=agreement.months,
            method=agreement.method,
            day_count=agreement.day_count,
            limits=Limits(policy.instalment_min_cents, policy.term_months_max),
        )
    )


def offer_agreement(
    db: Session, case: Case, offer: Offer, render: Render, by: Actor, at: datetime
) -> tuple[Agreement, Plan]:
    """Offer the borrower an agreement by the grant, with its plan; an earlier offer lapses.

    The document that ``render`` writes is frozen with its hash: the borrower accepts exactly that.
    Raises ``Refused``: ``not-granted``, ``due-day-not-allowed``, ``rate-above-reference``, ``expected-in-past``,
    what ``plan`` refuses, ``figure-not-confirmed``, ``not-in-this-state``; ``NotAllowed``.
    """
    authority.require(db, by, "prepare", case)
    assert by.id is not None
    casework.move(db, case, "offer-agreement", at)
    agreement, made = preview_offer(db, case, offer, at)
    earlier = agreements_of(db, case)
    for other in earlier:
        if other.state == "offered":
            other.state = AGREEMENT.after("lapse", other.state)
    agreement.number = len(earlier) + 1
    agreement.offered_by_id = by.id
    document = documents.freeze(db, case, "agreement", case.language, render(agreement, made), at)
    agreement.document_id, agreement.document_sha256 = document.id, document.sha256
    db.add(agreement)
    db.flush()
    facts = {"agreement_id": agreement.id, "amount_cents": agreement.principal_cents, "months": agreement.months}
    timeline.append(db, case, "agreement-offered", by, at, sha256=document.sha256, **facts)
    notices.queue(db, case, "agreement-offered", at, agreement_id=agreement.id)
    return agreement, made


def accept_agreement(db: Session, case: Case, by: Actor, at: datetime, document_sha256: str | None = None) -> Agreement:
    """A borrower accepts the agreement offered. ``document_sha256``: the hash of the document they were shown.

    Where spouses borrow together it goes on to the official when both have accepted. Raises ``NotFound`` for another's
    case, ``Refused``: ``agreement-changed`` where another offer has been made since, ``agreement-accepted-already``,
    ``not-in-this-state``.
    """
    authority.require_borrower(db, by, case)
    casework.locked(db, case)
    CASE.after("accept-agreement", case.state)
    agreement = agreement_of(db, case)
    if document_sha256 is not None and document_sha256 != agreement.document_sha256:
        raise Refused("agreement-changed")
    is_applicant = by.id == case.citizen_id
    if (agreement.accepted_at if is_applicant else agreement.co_accepted_at) is not None:
        raise Refused("agreement-accepted-already")
    if is_applicant:
        agreement.accepted_at, agreement.accepted_by_id = at, by.id
    else:
        agreement.co_accepted_at = at
    if agreement.accepted_at is not None and (agreement.co_borrower_id is None or agreement.co_accepted_at is not None):
        agreement.state = AGREEMENT.after("accept", agreement.state)
        casework.move(db, case, "accept-agreement", at)
    db.flush()
    timeline.append(db, case, "agreement-accepted", by, at, agreement_id=agreement.id, sha256=agreement.document_sha256)
    return agreement


def conclude_agreement(db: Session, case: Case, by: Actor, at: datetime) -> Agreement:
    """The official accepts it for the lender: the agreement is made, a copy is the borrower's to keep.

    Raises ``Refused``: ``document-broken`` where the document is not what was accepted, ``not-in-this-state``.
    """
    authority.require(db, by, "conclude-agreement", case)
    casework.move(db, case, "conclude-agreement", at)
    agreement = agreement_of(db, case)
    document = db.get(FrozenDocument, agreement.document_id)
    if document is None or document.sha256 != agreement.document_sha256 or not documents.is_intact(document):
        raise Refused("document-broken")
    agreement.state = AGREEMENT.after("conclude", agreement.state)
    agreement.concluded_at, agreement.concluded_by_id = at, by.id
    db.flush()
    timeline.append(
        db, case, "agreement-concluded", by, at, agreement_id=agreement.id, sha256=agreement.document_sha256
    )
    notices.queue(db, case, "agreement-concluded", at, agreement_id=agreement.id)
    return agreement


def agreements_of(db: Session, case: Case) -> list[Agreement]:
    """Every offer made in the case, in order; lapsed ones too."""
    return list(db.scalars(select(Agreement).where(Agreement.case_id == case.id).order_by(Agreement.number)))


def lapsed_documents_of(db: Session, case: Case) -> set[UUID | None]:
    """The documents of offers that a newer one has replaced."""
    return {each.document_id for each in agreements_of(db, case) if each.state == "lapsed"}


def agreement_of(db: Session, case: Case) -> Agreement:
    """The newest agreement of the case. Raises ``NotFound`` where none has been offered."""
    query = select(Agreement).where(Agreement.case_id == case.id).order_by(Agreement.number.desc()).limit(1)
    agreement = db.scalar(query)
    if agreement is None:
        raise NotFound
    return agreement


def _agreement(db: Session, case: Case, policy: Policy, decision: Decision, offer: Offer, at: datetime) -> Agreement:
    if offer.due_day not in policy.due_days:
        raise Refused("due-day-not-allowed", field="due_day", allowed=policy.due_days)
    expected = offer.expected_on or local_day(at)
    if expected < local_day(at):
        raise Refused("expected-in-past", field="expected_on", today=local_day(at))
    rate_from, percent = offered_rate(figures_of(db), policy, local_day(at), offer.percent)
    agreement = Agreement(
        case_id=case.id,
        number=1,
        state="offered",
        policy=policy.id,
        principal_cents=decision.amount_cents,
        months=decision.months,
        purpose=decision.purpose,
        due_day=offer.due_day,
        expected_on=expected,
        first_due_on=first_due_date(expected, offer.due_day, policy.first_due_after_days),
        method="equal_instalment",
        rate_percent=percent,
        rate_from=rate_from,
        day_count=policy.day_count,
        other_terms=offer.other_terms.strip() or None,
        may_accelerate=offer.may_accelerate,
        offered_at=at,
    )
    require_answered(db, case)
    together = co_borrower_of(db, case)
    agreement.co_borrower_id = together.id if together is not None and together.state == "accepted" else None
    made = plan_of(agreement, policy)
    agreement.instalment_cents, agreement.last_due_on = made.instalment_cents, made.last_due
    return agreement
