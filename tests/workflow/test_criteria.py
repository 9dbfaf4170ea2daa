"""The criteria of each organisation at work: what data settles, what stops a grant and by which clause."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from lending.applications import co_borrowers
from lending.applications.co_borrowers import Spouse
from lending.applications.sections import DebtAnswer
from lending.assessment import grounds, worksheet
from lending.basics.errors import NotAllowed, Refused
from lending.cases import casework
from lending.decisions import decision, proposal
from lending.fund import booking as fund
from lending.loans import agreements
from lending.loans.agreements import Offer
from lending.loans.position import position
from lending.people import citizens
from tests.builders import a_citizen
from tests.clock import NOW
from tests.workflow import applying
from tests.workflow.desk import LATER, Desk, a_desk
from tests.workflow.loan_life import render

EVERY_DEBT = tuple(replace(debt, to_be_arranged=True) for debt in applying.DEBTS)


@pytest.fixture
def kemi(db: Session) -> Desk:
    return a_desk(db, "kemi")


@pytest.fixture
def savo(db: Session) -> Desk:
    return a_desk(db, "pohjois-savo")


# --- Limits of one loan and of one client ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("organisation", "amount_cents", "months", "code", "clause"),
    [
        ("kemi", 5000_01, 60, "amount-outside-limits", "kemi-2016:4a"),
        ("kemi", 5000_00, 61, "term-outside-limits", "kemi-2016:5a"),
        ("pohjois-savo", 8000_01, 84, "amount-outside-limits", "pohjois-savo-plan:b"),
        ("pohjois-savo", 8000_00, 85, "term-outside-limits", "pohjois-savo-plan:b"),
        # What the criteria leave open rests on no clause of theirs.
        ("kemi", 100_00, 11, "instalment-below-minimum", None),
    ],
)
def test_a_grant_past_a_limit_is_refused_by_its_clause(
    db: Session, organisation: str, amount_cents: int, months: int, code: str, clause: str | None
) -> None:
    desk = a_desk(db, organisation)
    case = desk.assessed(desk.sent())
    with pytest.raises(Refused, match=code) as refused:
        desk.propose(case, amount_cents=amount_cents, months=months)
    assert refused.value.facts["clause"] == clause


@pytest.mark.parametrize(
    ("organisation", "first", "left", "clause"),
    [("kemi", 3000_00, 2000_00, "kemi-2016:4a"), ("pohjois-savo", 6500_00, 1500_00, "pohjois-savo-plan:b")],
)
def test_the_loans_of_a_client_are_added_up(db: Session, organisation: str, first: int, left: int, clause: str) -> None:
    desk = a_desk(db, organisation)
    desk.granted(desk.sent(), amount_cents=first, months=60)
    case = desk.assessed(desk.sent())
    with pytest.raises(Refused, match="client-limit-passed") as refused:
        desk.propose(case, amount_cents=left + 1)
    facts = refused.value.facts
    assert (facts["granted_cents"], facts["left_cents"], facts["clause"]) == (first, left, clause)
    desk.propose(case, amount_cents=left)
    decision.confirm_proposal(db, case, lambda made: "<p></p>", desk.decider, LATER)
    assert case.state == "granted"


@pytest.mark.parametrize("who_asks_next", ["applicant", "spouse"])
def test_a_loan_of_spouses_counts_for_them_both(db: Session, kemi: Desk, who_asks_next: str) -> None:
    spouse = a_citizen(db, municipality="240")
    together = kemi.sent()
    named = Spouse("Eeva", "Virtanen", citizens.hetu_of(db, spouse), share_permille=500)
    invited = co_borrowers.invite(db, together, named, kemi.citizen.actor, NOW)
    co_borrowers.accept_invitation(db, invited.id, "fi", spouse.actor, NOW)
    kemi.granted(together, amount_cents=4000_00, months=60)
    case = kemi.assessed(kemi.sent(citizen={"applicant": kemi.citizen, "spouse": spouse}[who_asks_next]))
    with pytest.raises(Refused, match="client-limit-passed") as refused:
        kemi.propose(case, amount_cents=1000_01)
    assert refused.value.facts["left_cents"] == 1000_00


def test_a_loan_that_ended_and_another_clients_loan_do_not_count(db: Session, kemi: Desk) -> None:
    ended = kemi.sent()
    kemi.granted(ended, amount_cents=4000_00, months=60)
    neighbour = kemi.sent(citizen=a_citizen(db, municipality="240"))
    kemi.granted(neighbour, amount_cents=5000_00, months=60)
    ended.state = "closed"
    kemi.granted(kemi.sent(), amount_cents=5000_00, months=60)


def test_the_sum_of_a_client_is_checked_again_when_the_decision_is_made(db: Session, kemi: Desk) -> None:
    first, second = kemi.sent(), None
    kemi.propose(kemi.assessed(first), amount_cents=3000_00, months=60)
    second = kemi.sent()
    kemi.propose(kemi.assessed(second), amount_cents=3000_00, months=60)
    decision.confirm_proposal(db, first, lambda made: "<p></p>", kemi.decider, LATER)
    with pytest.raises(Refused, match="client-limit-passed"):
        decision.confirm_proposal(db, second, lambda made: "<p></p>", kemi.decider, LATER)


# --- Money there is to lend ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("organisation", "granted", "code", "clause"),
    [
        ("kemi", 138_000_00, "fund-granted-in-year", "kemi-2016:4b"),
        ("pohjois-savo", 498_000_00, "fund-capital", "pohjois-savo-plan:b"),
    ],
)
def test_a_grant_past_a_cap_is_refused_by_its_clause(
    db: Session, organisation: str, granted: int, code: str, clause: str
) -> None:
    desk = a_desk(db, organisation)
    other = desk.sent(citizen=a_citizen(db, municipality=None))
    fund.grant(db, organisation, other.id, granted, NOW)
    case = desk.assessed(desk.sent())
    with pytest.raises(Refused, match=code) as refused:
        desk.propose(case, amount_cents=2000_01, months=36)
    assert (refused.value.facts["left_cents"], refused.value.facts["clause"]) == (2000_00, clause)
    desk.propose(case, amount_cents=2000_00, months=36)


# --- Interest --------------------------------------------------------------------------------------------------------


def test_a_loan_of_kemi_is_interest_free_from_the_offer_to_the_last_row(db: Session, kemi: Desk) -> None:
    case = kemi.sent()
    kemi.granted(case, amount_cents=3000_00, months=36)
    offered, plan = agreements.preview_offer(db, case, Offer("15"), LATER)
    assert offered.rate_percent == 0
    assert {row.interest_cents for row in plan.rows} == {0}
    agreement = kemi.agreed(case)
    assert agreement.rate_percent == 0
    loan = kemi.lent(case)
    rows = position(db, loan, agreement.last_due_on).rows
    assert sum(row.interest_cents for row in rows) == 0
    assert sum(row.principal_cents for row in rows) == 3000_00


def test_no_official_can_offer_a_rate_where_the_criteria_allow_none(db: Session, kemi: Desk) -> None:
    case = kemi.sent()
    kemi.granted(case)
    with pytest.raises(Refused, match="interest-free") as refused:
        offer = Offer("15", percent=Decimal("0.5"))
        agreements.offer_agreement(db, case, offer, render, kemi.preparer, LATER)
    assert refused.value.facts["clause"] == "kemi-2016:6.5a"


@pytest.mark.parametrize("organisation", ["keusote", "pohjois-savo"])
def test_no_rate_is_above_the_reference_rate(db: Session, organisation: str) -> None:
    desk = a_desk(db, organisation)
    case = desk.sent()
    desk.granted(case)
    with pytest.raises(Refused, match="rate-above-reference"):
        offer = Offer("15", percent=Decimal("20"))
        agreements.offer_agreement(db, case, offer, render, desk.preparer, LATER)


# --- What data says of each clause -----------------------------------------------------------------------------------


def test_kemi_reckons_by_the_norm_of_social_assistance_and_after_the_arrangement(db: Session, kemi: Desk) -> None:
    case = kemi.sent()
    casework.take_case(db, case, kemi.preparer, LATER)
    sheet = kemi.worksheet(case)
    assert sheet.norm == "social_assistance"
    capacity = worksheet.capacity_on(sheet)
    # The two debts that the loan would pay off cost 155 € a month; the student loan stays.
    assert capacity.after_cents - capacity.before_cents == 95_00 + 60_00
    found = kemi.findings(case)
    assert found["3a"].facts["capacity"]["after_cents"] == capacity.after_cents


def test_data_settles_what_it_can_of_the_obstacles_of_kemi(db: Session, kemi: Desk) -> None:
    household = replace(applying.HOUSEHOLD, in_debt_adjustment=True)
    case = kemi.sent(household=household, purpose=replace(applying.PURPOSE, purpose="home", amount_cents=500_00))
    casework.take_case(db, case, kemi.preparer, LATER)
    kemi.worksheet(case)
    found = {clause: each.result for clause, each in kemi.findings(case).items()}
    assert {clause: found[clause] for clause in ("2a", "2b", "3a", "3g", "4a", "5a")} == {
        "2a": "met",
        "2b": "met",
        "3a": "met",
        "3g": "not_met",
        "4a": "met",
        "5a": "met",
    }
    # Judgment is a person's, whatever data says.
    for clause in ("2c", "3b", "3d", "3e", "3h", "6.2c"):
        assert found[clause] == "needs_judgment", clause


def test_what_could_be_saved_speaks_against_a_loan_of_kemi(db: Session, kemi: Desk) -> None:
    asked = replace(applying.PURPOSE, purpose="home", amount_cents=200_00, months=12)
    case = kemi.sent(purpose=asked, debts=())
    casework.take_case(db, case, kemi.preparer, LATER)
    kemi.worksheet(case)
    finding = kemi.findings(case)["3c"]
    assert finding.result == "not_met"
    assert finding.facts["could-be-saved"]["saving_months"] == 1


@pytest.mark.parametrize(("organisation", "clause"), [("kemi", "3f"), ("pohjois-savo", "j")])
def test_debts_that_would_be_left_unarranged_are_a_persons_to_weigh(
    db: Session, organisation: str, clause: str
) -> None:
    desk = a_desk(db, organisation)
    case = desk.sent()
    casework.take_case(db, case, desk.preparer, LATER)
    found = desk.findings(case)[clause]
    assert found.result == "needs_judgment"
    assert [debt["creditor"] for debt in found.facts["unarranged-debts"]["debts"]] == ["Opintolaina"]
    whole = desk.sent(citizen=a_citizen(db, municipality=None), debts=EVERY_DEBT)
    casework.take_case(db, whole, desk.preparer, LATER)
    assert desk.findings(whole)[clause].result == "met"


@pytest.mark.parametrize(
    ("told", "result"),
    [
        ({}, "met"),
        ({"entrepreneur": True}, "needs_judgment"),
        ({"in_debt_adjustment": True}, "not_met"),
        ({"entrepreneur": True, "in_debt_adjustment": True}, "not_met"),
    ],
)
def test_pohjois_savo_lends_neither_for_business_nor_during_debt_adjustment(
    db: Session, savo: Desk, told: dict[str, bool], result: str
) -> None:
    case = savo.sent(household=replace(applying.HOUSEHOLD, credit_ban=True, **told))
    casework.take_case(db, case, savo.preparer, LATER)
    found = savo.findings(case)["i"]
    assert found.result == result
    assert set(found.facts) == {"business", "debt-adjustment"}


@pytest.mark.parametrize("told", [True, False])
def test_without_a_credit_ban_no_loan_of_pohjois_savo_is_proposed_before_a_person_has_judged(
    db: Session, savo: Desk, told: bool
) -> None:
    case = savo.sent(household=replace(applying.HOUSEHOLD, credit_ban=told))
    casework.take_case(db, case, savo.preparer, LATER)
    savo.worksheet(case)
    found = savo.findings(case)
    assert found["k"].result == ("met" if told else "needs_judgment")
    others = [clause for clause in grounds.open_clauses(found.values()) if clause != "k"]
    grounds.judge_several(db, case, [(clause, "met", "Selvitetty.") for clause in others], savo.preparer, LATER)
    if told:
        savo.propose(case)
    else:
        with pytest.raises(Refused, match="grounds-not-judged") as refused:
            savo.propose(case)
        assert refused.value.facts["clauses"] == ["pohjois-savo-plan:k"]


def test_capacity_wealth_purpose_and_papers_are_checked_in_pohjois_savo(db: Session, savo: Desk) -> None:
    case = savo.sent(household=replace(applying.HOUSEHOLD, children=(), credit_ban=True))
    casework.take_case(db, case, savo.preparer, LATER)
    assert savo.findings(case)["e"].result == "not_known"
    savo.worksheet(case)
    found = savo.findings(case)
    assert found["e"].result == "met"
    poorer = savo.sent(citizen=a_citizen(db, municipality=None))
    casework.take_case(db, poorer, savo.preparer, LATER)
    savo.worksheet(poorer)
    assert savo.findings(poorer)["e"].result == "not_met"
    # 320 € in the bank.
    assert (found["g"].result, found["g"].facts["realisable-assets"]["realisable_cents"]) == ("needs_judgment", 320_00)
    assert found["l"].result == "met"
    assert set(found["l"].facts) == {"purpose-described", "attachments"}
    assert (found["b"].result, set(found["b"].facts)) == ("met", {"amount", "term"})
    # An applicant without social assistance raises no question of it.
    assert found["f"].result == "met"
    assert found["h"].result == found["m"].result == "needs_judgment"


def test_an_application_that_does_not_say_what_it_is_for_is_not_sent(db: Session, savo: Desk) -> None:
    case = savo.draft()
    with pytest.raises(Refused):
        applying.told(db, case, purpose=replace(applying.PURPOSE, purpose="housing"))


# --- Who does what ---------------------------------------------------------------------------------------------------


def test_in_kemi_the_counsellor_prepares_and_the_social_worker_decides(db: Session, kemi: Desk) -> None:
    case = kemi.assessed(kemi.sent())
    with pytest.raises(NotAllowed):
        proposal.propose_grant(
            db, case, amount_cents=1000_00, months=12, purpose="debts", reasons="x", by=kemi.decider, at=LATER
        )
    kemi.propose(case)
    with pytest.raises(NotAllowed):
        decision.confirm_proposal(db, case, lambda made: "<p></p>", kemi.preparer, LATER)
    made = decision.confirm_proposal(db, case, lambda made: "<p></p>", kemi.decider, LATER)
    assert (made.purpose, made.amount_cents) == ("debts", 3000_00)


def test_a_debt_of_any_kind_may_be_told_where_the_criteria_forbid_none(db: Session, kemi: Desk) -> None:
    """Kemi has no rule on vehicles or private debts: nothing is checked that its criteria do not say."""
    car = DebtAnswer("Autotalo", "vehicle_loan", 2000_00, 90_00, "late", True)
    case = kemi.sent(debts=(car,))
    casework.take_case(db, case, kemi.preparer, LATER)
    assert all(found.result in ("met", "needs_judgment", "not_known") for found in kemi.findings(case).values())
