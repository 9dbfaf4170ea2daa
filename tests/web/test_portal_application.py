"""The application in the portal: from the first page to the receipt, and everything typed kept on the way."""

import io
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from lending.applications.model import Application
from lending.applications.sections import asks_credit_ban
from lending.applications.submission import start_application
from lending.cases.model import Attachment, Case
from lending.people.model import Citizen
from lending.policy.policies import policies_of
from tests.builders import a_citizen
from tests.clock import NOW
from tests.files import a_pdf, a_picture
from tests.web.conftest import SignIn
from tests.web.office import errors_of
from tests.web.police import Police, page_of, text_of
from tests.workflow.applying import a_draft, a_full_draft, a_sent_application

Sessions = sessionmaker[Session]

HOUSEHOLD = {
    "adults": "alone",
    "children-0-age": "7",
    "children-0-benefits": "94,88",
    "in_debt_adjustment": "no",
    "entrepreneur": "no",
    "owns_property": "no",
}
PURPOSE = {
    "purpose": "debts",
    "purpose_details": "Kolme kulutusluottoa, joita en saa maksettua.",
    "how_it_helps": "Yksi maksuerä, joka mahtuu tuloihini.",
    "amount": "4 000",
    "months": "48",
}
INCOME = {
    "income-0-kind": "wage",
    "income-0-amount": "2 150,00",
    "income-0-per": "month",
    "income-0-details": "Sairaalan pesula",
}
EXPENSES = {"expenses-0-kind": "rent", "expenses-0-amount": "780"}
DEBTS = {
    "debts-0-creditor": "Pikaraha Oy",
    "debts-0-basis": "consumer_credit",
    "debts-0-amount": "1 850",
    "debts-0-monthly": "95",
    "debts-0-stage": "in_collection",
    "debts-0-to_be_arranged": "y",
}


@pytest.fixture
def draft(sessions: Sessions, citizen: Citizen) -> str:
    """The address of a draft of ``citizen``."""
    with sessions.begin() as db:
        return f"/my/cases/{a_draft(db, citizen).id}"


@pytest.fixture
def full_draft(sessions: Sessions, citizen: Citizen) -> str:
    """The address of a draft of ``citizen`` that only waits to be sent."""
    with sessions.begin() as db:
        return f"/my/cases/{a_full_draft(db, citizen).id}"


def application_at(sessions: Sessions, address: str) -> Application:
    with sessions() as db:
        return db.get_one(Application, UUID(address.rpartition("/")[2]))


def case_at(sessions: Sessions, address: str) -> Case:
    with sessions() as db:
        return db.get_one(Case, UUID(address.rpartition("/")[2]))


def field(response: Any, name: str) -> Any:
    """The field of the page called ``name``."""
    found = page_of(response).findall(f".//*[@name='{name}']")
    assert found, f"no field {name}"
    return found[0]


def upload(client: Police, draft: str, kind: str, *files: tuple[bytes, str]) -> Any:
    data = {
        "csrf_token": client.token(f"{draft}/application/attachments"),
        "kind": kind,
        "files": [(io.BytesIO(content), name) for content, name in files],
    }
    return client.post(f"{draft}/attachments", data=data, follow_redirects=True)


# --- The thread ------------------------------------------------------------------------------------------------------


def test_a_citizen_applies_from_the_first_page_to_the_receipt(
    citizen_client: Police, citizen: Citizen, sessions: Sessions
):
    client = citizen_client
    assert client.send_form("/my/applications", from_page="/my").status_code == 303
    with sessions() as db:
        case = db.scalars(select(Case).where(Case.citizen_id == citizen.id)).one()
    draft = f"/my/cases/{case.id}"
    for section, fields in (
        ("household", HOUSEHOLD),
        ("purpose", PURPOSE),
        ("income", INCOME),
        ("expenses", EXPENSES),
        ("assets", {"none": "y"}),
        ("debts", DEBTS),
    ):
        response = client.send_form(f"{draft}/application/{section}", fields)
        assert response.status_code == 303, f"{section}: {text_of(page_of(response))}"
    for kind in ("income", "expenses", "debts", "tax-return", "bank-statements"):
        assert upload(client, draft, kind, (a_picture(), f"{kind}.jpg")).status_code == 200
    agreed = {"agreed": "y", "version": "debt-investigation-1", "shown_in": "fi"}
    assert client.send_form(f"{draft}/consent", agreed).location == f"{draft}/application"
    assert client.get(f"{draft}/application/check").status_code == 200
    response = client.send_form(f"{draft}/application/check", {"truthful": "y"})
    assert response.location == f"{draft}/application/sent"
    case = case_at(sessions, draft)
    assert case.number in client.get(f"{draft}/application/sent").text
    assert case.state == "submitted"
    for page in ("", "/application", "/consent", "/withdraw"):
        assert client.get(f"{draft}{page}").status_code == 200
    assert case.number in client.get("/my").text


