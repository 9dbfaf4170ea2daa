"""Pages of spouses who borrow together: the invitation, the answer, the agreement and the loan; nothing elsewhere."""

from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from backoffice.letters import render_decision
from lending.applications.model import Application
from lending.cases.model import Case, CoBorrower, Event, FrozenDocument
from lending.decisions.decision import decision_of
from lending.loans import agreements, disbursement
from lending.loans.disbursement import Payee
from lending.loans.model import Agreement, Loan
from lending.people import citizens
from lending.people.model import AccessLogEntry, Citizen, StaffMember
from tests.builders import a_case, a_citizen, a_colleague
from tests.clock import NOW
from tests.web.conftest import SignIn
from tests.web.office import errors_of, words_of
from tests.web.police import Police, page_of, text_of
from tests.workflow.loan_life import a_granted_case, noon, some_staff

Sessions = sessionmaker[Session]
TODAY = NOW.date()


class Pages:
    """A couple and a third, signed in, and a case of the first one under Kemi's criteria."""

    def __init__(self, sessions: Sessions, sign_in: SignIn, organisation: str = "kemi") -> None:
        self.sessions, self.sign_in = sessions, sign_in
        with sessions.begin() as db:
            self.applicant, self.spouse, self.third = (
                a_citizen(db, given_names=name, municipality="240", language="en") for name in ("Arto", "Eeva", "Kai")
            )
            case = a_case(db, self.applicant, state="in_preparation", organisation=organisation)
            db.add(Application(case_id=case.id, amount_cents=3000_00, months=36))
            self.case_id: UUID = case.id
            self.hetu = citizens.hetu_of(db, self.spouse)
        self.own, self.other, self.stranger = (sign_in(each) for each in (self.applicant, self.spouse, self.third))

    @property
    def page(self) -> str:
        return f"/my/cases/{self.case_id}/co-borrower"

    def invite(self, **other: str) -> Any:
        told = {
            "given_names": "Eeva",
            "family_name": "Virtanen",
            "hetu": self.hetu,
            "liability": "divided",
            "share": "40",
        }
        return self.own.send_form(self.page, told | other)

    def answer(self, client: Police | None = None, **other: str) -> Any:
        with self.sessions() as db:
            invited = db.scalars(select(CoBorrower.id)).one()
        told = {
            "invitation": str(invited),
            "answer": "accept",
            "agreed": "y",
            "version": "debt-investigation-1",
            "shown_in": "en",
        }
        return (client or self.other).send_form("/my/invitations", told | other, from_page="/feedback")

    def worker(self) -> StaffMember:
        """Somebody of the unit who prepares, and reads English."""
        with self.sessions.begin() as db:
            member = a_colleague(db, "preparer", organisation="kemi")
            member.language = "en"
            return member

    def state(self) -> str:
        with self.sessions() as db:
            return db.scalars(select(CoBorrower.state)).one()

    def grant(self) -> Any:
        """Let the loan be granted to the couple and its agreement be offered. Returns the staff."""
        with self.sessions.begin() as db:
            staff = some_staff(db, "kemi")
            granted = a_granted_case(db, staff, citizen=db.get_one(Citizen, self.applicant.id), on=TODAY)
            db.add(Application(case_id=granted.id, purpose="home", amount_cents=3000_00, months=24))
            for invited in db.scalars(select(CoBorrower)):
                invited.case_id = granted.id
            self.case_id = granted.id
        page = f"/office/cases/{self.case_id}/agreement/offer"
        offered = self.sign_in(staff.preparer).send_form(page, {"due_day": "15", "expected_on": f"{TODAY:%d.%m.%Y}"})
        assert offered.status_code == 303
        return staff


@pytest.fixture
def pages(sessions: Sessions, sign_in: SignIn) -> Pages:
    return Pages(sessions, sign_in)


