"""A loan is paid out as its agreement says, and begins, on both databases."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from lending.basics.errors import Refused
from lending.loans import disbursement
from lending.loans.disbursement import Payee
from lending.loans.model import PlanVersion
from lending.loans.position import position
from tests.workflow.loan_life import START, a_granted_case, a_loan, agree, entries, invariants, noon, some_staff


def test_a_loan_begins_when_it_is_paid_out(db):
    life = a_loan(db)
    assert life.case.state == "running" and life.loan.state == "running"
    assert life.loan.principal_balance_cents == 3000_00
    version = db.scalars(select(PlanVersion)).one()
    assert (version.number, version.reason, version.from_due) == (1, "disbursement", date(2026, 2, 15))
    standing = position(db, life.loan, START)
    assert [row.state for row in standing.rows] == ["planned"] * 24
    assert standing.rows[-1].closing_cents == 0
    assert standing.next_instalment.last_day == date(2026, 2, 15)
    assert life.loan.next_step_on == date(2026, 2, 1)
    invariants(life)


def test_debts_are_paid_straight_to_the_creditors(db):
    payees = [Payee(1800_00, "Luottoyhtiö Oy", "1234"), Payee(1200_00, "Pankki Abp")]
    life = a_loan(db, purpose="debts", payees=payees)
    assert [entry.principal_cents for entry in entries(life, "disbursement")] == [1800_00, 1200_00]
    paid = disbursement.disbursements_of(db, life.loan)
    assert {row.creditor_name for row in paid} == {"Luottoyhtiö Oy", "Pankki Abp"}
    invariants(life)


@pytest.mark.parametrize(
    ("purpose", "payees", "code"),
    [
        ("home", [Payee(2999_99)], "disbursement-not-whole"),
        ("home", [Payee(3000_00, "Pankki Abp")], "payee-wrong"),
        ("home", [Payee(1500_00), Payee(1500_00)], "one-sum-to-borrower"),
        ("debts", [Payee(3000_00)], "payee-wrong"),
        ("debts", [Payee(3100_00, "A"), Payee(-100_00, "B")], "amount-not-positive"),
    ],
)
def test_a_payment_out_that_is_not_the_agreements_is_refused(db, purpose, payees, code):
    staff = some_staff(db)
    case = a_granted_case(db, staff, purpose=purpose)
    agree(db, case, staff)
    with pytest.raises(Refused, match=code):
        disbursement.record_disbursement(db, case, payees, START, staff.payments.actor, noon(START))


def test_money_is_not_recorded_as_paid_before_the_agreement_or_in_the_future(db):
    staff = some_staff(db)
    case = a_granted_case(db, staff)
    agree(db, case, staff)
    for day, code in ((-1, "value-date-before-agreement"), (1, "value-date-in-future")):
        with pytest.raises(Refused, match=code), db.begin_nested():
            disbursement.record_disbursement(
                db, case, [Payee(3000_00)], START + timedelta(days=day), staff.payments.actor, noon(START)
            )
        db.refresh(case)


def test_paid_out_later_than_planned_the_first_due_date_moves(db):
    staff = some_staff(db)
    case = a_granted_case(db, staff)
    agree(db, case, staff)
    day = date(2026, 2, 5)
    loan = disbursement.record_disbursement(db, case, [Payee(3000_00)], day, staff.payments.actor, noon(day))
    rows = position(db, loan, day).rows
    assert (rows[0].due_date, len(rows)) == (date(2026, 3, 15), 24)
