"""Rows are billed and interest charged on their days, whenever the daily run comes, on both databases."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from lending.basics.errors import Refused
from lending.cases.model import Notice
from lending.loans import billing
from lending.loans.model import BilledRow
from lending.loans.position import position
from tests.workflow.loan_life import START, a_loan, entries, invariants, noon


def test_a_row_is_billed_fourteen_days_before_it_is_due_and_charged_on_the_due_date(db):
    life = a_loan(db)
    assert billing.bring_up_to(db, life.loan, date(2026, 1, 31), noon(date(2026, 1, 31))) == []
    (row,) = billing.bring_up_to(db, life.loan, date(2026, 2, 1), noon(date(2026, 2, 1)))
    assert (row.n, row.due_date, row.interest_cents) == (1, date(2026, 2, 15), 740)
    assert entries(life, "interest_charge") == []
    assert billing.bring_up_to(db, life.loan, date(2026, 2, 15), noon(date(2026, 2, 15))) == []
    (charge,) = entries(life, "interest_charge")
    assert (charge.interest_cents, charge.value_date, charge.period_from) == (740, date(2026, 2, 15), START)
    invariants(life)


def test_a_daily_run_that_comes_late_leaves_the_same_ledger(db):
    on_time, late = a_loan(db), a_loan(db)
    day, end = START, date(2026, 8, 20)
    while day <= end:
        billing.bring_up_to(db, on_time.loan, day, noon(day))
        day += timedelta(days=1)
    billing.bring_up_to(db, late.loan, end, noon(end))
    for life in (on_time, late):
        invariants(life)
    same = [
        [
            (row.n, row.due_date, row.billed_on, row.instalment_cents, row.interest_cents)
            for row in position(db, life.loan, end).book.rows
        ]
        for life in (on_time, late)
    ]
    assert same[0] == same[1]
    assert [(e.kind, e.value_date, e.interest_cents) for e in entries(on_time)] == [
        (e.kind, e.value_date, e.interest_cents) for e in entries(late)
    ]


def test_the_daily_run_brings_up_every_loan_once(db):
    lives = [a_loan(db) for _ in range(3)]
    day = date(2026, 2, 1)
    run = billing.bring_all_up_to(db, day, noon(day))
    assert (run.loans, run.billed, run.refused) == (3, 3, ())
    again = billing.bring_all_up_to(db, day, noon(day))
    assert (again.loans, again.billed) == (0, 0)
    assert len(db.scalars(select(Notice).where(Notice.kind == "instalment-billed")).all()) == len(lives)


def test_a_rate_that_is_not_known_stops_its_loan_and_no_other(db):
    life = a_loan(db)
    db.info["figures"] = type(db.info["figures"])(
        rates=[row for row in db.info["figures"].rates if row.valid_from < date(2026, 7, 1)],
        debt_adjustment=(),
        social_assistance=(),
        pension_index=(),
        allow_unconfirmed=True,
    )
    day = date(2026, 7, 2)
    run = billing.bring_all_up_to(db, day, noon(day))
    assert run.refused == ((life.loan.id, "figure-missing"),)
    assert db.scalars(select(BilledRow)).all() == []


def test_the_plan_follows_a_new_reference_rate_from_the_first_row_not_yet_billed(db):
    life = a_loan(db, on=date(2025, 6, 2), due_day="last")
    life.pay_instalments(date(2025, 6, 30))
    before = life.on(date(2025, 6, 30))
    after = life.on(date(2025, 7, 2))
    assert [version.reason for version in after.versions] == ["disbursement", "reference-rate"]
    assert after.versions[1].from_due == date(2025, 7, 31)
    assert after.instalment_cents < before.instalment_cents
    assert len(after.rows) == len(before.rows) == 24
    assert len(life.on(date(2025, 7, 3)).versions) == 2
    charged = life.on(date(2025, 7, 31))
    line = next(line for line in charged.lines if line.value_date == date(2025, 7, 31))
    assert [segment["percent"] for segment in line.facts["segments"]] == [Decimal("3.5"), Decimal("2.5")]
    assert [segment["days"] for segment in line.facts["segments"]] == [1, 30]
    invariants(life)


def test_a_payment_is_recorded_even_where_the_rate_of_the_day_is_not_known_yet(db):
    life = a_loan(db)
    day = date(2027, 1, 20)
    life.on(date(2026, 12, 31))
    with pytest.raises(Refused, match="figure-missing"):
        billing.bring_up_to(db, life.loan, day, noon(day))
    life.pay(day, 100_00)
    assert life.loan.interest_balance_cents >= 0
    invariants(life)
