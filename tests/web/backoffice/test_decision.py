"""Proposal and decision: two people, reasons, and a letter that is complete in the applicant's language."""

from typing import Any

import pytest
from sqlalchemy import select

from lending.applications.model import Application
from lending.applications.submission import withdraw_application
from lending.cases import documents
from lending.cases.model import Case
from lending.decisions.decision import decision_of
from lending.decisions.proposal import propose_refusal, return_proposal, waiting_proposal
from lending.people.model import StaffMember, StaffRole
from tests.builders import a_citizen
from tests.web.office import Office, address, errors_of, words_of
from tests.web.police import page_of, text_of
from tests.workflow.cases_in_work import LATER, InWork

GRANT = {"amount": "3 000", "months": "36", "purpose": "debts", "reasons": "Velkakierre katkeaa."}


def at(work: InWork, *rest: str) -> str:
    return address(work, "decision", *rest)


@pytest.fixture
def proposed(office: Office, work: InWork) -> InWork:
    office.propose(work)
    return work


def letter_of(office: Office, work: InWork) -> str:
    [letter] = [each for each in office.do(documents.documents_of, work) if each.kind == "decision"]
    return letter.html.replace("\u00a0", " ")


@pytest.mark.parametrize(("language", "name"), [("fi", "Ehdot"), ("sv", "Villkor")])
def test_conditions_are_called_on_the_page_what_the_letter_calls_them(office: Office, language: str, name: str) -> None:
    work = office.case(lambda db: a_citizen(db, language=language))
    office.propose(work, conditions="Pesukone.")
    with office.sessions.begin() as db:
        decider = db.get_one(StaffMember, work.decider.id)
        decider.language = language
    client = office.sign_in(decider)
    for page in (at(work), at(work, "preview")):
        terms = [text_of(term) for term in page_of(client.get(page)).findall(".//main//dt")]
        assert name in terms


# --- Proposing


def test_a_grant_is_proposed_when_everything_has_been_assessed(office: Office, work: InWork) -> None:
    client = office.preparer_of(work)
    client.queries_at_most = 34  # the act, and then the page that says why it was refused
    assert "Before a grant can be proposed:" in words_of(client.get(at(work)))
    early = client.send_form(at(work, "propose-grant"), GRANT)
    assert (early.status_code, len(errors_of(early))) == (422, 1)
    office.assess(work)
    assert client.send_form(at(work, "propose-grant"), GRANT).status_code == 303
    assert office.state_of(work) == "waiting_for_decision"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"amount": "199,99"}, "The amount must be from 200,00 € to 10 000,00 €"),
        ({"amount": "kolme tonnia"}, "must be an amount of euros"),
        ({"months": "97"}, "The repayment period can be at most 96 months"),
        ({"purpose": "car"}, "Choose one of the options for “Purpose”."),
        ({"amount": "2 000", "reasons": ""}, "Write why less is granted"),
    ],
)
def test_a_grant_outside_the_criteria_is_refused_at_its_field(
    office: Office, work: InWork, change: dict[str, str], sentence: str
) -> None:
    office.assess(work)
    response = office.preparer_of(work).send_form(at(work, "propose-grant"), GRANT | change)
    assert response.status_code == 422
    [error] = errors_of(response)
    assert sentence in error.replace("\u00a0", " ")
    summary = page_of(response).find(".//*[@id='error-summary']//a")
    assert summary is not None and summary.get("href") == f"#{next(iter(change)) if len(change) == 1 else 'reasons'}"
    page = page_of(response)
    assert page.find(".//input[@name='amount']").get("value") == (GRANT | change)["amount"]
    assert office.state_of(work) == "in_preparation"


def test_a_refusal_needs_clauses_and_reasons(office: Office, work: InWork) -> None:
    client = office.preparer_of(work)
    empty = client.send_form(at(work, "propose-refusal"), {})
    assert errors_of(empty) == ["Choose at least one clause.", "Write the reasons for the refusal."]
    told = {"clauses": ["4.6a", "4.6b"], "reasons": "Summan voi säästää neljässä kuukaudessa."}
    assert client.send_form(at(work, "propose-refusal"), told).status_code == 303
    page = words_of(client.get(at(work)))
    assert "4.6a:" in page
    assert "Summan voi säästää" in page


def test_the_preparer_takes_the_proposal_back(office: Office, proposed: InWork) -> None:
    client = office.preparer_of(proposed)
    assert client.send_form(at(proposed, "withdraw-proposal"), from_page=at(proposed)).status_code == 303
    assert office.state_of(proposed) == "in_preparation"


