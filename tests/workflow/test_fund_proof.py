"""What is booked of the fund follows from decisions and ledgers, never changes, and can be told again from them."""

from datetime import date

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lending.applications.submission import withdraw_application
from lending.basics import migrations
from lending.decisions.decision import confirm_proposal
from lending.fund.model import Appropriation, FundEntry
from lending.loans.verify import faults
from tests.clock import NOW
from tests.workflow.cases_in_work import LATER, a_case_in_work, a_proposed_grant
from tests.workflow.fund_life import TODAY, give, holds, sums, write
from tests.workflow.loan_life import a_loan


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("repay", "fund-principal-differs"),
        ("disburse", "fund-principal-differs"),
        ("grant", "fund-granted-differs"),
        ("reserve", "fund-reserved-differs"),
    ],
)
def test_the_proof_finds_what_does_not_follow_from_decisions_and_ledgers(db: Session, kind: str, code: str) -> None:
    life = a_loan(db)
    booking_of = {"organisation": "keusote", "case_id": life.case.id, "day": TODAY, "booked_at": NOW}
    db.add(FundEntry(kind=kind, cents=1, **booking_of))
    db.flush()
    found = [fault for fault in faults(db) if fault.code.startswith("fund")]
    assert [(fault.code, fault.case, fault.facts["difference_cents"]) for fault in found] == [
        (code, life.case.number, 1)
    ]
    db.info["tampered"] = True


def test_the_proof_finds_what_was_booked_to_another_organisation(db: Session) -> None:
    life = a_loan(db)
    for cents in (1, -1):
        db.add(
            FundEntry(organisation="kemi", case_id=life.case.id, day=TODAY, booked_at=NOW, kind="repay", cents=cents)
        )
    db.flush()
    assert [fault.code for fault in faults(db)] == ["fund-elsewhere", "fund-elsewhere"]
    db.info["tampered"] = True


def test_entries_and_appropriations_never_change(db: Session) -> None:
    a_loan(db)
    give(db, 1)
    for table in (FundEntry.__table__, Appropriation.__table__):
        for statement in (table.update().values(id=table.c.id), table.delete()):
            with pytest.raises(DBAPIError, match="append-only"), db.begin_nested():
                db.execute(statement)


def test_a_database_from_before_the_fund_gets_what_would_have_been_booked(db: Session, engine) -> None:
    life = a_loan(db)
    life.pay_instalments(date(2026, 4, 15))
    life.pay(date(2026, 5, 2), 500_00)
    waiting, granted, given_up, refused = (a_case_in_work(db) for _ in range(4))
    for work in (waiting, granted, given_up, refused):
        a_proposed_grant(db, work)
    for work in (granted, given_up):
        confirm_proposal(db, work.case, write, work.decider, LATER)
    withdraw_application(db, given_up.case, given_up.citizen.actor, LATER)
    withdraw_application(db, refused.case, refused.citizen.actor, LATER)
    before = sums(db)
    assert before.reserved_cents == before.undisbursed_cents == 3000_00
    db.commit()
    migrations.downgrade(engine, "0001")
    migrations.upgrade(engine)
    assert sums(db) == before
    holds(db)
