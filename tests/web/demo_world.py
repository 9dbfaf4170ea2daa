"""The demo's people and cases as a world to walk in: every address of every route, filled with something real.

A route whose arguments this module does not know makes every test fail that walks all routes: say in ``THINGS`` what
the argument may name.
"""

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
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
from lending.loans.model import Agreement, LedgerEntry, Loan
from lending.people.model import ROLES, AccessLogEntry, Citizen, SignIn, StaffMember
from lending.policy.model import FigureEntry
from portal.changes import KIND
from tests.clock import NOW, Clock
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
Things = dict[UUID, dict[str, list[tuple[Any, str]]]]
ARGUMENT = re.compile(r"<(?:(?P<kind>\w+)(?:\((?P<options>[^)]*)\))?:)?(?P<name>\w+)>")
METHODS = ("GET", "POST")

#: The roles that somebody has where most of the demo happens; others have roles that only their own criteria know.
KEUSOTE_ROLES = [
    role for role in ROLES if any(role in each.roles for each in STAFF.values() if each.organisation == KEUSOTE)
]

#: What the argument after this part of an address may name of a case: its id, and what tells it from its like.
THINGS: dict[str, Callable[[Session, Case], list[tuple[Any, str]]]] = {
    "cases": lambda db, case: [(case.id, "")],
    "loans": lambda db, case: _found(db, Loan, case),
    "attachments": lambda db, case: _found(db, Attachment, case, Attachment.removed_at.is_(None))[:1],
    "documents": lambda db, case: _found(db, FrozenDocument, case),
    "supplements": lambda db, case: _found(db, SupplementRequest, case),
    "changes": lambda db, case: _found(db, ChangeRequest, case),
    "lines": lambda db, case: _lines(db, case),
    "entries": lambda db, case: _payments(db, case),
}
#: Addresses that exist of some things only: the condition on what ``THINGS`` found, or on the case.
ONLY: dict[str, Callable[[Session, Case, str], bool]] = {
    "/my/cases/<uuid:case_id>/agreement": lambda db, case, stage: bool(_found(db, Agreement, case)),
    **{
        # Spouses borrow together under the criteria of one organisation.
        f"/my/cases/<uuid:case_id>/co-borrower{page}": lambda db, case, stage: case.organisation == "kemi"
        for page in ("", "/withdraw")
    },
    **{
        # Reminders are sent under the criteria of one organisation.
        f"/office/loans/<uuid:loan_id>/{page}": lambda db, case, stage: case.organisation == "kemi"
        for page in ("reminder", "transfer")
    },
    "/office/loans/<uuid:loan_id>/changes/<uuid:request_id>/decide": lambda db, case, stage: "waiver" not in stage,
    "/office/loans/<uuid:loan_id>/changes/<uuid:request_id>/propose-extension": lambda db, case, stage: (
        "-extension-" in stage
    ),
    "/office/loans/<uuid:loan_id>/changes/<uuid:request_id>/propose-waiver": lambda db, case, stage: "waiver" in stage,
    "/office/loans/<uuid:loan_id>/changes/<uuid:request_id>/decide-waiver": lambda db, case, stage: "waiver" in stage,
    **{
        # Nobody may postpone an instalment under the criteria of the demo.
        f"/my/loans/<uuid:loan_id>/{KIND}{page}": lambda db, case, stage: "postponement" not in stage
        for page in ("", "/preview")
    },
}
#: Arguments that name nothing of a case.
NAMES = {"organisation": ["keusote", "kemi", "pohjois-savo"]}
#: Queries with which a page shows what it does not show without.
QUERIES: dict[str, list[dict[str, str]]] = {
    "/office": [{"queue": queue} for queue in (*QUEUES, EVERY)]
    + [{"queue": EVERY, "sort": sort} for sort in ("newest", "name", "amount")]
    + [{"queue": EVERY, "text": "nobody at all"}, {"queue": EVERY, "whose": "mine"}, {"queue": EVERY, "page": "2"}],
    "/office/loans": [{"text": "nobody at all"}],
    "/office/fund": [{"year": "2025"}, {"year": "2027"}, {"year": "x"}],
    "/my/loans/<uuid:loan_id>/pay-off": [{"on": "1.12.2026"}, {"on": "x"}],
    "/my/loans/<uuid:loan_id>/extra-payment": [
        {"amount": amount, "on": "20.9.2026"} for amount in ("500", "99 999", "")
    ],
    "/office/access-log": [{"number": "KEUSOTE-2026-000001"}, {"number": "KEUSOTE-2026-999999"}],
    "/<organisation>/calculator": [{"amount": "3 500", "months": "36"}, {"amount": "x", "months": "0"}],
    "/sign-in": [{"to": "/my/access-log"}],
}


