"""The pages of a case: who opens them, what they show, what is logged, and how work on them goes wrong kindly."""

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from lending.applications import consent, supplements
from lending.applications.model import SupplementRequest
from lending.assessment import grounds, worksheet
from lending.cases import attachments, casework, timeline
from lending.people.model import Citizen
from lending.policy.policies import Policies, policies_of
from tests.builders import a_citizen
from tests.clock import NOW
from tests.web.office import Office, address, errors_of, words_of
from tests.web.police import page_of, text_of
from tests.workflow.cases_in_work import LATER, InWork
from web.labels import LABELS

PAGES = {
    "": "case",
    "application": "application",
    "attachments": "attachments",
    "consent": "consent",
    "supplements": "supplements",
    "worksheet": "worksheet",
    "grounds": "grounds",
    "decision": "decision",
    "documents": "documents",
    "notes": "notes",
    "timeline": "timeline",
}
WRITING = ("take", "release", "worksheet/compute", "grounds", "grounds/check", "decision/confirm")


def at(work: InWork, page: str) -> str:
    return address(work, *([page] if page else []))


@pytest.fixture
def work(office: Office) -> InWork:
    return office.case()


@pytest.mark.parametrize("role", ["preparer", "decider", "waiver_decider", "payments"])
def test_every_page_of_a_case_opens_and_is_logged(office: Office, work: InWork, role: str) -> None:
    client = office.client(role)
    for page in PAGES:
        assert client.get(at(work, page)).status_code == 200
    assert office.seen(work) == list(PAGES.values())
    assert set(office.seen(work)) <= set(LABELS["viewed"])


def test_the_pages_stay_within_the_query_ceiling_when_the_case_is_full(office: Office, work: InWork) -> None:
    office.do(worksheet.prepare_worksheet, work, work.preparer, LATER)
    office.do(grounds.check_grounds, work, work.preparer, LATER)
    client = office.preparer_of(work)
    for page in PAGES:
        assert client.get(at(work, page)).status_code == 200


def test_a_case_of_another_unit_does_not_exist(office: Office, work: InWork) -> None:
    client = office.client("preparer", "decider", unit="team-2")
    for page in (*PAGES, "supplements/new", "decision/propose-grant"):
        assert client.get(at(work, page)).status_code == 404
    for page in WRITING:
        assert client.send_form(at(work, page), from_page="/office").status_code == 404
    assert office.seen(work) == []


def test_an_auditor_opens_no_page_of_a_case_but_sees_who_has(office: Office, work: InWork) -> None:
    office.client("payments").get(at(work, ""))
    client = office.client("auditor")
    for page in PAGES:
        assert client.get(at(work, page)).status_code == 403
    viewers = client.get(at(work, "viewers"))
    assert "Elina Saarinen" in words_of(viewers)
    found = client.get(f"/office/access-log?number=%20{(work.case.number or '').lower()}")
    assert work.case.number in words_of(found)
    assert office.seen(work) == ["case", "access-log", "access-log"]


def test_the_access_log_shows_no_case_of_another_unit(office: Office, work: InWork) -> None:
    client = office.client("auditor", unit="team-2")
    page = client.get(f"/office/access-log?number={work.case.number}")
    assert "There is no case with this number" in words_of(page)
    assert client.get(at(work, "viewers")).status_code == 404


def test_the_access_log_is_for_auditors(office: Office) -> None:
    assert office.client("preparer", "decider").get("/office/access-log").status_code == 403


# --- Safety ban


def hidden(db: Any) -> Citizen:
    return a_citizen(db, safety_ban=True, address="Salatie 4, 07170 Pornainen", municipality="611")


def test_a_protected_address_shows_to_the_one_who_handles_the_case_and_that_is_logged(office: Office) -> None:
    work = office.case(hidden)
    page = office.preparer_of(work).get(at(work, ""))
    assert "Salatie 4" in words_of(page)
    assert "Pornainen" in words_of(page)
    assert office.seen(work) == ["protected"]


