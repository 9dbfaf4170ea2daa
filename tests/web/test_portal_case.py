"""The citizen's own case in the portal: consent, requests, timeline, documents; and nobody else's."""

import io
import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from lending.applications import consent, supplements
from lending.applications.model import Consent, SupplementRequest
from lending.applications.supplements import Wish
from lending.cases import casework, documents
from lending.cases.model import Attachment, Case
from lending.people import access_log
from lending.people.model import Citizen
from tests.builders import a_citizen, a_colleague
from tests.clock import NOW, Clock
from tests.files import a_picture
from tests.web.police import Police, page_of, text_of
from tests.workflow.applying import a_draft, a_full_draft, a_sent_application
from web.guard import guard_of

Sessions = sessionmaker[Session]
AGREED = {"agreed": "y", "version": "debt-investigation-1", "shown_in": "sv"}


@pytest.fixture
def sent(sessions: Sessions, citizen: Citizen) -> str:
    """The address of an application that ``citizen`` has sent."""
    with sessions.begin() as db:
        return f"/my/cases/{a_sent_application(db, citizen).id}"


@pytest.fixture
def asked(sessions: Sessions, sent: str) -> str:
    """As ``sent``, and the applicant has been asked for a payslip and an explanation."""
    with sessions.begin() as db:
        handler = a_colleague(db).actor
        case = db.get_one(Case, id_of(sent))
        casework.take_case(db, case, handler, NOW)
        wishes = [Wish("document", "Elokuun palkkalaskelma", "income"), Wish("explanation", "Mikä on 40 euron maksu?")]
        by_day = (NOW + timedelta(days=14)).date()
        supplements.request_supplement(db, case, "Kaksi asiaa puuttuu.", wishes, by_day, handler, NOW)
    return sent


def id_of(address: str) -> UUID:
    return UUID(address.rpartition("/")[2])


def case_at(sessions: Sessions, address: str) -> Case:
    with sessions() as db:
        return db.get_one(Case, id_of(address))


def request_at(sessions: Sessions, address: str) -> SupplementRequest:
    with sessions() as db:
        return db.scalars(select(SupplementRequest).where(SupplementRequest.case_id == id_of(address))).one()


# --- Nobody else's ---------------------------------------------------------------------------------------------------


def test_another_citizen_finds_nothing_at_any_address_of_a_case(
    app: Flask, citizen_client: Police, sign_in: Any, sessions: Sessions, citizen: Citizen, asked: str
):
    with sessions.begin() as db:
        stranger = a_citizen(db, given_names="Vieras")
        case = db.get_one(Case, id_of(asked))
        attachment = db.scalars(select(Attachment).where(Attachment.case_id == case.id)).first()
        document = documents.freeze(db, case, "decision", "fi", "<h2>Päätös</h2>", NOW)
        ids = {"case_id": case.id, "attachment_id": attachment.id, "document_id": document.id}
        draft = a_draft(db, citizen)
    client = sign_in(stranger)
    token = client.token("/feedback")
    opened = 0
    for rule in app.url_map.iter_rules():
        guard = guard_of(app, rule)
        if guard is None or guard.realm != "citizen" or "case_id" not in rule.arguments:
            continue
        for case_id in (case.id, draft.id):
            values = {**ids, "case_id": case_id}
            path = re.sub(r"<uuid:(\w+)>", lambda found, values=values: str(values.get(found[1], uuid4())), rule.rule)
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                response = client.open(path, method=method, data={"csrf_token": token, "kind": "income"})
                assert response.status_code == 404, f"{method} {path} answered {response.status_code}"
                opened += 1
    assert opened > 40


def test_another_citizens_document_is_not_found_under_ones_own_case(sign_in: Any, sessions: Sessions, sent: str):
    with sessions.begin() as db:
        other = a_citizen(db)
        own = a_full_draft(db, other)
        theirs = db.scalars(select(Attachment).where(Attachment.case_id == id_of(sent))).first()
    assert sign_in(other).get(f"/my/cases/{own.id}/attachments/{theirs.id}").status_code == 404


