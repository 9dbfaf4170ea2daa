"""The demo's people and cases as a world to walk in: every address of every route, filled with something real.

A route whose arguments this module does not know makes every test fail that walks all routes: say in ``THINGS`` what
the argument may name.
"""

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from werkzeug.routing import Rule

from integrations.storage import FolderStore
from lending.applications.model import SupplementRequest
from lending.assessment.model import Worksheet, WorksheetLine
from lending.basics import migrations
from lending.basics.database import make_engine, make_sessions
from lending.cases.model import Attachment, Case, FrozenDocument
from lending.cases.queues import EVERY
from lending.cases.states import QUEUES
from lending.changes.grace import grace_choices
from lending.changes.model import ChangeRequest
from lending.loans.book import open_book
from lending.loans.model import Loan
from lending.people.model import Citizen, SignIn, StaffMember
from tests.clock import NOW, Clock
from tests.web.demo_tales import widen
from tests.web.police import Police
from web import signin
from web.app import create_app
from web.clock import local
from web.config import Config
from web.demo.seed import seed
from web.guard import Guard, guard_of
from web.transaction import readers_of
from web.wiring import wiring

Person = Citizen | StaffMember
ARGUMENT = re.compile(r"<(?:(?P<kind>\w+)(?:\((?P<options>[^)]*)\))?:)?(?P<name>\w+)>")
METHODS = ("GET", "POST")

#: What the argument after this part of an address may name of a case.
THINGS: dict[str, Callable[[Session, Case], list[UUID]]] = {
    "cases": lambda db, case: [case.id],
    "loans": lambda db, case: _ids(db, Loan, case),
    "attachments": lambda db, case: _ids(db, Attachment, case)[:1],
    "documents": lambda db, case: _ids(db, FrozenDocument, case),
    "supplements": lambda db, case: _ids(db, SupplementRequest, case),
    "changes": lambda db, case: _ids(db, ChangeRequest, case),
    "lines": lambda db, case: list(
        db.scalars(
            select(WorksheetLine.id).join(Worksheet).where(Worksheet.case_id == case.id).order_by(WorksheetLine.key)
        )
    )[:2],
}
#: Arguments that name nothing of a case.
NAMES = {"organisation": ["keusote"]}
#: Queries with which a page shows what it does not show without.
QUERIES: dict[str, list[dict[str, str]]] = {
    "/office": [{"queue": queue} for queue in (*QUEUES, EVERY)]
    + [{"queue": EVERY, "sort": sort} for sort in ("newest", "name", "amount")]
    + [{"queue": EVERY, "text": "nobody at all"}, {"queue": EVERY, "whose": "mine"}, {"queue": EVERY, "page": "2"}],
    "/office/loans": [{"text": "nobody at all"}],
    "/office/access-log": [{"number": "KEUSOTE-2026-000001"}, {"number": "KEUSOTE-2026-999999"}],
    "/<organisation>/calculator": [{"amount": "3 500", "months": "36"}, {"amount": "x", "months": "0"}],
    "/sign-in": [{"to": "/my/access-log"}],
}


@dataclass(frozen=True)
class Address:
    """A route with its arguments filled in: whose case it is about, and what the route says of who may open it."""

    method: str
    rule: str
    path: str
    guard: Guard
    case: Case | None = None

    def __str__(self) -> str:
        about = f" ({self.case.number or 'draft'}, {self.case.state})" if self.case else ""
        return f"{self.method} {self.path}{about}"


