"""The work queue as a page: tabs, filters in the address, taking a case, and what it costs."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from lending.cases.model import Case
from tests.builders import a_case, a_citizen
from tests.web.office import Office, address, words_of
from tests.web.police import page_of, text_of
from tests.workflow.cases_in_work import an_application
from tests.workflow.queued import a_request_for_grace, some_cases


def rows_of(response: Any) -> list[str]:
    return [text_of(row) for row in page_of(response).findall(".//main//tbody/tr")]


def a_whole_case(db: Any) -> Any:
    case = a_case(db)
    db.add(an_application(case))
    return case.id


def tabs_of(response: Any) -> dict[str, str | None]:
    links = [link for link in page_of(response).iter("a") if "vk-tabs__link" in (link.get("class") or "")]
    return {text_of(link): link.get("aria-current") for link in links}


def test_every_queue_is_a_tab_with_its_count(office: Office) -> None:
    with office.sessions.begin() as db:
        some_cases(db, 2)
        some_cases(db, 1, "agreement_concluded", first=9)
    tabs = tabs_of(office.client("preparer").get("/office"))
    assert list(tabs) == [
        "New cases 2",
        "In preparation 0",
        "Waiting for the applicant 0",
        "Waiting for decision 0",
        "Decided 1",
        "Change requests 0",
        "All cases",
    ]
    assert tabs["New cases 2"] == "page"


@pytest.mark.parametrize(
    ("role", "opens_on"),
    [
        ("preparer", "New cases"),
        ("decider", "Waiting for decision"),
        ("payments", "Decided"),
        ("waiver_decider", "Change requests"),
    ],
)
def test_the_queue_opens_where_ones_own_work_waits(office: Office, role: str, opens_on: str) -> None:
    tabs = tabs_of(office.client(role).get("/office"))
    assert [name.rpartition(" ")[0] for name, current in tabs.items() if current] == [opens_on]


def test_an_auditor_is_led_to_the_access_log(office: Office) -> None:
    response = office.client("auditor").get("/office")
    assert (response.status_code, response.location) == (303, "/office/access-log")


def test_filters_and_order_live_in_the_address_and_stay_while_one_turns_pages(office: Office) -> None:
    with office.sessions.begin() as db:
        some_cases(db, 60)
    client = office.client("preparer")
    page = client.get("/office?queue=new&text=suku&whose=unassigned&sort=newest&page=2")
    assert "60 cases. Showing 26–50." in words_of(page)
    [link] = [link.get("href") for link in page_of(page).iter("a") if text_of(link).startswith("Next page")]
    asked = {"queue": ["new"], "text": ["suku"], "whose": ["unassigned"], "sort": ["newest"], "page": ["3"]}
    assert parse_qs(urlsplit(link).query) == asked
    assert page_of(page).find(".//input[@name='text']").get("value") == "suku"


@pytest.mark.parametrize(
    "query", ["queue=nonsense", "queue=new&whose=x&sort=y&state=z&page=-1", "page=99999999999999", "text=" + "a" * 5000]
)
def test_a_strange_address_still_opens_a_queue(office: Office, query: str) -> None:
    assert office.client("preparer").get(f"/office?{query}").status_code == 200


def test_a_case_is_taken_from_the_queue(office: Office) -> None:
    with office.sessions.begin() as db:
        case_id = a_whole_case(db)
    client = office.client("preparer")
    response = client.send_form(f"/office/cases/{case_id}/take", from_page="/office")
    assert (response.status_code, response.location) == (303, f"/office/cases/{case_id}")
    assert "You have taken the case." in words_of(client.get(response.location))
    assert "You" in rows_of(client.get("/office?queue=in_preparation"))[0]


def test_those_who_do_not_take_cases_are_not_offered_to(office: Office) -> None:
    with office.sessions.begin() as db:
        a_case(db)
    page = office.client("payments").get("/office?queue=new")
    assert not page_of(page).findall(".//main//tbody//button")


def test_an_empty_queue_says_so_and_a_search_without_a_hit_leads_back(office: Office) -> None:
    client = office.client("preparer")
    assert "Nothing waits here" in words_of(client.get("/office?queue=new"))
    nothing = client.get("/office?queue=new&text=nobody")
    assert "No case matches what you look for" in words_of(nothing)
    assert "/office?queue=new" in [link.get("href") for link in page_of(nothing).find(".//main").iter("a")]


def test_a_closed_case_is_found_among_all_cases(office: Office) -> None:
    with office.sessions.begin() as db:
        some_cases(db, 1, "closed")
    assert len(rows_of(office.client("preparer").get("/office?queue=all&text=2026-000001"))) == 1


@pytest.mark.parametrize(("state", "waits"), [("submitted", True), ("agreement_concluded", True), ("closed", False)])
def test_only_what_waits_for_somebody_is_said_to_have_waited(office: Office, state: str, waits: bool) -> None:
    with office.sessions.begin() as db:
        case = a_case(db, state=state)
        db.add(an_application(case))
        case_id = case.id
    client = office.client("preparer")
    [row] = rows_of(client.get("/office?queue=all"))
    assert ("0 days" in row, "Became pending on " in row) == (waits, not waits)
    assert ("Waited" in words_of(client.get(f"/office/cases/{case_id}"))) is waits


def test_another_unit_is_not_seen(office: Office) -> None:
    with office.sessions.begin() as db:
        some_cases(db, 3)
    assert rows_of(office.client("preparer", unit="team-2").get("/office?queue=all")) == []


def test_a_safety_ban_is_marked_and_no_address_is_shown(office: Office) -> None:
    with office.sessions.begin() as db:
        a_case(db, a_citizen(db, safety_ban=True, address="Salatie 4, 07170 Pornainen", municipality="611"))
    page = office.client("preparer").get("/office?queue=new")
    assert "Safety ban" in rows_of(page)[0]
    assert "Salatie" not in page.text
    assert "Pornainen" not in page.text


def test_a_deadline_that_has_passed_is_marked(office: Office, clock: Any) -> None:
    with office.sessions.begin() as db:
        a_case(db)
    member = office.member("preparer")
    assert "Passed" not in rows_of(office.sign_in(member).get("/office?queue=new"))[0]
    clock.forward(days=92)
    assert "Passed" in rows_of(office.sign_in(member).get("/office?queue=new"))[0]


def test_the_page_takes_as_many_queries_with_ten_cases_as_with_two_thousand(office: Office) -> None:
    with office.sessions.begin() as db:
        some_cases(db, 10)
    client = office.client("preparer")
    client.get("/office?queue=new")
    few = client.queries
    with office.sessions.begin() as db:
        some_cases(db, 1990, first=11)
    client.get("/office?queue=new&sort=amount")
    assert client.queries == few


def test_a_draft_cannot_be_opened_by_staff(office: Office) -> None:
    with office.sessions.begin() as db:
        case = a_case(db, state="draft")
    assert office.client("preparer").get(f"/office/cases/{case.id}").status_code == 404


def test_a_case_that_a_colleague_has_is_not_taken_away(office: Office) -> None:
    work = office.case()
    client = office.client("preparer")
    response = client.send_form(address(work, "take"), from_page="/office")
    assert response.status_code == 422
    assert "Another member of staff has already taken this case." in response.text
    with office.sessions() as db:
        assert db.get_one(Case, work.case.id).handler_id == work.preparer.id


def test_a_change_request_stands_in_its_queue_and_leads_to_its_page(office: Office) -> None:
    with office.sessions.begin() as db:
        request = a_request_for_grace(db)
    client = office.client("decider")
    page = client.get("/office?queue=change_requests")
    assert "1 change request." in words_of(page)
    links = [link.get("href") for link in page_of(page).find(".//main//tbody").iter("a")]
    assert links == [f"/office/loans/{request.loan_id}/changes/{request.id}"]
    assert client.get(links[0]).status_code == 200
