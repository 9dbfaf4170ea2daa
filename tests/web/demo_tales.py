"""Tales that the demo does not tell, so that every page can be seen in every state: told through the same acts."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lending.applications import consent, supplements
from lending.applications.supplements import Wish
from lending.cases import casework
from lending.cases.inspection import inspected
from lending.cases.model import Case
from lending.changes import grace, new_terms, requests, waiver
from lending.changes.model import TERM_KINDS, ChangeRequest
from lending.changes.waiver import Release
from lending.collection import disturbances
from lending.decisions import proposal
from lending.loans.book import open_book
from lending.loans.model import Loan
from lending.people.model import Citizen, StaffMember
from lending.policy.policies import policies_of
from tests.clock import NOW
from web.demo import people, stories
from web.demo.storyteller import Documents, Storyteller, a_small_pdf, team_of

REASONS = "Asia on käyty läpi lainansaajan kanssa."
CLAUSES = ["5.1e"]
QUESTIONS = (Wish("explanation", "Mistä tuloista on kyse?"), Wish("document", "Tiliote elokuulta.", "bank-statements"))
A_MOMENT = timedelta(hours=1)


def widen(db: Session) -> None:
    """Add to the demo: change requests and supplements in every state, every kind of proposal, every kind of payee."""
    _Tales(db).tell()


class _Tales:
    def __init__(self, db: Session) -> None:
        self._db = db
        self._policy = policies_of(db).for_organisation(people.KEUSOTE, NOW.date())
        self._staff = {each.username: each for each in db.scalars(select(StaffMember))}

    def tell(self) -> None:
        with inspected(a_small_pdf(), "document.pdf") as file:
            documents = Documents(file)
            self._refusal_proposed(self._teller("astrid", documents, days_ago=9))
            self._returned(self._teller("emilia", documents, days_ago=11))
            self._consent_withdrawn_after_supplements(self._teller("aino", documents, days_ago=13))
            self._concluded_with_the_borrower(self._teller("hanna", documents, days_ago=15))
            self._protected_borrower(self._teller("tuula", documents, days_ago=90))
        self._grace_requests()
        self._waivers()
        self._new_terms()
        self._approvals()
        self._disturbances()

    def _teller(self, citizen: str, documents: Documents, days_ago: float) -> Storyteller:
        told = people.CITIZENS[citizen]
        unit = self._policy.unit_for(told.municipality, told.safety_ban)
        team = team_of(self._policy, unit, (self._staff[name] for name in people.STAFF))
        return Storyteller(
            self._db, self._policy, self._citizen(citizen), team, NOW - timedelta(days=days_ago), documents
        )

    def _citizen(self, key: str) -> Citizen:
        told = people.CITIZENS[key]
        query = select(Citizen).where(Citizen.family_name == told.family_name, Citizen.given_names == told.given_names)
        return self._db.scalars(query).one()

    def _refusal_proposed(self, teller: Storyteller) -> None:
        teller.applies(stories.DEPOSIT_SV).wait(2).is_taken().wait(2).is_assessed(REASONS)
        teller.is_proposed_for_refusal(["4.6a"], "Inkomsterna räcker till att spara beloppet.")

    def _returned(self, teller: Storyteller) -> None:
        teller.applies(stories.HOME).wait(2).is_taken().wait(2).is_assessed(REASONS)
        teller.is_proposed(stories.HOME, REASONS).wait(1)
        proposal.return_proposal(self._db, teller.case, "Tarkista tulot.", teller.team.decider.actor, teller.at)
        teller.wait(1).is_proposed(stories.HOME, REASONS).wait(1)
        proposal.withdraw_proposal(self._db, teller.case, teller.team.preparer.actor, teller.at)

    def _consent_withdrawn_after_supplements(self, teller: Storyteller) -> None:
        teller.applies(stories.DEPOSIT).wait(2).is_taken().wait(1).is_asked("Tarvitsemme vielä.", QUESTIONS).wait(1)
        first = supplements.open_request(self._db, teller.case)
        answers = {item.id: "Palkasta, ja tiliotetta ei ole." for item in first.items}
        supplements.answer_supplement(self._db, first, answers, teller.citizen.actor, teller.at)
        teller.wait(1).is_asked("Ja vielä tämä.", QUESTIONS).wait(1)
        second = supplements.open_request(self._db, teller.case)
        supplements.pass_over(self._db, second, "Selvisi puhelimessa.", teller.team.preparer.actor, teller.at)
        teller.wait(1).is_assessed(REASONS).wait(1)
        consent.withdraw_consent(self._db, teller.case, teller.citizen.actor, teller.at)

    def _concluded_with_the_borrower(self, teller: Storyteller) -> None:
        teller.applies(stories.DEPOSIT).wait(2).is_taken().wait(3).is_assessed(REASONS)
        teller.is_proposed(stories.DEPOSIT, REASONS).wait(1).is_decided().wait(1).is_offered("15").wait(1).accepts()
        teller.wait(1).is_concluded()

    def _protected_borrower(self, teller: Storyteller) -> None:
        """The whole life of a case under a safety ban: whatever is written on the way is looked at."""
        teller.borrows(stories.ARRANGING).pays(NOW - timedelta(days=3))
        teller.asks_for_grace(1, "Sairastuin.")
        requests.take_request(self._db, teller.request, teller.team.decider.actor, NOW - A_MOMENT)
        casework.release_case(self._db, teller.case, teller.team.preparer.actor, NOW - A_MOMENT)

    # --- Changes: each kind in each state ---

    def _grace_requests(self) -> None:
        loan, borrower, decider = self._loan("farid"), self._citizen("farid"), self._staff["ritva"]
        refused = self._asks_for_grace(loan, borrower)
        grace.refuse_grace(self._db, refused, decider.actor, NOW - A_MOMENT, REASONS, ["5.1c"])
        taken_back = self._asks_for_grace(loan, borrower)
        requests.withdraw_request(self._db, taken_back, borrower.actor, NOW - A_MOMENT)
        self._asks_for_grace(loan, borrower)

    def _asks_for_grace(self, loan: Loan, borrower: Citizen):
        dates = grace.grace_choices(open_book(self._db, loan), NOW.date())[:1]
        return grace.request_grace(self._db, loan, dates, "Olen sairaana.", borrower.actor, NOW - 2 * A_MOMENT)

    def _waivers(self) -> None:
        loan, borrower = self._loan("farid"), self._citizen("farid")
        decider, waiver_decider = self._staff["ritva"], self._staff["timo"]
        part = Release(principal_cents=10_000)
        granted = self._asks_for_waiver("farid", part)
        waiver.propose_waiver(self._db, granted, part, REASONS, CLAUSES, decider.actor, NOW - A_MOMENT)
        waiver.grant_waiver(self._db, granted, part, waiver_decider.actor, NOW - A_MOMENT, REASONS, CLAUSES)
        refused = self._asks_for_waiver("farid", Release(everything=True))
        waiver.propose_waiver(self._db, refused, None, REASONS, CLAUSES, decider.actor, NOW - A_MOMENT)
        waiver.refuse_waiver(self._db, refused, waiver_decider.actor, NOW - A_MOMENT, REASONS, CLAUSES)
        taken_back = self._asks_for_waiver("farid", part)
        requests.withdraw_request(self._db, taken_back, borrower.actor, NOW - A_MOMENT)
        proposed = self._asks_for_waiver("kalle", Release(everything=True))
        waiver.propose_waiver(self._db, proposed, part, REASONS, CLAUSES, decider.actor, NOW - A_MOMENT)
        in_preparation = self._asks_for_waiver("maria", part)
        requests.take_request(self._db, in_preparation, self._staff["kristina"].actor, NOW - A_MOMENT)
        assert loan.state == "running"

    def _asks_for_waiver(self, key: str, release: Release):
        borrower = self._citizen(key)
        return waiver.request_waiver(
            self._db, self._loan(key), release, "En jaksa maksaa.", borrower.actor, NOW - 2 * A_MOMENT
        )

    def _new_terms(self) -> None:
        """Each kind: refused, then granted to one borrower, and waiting for a decision for another."""
        decider = self._staff["kristina"]
        for kind in TERM_KINDS:
            if kind == "postponement" and not self._policy.postponement_months_max:
                continue
            refused = self._asks_for_new_terms("maria", kind)
            new_terms.refuse_change(self._db, refused, decider.actor, NOW - A_MOMENT, REASONS, CLAUSES)
            granted = self._asks_for_new_terms("maria", kind)
            new_terms.grant_change(self._db, granted, decider.actor, NOW - A_MOMENT, REASONS)
            self._asks_for_new_terms("raija", kind)

    def _asks_for_new_terms(self, key: str, kind: str) -> ChangeRequest:
        loan, borrower = self._loan(key), self._citizen(key)
        book = open_book(self._db, loan)
        due = new_terms.open_rows(book, NOW.date())[-1].due_date
        wishes = {
            "extension": new_terms.Wish(kind, months=2),
            "instalment": new_terms.Wish(kind, instalment_cents=book.version.instalment_cents + 1_000),
            "due_day": new_terms.Wish(kind, due_day="last" if loan.due_day == "15" else "15"),
            "postponement": new_terms.Wish(kind, due_date=due, until=due + timedelta(days=20)),
        }
        at = NOW - 2 * A_MOMENT
        return new_terms.request_change(self._db, loan, wishes[kind], "Tuloni ovat muuttuneet.", borrower.actor, at)

    def _approvals(self) -> None:
        """Where a second official approves extensions: one refused by them, one that waits to be proposed."""
        refused = self._asks_for_new_terms("arto", "extension")
        clauses, lawyer = ["8d"], self._staff["sofia"]
        new_terms.propose_extension(self._db, refused, REASONS, clauses, self._staff["juha"].actor, NOW - A_MOMENT)
        new_terms.refuse_change(self._db, refused, lawyer.actor, NOW - A_MOMENT, REASONS, clauses)
        self._asks_for_new_terms("arto", "extension")

    def _disturbances(self) -> None:
        """The night's watch, and one disturbance that somebody has seen to."""
        disturbances.watch(self._db, NOW.date(), NOW - A_MOMENT)
        case = self._db.get_one(Case, self._loan("kalle").case_id)
        by = next(each for each in self._staff.values() if each.unit == case.unit and "preparer" in each.actor.roles)
        disturbances.follow_up(self._db, self._loan("kalle"), "contacted", "Sovittu maksusta.", by.actor, NOW)

    def _loan(self, key: str) -> Loan:
        query = select(Loan).join(Case, Case.id == Loan.case_id).where(Case.citizen_id == self._citizen(key).id)
        return self._db.scalars(query).one()
