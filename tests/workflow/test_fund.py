"""The money there is to lend: reserved, granted, paid out and repaid; and never more granted than there is."""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lending.applications.submission import withdraw_application
from lending.basics import migrations
from lending.basics.database import make_sessions
from lending.basics.errors import NotAllowed, Refused
from lending.cases.model import Case
from lending.decisions.decision import Grant, Refusal, confirm_proposal, decide
from lending.decisions.proposal import propose_grant, propose_refusal, return_proposal, withdraw_proposal
from lending.fund import booking
from lending.fund.appropriation import appropriations_of, set_appropriation
from lending.fund.model import Appropriation, FundEntry
from lending.fund.position import caps_now, position
from lending.loans.model import Loan
from lending.loans.payments import Payment, record_payment
from lending.loans.reversal import reverse_payment
from lending.loans.verify import faults
from lending.loans.write_off import write_off
from lending.policy.policies import Policies
from lending.policy.policy import Caps
from tests.builders import a_colleague
from tests.clock import NOW
from tests.workflow.cases_in_work import LATER, InWork, a_case_in_work, a_proposed_grant, assess
from tests.workflow.loan_life import a_loan, noon

TODAY = NOW.date()


def write(decision) -> str:
    return f"<p>{decision.kind} {decision.amount_cents}</p>"


def give(db: Session, cents: int, year: int = 2026, at: datetime = NOW) -> None:
    by = a_colleague(db, "decider").actor
    set_appropriation(db, year, cents, "Aluevaltuusto, talousarvio", date(2025, 12, 12), by, at)


def booked(db: Session, work: InWork) -> list[tuple[str, int]]:
    query = select(FundEntry).where(FundEntry.case_id == work.case.id).order_by(FundEntry.id)
    return [(entry.kind, entry.cents) for entry in db.scalars(query)]


def sums(db: Session, year: int = 2026, today: date = TODAY, organisation: str = "keusote"):
    return position(db, organisation, year, today).sums


def holds(db: Session) -> None:
    assert [fault for fault in faults(db) if fault.code.startswith("fund")] == []


# --- What is booked --------------------------------------------------------------------------------------------------


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


# --- The year's appropriation ----------------------------------------------------------------------------------------


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


# --- No decision passes a cap ----------------------------------------------------------------------------------------


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


# --- Many at once ----------------------------------------------------------------------------------------------------


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


# --- The proof -------------------------------------------------------------------------------------------------------


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


# --- Databases from before the fund ----------------------------------------------------------------------------------


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


def _policy(db: Session):
    return db.info["policies"].for_organisation("keusote", TODAY)


def _cap(db: Session, caps: Caps) -> None:
    """Let the organisation have these caps."""
    db.info["policies"] = Policies([replace(_policy(db), caps=caps)])