def test_the_applicant_invites_and_the_spouse_reads_it_when_they_sign_in(pages: Pages) -> None:
    assert "Invite your spouse" in words_of(pages.own.get(pages.page))
    assert pages.invite().status_code == 303
    words = words_of(pages.own.get(pages.page))
    assert "Eeva Virtanen" in words and "Has not answered yet" in words and "You 60 %, your spouse 40 %" in words
    assert "Your spouse asks you to take a social loan together." in words_of(pages.other.get("/my"))
    words = words_of(pages.other.get("/my/invitations"))
    assert "Arto Virtanen asks you to take a social loan together." in words
    assert "3 000,00 €" in words and "You 40 %, your spouse 60 %" in words
    assert pages.hetu not in pages.own.get(pages.page).text


def test_a_third_sees_no_invitation_and_no_case(pages: Pages) -> None:
    pages.invite()
    pages.answer()
    assert "Invitation" not in words_of(pages.stranger.get("/my"))
    assert "No invitation waits for you" in words_of(pages.stranger.get("/my/invitations"))
    for page in (pages.page, f"/my/cases/{pages.case_id}"):
        assert pages.stranger.get(page).status_code == 404
    assert pages.other.get(pages.page).status_code == 404, "the spouse invites nobody"


def test_accepting_needs_the_consent_and_makes_the_case_ones_own(pages: Pages) -> None:
    pages.invite()
    assert "/my/cases" not in pages.other.get("/my").text
    response = pages.answer(agreed="")
    assert response.status_code == 422
    assert errors_of(response) == ["To borrow together, tick that you have read the text and give your consent."]
    assert pages.answer().status_code == 303 and pages.state() == "accepted"
    words = words_of(pages.other.get(f"/my/cases/{pages.case_id}"))
    assert "You borrow together with Arto Virtanen. Liability: You 40 %, your spouse 60 %" in words
    assert "Withdraw the application" not in words and "Add a document" not in words
    assert pages.other.get(f"/my/cases/{pages.case_id}/application").status_code == 200
    assert pages.other.get(f"/my/cases/{pages.case_id}/withdraw").status_code == 404
    assert "Borrows together with you" in words_of(pages.own.get(f"/my/cases/{pages.case_id}"))


def test_a_declined_invitation_is_told_in_plain_words(pages: Pages) -> None:
    pages.invite()
    assert pages.answer(answer="decline", agreed="").status_code == 303 and pages.state() == "declined"
    assert "Your spouse does not want to borrow together." in words_of(pages.own.get(pages.page))
    assert pages.other.get(f"/my/cases/{pages.case_id}").status_code == 404
    assert errors_of(pages.answer()) == ["This invitation no longer waits for an answer."]


def test_a_withdrawn_invitation_is_told_in_plain_words(pages: Pages) -> None:
    pages.invite()
    token_page = pages.page
    assert pages.own.send_form(f"{pages.page}/withdraw", {}, from_page=token_page).status_code == 303
    assert "You have left your spouse out." in words_of(pages.own.get(pages.page))
    assert "No invitation waits for you" in words_of(pages.other.get("/my/invitations"))


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"given_names": ""}, "Write the first names of your spouse."),
        ({"hetu": "123"}, "Check the personal identity code: it is not a valid one."),
        ({"liability": ""}, "Choose how you are liable for the loan."),
        ({"share": ""}, "The share of your spouse must be more than 0 and less than 100 per cent."),
        ({"share": "33,33"}, "Write the share with at most one decimal."),
    ],
)
def test_what_is_wrong_in_an_invitation_is_told(pages: Pages, other: dict[str, str], sentence: str) -> None:
    response = pages.invite(**other)
    assert response.status_code == 422 and sentence in errors_of(response)


def test_both_may_be_liable_for_the_whole_loan(pages: Pages) -> None:
    pages.invite(liability="joint", share="")
    assert "Both are liable for the whole loan" in words_of(pages.other.get("/my/invitations"))


def test_where_there_is_one_borrower_nothing_of_it_is_shown(sessions: Sessions, sign_in: SignIn) -> None:
    pages = Pages(sessions, sign_in, organisation="keusote")
    assert pages.own.get(pages.page).status_code == 404
    for page in ("", "/application"):
        words = words_of(pages.own.get(f"/my/cases/{pages.case_id}{page}"))
        assert "spouse" not in words.lower() and "Borrowers" not in words