# --- The case --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_page_of_the_case_can_be_read_in_every_language(sign_in: Any, sessions: Sessions, language: str):
    with sessions.begin() as db:
        citizen = a_citizen(db, language=language)
        draft = a_full_draft(db, citizen)
        pages = [f"/my/cases/{draft.id}{page}" for page in ("/application", "/consent", "/application/check")]
        sections = ("household", "purpose", "income", "expenses", "assets", "debts", "attachments")
        pages += [f"/my/cases/{draft.id}/application/{section}" for section in sections]
    client = sign_in(citizen)
    for page in (*pages, "/my", "/my/access-log"):
        response = client.get(page)
        assert response.status_code == 200
        assert page_of(response).get("lang") == language


@pytest.mark.parametrize(
    "state",
    [
        "submitted",
        "in_preparation",
        "waiting_for_decision",
        "granted",
        "refused",
        "agreement_offered",
        "agreement_accepted",
        "agreement_concluded",
        "running",
        "closed",
        "withdrawn",
    ],
)
def test_the_case_tells_where_it_stands_in_every_state(
    citizen_client: Police, sessions: Sessions, sent: str, state: str
):
    with sessions.begin() as db:
        db.get_one(Case, id_of(sent)).state = state
    page = citizen_client.get(sent)
    assert page.status_code == 200
    current = page_of(page).findall(".//li[@aria-current='step']")
    assert len(current) == (0 if state in ("refused", "closed", "withdrawn") else 1)
    assert citizen_client.get("/my").status_code == 200


def test_the_case_tells_by_when_the_decision_comes(citizen_client: Police, sent: str):
    # Complete on 1.9.2026; the handling time is three months.
    assert "1.12.2026" in citizen_client.get(sent).text


def test_a_decision_that_is_late_is_not_promised_for_a_day_that_has_gone(
    sign_in: Any, sessions: Sessions, citizen: Citizen, sent: str, clock: Clock
):
    with sessions.begin() as db:
        db.get_one(Citizen, citizen.id).language = "en"
    clock.forward(days=91)
    assert "You get the decision by 1.12.2026 at the latest." in sign_in(citizen).get(sent).text
    clock.forward(days=1)
    page = sign_in(citizen).get(sent).text
    assert "You should have had the decision by 1.12.2026." in page and "Should have come by 1.12.2026" in page
    assert "at the latest" not in page


def test_who_has_not_answered_in_time_is_told_that_they_still_can(
    sign_in: Any, sessions: Sessions, citizen: Citizen, asked: str, clock: Clock
):
    with sessions.begin() as db:
        db.get_one(Citizen, citizen.id).language = "en"
    told = "The last day to answer was 15.9.2026. You can still answer"
    for late in (False, True):
        clock.forward(days=14 + late)
        client = sign_in(citizen)
        for page in (asked, f"{asked}/supplement"):
            assert (told in client.get(page).text) == late
        clock.forward(days=-14 - late)


def test_the_timeline_is_told_in_the_owners_words_with_papers_gathered(sign_in: Any, sessions: Sessions):
    with sessions.begin() as db:
        citizen = a_citizen(db, language="en")
        case = a_sent_application(db, citizen)
        handler = a_colleague(db).actor
        casework.take_case(db, case, handler, NOW)
        casework.add_note(db, case, "A secret thought", handler, NOW)
    page = page_of(sign_in(citizen).get(f"/my/cases/{case.id}"))
    titles = [text_of(each) for each in page.findall(".//p[@class='vk-timeline__title']")]
    assert titles == [
        "A counsellor took up your case",
        "You sent the application",
        "You gave your consent to debt investigation",
        "6 documents were added",
        "You began an application",
    ]


def test_a_draft_has_no_page_but_its_list(citizen_client: Police, sessions: Sessions, citizen: Citizen):
    with sessions.begin() as db:
        address = f"/my/cases/{a_draft(db, citizen).id}"
    assert citizen_client.get(address).location == f"{address}/application"
    assert citizen_client.get(f"{address}/application/sent").location == f"{address}/application"


@pytest.mark.parametrize(
    ("state", "answered"),
    [("submitted", 200), ("in_preparation", 200), ("waiting_for_citizen", 303), ("refused", 303), ("withdrawn", 303)],
)
def test_an_old_receipt_does_not_say_what_is_no_longer_true(
    citizen_client: Police, sessions: Sessions, sent: str, state: str, answered: int
):
    with sessions.begin() as db:
        db.get_one(Case, id_of(sent)).state = state
    receipt = citizen_client.get(f"{sent}/application/sent")
    assert (receipt.status_code, receipt.location) == (answered, None if answered == 200 else sent)


