"""A row in every table, whatever the tables are: for tests of migrations, which must not know today's models."""

import re
import warnings
from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    Date,
    DateTime,
    Engine,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    Uuid,
    func,
    inspect,
    select,
)
from sqlalchemy.exc import SAWarning

from tests.clock import NOW

#: What a column must hold where its type alone does not tell: table and column, value.
PARTICULAR: dict[tuple[str, str], Any] = {
    ("proposal", "kind"): "refusal",
    ("decision", "kind"): "refusal",
    ("decision", "reasons"): "The payment capacity does not suffice.",
    ("billed_row", "instalment_cents"): 2,
    ("figure_verdict", "outcome"): "rejected",
    ("figure_verdict", "reason"): "The source is another one.",
    ("appropriation", "year"): 2026,
    ("agreement", "rate_percent"): "2.5",
    ("loan", "accrued"): "0",
    ("co_borrower", "state"): "invited",
}
KINDS: tuple[tuple[type, Any], ...] = (
    (Boolean, False),
    (DateTime, NOW),
    (Date, date(2026, 9, 1)),
    (LargeBinary, b"sealed"),
    (JSON, {}),
    (Numeric, 1),
)


def count_rows(engine: Engine) -> dict[str, int]:
    """How many rows each table has."""
    with engine.connect() as connection:
        return {table.name: _count(connection, table) for table in _reflect(connection).sorted_tables}


def fill_empty_tables(engine: Engine) -> None:
    """Give every table that has no row one that its constraints allow. What may be empty is left so."""
    with engine.begin() as connection:
        metadata = _reflect(connection)
        for table in metadata.sorted_tables:
            if not _count(connection, table):
                columns = [column for column in table.columns if not _may_be_left_out(column)]
                connection.execute(table.insert().values({c.name: _sample(connection, c) for c in columns}))


def _reflect(connection: Connection) -> MetaData:
    metadata = MetaData()
    with warnings.catch_warnings():
        # SQLite cannot say what an index on an expression is; rows do not need to know.
        warnings.simplefilter("ignore", SAWarning)
        metadata.reflect(connection, only=lambda name, _: name != "alembic_version")
    for table in metadata.tables.values():
        for check in inspect(connection).get_check_constraints(table.name):
            if not any(known.name == check["name"] for known in table.constraints):
                table.append_constraint(CheckConstraint(check["sqltext"], name=check["name"]))
    return metadata


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _may_be_left_out(column: Column[Any]) -> bool:
    if (column.table.name, column.name) in PARTICULAR:
        return False
    counts_itself = column.primary_key and column.autoincrement is not False and _is_whole_number(column)
    counts_itself = counts_itself and not column.foreign_keys and len(column.table.primary_key.columns) == 1
    return bool(column.nullable or column.server_default is not None or column.identity or counts_itself)


def _is_whole_number(column: Column[Any]) -> bool:
    return column.type.python_type is int


def _sample(connection: Connection, column: Column[Any]) -> Any:
    table = column.table
    if (table.name, column.name) in PARTICULAR:
        return PARTICULAR[table.name, column.name]
    for reference in column.foreign_keys:
        return connection.execute(select(reference.column).limit(1)).scalar_one()
    for check in table.constraints:
        if isinstance(check, CheckConstraint) and str(check.name).endswith(f"{table.name}_{column.name}_known"):
            known = re.search(r"'([^']*)'", str(check.sqltext))
            assert known, f"{check.name} names no value"
            return known[1]
    for kind, value in KINDS:
        if isinstance(column.type, kind):
            return value
    if isinstance(column.type, Uuid):
        return uuid4()
    if isinstance(column.type, String):
        # An identifier is text of 32 characters on SQLite.
        return uuid4().hex[: column.type.length or 32]
    return 1