@pytest.mark.parametrize(
    ("language", "liability", "sentence"),
    [
        ("fi", "divided", "Arto Virtanen vastaa luotosta 60 % ja Eeva Virtanen 40 %."),
        ("fi", "joint", "puolisot vastaavat luotosta yhteisvastuullisesti."),
        ("sv", "divided", "Arto Virtanen svarar för 60 % av krediten och Eeva Virtanen för 40 %."),
        ("sv", "joint", "makarna svarar solidariskt för krediten."),
        ("en", "divided", "Arto Virtanen is liable for 60 % of the loan and Eeva Virtanen for 40 %."),
        ("en", "joint", "the spouses are jointly and severally liable for the loan."),
    ],
)
def test_the_agreement_names_both_and_how_they_are_liable(
    pages: Pages, language: str, liability: str, sentence: str
) -> None:
    pages.invite(liability=liability)
    pages.answer()
    with pages.sessions.begin() as db:
        db.get_one(Citizen, pages.applicant.id).language = language
    pages.grant()
    with pages.sessions() as db:
        letter = db.scalars(select(FrozenDocument.html).where(FrozenDocument.kind == "agreement")).one()
    words = " ".join(letter.replace("\u00a0", " ").split())
    assert sentence in words
    assert language != "sv" or "när båda kredittagarna och kreditgivarens tjänsteinnehavare har godkänt det" in words


def step_of_both(client: Police, page: str) -> str:
    """The step of the agreement in which both accept it, in words."""
    (step,) = [text_of(each) for each in page_of(client.get(page)).iter("li") if "Both borrowers" in text_of(each)]
    return step


def test_a_spouse_is_not_promised_to_be_able_to_withdraw_what_is_the_applicants(pages: Pages) -> None:
    pages.invite()
    pages.answer()
    pages.grant()
    page = f"/my/cases/{pages.case_id}/agreement"
    words = words_of(pages.other.get(page))
    assert "Your spouse can withdraw the application." in words
    assert "You can withdraw your application" not in words
    assert "You can withdraw your application" in words_of(pages.own.get(page))
    for client in (pages.own, pages.other):
        assert "when both borrowers and an official have accepted it" in words_of(client.get(page))


def test_both_accept_the_agreement_and_both_see_the_loan(pages: Pages) -> None:
    pages.invite()
    pages.answer()
    staff = pages.grant()
    page = f"/my/cases/{pages.case_id}/agreement"
    with pages.sessions() as db:
        read = {"accepted": "y", "sha256": db.scalars(select(Agreement.document_sha256)).one()}
    assert pages.other.send_form(page, read).status_code == 303
    words = words_of(pages.other.get(page))
    assert "Next the other borrower accepts it" in words
    for waits in ("/my", f"/my/cases/{pages.case_id}"):
        told = "It waits for your spouse to accept it too."
        assert told in words_of(pages.other.get(waits)) and told not in words_of(pages.own.get(waits))
    assert " at " not in step_of_both(pages.other, page), "it is not done yet, so there is no time at which it was"
    assert "Accept the agreement" in words_of(pages.own.get(page))
    assert pages.stranger.get(page).status_code == 404
    assert pages.own.send_form(page, read).status_code == 303
    assert " at " in step_of_both(pages.own, page)
    with pages.sessions.begin() as db:
        db.get_one(StaffMember, staff.preparer.id).language = "en"
    told = words_of(pages.sign_in(staff.preparer).get(f"/office/cases/{pages.case_id}/agreement"))
    assert "An official who has the right to do so concludes the agreement next." in told, "in some counties a preparer"
    with pages.sessions.begin() as db:
        case, at = db.get_one(Case, pages.case_id), noon(TODAY)
        assert case.state == "agreement_accepted"
        agreements.conclude_agreement(db, case, staff.decider.actor, at)
        disbursement.record_disbursement(db, case, [Payee(3000_00)], TODAY, staff.payments.actor, at)
        loan_id = db.scalars(select(Loan.id)).one()
    for client in (pages.own, pages.other):
        page, other = f"/my/loans/{loan_id}", "Eeva" if client is pages.own else "Arto"
        shares = "You 60 %, your spouse 40 %" if client is pages.own else "You 40 %, your spouse 60 %"
        assert f"You borrow together with {other} Virtanen. Liability: {shares}" in words_of(client.get(page))
        assert f"/my/loans/{loan_id}" in client.get("/my").text
        assert client.get(f"/my/loans/{loan_id}/grace").status_code == 200
    assert pages.stranger.get(f"/my/loans/{loan_id}").status_code == 404
    with pages.sessions.begin() as db:
        db.get_one(StaffMember, staff.payments.id).language = "en"
    words = words_of(pages.sign_in(staff.payments).get(f"/office/loans/{loan_id}"))
    assert "The other borrower" in words and "Arto Virtanen 60 %, Eeva Virtanen 40 %" in words


