"""Booking what becomes of the money there is to lend. The lower stages book here, in their own transactions."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lending.basics.dates import local_day
from lending.basics.money import Cents
from lending.fund.model import FundAccount, FundEntry

#: What an entry of a loan's ledger is here. Entries that move no principal are not booked.
KIND_OF_ENTRY = {
    "disbursement": "disburse",
    "payment": "repay",
    "refund": "repay",
    "reversal": "reverse",
    "correction": "correct",
    "waiver": "waive",
    "write_off": "write_off",
}


def hold(db: Session, organisation: str) -> None:
    """Hold the organisation's account until the transaction ends, so that one decision takes of the money at a time.

    On SQLite the writer's lock does the same. What the one before has taken is seen by the next query.
    """
    insert = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    account = insert(FundAccount).values(organisation=organisation)
    # Makes the row where there is none yet, and takes hold of it where there is, in one statement.
    db.execute(account.on_conflict_do_update(index_elements=["organisation"], set_={"organisation": organisation}))


def reserve(db: Session, organisation: str, case_id: UUID, cents: Cents, at: datetime) -> None:
    """A proposal to grant ``cents`` waits for its decision."""
    _book(db, organisation, case_id, "reserve", local_day(at), cents, at)


def release(db: Session, organisation: str, case_id: UUID, cents: Cents, at: datetime) -> None:
    """The proposal to grant ``cents`` waits no longer."""
    _book(db, organisation, case_id, "release", local_day(at), -cents, at)


def grant(db: Session, organisation: str, case_id: UUID, cents: Cents, at: datetime) -> None:
    """A loan of ``cents`` has been granted."""
    _book(db, organisation, case_id, "grant", local_day(at), cents, at)


def give_back(db: Session, organisation: str, case_id: UUID, at: datetime) -> None:
    """The case ends before the money is paid out: what was reserved or granted for it is free again.

    It is free in the year in which it was granted, so that no year gets more than it was given.
    """
    release(db, organisation, case_id, _sum(db, case_id, "reserve", "release"), at)
    granted = _sum(db, case_id, "grant", "withdraw_grant")
    if granted:
        day = db.scalar(select(func.max(FundEntry.day)).where(FundEntry.case_id == case_id, FundEntry.kind == "grant"))
        assert day is not None
        _book(db, organisation, case_id, "withdraw_grant", day, -granted, at)


def move_principal(
    db: Session, organisation: str, case_id: UUID, entry_kind: str, cents: Cents, day: date, at: datetime
) -> None:
    """An entry of the case's loan has changed the principal outstanding by ``cents`` as of ``day``."""
    if cents:
        _book(db, organisation, case_id, KIND_OF_ENTRY[entry_kind], day, cents, at)


def _book(db: Session, organisation: str, case_id: UUID, kind: str, day: date, cents: Cents, at: datetime) -> None:
    if cents:
        db.add(FundEntry(organisation=organisation, case_id=case_id, kind=kind, day=day, booked_at=at, cents=cents))


def _sum(db: Session, case_id: UUID, *kinds: str) -> Cents:
    db.flush()
    query = select(func.coalesce(func.sum(FundEntry.cents), 0))
    return int(db.scalar(query.where(FundEntry.case_id == case_id, FundEntry.kind.in_(kinds))) or 0)
