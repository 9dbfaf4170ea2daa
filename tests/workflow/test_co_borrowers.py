"""Spouses who borrow together (kemi-2016:6.4a): invited, answered, agreed on by both, seen by both and no third."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lending.applications import co_borrowers, consent, submission
from lending.applications.co_borrowers import Spouse
from lending.applications.model import Application, Consent
from lending.assessment import investigation
from lending.basics.database import vault_of
from lending.basics.errors import NotFound, Refused
from lending.cases import casework, timeline
from lending.cases.model import Case, CoBorrower, Notice
from lending.changes import extra_effect, grace, requests
from lending.decisions import proposal
from lending.loans import agreements, disbursement
from lending.loans.agreements import Offer
from lending.loans.disbursement import Payee
from lending.loans.position import own_loan, own_loans, position
from lending.people import citizens
from lending.people.model import Citizen
from tests.builders import a_case, a_citizen, a_hetu
from tests.clock import NOW
from tests.workflow.loan_life import Staff, a_granted_case, noon, render, some_staff

DAY = date(2026, 1, 10)


class Couple:
    """Two who live together, and a case of one of them."""

    def __init__(self, db: Session, organisation: str = "kemi", state: str = "in_preparation") -> None:
        self.db = db
        self.applicant = a_citizen(db, given_names="Arto", municipality="240")
        self.spouse = a_citizen(db, given_names="Eeva", municipality="240")
        self.third = a_citizen(db, given_names="Kolmas")
        self.case: Case = a_case(db, self.applicant, state=state, organisation=organisation)
        db.add(Application(case_id=self.case.id, amount_cents=3000_00, months=36))
        db.flush()

    @property
    def hetu(self) -> str:
        return citizens.hetu_of(self.db, self.spouse)

    def invites(self, **other: object) -> CoBorrower:
        told = {"given_names": "Eeva", "family_name": "Virtanen", "hetu": self.hetu, "share_permille": 400} | other
        return co_borrowers.invite(self.db, self.case, Spouse(**told), self.applicant.actor, NOW)

    def accepts(self) -> CoBorrower:
        invited = self.invites()
        return co_borrowers.accept_invitation(self.db, invited.id, "fi", self.spouse.actor, NOW)

    def kinds(self) -> list[str]:
        return [event.kind for event in timeline.events_of(self.db, self.case, for_citizen=True)]


@pytest.fixture
def couple(db: Session) -> Couple:
    return Couple(db)


@pytest.fixture
def staff(db: Session) -> Staff:
    return some_staff(db, "kemi")


def granted(couple: Couple, staff: Staff) -> Case:
    """The spouses' loan, granted."""
    case = a_granted_case(couple.db, staff, citizen=couple.applicant, on=DAY)
    couple.db.add(Application(case_id=case.id, amount_cents=3000_00, months=24))
    state, case.state = case.state, "in_preparation"
    couple.case = case
    couple.accepts()
    case.state = state
    couple.db.flush()
    return case


def test_the_spouse_sees_the_invitation_when_they_sign_in_and_nobody_else_does(couple: Couple) -> None:
    invited = couple.invites()
    [found] = co_borrowers.invitations_for(couple.db, couple.spouse, NOW)
    assert (found.co_borrower, found.applicant, found.amount_cents) == (invited, "Arto Virtanen", 3000_00)
    for other in (couple.applicant, couple.third):
        assert co_borrowers.invitations_for(couple.db, other, NOW) == []
    assert vault_of(couple.db).open(invited.hetu_sealed, "hetu").decode() == couple.hetu


def test_one_who_has_never_signed_in_can_be_invited(db: Session) -> None:
    couple = Couple(db)
    particulars = citizens.Particulars(a_hetu(), "Uusi", "Ihminen", "fi", "240")
    couple.invites(hetu=particulars.hetu)
    [found] = co_borrowers.invitations_for(db, citizens.register(db, particulars, NOW), NOW)
    assert found.applicant == "Arto Virtanen"


