"""Databases for tests: both kinds, each prepared once a run and copied for whoever needs one.

Workers that run side by side share one folder per run. What is made in it is made by the first that asks.
"""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Engine

from lending.basics import migrations
from lending.basics.database import make_engine
from tools import postgres


def once(run: Path, name: str, make: Callable[[], str]) -> str:
    """What ``make`` returned to the first worker of this run that asked for ``name``."""
    made = run / f"{name}.made"
    with (run / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            made.write_text(make())
    return made.read_text()


@contextmanager
def engine_of(url: str) -> Iterator[Engine]:
    """An engine that is closed with the context."""
    engine = make_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


class Databases:
    """Makes migrated databases for one worker of the test run that keeps its things in ``run``."""

    def __init__(self, run: Path) -> None:
        self._run = run
        self._shared: dict[str, Engine] = {}

    def shared(self, dialect: str) -> Engine:
        """The database on which this worker's tests take turns, each leaving it as it was."""
        if dialect not in self._shared:
            self._shared[dialect] = make_engine(self._new(dialect, f"worker_{uuid4().hex[:12]}"))
        return self._shared[dialect]

    @contextmanager
    def own(self, dialect: str) -> Iterator[Engine]:
        """A database for one test, in which it may commit, and connect as often as it likes."""
        name = f"test_{uuid4().hex[:12]}"
        with engine_of(self._new(dialect, name)) as engine:
            yield engine
        self._drop(dialect, name)

    @contextmanager
    def copied(self, dialect: str, name: str, tell: Callable[[Engine], None]) -> Iterator[Engine]:
        """The same, and ``tell`` has happened in it: once a run for all who ask for it by this ``name``."""
        template = once(self._run, f"{name}-{dialect}", lambda: self._told(dialect, name, tell))
        copy = f"test_{uuid4().hex[:12]}"
        with engine_of(self._copy(dialect, copy, template)) as engine:
            yield engine
        self._drop(dialect, copy)

    @contextmanager
    def empty(self, dialect: str) -> Iterator[Engine]:
        """A database without a table, for one test."""
        name = f"empty_{uuid4().hex[:12]}"
        with engine_of(self._empty(dialect, name)) as engine:
            yield engine
        self._drop(dialect, name)

    def close(self) -> None:
        """Let go of the shared databases. The run's folder, and the server in it, go with the run."""
        for engine in self._shared.values():
            engine.dispose()

    def _new(self, dialect: str, name: str) -> str:
        return self._copy(dialect, name, once(self._run, f"template-{dialect}", lambda: self._migrated(dialect)))

    def _copy(self, dialect: str, name: str, template: str) -> str:
        if dialect == "sqlite":
            shutil.copyfile(self._file(template), self._file(name))
            return f"sqlite:///{self._file(name)}"
        return postgres.create_database(self._server(), name, template)

    def _empty(self, dialect: str, name: str) -> str:
        if dialect == "sqlite":
            return f"sqlite:///{self._file(name)}"
        return postgres.create_database(self._server(), name)

    def _drop(self, dialect: str, name: str) -> None:
        if dialect == "sqlite":
            self._file(name).unlink()
        else:
            postgres.drop_database(self._server(), name)

    def _migrated(self, dialect: str) -> str:
        with engine_of(self._empty(dialect, "template")) as engine:
            migrations.upgrade(engine)
        return "template"

    def _told(self, dialect: str, name: str, tell: Callable[[Engine], None]) -> str:
        with engine_of(self._new(dialect, name)) as engine:
            tell(engine)
        return name

    def _server(self) -> str:
        return once(self._run, "server", lambda: postgres.start(server_folder(self._run)))

    def _file(self, name: str) -> Path:
        return self._run / f"{name}.sqlite"


def server_folder(run: Path) -> Path:
    """Where the PostgreSQL of this run keeps its things."""
    return run / "postgres"
