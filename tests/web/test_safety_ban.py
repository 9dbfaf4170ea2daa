"""Under a safety ban: where Tuula Laine of the demo lives is told to nobody but the one who handles her case.

She has two matters in the demo: an application in preparation, and a loan with a letter, an agreement, payments and a
request for a grace month (``tests.web.demo_tales``). Her address and her municipality must not be on any page, in any
letter, in the timeline, in the access log, in the service's own log, nor readable in the database.
"""

import logging
import re
from collections.abc import Iterator

import pytest
from markupsafe import escape
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from lending.cases.model import Case, Event, FrozenDocument, Notice
from lending.people.model import StaffMember
from tests.web.demo_addresses import Address
from tests.web.demo_world import KEUSOTE_ROLES, World
from web.demo.people import CITIZENS

#: Where she lives: street, postal code, the municipality by its names and by its number.
HOME = re.compile(r"Salatie|07170|Pornai|Borgnäs|\b611\b")
OVERVIEW = "/office/cases/<uuid:case_id>"


@pytest.fixture
def hers(world: World) -> list[Case]:
    found = [case for case in world.cases if case.citizen.safety_ban]
    assert {case.state for case in found} == {"in_preparation", "running"}
    return found


def test_this_is_where_she_lives():
    told = CITIZENS["tuula"]
    assert told.safety_ban and HOME.search(told.address) and HOME.fullmatch(told.municipality)


@pytest.mark.parametrize("role", KEUSOTE_ROLES)
def test_no_page_tells_her_home_to_who_has_not_taken_her_case(
    world: World, hers: list[Case], caplog: pytest.LogCaptureFixture, role: str
):
    caplog.set_level(logging.INFO)
    telling, opened = [], 0
    own, other = world.colleague("team-1", role), world.colleague("team-2", role)
    lists = [page for page in world.pages("staff") if page.case is None]
    opening = [(own, page) for page in [*_of(world, hers, "staff"), *lists]] + [(other, page) for page in lists[::3]]
    for reader, page in opening:
        if role in world.roles(page.guard):
            response = world.client(reader, police=False).get(page.path)
            opened += response.status_code == 200
            if HOME.search(_words(world, response)) and not _has_task(page, reader):
                telling.append(f"{page} tells it to {reader.display_name}")
    assert opened and not telling, "\n".join(telling)
    assert not HOME.search(caplog.text)


def test_the_one_who_has_taken_her_case_sees_it_on_its_overview_and_the_log_says_so(world: World, hers: list[Case]):
    handler = world.colleague("team-1", "preparer")
    [case] = [case for case in hers if case.handler_id == handler.id]
    client = world.client(handler)
    for page in _of(world, hers, "staff"):
        if world.roles(page.guard) & handler.actor.roles:
            seen = world.last_view()
            shows = bool(HOME.search(_words(world, client.get(page.path))))
            assert shows == (page.rule == OVERVIEW and page.case.id == case.id), str(page)
            assert [view.what == "protected" for view in world.views(after=seen)] in ([shows], [])


def test_taking_her_case_is_not_enough_without_the_right_to_protected_data(world: World, hers: list[Case]):
    reader = world.colleague("team-1", "payments")
    with world.sessions.begin() as db:
        db.execute(update(Case).where(Case.id.in_([case.id for case in hers])).values(handler_id=reader.id))
    for case in hers:
        response = world.client(reader).get(f"/office/cases/{case.id}")
        assert response.status_code == 200 and not HOME.search(_words(world, response))


def test_her_own_pages_do_not_tell_it_to_who_looks_over_her_shoulder(world: World, hers: list[Case]):
    client = world.client(hers[0].citizen, police=False)
    own = [*_of(world, hers, "citizen"), *(page for page in world.addresses("citizen", ["GET"]) if page.case is None)]
    for page in own:
        assert not HOME.search(_words(world, client.get(page.path))), str(page)


def test_she_is_not_found_by_where_she_lives(world: World, hers: list[Case]):
    for role in ("preparer", "decider"):
        client = world.client(world.colleague("team-1", role))
        assert hers[0].number in client.get("/office?queue=all&text=Laine").text
        for text in ("Pornainen", "Borgnäs", "Salatie", "611", "07170"):
            page = client.get("/office", query_string={"queue": "all", "text": text})
            assert not any(case.number in page.text for case in hers), text


def test_her_unit_is_the_one_for_everybody_under_a_ban(world: World, hers: list[Case]):
    policy = world.resources["policies"].by_id(hers[0].policy)
    assert {case.unit for case in hers} == {policy.organisation.protected_unit}
    assert policy.unit_for(CITIZENS["tuula"].municipality) != policy.organisation.protected_unit


def test_nothing_written_about_her_case_tells_it(world: World, hers: list[Case]):
    ids = [case.id for case in hers]
    with world.sessions() as db:
        events = list(db.scalars(select(Event).where(Event.case_id.in_(ids))))
        notices = list(db.scalars(select(Notice).where(Notice.case_id.in_(ids))))
        documents = list(db.scalars(select(FrozenDocument).where(FrozenDocument.case_id.in_(ids))))
    assert events and notices and {document.kind for document in documents} >= {"decision", "agreement"}
    for facts in [*(event.facts for event in events), *(notice.facts for notice in notices)]:
        assert not HOME.search(str(facts))
    for document in documents:
        assert not HOME.search(document.html)


def test_it_lies_sealed_in_the_database_and_in_the_store(world: World, hers: list[Case]):
    kept = world.file.read_bytes()
    assert hers[0].citizen.family_name.encode() in kept
    for blob in [world.file, *(path for path in world.file.with_name("store").rglob("*") if path.is_file())]:
        for text in ("Salatie", "Pornainen", "Borgnäs"):
            assert text.encode() not in blob.read_bytes(), f"{text} lies open in {blob.name}"


def _of(world: World, cases: list[Case], realm: str) -> Iterator[Address]:
    ids = {case.id for case in cases}
    return (page for page in world.pages(realm) if page.case is not None and page.case.id in ids)


def _has_task(page: Address, reader: StaffMember) -> bool:
    return page.rule == OVERVIEW and page.case is not None and page.case.handler_id == reader.id


def _words(world: World, response: TestResponse) -> str:
    """What the page says, without what the criteria say of every municipality that they serve."""
    words = response.text if response.mimetype == "text/html" else ""
    for clause in world.resources["policies"].by_id("keusote-2025").clauses.values():
        for text in clause.texts.values():
            words = words.replace(str(escape(text)), "") if HOME.search(text) else words
    return words
