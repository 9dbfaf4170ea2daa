"""What stands in the work queues in tests: many cases at once, and requests for grace months."""

from datetime import date, timedelta
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from lending.applications.model import Application
from lending.cases.model import Case
from lending.changes import grace
from lending.changes.model import ChangeRequest
from lending.loans.book import open_book
from lending.people.model import Citizen
from lending.people.names import sort_name
from tests.clock import NOW
from tests.workflow.loan_life import START, a_loan, noon


def some_cases(db: Session, count: int, state: str = "submitted", first: int = 1, **columns: object) -> list[UUID]:
    """Bulk insert: cases of as many people, one a minute, the first one the oldest."""
    people = [
        {
            "id": uuid4(),
            "hetu_sealed": b"x",
            "hetu_index": uuid4().hex,
            "given_names": f"Etu{first + index}",
            "family_name": f"Suku{first + index:05d}",
            "sort_name": sort_name(f"Suku{first + index:05d}", f"Etu{first + index}"),
            "language": "fi",
            "safety_ban": False,
            "created_at": NOW,
        }
        for index in range(count)
    ]
    rows = [
        {
            "id": uuid4(),
            "organisation": "keusote",
            "policy": "keusote-2025",
            "number": f"KEUSOTE-2026-{first + index:06d}",
            "citizen_id": people[index]["id"],
            "unit": "team-1",
            "language": "fi",
            "state": state,
            "handler_id": None,
            "opened_at": NOW,
            "pending_since": NOW - timedelta(minutes=count - index),
            "complete_since": None,
            "state_since": NOW,
        }
        | columns
        for index in range(count)
    ]
    applications = [
        {"case_id": row["id"], "amount_cents": 100_000 + index * 100, "months": 24, "purpose": "housing"}
        for index, row in enumerate(rows)
    ]
    db.execute(insert(Citizen), people)
    db.execute(insert(Case), rows)
    db.execute(insert(Application), applications)
    return [row["id"] for row in rows]


def a_request_for_grace(db: Session, on: date = START) -> ChangeRequest:
    """A borrower's request for one grace month on a loan paid out on ``on``."""
    life = a_loan(db, on=on)
    day = on + timedelta(days=80)
    choices = grace.grace_choices(open_book(db, life.loan), day)
    return grace.request_grace(db, life.loan, choices[:1], "Ill.", life.borrower.actor, noon(day))
