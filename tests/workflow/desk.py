"""A desk of one organisation: whoever does each part of the work, and a case led through their hands in few words."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lending.applications import consent, sections, submission
from lending.applications.sections import DebtAnswer, HouseholdAnswers, PurposeAnswers
from lending.assessment import grounds, worksheet
from lending.assessment.model import GroundFinding, Worksheet
from lending.basics.actor import Actor
from lending.cases import casework
from lending.cases.deadlines import local_day
from lending.cases.model import Case
from lending.decisions import decision, proposal
from lending.decisions.model import Decision
from lending.loans import agreements, disbursement
from lending.loans.agreements import Offer
from lending.loans.disbursement import Payee
from lending.loans.model import Agreement, Loan
from lending.people.model import Citizen
from lending.policy.policies import policies_of
from tests.builders import a_citizen, a_colleague
from tests.clock import NOW
from tests.workflow import applying
from tests.workflow.loan_life import render

#: For each organisation: a municipality, the unit that serves it, the one that prepares, the role that concludes.
PLACES = {
    "keusote": ("106", "team-1", "team-1", "decider"),
    "kemi": ("240", "team-1", "team-1", "decider"),
    "pohjois-savo": ("297", "local-1", "finance-team", "preparer"),
}
LATER = NOW + timedelta(hours=1)


@dataclass
class Desk:
    """The people of an organisation who handle the cases of one municipality."""

    db: Session
    organisation: str
    citizen: Citizen
    preparer: Actor
    decider: Actor
    concluder: Actor
    payments: Actor

    def draft(self, at: datetime = NOW, *, citizen: Citizen | None = None) -> Case:
        """An application begun by the desk's own citizen, or another."""
        citizen = citizen or self.citizen
        policy = policies_of(self.db).for_organisation(self.organisation, local_day(at))
        return submission.start_application(self.db, citizen, policy, citizen.actor, at)

    def told(
        self,
        case: Case,
        at: datetime = NOW,
        *,
        household: HouseholdAnswers | None = None,
        purpose: PurposeAnswers | None = None,
        debts: tuple[DebtAnswer, ...] = applying.DEBTS,
    ) -> Case:
        """Everything that an application needs; a loan of 3 000 € for debts over 36 months unless told otherwise."""
        if household is None:
            household = replace(applying.HOUSEHOLD, credit_ban=self.asks_credit_ban or None)
        purpose = purpose or replace(applying.PURPOSE, amount_cents=3000_00, months=36)
        applying.told(self.db, case, at, household=household, purpose=purpose, debts=debts)
        applying.attached(self.db, case, at)
        consent.give_consent(self.db, case, "fi", self.by_citizen(case), at)
        return case

    def sent(self, at: datetime = NOW, *, citizen: Citizen | None = None, **told: object) -> Case:
        """An application told and sent."""
        case = self.told(self.draft(at, citizen=citizen), at, **told)
        return submission.submit(self.db, case, self.by_citizen(case), at)

    def assessed(self, case: Case, at: datetime = LATER) -> Case:
        """Taken, computed, checked, and judged in favour of the applicant wherever a person must."""
        casework.take_case(self.db, case, self.preparer, at)
        self.worksheet(case, at)
        found = self.findings(case, at)
        judgments = [(clause, "met", "Selvitetty hakijan kanssa.") for clause in grounds.open_clauses(found.values())]
        grounds.judge_several(self.db, case, judgments, self.preparer, at)
        return case

    def worksheet(self, case: Case, at: datetime = LATER) -> Worksheet:
        return worksheet.prepare_worksheet(self.db, case, self.preparer, at)

    def findings(self, case: Case, at: datetime = LATER) -> dict[str, GroundFinding]:
        """What data says, by clause."""
        return {found.clause: found for found in grounds.check_grounds(self.db, case, self.preparer, at)}

    def propose(self, case: Case, at: datetime = LATER, *, amount_cents: int = 3000_00, months: int = 36) -> None:
        proposal.propose_grant(
            self.db,
            case,
            amount_cents=amount_cents,
            months=months,
            purpose="debts",
            reasons="Perusteet täyttyvät.",
            by=self.preparer,
            at=at,
        )

    def granted(self, case: Case, at: datetime = LATER, **grant: int) -> Decision:
        """From a sent application to a grant."""
        self.propose(self.assessed(case, at), at, **grant)
        return decision.confirm_proposal(self.db, case, lambda made: "<p></p>", self.decider, at)

    def agreed(self, case: Case, at: datetime = LATER) -> Agreement:
        """From a grant to an agreement."""
        agreements.offer_agreement(self.db, case, Offer("15"), render, self.preparer, at)
        agreements.accept_agreement(self.db, case, self.by_citizen(case), at)
        return agreements.conclude_agreement(self.db, case, self.concluder, at)

    def lent(self, case: Case, at: datetime = LATER) -> Loan:
        """From an agreement to a loan, paid to the creditors."""
        principal = agreements.agreement_of(self.db, case).principal_cents
        payees = [Payee(principal, "Pikaraha Oy", "1232")]
        return disbursement.record_disbursement(self.db, case, payees, local_day(at), self.payments, at)

    def by_citizen(self, case: Case) -> Actor:
        return self.db.get_one(Citizen, case.citizen_id).actor

    @property
    def asks_credit_ban(self) -> bool:
        policy = policies_of(self.db).for_organisation(self.organisation, local_day(NOW))
        return sections.asks_credit_ban(policy)


def a_desk(db: Session, organisation: str) -> Desk:
    """The desk of one of ``PLACES``, with a citizen who lives there."""
    municipality, serves, prepares, concludes = PLACES[organisation]

    def who(role: str, unit: str) -> Actor:
        return a_colleague(db, role, unit=unit, organisation=organisation).actor

    preparer, decider = who("preparer", prepares), who("decider", serves)
    return Desk(
        db=db,
        organisation=organisation,
        citizen=a_citizen(db, municipality=municipality),
        preparer=preparer,
        decider=decider,
        concluder=preparer if concludes == "preparer" else decider,
        payments=who("payments", prepares),
    )
