"""What Alembic runs for every command. It is started by ``lending.basics.migrations``, which brings the connection."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.types import TypeDecorator

from lending.basics.database import load_models

#: An arbitrary number that every copy of Vakaa asks PostgreSQL to lock while it migrates.
MIGRATION_LOCK = 8_252_201


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write the code's own column types as the plain ones they are stored in: a migration must outlive the code."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=load_models(),
        # SQLite cannot alter most things of a table in place: there the table is copied.
        render_as_batch=True,
        render_item=render_item,
        compare_type=True,
        compare_server_default=True,
        # The engine begins SQLite's transactions itself, so that a migration is all or nothing there too.
        transactional_ddl=True,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
        context.run_migrations()
        if connection.dialect.name == "sqlite":
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"the migration leaves references to rows that are not there: {broken[:5]}")


def run() -> None:
    connection: Connection = context.config.attributes["connection"]
    if connection.dialect.name != "sqlite":
        migrate(connection)
        return
    # A table that is copied is dropped first, which must not delete what refers to it. The switch works only outside
    # a transaction, so it goes to the driver, past the engine that would begin one.
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        migrate(connection)
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


run()