def test_a_protected_address_shows_to_nobody_else_and_on_no_other_page(office: Office) -> None:
    work = office.case(hidden)
    office.do(worksheet.prepare_worksheet, work, work.preparer, LATER)
    office.do(grounds.check_grounds, work, work.preparer, LATER)
    for client in (office.client("preparer"), office.client("decider"), office.client("payments")):
        page = client.get(at(work, ""))
        assert "Only the one who handles the case sees them." in words_of(page)
        assert "Salatie" not in page.text
        assert "Pornainen" not in page.text
    handler = office.preparer_of(work)
    for name in PAGES:
        if name in ("", "grounds"):
            continue
        text = handler.get(at(work, name)).text
        assert "Salatie" not in text, name
        assert "Pornainen" not in text, name
    # The criteria name every municipality of the area, so on this page one looks for the finding's own words.
    facts = [text_of(each) for each in page_of(handler.get(at(work, "grounds"))).iter("ul")]
    assert not any("Pornainen" in fact for fact in facts)


def test_without_a_safety_ban_the_address_is_there_for_those_who_may_see_the_case(office: Office, work: InWork) -> None:
    assert "Kuvitteentie 1" in words_of(office.client("payments").get(at(work, "")))


# --- Taking, releasing, notes


def test_a_case_is_released_and_taken_by_a_colleague(office: Office, work: InWork) -> None:
    client = office.preparer_of(work)
    assert client.send_form(at(work, "release"), from_page=at(work, "")).status_code == 303
    other = office.client("preparer")
    assert other.send_form(at(work, "take"), from_page=at(work, "")).status_code == 303
    assert client.send_form(at(work, "release"), from_page="/office").status_code == 422


def test_a_note_is_written_and_an_empty_one_is_not(office: Office, work: InWork) -> None:
    client = office.client("preparer")
    empty = client.send_form(at(work, "notes"), {"text": "  "})
    assert (empty.status_code, errors_of(empty)) == (422, ["Write the note."])
    assert client.send_form(at(work, "notes"), {"text": "Soitettu.\nTulee <maanantaina>."}).status_code == 303
    assert "Tulee <maanantaina>." in words_of(client.get(at(work, "notes")))


def test_only_those_who_prepare_write_notes(office: Office, work: InWork) -> None:
    client = office.client("payments")
    assert page_of(client.get(at(work, "notes"))).find(".//main//textarea") is None
    assert client.send_form(at(work, "notes"), {"text": "x"}, from_page="/office/feedback").status_code == 403


# --- Attachments


def test_an_attachment_is_saved_to_disk_and_never_shown_in_a_page(office: Office, work: InWork) -> None:
    file = BytesIO()
    Image.new("RGB", (20, 20)).save(file, "PNG")
    file.seek(0)
    added = office.do(attachments.add_attachment, work, "other", "kuitti ä.png", file, work.preparer, LATER)
    response = office.client("decider").get(at(work, f"attachments/{added.id}"))
    assert response.status_code == 200
    assert response.mimetype == "image/png"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert "no-store" in response.headers["Cache-Control"]
    assert response.data.startswith(b"\x89PNG")
    assert len(response.data) == response.content_length
    assert office.seen(work) == ["attachment"]


def test_an_attachment_of_another_case_is_not_found(office: Office, work: InWork) -> None:
    other = office.case()
    file = BytesIO()
    Image.new("RGB", (20, 20)).save(file, "PNG")
    file.seek(0)
    added = office.do(attachments.add_attachment, other, "other", "kuitti.png", file, other.preparer, LATER)
    assert office.client("preparer").get(at(work, f"attachments/{added.id}")).status_code == 404


# --- Consent


USE = {"asked_of": "Ulosottovirasto", "purpose": "Velkojen määrä."}


def test_without_consent_no_debt_is_investigated(office: Office, work: InWork) -> None:
    client = office.preparer_of(work)
    page = client.get(at(work, "consent"))
    assert "No consent in force" in words_of(page)
    assert page_of(page).find(".//main//textarea") is None
    refused = client.send_form(at(work, "consent"), USE, from_page="/office/feedback")
    assert refused.status_code == 422
    assert len(errors_of(refused)) == 1