@dataclass(frozen=True)
class Address:
    """A route with its arguments filled in: whose case it is about, and what the route says of who may open it.

    Addresses of one rule with the same ``stage`` show much the same.
    """

    method: str
    rule: str
    path: str
    guard: Guard
    case: Case | None = None
    stage: str = ""

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
        with closing(sqlite3.connect(self._template / "demo.sqlite")) as source:
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
                for case, path, stage in self._filled[rule.rule]:
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
                others = [path for case, path, _stage in self._filled[address.rule] if _is_beside(case, address.case)]
                assert others, f"Nothing in the demo shows two cases with a thing for {address.rule}"
                own, other = address.path.split("/"), others[0].split("/")
                yield replace(address, path="/".join([*own[:4], *other[4:]]))

    @cached_property
    def _filled(self) -> dict[str, list[tuple[Case | None, str, str]]]:
        filled: dict[str, list[tuple[Case | None, str, str]]] = {}
        with self.sessions() as db:
            things = {case.id: {part: find(db, case) for part, find in THINGS.items()} for case in self.cases}
            for rule in self.app.url_map.iter_rules():
                filled[rule.rule] = list(self._fill(db, rule, things))
                assert filled[rule.rule], f"Nothing in the demo fits {rule.rule}: tell it in tests/web/demo_tales.py."
        return filled

    def _fill(self, db: Session, rule: Rule, things: Things) -> Iterator[tuple[Case | None, str, str]]:
        if "<uuid:" not in rule.rule:
            yield from ((None, path, stage) for path, stage in _paths(rule.rule, {}))
            return
        if rule.rule.startswith("/office/figures/"):
            yield from ((None, path, stage) for path, stage in _paths(rule.rule, {"rows": _entered(db)}))
            return
        fits = ONLY.get(rule.rule, lambda db, case, stage: True)
        for case in self.cases:
            # A draft is the citizen's alone.
            if case.number or self.guard(rule).realm == "citizen":
                asked = "-asked" if things[case.id]["supplements"] else ""
                for path, stage in _paths(rule.rule, things[case.id]):
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


def one_of_each(addresses: Iterable[Address], state: str = "in_preparation") -> list[Address]:
    """One address for each route and method: of a case in ``state`` where there is one."""
    chosen: dict[tuple[str, str], Address] = {}
    for address in addresses:
        key = (address.method, address.rule)
        if key not in chosen or (address.case and address.case.state == state):
            chosen[key] = address
    return list(chosen.values())


def one_of_each_stage(addresses: Iterable[Address]) -> list[Address]:
    """One address for each route, method and stage."""
    chosen: dict[tuple[str, str, str], Address] = {}
    for address in addresses:
        chosen.setdefault((address.method, address.rule, address.stage), address)
    return list(chosen.values())


def _is_beside(case: Case | None, other: Case | None) -> bool:
    """Whether these are two cases of the same unit; a draft has none yet."""
    return case is not None and other is not None and case.id != other.id and other.unit in (None, case.unit)


def _found(db: Session, table: Any, case: Case, *conditions: Any) -> list[tuple[UUID, str]]:
    rows = db.scalars(select(table).where(table.case_id == case.id, *conditions).order_by(table.id))
    return [(row.id, f"-{getattr(row, 'kind', '')}-{getattr(row, 'state', '')}") for row in rows]


def _lines(db: Session, case: Case) -> list[tuple[UUID, str]]:
    query = select(WorksheetLine).join(Worksheet).where(Worksheet.case_id == case.id, Worksheet.state != "replaced")
    return [(line.id, f"-{line.side}") for line in db.scalars(query.order_by(WorksheetLine.position))][:3]


def _payments(db: Session, case: Case) -> list[tuple[int, str]]:
    query = select(LedgerEntry.id).join(Loan).where(Loan.case_id == case.id, LedgerEntry.kind == "payment")
    return [(number, "") for number in db.scalars(query.order_by(LedgerEntry.id))][:1]


def _entered(db: Session) -> list[tuple[UUID, str]]:
    """Rows of figures that staff have entered."""
    return [(entry.id, f"-{entry.state}") for entry in db.scalars(select(FigureEntry).order_by(FigureEntry.entered_at))]


def _paths(rule: str, things: dict[str, list[tuple[UUID, str]]]) -> Iterator[tuple[str, str]]:
    """Every way to fill the arguments of ``rule``, with the stage of what is named."""
    parts = rule.split("/")
    choices: list[list[tuple[object, str]]] = [[(part, "")] for part in parts]
    for place, part in enumerate(parts):
        if found := ARGUMENT.fullmatch(part):
            choices[place] = _choices(found, parts[place - 1], things, rule)
    for chosen in product(*choices):
        yield "/".join(str(part) for part, _ in chosen), "".join(stage for _, stage in chosen)


def _choices(
    found: re.Match[str], before: str, things: dict[str, list[tuple[UUID, str]]], rule: str
) -> list[tuple[object, str]]:
    if found["kind"] == "any":
        options = [each.strip().strip('"') for each in found["options"].split(",")]
        return [(each, f"-{each}") for each in options]
    if found["kind"] in ("uuid", "int"):
        assert before in things or before in THINGS, (
            f"Say in THINGS of {__name__} what <{found['name']}> of {rule} may name."
        )
        return [*things[before]]
    assert found["name"] in NAMES, f"Say in NAMES of {__name__} what <{found['name']}> of {rule} may be."
    return [(each, "") for each in NAMES[found["name"]]]
