"""The demo's people and cases as a world to walk in: everybody signed in, every address of every route to open."""

import os
import re
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import cached_property
from itertools import product
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, joinedload
from werkzeug.routing import Rule

from integrations.storage import FolderStore
from lending.basics import migrations
from lending.basics.database import make_engine, make_sessions
from lending.cases.model import Case
from lending.changes.grace import grace_choices
from lending.loans.book import open_book
from lending.loans.model import Loan
from lending.people.model import ROLES, AccessLogEntry, Citizen, SignIn, StaffMember
from tests.clock import NOW, Clock
from tests.web.demo_addresses import ONLY, QUERIES, THINGS, Address, Things, entered, is_beside, one_of_each, paths
from tests.web.demo_tales import widen
from tests.web.police import Police
from web import signin
from web.app import create_app
from web.clock import local
from web.config import Config
from web.demo.people import KEUSOTE, STAFF
from web.demo.seed import seed
from web.guard import Guard, guard_of
from web.transaction import readers_of
from web.wiring import wiring

Person = Citizen | StaffMember
METHODS = ("GET", "POST")
#: The case, path and stage of every address of a rule.
Places = dict[str, list[tuple[Case | None, str, str]]]

#: The roles that somebody has where most of the demo happens; others have roles that only their own criteria know.
KEUSOTE_ROLES = [
    role for role in ROLES if any(role in each.roles for each in STAFF.values() if each.organisation == KEUSOTE)
]


class Stage:
    """Where the tests of one worker take turns with the demo that was told in ``template``, each with a new copy.

    They share the engine, which learns each statement once, and the list of ``places``.
    """

    def __init__(self, template: Path, folder: Path) -> None:
        self.template, self.folder = template, folder
        self.engine = make_engine(f"sqlite:///{folder / 'demo.sqlite'}")
        self.places: Places = {}

    def set_anew(self) -> None:
        """Everything as it was told."""
        self.engine.dispose()
        shutil.rmtree(self.folder, ignore_errors=True)
        # What lies in the store is never changed, only added and removed.
        shutil.copytree(self.template / "store", self.folder / "store", copy_function=os.link)
        shutil.copyfile(self.template / "demo.sqlite", self.folder / "demo.sqlite")


