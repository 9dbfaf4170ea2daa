"""Rows written in bulk: COPY on PostgreSQL, one statement with many sets of values on SQLite."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, column, insert
from sqlalchemy import table as named
from sqlalchemy.orm import Session


def insert_rows(db: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert ``rows`` of ``table`` in one go, in the session's transaction. Every row names the same columns.

    Defaults that Python would give are not given: a column that is left out gets what the database has for it.
    """
    if not rows:
        return
    connection = db.connection()
    names = list(rows[0])
    into = [_into(table, name, connection.dialect) for name in names]
    columns = ", ".join(f'"{name}"' for name in names)
    values = ([made(row[name]) if made else row[name] for name, made in zip(names, into, strict=True)] for row in rows)
    if connection.dialect.name != "postgresql":
        # The driver's own way: the values are ready, and nothing is looked at row by row any more.
        bare = named(table.name, *(column(name) for name in names))
        statement = str(insert(bare).compile(dialect=connection.dialect, column_keys=names))
        connection.exec_driver_sql(statement, list(map(tuple, values)))
        return
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
        for row in values:
            copy.write_row(row)


def _into(table: Table, name: str, dialect: Any) -> Callable[[Any], Any] | None:
    """What makes a value of the column into what the driver takes, as an ordinary insert would."""
    kind = table.c[name].type
    made: Callable[[Any], Any] | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return made