def test_with_consent_a_use_is_recorded_for_the_applicant_to_see(office: Office, work: InWork) -> None:
    office.do(consent.give_consent, work, "fi", work.citizen.actor, LATER)
    client = office.preparer_of(work)
    empty = client.send_form(at(work, "consent"), {"asked_of": "Ulosottovirasto"})
    assert (empty.status_code, errors_of(empty)) == (422, ["Write what you asked and why."])
    assert page_of(empty).find(".//input[@name='asked_of']").get("value") == "Ulosottovirasto"
    assert client.send_form(at(work, "consent"), USE).status_code == 303
    assert "Ulosottovirasto" in words_of(client.get(at(work, "consent")))
    uses = office.do(consent.uses_of, work)
    assert [use.asked_of for use in uses] == ["Ulosottovirasto"]


def test_only_the_one_who_handles_the_case_uses_the_consent(office: Office, work: InWork) -> None:
    office.do(consent.give_consent, work, "fi", work.citizen.actor, LATER)
    refused = office.client("preparer").send_form(at(work, "consent"), USE, from_page="/office/feedback")
    assert refused.status_code == 422
    assert office.do(consent.uses_of, work) == []


# --- Further information


def test_a_request_begins_with_what_is_missing_and_two_weeks_to_answer(office: Office) -> None:
    work = office.case(owns_property=True)
    page = page_of(office.preparer_of(work).get(at(work, "supplements/new")))
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
    response = client.send_form(at(work, "supplements/new"), ASKED)
    assert response.status_code == 303
    assert office.state_of(work) == "waiting_for_citizen"
    [asked] = office.do(supplements.requests_of, work)
    assert [(item.wanted, item.attachment_kind) for item in asked.items] == [
        ("document", "bank-statements"),
        ("explanation", None),
    ]
    assert asked.answer_by == date(2026, 9, 15)
    assert "Elokuun tiliote" in words_of(client.get(at(work, "supplements")))


def test_another_row_is_added_without_losing_what_was_typed(office: Office, work: InWork) -> None:
    client = office.preparer_of(work)
    page = page_of(client.send_form(at(work, "supplements/new"), ASKED | {"add": "items"}))
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
    response = office.preparer_of(work).send_form(at(work, "supplements/new"), ASKED | change)
    assert response.status_code == 422
    assert any(sentence in error for error in errors_of(response)), errors_of(response)
    assert office.state_of(work) == "in_preparation"


def test_the_handling_goes_on_without_an_answer_only_for_a_reason(office: Office, work: InWork, clock: Any) -> None:
    wishes = [supplements.Wish("explanation", "Mistä meno koostuu?")]
    day = (NOW + timedelta(days=7)).date()
    asked = office.do(supplements.request_supplement, work, "Hei.", wishes, day, work.preparer, LATER)
    assert isinstance(asked, SupplementRequest)
    clock.forward(days=8)
    client = office.preparer_of(work)
    assert "Deadline passed" in words_of(client.get(at(work, "supplements")))
    path = at(work, f"supplements/{asked.id}/pass-over")
    assert errors_of(client.send_form(path, {"reason": " "})) == ["Write why you go on without an answer."]
    assert client.send_form(path, {"reason": "Ei tavoitettu."}).status_code == 303
    assert office.state_of(work) == "in_preparation"
    assert "Ei tavoitettu." in words_of(client.get(at(work, "supplements")))


# --- Worksheet


def test_the_worksheet_is_computed_and_a_line_is_changed_with_a_reason(office: Office, work: InWork) -> None:
    client = office.preparer_of(work)
    assert "No worksheet yet" in words_of(client.get(at(work, "worksheet")))
    assert client.send_form(at(work, "worksheet/compute"), from_page=at(work, "worksheet")).status_code == 303
    page = client.get(at(work, "worksheet"))
    assert "Adult living alone" in words_of(page)
    assert "Computed figure" in words_of(page)
    sheet = office.do(worksheet.current, work)
    rent = next(line for line in sheet.lines if line.code == "rent")
    path = at(work, f"worksheet/lines/{rent.id}")
    refused = client.send_form(path, {"amount": "700,50", "reason": ""})
    assert (refused.status_code, errors_of(refused)) == (422, ["Write the reason for the change."])
    assert page_of(refused).find(".//input[@name='amount']").get("value") == "700,50"
    assert errors_of(client.send_form(path, {"amount": "seitsemän", "reason": "x"}))
    changed = client.send_form(path, {"amount": "700,50", "reason": "Vuokra nousi."})
    # At the top of the page stands that the line has been changed; an anchor would scroll past it.
    assert changed.location == at(work, "worksheet")
    page = client.get(at(work, "worksheet"))
    assert "The line has been changed." in words_of(page)
    assert "Vuokra nousi." in words_of(page)
    assert "Changed from 650,00 € by Elina Saarinen:" in words_of(page).replace("\u00a0", " ")


