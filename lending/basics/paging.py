"""A long list, a page at a time."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import Session

#: How many rows a page has.
PAGE_SIZE = 25
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """The rows of one page, and where it stands among the others. ``first``: the place of its first row in the list."""

    rows: tuple[Row, ...]
    total: int
    number: int
    pages: int
    first: int


def page_of(
    db: Session,
    query: Select[*tuple[Any, ...]],
    total: int,
    wanted: int,
    rows: Callable[[Sequence[Any]], Iterable[Row]],
    size: int = PAGE_SIZE,
) -> Page[Row]:
    """The page ``wanted`` of the ``total`` that ``query`` finds; the first or the last where there is no such page.

    ``rows`` makes its rows of what was found, all at once.
    """
    pages = max(1, -(-total // size))
    number = max(1, min(wanted, pages))
    before = (number - 1) * size
    found = db.execute(query.limit(size).offset(before)).all()
    return Page(tuple(rows(found)), total, number, pages, before + 1)