def test_an_application_is_withdrawn_after_being_asked(citizen_client: Police, sessions: Sessions, sent: str):
    assert citizen_client.send_form(f"{sent}/withdraw").location == sent
    assert case_at(sessions, sent).state == "withdrawn"
    assert citizen_client.get(f"{sent}/withdraw").location == sent


def test_a_draft_that_was_withdrawn_is_not_said_to_have_been_sent(sign_in: Any, sessions: Sessions, citizen: Citizen):
    with sessions.begin() as db:
        address = f"/my/cases/{a_draft(db, citizen).id}"
        db.get_one(Citizen, citizen.id).language = "en"
    client = sign_in(citizen)
    client.send_form(f"{address}/withdraw")
    page = client.get(address).text
    assert "Your answers, which were not sent" in page and "as you sent it" not in page
    mine = client.get("/my").text
    assert "Application that was not sent" in mine and "New application" not in mine


@pytest.mark.parametrize(
    ("state", "granted"), [("submitted", False), ("waiting_for_decision", False), ("granted", True)]
)
def test_who_withdraws_a_granted_application_is_not_told_that_there_is_no_decision(
    sign_in: Any, sessions: Sessions, citizen: Citizen, sent: str, state: str, granted: bool
):
    with sessions.begin() as db:
        db.get_one(Case, id_of(sent)).state = state
        db.get_one(Citizen, citizen.id).language = "en"
    page = sign_in(citizen).get(f"{sent}/withdraw").text
    assert ("You have been granted a loan." in page) == granted
    assert ("Your case then ends without a decision." in page) != granted


def test_a_forgotten_document_can_be_added_until_the_proposal(citizen_client: Police, sessions: Sessions, sent: str):
    def add() -> Any:
        data = {
            "csrf_token": citizen_client.token("/feedback"),
            "kind": "other",
            "files": [(io.BytesIO(a_picture()), "forgotten.jpg")],
        }
        return citizen_client.post(f"{sent}/attachments", data=data)

    assert add().location == f"{sent}#documents"
    assert "forgotten.jpg" in citizen_client.get(sent).text
    with sessions.begin() as db:
        db.get_one(Case, id_of(sent)).state = "waiting_for_decision"
    assert add().status_code == 422


def test_a_frozen_document_is_shown_as_it_was(citizen_client: Police, sessions: Sessions, sent: str):
    with sessions.begin() as db:
        case = db.get_one(Case, id_of(sent))
        document = documents.freeze(db, case, "decision", "sv", "<h2>Beslut om social kredit</h2>", NOW)
    assert f"{sent}/documents/{document.id}" in citizen_client.get(sent).text
    page = page_of(citizen_client.get(f"{sent}/documents/{document.id}"))
    letter = page.find(".//article")
    assert (letter.get("lang"), text_of(letter.find("h2"))) == ("sv", "Beslut om social kredit")


# --- Consent ---------------------------------------------------------------------------------------------------------


def test_a_consent_is_given_in_the_language_that_was_read(citizen_client: Police, sessions: Sessions, citizen: Citizen):
    with sessions.begin() as db:
        case = a_draft(db, citizen)
    path = f"/my/cases/{case.id}/consent"
    assert citizen_client.send_form(path, {**AGREED, "agreed": ""}).status_code == 422
    assert citizen_client.send_form(path, {**AGREED, "version": "an-older-one"}).status_code == 422
    assert citizen_client.send_form(path, AGREED).status_code == 303
    with sessions() as db:
        given = db.scalars(select(Consent)).one()
    assert (given.language, given.text_version) == ("sv", "debt-investigation-1")
    text = page_of(citizen_client.get(path)).find(".//article")
    assert text.get("lang") == "sv"
    assert "skuldutredning" in text_of(text)


