"""Moves a fictional case forward, act by act, through the same acts that people use, each at its own time."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO

import pikepdf
from sqlalchemy.orm import Session

from backoffice.agreement import agreement_letter
from backoffice.letters import decision_letter
from lending.applications import consent, sections, submission, supplements
from lending.applications.attachment_duty import required_attachments
from lending.applications.sections import (
    ChildAnswer,
    DebtAnswer,
    HouseholdAnswers,
    LineAnswer,
    PurposeAnswers,
)
from lending.assessment import grounds, investigation, worksheet
from lending.cases import attachments, casework
from lending.cases.inspection import Inspected
from lending.cases.model import Case
from lending.changes import grace, waiver
from lending.changes.model import ChangeRequest
from lending.decisions import decision, proposal
from lending.loans import agreements, disbursement
from lending.loans.billing import bring_up_to
from lending.loans.model import Loan
from lending.loans.payments import Payment, record_payment
from lending.loans.position import PositionRow, position
from lending.people.model import Citizen, StaffMember
from lending.policy.policies import Policy
from web.clock import local

A_DAY = timedelta(days=1)
#: What staff write, in the language of the applicant, who reads it: ``fi`` or ``sv``.
ASSESSED = {
    "fi": "Asia on käyty läpi hakijan kanssa, ja tositteet tukevat sitä.",
    "sv": "Saken har gåtts igenom med sökanden, och verifikaten stöder det.",
}
PROPOSED = {
    "fi": "Luotto auttaa saamaan talouden tasapainoon, ja maksuvara riittää kuukausierään.",
    "sv": "Krediten hjälper till att få balans i ekonomin, och betalningsmånen räcker till månadsraten.",
}
ASKED_OF = {"fi": "Ulosottolaitos", "sv": "Utsökningsverket"}
ASKED = {"fi": "Velkojen määrä ja vaihe", "sv": "Skuldernas belopp och skede"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a fictional applicant tells: household, money, debts, and the loan asked for (cents, months)."""

    purpose: str
    details: str
    helps: str
    amount_cents: int
    months: int
    income: tuple[LineAnswer, ...]
    expenses: tuple[LineAnswer, ...]
    debts: tuple[DebtAnswer, ...] = ()
    adults: str = "alone"
    children: tuple[ChildAnswer, ...] = ()
    partner_net_income_cents: int | None = None


@dataclass
class Team:
    """Who works on a case, by what they do."""

    preparer: StaffMember
    decider: StaffMember
    waiver_decider: StaffMember
    concluder: StaffMember
    payments: StaffMember


def team_of(policy: Policy, unit: str, staff: Iterable[StaffMember]) -> Team:
    """The first of ``staff`` who may do each kind of act on a case of ``unit``, as the organisation shares the work."""
    arrangement = policy.organisation.arrangement
    members = [each for each in staff if each.organisation == policy.organisation.key]

    def who(act: str) -> StaffMember:
        doing = arrangement.unit_for(act, unit)
        return next(each for each in members if each.unit == doing and each.actor.roles & policy.roles_for(act))

    return Team(who("propose"), who("decide"), who("decide-waiver"), who("conclude-agreement"), who("disburse"))