def test_accepting_makes_a_borrower_who_has_consented_to_the_investigation_of_their_debts(couple: Couple) -> None:
    accepted = couple.accepts()
    assert (accepted.state, accepted.citizen_id, accepted.answered_at) == ("accepted", couple.spouse.id, NOW)
    given = couple.db.scalars(select(Consent)).one()
    assert (given.citizen_id, given.text_version) == (couple.spouse.id, "debt-investigation-1")
    assert consent.valid_consent(couple.db, couple.case, NOW) is None, "it is not the applicant's own consent"
    assert co_borrowers.invitations_for(couple.db, couple.spouse, NOW) == []
    assert couple.kinds()[:2] == ["co-borrower-accepted", "co-borrower-invited"]


def test_only_the_one_invited_answers(couple: Couple) -> None:
    invited = couple.invites()
    for other in (couple.applicant, couple.third):
        for answer in (
            lambda by: co_borrowers.accept_invitation(couple.db, invited.id, "fi", by, NOW),
            lambda by: co_borrowers.decline_invitation(couple.db, invited.id, by, NOW),
        ):
            with pytest.raises(NotFound):
                answer(other.actor)


def test_a_declined_invitation_makes_nobody_a_borrower_and_another_can_follow(couple: Couple) -> None:
    invited = couple.invites()
    co_borrowers.decline_invitation(couple.db, invited.id, couple.spouse.actor, NOW)
    assert couple.kinds()[0] == "co-borrower-declined"
    with pytest.raises(NotFound):
        casework.shared_case(couple.db, couple.case.id, couple.spouse.actor)
    with pytest.raises(Refused, match="not-in-this-state"):
        co_borrowers.accept_invitation(couple.db, invited.id, "fi", couple.spouse.actor, NOW)
    couple.invites()


def test_a_spouse_can_be_left_out_again_before_the_decision(couple: Couple) -> None:
    couple.accepts()
    co_borrowers.withdraw_invitation(couple.db, couple.case, couple.applicant.actor, NOW)
    assert co_borrowers.co_borrower_of(couple.db, couple.case).state == "withdrawn"
    assert couple.db.scalars(select(Consent.withdrawn_at)).one() == NOW
    with pytest.raises(NotFound):
        casework.shared_case(couple.db, couple.case.id, couple.spouse.actor)
    with pytest.raises(Refused, match="not-in-this-state"):
        co_borrowers.withdraw_invitation(couple.db, couple.case, couple.applicant.actor, NOW)


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"given_names": " "}, "co-borrower-name-missing"),
        ({"family_name": "x" * 101}, "text-too-long"),
        ({"hetu": "010190-9039"}, "hetu-invalid"),
        ({"share_permille": 0}, "share-out-of-range"),
        ({"share_permille": 1000}, "share-out-of-range"),
    ],
)
def test_an_invitation_says_whom_and_what_share(couple: Couple, other: dict[str, object], code: str) -> None:
    with pytest.raises(Refused, match=code):
        couple.invites(**other)


def test_nobody_invites_themselves_or_two(couple: Couple) -> None:
    with pytest.raises(Refused, match="co-borrower-yourself"):
        couple.invites(hetu=citizens.hetu_of(couple.db, couple.applicant))
    couple.invites()
    with pytest.raises(Refused, match="co-borrower-already"):
        couple.invites()


def test_only_the_applicant_invites_and_leaves_out(couple: Couple) -> None:
    couple.accepts()
    for other in (couple.spouse, couple.third):
        with pytest.raises(NotFound):
            co_borrowers.withdraw_invitation(couple.db, couple.case, other.actor, NOW)
        with pytest.raises(NotFound):
            co_borrowers.invite(couple.db, couple.case, Spouse("E", "V", couple.hetu), other.actor, NOW)


def test_where_the_criteria_know_one_borrower_nobody_is_invited(db: Session) -> None:
    with pytest.raises(Refused, match="one-borrower-only") as refused:
        Couple(db, organisation="keusote").invites()
    assert refused.value.facts == {"clause": "keusote-2025:4.1a"}


