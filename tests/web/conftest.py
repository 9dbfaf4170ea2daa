"""An application on a database of the test's own, and clients of it that are signed in as somebody."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from integrations.storage import FolderStore
from lending.basics.database import make_sessions
from lending.basics.vault import KEY_BYTES
from lending.people.model import Citizen, StaffMember
from tests.builders import a_citizen, a_colleague
from tests.clock import Clock
from tests.databases import once
from tests.web.demo_world import Stage, World, make_template
from tests.web.office import Office
from tests.web.police import Police, Unfound
from web import signin
from web.app import create_app
from web.config import Config
from web.transaction import readers_of
from web.wiring import wiring

SignIn = Callable[[Citizen | StaffMember], Police]


def config_for_tests(data: Path, **changes: Any) -> Config:
    """A demo installation in ``data`` that answers to a test."""
    defaults: dict[str, Any] = {
        "database_url": f"sqlite:///{data / 'unused.sqlite'}",
        "secret_key": "only for tests " * 3,
        "vault_keys": (bytes(range(KEY_BYTES)),),
        "demo": True,
        "sign_in": "demo",
        "cookie_secure": False,
        "testing": True,
        "limits": False,
        "log_level": "ERROR",
    }
    return Config(data=data, **{**defaults, **changes})


@pytest.fixture
def dialect() -> str:
    """Pages are tested on SQLite: what differs between databases is tested where acts are."""
    return "sqlite"


@pytest.fixture(scope="session")
def shared_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One application for all tests of this worker: its templates are compiled once."""
    app = create_app(config_for_tests(tmp_path_factory.mktemp("data")))
    app.test_client_class = Police
    app.jinja_env.undefined = Unfound
    return app


@pytest.fixture
def app(shared_app: Flask, engine: Engine, resources: dict[str, object], store: FolderStore, clock: Clock) -> Flask:
    """The application, on this test's own database, store and clock."""
    wired = wiring(shared_app)
    wired.engine, wired.clock, wired.store = engine, clock, store
    wired.sessions = make_sessions(engine, **resources)
    wired.readers = readers_of(engine, wired.sessions)
    return shared_app


@pytest.fixture(scope="session")
def demo_template(run_folder: Path) -> Path:
    """A folder with the demo and further tales, told once a run for all who want a ``world``."""

    def tell() -> str:
        folder = Path(tempfile.mkdtemp(prefix="demo-world-", dir=run_folder))
        return make_template(folder, config_for_tests(folder, database_url=f"sqlite:///{folder / 'demo.sqlite'}"))

    return Path(once(run_folder, "demo-world-told", tell))


@pytest.fixture(scope="session")
def demo_stage(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Where this worker's tests take turns with the demo."""
    stage = Stage(demo_template, tmp_path_factory.mktemp("demo"))
    yield stage
    stage.engine.dispose()


@pytest.fixture
def world(shared_app: Flask, demo_stage: Stage, resources: dict[str, object]) -> World:
    """The demo's people and cases, and every address of every route filled with them; this test's own copy."""
    return World(shared_app, demo_stage, resources)


@pytest.fixture
def sessions(app: Flask) -> sessionmaker[Session]:
    """Sessions on the application's database: ``with sessions.begin() as db`` commits."""
    return wiring(app).sessions


@pytest.fixture
def client(app: Flask) -> Police:
    """Somebody who is not signed in, with a browser in Finnish."""
    return a_client(app)


@pytest.fixture
def sign_in(app: Flask) -> SignIn:
    """``sign_in(person)``: a client signed in as the citizen or the member of staff."""

    def sign_in(person: Citizen | StaffMember) -> Police:
        client = a_client(app)
        realm = "staff" if isinstance(person, StaffMember) else "citizen"
        with app.test_request_context("/office" if realm == "staff" else "/", method="POST"):
            from flask import g

            g.now = wiring(app).clock()
            response = app.response_class()
            signin.begin(response, realm, person, "test")
            g.db.commit()
        name = signin.cookie_name(wiring(app).config, realm)
        value = response.headers["Set-Cookie"].partition("=")[2].partition(";")[0]
        client.set_cookie(name, value)
        return client

    return sign_in


@pytest.fixture
def citizen(sessions: sessionmaker[Session]) -> Citizen:
    """A citizen called Aino Virtanen, whose language is Finnish."""
    with sessions.begin() as db:
        return a_citizen(db)


@pytest.fixture
def citizen_client(sign_in: SignIn, citizen: Citizen) -> Police:
    """``citizen``, signed in."""
    return sign_in(citizen)


@pytest.fixture
def staff_client(sign_in: SignIn, sessions: sessionmaker[Session]) -> Callable[..., Police]:
    """``staff_client("decider")``: a member of staff of team-1 with these roles, signed in."""

    def staff_client(*roles: str, **particulars: Any) -> Police:
        with sessions.begin() as db:
            member = a_colleague(db, *roles, **particulars)
        return sign_in(member)

    return staff_client


@pytest.fixture
def broken_pages_shown(app: Flask) -> Iterator[None]:
    """Errors become the 500 page, as in service, instead of failing the test."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield
    app.config["PROPAGATE_EXCEPTIONS"] = None


def a_client(app: Flask, language: str = "fi") -> Police:
    """A browser in ``language``, with no cookie."""
    client = app.test_client()
    assert isinstance(client, Police)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
    return client


@pytest.fixture
def office(sessions: sessionmaker[Session], sign_in: SignIn) -> Office:
    """A unit at work, for tests of the back office."""
    return Office(sessions, sign_in)
