"""What data says of each clause: the application stands the rule, does not, or a person must judge."""

from dataclasses import replace

import pytest

from lending.applications.model import Application
from lending.assessment.capacity import Capacity
from lending.assessment.checks import StayingDebt, arranges_debts, check, check_all
from lending.assessment.grounds import assessed_clauses
from tests.rules.gathering import POLICY, a_debt, an_application, gathered, money


def result(name: str, application: Application | None = None, left: int | None = 150_00, **other: object) -> str:
    return check(name, gathered(application, left, **other))[0]


@pytest.mark.parametrize(("in_area", "expected"), [(True, "met"), (False, "not_met"), (None, "not_known")])
def test_the_home_municipality_must_be_served_here(in_area: bool | None, expected: str) -> None:
    found, facts = check("home-municipality", gathered(in_area=in_area))
    assert found == expected
    assert set(facts) <= {"in_area"}, "facts must not name the municipality: it may be protected"


@pytest.mark.parametrize(
    ("cents", "expected"),
    [(200_00, "met"), (10_000_00, "met"), (199_99, "not_met"), (10_000_01, "not_met"), (None, "not_known")],
)
def test_the_amount_must_be_within_the_limits(cents: int | None, expected: str) -> None:
    assert result("amount", an_application(amount_cents=cents)) == expected


@pytest.mark.parametrize(("months", "expected"), [(96, "met"), (97, "not_met"), (None, "not_known")])
def test_the_term_must_be_within_the_limit(months: int | None, expected: str) -> None:
    assert result("term", an_application(months=months)) == expected


@pytest.mark.parametrize(
    ("cents", "months", "expected"),
    [
        (200_00, 10, "met"),  # 20.00 without any interest
        (1900_00, 96, "needs_judgment"),  # 19.79 without interest, more than 20 with it
        (1000_00, 96, "not_met"),  # 10.42
    ],
)
def test_the_instalment_must_reach_the_minimum(cents: int, months: int, expected: str) -> None:
    assert result("instalment", an_application(amount_cents=cents, months=months)) == expected


def test_an_instalment_that_can_just_be_the_minimum_is_for_a_person_to_judge() -> None:
    small = gathered(an_application(amount_cents=1900_00, months=96))
    highest = check("instalment", small)[1]["to_cents"]
    assert check("instalment", replace(small, policy=replace(POLICY, instalment_min_cents=highest)))[0] == (
        "needs_judgment"
    )
    assert check("instalment", replace(small, policy=replace(POLICY, instalment_min_cents=highest + 1)))[0] == "not_met"


@pytest.mark.parametrize(
    ("left", "expected"),
    [(92_71, "met"), (92_70, "needs_judgment"), (83_34, "needs_judgment"), (83_33, "not_met"), (None, "not_known")],
)
def test_the_capacity_must_carry_the_instalment(left: int | None, expected: str) -> None:
    assert result("capacity", left=left) == expected


def test_without_a_confirmed_rate_the_capacity_is_not_known() -> None:
    assert result("capacity", percent=None) == "not_known"


def test_a_regular_income_is_for_a_person_to_judge_and_none_at_all_is_not_enough() -> None:
    assert result("regular-income", an_application(lines=[money("income", "pension", 1500)])) == "needs_judgment"
    assert result("regular-income", an_application(lines=[money("income", "social_assistance", 500)])) == "not_met"
    assert result("regular-income", an_application(lines=[])) == "not_met"


def test_the_purpose_must_be_one_of_the_criteria_and_told_in_words() -> None:
    assert result("purpose-allowed") == "met"
    assert result("purpose-allowed", an_application(purpose="holiday")) == "not_met"
    assert result("purpose-described") == "met"
    assert result("purpose-described", an_application(how_it_helps="")) == "not_met"


def test_attachments_are_required_by_situation() -> None:
    some = frozenset({"income", "expenses"})
    expected = ("not_met", {"missing": ["tax-return", "bank-statements"]})
    assert check("attachments", gathered(an_application(), attached=some)) == expected
    richer = an_application(owns_property=True, entrepreneur=True, debts=[a_debt()])
    found = check("attachments", gathered(richer, attached=some | {"tax-return", "bank-statements"}))[1]
    assert found["missing"][:3] == ["debts", "property-tax", "trade-register"]
    assert result("attachments", richer) == "met"


