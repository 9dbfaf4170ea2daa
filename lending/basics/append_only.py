"""Tables that only grow: the database itself refuses to change or delete their rows."""

from sqlalchemy import Connection, Table, event

from lending.basics.database import Base

_SQLITE = """
CREATE TRIGGER {table}_no_{act} BEFORE {act} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
"""
_POSTGRESQL = """
CREATE TRIGGER {table}_no_{act} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()
"""


def append_only_statements(table: str, dialect: str) -> list[str]:
    """The statements that make ``table`` append-only on ``dialect`` (``sqlite`` or ``postgresql``)."""
    if dialect == "sqlite":
        return [_SQLITE.format(table=table, act=act).strip() for act in ("UPDATE", "DELETE")]
    triggers = [_POSTGRESQL.format(table=table, act=act).strip() for act in ("UPDATE", "DELETE")]
    return [_POSTGRESQL_FUNCTION.strip(), *triggers]


def append_only(model: type[Base]) -> None:
    """Guard the table of ``model`` whenever it is created from the models; migrations run the same statements."""
    table = model.__table__
    assert isinstance(table, Table)

    def guard(_table: Table, connection: Connection, **_options: object) -> None:
        for statement in append_only_statements(table.name, connection.dialect.name):
            connection.exec_driver_sql(
                statement.replace("%", "%%") if connection.dialect.name == "postgresql" else statement
            )

    event.listen(table, "after_create", guard)
