"""The pages of a case: who opens them, what they show and hide, what is logged, and work shared between colleagues."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from lending.applications import consent, supplements
from lending.assessment import grounds, worksheet
from lending.cases import casework
from lending.people.model import Citizen
from tests.builders import a_citizen, add_attachment
from tests.web.office import Office, address, errors_of, words_of
from tests.web.police import Police, page_of, text_of
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


@pytest.mark.parametrize("role", ["preparer", "decider", "waiver_decider", "payments"])
def test_every_page_of_a_case_opens_and_is_logged(office: Office, work: InWork, role: str) -> None:
    client = office.client(role)
    for page in PAGES:
        assert client.get(address(work, page)).status_code == 200
    assert office.seen(work) == list(PAGES.values())
    assert set(office.seen(work)) <= set(LABELS["viewed"])


def test_a_story_of_the_applicant_keeps_its_lines(office: Office) -> None:
    work = office.case(how_it_helps="First.\n\nThen that.")
    page = page_of(office.preparer_of(work).get(address(work, "application")))
    assert "First.\n\nThen that." in [each.text for each in page.findall(".//*[@class='vk-pre']")]


def test_the_pages_stay_within_the_query_ceiling_when_the_case_is_full(office: Office, work: InWork) -> None:
    office.do(worksheet.prepare_worksheet, work, work.preparer, LATER)
    office.do(grounds.check_grounds, work, work.preparer, LATER)
    client = office.preparer_of(work)
    for page in PAGES:
        assert client.get(address(work, page)).status_code == 200


def test_a_case_of_another_unit_does_not_exist(office: Office, work: InWork) -> None:
    client = office.client("preparer", "decider", unit="team-2")
    for page in (*PAGES, "supplements/new", "decision/propose-grant"):
        assert client.get(address(work, page)).status_code == 404
    for page in WRITING:
        assert client.send_form(address(work, page), from_page="/office").status_code == 404
    assert office.seen(work) == []


def test_an_auditor_opens_no_page_of_a_case_but_sees_who_has(office: Office, work: InWork) -> None:
    office.client("payments").get(address(work))
    client = office.client("auditor")
    for page in PAGES:
        assert client.get(address(work, page)).status_code == 403
    viewers = client.get(address(work, "viewers"))
    assert "Elina Saarinen" in words_of(viewers)
    found = client.get(f"/office/access-log?number=%20{(work.case.number or '').lower()}")
    assert work.case.number in words_of(found) and "2 views" in words_of(found)
    assert "vk-table--stacked" in page_of(found).find(".//table").get("class"), "a phone shows what was seen too"
    assert office.seen(work) == ["case", "access-log", "access-log"]


def test_the_access_log_shows_no_case_of_another_unit(office: Office, work: InWork) -> None:
    client = office.client("auditor", unit="team-2")
    page = client.get(f"/office/access-log?number={work.case.number}")
    assert "There is no case with this number" in words_of(page)
    assert client.get(address(work, "viewers")).status_code == 404


def test_the_access_log_is_for_auditors(office: Office) -> None:
    assert office.client("preparer", "decider").get("/office/access-log").status_code == 403


def hidden(db: Any) -> Citizen:
    return a_citizen(db, safety_ban=True, address="Salatie 4, 07170 Pornainen", municipality="611")


def test_a_protected_address_shows_to_the_one_who_handles_the_case_and_that_is_logged(office: Office) -> None:
    work = office.case(hidden)
    page = office.preparer_of(work).get(address(work))
    assert "Salatie 4" in words_of(page)
    assert "Pornainen" in words_of(page)
    assert office.seen(work) == ["protected"]


def test_a_protected_address_shows_to_nobody_else_and_on_no_other_page(office: Office) -> None:
    work = office.case(hidden)
    office.do(worksheet.prepare_worksheet, work, work.preparer, LATER)
    office.do(grounds.check_grounds, work, work.preparer, LATER)
    for client in (office.client("preparer"), office.client("decider"), office.client("payments")):
        page = client.get(address(work))
        assert "Only the one who handles the case sees them." in words_of(page)
        assert "Salatie" not in page.text
        assert "Pornainen" not in page.text
    handler = office.preparer_of(work)
    for name in PAGES:
        if name in ("", "grounds"):
            continue
        text = handler.get(address(work, name)).text
        assert "Salatie" not in text, name
        assert "Pornainen" not in text, name
    # The criteria name every municipality of the area, so on this page one looks for the finding's own words.
    facts = [text_of(each) for each in page_of(handler.get(address(work, "grounds"))).iter("ul")]
    assert not any("Pornainen" in fact for fact in facts)


def test_without_a_safety_ban_the_address_is_there_for_those_who_may_see_the_case(office: Office, work: InWork) -> None:
    assert "Kuvitteentie 1" in words_of(office.client("payments").get(address(work)))


def test_a_case_is_released_and_taken_by_a_colleague(office: Office, work: InWork) -> None:
    client = office.preparer_of(work)
    assert client.send_form(address(work, "release"), from_page=address(work)).status_code == 303
    other = office.client("preparer")
    assert other.send_form(address(work, "take"), from_page=address(work)).status_code == 303
    assert client.send_form(address(work, "release"), from_page="/office").status_code == 422


def test_a_note_is_written_and_an_empty_one_is_not(office: Office, work: InWork) -> None:
    client = office.client("preparer")
    empty = client.send_form(address(work, "notes"), {"text": "  "})
    assert (empty.status_code, errors_of(empty)) == (422, ["Write the note."])
    assert client.send_form(address(work, "notes"), {"text": "Soitettu.\nTulee <maanantaina>."}).status_code == 303
    assert "Tulee <maanantaina>." in words_of(client.get(address(work, "notes")))


def test_only_those_who_prepare_write_notes(office: Office, work: InWork) -> None:
    client = office.client("payments")
    assert page_of(client.get(address(work, "notes"))).find(".//main//textarea") is None
    assert client.send_form(address(work, "notes"), {"text": "x"}, from_page="/office/feedback").status_code == 403


def test_notes_are_by_those_who_wrote_them(office: Office, work: InWork) -> None:
    office.do(casework.add_note, work, "Soitettu.", work.preparer, LATER)
    assert "Elina Saarinen, 1.9.2026" in words_of(office.client("decider").get(address(work, "notes")))


def test_an_attachment_is_saved_to_disk_and_never_shown_in_a_page(office: Office, work: InWork) -> None:
    file = BytesIO()
    Image.new("RGB", (20, 20)).save(file, "PNG")
    file.seek(0)
    added = office.do(add_attachment, work, "other", "kuitti ä.png", file, work.preparer, LATER)
    response = office.client("decider").get(address(work, f"attachments/{added.id}"))
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
    added = office.do(add_attachment, other, "other", "kuitti.png", file, other.preparer, LATER)
    assert office.client("preparer").get(address(work, f"attachments/{added.id}")).status_code == 404


def test_a_refusal_leads_back_to_the_case_it_was_about(office: Office, work: InWork) -> None:
    another = office.client("preparer")
    refused = another.send_form(address(work, "worksheet/compute"), {}, from_page=address(work))
    assert refused.status_code == 422
    assert "This could not be done" in words_of(refused) and f'href="{address(work)}"' in refused.text


def test_nobody_is_told_to_take_a_case_that_cannot_be_taken(office: Office, work: InWork) -> None:
    pages, colleague = ("worksheet", "consent", "grounds", "decision"), office.client("preparer")

    def told(client: Police) -> list[str]:
        return [page for page in pages if "Take the case to" in words_of(client.get(address(work, page)))]

    office.do(consent.give_consent, work, "fi", work.citizen.actor, LATER)
    assert told(colleague) == []
    office.do(casework.release_case, work, work.preparer, LATER)
    assert told(colleague) == list(pages)
    office.do(casework.take_case, work, work.preparer, LATER)
    wishes = [supplements.Wish("explanation", "Mistä meno koostuu?")]
    office.do(
        supplements.request_supplement, work, "Hei.", wishes, LATER.date() + timedelta(days=7), work.preparer, LATER
    )
    assert told(office.preparer_of(work)) == []
