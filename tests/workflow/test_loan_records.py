"""Who finds a loan, what a look at it costs, and what of it the database lets nobody change, on both databases."""

from datetime import date

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from lending.basics.errors import NotAllowed, NotFound
from lending.loans.model import LedgerEntry
from lending.loans.position import own_loan, own_loans, position, staff_loan
from tests.builders import a_citizen, a_colleague
from tests.statements import statements_of
from tests.workflow.loan_life import a_loan


def test_a_loan_is_its_borrowers_and_its_units_alone(db):
    life = a_loan(db)
    assert own_loan(db, life.loan.id, life.borrower.actor) is life.loan
    assert own_loans(db, life.borrower.actor) == [life.loan]
    with pytest.raises(NotFound):
        own_loan(db, life.loan.id, a_citizen(db).actor)
    assert staff_loan(db, life.loan.id, life.staff.preparer.actor) is life.loan
    with pytest.raises(NotFound):
        staff_loan(db, life.loan.id, a_colleague(db, "decider", unit="team-2").actor)
    with pytest.raises(NotAllowed):
        staff_loan(db, life.loan.id, a_colleague(db, "auditor").actor)


def test_a_position_takes_the_same_few_queries_however_long_the_history(db):
    counts = []
    for until in (date(2026, 2, 28), date(2026, 12, 31)):
        life = a_loan(db)
        life.pay_instalments(until)
        db.expire_all()
        loan = own_loans(db, life.borrower.actor)[0]
        with statements_of(db) as sent:
            position(db, loan, until)
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 5


@pytest.mark.parametrize("table", ["ledger_entry", "billed_row", "plan_version", "disbursement"])
def test_the_database_itself_refuses_to_change_what_has_been_booked(db, table):
    life = a_loan(db)
    life.on(date(2026, 2, 15))
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET loan_id = loan_id"):
        with pytest.raises(DBAPIError, match="append-only"), db.begin_nested():
            db.execute(text(statement))


def test_the_database_knows_no_kind_of_entry_for_a_fee(db):
    life = a_loan(db)
    with pytest.raises(DBAPIError), db.begin_nested():
        db.execute(update(LedgerEntry).where(LedgerEntry.loan_id == life.loan.id).values(kind="late_interest"))