class World:
    """The demo as one test's own, with everybody signed in. ``app`` serves it."""

    def __init__(self, app: Flask, stage: Stage, resources: dict[str, object]) -> None:
        stage.set_anew()
        self.app, self._stage = app, stage
        self.file, self.engine = stage.folder / "demo.sqlite", stage.engine
        wired = wiring(app)
        wired.engine, wired.clock, wired.store = self.engine, Clock(), FolderStore(stage.folder / "store")
        self.wire(**resources | {"store": wired.store})
        # Before the first test changes anything.
        stage.places = stage.places or self._places()
        self._clients: dict[tuple[UUID | None, bool, str], FlaskClient] = {}
        self._tokens: dict[tuple[FlaskClient, str], str] = {}

    def wire(self, **resources: object) -> None:
        """Let sessions carry these resources."""
        wired = wiring(self.app)
        wired.sessions = make_sessions(self.engine, **resources)
        wired.readers = readers_of(self.engine, wired.sessions)
        self.resources, self.sessions = resources, wired.sessions

    def restore(self) -> None:
        """Make everything in the database as it was at first."""
        with closing(sqlite3.connect(self._stage.template / "demo.sqlite")) as source:
            connection = self.engine.raw_connection()
            source.backup(connection.driver_connection)
            connection.close()

    def restore_after(self, status: int) -> None:
        """Undo what a form has done that was answered with ``status``."""
        if status < 400:
            self.restore()

    # --- Who there is ---

    @cached_property
    def cases(self) -> list[Case]:
        """Every case, drafts too, with its citizen and handler."""
        with self.sessions() as db:
            query = select(Case).options(joinedload(Case.citizen), joinedload(Case.handler))
            return list(db.scalars(query.order_by(Case.opened_at, Case.id)))

    @cached_property
    def citizens(self) -> list[Citizen]:
        with self.sessions() as db:
            return list(db.scalars(select(Citizen).order_by(Citizen.hetu_index)))

    @cached_property
    def staff(self) -> list[StaffMember]:
        with self.sessions() as db:
            return list(db.scalars(select(StaffMember).order_by(StaffMember.username)))

    def colleague(self, unit: str, role: str, organisation: str = KEUSOTE) -> StaffMember:
        """A member of staff of the unit with this role."""
        return next(
            each
            for each in self.staff
            if (each.organisation, each.unit) == (organisation, unit) and role in each.actor.roles
        )

    def case_of(self, family_name: str) -> Case:
        """The newest case of the citizen with this name."""
        return [case for case in self.cases if case.citizen.family_name == family_name][-1]

    def stranger(self, case: Case) -> Citizen:
        """A citizen whose case this is not, and who has a case of their own."""
        return next(each.citizen for each in self.cases if each.citizen_id != case.citizen_id)

    def roles(self, guard: Guard, organisation: str = KEUSOTE) -> frozenset[str]:
        """The roles that the route is open to, by the delegation of the organisation."""
        policy = wiring(self.app).policies.for_organisation(organisation, NOW.date())
        return frozenset().union(*(policy.roles_for(act) for act in guard.acts))

    def worker(self, guard: Guard, case: Case) -> StaffMember:
        """Somebody who may open the route on the case, as the organisation shares the work among its units."""
        policy = wiring(self.app).policies.for_organisation(case.organisation, NOW.date())
        arrangement = policy.organisation.arrangement
        theirs = [each for each in self.staff if each.organisation == case.organisation]
        for act, member in product(guard.acts, theirs):
            units = {arrangement.unit_for(act, case.unit)} - {None} or arrangement.units_of(case.unit)
            if member.unit in units and member.actor.roles & policy.roles_for(act):
                return member
        raise LookupError(f"nobody in the demo may open {guard} on a case of {case.organisation}")

    def right_person(self, address: Address) -> Person | None:
        """Who would open the address in real life; ``None`` for what is open to everyone."""
        if address.guard.realm == "citizen":
            return address.case.citizen if address.case else self.case_of("Virtanen").citizen
        if address.guard.realm is None:
            return None
        case = address.case
        if case is None:
            roles = self.roles(address.guard)
            return self.colleague("team-1", next(role for role in ROLES if role in roles))
        if case.handler and self.roles(address.guard, case.organisation) & case.handler.actor.roles:
            return case.handler
        return self.worker(address.guard, case)

    # --- Their browsers ---

    def client(self, person: Person | None, *, police: bool = True, language: str = "fi") -> FlaskClient:
        """The browser of ``person``, signed in; without ``police``, nobody looks at the pages, which is quicker.

        ``language`` is that of the browser, which counts where nobody is signed in.
        """
        key = (person and person.id, police, language)
        if key not in self._clients:
            kind = Police if police else FlaskClient
            client = self._clients[key] = kind(self.app, self.app.response_class, use_cookies=True)
            client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
            if person is not None:
                realm = "staff" if isinstance(person, StaffMember) else "citizen"
                client.set_cookie(signin.cookie_name(wiring(self.app).config, realm), token_of(person))
        return self._clients[key]

    def open(self, address: Address, client: FlaskClient, data: dict[str, object] | None = None):
        """Open the address; a POST carries a sound token and ``data``."""
        if address.method == "GET":
            return client.get(address.path)
        token = self._token(client, "/office" if address.path.startswith("/office") else "")
        return client.post(address.path, data={**(data or {}), "csrf_token": token})

    def _token(self, client: FlaskClient, side: str) -> str:
        """A form token of the browser's session on this side of the house."""
        if (client, side) not in self._tokens:
            found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', client.get(f"{side}/feedback").text)
            assert found, "The feedback page has no form token"
            self._tokens[client, side] = found[1]
        return self._tokens[client, side]

    # --- Every address ---

    def addresses(self, realm: str | None, methods: Iterable[str] = METHODS) -> Iterator[Address]:
        """Every route that citizens, staff, or (``None``) everybody may open, with every thing that it can name."""
        for rule in sorted(self.app.url_map.iter_rules(), key=lambda rule: rule.rule):
            guard = self.guard(rule)
            for method in sorted(set(methods) & (rule.methods or set())) if guard.realm == realm else ():
                for case, path, stage in self._stage.places[rule.rule]:
                    yield Address(method, rule.rule, path, guard, case, stage)

    def pages(self, realm: str | None) -> Iterator[Address]:
        """Every page that can be read, with the queries that make it show something else."""
        for address in self.addresses(realm, ["GET"]):
            yield address
            for number, query in enumerate(self._queries(address), 1):
                path, stage = f"{address.path}?{urlencode(query)}", f"{address.stage}?{number}"
                yield Address("GET", address.rule, path, address.guard, address.case, stage)

    @cached_property
    def known(self) -> frozenset[tuple[str, str]]:
        """Every method and path that ``addresses`` gives."""
        sides = ("citizen", "staff", None)
        return frozenset((address.method, address.path) for side in sides for address in self.addresses(side))

    def rule_of(self, path: str, method: str = "GET") -> Rule:
        """The route at ``path``. Raises an HTTP exception where there is none."""
        return self.app.url_map.bind("localhost").match(path, method, return_rule=True)[0]

    def mixed(self, realm: str) -> Iterator[Address]:
        """Addresses whose first part names one case and whose last part a thing of another that the reader may open."""
        for address in one_of_each(self.addresses(realm), state="draft"):
            if address.rule.count("<uuid:") > 1:
                others = [
                    path for case, path, _stage in self._stage.places[address.rule] if is_beside(case, address.case)
                ]
                assert others, f"Nothing in the demo shows two cases with a thing for {address.rule}"
                own, other = address.path.split("/"), others[0].split("/")
                yield replace(address, path="/".join([*own[:4], *other[4:]]))

    def _places(self) -> Places:
        """Every route with each thing that it can name."""
        filled: Places = {}
        with self.sessions() as db:
            things = {case.id: {part: find(db, case) for part, find in THINGS.items()} for case in self.cases}
            for rule in self.app.url_map.iter_rules():
                filled[rule.rule] = list(self._fill(db, rule, things))
                assert filled[rule.rule], f"Nothing in the demo fits {rule.rule}: tell it in tests/web/demo_tales.py."
        return filled

    def _fill(self, db: Session, rule: Rule, things: Things) -> Iterator[tuple[Case | None, str, str]]:
        if "<uuid:" not in rule.rule:
            yield from ((None, path, stage) for path, stage in paths(rule.rule, {}))
            return
        if rule.rule.startswith("/office/figures/"):
            yield from ((None, path, stage) for path, stage in paths(rule.rule, {"rows": entered(db)}))
            return
        fits = ONLY.get(rule.rule, lambda db, case, stage: True)
        for case in self.cases:
            # A draft is the citizen's alone.
            if case.number or self.guard(rule).realm == "citizen":
                asked = "-asked" if things[case.id]["supplements"] else ""
                for path, stage in paths(rule.rule, things[case.id]):
                    if fits(db, case, stage):
                        yield case, path, f"{case.state}{asked}{stage}"

    def _queries(self, address: Address) -> list[dict[str, str]]:
        if address.path.endswith("/grace/preview"):
            with self.sessions() as db:
                loan = db.scalar(select(Loan).where(Loan.case_id == address.case.id))
                dates = grace_choices(open_book(db, loan), local(NOW).date())
            return [{"due_dates": dates[0].isoformat()}] if dates else []
        if address.path.endswith(("/extension/preview", "/instalment/preview", "/due-day/preview")):
            return [{"months": "1", "instalment": "250", "due_day": day} for day in ("15", "last")]
        return QUERIES.get(address.rule, [])

    def guard(self, rule: Rule) -> Guard:
        """What the route says of who may open it."""
        guard = guard_of(self.app, rule)
        assert guard is not None
        return guard

    # --- What the database holds ---

    def speak(self, language: str) -> None:
        """Let everybody's pages be in ``language``; letters and cases keep theirs."""
        with self.sessions.begin() as db:
            for kind in (Citizen, StaffMember):
                db.execute(update(kind).values(language=language))

    def views(self, after: int = 0) -> list[AccessLogEntry]:
        """The entries of the access log, the first ones first, from the one behind ``after``."""
        with self.sessions() as db:
            query = select(AccessLogEntry).where(AccessLogEntry.id > after).order_by(AccessLogEntry.id)
            return list(db.scalars(query))

    def last_view(self) -> int:
        """The number of the newest entry of the access log."""
        with self.sessions() as db:
            return db.scalar(select(func.max(AccessLogEntry.id))) or 0

    def contents(self, besides: Iterable[str] = ()) -> dict[str, list[tuple[object, ...]]]:
        """Every row of every table but ``besides``."""
        with closing(sqlite3.connect(self.file)) as db:
            tables = [
                name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            ]
            return {name: db.execute(f"SELECT * FROM {name}").fetchall() for name in tables if name not in besides}


def make_template(folder: Path, config: Config) -> str:
    """Tell the demo and the further tales in ``folder``, with everybody signed in. Takes seconds: once a run."""
    file = folder / "demo.sqlite"
    app = create_app(config)
    wired = wiring(app)
    wired.clock = Clock()
    migrations.upgrade(wired.engine)
    seed(app)
    with app.test_request_context(), wired.sessions.begin() as db:
        widen(db)
        for kind in (Citizen, StaffMember):
            db.add_all(signed_in(person) for person in db.scalars(select(kind)))
    wired.engine.dispose()
    with closing(sqlite3.connect(file)) as db:
        # All of it in the one file that is copied.
        db.execute("PRAGMA journal_mode=DELETE")
    return str(folder)


def token_of(person: Person) -> str:
    """What the cookie of this person's browser holds."""
    return f"token-of-{person.id}"


def signed_in(person: Person) -> SignIn:
    """The record of a sign-in that ``token_of(person)`` belongs to."""
    return SignIn(
        token_hash=signin._hash(token_of(person)),
        realm="staff" if isinstance(person, StaffMember) else "citizen",
        person_id=person.id,
        method="test",
        signed_in_at=NOW,
        last_seen_at=NOW,
        ends_at=NOW.replace(hour=23),
    )
