"""No decision passes a cap: the year's appropriation, and the caps of the criteria."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from lending.basics.errors import Refused
from lending.decisions.decision import confirm_proposal
from lending.decisions.proposal import propose_grant
from lending.fund.position import caps_now
from lending.loans.write_off import write_off
from lending.policy.policies import Policies
from lending.policy.policy import Caps
from tests.workflow.cases_in_work import LATER, a_case_in_work, a_proposed_grant, assess
from tests.workflow.fund_life import TODAY, give, write
from tests.workflow.loan_life import a_loan, noon


def test_what_the_appropriation_does_not_suffice_for_is_neither_proposed_nor_granted(db: Session) -> None:
    first, second = a_case_in_work(db), a_case_in_work(db)
    a_proposed_grant(db, first)
    a_proposed_grant(db, second)
    give(db, 5000_00)
    assert [cap.left_after_reserved_cents for cap in caps_now(db, _policy(db), TODAY)] == [-1000_00]
    confirm_proposal(db, first.case, write, first.decider, LATER)
    with pytest.raises(Refused) as refused:
        confirm_proposal(db, second.case, write, second.decider, LATER)
    assert refused.value.code == "fund-appropriation"
    assert {name: refused.value.facts[name] for name in ("cap_cents", "used_cents", "left_cents", "wanted_cents")} == {
        "cap_cents": 5000_00,
        "used_cents": 3000_00,
        "left_cents": 2000_00,
        "wanted_cents": 3000_00,
    }
    db.rollback()


def test_what_cannot_be_granted_is_not_proposed(db: Session) -> None:
    give(db, 2000_00)
    work = a_case_in_work(db)
    assess(db, work)
    grant = {"months": 24, "purpose": "debts", "reasons": "Osa riittää.", "by": work.preparer, "at": LATER}
    with pytest.raises(Refused, match="fund-appropriation"):
        propose_grant(db, work.case, amount_cents=2000_01, **grant)
    propose_grant(db, work.case, amount_cents=2000_00, **grant)


@pytest.mark.parametrize(
    ("caps", "code"),
    [
        (Caps(granted_in_year_max_cents=5999_99), "fund-granted-in-year"),
        (Caps(outstanding_max_cents=5999_99), "fund-outstanding"),
        (Caps(capital_cents=5999_99), "fund-capital"),
    ],
)
def test_each_cap_of_the_criteria_counts_loans_granted_and_not_yet_paid_out(db: Session, caps: Caps, code: str) -> None:
    _cap(db, caps)
    first, second = a_case_in_work(db), a_case_in_work(db)
    for work in (first, second):
        a_proposed_grant(db, work)
    confirm_proposal(db, first.case, write, first.decider, LATER)
    with pytest.raises(Refused, match=code):
        confirm_proposal(db, second.case, write, second.decider, LATER)
    db.rollback()


def test_what_has_been_repaid_can_be_lent_again_and_what_was_written_off_is_gone(db: Session) -> None:
    paid, lost = a_loan(db), a_loan(db)
    paid.pay(date(2026, 3, 1), 2000_00)
    write_off(db, lost.loan, "Ei perittävissä.", lost.staff.decider.actor, noon(date(2026, 6, 1)))
    _cap(db, Caps(outstanding_max_cents=6000_00, capital_cents=6000_00))
    outstanding, capital = caps_now(db, _policy(db), TODAY)
    owed = paid.loan.principal_balance_cents
    assert outstanding.left_cents == 6000_00 - owed
    assert capital.left_cents == 6000_00 - owed - 3000_00


def test_a_new_year_has_its_own_money(db: Session) -> None:
    a_loan(db, on=date(2025, 12, 10))
    give(db, 3000_00)
    work = a_case_in_work(db)
    a_proposed_grant(db, work)
    confirm_proposal(db, work.case, write, work.decider, LATER)
    assert caps_now(db, _policy(db), TODAY)[0].left_cents == 0


def _policy(db: Session):
    return db.info["policies"].for_organisation("keusote", TODAY)


def _cap(db: Session, caps: Caps) -> None:
    """Let the organisation have these caps."""
    db.info["policies"] = Policies([replace(_policy(db), caps=caps)])