class Storyteller:
    """Tells the story of one citizen's case. Every method is one step, ``days`` after the step before."""

    def __init__(
        self, db: Session, policy: Policy, citizen: Citizen, team: Team, begins: datetime, documents: "Documents"
    ) -> None:
        self.db = db
        self.policy = policy
        self.citizen = citizen
        self.team = team
        self.at = begins
        self._documents = documents
        self.case: Case
        self.loan: Loan
        self.request: ChangeRequest

    def wait(self, days: float) -> "Storyteller":
        """Let time pass."""
        self.at += timedelta(days=days)
        return self

    # --- The applicant ---

    def starts(self) -> "Storyteller":
        self.case = submission.start_application(self.db, self.citizen, self.policy, self.citizen.actor, self.at)
        return self

    def tells_household(self, wish: Wish) -> "Storyteller":
        answers = HouseholdAnswers(
            adults=wish.adults,
            in_debt_adjustment=False,
            entrepreneur=False,
            owns_property=False,
            partner_net_income_cents=wish.partner_net_income_cents,
            children=wish.children,
            # Only some criteria ask for it.
            credit_ban=True if self.policy.clause_checked_by("credit-ban") else None,
        )
        sections.save_household(self.db, self.case, answers, self.citizen.actor, self.at)
        return self

    def tells_purpose(self, wish: Wish) -> "Storyteller":
        answers = PurposeAnswers(wish.purpose, wish.details, wish.helps, wish.amount_cents, wish.months)
        sections.save_purpose(self.db, self.case, answers, self.citizen.actor, self.at)
        return self

    def tells_money(self, wish: Wish) -> "Storyteller":
        by = self.citizen.actor
        sections.save_income(self.db, self.case, wish.income, by, self.at)
        sections.save_expenses(self.db, self.case, wish.expenses, by, self.at)
        sections.save_assets(self.db, self.case, [LineAnswer("bank_account", 8_550)], by, self.at)
        sections.save_debts(self.db, self.case, wish.debts, by, self.at)
        return self

    def attaches(self) -> "Storyteller":
        application = sections.application_of(self.db, self.case)
        for rule in required_attachments(self.policy, application):
            self.attaches_one(rule.key)
        return self

    def attaches_one(self, kind: str) -> "Storyteller":
        file = self._documents.named(f"{kind}.pdf")
        attachments.attach(self.db, self.case, kind, file, self.citizen.actor, self.at)
        return self

    def consents(self) -> "Storyteller":
        consent.give_consent(self.db, self.case, self.citizen.language, self.citizen.actor, self.at)
        return self

    def applies(self, wish: Wish) -> "Storyteller":
        """From the first page to the receipt."""
        self.starts().tells_household(wish).tells_purpose(wish).wait(0.02).tells_money(wish)
        self.attaches().consents().wait(0.01)
        submission.submit(self.db, self.case, self.citizen.actor, self.at)
        return self

    def withdraws(self) -> "Storyteller":
        submission.withdraw_application(self.db, self.case, self.citizen.actor, self.at)
        return self

    # --- The preparer ---

    def is_taken(self) -> "Storyteller":
        casework.take_case(self.db, self.case, self.team.preparer.actor, self.at)
        return self

    def is_noted(self, text: str) -> "Storyteller":
        casework.add_note(self.db, self.case, text, self.team.preparer.actor, self.at)
        return self

    def is_asked(self, message: str, wishes: Iterable[supplements.Wish], days: int = 14) -> "Storyteller":
        answer_by = local(self.at + days * A_DAY).date()
        preparer = self.team.preparer.actor
        supplements.request_supplement(self.db, self.case, message, list(wishes), answer_by, preparer, self.at)
        return self

    def is_assessed(self, reasons: str = "", against: Collection[str] = ()) -> "Storyteller":
        """Debts asked about, worksheet computed, every open ground judged in the applicant's favour but ``against``."""
        preparer, spoken = self.team.preparer.actor, self.citizen.language
        investigation.investigate(self.db, self.case, ASKED_OF[spoken], ASKED[spoken], preparer, self.at)
        worksheet.prepare_worksheet(self.db, self.case, preparer, self.at)
        findings = grounds.check_grounds(self.db, self.case, preparer, self.at)
        judgments = [
            (clause, "not_met" if clause in against else "met", reasons or ASSESSED[spoken])
            for clause in grounds.open_clauses(findings)
        ]
        grounds.judge_several(self.db, self.case, judgments, preparer, self.at)
        return self

    def is_proposed(self, wish: Wish, reasons: str = "") -> "Storyteller":
        proposal.propose_grant(
            self.db,
            self.case,
            amount_cents=wish.amount_cents,
            months=wish.months,
            purpose=wish.purpose,
            reasons=reasons or PROPOSED[self.citizen.language],
            by=self.team.preparer.actor,
            at=self.at,
        )
        return self

    def is_proposed_for_refusal(self, clauses: Iterable[str], reasons: str) -> "Storyteller":
        proposal.propose_refusal(
            self.db, self.case, clauses=clauses, reasons=reasons, by=self.team.preparer.actor, at=self.at
        )
        return self

    # --- The decision-maker ---

    def is_decided(self) -> "Storyteller":
        """Decided as proposed."""
        decision.confirm_proposal(self.db, self.case, decision_letter(self.db), self.team.decider.actor, self.at)
        return self

    # --- Agreement and money ---

    def is_offered(self, due_day: str = "last") -> "Storyteller":
        agreements.offer_agreement(
            self.db,
            self.case,
            agreements.Offer(due_day=due_day),
            agreement_letter(self.db, self.case),
            self.team.preparer.actor,
            self.at,
        )
        return self

    def accepts(self) -> "Storyteller":
        agreements.accept_agreement(self.db, self.case, self.citizen.actor, self.at)
        return self

    def is_concluded(self) -> "Storyteller":
        agreements.conclude_agreement(self.db, self.case, self.team.concluder.actor, self.at)
        return self

    def is_paid_out(self, wish: Wish) -> "Storyteller":
        """In one sum to the borrower, or straight to the creditors of the debts that are arranged."""
        payees = [disbursement.Payee(wish.amount_cents)]
        if self.policy.purposes[wish.purpose].payee == "creditors":
            arranged = [debt for debt in wish.debts if debt.to_be_arranged]
            payees = [
                disbursement.Payee(debt.amount_cents, debt.creditor, f"SOP-{number:04d}")
                for number, debt in enumerate(arranged, 1)
            ]
        day = local(self.at).date()
        self.loan = disbursement.record_disbursement(self.db, self.case, payees, day, self.team.payments.actor, self.at)
        return self

    def borrows(self, wish: Wish, due_day: str = "last") -> "Storyteller":
        """From the application to the money, in about five weeks."""
        self.applies(wish).wait(3).is_taken().wait(12).is_assessed().is_proposed(wish)
        self.wait(2).is_decided().wait(3).is_offered(due_day).wait(4).accepts().wait(2).is_concluded()
        return self.wait(3).is_paid_out(wish)

    def pays(self, until: datetime, missed: int = 0) -> "Storyteller":
        """Pay every instalment on its due date until ``until``, but the last ``missed``."""
        last = local(until).date()
        coming = [row.due_date for row in self._rows() if row.instalment_cents and row.due_date < last]
        for day in coming[: len(coming) - missed]:
            self._until(day)
            now = position(self.db, self.loan, day)
            owed = sum(row.open_cents for row in now.rows if row.due_date <= day)
            if owed:
                self.pays_now(owed)
        self.at = max(self.at, until)
        bring_up_to(self.db, self.loan, local(self.at).date(), self.at)
        return self

    def pays_off(self) -> "Storyteller":
        """Pay all that is owed today."""
        return self.pays_now(position(self.db, self.loan, local(self.at).date()).owed_cents)

    def pays_now(self, amount_cents: int) -> "Storyteller":
        day = local(self.at).date()
        payment = Payment(amount_cents, day, "RF88 1009", idempotency_key=f"demo-{self.case.number}-{day}")
        record_payment(self.db, self.loan, payment, self.team.payments.actor, self.at)
        return self

    def asks_for_grace(self, months: int, reason: str) -> "Storyteller":
        day = local(self.at).date()
        coming = [row.due_date for row in self._rows() if row.due_date > day + 30 * A_DAY][:months]
        self.request = grace.request_grace(self.db, self.loan, coming, reason, self.citizen.actor, self.at)
        return self

    def is_given_grace(self, reasons: str) -> "Storyteller":
        grace.grant_grace(self.db, self.request, self.team.decider.actor, self.at, reasons)
        return self

    def asks_for_waiver(self, amount_cents: int, reason: str) -> "Storyteller":
        release = waiver.Release(principal_cents=amount_cents)
        self.request = waiver.request_waiver(self.db, self.loan, release, reason, self.citizen.actor, self.at)
        return self

    def _until(self, day: date) -> None:
        self.at += day - local(self.at).date()

    def _rows(self) -> tuple[PositionRow, ...]:
        return position(self.db, self.loan, local(self.at).date()).rows


class Documents:
    """One small PDF, opened and cleaned once, attached under many names."""

    def __init__(self, file: Inspected) -> None:
        self._file = file

    def named(self, file_name: str) -> Inspected:
        return Inspected(
            path=self._file.path,
            file_name=file_name,
            media_type=self._file.media_type,
            pages=self._file.pages,
            size_bytes=self._file.size_bytes,
            sha256=self._file.sha256,
        )


def a_small_pdf() -> BytesIO:
    """A PDF of one empty page."""
    stream = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(595, 842))
        document.save(stream)
    stream.seek(0)
    return stream
