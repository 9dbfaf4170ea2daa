"""Bringing a database to the tables that this code knows, and telling whether it is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

FOLDER = Path(__file__).parents[2] / "migrations"


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Migrate the database up to ``revision``. All or nothing; two at once wait for each other."""
    with _connected(engine) as config:
        command.upgrade(config, revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Migrate the database down to ``revision``; ``base`` is an empty database."""
    with _connected(engine) as config:
        command.downgrade(config, revision)


def new(engine: Engine, message: str) -> Path:
    """Write the migration from the tables of ``engine``, which stands at head, to those of the models."""
    with _connected(engine) as config:
        script = command.revision(config, message, autogenerate=True, rev_id=f"{len(revisions()) + 1:04d}")
    assert not isinstance(script, list) and script is not None
    return Path(script.path)


def revisions() -> list[str]:
    """Every revision, the first one first."""
    return [script.revision for script in reversed(list(_scripts().walk_revisions()))]


def head() -> str | None:
    """The newest revision, to which a database that is ready has been migrated. None before the first."""
    return _scripts().get_current_head()


def current(connection: Connection) -> str | None:
    """The revision at which a database stands. None when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    # In the configuration's own syntax a % begins a variable, and a folder may be named with one.
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


@contextmanager
def _connected(engine: Engine) -> Iterator[Config]:
    config = _config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        yield config
