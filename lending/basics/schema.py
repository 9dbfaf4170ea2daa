"""Whether a database stands where this code expects it, told without loading the machinery of migrations.

Every start and every readiness check asks; that machinery takes longer to load than all the rest of the answer.
"""

from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

VERSIONS = Path(__file__).parents[2] / "migrations" / "versions"


def newest() -> str | None:
    """The newest revision there is: revisions are numbered, and each file's name begins with its number."""
    return max((path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*.py")), default=None)


def stands_at(connection: Connection) -> str | None:
    """The revision of the database; ``None`` when it has never been migrated."""
    try:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except DBAPIError:
        connection.rollback()
        return None
