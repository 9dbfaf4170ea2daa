"""The database: base class, types, engine and sessions. The same code runs on SQLite and PostgreSQL."""

from collections.abc import Iterable
from datetime import UTC, datetime
from importlib import import_module
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    Uuid,
    create_engine,
    event,
)
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

from lending.basics.vault import Vault

STAGES = (
    "people",
    "policy",
    "fund",
    "cases",
    "applications",
    "assessment",
    "decisions",
    "loans",
    "changes",
    "collection",
    "reporting",
)

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

#: An integer key that the database numbers in order, on SQLite too.
Serial = BigInteger().with_variant(Integer(), "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, stored in UTC and always read back with its zone. A moment without a zone is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment must carry its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: UtcDateTime(), UUID: Uuid()}


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """A check that ``column`` holds one of ``values``: what the code knows, the database holds too."""
    allowed = ", ".join(f"'{value}'" for value in sorted(values))
    return CheckConstraint(f"{column} IN ({allowed})", name=f"{column}_known")


def load_models() -> MetaData:
    """Import every stage's tables, so that the metadata is complete, and return it."""
    for stage in STAGES:
        try:
            import_module(f"lending.{stage}.model")
        except ModuleNotFoundError as missing:
            if missing.name != f"lending.{stage}.model":
                raise
    return Base.metadata


def make_engine(url: str, **options: Any) -> Engine:
    """An engine for ``url``. On SQLite: WAL, foreign keys on, and writers that wait instead of failing."""
    engine = create_engine(url, **options)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transaction handling is switched off: it begins too late for a reader that will write.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    # A writer takes the lock at once: a reader that turns writer half-way would fail instead of waiting.
    reads_only = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


def make_sessions(engine: Engine, **resources: object) -> sessionmaker[Session]:
    """A maker of sessions on ``engine`` that carry what acts need besides tables: vault, policies, figures, store.

    A stage reads its own from the session (``vault_of(db)``, ``policies_of(db)``, …), so acts keep short signatures
    and a test can give each session another set.
    """
    return sessionmaker(engine, expire_on_commit=False, info=resources)


def vault_of(db: Session) -> Vault:
    """The vault that this session seals personal data with."""
    vault = db.info["vault"]
    assert isinstance(vault, Vault)
    return vault
