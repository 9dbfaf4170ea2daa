"""Every page of the service on the demo's people and cases: sound, in every language and state, and only read.

The states are dealt out to the languages, so that each page is opened in each state once, and in each language.
"""

import logging
import re
from collections.abc import Iterable, Iterator

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from lending.people.model import LANGUAGES, ROLES, Citizen
from tests.clock import NOW
from tests.web.demo_addresses import Address, one_of_each_stage
from tests.web.demo_world import Person, World
from web.guard import Guard

#: Written whenever somebody reads: who has seen what, and when they were last here.
WRITTEN_BY_READING = ("access_log_entry", "sign_in")
#: Not pages: what browsers ask for whatever the pages say, and a switch that leads back at once.
NO_PAGES = ("/favicon.ico", "/language/<any(fi,sv,en):language>")
#: With one organisation in the house, its front page leads to that of the organisation.
LEADS_ON = "/"
SHOWN = 200
#: Shown, led on to where the matter stands now, or told in a sentence that it has moved on.
GOOD = frozenset({SHOWN, 302, 303, 422})
LINK = re.compile(r'href="(/[^"#?]*)')
FORM = re.compile(r'<form (?=[^>]*method="(?P<method>\w+)")(?=[^>]*action="(?P<path>/[^"#?]*))')
#: The pages from which staff go on to the others, and on which buttons depend on who looks.
CROSSROADS = re.compile(r"/office(/cases/<uuid:case_id>|/loans.*)?")
REALMS = pytest.mark.parametrize("realm", ["citizen", "staff", None], ids=["portal", "office", "public"])


@REALMS
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_sound(world: World, caplog: pytest.LogCaptureFixture, realm: str | None, language: str):
    caplog.set_level(logging.ERROR)
    world.speak(language)
    before = world.contents(besides=WRITTEN_BY_READING)
    walk = Walk(world, caplog, language)
    for stages in _by_rule(world, realm):
        walk.read(stages)
    changed = [name for name, rows in world.contents(besides=WRITTEN_BY_READING).items() if rows != before[name]]
    assert not walk.problems, "\n".join(walk.problems)
    assert not changed, f"Reading changed {changed}"


@pytest.mark.parametrize("role", ROLES)
def test_staff_are_offered_only_what_they_may_do(world: World, role: str):
    problems = []
    for page in one_of_each_stage(world.pages("staff")):
        if CROSSROADS.fullmatch(page.rule) and role in world.roles(page.guard):
            reader = world.colleague((page.case and page.case.unit) or "team-1", role)
            response = world.client(reader, police=False).get(page.path)
            problems += misleading(world, page, reader, response)
    assert not problems, "\n".join(problems)


class Walk:
    """One reader's-eye walk through pages; ``problems`` are sentences, so that one run tells of all."""

    def __init__(self, world: World, logged: pytest.LogCaptureFixture, language: str) -> None:
        self._world, self._logged, self._language = world, logged, language
        self.problems: list[str] = []

    def read(self, stages: list[Address]) -> None:
        """Open the stages of one page that fall to this language, and others until one of them has shown itself."""
        turn = LANGUAGES.index(self._language)
        dealt = [*stages[turn :: len(LANGUAGES)]]
        others = [stage for stage in stages if stage not in dealt]
        shown = [self._open(page) for page in dealt].count(SHOWN)
        while not shown and others:
            shown = self._open(others.pop()) == SHOWN
        if not shown and stages[0].rule != LEADS_ON:
            self.problems.append(f"{stages[0].rule} showed nothing in any state")

    def _open(self, page: Address) -> int:
        world, reader = self._world, self._world.right_person(page)
        self._logged.clear()
        seen = world.last_view()
        try:
            response = world.client(reader, language=self._language).get(page.path)
        except Exception as broken:
            self.problems.append(f"{page}: {type(broken).__name__}: {broken}")
            return 500
        if response.status_code not in GOOD:
            self.problems.append(f"{page} answered {response.status_code}")
        self.problems += [f"{page} logged: {record.getMessage()}" for record in self._logged.records]
        self.problems += [*self._wrongly_viewed(page, response, seen), *misleading(world, page, reader, response)]
        return response.status_code

    def _wrongly_viewed(self, page: Address, response: TestResponse, seen: int) -> Iterator[str]:
        """What is wrong with the entries of the access log that the page has made."""
        views = self._world.views(after=seen)
        shows_somebody = page.guard.realm == "staff" and page.case is not None and response.status_code == SHOWN
        if len(views) > 1 or (shows_somebody and not views):
            yield f"{page} wrote {len(views)} entries to the access log"
        reader = self._world.right_person(page)
        for view in views:
            right = view.staff_id == reader.id and (page.case is None or view.case_id == page.case.id)
            if not right or (page.case and view.citizen_id != page.case.citizen_id):
                yield f"{page} was written down as somebody else's"


def misleading(world: World, page: Address, reader: Person | None, response: TestResponse) -> Iterator[str]:
    """Links and forms of the page that lead nowhere, or to where the reader may not go."""
    if response.mimetype != "text/html":
        return
    links = {("GET", path) for path in LINK.findall(response.text) if not path.startswith("/static/")}
    forms = {(found["method"].upper(), found["path"]) for found in FORM.finditer(response.text)}
    for method, path in sorted(links | forms):
        try:
            rule = world.rule_of(path, method)
        except HTTPException:
            yield f"{page} leads to {path}, where there is nothing"
            continue
        if not _may_open(world, reader, world.guard(rule)):
            yield f"{page} leads {reader and reader.display_name} to {method} {rule.rule}, which they may not open"


def _may_open(world: World, reader: Person | None, guard: Guard) -> bool:
    if guard.is_public or reader is None:
        return True
    if isinstance(reader, Citizen):
        return guard.realm == "citizen"
    return guard.realm == "staff" and bool(world.roles(guard) & reader.actor.roles)


def _by_rule(world: World, realm: str | None) -> Iterable[list[Address]]:
    found: dict[str, list[Address]] = {}
    for page in one_of_each_stage(world.pages(realm)):
        if page.rule not in NO_PAGES:
            found.setdefault(page.rule, []).append(page)
    return found.values()


@pytest.mark.parametrize("asked", ["{% if day.is_dua %}due{% endif %}", "{{ day.is_dua }}", "{{ day.is_dua == 1 }}"])
def test_no_template_can_use_what_a_thing_does_not_have(shared_app: Flask, asked: str) -> None:
    with pytest.raises(AssertionError, match="'is_dua', which no date has"):
        shared_app.jinja_env.from_string(asked).render(day=NOW.date())
    assert shared_app.jinja_env.from_string("{{ day.is_dua is defined }}").render(day=NOW.date()) == "False"