class World:
    """The demo on a database of one test's own, with everybody signed in. ``app`` serves it."""

    def __init__(self, app: Flask, template: Path, folder: Path, resources: dict[str, object]) -> None:
        self.app, self._template = app, template
        shutil.copyfile(template / "demo.sqlite", folder / "demo.sqlite")
        shutil.copytree(template / "store", folder / "store")
        self.file = folder / "demo.sqlite"
        self.engine = make_engine(f"sqlite:///{self.file}")
        wired = wiring(app)
        wired.engine, wired.clock, wired.store = self.engine, Clock(), FolderStore(folder / "store")
        self.wire(**resources | {"store": wired.store})
        self._clients: dict[tuple[UUID | None, bool], FlaskClient] = {}
        self._tokens: dict[tuple[FlaskClient, str], str] = {}

    def wire(self, **resources: object) -> None:
        """Let sessions carry these resources."""
        wired = wiring(self.app)
        wired.sessions = make_sessions(self.engine, **resources)
        wired.readers = readers_of(self.engine, wired.sessions)
        self.resources, self.sessions = resources, wired.sessions

    def restore(self) -> None:
        """Make everything in the database as it was at first."""
        with closing(sqlite3.connect(self._template / "demo.sqlite")) as source:
            connection = self.engine.raw_connection()
            source.backup(connection.driver_connection)
            connection.close()

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

    def colleague(self, unit: str, role: str) -> StaffMember:
        """A member of staff of the unit with this role."""
        return next(each for each in self.staff if each.unit == unit and role in each.actor.roles)

    def case_of(self, family_name: str) -> Case:
        """The newest case of the citizen with this name."""
        return [case for case in self.cases if case.citizen.family_name == family_name][-1]

    def stranger(self, case: Case) -> Citizen:
        """A citizen whose case this is not, and who has a case of their own."""
        return next(each.citizen for each in self.cases if each.citizen_id != case.citizen_id)

    def roles(self, guard: Guard) -> frozenset[str]:
        """The roles that the route is open to, by the delegation of the demo's organisation."""
        policy = wiring(self.app).policies.for_organisation("keusote", NOW.date())
        return frozenset().union(*(policy.roles_for(act) for act in guard.acts))

    def right_person(self, address: Address) -> Person | None:
        """Who would open the address in real life; ``None`` for what is open to everyone."""
        if address.guard.realm == "citizen":
            return address.case.citizen if address.case else self.case_of("Virtanen").citizen
        if address.guard.realm is None:
            return None
        roles, case = self.roles(address.guard), address.case
        if case and case.handler and roles & case.handler.actor.roles:
            return case.handler
        unit = (case and case.unit) or "team-1"
        return self.colleague(unit, next(role for role in sorted(roles, reverse=True)))

    # --- Their browsers ---

    def client(self, person: Person | None, *, police: bool = True) -> FlaskClient:
        """The browser of ``person``, signed in; without ``police``, nobody looks at the pages, which is quicker."""
        key = (person and person.id, police)
        if key not in self._clients:
            kind = Police if police else FlaskClient
            client = self._clients[key] = kind(self.app, self.app.response_class, use_cookies=True)
            client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fi"
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
        """Every route of the realm, with every thing of every case that it can name."""
        for rule in self.rules(realm):
            for method in sorted(set(methods) & (rule.methods or set())):
                for case, path in self._filled[rule.rule]:
                    yield Address(method, rule.rule, path, self._guard(rule), case)

    def rules(self, realm: str | None) -> list[Rule]:
        """The routes that citizens, staff, or (``None``) everybody may open."""
        found = [rule for rule in self.app.url_map.iter_rules() if self._guard(rule).realm == realm]
        return sorted(found, key=lambda rule: rule.rule)

    def pages(self, realm: str | None) -> Iterator[Address]:
        """Every page that can be read, with the queries that make it show something else."""
        for address in self.addresses(realm, ["GET"]):
            yield address
            for query in self._queries(address):
                yield Address("GET", address.rule, f"{address.path}?{urlencode(query)}", address.guard, address.case)

    def one_of_each(self, addresses: Iterable[Address]) -> list[Address]:
        """One address for each route and method: of a case in work where there is one."""
        chosen: dict[tuple[str, str], Address] = {}
        for address in addresses:
            key = (address.method, address.rule)
            if key not in chosen or (address.case and address.case.state == "in_preparation"):
                chosen[key] = address
        return list(chosen.values())

    @cached_property
    def _filled(self) -> dict[str, list[tuple[Case | None, str]]]:
        with self.sessions() as db:
            things = {
                case.id: {segment: [str(each) for each in find(db, case)] for segment, find in THINGS.items()}
                for case in self.cases
            }
        filled: dict[str, list[tuple[Case | None, str]]] = {}
        for rule in self.app.url_map.iter_rules():
            if "<uuid:" not in rule.rule:
                filled[rule.rule] = [(None, path) for path in _paths(rule.rule, {})]
                continue
            staff = self._guard(rule).realm == "staff"
            found = [
                (case, path)
                for case in self.cases
                if case.number or not staff
                for path in _paths(rule.rule, things[case.id])
            ]
            assert found, f"Nothing in the demo fits {rule.rule}: tell a tale of it in tests/web/demo_tales.py."
            filled[rule.rule] = found
        return filled

    def _queries(self, address: Address) -> list[dict[str, str]]:
        if address.rule == "/my/loans/<uuid:loan_id>/grace/preview":
            with self.sessions() as db:
                loan = db.scalar(select(Loan).where(Loan.case_id == address.case.id))
                dates = grace_choices(open_book(db, loan), local(NOW).date())
            return [{"due_dates": dates[0].isoformat()}] if dates else []
        return QUERIES.get(address.rule, [])

    def _guard(self, rule: Rule) -> Guard:
        guard = guard_of(self.app, rule)
        assert guard is not None
        return guard

    # --- What the database holds ---

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
        for realm, kind in (("citizen", Citizen), ("staff", StaffMember)):
            db.add_all(_sign_in(person, realm) for person in db.scalars(select(kind)))
    wired.engine.dispose()
    with closing(sqlite3.connect(file)) as db:
        # All of it in the one file that is copied.
        db.execute("PRAGMA journal_mode=DELETE")
    return str(folder)


def token_of(person: Person) -> str:
    """What the cookie of this person's browser holds."""
    return f"token-of-{person.id}"


def _sign_in(person: Person, realm: str) -> SignIn:
    return SignIn(
        id=uuid4(),
        token_hash=signin._hash(token_of(person)),
        realm=realm,
        person_id=person.id,
        method="test",
        signed_in_at=NOW,
        last_seen_at=NOW,
        ends_at=NOW.replace(hour=23),
    )


def _ids(db: Session, table: type, case: Case) -> list[UUID]:
    there = [table.removed_at.is_(None)] if table is Attachment else []
    return list(db.scalars(select(table.id).where(table.case_id == case.id, *there).order_by(table.id)))


def _paths(rule: str, things: dict[str, list[str]]) -> Iterator[str]:
    """Every way to fill the arguments of ``rule``."""
    parts = rule.split("/")
    choices = [[part] for part in parts]
    for place, part in enumerate(parts):
        if found := ARGUMENT.fullmatch(part):
            choices[place] = _choices(found, parts[place - 1], things, rule)
    return ("/".join(chosen) for chosen in product(*choices))


def _choices(found: re.Match[str], before: str, things: dict[str, list[str]], rule: str) -> list[str]:
    if found["kind"] == "any":
        return [each.strip() for each in found["options"].split(",")]
    if found["kind"] == "uuid":
        assert before in THINGS, f"Say in THINGS of {__name__} what <{found['name']}> of {rule} may name."
        return things[before]
    assert found["name"] in NAMES, f"Say in NAMES of {__name__} what <{found['name']}> of {rule} may be."
    return NAMES[found["name"]]
