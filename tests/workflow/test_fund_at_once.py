"""Decisions made at the same moment never pass a cap together, and payments never wait for them."""

import threading
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from lending.basics.database import make_sessions
from lending.basics.errors import Refused
from lending.cases.model import Case
from lending.decisions.decision import confirm_proposal
from lending.fund import booking
from lending.loans.model import Loan
from lending.loans.payments import Payment, record_payment
from tests.workflow.cases_in_work import LATER, InWork, a_case_in_work, a_proposed_grant
from tests.workflow.fund_life import give, holds, sums, write
from tests.workflow.loan_life import a_loan, noon


@pytest.fixture
def sessions(engine, resources):
    return make_sessions(engine, **resources)


def two_proposals(db: Session) -> list[InWork]:
    works = [a_case_in_work(db), a_case_in_work(db)]
    for work in works:
        a_proposed_grant(db, work)
    give(db, 5000_00)
    db.commit()
    return works


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("ends", ["commit", "rollback"])
def test_a_decision_waits_for_the_one_before_and_sees_what_it_has_taken(
    db: Session, sessions, first: int, ends: str
) -> None:
    works = two_proposals(db)
    before, after = works[first], works[1 - first]
    outcome: list[str] = []

    def later() -> None:
        try:
            with sessions.begin() as own:
                confirm_proposal(own, own.get_one(Case, after.case.id), write, after.decider, LATER)
            outcome.append("granted")
        except Refused as refused:
            outcome.append(refused.code)

    with sessions() as own:
        confirm_proposal(own, own.get_one(Case, before.case.id), write, before.decider, LATER)
        thread = threading.Thread(target=later)
        thread.start()
        thread.join(timeout=0.5)
        assert thread.is_alive(), "the second decision must wait"
        own.commit() if ends == "commit" else own.rollback()
    thread.join(timeout=60)
    assert outcome == (["fund-appropriation"] if ends == "commit" else ["granted"])
    db.expire_all()
    assert sums(db).granted_cents == 3000_00
    holds(db)


def test_many_decisions_at_once_never_pass_a_cap_together(db: Session, sessions) -> None:
    works = [a_case_in_work(db) for _ in range(6)]
    for work in works:
        a_proposed_grant(db, work)
    give(db, 10_000_00)
    db.commit()
    start, outcomes = threading.Barrier(len(works)), []

    def grant(work: InWork) -> None:
        start.wait()
        try:
            with sessions.begin() as own:
                confirm_proposal(own, own.get_one(Case, work.case.id), write, work.decider, LATER)
            outcomes.append("granted")
        except Refused as refused:
            outcomes.append(refused.code)

    threads = [threading.Thread(target=grant, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert sorted(outcomes) == [*["fund-appropriation"] * 3, *["granted"] * 3]
    db.expire_all()
    assert (sums(db).granted_cents, sums(db).reserved_cents) == (9000_00, 9000_00)
    holds(db)


@pytest.mark.parametrize("dialect", ["postgresql"])
def test_a_payment_never_waits_for_a_decision(db: Session, sessions) -> None:
    life = a_loan(db)
    work = a_case_in_work(db)
    a_proposed_grant(db, work)
    db.commit()
    by = life.staff.payments.actor
    with sessions() as deciding, sessions() as paying:
        confirm_proposal(deciding, deciding.get_one(Case, work.case.id), write, work.decider, LATER)
        paying.execute(text("SET lock_timeout = '2s'"))
        payment = Payment(100_00, date(2026, 2, 10))
        record_payment(paying, paying.get_one(Loan, life.loan.id), payment, by, noon(date(2026, 2, 10)))
        paying.commit()
        deciding.commit()
    holds(db)


def test_the_account_is_held_also_when_nobody_has_held_it_before(db: Session, sessions) -> None:
    with sessions() as one:
        booking.hold(one, "keusote")
        waits = threading.Thread(target=_hold_and_end, args=(sessions,))
        waits.start()
        waits.join(timeout=0.5)
        assert waits.is_alive()
        one.commit()
    waits.join(timeout=60)
    assert not waits.is_alive()


def _hold_and_end(sessions) -> None:
    with sessions.begin() as own:
        booking.hold(own, "keusote")
