"""What every test can ask for: a database of either kind, a session, and a clock."""

import gc
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from integrations.storage import FolderStore
from lending.basics.database import load_models, make_sessions
from lending.basics.vault import KEY_BYTES, Vault
from lending.loans.model import Loan
from lending.loans.verify import derived_again, faults
from lending.policy.figures import Figures, load_figures
from lending.policy.policies import Policies, load_policies
from tests.clock import NOW, Clock
from tests.databases import Databases, server_folder
from tools import postgres, translations

ROOT = Path(__file__).parents[1]
RUN = pytest.StashKey[Path]()

# The same examples every time: a failure here is a failure everywhere, and a slow machine is no failure.
settings.register_profile("vakaa", derandomize=True, deadline=None, database=None, print_blob=True)
settings.load_profile("vakaa")
# Pages and rows are thrown away by the thousand: looking for rings among them so often costs time.
gc.set_threshold(50_000)


# --- The run: one folder, which workers share and the one who began it removes ---------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    if worker := getattr(config, "workerinput", None):
        config.stash[RUN] = Path(worker["run"])
        return
    config.stash[RUN] = Path(tempfile.mkdtemp(prefix="vakaa-tests-"))
    # PostgreSQL runs as another user when this is root, and must be able to pass through.
    config.stash[RUN].chmod(0o711)
    translations.compile_stale()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["run"] = str(node.config.stash[RUN])


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and RUN in config.stash:
        postgres.stop(server_folder(config.stash[RUN]))
        shutil.rmtree(config.stash[RUN], ignore_errors=True)


@pytest.fixture(scope="session")
def run_folder(pytestconfig: pytest.Config) -> Path:
    """The folder that all workers of this run share. See ``tests.databases.once``."""
    return pytestconfig.stash[RUN]


# --- Databases -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def databases(run_folder: Path) -> Iterator[Databases]:
    """Makes databases; most tests want ``db`` or ``engine`` instead."""
    load_models()
    databases = Databases(run_folder)
    yield databases
    databases.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    """The kind of database: every test that uses one runs on both. A folder may say otherwise in its conftest."""
    return request.param


@pytest.fixture
def engine(databases: Databases, dialect: str) -> Iterator[Engine]:
    """A migrated database of the test's own, in which it may commit. Dearer than ``db``: about 0.1 s."""
    with databases.own(dialect) as engine:
        yield engine


@pytest.fixture
def empty_engine(databases: Databases, dialect: str) -> Iterator[Engine]:
    """A database without a table, for tests of migrations."""
    with databases.empty(dialect) as engine:
        yield engine


@pytest.fixture
def db(
    request: pytest.FixtureRequest, databases: Databases, dialect: str, resources: dict[str, object]
) -> Iterator[Session]:
    """A session on a migrated database, of which nothing is left after the test, committed or not.

    In a test that asks for ``engine`` too, an ordinary session on that.
    """
    if "engine" in request.fixturenames:
        with make_sessions(request.getfixturevalue("engine"), **resources)() as session:
            yield session
            prove_books(session)
        return
    engine = databases.shared(dialect)
    with engine.connect() as connection, connection.begin() as everything:
        with make_sessions(engine, **resources)(bind=connection, join_transaction_mode="create_savepoint") as session:
            yield session
            prove_books(session)
        everything.rollback()


def prove_books(session: Session) -> None:
    """After every test that touched a loan, its books hold as ``vakaa verify`` proves them.

    A test that tampers with them on purpose says so: ``db.info["tampered"] = True``.
    """
    if session.info.get("tampered") or not session.is_active:
        return
    if session.scalar(select(Loan.id).limit(1)) is not None:
        assert [*faults(session), *derived_again(session)] == []


# --- What a session carries ------------------------------------------------------------------------------------------


@pytest.fixture
def resources(vault: Vault, policies: Policies, figures: Figures, store: FolderStore) -> dict[str, object]:
    """What acts find on their session besides tables."""
    return {"vault": vault, "policies": policies, "figures": figures, "store": store}


@pytest.fixture(scope="session")
def vault() -> Vault:
    return Vault([bytes(range(KEY_BYTES))])


@pytest.fixture(scope="session")
def policies() -> Policies:
    return load_policies(ROOT / "policies")


@pytest.fixture(scope="session")
def figures() -> Figures:
    """The figures as the demo has them: those that nobody has confirmed yet may be used."""
    return load_figures(ROOT / "policies" / "figures", allow_unconfirmed=True)


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "store")


# --- Time ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def now() -> datetime:
    """The moment at which tests happen unless they say otherwise."""
    return NOW


@pytest.fixture
def clock() -> Clock:
    """A clock that stands at ``now`` until the test moves it."""
    return Clock()