def test_staff_see_the_spouse_and_the_spouse_sees_who_has_looked(pages: Pages, sign_in: SignIn) -> None:
    pages.invite()
    pages.answer()
    words = words_of(sign_in(pages.worker()).get(f"/office/cases/{pages.case_id}"))
    assert "The spouse" in words and "Eeva Virtanen" in words and "Has accepted" in words and "40 %" in words
    with pages.sessions() as db:
        seen = set(db.scalars(select(AccessLogEntry.citizen_id)))
    assert seen == {pages.applicant.id, pages.spouse.id}


def test_each_consent_is_shown_and_used_for_its_own_debts(pages: Pages, sign_in: SignIn) -> None:
    pages.invite()
    pages.answer()
    member = pages.worker()
    with pages.sessions.begin() as db:
        db.get_one(Case, pages.case_id).handler_id = member.id
    office, page = sign_in(member), f"/office/cases/{pages.case_id}/consent"
    use = {"whose": "spouse", "asked_of": "The enforcement authority", "purpose": "How much is owed"}
    assert office.send_form(page, use).status_code == 303
    words = words_of(office.get(page))
    assert "The enforcement authority" in words and "Eeva Virtanen" in words
    assert office.send_form(page, use | {"whose": "applicant"}).status_code == 422
    own = f"/my/cases/{pages.case_id}/consent"
    assert "The enforcement authority" in words_of(pages.other.get(own))
    assert "The enforcement authority" not in words_of(pages.own.get(own))
    assert "Your consent is in force" in words_of(pages.other.get(own))
    case = f"/office/cases/{pages.case_id}"
    assert "Consent to debt investigation Given on" in words_of(office.get(case))
    assert pages.other.send_form(f"{own}/withdraw", {}, from_page=own).status_code == 303
    assert "Your consent is in force" not in words_of(pages.other.get(own))
    assert "Consent to debt investigation Not in force" in words_of(office.get(case))
    assert "Consent withdrawn" in words_of(office.get(page))


def test_a_use_is_offered_only_of_a_consent_in_force_and_told_to_the_one_whose_debts_they_are(
    pages: Pages, sign_in: SignIn
) -> None:
    pages.invite()
    pages.answer()
    member = pages.worker()
    with pages.sessions.begin() as db:
        db.get_one(Case, pages.case_id).handler_id = member.id
    office, page = sign_in(member), f"/office/cases/{pages.case_id}/consent"
    response = office.get(page)
    chosen = {
        each.get("value"): each.get("checked")
        for each in page_of(response).iter("input")
        if each.get("name") == "whose"
    }
    assert list(chosen) == ["spouse"] and chosen["spouse"] is not None, "the applicant has given no consent"
    words = words_of(response)
    assert "so the applicant's debts may not be asked about" in words and "so debts may not" not in words
    assert "The one whose debts they are sees this in their own service." in words and "The applicant sees" not in words
    response = office.send_form(page, {"whose": "spouse", "asked_of": "The bank", "purpose": "How much is owed"})
    assert "the spouse can see it" in words_of(office.get(page)) and response.status_code == 303


