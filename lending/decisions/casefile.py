"""Where a case stands, for whoever opens it: what is there, what is missing, what waits. Read in a few queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lending.applications.attachment_duty import missing_attachments
from lending.applications.consent import valid_consent
from lending.applications.model import Application, Consent, ConsentUse, SupplementRequest
from lending.applications.supplements import open_request
from lending.assessment import worksheet
from lending.assessment.capacity import Capacity, capacity_of
from lending.assessment.grounds import findings_of
from lending.assessment.model import GroundFinding, Worksheet
from lending.basics.money import Cents
from lending.cases import attachments, authority
from lending.cases.model import Attachment, Case, Note
from lending.decisions.decision import decision_of
from lending.decisions.model import Decision, Proposal
from lending.decisions.proposal import waiting_proposal


@dataclass(frozen=True, slots=True)
class Casefile:
    """What a case holds. ``missing`` are the kinds of attachment that the applicant must give and has not given."""

    application: Application
    attachments: Sequence[Attachment]
    missing: Sequence[str]
    consent: Consent | None
    consent_uses: int
    request: SupplementRequest | None
    worksheet: Worksheet | None
    capacity: Capacity | None
    findings: Sequence[GroundFinding]
    proposal: Proposal | None
    decision: Decision | None
    notes: int

    @property
    def unjudged(self) -> int:
        """How many clauses a person must still judge before a grant can be proposed."""
        return sum(finding.is_open for finding in self.findings)

    @property
    def against(self) -> list[str]:
        """The clauses that the application does not stand, by judgment or, where there is none, by data."""
        return clauses_against(self.findings)


@dataclass(frozen=True, slots=True)
class Outline:
    """What one must have before one's eyes when proposing or deciding: what is asked for, what is left a month, and
    the clauses that the application does not stand."""

    application: Application
    capacity: Capacity | None
    against: list[str]


@dataclass(frozen=True, slots=True)
class Figures:
    """The sums a decision rests on, in cents a month, and the norm they were computed by."""

    norm: str
    income_cents: Cents
    living_costs_cents: Cents
    other_costs_cents: Cents
    debt_costs_cents: Cents
    capacity_cents: Cents
    capacity_after_cents: Cents

    @property
    def arranged_cents(self) -> Cents:
        """By how much the loan would raise what is left a month, by paying off debts."""
        return self.capacity_after_cents - self.capacity_cents


def casefile(db: Session, case: Case, at: datetime) -> Casefile:
    """Read what the case holds at the moment."""
    application = db.get_one(Application, case.id)
    attached = attachments.attachments_of(db, case)
    sheet = worksheet.current(db, case)
    uses = select(func.count()).select_from(ConsentUse).join(Consent).where(Consent.case_id == case.id)
    return Casefile(
        application=application,
        attachments=attached,
        missing=missing_attachments(
            authority.policy_of(db, case), application, {attachment.kind for attachment in attached}
        ),
        consent=valid_consent(db, case, at),
        consent_uses=db.scalar(uses) or 0,
        request=open_request(db, case),
        worksheet=sheet,
        capacity=worksheet.capacity_on(sheet) if sheet else None,
        findings=findings_of(db, case),
        proposal=waiting_proposal(db, case),
        decision=decision_of(db, case),
        notes=db.scalar(select(func.count()).select_from(Note).where(Note.case_id == case.id)) or 0,
    )


def outline(db: Session, case: Case) -> Outline:
    """Read the outline of the case, in fewer queries than the whole of it takes."""
    sheet = worksheet.current(db, case)
    return Outline(
        application=db.get_one(Application, case.id),
        capacity=worksheet.capacity_on(sheet) if sheet else None,
        against=clauses_against(findings_of(db, case)),
    )


def clauses_against(findings: Iterable[GroundFinding]) -> list[str]:
    """The clauses among ``findings`` that the application does not stand."""
    return [finding.clause for finding in findings if finding.outcome == "not_met"]


def figures_behind(db: Session, decision: Decision) -> Figures | None:
    """The sums of the worksheet that the decision's proposal rested on; ``None`` where there was no worksheet."""
    proposal = db.get_one(Proposal, decision.proposal_id)
    sheet = db.get(Worksheet, proposal.worksheet_id) if proposal.worksheet_id else None
    if sheet is None:
        return None
    sums = capacity_of(sheet.lines)
    return Figures(
        norm=sheet.norm,
        income_cents=sums.income_cents,
        living_costs_cents=sums.norm_cents,
        other_costs_cents=sums.cost_cents,
        debt_costs_cents=sums.debt_before_cents,
        capacity_cents=sums.before_cents,
        capacity_after_cents=sums.after_cents,
    )