def test_a_decision_maker_who_prepares_nothing_cannot_propose(office: Office, work: InWork) -> None:
    client = office.decider_of(work)
    assert client.get(at(work, "propose-grant")).status_code == 403
    assert client.get(at(work, "propose-refusal")).status_code == 403


# --- Two people


def test_the_one_who_prepared_cannot_decide_and_is_told_why(office: Office, work: InWork) -> None:
    with office.sessions.begin() as db:
        db.add(StaffRole(staff_id=work.preparer.id, role="decider"))
    office.propose(work)
    client = office.preparer_of(work)
    page = client.get(at(work))
    assert "You prepared this proposal, so another person decides on it." in words_of(page)
    assert not [button for button in page_of(page).iter("button") if text_of(button) == "Decide as proposed"]
    for path, told in (
        ("confirm", {"channel": "letter"}),
        ("decide-grant", GRANT | {"channel": "letter"}),
        ("decide-refusal", {"clauses": ["4.6a"], "reasons": "Ei.", "channel": "letter"}),
    ):
        refused = client.send_form(at(work, path), told, from_page=at(work))
        assert refused.status_code == 422
        assert "The decision must be made by another person" in refused.text
    assert office.state_of(work) == "waiting_for_decision"


@pytest.mark.parametrize("role", ["preparer", "payments", "waiver_decider"])
def test_those_without_the_right_do_not_decide(office: Office, proposed: InWork, role: str) -> None:
    client = office.client(role)
    for path in ("confirm", "decide-grant", "decide-refusal", "return"):
        assert client.send_form(at(proposed, path), from_page="/office/feedback").status_code == 403
    assert office.state_of(proposed) == "waiting_for_decision"


# --- Deciding


def test_the_lines_of_the_reasons_are_kept_where_they_are_decided_on(office: Office, work: InWork) -> None:
    office.propose(work, reasons="First.\nSecond.")
    page = page_of(office.decider_of(work).get(at(work)))
    assert "First.\nSecond." in [each.text for each in page.iter("span") if each.get("class") == "vk-told"]


def test_the_decision_is_made_as_proposed_and_its_letter_is_kept(office: Office, proposed: InWork) -> None:
    client = office.decider_of(proposed)
    assert client.send_form(at(proposed, "confirm"), {"channel": "letter"}, from_page=at(proposed)).status_code == 303
    assert office.state_of(proposed) == "granted"
    page = words_of(client.get(at(proposed)))
    # Sent on Tuesday 1.9., known on the 7th day, 30 days from then are 8.10.
    assert "8.9.2026" in page
    assert "8.10.2026" in page
    made = office.do(decision_of, proposed)
    letter = client.get(address(proposed, "documents", str(made.document_id)))
    assert "Kept word for word since" in words_of(letter)
    sheet = page_of(letter).find(".//article")
    assert sheet is not None and sheet.get("lang") == "fi"
    assert "Päätös sosiaalisesta luotosta: luotto myönnetään" in text_of(sheet)


def test_a_consent_that_has_ended_with_the_case_is_not_told_as_one_never_given(office: Office, work: InWork) -> None:
    with office.sessions.begin() as db:
        db.get_one(Case, work.case.id).state = "refused"
    words = words_of(office.preparer_of(work).get(address(work)))
    assert "Debt investigation Not in force" in words and "No consent" not in words


def test_the_channel_must_be_chosen(office: Office, proposed: InWork) -> None:
    client = office.decider_of(proposed)
    refused = client.send_form(at(proposed, "confirm"), {"channel": "pigeon"}, from_page=at(proposed))
    assert errors_of(refused) == ["Choose one of the options for “How is the decision sent?”."]
    assert office.state_of(proposed) == "waiting_for_decision"


def test_other_terms_are_granted_only_with_reasons_of_ones_own(office: Office, proposed: InWork) -> None:
    client = office.decider_of(proposed)
    client.queries_at_most = 34  # the grant, the money it takes, the letter and the notice
    page = page_of(client.get(at(proposed, "decide-grant")))
    assert page.find(".//input[@name='amount']").get("value") == "3 000,00"
    told = GRANT | {"amount": "2 500", "channel": "electronic"}
    refused = client.send_form(at(proposed, "decide-grant"), told | {"reasons": ""})
    assert errors_of(refused) == ["Write the reasons for your decision."]
    assert client.send_form(at(proposed, "decide-grant"), told).status_code == 303
    made = office.do(decision_of, proposed)
    assert (made.amount_cents, made.channel, made.known_on.isoformat()) == (2500_00, "electronic", "2026-09-04")
    assert "Muilta osin hakemus hylätään." in letter_of(office, proposed)
    assert "luotto myönnetään osittain" in letter_of(office, proposed), (
        "the heading does not promise more than is granted"
    )


