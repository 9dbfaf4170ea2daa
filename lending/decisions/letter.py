"""What a decision letter tells, gathered for whoever writes it out in words."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from lending.cases.model import Case
from lending.decisions.model import Decision
from lending.people.model import Citizen, StaffMember
from lending.policy.policies import Clause, Policy, policies_of


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """Authority, party, decision, cited clauses, contact person and the one who decided (434/2003 §§ 44–47)."""

    decision: Decision
    case: Case
    citizen: Citizen
    policy: Policy
    clauses: tuple[Clause, ...]
    contact: StaffMember
    decider: StaffMember
    purpose_name: str | None


def letter_facts(db: Session, decision: Decision) -> LetterFacts:
    """Gather the facts of the letter, clauses and names under the policy the decision was made under."""
    policy = policies_of(db).by_id(decision.policy)
    case = db.get_one(Case, decision.case_id)
    return LetterFacts(
        decision=decision,
        case=case,
        citizen=db.get_one(Citizen, case.citizen_id),
        policy=policy,
        clauses=tuple(policy.clause(cited.removeprefix(f"{policy.id}:")) for cited in decision.clauses),
        contact=db.get_one(StaffMember, decision.prepared_by_id),
        decider=db.get_one(StaffMember, decision.decided_by_id),
        purpose_name=policy.purposes[decision.purpose].names[decision.language] if decision.purpose else None,
    )
