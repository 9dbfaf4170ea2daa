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
        self._idle: dict[str, list[tuple[str, Engine]]] = {"sqlite": [], "postgresql": []}

    def shared(self, dialect: str) -> Engine:
        """The database on which this worker's tests take turns, each leaving it as it was."""
        if dialect not in self._shared:
            name = f"worker_{uuid4().hex[:12]}"
            self._copy(dialect, name, self._template(dialect))
            self._shared[dialect] = make_engine(self._address(dialect, name))
        return self._shared[dialect]

    @contextmanager
    def own(self, dialect: str) -> Iterator[Engine]:
        """A database for one test, in which it may commit, and connect as often as it likes."""
        with self._lent(dialect, self._template(dialect)) as engine:
            yield engine

    @contextmanager
    def copied(self, dialect: str, name: str, tell: Callable[[Engine], None]) -> Iterator[Engine]:
        """The same, and ``tell`` has happened in it: once a run for all who ask for it by this ``name``."""
        with self._lent(
            dialect, once(self._run, f"{name}-{dialect}", lambda: self._told(dialect, name, tell))
        ) as engine:
            yield engine

    @contextmanager
    def empty(self, dialect: str) -> Iterator[Engine]:
        """A database without a table, for one test."""
        name = f"empty_{uuid4().hex[:12]}"
        self._create(dialect, name)
        with engine_of(self._address(dialect, name)) as engine:
            yield engine
        self._drop(dialect, name)

    def close(self) -> None:
        """Let go of the shared databases. The run's folder, and the server in it, go with the run."""
        for engine in self._shared.values():
            engine.dispose()

    @contextmanager
    def _lent(self, dialect: str, template: str) -> Iterator[Engine]:
        """An engine on a copy of ``template``. Lent again and again, as it learns each statement only once."""
        idle = self._idle[dialect]
        name = f"test_{uuid4().hex[:12]}"
        name, engine = idle.pop() if idle else (name, make_engine(self._address(dialect, name)))
        self._copy(dialect, name, template)
        try:
            yield engine
        finally:
            engine.dispose()
            self._drop(dialect, name)
            idle.append((name, engine))

    def _template(self, dialect: str) -> str:
        return once(self._run, f"template-{dialect}", lambda: self._migrated(dialect))

    def _migrated(self, dialect: str) -> str:
        self._create(dialect, "template")
        with engine_of(self._address(dialect, "template")) as engine:
            migrations.upgrade(engine)
        return "template"

    def _told(self, dialect: str, name: str, tell: Callable[[Engine], None]) -> str:
        self._copy(dialect, name, self._template(dialect))
        with engine_of(self._address(dialect, name)) as engine:
            tell(engine)
        return name

    def _address(self, dialect: str, name: str) -> str:
        return f"sqlite:///{self._file(name)}" if dialect == "sqlite" else postgres.address(self._server(), name)

    def _create(self, dialect: str, name: str) -> None:
        # SQLite makes a file when somebody connects.
        if dialect == "postgresql":
            postgres.create_database(self._server(), name)

    def _copy(self, dialect: str, name: str, template: str) -> None:
        if dialect == "sqlite":
            shutil.copyfile(self._file(template), self._file(name))
        else:
            postgres.create_database(self._server(), name, template)

    def _drop(self, dialect: str, name: str) -> None:
        if dialect == "sqlite":
            for part in ("", "-wal", "-shm"):
                self._file(name).with_suffix(f".sqlite{part}").unlink(missing_ok=True)
        else:
            postgres.drop_database(self._server(), name)

    def _server(self) -> str:
        return once(self._run, "server", lambda: postgres.start(server_folder(self._run)))

    def _file(self, name: str) -> Path:
        return self._run / f"{name}.sqlite"


def server_folder(run: Path) -> Path:
    """Where the PostgreSQL of this run keeps its things."""
    return run / "postgres"