def test_the_case_is_returned_with_a_note_that_the_preparer_reads(office: Office, proposed: InWork) -> None:
    client = office.decider_of(proposed)
    assert errors_of(client.send_form(at(proposed, "return"), {"note": ""})) == ["Write what must still be prepared."]
    assert client.send_form(at(proposed, "return"), {"note": "Selvitä vuokra."}).status_code == 303
    assert office.state_of(proposed) == "in_preparation"
    page = words_of(office.preparer_of(proposed).get(at(proposed)))
    assert "Selvitä vuokra." in page
    assert "Returned to preparation" in page
    overview = words_of(office.preparer_of(proposed).get(address(proposed)))
    assert "The proposal was returned. What must still be prepared:Selvitä vuokra." in overview
    assert "Returned to preparation" in overview
    assert "Not proposed yet" not in overview


def test_the_letter_is_previewed_before_anybody_decides(office: Office, proposed: InWork) -> None:
    page = office.decider_of(proposed).get(at(proposed, "preview"))
    assert "Nothing has been decided yet." in words_of(page)
    assert "Oikaisuvaatimusohje" in words_of(page)
    assert "Päätöksen tekijä" not in words_of(page)
    assert office.state_of(proposed) == "waiting_for_decision"
    assert office.do(documents.documents_of, proposed) == []


def test_there_is_nothing_to_preview_without_a_proposal(office: Office, work: InWork) -> None:
    assert office.decider_of(work).get(at(work, "preview")).status_code == 422


# --- The letter

GRANTED = {
    "fi": [
        "Päätös sosiaalisesta luotosta: luotto myönnetään",
        "3 000,00 €",
        "36 kuukautta",
        "Velkojen hoitomenot",
        "Perusteet ovat.",
        "Laki sosiaalisesta luototuksesta (1133/2002) 2, 4, 5 ja 6 §",
        "Oikaisuvaatimusohje",
        "yksilöjaosto",
        "Viimeinen päivä vaatia oikaisua on 8.10.2026.",
        "Elina Ranta",
        "019 555 0100",
    ],
    "sv": [
        "Beslut om social kredit: krediten beviljas",
        "3 000,00 €",
        "36 månader",
        "Betalningsmån per månad",
        "Perusteet ovat.",
        "Lagen om social kreditgivning (1133/2002) 2, 4, 5 och 6 §",
        "Anvisning om begäran om omprövning",
        "Individsektionen",
        "Sista dagen att begära omprövning är den 8.10.2026.",
    ],
    "en": [
        "Decision on a social loan: the loan is granted",
        "36 months",
        "Payment capacity a month",
        "Act on Social Lending (1133/2002), sections 2, 4, 5 and 6",
        "Instructions for claiming rectification",
        "The last day to claim rectification is 8.10.2026.",
    ],
}
REFUSED = {
    "fi": ["luottoa ei myönnetä", "Kohta 4.6a:", "Säästöt riittävät.", "Talous- ja velkaneuvonta", "toimeentulotukeen"],
    "sv": ["kredit beviljas inte", "Punkt 4.6a:", "Säästöt riittävät.", "Ekonomi- och skuldrådgivningen", "FPA"],
    "en": ["no loan is granted", "Clause 4.6a:", "Säästöt riittävät.", "Financial and debt counselling", "Kela"],
}


def in_language(office: Office, language: str) -> InWork:
    work = office.case(lambda db: a_citizen(db, language=language))
    with office.sessions.begin() as db:
        db.get_one(Case, work.case.id).language = language
    return work


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_letter_of_a_grant_is_complete_in_the_applicants_language(office: Office, language: str) -> None:
    work = in_language(office, language)
    office.propose(work)
    client = office.decider_of(work)
    client.send_form(at(work, "confirm"), {"channel": "letter"}, from_page=at(work))
    letter = letter_of(office, work)
    for words in GRANTED[language]:
        assert words in letter, words
    no_blanks(letter)


@pytest.mark.parametrize(
    ("language", "once"), [("fi", "1 kuukausi<"), ("sv", "1 månad<"), ("en", "1 month<")], ids=["fi", "sv", "en"]
)
def test_the_letter_of_a_loan_of_a_single_month_says_so(office: Office, language: str, once: str) -> None:
    work = in_language(office, language)
    with office.sessions.begin() as db:
        db.scalars(select(Application).where(Application.case_id == work.case.id)).one().months = 1
    office.propose(work, months=1)
    office.decider_of(work).send_form(at(work, "confirm"), {"channel": "letter"}, from_page=at(work))
    assert letter_of(office, work).count(once) == 2


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_letter_of_a_refusal_cites_its_clauses_and_leads_to_help(office: Office, language: str) -> None:
    work = in_language(office, language)
    office.do(propose_refusal, work, clauses=["4.6a"], reasons="Säästöt riittävät.", by=work.preparer, at=LATER)
    client = office.decider_of(work)
    client.send_form(at(work, "confirm"), {"channel": "letter"}, from_page=at(work))
    assert office.state_of(work) == "refused"
    letter = letter_of(office, work)
    for words in REFUSED[language]:
        assert words in letter, words
    no_blanks(letter)