def test_what_the_spouse_did_stands_under_their_own_name(pages: Pages, sign_in: SignIn) -> None:
    pages.invite()
    pages.answer()
    with pages.sessions.begin() as db:
        db.add(
            Event(
                case_id=pages.case_id,
                kind="application-submitted",
                at=NOW,
                actor_kind="citizen",
                actor_id=pages.applicant.id,
                facts={},
            )
        )
    office = words_of(sign_in(pages.worker()).get(f"/office/cases/{pages.case_id}/timeline"))
    assert "accepted to borrow together" in office
    assert "Eeva Virtanen" in office.partition("accepted to borrow together")[2].partition("was invited")[0]
    own, other = (words_of(client.get(f"/my/cases/{pages.case_id}")) for client in (pages.own, pages.other))
    assert "You sent the application" in own and "Your application for a social loan" in own
    assert "The application of you and your spouse" in other
    assert "You sent the application" not in other and "The application was sent" in other
    page = f"/my/cases/{pages.case_id}/application"
    assert "so “you” on this page is Arto Virtanen" in words_of(pages.other.get(page))
    assert "so “you”" not in words_of(pages.own.get(page))


def test_each_reads_of_a_use_whose_debts_were_asked_about(pages: Pages, sign_in: SignIn) -> None:
    pages.invite()
    pages.answer()
    member = pages.worker()
    with pages.sessions.begin() as db:
        db.get_one(Case, pages.case_id).handler_id = member.id
    use = {"whose": "spouse", "asked_of": "The enforcement authority", "purpose": "How much is owed"}
    sign_in(member).send_form(f"/office/cases/{pages.case_id}/consent", use)
    own, other = (words_of(client.get(f"/my/cases/{pages.case_id}")) for client in (pages.own, pages.other))
    assert "We asked about your spouse's debts with their consent" in own and "asked about your debts" not in own
    assert "We asked about your debts with your consent" in other and "your spouse's debts" not in other


def test_what_each_did_is_told_as_theirs_and_what_was_asked_of_one_is_not_told_as_asked_of_both(pages: Pages) -> None:
    pages.invite()
    pages.answer()
    with pages.sessions.begin() as db:
        db.add(Event(case_id=pages.case_id, kind="supplement-requested", at=NOW, actor_kind="system", facts={}))
    own, other = (words_of(client.get(f"/my/cases/{pages.case_id}")) for client in (pages.own, pages.other))
    assert "You invited your spouse to borrow together" in own and "The spouse accepted to borrow together" in own
    assert "An invitation to borrow together was sent" in other and "You accepted to borrow together" in other
    assert "We asked you for more information" in own and "We asked you for more information" not in other
    assert "We asked the applicant for more information" in other


def test_what_is_asked_of_the_applicant_is_not_asked_of_the_spouse(pages: Pages) -> None:
    pages.invite()
    pages.answer()
    with pages.sessions.begin() as db:
        db.get_one(Case, pages.case_id).state = "waiting_for_citizen"
    assert f"/my/cases/{pages.case_id}/supplement" in pages.own.get("/my").text
    assert f"/my/cases/{pages.case_id}/supplement" not in pages.other.get("/my").text
    for page in ("/my", f"/my/cases/{pages.case_id}"):
        words = words_of(pages.other.get(page))
        assert "They answer for you both." in words and "Waiting for you" not in words


def test_to_leave_a_spouse_out_is_not_to_give_them_away_in_swedish(pages: Pages) -> None:
    with pages.sessions.begin() as db:
        db.get_one(Citizen, pages.applicant.id).language = "sv"
    pages.invite()
    before = words_of(pages.own.get(pages.page))
    pages.own.send_form(f"{pages.page}/withdraw", from_page=pages.page)
    after = words_of(pages.own.get(pages.page))
    assert "Ta bort min make eller maka från ansökan" in before
    assert "Du har tagit bort din make eller maka från ansökan." in after
    assert "lämna" not in (before + after).lower()


def test_who_was_left_out_is_not_listed_among_the_borrowers(pages: Pages) -> None:
    pages.invite()
    pages.own.send_form(f"{pages.page}/withdraw", from_page=pages.page)
    case = f"/my/cases/{pages.case_id}"
    borrowers = page_of(pages.own.get(case)).find(".//*[@id='borrowers']")
    assert "Eeva" not in text_of(borrowers) and "Borrowing together with your spouse" in text_of(borrowers)
    with pages.sessions.begin() as db:
        db.get_one(Case, pages.case_id).state = "draft"
    words = words_of(pages.own.get(f"{case}/application"))
    assert "Eeva" not in words and "You apply alone, unless you invite your spouse to borrow together." in words