def test_a_debt_is_left_outside_the_loan_or_taken_in(office: Office, work: InWork) -> None:
    office.do(worksheet.prepare_worksheet, work, work.preparer, LATER)
    sheet = office.do(worksheet.current, work)
    arranged = next(line for line in sheet.lines if line.side == "debt" and not line.in_after)
    client = office.preparer_of(work)
    client.send_form(at(work, f"worksheet/lines/{arranged.id}"), {"amount": "120", "reason": "Jää hakijalle."})
    sheet = office.do(worksheet.current, work)
    assert next(line for line in sheet.lines if line.id == arranged.id).in_after


def test_a_line_that_the_application_does_not_have_is_added(office: Office, work: InWork) -> None:
    office.do(worksheet.prepare_worksheet, work, work.preparer, LATER)
    client = office.preparer_of(work)
    told = {"side": "cost", "details": "Silmälasit", "amount": "15", "reason": "Optikon kuitti."}
    assert errors_of(client.send_form(at(work, "worksheet/lines/new"), told | {"side": ""}))
    assert client.send_form(at(work, "worksheet/lines/new"), told).status_code == 303
    assert "Silmälasit" in words_of(client.get(at(work, "worksheet")))


def test_the_worksheet_tells_what_the_capacity_carries_and_what_could_be_saved(office: Office) -> None:
    work = office.case(purpose="home", debts=[])
    office.do(worksheet.prepare_worksheet, work, work.preparer, LATER)
    words = words_of(office.preparer_of(work).get(at(work, "worksheet"))).replace("\u00a0", " ")
    # Every side has its clause, and so has every result.
    for clause in ("4.5a", "4.5c", "4.5e", "4.5b", "4.6a", "4.5g"):
        assert f"Clause {clause}: " in words
    # 2100 − 719 − 369.12 − 650 = 361.88 a month; 3000 / 361.88 is between eight and nine months.
    assert "From 361,88 € a month the amount could be saved in 9 months; up to 12 months counts as reasonable." in words
    assert "3 000,00 € can be repaid in 9 months at the shortest" in words
    assert "a month for 3 to 6 months is" in words
    assert "96 months" in words


def test_a_worksheet_says_that_debts_cannot_be_saved_for_and_what_is_not_known(office: Office, work: InWork) -> None:
    office.do(worksheet.prepare_worksheet, work, work.preparer, LATER)
    words = words_of(office.preparer_of(work).get(at(work, "worksheet")))
    assert "The loan arranges debts, so saving instead is not possible." in words


def test_the_exception_norm_is_chosen_with_a_reason_and_only_for_a_small_loan(office: Office, work: InWork) -> None:
    client = office.preparer_of(work)
    large = words_of(client.get(at(work, "worksheet/norm")))
    assert "too large or too long for the exception" in large
    told = {"norm": "social_assistance", "reason": "Elää perusosalla."}
    refused = client.send_form(at(work, "worksheet/norm"), told, from_page=at(work, "worksheet"))
    assert refused.status_code == 422
    assert "at most 1 000,00 € and 24 months (keusote-2025:4.5d)" in errors_of(refused)[0].replace("\u00a0", " ")

    small = office.case(amount_cents=900_00, months=12)
    client = office.preparer_of(small)
    client.send_form(at(small, "worksheet/compute"), from_page=at(small, "worksheet"))
    assert "Choose the norm" in words_of(client.get(at(small, "worksheet")))
    no_reason = client.send_form(at(small, "worksheet/norm"), told | {"reason": " "})
    assert (no_reason.status_code, errors_of(no_reason)) == (422, ["Write the reason."])
    assert client.send_form(at(small, "worksheet/norm"), told).status_code == 303
    words = words_of(client.get(at(small, "worksheet")))
    assert "The worksheet has been computed by the norm chosen." in words
    assert "This norm is an exception (clause 4.5d). Reason: Elää perusosalla." in words
    assert "Single parent" in words
    assert "First child, under 10 years old" in words
    assert client.send_form(at(small, "worksheet/norm"), {"norm": "debt_adjustment", "reason": ""}).status_code == 303
    assert "exception" not in words_of(client.get(at(small, "worksheet")))