def test_after_the_proposal_the_borrowers_are_settled(couple: Couple) -> None:
    invited = couple.invites()
    couple.case.state = "waiting_for_decision"
    couple.db.flush()
    for act in (
        lambda: co_borrowers.accept_invitation(couple.db, invited.id, "fi", couple.spouse.actor, NOW),
        lambda: co_borrowers.withdraw_invitation(couple.db, couple.case, couple.applicant.actor, NOW),
        couple.invites,
    ):
        with pytest.raises(Refused, match="borrowers-settled"):
            act()
    assert co_borrowers.invitations_for(couple.db, couple.spouse, NOW) == []


def test_nothing_is_granted_before_the_spouse_has_answered(couple: Couple, staff: Staff) -> None:
    couple.invites()
    couple.case.handler_id = staff.preparer.id
    couple.db.flush()
    with pytest.raises(Refused, match="co-borrower-not-answered"):
        proposal.propose_grant(
            couple.db, couple.case, amount_cents=3000_00, months=24, purpose="home", by=staff.preparer.actor, at=NOW
        )


def test_a_draft_stays_the_applicants_own(db: Session) -> None:
    couple = Couple(db, state="draft")
    couple.accepts()
    with pytest.raises(NotFound):
        casework.shared_case(db, couple.case.id, couple.spouse.actor)
    assert casework.own_cases(db, couple.spouse.actor) == []
    assert casework.shared_case(db, couple.case.id, couple.applicant.actor) is couple.case


def test_both_see_the_case_and_a_third_does_not(couple: Couple) -> None:
    couple.accepts()
    for borrower in (couple.applicant, couple.spouse):
        assert casework.shared_case(couple.db, couple.case.id, borrower.actor) is couple.case
        assert casework.own_cases(couple.db, borrower.actor) == [couple.case]
    with pytest.raises(NotFound):
        casework.shared_case(couple.db, couple.case.id, couple.third.actor)
    assert casework.own_cases(couple.db, couple.third.actor) == []
    with pytest.raises(NotFound):
        casework.own_case(couple.db, couple.case.id, couple.spouse.actor)
    with pytest.raises(NotFound):
        submission.withdraw_application(couple.db, couple.case, couple.spouse.actor, NOW)


def test_the_agreement_goes_on_when_both_have_accepted_it(couple: Couple, staff: Staff) -> None:
    case, db, at = granted(couple, staff), couple.db, noon(DAY)
    offered, _ = agreements.offer_agreement(db, case, Offer("15"), render, staff.preparer.actor, at)
    assert offered.co_borrower_id == co_borrowers.co_borrower_of(db, case).id
    with pytest.raises(NotFound):
        agreements.accept_agreement(db, case, couple.third.actor, at)
    agreements.accept_agreement(db, case, couple.spouse.actor, at, offered.document_sha256)
    assert (case.state, offered.state, offered.co_accepted_at, offered.accepted_at) == (
        "agreement_offered",
        "offered",
        at,
        None,
    )
    with pytest.raises(Refused, match="not-in-this-state"):
        agreements.conclude_agreement(db, case, staff.decider.actor, at)
    with pytest.raises(Refused, match="agreement-accepted-already"):
        agreements.accept_agreement(db, case, couple.spouse.actor, at)
    with pytest.raises(Refused, match="agreement-changed"):
        agreements.accept_agreement(db, case, couple.applicant.actor, at, "0" * 64)
    agreements.accept_agreement(db, case, couple.applicant.actor, at)
    assert (case.state, offered.state) == ("agreement_accepted", "accepted")
    agreements.conclude_agreement(db, case, staff.decider.actor, at)
    told = set(db.scalars(select(Notice.citizen_id).where(Notice.kind == "agreement-concluded")))
    assert told == {couple.applicant.id, couple.spouse.id}, "each gets a notice of their own"


def test_a_new_offer_is_accepted_anew_by_both(couple: Couple, staff: Staff) -> None:
    case, db, at = granted(couple, staff), couple.db, noon(DAY)
    agreements.offer_agreement(db, case, Offer("15"), render, staff.preparer.actor, at)
    agreements.accept_agreement(db, case, couple.applicant.actor, at)
    agreements.offer_agreement(db, case, Offer("last"), render, staff.preparer.actor, at)
    agreements.accept_agreement(db, case, couple.spouse.actor, at)
    assert case.state == "agreement_offered"


