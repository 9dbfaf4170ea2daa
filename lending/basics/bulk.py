"""Rows written in bulk: COPY on PostgreSQL, one statement with many sets of values on SQLite."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session


def insert_rows(db: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert ``rows`` of ``table`` in one go, in the session's transaction. Every row names the same columns.

    Defaults that Python would give are not given: a column that is left out gets what the database has for it.
    """
    if not rows:
        return
    connection = db.connection()
    if connection.dialect.name != "postgresql":
        connection.execute(insert(table), rows)
        return
    names = list(rows[0])
    into = [_into(table, name, connection.dialect) for name in names]
    columns = ", ".join(f'"{name}"' for name in names)
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row([made(row[name]) if made else row[name] for name, made in zip(names, into, strict=True)])


def _into(table: Table, name: str, dialect: Any) -> Callable[[Any], Any] | None:
    """What makes a value of the column into what the driver takes, as an ordinary insert would."""
    kind = table.c[name].type
    made: Callable[[Any], Any] | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return made