def test_each_section_leads_to_the_next_that_is_not_ready(citizen_client: Police, draft: str):
    assert citizen_client.send_form(f"{draft}/application/household", HOUSEHOLD).location.endswith("/purpose")
    assert citizen_client.send_form(f"{draft}/application/income", INCOME).location.endswith("/expenses")
    to_list = {**PURPOSE, "then": "list"}
    assert citizen_client.send_form(f"{draft}/application/purpose", to_list).location == f"{draft}/application"


def test_from_the_answers_being_checked_one_comes_back_to_them(citizen_client: Police, full_draft: str):
    response = citizen_client.send_form(f"{full_draft}/application/income?from=check", INCOME)
    assert response.location == f"{full_draft}/application/check"


def test_a_draft_is_resumed_with_everything_that_was_told(citizen_client: Police, full_draft: str):
    page = citizen_client.get(f"{full_draft}/application/household")
    assert field(page, "children-1-age").get("value") == "16"
    assert field(page, "children-0-benefits").get("value") == "94,88"
    page = citizen_client.get(f"{full_draft}/application/debts")
    assert field(page, "debts-0-creditor").get("value") == "Pikaraha Oy"
    assert field(page, "debts-0-to_be_arranged").get("checked") is not None
    assert field(page, "debts-2-to_be_arranged").get("checked") is None
    page = citizen_client.get(f"{full_draft}/application/purpose")
    assert field(page, "amount").get("value") == "4 000,00"


def test_a_story_keeps_its_lines_where_the_answers_are_read(citizen_client: Police, draft: str):
    empty = page_of(citizen_client.get(f"{draft}/application/check"))
    assert empty.find(".//*[@class='vk-pre']") is None and "Ei kerrottu" in text_of(empty)
    citizen_client.send_form(f"{draft}/application/purpose", {**PURPOSE, "how_it_helps": "First.\n\nThen <b>that</b>."})
    page = page_of(citizen_client.get(f"{draft}/application/check"))
    stories = [each.text for each in page.findall(".//*[@class='vk-pre']")]
    assert stories[-1] == "First.\n\nThen <b>that</b>."


def test_starting_again_goes_on_with_the_same_draft(citizen_client: Police, draft: str):
    response = citizen_client.send_form("/my/applications", from_page="/my/access-log")
    assert response.location == f"{draft}/application"


def test_an_income_by_the_year_comes_back_as_it_was_told(citizen_client: Police, draft: str):
    told = INCOME | {"income-0-amount": "24 000", "income-0-per": "year"}
    assert citizen_client.send_form(f"{draft}/application/income", told).status_code == 303
    page = citizen_client.get(f"{draft}/application/income")
    assert field(page, "income-0-amount").get("value").replace("\u00a0", " ") == "24 000,00"
    assert page_of(page).find(".//select[@name='income-0-per']/option[@selected]").get("value") == "year"
    answers = text_of(page_of(citizen_client.get(f"{draft}/application/check"))).replace("\u00a0", " ")
    assert "2 000,00 €" in answers
    assert "keskimäärin kuukaudessa, kun tulo on 24 000,00 € vuodessa" in answers


def test_the_household_is_not_called_by_the_word_for_finances(citizen_client: Police, draft: str):
    page = page_of(citizen_client.get(f"{draft}/application/household"))
    assert text_of(page.find(".//h1")) == "Kotitaloutesi"


def test_maintenance_for_a_child_is_asked_for_once(sign_in: Any, citizen: Citizen, draft: str, sessions: Sessions):
    with sessions.begin() as db:
        db.get_one(Citizen, citizen.id).language = "en"
    page = page_of(sign_in(citizen).get(f"{draft}/application/income"))
    intro = " ".join(text_of(each) for each in page.findall(".//main/p"))
    assert "Child benefit and child maintenance are told with each child, in your household" in intro
    assert "benefits, child maintenance" not in intro


