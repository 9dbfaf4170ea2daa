"""A house full of people: thousands of citizens, cases, loans and requests at once, copied from rows that are there."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Engine, Table, select
from sqlalchemy.orm import Session

from lending.applications.model import Application, SupplementRequest
from lending.basics.bulk import insert_rows
from lending.cases.model import Case
from lending.changes.model import ChangeRequest
from lending.loans.model import Agreement, Loan
from lending.people.model import Citizen
from tests.clock import NOW
from tests.workflow.rows import fill_empty_tables

#: Half of the crowd has a loan, and asks for a change of it; the others stand in every queue.
STATES = (
    "submitted",
    "in_preparation",
    "waiting_for_citizen",
    "waiting_for_decision",
    "granted",
    "agreement_offered",
    *["running"] * 6,
)
UNIT = "team-1"
KINDS = ("citizen", "case", "asked", "agreement", "loan", "change")


def add_crowd(engine: Engine, first: int, last: int, handler_id: UUID, **case: Any) -> None:
    """Add the people with the numbers from ``first`` up to ``last``, each with a case as ``case`` says.

    With the first of them, a row is made up for every table that is empty, so that there is something to copy.
    """
    if first == 0:
        fill_empty_tables(engine)
    numbers = range(first, last)
    states = {n: STATES[n % len(STATES)] for n in numbers}
    lent = [n for n in numbers if states[n] == "running"]
    asked = [n for n in numbers if states[n] == "waiting_for_citizen"]
    with Session(engine) as db, db.begin():
        _copy(
            db,
            Citizen,
            (
                {"id": _id("citizen", n), "hetu_index": f"crowd-{n}", "sort_name": f"{n * 7919 % 10007:05d}"}
                for n in numbers
            ),
        )
        _copy(
            db,
            Case,
            (
                {
                    "id": _id("case", n),
                    "citizen_id": _id("citizen", n),
                    "organisation": "keusote",
                    "policy": "keusote-2025",
                    "unit": UNIT,
                    "number": f"KEUSOTE-2020-{n:06d}",
                    "state": states[n],
                    "pending_since": NOW - timedelta(minutes=n),
                    "complete_since": None,
                    "handler_id": handler_id if n % 3 else None,
                    **case,
                }
                for n in numbers
            ),
        )
        _copy(
            db, Application, ({"case_id": _id("case", n), "amount_cents": 100_000 + n, "months": 24} for n in numbers)
        )
        _copy(
            db,
            SupplementRequest,
            ({"id": _id("asked", n), "case_id": _id("case", n), "state": "open"} for n in asked),
        )
        _copy(db, Agreement, ({"id": _id("agreement", n), "case_id": _id("case", n)} for n in lent))
        _copy(
            db,
            Loan,
            (
                {
                    "id": _id("loan", n),
                    "case_id": _id("case", n),
                    "agreement_id": _id("agreement", n),
                    "citizen_id": case.get("citizen_id", _id("citizen", n)),
                    "organisation": "keusote",
                    "state": "running",
                }
                for n in lent
            ),
        )
        _copy(
            db,
            ChangeRequest,
            (
                {
                    "id": _id("change", n),
                    "loan_id": _id("loan", n),
                    "case_id": _id("case", n),
                    "organisation": "keusote",
                    "state": "requested",
                    "handler_id": handler_id if n % 2 else None,
                }
                for n in lent
            ),
        )


def add_more(engine: Engine, model: type, like: ColumnElement[bool], rows: Iterable[dict[str, Any]]) -> None:
    """Add rows that are as the first one that is ``like`` this, but for what each of ``rows`` says."""
    with Session(engine) as db, db.begin():
        _copy(db, model, rows, like)


def _copy(db: Session, model: Any, rows: Iterable[dict[str, Any]], like: ColumnElement[bool] | None = None) -> None:
    table: Table = model.__table__
    query = select(table).limit(1)
    first = dict(db.execute(query if like is None else query.where(like)).mappings().one())
    if table.c.get("id") is not None and isinstance(first["id"], int):
        # The database numbers the row itself.
        del first["id"]
    insert_rows(db, table, [{**first, **row} for row in rows])


def _id(kind: str, number: int) -> UUID:
    return UUID(int=(KINDS.index(kind) << 64) + number + 1)
