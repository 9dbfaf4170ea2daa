"""The fund in tests: money given for a year, what a case has booked, what the books add up to."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lending.decisions.model import Decision
from lending.fund.appropriation import set_appropriation
from lending.fund.caps import Sums
from lending.fund.model import FundEntry
from lending.fund.position import position
from lending.loans.verify import faults
from tests.builders import a_colleague
from tests.clock import NOW
from tests.workflow.cases_in_work import InWork

TODAY = NOW.date()


def write(decision: Decision) -> str:
    """The letter of a decision, as short as can be."""
    return f"<p>{decision.kind} {decision.amount_cents}</p>"


def give(db: Session, cents: int, year: int = 2026, at: datetime = NOW) -> None:
    """Set the appropriation of the year."""
    by = a_colleague(db, "decider").actor
    set_appropriation(db, year, cents, "Aluevaltuusto, talousarvio", date(2025, 12, 12), by, at)


def booked(db: Session, work: InWork) -> list[tuple[str, int]]:
    """What has been booked for the case, in order: kinds and cents."""
    query = select(FundEntry).where(FundEntry.case_id == work.case.id).order_by(FundEntry.id)
    return [(entry.kind, entry.cents) for entry in db.scalars(query)]


def sums(db: Session, year: int = 2026, today: date = TODAY, organisation: str = "keusote") -> Sums:
    """What the entries of the organisation add up to, as its page of the fund tells."""
    return position(db, organisation, year, today).sums


def holds(db: Session) -> None:
    """What is booked follows from decisions and ledgers."""
    assert [fault for fault in faults(db) if fault.code.startswith("fund")] == []