def test_a_consent_is_withdrawn_with_one_button_and_its_uses_stay_in_sight(
    citizen_client: Police, sessions: Sessions, sent: str
):
    with sessions.begin() as db:
        case = db.get_one(Case, id_of(sent))
        handler = a_colleague(db).actor
        casework.take_case(db, case, handler, NOW)
        consent.record_use(db, case, "Ulosottolaitos", "Velkojen määrä", handler, NOW)
    assert "Ulosottolaitos" in citizen_client.get(f"{sent}/consent").text
    withdrawn = citizen_client.send_form(f"{sent}/consent/withdraw", from_page=f"{sent}/consent")
    assert withdrawn.location == f"{sent}/consent"
    with sessions() as db:
        assert consent.valid_consent(db, db.get_one(Case, id_of(sent)), NOW) is None
    page = citizen_client.get(f"{sent}/consent")
    assert "Ulosottolaitos" in page.text
    assert page_of(page).find(".//*[@name='agreed']") is not None
    again = citizen_client.send_form(f"{sent}/consent/withdraw", from_page=f"{sent}/consent")
    assert again.status_code == 422


@pytest.mark.parametrize("state", ["running", "refused", "withdrawn", "closed"])
def test_a_consent_is_not_said_to_be_in_force_once_its_case_is_over(
    sign_in: Any, sessions: Sessions, citizen: Citizen, sent: str, state: str
):
    with sessions.begin() as db:
        db.get_one(Case, id_of(sent)).state = state
        db.get_one(Citizen, citizen.id).language = "en"
    client = sign_in(citizen)
    card = page_of(client.get(sent)).find(".//*[@id='consent']")
    assert "Not in force" in text_of(card)
    page = client.get(f"{sent}/consent")
    assert "The application is no longer being handled, so a consent is no longer needed." in page.text
    assert "no longer in force." in page.text
    assert page_of(page).find(".//*[@name='agreed']") is None


# --- Requests to complete the application ----------------------------------------------------------------------------


def answers(client: Police, asked: str, files: dict[str, list[tuple[bytes, str]]] | None = None, **fields: str) -> Any:
    data: dict[str, Any] = {name.replace("answer_", "answer-"): value for name, value in fields.items()}
    data |= {
        name: [(io.BytesIO(content), file_name) for content, file_name in chosen]
        for name, chosen in (files or {}).items()
    }
    data["csrf_token"] = client.token(f"{asked}/supplement")
    return client.post(f"{asked}/supplement", data=data, content_type="multipart/form-data")


def test_a_request_is_answered_as_a_checklist(citizen_client: Police, sessions: Sessions, asked: str):
    assert f"{asked}/supplement" in citizen_client.get("/my").text
    assert "15.9.2026" in citizen_client.get(asked).text
    files = {"files-0": [(a_picture(), "palkka.jpg")]}
    response = answers(citizen_client, asked, files, answer_0="", answer_1="Kuntosali", send="y")
    assert response.location == f"{asked}/supplement/sent"
    assert citizen_client.get(response.location).status_code == 200
    assert (case_at(sessions, asked).state, request_at(sessions, asked).state) == ("in_preparation", "answered")
    assert citizen_client.get(f"{asked}/supplement").location == asked


def test_thanks_for_the_answers_end_with_the_handling(citizen_client: Police, sessions: Sessions, asked: str):
    answers(citizen_client, asked, answer_0="Minulla ei ole sitä.", answer_1="Bussilippu.", send="y")
    assert citizen_client.get(f"{asked}/supplement/sent").status_code == 200
    citizen_client.send_form(f"{asked}/withdraw")
    assert citizen_client.get(f"{asked}/supplement/sent").location == asked


def test_what_is_missing_from_the_answers_is_told_and_the_rest_is_kept(
    citizen_client: Police, sessions: Sessions, asked: str
):
    files = {"files-0": [(a_picture(), "palkka.jpg"), (b"hello", "palkka.doc")]}
    response = answers(citizen_client, asked, files, answer_1="Kuntosali", send="y")
    page = citizen_client.get(response.location)
    assert "palkka.doc" in text_of(page_of(page).find(".//*[@id='error-summary']"))
    assert "palkka.jpg" in page.text
    assert "Kuntosali" in page.text
    assert case_at(sessions, asked).state == "waiting_for_citizen"
    response = answers(citizen_client, asked, answer_1="", send="y")
    assert f"{asked}/supplement" in response.location
    page = page_of(citizen_client.get(response.location))
    assert page.find(".//*[@id='error-summary']//a").get("href") == "#item-1"