def no_blanks(letter: str) -> None:
    for missing in ("None", "Undefined", "<dd></dd>", "  €"):
        assert missing not in letter


def test_a_letter_holds_no_code_in_clear_and_no_protected_address(office: Office) -> None:
    def hidden(db: Any) -> Any:
        return a_citizen(db, safety_ban=True, address="Salatie 4, 07170 Pornainen", municipality="611")

    work = office.case(hidden)
    office.propose(work)
    client = office.decider_of(work)
    client.send_form(at(work, "confirm"), {"channel": "letter"}, from_page=at(work))
    letter = letter_of(office, work)
    assert "Salatie" not in letter
    assert "Pornainen" not in letter
    assert "****" in letter


def test_what_people_wrote_is_escaped_in_the_letter(office: Office, work: InWork) -> None:
    office.propose(work, reasons="<script>alert(1)</script>\nToinen kappale.")
    client = office.decider_of(work)
    client.send_form(at(work, "confirm"), {"channel": "letter"}, from_page=at(work))
    letter = letter_of(office, work)
    assert "<script>" not in letter
    assert "&lt;script&gt;" in letter
    assert "<p>Toinen kappale.</p>" in letter


def test_nobody_is_offered_to_decide_what_the_applicant_has_withdrawn(office: Office, proposed: InWork) -> None:
    office.do(withdraw_application, proposed, proposed.citizen.actor, LATER)
    for client in (office.preparer_of(proposed), office.decider_of(proposed)):
        page = client.get(at(proposed))
        assert not page_of(page).findall(".//*[@class='vk-case__page']//form")
        assert "No decision was made The applicant has withdrawn the application." in words_of(page)
        assert "Application withdrawn" in words_of(page)
        overview = words_of(client.get(address(proposed)))
        assert "No decision was made" in overview
        assert "Proposal waits for decision" not in overview and "Not proposed yet" not in overview
        assert client.get(at(proposed, "preview")).status_code == 422


def test_a_returned_case_is_not_said_to_have_had_no_proposal(office: Office, proposed: InWork) -> None:
    office.do(return_proposal, proposed, "Selvitä vuokra.", proposed.decider, LATER)
    words = words_of(office.decider_of(proposed).get(at(proposed)))
    assert "The case is being prepared again." in words
    assert "Nothing has been proposed yet" not in words


def test_a_grant_is_proposed_again_from_what_was_proposed_before(office: Office, work: InWork) -> None:
    client, form = office.preparer_of(work), at(work, "propose-grant")
    client.queries_at_most = 34  # as for every proposal
    office.assess(work)
    told = {"amount": "2 500,00", "months": "30", "conditions": "Kaksi velkaa.", "reasons": "Vähempi riittää."}
    assert client.send_form(form, GRANT | told).status_code == 303
    assert client.send_form(at(work, "withdraw-proposal"), from_page=at(work)).status_code == 303
    page = page_of(client.get(form))
    typed = {name: page.find(f".//input[@name='{name}']").get("value") for name in ("amount", "months")}
    typed |= {name: text_of(page.find(f".//textarea[@name='{name}']")) for name in ("conditions", "reasons")}
    assert typed == told
    # The other kind of proposal begins anew.
    assert text_of(page_of(client.get(at(work, "propose-refusal"))).find(".//textarea[@name='reasons']")) == ""


def test_a_refusal_is_proposed_again_from_what_was_proposed_before(office: Office, work: InWork) -> None:
    client, form = office.preparer_of(work), at(work, "propose-refusal")
    assert client.send_form(form, {"clauses": ["4.6b"], "reasons": "Tulot riittävät."}).status_code == 303
    office.do(return_proposal, work, "Selvitä vuokra.", work.decider, LATER)
    page = page_of(client.get(form))
    assert text_of(page.find(".//textarea[@name='reasons']")) == "Tulot riittävät."
    assert [box.get("value") for box in page.iter("input") if box.get("checked") is not None] == ["4.6b"]


def test_a_returned_proposal_leaves_none_waiting(office: Office, proposed: InWork) -> None:
    office.do(return_proposal, proposed, "Selvitä vuokra.", proposed.decider, LATER)
    assert office.do(waiting_proposal, proposed) is None
