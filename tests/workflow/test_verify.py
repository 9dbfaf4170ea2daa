"""What ``vakaa verify`` finds: nothing where the books hold, and each thing that has been tampered with."""

from datetime import date

import pytest
from sqlalchemy import text

from lending.loans import payments, reversal, write_off
from lending.loans.verify import GUARDED, derived_again, faults
from tests.workflow.loan_life import a_loan, noon

DAY = date(2026, 4, 20)


@pytest.fixture
def life(db):
    """A loan that has seen something: paid, late, back-dated, reversed, and another that was written off."""
    life, lost = a_loan(db), a_loan(db)
    life.pay_instalments(date(2026, 3, 15))
    life.pay(date(2026, 3, 20), 200_00, booked=DAY)
    wrong = life.pay(DAY, 50_00)
    reversal.reverse_payment(db, life.loan, wrong.id, "wrong-loan", life.staff.payments.actor, noon(DAY))
    write_off.write_off(db, lost.loan, "Died without means.", lost.staff.decider.actor, noon(DAY))
    return life


def found(db):
    db.flush()
    db.expire_all()
    return {fault.code for fault in (*faults(db), *derived_again(db))}


def test_books_that_hold_have_no_fault(db, life):
    assert list(faults(db)) == [] and list(derived_again(db)) == []


TAMPERED = {
    "principal-differs": "UPDATE loan SET principal_balance_cents = principal_balance_cents + 1",
    "interest-differs": "UPDATE loan SET interest_balance_cents = interest_balance_cents + 1",
    "credit-differs": "UPDATE loan SET credit_balance_cents = 5",
    "case-not-as-loan": "UPDATE case_file SET state = 'granted'",
    "closed-and-owed": "UPDATE loan SET state = 'closed'",
    "paid-out-differs": "UPDATE disbursement SET amount_cents = amount_cents + 1",
    "next-step-missing": "UPDATE loan SET next_step_on = NULL",
    "entry-wrong": "UPDATE ledger_entry SET principal_cents = -principal_cents WHERE kind = 'payment'",
    "entry-after-write-off": "UPDATE ledger_entry SET kind = 'write_off' WHERE kind = 'disbursement'",
    "reversal-wrong": "UPDATE ledger_entry SET principal_cents = principal_cents + 1 WHERE kind = 'reversal'",
    "negative-on-day": "UPDATE ledger_entry SET principal_cents = -900000 WHERE kind = 'payment'",
    "balance-negative": "UPDATE ledger_entry SET interest_cents = -900000 WHERE kind = 'payment'",
    "row-wrong": "UPDATE billed_row SET n = n + 70 WHERE n = 2",
    "plan-missing": "UPDATE plan_version SET number = number + 7",
    "plan-wrong": "UPDATE plan_version SET number = number + 7 WHERE number = 2",
    "document-changed": "UPDATE frozen_document SET html = '<p>More</p>'",
    "agreement-changed": "UPDATE agreement SET document_sha256 = 'other'",
    "standing-differs": "UPDATE loan SET open_cents = open_cents + 1",
}


@pytest.mark.parametrize(("code", "statement"), TAMPERED.items())
def test_what_has_been_tampered_with_is_found(db, life, code, statement):
    db.info["tampered"] = True
    for table in GUARDED:
        unguard(db, table)
    db.execute(text(statement))
    assert code in found(db)


def test_an_entry_that_has_been_reversed_twice_is_found(db, life):
    db.info["tampered"] = True
    columns = (
        "loan_id, kind, value_date, booked_on, recorded_at, principal_cents, interest_cents, credit_cents, reverses_id,"
        " actor_kind"
    )
    copy = f"INSERT INTO ledger_entry ({columns}, idempotency_key) SELECT {columns}, 'again' FROM ledger_entry"
    db.execute(text(f"{copy} WHERE kind = 'reversal'"))
    assert "reversed-twice" in found(db)


@pytest.mark.parametrize("table", GUARDED)
def test_a_guard_that_has_been_taken_away_is_found(db, table):
    unguard(db, table)
    assert [fault.facts["table"] for fault in faults(db)] == [table, table]


def unguard(db, table):
    on = f" ON {table}" if db.get_bind().dialect.name == "postgresql" else ""
    for act in ("update", "delete"):
        db.execute(text(f"DROP TRIGGER {table}_no_{act}{on}"))


def test_a_refund_and_a_closed_loan_hold(db):
    life = a_loan(db)
    total = life.on(DAY).payoff.total_cents
    life.pay(DAY, total + 5_00)
    assert found(db) == set()
    payments.record_refund(db, life.loan, DAY, life.staff.payments.actor, noon(DAY))
    assert life.loan.state == "closed" and found(db) == set()