@pytest.mark.parametrize(("language", "title"), [("fi", "Tulo 1"), ("sv", "Inkomst 1"), ("en", "Source of income 1")])
def test_one_row_of_income_is_called_one_income(
    sign_in: Any, citizen: Citizen, draft: str, sessions: Sessions, language: str, title: str
):
    with sessions.begin() as db:
        db.get_one(Citizen, citizen.id).language = language
    page = page_of(sign_in(citizen).get(f"{draft}/application/income"))
    assert text_of(page.find(".//*[@id='income-0']/legend")) == title


def test_only_an_unemployment_allowance_is_told_by_the_day(citizen_client: Police, draft: str):
    wrong = INCOME | {"income-0-per": "benefit_day"}
    response = citizen_client.send_form(f"{draft}/application/income", wrong)
    assert response.status_code == 422
    assert "Vain työttömyysetuus kerrotaan päivältä." in response.text
    right = wrong | {"income-0-kind": "unemployment_allowance", "income-0-amount": "40"}
    assert citizen_client.send_form(f"{draft}/application/income", right).status_code == 303
    answers = text_of(page_of(citizen_client.get(f"{draft}/application/check"))).replace("\u00a0", " ")
    assert "kuukaudessa, kun etuus on 40,00 € päivältä" in answers


def test_one_whose_home_municipality_is_not_known_reads_whom_each_lender_serves(
    sign_in: SignIn, sessions: Sessions
) -> None:
    with sessions.begin() as db:
        unknown = a_citizen(db, municipality=None)
    words = text_of(page_of(sign_in(unknown).get("/my/applications")))
    assert "Hyvinkää, Järvenpää" in words and "Kuopio" in words


def test_a_blank_row_of_income_is_let_be(citizen_client: Police, draft: str):
    blank = {"income-1-kind": "", "income-1-amount": "", "income-1-per": "month", "income-1-details": ""}
    assert citizen_client.send_form(f"{draft}/application/income", INCOME | blank).status_code == 303


def test_a_credit_ban_is_asked_about_only_by_those_whose_criteria_look_at_it(
    citizen_client: Police, citizen: Citizen, sessions: Sessions, draft: str
):
    assert "credit_ban" not in citizen_client.get(f"{draft}/application/household").text
    with sessions.begin() as db:
        looks = next(policy for policy in policies_of(db).versions() if asks_credit_ban(policy))
        case = start_application(db, db.get_one(Citizen, citizen.id), looks, citizen.actor, NOW)
        other = f"/my/cases/{case.id}"
    response = citizen_client.send_form(f"{other}/application/household", HOUSEHOLD)
    assert response.status_code == 422
    assert "Valitse, onko sinulla vapaaehtoinen luottokielto." in response.text
    nothing = citizen_client.send_form(f"{other}/application/household", {})
    told = [text for text in errors_of(nothing) if "luottokielto" in text or "yrittäjä" in text]
    assert "luottokielto" in told[0] and "yrittäjä" in told[1], "in the order in which the page asks"
    told = HOUSEHOLD | {"credit_ban": "yes", "adults": "parents"}
    assert citizen_client.send_form(f"{other}/application/household", told).status_code == 303
    assert application_at(sessions, other).credit_ban is True
    answers = text_of(page_of(citizen_client.get(f"{other}/application/check")))
    assert "Vapaaehtoinen luottokielto" in answers
    assert "Oma vanhempani tai molemmat vanhempani" in answers


def test_the_list_says_in_words_what_is_missing(citizen_client: Police, draft: str):
    page = page_of(citizen_client.get(f"{draft}/application"))
    links = [link.get("href") for link in page.findall(".//details[@id='missing']//a")]
    assert f"{draft}/application/household" in links
    assert links.count(f"{draft}/application/attachments") == 4
    assert f"{draft}/consent" in links


