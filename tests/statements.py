"""What is sent to the database meanwhile: for tests of what a page or an act costs."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session


@contextmanager
def statements_of(database: Engine | Session) -> Iterator[list[str]]:
    """Every statement sent to the database within the block, in order."""
    engine = database.get_bind().engine if isinstance(database, Session) else database
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def queries_in(statements: list[str]) -> list[str]:
    """Those of the statements that read."""
    return [each for each in statements if each.lstrip().upper().startswith("SELECT")]
