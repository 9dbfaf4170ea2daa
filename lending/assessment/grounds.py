"""Grounds and obstacles of a case: checked from data where possible, judged with reasons where not.

Nothing is refused here. The findings tell the preparer and the decider where the application stands, clause by
clause; what follows from them is a person's proposal and another person's decision.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lending.applications.model import Application
from lending.assessment import worksheet
from lending.assessment.checks import Gathered, StayingDebt, check_all
from lending.assessment.model import JUDGMENTS, GroundFinding, Worksheet
from lending.basics.actor import Actor
from lending.basics.errors import Refused
from lending.cases import casework, timeline
from lending.cases.deadlines import local_day
from lending.cases.model import Attachment, Case
from lending.people import citizens
from lending.people.model import Citizen
from lending.policy.figures import figures_of, rate_on
from lending.policy.policies import Clause, Policy

#: A case in one of these states is a loan of its citizen, or will be one: a second beside it may be forbidden.
BINDING = frozenset({"granted", "agreement_offered", "agreement_accepted", "agreement_concluded", "running"})


def assessed_clauses(policy: Policy) -> list[Clause]:
    """The clauses that an application is held against: grounds, obstacles and conditions, and limits with a check."""
    return [clause for clause in policy.clauses.values() if clause.role != "rule" or clause.checks]


def check_grounds(db: Session, case: Case, by: Actor, at: datetime) -> list[GroundFinding]:
    """Check every clause from the data of the moment; judgments already given stay.

    Raises ``Refused("case-not-yours")`` and ``Refused("not-in-this-state")``.
    """
    policy = casework.require_in_hand(db, case, by, "prepare", "check-grounds")
    gathered = gather(db, case, policy, local_day(at))
    known = {finding.clause: finding for finding in findings_of(db, case)}
    for position, clause in enumerate(assessed_clauses(policy)):
        result, facts = check_all(clause.checks, gathered, clause.kind)
        finding = known.get(clause.id)
        if finding is None:
            finding = GroundFinding(case_id=case.id, clause=clause.id)
            db.add(finding)
        finding.position, finding.result, finding.facts, finding.checked_at = position, result, facts, at
    db.flush()
    return findings_of(db, case)


def judge_several(
    db: Session, case: Case, judgments: Iterable[tuple[str, str, str]], by: Actor, at: datetime
) -> list[GroundFinding]:
    """Judge clauses, each as (clause, judgment, reasons): ``met`` (the application stands the rule) or ``not_met``. All
    or none.

    Raises ``Refused``: ``reasons-missing``, ``judgment-missing``, ``clause-not-assessed``, ``case-not-yours``,
    ``not-in-this-state``.
    """
    policy = casework.require_in_hand(db, case, by, "prepare", "check-grounds")
    known = {finding.clause: finding for finding in findings_of(db, case)}
    judged = []
    for clause, judgment, reasons in judgments:
        if clause not in known:
            raise Refused("clause-not-assessed", clause=clause)
        if judgment not in JUDGMENTS:
            raise Refused("judgment-missing", field=f"judgment-{clause}", clause=policy.cite(clause))
        if not reasons.strip():
            raise Refused("reasons-missing", field=f"reasons-{clause}", clause=policy.cite(clause))
        finding = known[clause]
        finding.judgment, finding.reasons = judgment, reasons.strip()
        finding.judged_by_id, finding.judged_at = by.id, at
        judged.append(finding)
    db.flush()
    for finding in judged:
        cited = policy.cite(finding.clause)
        timeline.append(db, case, "ground-judged", by, at, clause=cited, judgment=finding.judgment)
    return judged


def findings_of(db: Session, case: Case) -> list[GroundFinding]:
    """The findings on the case in the order of the criteria; none before the first check."""
    return list(
        db.scalars(select(GroundFinding).where(GroundFinding.case_id == case.id).order_by(GroundFinding.position))
    )


def open_clauses(findings: Iterable[GroundFinding]) -> list[str]:
    """The clauses that a person must still judge before a grant can be proposed."""
    return [finding.clause for finding in findings if finding.is_open]


def other_loans(db: Session, case: Case) -> int:
    """How many other social loans of the organisation its borrowers have, or have been granted."""
    others = casework.of_the_same_borrowers(case)
    return db.scalar(select(func.count()).select_from(Case).where(others, Case.state.in_(BINDING))) or 0


def gather(db: Session, case: Case, policy: Policy, day: date) -> Gathered:
    """Gather what the checks look at."""
    sheet = worksheet.current(db, case)
    municipality = citizens.municipality_of(db, db.get_one(Citizen, case.citizen_id))
    attached = db.scalars(
        select(Attachment.kind).where(Attachment.case_id == case.id, Attachment.removed_at.is_(None)).distinct()
    )
    application = db.get_one(Application, case.id)
    return Gathered(
        policy=policy,
        application=application,
        in_area=None if municipality is None else municipality in policy.organisation.municipalities,
        attached=frozenset(attached),
        other_loans=other_loans(db, case),
        capacity=worksheet.capacity_on(sheet) if sheet else None,
        percent=_percent(db, policy, day),
        staying=staying_debts(application, sheet),
    )


def staying_debts(application: Application, sheet: Worksheet | None) -> tuple[StayingDebt, ...]:
    """The debts that the loan would leave: as the worksheet has them, and before there is one as the applicant wishes.

    A debt that staff have found and added to the worksheet counts; what is left of it is then not told.
    """
    by_key = {line.key: line for line in sheet.of_side("debt")} if sheet else {}
    staying = []
    for debt in application.debts:
        line = by_key.pop(f"debt:{debt.id}", None)
        if line.in_after if line else not debt.to_be_arranged:
            monthly = line.cents if line else debt.monthly_cents
            staying.append(StayingDebt(debt.creditor, debt.amount_cents, monthly))
    added = (line for line in by_key.values() if line.in_after)
    return (*staying, *(StayingDebt(line.details or "", None, line.cents) for line in added))


def _percent(db: Session, policy: Policy, day: date) -> Decimal | None:
    try:
        return rate_on(figures_of(db), policy, day)
    except Refused:
        # Only a fact is missing here; a proposal that needs the rate is stopped by the rate itself.
        return None
