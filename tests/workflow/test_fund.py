"""The money there is to lend: given for a year, reserved, granted, paid out and repaid."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from lending.applications.submission import withdraw_application
from lending.basics.errors import NotAllowed, Refused
from lending.decisions.decision import Grant, Refusal, confirm_proposal, decide
from lending.decisions.proposal import propose_refusal, return_proposal, withdraw_proposal
from lending.fund.appropriation import appropriations_of, set_appropriation
from lending.fund.position import position
from lending.loans.reversal import reverse_payment
from lending.loans.write_off import write_off
from tests.builders import a_colleague
from tests.clock import NOW
from tests.workflow.cases_in_work import LATER, a_case_in_work, a_proposed_grant
from tests.workflow.fund_life import TODAY, booked, give, holds, sums, write
from tests.workflow.loan_life import a_loan, noon


def test_a_proposal_reserves_and_a_decision_grants(db: Session) -> None:
    work = a_case_in_work(db)
    a_proposed_grant(db, work)
    assert (sums(db).reserved_cents, sums(db).granted_cents) == (3000_00, 0)
    holds(db)
    confirm_proposal(db, work.case, write, work.decider, LATER)
    assert booked(db, work) == [("reserve", 3000_00), ("release", -3000_00), ("grant", 3000_00)]
    stands = sums(db)
    assert (stands.reserved_cents, stands.granted_cents, stands.undisbursed_cents) == (0, 3000_00, 3000_00)
    holds(db)


def test_a_grant_of_less_than_was_proposed_releases_what_was_reserved(db: Session) -> None:
    work = a_case_in_work(db)
    a_proposed_grant(db, work)
    decide(db, work.case, Grant(1000_00, 24, "debts", reasons="Vähempi riittää."), write, work.decider, LATER)
    assert booked(db, work) == [("reserve", 3000_00), ("release", -3000_00), ("grant", 1000_00)]
    holds(db)


@pytest.mark.parametrize("ending", ["withdrawn", "returned", "refused", "given up"])
def test_a_proposal_that_ends_otherwise_releases_what_it_reserved(db: Session, ending: str) -> None:
    work = a_case_in_work(db)
    a_proposed_grant(db, work)
    if ending == "withdrawn":
        withdraw_proposal(db, work.case, work.preparer, LATER)
    elif ending == "returned":
        return_proposal(db, work.case, "Tulot puuttuvat.", work.decider, LATER)
    elif ending == "given up":
        withdraw_application(db, work.case, work.citizen.actor, LATER)
    else:
        decide(db, work.case, Refusal(["4.5b"], "Maksuvara ei riitä."), write, work.decider, LATER)
    assert booked(db, work) == [("reserve", 3000_00), ("release", -3000_00)]
    holds(db)


def test_a_proposal_to_refuse_reserves_nothing(db: Session) -> None:
    work = a_case_in_work(db)
    propose_refusal(db, work.case, clauses=["4.5b"], reasons="Maksuvara ei riitä.", by=work.preparer, at=LATER)
    assert booked(db, work) == []


def test_a_granted_loan_that_is_given_up_is_free_again_in_the_year_it_was_granted(db: Session) -> None:
    december = datetime(2026, 12, 30, 9, tzinfo=UTC)
    work = a_case_in_work(db)
    a_proposed_grant(db, work)
    confirm_proposal(db, work.case, write, work.decider, december)
    withdraw_application(db, work.case, work.citizen.actor, datetime(2027, 1, 4, 9, tzinfo=UTC))
    assert booked(db, work)[2:] == [("grant", 3000_00), ("withdraw_grant", -3000_00)]
    assert sums(db, 2026, date(2027, 1, 5)).granted_cents == 0
    assert sums(db, 2027, date(2027, 1, 5)).granted_cents == 0
    assert sums(db, 2027, date(2027, 1, 5)).undisbursed_cents == 0
    holds(db)


def test_the_principal_of_a_loan_through_its_life(db: Session) -> None:
    life = a_loan(db)
    assert (sums(db).outstanding_cents, sums(db).undisbursed_cents) == (3000_00, 0)
    life.pay_instalments(date(2026, 4, 15))
    paid = 3000_00 - life.loan.principal_balance_cents
    assert paid > 0
    assert (sums(db).repaid_cents, sums(db).outstanding_cents) == (paid, 3000_00 - paid)
    entry = life.pay(date(2026, 5, 2), 500_00)
    reverse_payment(db, life.loan, entry.id, "wrong-loan", life.staff.payments.actor, noon(date(2026, 5, 4)))
    assert sums(db).repaid_cents == paid
    life.pay(date(2026, 3, 1), 100_00, booked=date(2026, 5, 5))
    assert sums(db).outstanding_cents == life.loan.principal_balance_cents
    left = life.loan.principal_balance_cents
    write_off(db, life.loan, "Ei perittävissä.", life.staff.decider.actor, noon(date(2026, 6, 1)))
    assert (sums(db).outstanding_cents, sums(db).lost_cents) == (0, left)
    holds(db)


def test_another_organisations_money_is_another_account(db: Session) -> None:
    work = a_case_in_work(db)
    a_proposed_grant(db, work)
    give(db, 5000_00)
    assert sums(db, organisation="kemi").reserved_cents == 0
    assert appropriations_of(db, "kemi", 2026) == []


def test_months_add_up_to_the_year(db: Session) -> None:
    for day in (date(2026, 1, 10), date(2026, 1, 20), date(2026, 5, 10)):
        a_loan(db, on=day)
    a_loan(db, on=date(2025, 12, 10))
    stands = position(db, "keusote", 2026, TODAY)
    assert [month.granted_cents for month in stands.months][:5] == [6000_00, 0, 0, 0, 3000_00]
    assert stands.months[-1].so_far_cents == stands.sums.granted_cents == 9000_00
    assert position(db, "keusote", 2025, TODAY).sums.granted_cents == 3000_00
    assert position(db, "keusote", 2025, TODAY).sums.outstanding_cents == 3000_00


def test_the_newest_appropriation_counts_and_the_earlier_ones_are_history(db: Session) -> None:
    give(db, 5000_00)
    give(db, 8000_00)
    stands = position(db, "keusote", 2026, TODAY)
    assert [each.amount_cents for each in stands.appropriations] == [8000_00, 5000_00]
    assert [(cap.kind, cap.cap_cents) for cap in stands.caps] == [("appropriation", 8000_00)]
    assert stands.outlook is not None and stands.outlook.state == "lasts"
    assert position(db, "keusote", 2027, TODAY).outlook is None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"year": 2015}, "appropriation-year"),
        ({"year": 2029}, "appropriation-year"),
        ({"amount_cents": -1}, "amount-negative"),
        ({"source": " "}, "appropriation-source-missing"),
        ({"decided_on": date(2026, 9, 2)}, "decided-in-future"),
    ],
)
def test_what_no_appropriation_can_be_is_refused(db: Session, change: dict, code: str) -> None:
    row = {"year": 2026, "amount_cents": 1, "source": "Aluevaltuusto", "decided_on": date(2026, 1, 1)} | change
    with pytest.raises(Refused, match=code):
        set_appropriation(db, **row, by=a_colleague(db, "decider").actor, at=NOW)


def test_only_those_with_the_right_set_it(db: Session) -> None:
    with pytest.raises(NotAllowed):
        set_appropriation(db, 2026, 1, "x", date(2026, 1, 1), a_colleague(db, "preparer").actor, NOW)
