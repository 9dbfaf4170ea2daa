"""Migrations with data in the tables, on both databases. `make check` compares what they lead to with the models."""

import pytest
from sqlalchemy import Engine, MetaData, inspect

from lending.basics import migrations
from tests.workflow.rows import count_rows, fill_empty_tables

REVISIONS = migrations.revisions()


#: Every migration, as where it starts and where it leads.
STEPS = list(zip(["base", *REVISIONS], REVISIONS, strict=False))


@pytest.mark.parametrize(("before", "after"), STEPS)
def test_a_migration_keeps_every_row_on_its_way_up_and_down(empty_engine: Engine, before: str, after: str) -> None:
    engine = empty_engine
    if before != "base":
        migrations.upgrade(engine, before)
    fill_empty_tables(engine)
    rows = count_rows(engine)

    migrations.upgrade(engine, after)
    _assert_rows_are_kept(engine, rows)

    fill_empty_tables(engine)
    migrations.downgrade(engine, before)
    assert count_rows(engine) == rows

    migrations.upgrade(engine, after)
    _assert_rows_are_kept(engine, rows)


def test_a_migration_that_fails_half_way_leaves_the_database_as_it_was(empty_engine: Engine) -> None:
    with empty_engine.begin() as connection:
        # A table in the way of one that some migration makes.
        connection.exec_driver_sql("CREATE TABLE event (id INTEGER)")

    with pytest.raises(Exception, match="event"):
        migrations.upgrade(empty_engine)

    assert set(inspect(empty_engine).get_table_names()) <= {"event", "alembic_version"}


def test_a_database_at_head_says_so(engine: Engine) -> None:
    with engine.connect() as connection:
        assert migrations.current(connection) == migrations.head() == REVISIONS[-1]


def test_migrating_twice_changes_nothing(engine: Engine) -> None:
    before = _tables(engine)
    migrations.upgrade(engine)
    assert _tables(engine) == before


def _tables(engine: Engine) -> set[str]:
    metadata = MetaData()
    metadata.reflect(engine)
    return {f"{column.table.name}.{column.name}" for table in metadata.tables.values() for column in table.columns}


def _assert_rows_are_kept(engine: Engine, rows: dict[str, int]) -> None:
    now = count_rows(engine)
    assert {table: now[table] for table in rows if table in now} == {
        table: rows[table] for table in rows if table in now
    }