def test_criteria_with_one_norm_offer_no_other(office: Office, work: InWork, monkeypatch: pytest.MonkeyPatch) -> None:
    with office.sessions.begin() as db:
        policy = policies_of(db).by_id(work.case.policy)
    only = replace(policy.norm, exception=None, exception_clause=None)
    monkeypatch.setattr(Policies, "by_id", lambda policies, policy_id: replace(policy, norm=only))
    client = office.preparer_of(work)
    assert "The criteria know one norm only." in words_of(client.get(at(work, "worksheet/norm")))


def test_somebody_who_does_not_handle_the_case_changes_nothing_on_the_worksheet(office: Office, work: InWork) -> None:
    office.do(worksheet.prepare_worksheet, work, work.preparer, LATER)
    client = office.client("preparer")
    page = client.get(at(work, "worksheet"))
    assert not [link for link in page_of(page).find(".//main").iter("a") if text_of(link).startswith("Change")]
    assert client.send_form(at(work, "worksheet/compute"), from_page="/office").status_code == 422


# --- Grounds


def test_grounds_are_checked_and_judged_with_reasons(office: Office, work: InWork) -> None:
    office.do(worksheet.prepare_worksheet, work, work.preparer, LATER)
    client = office.preparer_of(work)
    assert client.send_form(at(work, "grounds/check"), from_page=at(work, "grounds")).status_code == 303
    page = client.get(at(work, "grounds"))
    assert "The home municipality belongs to the area." in words_of(page)
    assert page_of(page).find(".//input[@name='judgment-1b']") is not None
    half = client.send_form(at(work, "grounds"), {"judgment-1b": "met", "reasons-1c": "Maksuvaraa on."})
    assert half.status_code == 422
    assert errors_of(half) == ["Write the reasons for clause 1b.", "Choose what you judge of clause 1c."]
    assert text_of(page_of(half).find(".//textarea[@name='reasons-1c']")) == "Maksuvaraa on."
    told = {"judgment-1b": "met", "reasons-1b": "Ei saa luottoa muualta."}
    assert client.send_form(at(work, "grounds"), told).status_code == 303
    assert "Ei saa luottoa muualta." in words_of(client.get(at(work, "grounds")))
    judged = {finding.clause: finding.judgment for finding in office.do(grounds.findings_of, work)}
    assert (judged["1b"], judged["1c"]) == ("met", None)


def test_a_judgment_that_did_not_change_is_not_made_again(office: Office, work: InWork) -> None:
    office.do(worksheet.prepare_worksheet, work, work.preparer, LATER)
    office.do(grounds.check_grounds, work, work.preparer, LATER)
    client = office.preparer_of(work)
    told = {"judgment-1b": "met", "reasons-1b": "Ei saa luottoa muualta."}
    client.send_form(at(work, "grounds"), told)
    client.send_form(at(work, "grounds"), told | {"judgment-1c": "met", "reasons-1c": "Maksuvaraa on."})
    events = office.do(timeline.events_of, work, for_citizen=False)
    assert [event.facts["clause"] for event in events if event.kind == "ground-judged"] == [
        "keusote-2025:1c",
        "keusote-2025:1b",
    ]


def test_notes_are_by_those_who_wrote_them(office: Office, work: InWork) -> None:
    office.do(casework.add_note, work, "Soitettu.", work.preparer, LATER)
    assert "Elina Saarinen, 1.9.2026" in words_of(office.client("decider").get(at(work, "notes")))