# --- Bad input -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("section", "sound", "wrong"),
    [
        ("household", HOUSEHOLD, {"children-0-age": "seven"}),
        ("household", HOUSEHOLD, {"adults": "spouse"}),
        ("household", HOUSEHOLD, {"adults": "a-horse"}),
        ("purpose", PURPOSE, {"amount": "10 000,01"}),
        ("purpose", PURPOSE, {"amount": "1e5"}),
        ("purpose", PURPOSE, {"months": "97"}),
        ("purpose", PURPOSE, {"purpose": "a-boat"}),
        ("purpose", PURPOSE, {"how_it_helps": " "}),
        ("income", INCOME, {"income-0-amount": "-5"}),
        ("income", INCOME, {"income-0-kind": "rent"}),
        ("debts", DEBTS, {"debts-0-creditor": ""}),
        ("debts", DEBTS, {"debts-0-amount": "0"}),
        ("debts", DEBTS, {"debts-0-amount": "99 999 999 999"}),
    ],
)
def test_bad_input_is_told_and_everything_typed_is_kept(
    citizen_client: Police, draft: str, sessions: Sessions, section: str, sound: dict[str, str], wrong: dict[str, str]
):
    fields = {**sound, **wrong}
    response = citizen_client.send_form(f"{draft}/application/{section}", fields)
    assert response.status_code == 422
    page = page_of(response)
    summary = page.find(".//*[@id='error-summary']")
    assert summary is not None
    ids = {element.get("id") for element in page.iter() if element.get("id")}
    for link in summary.iter("a"):
        assert link.get("href", "").removeprefix("#") in ids
    for name, typed in fields.items():
        shown = field(response, name)
        if shown.tag == "textarea":
            assert text_of(shown) == typed.strip()
        elif shown.tag == "select":
            chosen = [each.get("value") for each in shown.iter("option") if each.get("selected") is not None]
            assert chosen == [typed] or name in wrong
        elif shown.get("type") == "radio":
            chosen = [each.get("value") for each in page.findall(f".//*[@name='{name}'][@checked]")]
            assert chosen == [typed] or name in wrong
        elif shown.get("type") != "checkbox":
            assert shown.get("value") == typed
    assert getattr(application_at(sessions, draft), f"{section}_saved_at") is None


def test_the_income_of_a_partner_is_asked_for_by_its_name_and_not_called_optional(
    sign_in: Any, citizen: Citizen, draft: str, sessions: Sessions
):
    with sessions.begin() as db:
        db.get_one(Citizen, citizen.id).language = "en"
    page = f"{draft}/application/household"
    client = sign_in(citizen)
    response = client.send_form(page, {**HOUSEHOLD, "adults": "spouse"})
    assert "Write the net income of your spouse or partner. If there is none, write 0." in text_of(
        page_of(response).find(".//*[@id='error-summary']")
    )
    label = page_of(response).find(".//label[@for='partner_net_income']")
    assert text_of(label) == "Net income of your spouse or partner, a month"


def test_an_empty_list_must_be_meant(citizen_client: Police, draft: str, sessions: Sessions):
    path = f"{draft}/application/debts"
    assert citizen_client.send_form(path, {}).status_code == 422
    assert citizen_client.send_form(path, {**DEBTS, "none": "y"}).status_code == 422
    assert citizen_client.send_form(path, {"none": "y"}).status_code == 303
    assert application_at(sessions, draft).debts_saved_at is not None
    assert field(citizen_client.get(path), "none").get("checked") is not None


def test_a_row_is_added_and_removed_without_losing_what_was_typed(citizen_client: Police, draft: str):
    path = f"{draft}/application/debts"
    response = citizen_client.send_form(path, {**DEBTS, "add": "debts"})
    assert response.status_code == 200
    assert field(response, "debts-0-creditor").get("value") == "Pikaraha Oy"
    assert field(response, "debts-1-creditor").get("value") == ""
    assert page_of(response).find(".//*[@id='debts-1']/legend").get("autofocus") is not None
    second = {"debts-1-creditor": "Osuuskauppa", "debts-1-amount": "oops"}
    response = citizen_client.send_form(path, {**DEBTS, **second, "remove": "debts-0"})
    assert response.status_code == 200
    assert field(response, "debts-1-amount").get("value") == "oops"
    assert not page_of(response).findall(".//*[@name='debts-0-creditor']")


def test_an_application_cannot_be_sent_before_it_is_whole(citizen_client: Police, draft: str, sessions: Sessions):
    path = f"{draft}/application/check"
    assert "truthful" not in citizen_client.get(path).text
    response = citizen_client.send_form(path, {"truthful": "y"}, from_page=f"{draft}/application/household")
    assert response.status_code == 422
    assert case_at(sessions, draft).state == "draft"


def test_an_application_is_sent_only_by_who_vouches_for_it(citizen_client: Police, full_draft: str, sessions: Sessions):
    assert citizen_client.send_form(f"{full_draft}/application/check", {}).status_code == 422
    assert case_at(sessions, full_draft).number is None


