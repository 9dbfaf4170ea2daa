"""The migrations against the models.

``new "what it does"`` writes the next migration from what the models say; ``check`` tells, on SQLite and on
PostgreSQL, where a migrated database differs from one made from the models, and that every step goes down and up again.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, inspect

from lending.basics import migrations
from lending.basics.database import load_models, make_engine
from tools import postgres

Schema = dict[str, str]

TRIGGERS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal "
    "UNION ALL SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
}


def new(message: str) -> int:
    """Write the next migration."""
    with tempfile.TemporaryDirectory() as folder, _engine(f"sqlite:///{folder}/head.sqlite") as engine:
        migrations.upgrade(engine)
        path = migrations.new(engine, message)
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.lstrip().startswith("# ###")))
    for tidy in (["check", "--fix-only", "--quiet"], ["format", "--quiet"]):
        subprocess.run([sys.executable, "-m", "ruff", *tidy, path], check=True)
    print("Read it, add the triggers of append-only tables, and give it a test in tests/workflow/test_migrations.py.")
    return 0


def check() -> int:
    """Print every drift; 1 when there is one."""
    complaints = [] if migrations.head() else ["There is no migration yet."]
    with tempfile.TemporaryDirectory() as folder, postgres.temporary() as server:
        databases = {
            "SQLite": [f"sqlite:///{folder}/{name}.sqlite" for name in ("migrated", "created")],
            "PostgreSQL": [postgres.create_database(server, name) for name in ("migrated", "created")],
        }
        for name, (migrated, created) in databases.items():
            with _engine(migrated) as engine, _engine(created) as model:
                complaints += [f"{name}: {complaint}" for complaint in _drift(engine, model)]
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


def _drift(engine: Engine, model: Engine) -> Iterator[str]:
    metadata = load_models()
    metadata.create_all(model)
    migrations.upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        yield from (f"a new migration would say {change}" for change in compare_metadata(context, metadata))
        at_head = schema(connection)
    with model.connect() as connection:
        yield from compare(at_head, schema(connection))
    steps = [*reversed(migrations.revisions()[:-1]), "base"] if migrations.revisions() else []
    for step in steps:
        migrations.downgrade(engine, step)
    with engine.connect() as connection:
        if left := schema(connection):
            yield f"the way down leaves {', '.join(sorted(left))}"
    migrations.upgrade(engine)
    with engine.connect() as connection:
        if any(True for _ in compare(schema(connection), at_head)):
            yield "going down and up again does not lead to the same tables"


def compare(migrated: Schema, model: Schema) -> Iterator[str]:
    """Say, thing by thing, where two schemas differ."""
    for thing in sorted({*migrated, *model}):
        if thing not in model:
            yield f"{thing} is in the migrations only"
        elif thing not in migrated:
            yield f"{thing} is in the models only"
        elif migrated[thing] != model[thing]:
            yield f"{thing} is {migrated[thing]} in the migrations and {model[thing]} in the models"


def schema(connection: Connection) -> Schema:
    """Everything that a database was told about its tables, each thing as one line of text."""
    found: Schema = {}
    inspector = inspect(connection)
    for table in inspector.get_table_names():
        if table == "alembic_version":
            continue
        found[f"table {table}"] = _text(inspector.get_pk_constraint(table))
        for column in inspector.get_columns(table):
            found[f"column {table}.{column['name']}"] = _text(column)
        parts = {
            "index": inspector.get_indexes(table),
            "unique": inspector.get_unique_constraints(table),
            "check": inspector.get_check_constraints(table),
            "reference": inspector.get_foreign_keys(table),
        }
        for kind, things in parts.items():
            found |= {f"{kind} {thing['name']} on {table}": _text(thing) for thing in things}
    for name, definition in connection.exec_driver_sql(TRIGGERS[connection.dialect.name]):
        found[f"trigger or function {name}"] = " ".join(definition.split())
    return found


def _text(thing: Mapping[str, Any]) -> str:
    return ", ".join(f"{key}={_plain(value)}" for key, value in sorted(thing.items()))


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + _text(value) + "}"
    return " ".join(str(value).split())


@contextmanager
def _engine(url: str) -> Iterator[Engine]:
    engine = make_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def main() -> int:
    match sys.argv[1:]:
        case ["check"]:
            return check()
        case ["new", message]:
            return new(message)
        case _:
            print('usage: python -m tools.migrations check | new "what it does"', file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main())