def test_what_the_applicant_has_withdrawn_is_not_said_to_be_withdrawn_by_the_spouse(pages: Pages) -> None:
    pages.invite()
    pages.answer()
    assert pages.own.send_form(f"/my/cases/{pages.case_id}/withdraw").status_code == 303
    told = "Your spouse has withdrawn the application of you both."
    for page in ("/my", f"/my/cases/{pages.case_id}"):
        assert told in words_of(pages.other.get(page)) and told not in words_of(pages.own.get(page))
        assert "You have withdrawn this application." in words_of(pages.own.get(page))
        assert "by you" not in words_of(pages.other.get(page))
    words = words_of(pages.own.get(pages.page))
    assert "The application has been withdrawn, so the borrowers can no longer change." in words
    assert "The decision is being made" not in words


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("draft", "You see the case here when your spouse has sent the application."),
        ("submitted", "You see the case here among your cases."),
    ],
)
def test_who_accepts_is_told_when_the_case_can_be_seen(pages: Pages, state: str, sentence: str) -> None:
    pages.invite()
    with pages.sessions.begin() as db:
        db.get_one(Case, pages.case_id).state = state
    pages.answer()
    page = pages.other.get("/my")
    assert sentence in words_of(page) and (f"/my/cases/{pages.case_id}" in page.text) == (state != "draft")


def test_the_receipt_does_not_say_that_nothing_is_to_be_done_while_the_spouse_has_not_answered(pages: Pages) -> None:
    receipt = f"/my/cases/{pages.case_id}/application/sent"
    assert "You do not need to do anything" in words_of(pages.own.get(receipt))
    pages.invite()
    words = words_of(pages.own.get(receipt))
    assert "Tell your spouse to sign in to this service" in words and "You do not need to do anything" not in words
    pages.answer()
    assert "You do not need to do anything" in words_of(pages.own.get(receipt))


def test_a_draft_is_its_writers_alone_and_tells_who_borrows(pages: Pages) -> None:
    pages.invite()
    pages.answer()
    with pages.sessions.begin() as db:
        db.get_one(Case, pages.case_id).state = "draft"
    draft = f"/my/cases/{pages.case_id}/application"
    assert pages.other.get(draft).status_code == 404
    for page in (draft, f"{draft}/check"):
        words = words_of(pages.own.get(page))
        assert "Eeva Virtanen" in words and "Borrows together with you" in words


@pytest.mark.parametrize(
    ("liability", "sentence"),
    [
        ("divided", "hakija vastaa luotosta 60 %, Eeva Virtanen 40 %"),
        ("joint", "molemmat vastaavat koko luotosta"),
    ],
)
def test_the_decision_names_the_spouse_and_how_both_are_liable(
    pages: Pages, app: Flask, liability: str, sentence: str
) -> None:
    pages.invite(liability=liability)
    pages.answer()
    with pages.sessions.begin() as db:
        db.get_one(Citizen, pages.applicant.id).language = "fi"
    pages.grant()
    with pages.sessions() as db, app.test_request_context("/"):
        decision = decision_of(db, db.get_one(Case, pages.case_id))
        assert decision is not None
        letter = " ".join(render_decision(db, decision).replace("\u00a0", " ").split())
    assert "Yhdessä hakijan kanssa" in letter and "Eeva Virtanen" in letter and sentence in letter
    assert "kun hakija, hänen puolisonsa ja luotonantaja ovat hyväksyneet" in letter


def test_the_offer_of_a_loan_without_interest_speaks_of_none(pages: Pages) -> None:
    staff = pages.grant()
    with pages.sessions.begin() as db:
        db.get_one(StaffMember, staff.preparer.id).language = "en"
    office = pages.sign_in(staff.preparer)
    words = words_of(office.get(f"/office/cases/{pages.case_id}/agreement/offer"))
    assert "The loan is interest-free, and there are no costs." in words and "There is no interest" in words
    assert "reference rate of the day" not in words and "with interest" not in words
    assert "the loan is interest-free" in words_of(office.get(f"/office/cases/{pages.case_id}/agreement"))