def test_both_see_the_loan_and_either_asks_for_changes(couple: Couple, staff: Staff) -> None:
    case, db, at = granted(couple, staff), couple.db, noon(DAY)
    agreements.offer_agreement(db, case, Offer("15"), render, staff.preparer.actor, at)
    for borrower in (couple.applicant, couple.spouse):
        agreements.accept_agreement(db, case, borrower.actor, at)
    agreements.conclude_agreement(db, case, staff.decider.actor, at)
    loan = disbursement.record_disbursement(db, case, [Payee(3000_00)], DAY, staff.payments.actor, at)
    for borrower in (couple.applicant, couple.spouse):
        assert own_loan(db, loan.id, borrower.actor) is loan and own_loans(db, borrower.actor) == [loan]
    assert own_loans(db, couple.third.actor) == []
    with pytest.raises(NotFound):
        own_loan(db, loan.id, couple.third.actor)
    on = DAY + timedelta(days=10)
    due = [row.due_date for row in position(db, loan, on).rows if row.state == "planned"][:1]
    request = grace.request_grace(db, loan, due, "Lomautettu.", couple.spouse.actor, noon(on))
    assert request.requested_by_id == couple.spouse.id
    for borrower in (couple.applicant, couple.spouse):
        assert requests.own_request(db, request.id, borrower.actor) is request
    for act in (
        lambda by: requests.own_request(db, request.id, by),
        lambda by: requests.withdraw_request(db, request, by, noon(on)),
        lambda by: grace.request_grace(db, loan, due, "Ei ole minun.", by, noon(on)),
        lambda by: extra_effect.choose_effect(db, loan, "shorten_term", by, noon(on)),
    ):
        with pytest.raises(NotFound):
            act(couple.third.actor)
    requests.withdraw_request(db, request, couple.applicant.actor, noon(on))
    extra_effect.choose_effect(db, loan, "lower_instalment", couple.spouse.actor, noon(on))
    assert loan.extra_effect == "lower_instalment"


def test_the_record_of_the_spouse_is_their_own(couple: Couple) -> None:
    accepted = couple.accepts()
    assert couple.db.get_one(Citizen, accepted.citizen_id).display_name == "Eeva Virtanen"
    assert (accepted.share_permille, accepted.own_share_permille) == (400, 600)
    assert CoBorrower(share_permille=None).own_share_permille is None


def test_the_spouse_withdraws_and_gives_the_consent_anew_themselves(couple: Couple) -> None:
    couple.accepts()
    db, case = couple.db, couple.case
    consent.withdraw_consent(db, case, couple.spouse.actor, NOW)
    assert consent.valid_consent(db, case, NOW, couple.spouse.id) is None
    with pytest.raises(Refused, match="consent-missing"):
        consent.withdraw_consent(db, case, couple.applicant.actor, NOW)
    given = consent.give_consent(db, case, "sv", couple.spouse.actor, NOW)
    assert consent.valid_consent(db, case, NOW, couple.spouse.id) is given
    assert [each.language for each in consent.consents_of(db, case, couple.spouse.id)].count("sv") == 1
    assert consent.consents_of(db, case) == [], "the applicant has given none"
    for act in (
        lambda: consent.give_consent(db, case, "fi", couple.third.actor, NOW),
        lambda: consent.withdraw_consent(db, case, couple.third.actor, NOW),
    ):
        with pytest.raises(NotFound):
            act()


def test_the_debts_of_each_are_asked_about_by_their_own_consent(couple: Couple, staff: Staff) -> None:
    couple.accepts()
    db, case = couple.db, couple.case
    case.handler_id = staff.preparer.id
    db.flush()
    by = staff.preparer.actor
    with pytest.raises(Refused, match="consent-missing"):
        investigation.investigate(db, case, "Ulosotto", "Velan määrä", by, NOW)
    investigation.investigate(db, case, "Ulosotto", "Velan määrä", by, NOW, couple.spouse.id)
    [use] = consent.uses_of(db, case)
    assert (use.asked_of, use.whose) == ("Ulosotto", couple.spouse.id)
