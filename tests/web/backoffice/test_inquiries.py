"""What is asked about a case: of others with the applicant's consent, and of the applicant."""

from datetime import date, timedelta
from typing import Any

import pytest

from lending.applications import consent, supplements
from lending.applications.model import SupplementRequest
from lending.cases.model import Case
from tests.clock import NOW
from tests.web.office import Office, address, errors_of, words_of
from tests.web.police import page_of, text_of
from tests.workflow.cases_in_work import LATER, InWork

USE = {"asked_of": "Ulosottovirasto", "purpose": "Velkojen määrä."}


def test_without_consent_no_debt_is_investigated(office: Office, work: InWork) -> None:
    client = office.preparer_of(work)
    page = client.get(address(work, "consent"))
    assert "No consent in force" in words_of(page)
    assert page_of(page).find(".//main//textarea") is None
    refused = client.send_form(address(work, "consent"), USE, from_page="/office/feedback")
    assert refused.status_code == 422
    assert len(errors_of(refused)) == 1


def test_with_consent_a_use_is_recorded_for_the_applicant_to_see(office: Office, work: InWork) -> None:
    office.do(consent.give_consent, work, "fi", work.citizen.actor, LATER)
    client = office.preparer_of(work)
    empty = client.send_form(address(work, "consent"), {"asked_of": "Ulosottovirasto"})
    assert (empty.status_code, errors_of(empty)) == (422, ["Write what you asked and why."])
    assert page_of(empty).find(".//input[@name='asked_of']").get("value") == "Ulosottovirasto"
    assert client.send_form(address(work, "consent"), USE).status_code == 303
    assert "Ulosottovirasto" in words_of(client.get(address(work, "consent")))
    uses = office.do(consent.uses_of, work)
    assert [use.asked_of for use in uses] == ["Ulosottovirasto"]


def test_only_the_one_who_handles_the_case_uses_the_consent(office: Office, work: InWork) -> None:
    office.do(consent.give_consent, work, "fi", work.citizen.actor, LATER)
    refused = office.client("preparer").send_form(address(work, "consent"), USE, from_page="/office/feedback")
    assert refused.status_code == 422
    assert office.do(consent.uses_of, work) == []


def test_a_request_begins_with_what_is_missing_and_two_weeks_to_answer(office: Office) -> None:
    work = office.case(owns_property=True)
    page = page_of(office.preparer_of(work).get(address(work, "supplements/new")))
    assert page.find(".//input[@name='answer_by']").get("value") == "15.9.2026"
    chosen = page.find(".//select[@name='items-0-what']/option[@selected]")
    assert chosen.get("value") == "property-tax"
    assert text_of(page.find(".//textarea[@name='items-0-question']")) == "Viimeisin kiinteistöveroilmoitus"


ASKED = {
    "message": "Tarvitsemme vielä tiliotteen.",
    "items-0-what": "bank-statements",
    "items-0-question": "Elokuun tiliote",
    "items-1-what": "explanation",
    "items-1-question": "Mistä meno koostuu?",
    "answer_by": "15.9.2026",
}


def test_the_applicant_is_asked_and_the_case_waits(office: Office, work: InWork) -> None:
    client = office.preparer_of(work)
    response = client.send_form(address(work, "supplements/new"), ASKED)
    assert response.status_code == 303
    assert office.state_of(work) == "waiting_for_citizen"
    [asked] = office.do(supplements.requests_of, work)
    assert [(item.wanted, item.attachment_kind) for item in asked.items] == [
        ("document", "bank-statements"),
        ("explanation", None),
    ]
    assert asked.answer_by == date(2026, 9, 15)
    words = words_of(client.get(address(work, "supplements")))
    assert "Elokuun tiliote" in words
    assert "Waiting for an answer The applicant must answer by 15.9.2026." in words


def test_another_row_is_added_without_losing_what_was_typed(office: Office, work: InWork) -> None:
    client = office.preparer_of(work)
    page = page_of(client.send_form(address(work, "supplements/new"), ASKED | {"add": "items"}))
    assert text_of(page.find(".//textarea[@name='message']")) == ASKED["message"]
    assert text_of(page.find(".//textarea[@name='items-1-question']")) == ASKED["items-1-question"]
    assert page.find(".//textarea[@name='items-2-question']") is not None
    assert office.state_of(work) == "in_preparation"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"answer_by": "1.9.2026"}, "“Answer by” must be 2.9.2026 or later."),
        ({"answer_by": "32.9.2026"}, "“Answer by” must be a day that exists, such as 5.3.2026."),
        ({"message": ""}, "Write a message to the applicant."),
        ({"items-1-question": "", "items-1-what": "income"}, "Write what you ask for."),
        ({"items-0-question": "", "items-0-what": "explanation", "items-1-question": ""}, "Add at least one thing"),
    ],
)
def test_a_request_that_is_not_sound_is_shown_again(
    office: Office, work: InWork, change: dict[str, str], sentence: str
) -> None:
    response = office.preparer_of(work).send_form(address(work, "supplements/new"), ASKED | change)
    assert response.status_code == 422
    assert any(sentence in error for error in errors_of(response)), errors_of(response)
    assert office.state_of(work) == "in_preparation"


def test_the_handling_goes_on_without_an_answer_only_for_a_reason(office: Office, work: InWork, clock: Any) -> None:
    wishes = [supplements.Wish("explanation", "Mistä meno koostuu?")]
    day = (NOW + timedelta(days=7)).date()
    with office.sessions.begin() as db:
        db.get_one(Case, work.case.id).complete_since = NOW
    asked = office.do(supplements.request_supplement, work, "Hei.", wishes, day, work.preparer, LATER)
    assert isinstance(asked, SupplementRequest)
    clock.forward(days=8)
    client = office.preparer_of(work)
    assert "Deadline passed" in words_of(client.get(address(work, "supplements")))
    assert "Complete sinceNot complete yet" in words_of(client.get(address(work)))
    path = address(work, f"supplements/{asked.id}/pass-over")
    assert errors_of(client.send_form(path, {"reason": " "})) == ["Write why you go on without an answer."]
    assert client.send_form(path, {"reason": "Ei tavoitettu."}).status_code == 303
    assert office.state_of(work) == "in_preparation"
    assert "Ei tavoitettu." in words_of(client.get(address(work, "supplements")))
    assert "Complete since9.9.2026" in words_of(client.get(address(work)))