def test_a_sent_application_can_be_read_and_not_changed(citizen_client: Police, citizen: Citizen, sessions: Sessions):
    with sessions.begin() as db:
        address = f"/my/cases/{a_sent_application(db, citizen).id}"
    assert "Pikaraha Oy" in citizen_client.get(f"{address}/application").text
    token = citizen_client.token("/feedback")
    for section in ("household", "purpose", "income", "expenses", "assets", "debts", "attachments", "check"):
        assert citizen_client.get(f"{address}/application/{section}").location == address
        response = citizen_client.post(f"{address}/application/{section}", data={"csrf_token": token, "none": "y"})
        assert response.location == address
    assert len(application_at(sessions, address).debts) == 3


# --- Documents -------------------------------------------------------------------------------------------------------


def documents(sessions: Sessions) -> list[Attachment]:
    with sessions() as db:
        return list(db.scalars(select(Attachment).where(Attachment.removed_at.is_(None))))


def test_a_wrong_file_gives_a_sentence_and_keeps_the_others(citizen_client: Police, draft: str, sessions: Sessions):
    page = upload(
        citizen_client, draft, "income", (a_pdf(), "slip.pdf"), (b"hello", "letter.doc"), (a_picture(), "photo.jpg")
    )
    assert sorted(each.file_name for each in documents(sessions)) == ["photo.jpg", "slip.pdf"]
    summary = page_of(page).find(".//*[@id='error-summary']")
    assert "letter.doc" in text_of(summary)
    assert summary.find(".//a").get("href") == "#document-income"
    assert "letter.doc" not in citizen_client.get(f"{draft}/application/attachments").text


@pytest.mark.parametrize(
    ("content", "name"), [(b"", "empty.pdf"), (b"%PDF-1.7 broken", "broken.pdf"), (b"GIF89a", "x.png")]
)
def test_a_file_that_cannot_be_used_is_told_by_its_name(
    citizen_client: Police, draft: str, sessions: Sessions, content: bytes, name: str
):
    page = upload(citizen_client, draft, "income", (content, name))
    assert name in text_of(page_of(page).find(".//*[@id='error-summary']"))
    assert documents(sessions) == []


def test_the_long_name_of_a_wrong_file_may_break_where_it_is_told(citizen_client: Police, draft: str):
    name = f"Screenshot_{'20261122' * 8}.txt"
    page = page_of(upload(citizen_client, draft, "income", (b"Hello", name)))
    told = [each for kind in ("ul", "p") for each in page.iter(kind) if "-error-" in each.get("class", "")]
    assert [name in text_of(each) for each in told] == [True, True]
    assert all("vk-break" in each.get("class").split() for each in told)


def test_sending_no_file_or_a_strange_kind_adds_nothing(citizen_client: Police, draft: str, sessions: Sessions):
    assert page_of(upload(citizen_client, draft, "income")).find(".//*[@id='error-summary']") is not None
    assert upload(citizen_client, draft, "love-letters", (a_picture(), "x.jpg")).status_code == 422
    assert documents(sessions) == []


def test_a_document_is_saved_as_a_file_and_never_shown(citizen_client: Police, draft: str, sessions: Sessions):
    upload(citizen_client, draft, "income", (a_pdf(), "palkka elokuu ä.pdf"))
    (attachment,) = documents(sessions)
    response = citizen_client.get(f"{draft}/attachments/{attachment.id}")
    assert response.data.startswith(b"%PDF")
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''palkka%20elokuu%20%C3%A4.pdf" in response.headers["Content-Disposition"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert int(response.headers["Content-Length"]) == len(response.data)


def test_a_document_of_a_draft_can_be_taken_back(citizen_client: Police, draft: str, sessions: Sessions):
    upload(citizen_client, draft, "income", (a_picture(), "wrong.jpg"))
    (attachment,) = documents(sessions)
    remove = f"{draft}/attachments/{attachment.id}/remove"
    response = citizen_client.send_form(remove, from_page=f"{draft}/application/attachments")
    assert response.status_code == 303
    assert documents(sessions) == []
    assert citizen_client.get(f"{draft}/attachments/{attachment.id}").status_code == 404


def test_a_request_that_weighs_too_much_is_refused_with_a_page(citizen_client: Police, draft: str):
    token = citizen_client.token(f"{draft}/application/attachments")
    too_much = 101 * 1024 * 1024
    response = citizen_client.post(
        f"{draft}/attachments", environ_overrides={"CONTENT_LENGTH": str(too_much)}, data={"csrf_token": token}
    )
    assert response.status_code == 413
    links = [each.get("href") for each in page_of(response).find(".//main").iter("a")]
    assert links[0] == draft, "there is a way back to the application"