def test_only_the_home_lived_in_does_not_count_as_wealth() -> None:
    assert result("realisable-assets", an_application(lines=[money("assets", "own_home", 90_000)])) == "met"
    wealthy = an_application(lines=[money("assets", "own_home", 90_000), money("assets", "securities", 4000)])
    assert check("realisable-assets", gathered(wealthy)) == ("needs_judgment", {"realisable_cents": 4000_00})


@pytest.mark.parametrize(
    ("left", "expected"),
    [(250_00, "needs_judgment"), (249_99, "met"), (-10_00, "met"), (None, "not_known")],
)
def test_what_could_be_saved_in_a_year_is_a_fact_for_the_judgment(left: int | None, expected: str) -> None:
    assert result("could-be-saved", left=left) == expected


def test_nobody_is_told_to_save_for_debts_that_are_arranged() -> None:
    arranging = an_application(purpose="debts", debts=[a_debt()])
    assert check("could-be-saved", gathered(arranging, left=900_00)) == ("met", {"arranges_debts": True})


@pytest.mark.parametrize(
    ("purpose", "arranged", "arranges"),
    [("debts", False, True), ("home", True, True), ("home", False, False), ("holiday", False, False)],
)
def test_debts_are_arranged_by_the_purpose_or_by_the_debts_marked_so(
    purpose: str, arranged: bool, arranges: bool
) -> None:
    assert arranges_debts(POLICY, an_application(purpose=purpose, debts=[a_debt(arranged=arranged)])) == arranges


def test_before_a_purpose_is_told_only_the_debts_marked_say_whether_they_are_arranged() -> None:
    assert not arranges_debts(POLICY, an_application(purpose=None))
    assert arranges_debts(POLICY, an_application(purpose=None, debts=[a_debt()]))


@pytest.mark.parametrize(
    ("left", "expected"), [(-1, "met"), (0, "needs_judgment"), (120_00, "needs_judgment"), (None, "not_known")]
)
def test_debts_that_the_income_covers_need_judgment(left: int | None, expected: str) -> None:
    assert result("debts-manageable", an_application(purpose="debts", debts=[a_debt()]), left=left) == expected


def test_a_loan_for_something_else_has_no_debts_to_manage() -> None:
    assert check("debts-manageable", gathered(left=500_00)) == ("met", {"arranges_debts": False})


def test_whoever_judges_debts_sees_what_they_cost_and_how_many_are_late() -> None:
    debts = [a_debt(), a_debt(stage="late"), a_debt(stage="in_enforcement")]
    worksheet = Capacity(2000_00, 1000_00, 720_00, debt_before_cents=240_00, debt_after_cents=0)
    found = gathered(an_application(purpose="debts", debts=debts), capacity=worksheet)
    facts = {"left_cents": 40_00, "service_cents": 240_00, "late": 2}
    assert check("debts-manageable", found) == ("needs_judgment", facts)


def test_a_debt_to_a_private_person_may_exist_but_not_be_arranged() -> None:
    assert result("private-debt", an_application(debts=[a_debt("private_person", arranged=False)])) == "met"
    assert result("private-debt", an_application(debts=[a_debt("private_person")])) == "not_met"


def test_a_debt_from_a_vehicle_may_not_be_arranged() -> None:
    assert result("vehicle") == "met"
    assert result("vehicle", an_application(debts=[a_debt("vehicle_loan", arranged=False)])) == "met"
    assert result("vehicle", an_application(debts=[a_debt("vehicle_loan")])) == "not_met"
    assert result("vehicle", an_application(debts=[a_debt("instalment_purchase")])) == "needs_judgment"


def test_a_second_loan_is_an_obstacle() -> None:
    assert result("second-loan") == "met"
    assert result("second-loan", other_loans=1) == "not_met"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("business", {"entrepreneur": True}),
        ("debt-adjustment", {"in_debt_adjustment": True}),
        ("social-assistance", {"lines": [money("income", "social_assistance", 500)]}),
    ],
)
def test_what_needs_a_person_is_left_to_a_person(name: str, told: dict[str, object]) -> None:
    assert result(name) == "met"
    assert result(name, an_application(**told)) == "needs_judgment"


