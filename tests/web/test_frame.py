"""The frame that every page stands in: headers, languages, errors, forms that come too late."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask, Response
from sqlalchemy import select

from integrations.storage import FolderStore
from lending.basics.database import make_engine, make_sessions
from lending.people.model import AccessLogEntry, Citizen, SignIn
from lending.reporting.model import Feedback
from tests.builders import a_case, a_citizen
from tests.clock import NOW, Clock
from tests.web.conftest import a_client
from tests.web.police import Police, page_of, text_of
from web.access import viewing
from web.guard import staff_may
from web.transaction import readers_of
from web.wiring import wiring

# --- Headers -------------------------------------------------------------------------------------------------------


def test_a_public_page_may_be_kept_by_the_browser_but_is_asked_for_again(client: Police):
    response = client.get("/privacy")
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert {"Cookie", "Accept-Language", "HX-Request"} <= set(response.vary)


def test_a_public_page_shown_to_somebody_signed_in_is_not_stored(citizen_client: Police):
    assert citizen_client.get("/privacy").headers["Cache-Control"] == "no-store"


def test_nothing_may_run_or_load_but_what_this_site_sends(client: Police):
    policy = client.get("/privacy").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy and "data:" not in policy and "*" not in policy
    for rule in ("frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"):
        assert rule in policy


def test_every_answer_has_an_id_of_its_own_and_believes_none_from_outside(client: Police):
    given = "0" * 32
    ids = {client.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"] for _ in range(2)}
    assert len(ids) == 2 and given not in ids


def test_a_static_file_named_with_its_digest_is_kept_for_good(client: Police):
    page = page_of(client.get("/privacy"))
    address = page.find(".//link[@rel='stylesheet']").get("href")
    assert re.fullmatch(r"/static/css/vakaa\.css\?v=[0-9a-f]{12}", address)
    with client.get(address) as versioned, client.get(address.partition("?")[0]) as bare:
        assert versioned.status_code == 200
        assert "immutable" in versioned.headers["Cache-Control"]
        assert "immutable" not in bare.headers["Cache-Control"]


# --- Languages -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "shown"), [("sv-FI,sv;q=0.9", "sv"), ("en-GB", "en"), ("de", "fi"), ("", "fi"), ("ru,sv;q=0.5", "sv")]
)
def test_the_browsers_language_is_followed_and_finnish_is_the_last_resort(app: Flask, wanted: str, shown: str):
    assert page_of(a_client(app, wanted).get("/privacy")).get("lang") == shown


def test_switching_the_language_keeps_the_place_and_is_remembered(client: Police):
    page = page_of(client.get("/feedback?about=pages"))
    link = page.find(".//a[@hreflang='sv']").get("href")
    response = client.get(link)
    assert response.location == "/feedback?about=pages"
    assert page_of(client.get(response.location)).get("lang") == "sv"


@pytest.mark.parametrize(
    "elsewhere", ["https://example.com/", "//example.com", "/\\example.com", "javascript:alert(1)", "/\n/example.com"]
)
def test_the_language_switch_leads_nowhere_else(client: Police, elsewhere: str):
    assert client.get("/language/sv", query_string={"to": elsewhere}).location == "/"


def test_a_person_keeps_the_language_they_chose(citizen_client: Police, citizen: Citizen, sign_in):
    citizen_client.get("/language/sv?to=/privacy")
    again = sign_in(citizen)
    assert page_of(again.get("/privacy")).get("lang") == "sv"


def test_another_site_cannot_change_a_persons_language(citizen_client: Police, citizen: Citizen, sessions):
    citizen_client.get("/language/sv?to=/privacy", headers={"Sec-Fetch-Site": "cross-site"})
    with sessions() as db:
        assert db.get(Citizen, citizen.id).language == "fi"


# --- Errors --------------------------------------------------------------------------------------------------------


def test_a_page_that_does_not_exist_says_so_with_a_way_on(client: Police):
    response = client.get("/nothing/here")
    assert response.status_code == 404
    assert page_of(response).find(".//main//a[@href='/']") is not None


def test_an_address_that_takes_no_get_says_so(client: Police):
    response = client.get("/office/sign-out")
    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]


def test_too_large_a_form_is_refused_with_a_page(client: Police):
    token = client.token()
    response = client.post("/feedback", data={"text": "x" * 3_000_000, "csrf_token": token})
    assert response.status_code == 413
    assert page_of(response).find(".//h1") is not None


def test_a_fault_of_ours_gives_its_number_and_nothing_else(app: Flask, client: Police, broken_pages_shown, monkeypatch):
    monkeypatch.setitem(app.view_functions, "web.privacy", _guarded_like(app, "web.privacy", _fails))
    response = client.get("/privacy")
    assert response.status_code == 500
    assert response.headers["X-Request-ID"] in response.text
    assert "a secret" not in response.text


def test_when_even_the_error_page_fails_something_is_said(app: Flask, client: Police, broken_pages_shown, monkeypatch):
    monkeypatch.setitem(app.view_functions, "web.privacy", _guarded_like(app, "web.privacy", _fails))
    monkeypatch.setattr("web.errors.render", _fails)
    response = client.get("/privacy")
    assert response.status_code == 500
    assert "häiriö" in response.text


def test_when_the_database_is_away_the_page_still_says_so(app: Flask, citizen_client: Police, broken_pages_shown):
    away = make_engine("sqlite:////nowhere/at/all.sqlite")
    wired = wiring(app)
    wired.sessions = make_sessions(away)
    wired.readers = readers_of(away, wired.sessions)
    response = citizen_client.get("/privacy")
    assert response.status_code == 500
    assert response.headers["X-Request-ID"] in response.text


def test_trying_too_often_is_stopped_with_a_page(app: Flask, client: Police, monkeypatch):
    monkeypatch.setattr(wiring(app), "config", replace(wiring(app).config, limits=True))
    data = {"csrf_token": client.token()}
    answers = [client.post("/sign-in", data=data) for _ in range(22)]
    assert answers[0].status_code == 422 and answers[-1].status_code == 429
    assert client.get("/sign-in").status_code == 200


def _fails(*_arguments: object, **_options: object) -> str:
    raise ValueError("a secret")


def _guarded_like(app: Flask, endpoint: str, view: Callable[..., str]) -> Callable[..., str]:
    def guarded(*arguments: object, **options: object) -> str:
        return view(*arguments, **options)

    vars(guarded)["guard"] = vars(app.view_functions[endpoint])["guard"]
    return guarded


# --- Forms that come too late --------------------------------------------------------------------------------------


def test_a_form_that_came_too_late_keeps_what_was_typed(client: Police, sessions):
    typed = {"text": "Rivi yksi\r\nRivi kaksi & <b>", "email": "aino@vakaa.example"}
    response = client.post("/feedback", data={**typed, "csrf_token": "old"})
    assert response.status_code == 400
    form = page_of(response).find(".//main//form")
    kept = {field.get("name"): field.get("value") for field in form.iter("input")}
    assert form.get("action") == "/feedback"
    assert kept["email"] == typed["email"]
    assert kept["text"].split() == typed["text"].split()
    assert client.post("/feedback", data=kept).status_code == 303
    with sessions() as db:
        assert db.scalars(select(Feedback.text)).all() == ["Rivi yksi\nRivi kaksi & <b>"]


def test_a_form_from_another_site_is_neither_accepted_nor_shown_again(client: Police):
    headers = {"Sec-Fetch-Site": "cross-site"}
    response = client.post("/feedback", data={"text": "planted words"}, headers=headers)
    assert response.status_code == 400
    assert "planted words" not in response.text


def test_a_form_whose_token_is_sound_is_still_refused_from_another_site(client: Police, sessions):
    token = client.token()
    data = {"text": "planted", "csrf_token": token}
    assert client.post("/feedback", data=data, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 400
    with sessions() as db:
        assert db.scalars(select(Feedback)).all() == []


def test_files_of_a_late_form_are_named_so_that_they_can_be_chosen_again(client: Police):
    from io import BytesIO

    data = {"text": "with a file", "file": (BytesIO(b"x"), "palkka.pdf"), "csrf_token": "old"}
    assert "palkka.pdf" in client.post("/feedback", data=data, content_type="multipart/form-data").text


# --- The transaction and the access log ----------------------------------------------------------------------------


@pytest.fixture
def view_of_a_case(app: Flask, monkeypatch: pytest.MonkeyPatch, sessions):
    """Puts ``view(case)`` in place of a page of the back office, guarded and addressed as a page of a case."""
    from flask import g, request

    with sessions.begin() as db:
        case = a_case(db, a_citizen(db))

    def put(view: Callable[..., str]) -> str:
        def shown(realm: str) -> Response:
            request.view_args = {"case_id": case.id}
            return Response(view(g.db.get(type(case), case.id)), mimetype="text/plain")

        monkeypatch.setitem(app.view_functions, "web.accessibility", staff_may("view-case")(shown))
        return "/office/accessibility"

    return put


def test_a_page_of_a_case_is_in_the_access_log_with_the_requests_id(staff_client, sessions, view_of_a_case):
    path = view_of_a_case(lambda case: viewing(case, "application") or "shown")
    response = staff_client("preparer").get(path)
    assert response.status_code == 200
    with sessions() as db:
        entry = db.scalars(select(AccessLogEntry)).one()
        assert (entry.what, entry.request_id) == ("application", response.headers["X-Request-ID"])


def test_a_page_of_a_case_that_forgets_the_access_log_is_not_shown(staff_client, view_of_a_case, broken_pages_shown):
    path = view_of_a_case(lambda case: f"a secret of {case.id}")
    response = staff_client("preparer").get(path)
    assert response.status_code == 500 and "a secret" not in response.text


def test_when_the_access_log_cannot_be_written_the_page_is_not_shown(
    staff_client, view_of_a_case, broken_pages_shown, monkeypatch
):
    monkeypatch.setattr("lending.people.access_log.record", _fails)
    path = view_of_a_case(lambda case: viewing(case, "application") or f"a secret of {case.id}")
    response = staff_client("preparer").get(path)
    assert response.status_code == 500 and "a secret" not in response.text


def test_a_get_cannot_write(app: Flask, client: Police, sessions, broken_pages_shown, monkeypatch):
    from flask import g

    def writes(realm: str) -> str:
        a_citizen(g.db)
        g.db.commit()
        return "written"

    monkeypatch.setitem(app.view_functions, "web.privacy", _guarded_like(app, "web.privacy", writes))
    assert client.get("/privacy").status_code == 500
    with sessions() as db:
        assert db.scalars(select(Citizen)).all() == []


@pytest.mark.parametrize(("status", "kept"), [(200, 1), (303, 1), (422, 0), (404, 0), (500, 0)])
def test_what_a_post_did_is_kept_only_when_it_succeeded(
    app: Flask, client: Police, sessions, monkeypatch, status: int, kept: int
):
    from flask import g

    token = client.token()

    def writes(realm: str) -> tuple[str, int, dict[str, str]]:
        a_citizen(g.db)
        return "", status, {"Content-Type": "text/plain"}

    monkeypatch.setitem(app.view_functions, "web.feedback", _guarded_like(app, "web.feedback", writes))
    assert client.post("/feedback", data={"csrf_token": token}).status_code == status
    with sessions() as db:
        assert len(db.scalars(select(Citizen)).all()) == kept


# --- Health --------------------------------------------------------------------------------------------------------


def test_the_process_and_its_readiness_are_told_as_json(client: Police):
    assert json.loads(client.get("/healthz").text) == {"status": "ok"}
    ready = client.get("/readyz")
    assert json.loads(ready.text)["checks"].keys() == {"database", "migrations", "store"}
    assert ready.status_code == 200, ready.text


def test_a_database_that_is_not_migrated_is_not_ready(client: Police, monkeypatch):
    monkeypatch.setattr("lending.basics.schema.newest", lambda: "9999")
    assert client.get("/readyz").status_code == 503


def test_without_a_place_for_attachments_it_is_not_ready(client: Police, store: FolderStore):
    store.folder.write_text("a file where the folder should be")
    ready = client.get("/readyz")
    assert (ready.status_code, json.loads(ready.text)["checks"]["store"]) == (503, False)


# --- The frame's own pages -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize(
    "path", ["/accessibility", "/privacy", "/feedback", "/feedback/received", "/sign-in", "/signed-out", "/nothing"]
)
def test_every_page_of_the_frame_is_sound_on_both_sides_in_every_language(app: Flask, language: str, path: str):
    client = a_client(app, language)
    for side in ("", "/office"):
        assert page_of(client.get(side + path)).get("lang") == language


@pytest.mark.parametrize("path", ["/privacy", "/accessibility"])
def test_who_is_not_signed_in_reads_how_to_reach_each_of_those_who_lend(client: Police, app: Flask, path: str):
    page = text_of(page_of(client.get(path)).find(".//main"))
    organisations = wiring(app).policies.organisations()
    assert len(organisations) > 1
    for each in organisations:
        assert f"{each.name('fi')}: {each.contact.email}, {each.contact.phone}" in page


def test_feedback_is_kept_and_thanked_for(client: Police, sessions):
    response = client.send_form("/feedback", {"text": "Selkeä palvelu.", "email": ""})
    assert response.location == "/feedback/received"
    assert client.get(response.location).status_code == 200
    with sessions() as db:
        assert [(each.text, each.email) for each in db.scalars(select(Feedback))] == [("Selkeä palvelu.", None)]


def test_feedback_that_is_not_sound_comes_back_with_what_was_typed(client: Police, sessions):
    response = client.send_form("/feedback", {"text": "", "email": "not an address"})
    assert response.status_code == 422
    page = page_of(response)
    assert page.find(".//input[@name='email']").get("value") == "not an address"
    summary = page.find(".//*[@id='error-summary']")
    assert {link.get("href") for link in summary.iter("a")} == {"#text", "#email"}
    assert text_of(page.find(".//title")).count(":") >= 1


def test_links_of_the_office_stay_in_the_office(staff_client):
    page = page_of(staff_client("preparer").get("/office/privacy"))
    assert page.find(".//footer//a[@href='/office/accessibility']") is not None
    assert page.find(".//form[@action='/office/sign-out']") is not None


def test_htmx_is_sent_to_the_sign_in_page_as_a_whole(app: Flask, client: Police, view_of_a_case):
    path = view_of_a_case(lambda case: "")
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/office/cases?page=2"}
    response = client.get(path, headers=headers)
    assert response.status_code == 401
    assert response.headers["HX-Redirect"] == "/office/sign-in?to=/office/cases?page%3D2"


def test_a_form_sent_after_being_signed_out_is_kept_and_sent_after_signing_in(
    citizen_client: Police, citizen: Citizen, clock: Clock
):
    token = citizen_client.token()
    clock.forward(hours=1)
    path = "/my/cases/00000000-0000-0000-0000-000000000000/withdraw"
    response = citizen_client.post(path, data={"reason": "Pitkä selitys", "csrf_token": token})
    assert response.status_code == 401
    form = page_of(response).find(".//main//form")
    kept = {field.get("name"): field.get("value") for field in form.iter("input")}
    assert (form.get("action"), kept["reason"]) == (path, "Pitkä selitys")
    citizen_client.send_form("/sign-in", {"person": str(citizen.id)})
    # The token still holds: what answers is the page itself, for which there is no such case.
    assert citizen_client.post(path, data=kept).status_code == 404


def test_the_clock_of_a_request_is_the_applications(citizen_client: Police, clock: Clock, sessions):
    clock.forward(minutes=5)
    citizen_client.get("/privacy")
    with sessions() as db:
        assert db.scalar(select(SignIn.last_seen_at)) == NOW + timedelta(minutes=5)