def test_a_wrong_file_is_told_at_the_point_where_it_was_chosen(citizen_client: Police, asked: str):
    files = {
        "files-0": [(a_picture(), "slip.jpg")],
        "files-1": [(b"Hello", "letter.pdf"), (a_picture(), "ticket.jpg"), (a_picture(), "other.jpg")],
    }
    answers(citizen_client, asked, files=files, send="y")
    page = page_of(citizen_client.get(f"{asked}/supplement"))
    links = [each.get("href") for each in page.find(".//*[@id='error-summary']").iter("a")]
    assert links == ["#files-1"]
    first, second = (text_of(page.find(f".//*[@id='item-{position}']")) for position in (0, 1))
    assert "letter.pdf" in second and "letter.pdf" not in first
    assert "1 tiedosto lisättiin." in first and "2 tiedostoa lisättiin." in second


def test_answers_can_be_saved_and_gone_on_with_later(citizen_client: Police, sessions: Sessions, asked: str):
    assert answers(citizen_client, asked, answer_1="Luonnos", save="y").status_code == 303
    assert "Luonnos" in citizen_client.get(f"{asked}/supplement").text
    assert request_at(sessions, asked).state == "open"


def test_a_document_of_an_open_answer_can_be_taken_back(citizen_client: Police, sessions: Sessions, asked: str):
    answers(citizen_client, asked, {"files-0": [(a_picture(), "wrong.jpg")]}, save="y")
    with sessions() as db:
        attachment = db.scalars(select(Attachment).where(Attachment.file_name == "wrong.jpg")).one()
        earlier = db.scalars(select(Attachment).where(Attachment.file_name == "income.jpg")).one()
    assert answers(citizen_client, asked, answer_1="Kuntosali", remove_file=str(attachment.id)).status_code == 303
    page = citizen_client.get(f"{asked}/supplement")
    assert "wrong.jpg" not in page.text
    assert "Kuntosali" in page.text
    assert answers(citizen_client, asked, remove_file=str(earlier.id)).status_code == 422
    assert answers(citizen_client, asked, remove_file="nonsense").status_code == 303


def test_too_long_an_answer_is_told_and_kept(citizen_client: Police, asked: str):
    response = answers(citizen_client, asked, answer_1="x" * 4001, send="y")
    assert response.status_code == 422
    assert "x" * 4001 in response.text


# --- Who has looked --------------------------------------------------------------------------------------------------


def test_the_citizen_reads_who_has_looked_at_their_data_and_sees_no_one_elses(
    citizen_client: Police, citizen: Citizen, sessions: Sessions, sent: str
):
    assert citizen_client.get("/my/access-log").status_code == 200
    with sessions.begin() as db:
        stranger = a_citizen(db)
        elina, other = a_colleague(db, family_name="Katsoja"), a_colleague(db, family_name="Muunkatsoja")
        for _ in range(60):
            access_log.record(db, elina.actor, citizen.id, id_of(sent), "application", NOW, "r")
        access_log.record(db, other.actor, stranger.id, None, "case", NOW, "r")
    page = citizen_client.get("/my/access-log")
    assert page.text.count("Elina Katsoja") == 50
    assert "Muunkatsoja" not in page.text
    assert citizen_client.get("/my/access-log?page=2").text.count("Elina Katsoja") == 10
    for strange, shown in (("0", 50), ("-1", 50), ("x", 50), ("3", 10), ("99999999999999999999", 10)):
        page = citizen_client.get(f"/my/access-log?page={strange}")
        assert (page.status_code, page.text.count("Elina Katsoja")) == (200, shown)


def test_many_cases_take_no_more_queries_than_one(
    citizen_client: Police, citizen: Citizen, sessions: Sessions, clock: Clock
):
    with sessions.begin() as db:
        a_sent_application(db, citizen)
    citizen_client.get("/my")
    once = citizen_client.queries
    with sessions.begin() as db:
        for _ in range(8):
            a_sent_application(db, citizen)
    citizen_client.get("/my")
    assert citizen_client.queries == once