def test_only_social_assistance_that_is_paid_counts_as_such() -> None:
    for line in (money("income", "pension", 900), money("income", "social_assistance", 0)):
        assert result("social-assistance", an_application(lines=[line])) == "met"


def test_a_clause_that_data_decides_forbids_outright() -> None:
    """Kemi 3c and 3g and Pohjois-Savo i: what needs judgment elsewhere speaks against the application there."""
    adjusted = gathered(an_application(in_debt_adjustment=True))
    assert check("debt-adjustment", adjusted, "data") == ("not_met", {"in_debt_adjustment": True})
    assert check("debt-adjustment", gathered(), "data")[0] == "met"
    assert check("could-be-saved", gathered(left=250_00), "data")[0] == "not_met"
    assert check("could-be-saved", gathered(left=249_99), "data")[0] == "met"
    # An entrepreneur may borrow for purposes of the criteria, so data alone never settles that.
    assert check("business", gathered(an_application(entrepreneur=True)), "data")[0] == "needs_judgment"


def test_of_several_checks_of_a_clause_the_worst_counts_and_every_fact_is_told() -> None:
    found = gathered(an_application(in_debt_adjustment=True, entrepreneur=True))
    facts = {"business": {"entrepreneur": True}, "debt-adjustment": {"in_debt_adjustment": True}}
    assert check_all(("business", "debt-adjustment"), found, "data") == ("not_met", facts)
    assert check_all(("business", "debt-adjustment"), found) == ("needs_judgment", facts)
    assert check_all((), found) == ("needs_judgment", {})


def test_what_one_check_of_a_clause_knows_is_not_taken_for_what_another_knows() -> None:
    unknown = gathered(an_application(in_debt_adjustment=None))
    assert check_all(("business", "debt-adjustment"), unknown) == ("not_known", {"business": {"entrepreneur": False}})
    # Both tell of a least amount: of the loan, and of its instalment.
    told = check_all(("amount", "instalment"), gathered())[1]
    assert told["amount"]["least_cents"] != told["instalment"]["least_cents"]


def test_debts_that_would_stay_are_told_one_by_one() -> None:
    assert check("unarranged-debts", gathered()) == ("met", {"debts": [], "left_cents": 0, "monthly_cents": 0})
    staying = (StayingDebt("Pikaluotto Oy", 900_00, 60_00), StayingDebt("Ulosotto", None, 85_00))
    assert check("unarranged-debts", gathered(staying=staying)) == (
        "needs_judgment",
        {
            "debts": [
                {"creditor": "Pikaluotto Oy", "left_cents": 900_00, "monthly_cents": 60_00},
                {"creditor": "Ulosotto", "left_cents": None, "monthly_cents": 85_00},
            ],
            "left_cents": 900_00,
            "monthly_cents": 145_00,
        },
    )
    assert check("unarranged-debts", gathered(staying=staying), "data")[0] == "needs_judgment"


@pytest.mark.parametrize(("told", "expected"), [(True, "met"), (False, "needs_judgment"), (None, "needs_judgment")])
def test_a_credit_ban_is_met_only_when_told(told: bool | None, expected: str) -> None:
    assert check("credit-ban", gathered(an_application(credit_ban=told))) == (expected, {"credit_ban": told})


def test_whether_in_debt_adjustment_is_not_known_until_told() -> None:
    assert result("debt-adjustment", an_application(in_debt_adjustment=None)) == "not_known"


def test_a_clause_without_a_check_is_always_for_a_person() -> None:
    assert check(None, gathered()) == ("needs_judgment", {})


def test_every_ground_and_obstacle_is_assessed_and_rules_of_procedure_are_not() -> None:
    assert " ".join(clause.id for clause in assessed_clauses(POLICY)) == (
        "1a 1b 1c 3a 3b 3c 4.1d 4.1f 4.1g 4.2a 4.2b 4.4a 4.5a 4.5b 4.5f 4.6a 4.6b 4.6c 4.6d 4.6e 4.6f 4.6g 4.6h"
    )
