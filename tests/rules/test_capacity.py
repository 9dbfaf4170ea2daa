"""Payment capacity: worked examples, each reckoned by hand. Norms of 2026: 719 alone, 605 with another adult,
464 first and second child, 433 third, 510 of 17 or older. Euros a month in the comments."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from lending.applications.model import EXPENSE_KINDS, INCOME_KINDS
from lending.applications.periods import PAID_BY_BENEFIT_DAY, monthly_cents, monthly_from_daily, monthly_from_yearly
from lending.assessment.capacity import (
    COMMON_COSTS,
    NOT_INCOME,
    Amount,
    Child,
    Line,
    Situation,
    capacity_of,
    instalment_bounds,
    worksheet_lines,
)
from lending.assessment.saving import months_to_save
from lending.policy.figures import load_figures

FIGURES = load_figures(Path(__file__).parents[2] / "policies" / "figures", allow_unconfirmed=False)
NORM = FIGURES.debt_adjustment_norm(date(2026, 9, 1))


def amounts(**euros: float) -> list[Amount]:
    return [Amount(code, code, round(value * 100)) for code, value in euros.items()]


def debt(euros: float, arranged: bool = False, code: str = "consumer_credit") -> Amount:
    return Amount(f"{code}{euros}{arranged}", code, round(euros * 100), "Esimerkkiluotto Oy", arranged)


def children(*ages_and_benefits: tuple[int, float]) -> list[Child]:
    return [Child(str(number), age, round(benefits * 100)) for number, (age, benefits) in enumerate(ages_and_benefits)]


def by_code(lines: list[Line], code: str) -> list[Line]:
    return [line for line in lines if line.code == code]


EXAMPLES = {
    # 1500 − 719 − 600 = 181
    "a pensioner alone": (
        Situation("alone", incomes=amounts(pension=1500), costs=amounts(rent=600)),
        181_00,
        181_00,
    ),
    # 1900 − 719 − 650 − 220 = 311; without the two arranged debts 311 + 150 + 70 = 531, one of 40 stays
    "debts arranged and a debt that stays": (
        Situation(
            "alone",
            incomes=amounts(wage=1900),
            costs=amounts(rent=650),
            debts=[debt(150, arranged=True), debt(70, arranged=True, code="credit_card"), debt(40)],
        ),
        271_00,
        491_00,
    ),
    # 1400 − 719 − 550 − 260 = −129: arranging 260 makes it 131
    "the arrangement itself creates the capacity": (
        Situation("alone", incomes=amounts(wage=1400), costs=amounts(rent=550), debts=[debt(260, arranged=True)]),
        -129_00,
        131_00,
    ),
    # 2100 − 719 − (464 − 94.88) − (464 − 94.88) − 800 = −157.24 → written out: 2100 − 719 − 738.24 − 800
    "a single parent of two with child benefit": (
        Situation(
            "alone",
            children=children((7, 94.88), (4, 94.88)),
            incomes=amounts(wage=2100),
            costs=amounts(rent=800),
        ),
        -157_24,
        -157_24,
    ),
    # Benefits and maintenance of 500 cover the child's 464: the child costs 0, not −36. 1800 − 719 − 0 − 700 = 381
    "benefits above a child's norm do not become income": (
        Situation("alone", children=children((10, 500)), incomes=amounts(wage=1800), costs=amounts(rent=700)),
        381_00,
        381_00,
    ),
    # 17: 510 − 0; under 17 the oldest two 464 each, the third 433. 3000 − 719 − 510 − 464 − 464 − 433 = 410
    "four children, one of seventeen": (
        Situation("alone", children=children((3, 0), (17, 0), (12, 0), (8, 0)), incomes=amounts(wage=3000)),
        410_00,
        410_00,
    ),
    # Half of 900 + 50, own commuting whole: 1700 − 605 − 475 − 80 = 540
    "cohabitants halve common costs and carry their own": (
        Situation(
            "cohabitant",
            partner_net_cents=3000_00,
            incomes=amounts(wage=1700),
            costs=amounts(rent=900, electricity=50, commuting=80),
        ),
        540_00,
        540_00,
    ),
    # 1500 of 1500 + 2500 is 3/8: of 1000 rent 375, of the child's 464 − 94.88 = 369.12 it is 138.42.
    # 1500 − 605 − 138.42 − 375 = 381.58
    "spouses share by their net incomes": (
        Situation(
            "spouse",
            partner_net_cents=2500_00,
            children=children((5, 94.88)),
            incomes=amounts(wage=1500),
            costs=amounts(rent=1000),
        ),
        381_58,
        381_58,
    ),
    # 1/3 of 1000.00 is 333.33: 1000 − 605 − 333.33 = 61.67
    "a share is rounded once, to the cent": (
        Situation("spouse", 2000_00, incomes=amounts(pension=1000), costs=amounts(rent=1000)),
        61_67,
        61_67,
    ),
    # The partner's income is not told: half. 1500 − 605 − 400 = 495
    "a spouse whose income is not told shares by halves": (
        Situation("spouse", None, incomes=amounts(wage=1500), costs=amounts(rent=800)),
        495_00,
        495_00,
    ),
    # Lives with a parent and pays 300 of own: 1200 − 605 − 300 = 295
    "another adult shares nothing but the norm": (
        Situation("other_adult", incomes=amounts(wage=1200), costs=amounts(rent=300)),
        295_00,
        295_00,
    ),
    # 40.00 a day × 21.5 = 860.00, and housing allowance 310: 1170 − 719 − 420 = 31
    "unemployment benefit is 21.5 days": (
        Situation(
            "alone",
            incomes=[
                Amount("u", "unemployment_allowance", monthly_from_daily(40_00)),
                *amounts(housing_allowance=310),
            ],
            costs=amounts(rent=420),
        ),
        31_00,
        31_00,
    ),
    # Neither counts as income: 0 − 719
    "social assistance and child maintenance are not income": (
        Situation("alone", incomes=amounts(social_assistance=578.43, maintenance_received=200)),
        -719_00,
        -719_00,
    ),
    # Everything evidenced counts in full: 2400 − 719 − (700 + 25 + 60 + 45 + 167.35) − 55.55 = 628.10
    "evidenced costs and enforcement count in full": (
        Situation(
            "alone",
            incomes=amounts(wage=2400),
            costs=amounts(rent=700, water=25, health_costs=60, other_expense=45, maintenance_paid=167.35),
            debts=[debt(55.55)],
        ),
        628_10,
        628_10,
    ),
}


@pytest.mark.parametrize(("situation", "before", "after"), EXAMPLES.values(), ids=EXAMPLES.keys())
def test_a_worked_example(situation: Situation, before: int, after: int) -> None:
    capacity = capacity_of(worksheet_lines(situation, NORM))
    assert (capacity.before_cents, capacity.after_cents) == (before, after)


@pytest.mark.parametrize(
    ("day", "adult", "child"),
    [
        (date(2020, 7, 1), 538, 345),
        (date(2022, 3, 1), 552, 355),
        (date(2022, 9, 1), 618, 398),
        (date(2023, 3, 1), 667, 430),
        (date(2024, 3, 1), 707, 456),
        (date(2025, 3, 1), 715, 461),
        (date(2026, 3, 1), 719, 464),
    ],
)
def test_the_norm_is_that_of_the_day_of_the_calculation(day: date, adult: int, child: int) -> None:
    situation = Situation("alone", children=children((6, 0)), incomes=amounts(wage=2000))
    capacity = capacity_of(worksheet_lines(situation, FIGURES.debt_adjustment_norm(day)))
    assert capacity.norm_cents == (adult + child) * 100
    assert capacity.before_cents == (2000 - adult - child) * 100


def test_every_line_has_its_source_and_says_how_it_was_reached() -> None:
    situation = Situation(
        "spouse", 2500_00, children((5, 94.88)), amounts(wage=1500), amounts(rent=1000), [debt(100, arranged=True)]
    )
    lines = worksheet_lines(situation, NORM)
    assert [(line.side, line.code) for line in lines] == [
        ("income", "wage"),
        ("norm", "norm_with_adult"),
        ("norm", "norm_child"),
        ("cost", "rent"),
        ("debt", "consumer_credit"),
    ]
    assert all(line.source for line in lines)
    child = lines[2]
    assert child.source == NORM.source
    assert child.facts == {
        "age": 5,
        "norm_cents": 464_00,
        "norm_status": "computed",
        "benefits_cents": 94_88,
        "share_permille": 375,
        "share_basis": "by-net-incomes",
        "share_own_cents": 1500_00,
        "share_together_cents": 4000_00,
    }
    shared = {key: fact for key, fact in child.facts.items() if key.startswith("share_")}
    assert lines[3].facts == {"told_cents": 1000_00, **shared}
    assert (lines[4].in_before, lines[4].in_after, lines[4].details) == (True, False, "Esimerkkiluotto Oy")


def test_the_third_of_the_children_under_seventeen_is_the_youngest_and_one_of_seventeen_does_not_count() -> None:
    lines = worksheet_lines(Situation("alone", children=children((2, 0), (17, 0), (16, 0), (9, 0))), NORM)
    assert [line.facts["age"] for line in by_code(lines, "norm_child")] == [16, 9]
    assert [line.facts["age"] for line in by_code(lines, "norm_third_child")] == [2]
    assert [line.facts["age"] for line in by_code(lines, "norm_child_17")] == [17]


def test_a_partner_without_income_leaves_the_common_costs_to_the_applicant() -> None:
    lines = worksheet_lines(Situation("spouse", 0, incomes=amounts(wage=1500), costs=amounts(rent=800)), NORM)
    assert by_code(lines, "rent")[0].cents == 800_00


def test_two_spouses_without_income_share_by_halves() -> None:
    lines = worksheet_lines(Situation("spouse", 0, costs=amounts(rent=801)), NORM)
    assert by_code(lines, "rent")[0].cents == 400_50


def test_the_kinds_that_the_rule_treats_apart_are_kinds_of_the_application() -> None:
    assert set(EXPENSE_KINDS) >= COMMON_COSTS
    assert set(INCOME_KINDS) >= NOT_INCOME | PAID_BY_BENEFIT_DAY


def test_daily_and_yearly_incomes_become_monthly() -> None:
    assert monthly_from_daily(37_21) == 800_02  # 37.21 × 21.5 = 800.015
    assert monthly_from_yearly(20_000_00) == 1666_67
    assert [monthly_cents(37_21, per) for per in ("month", "year", "benefit_day")] == [37_21, 3_10, 800_02]


def test_an_income_told_otherwise_than_by_the_month_says_how_it_was_told() -> None:
    told = Amount("u", "unemployment_allowance", 860_00, told_cents=40_00, told_per="benefit_day")
    line = worksheet_lines(Situation("alone", incomes=[told]), NORM)[0]
    assert (line.cents, line.facts) == (860_00, {"as_told_cents": 40_00, "told_per": "benefit_day"})
    maintenance = Amount("m", "maintenance_received", 100_00, told_cents=1200_00, told_per="year")
    line = worksheet_lines(Situation("alone", incomes=[maintenance]), NORM)[0]
    assert line.cents == 0
    assert line.facts == {"as_told_cents": 1200_00, "told_per": "year", "told_cents": 100_00, "not_income": True}


@pytest.mark.parametrize(
    ("amount", "left", "months"),
    [
        (1200_00, 100_00, 12),
        (5, 1, 5),
        (1200_01, 100_00, 13),
        (500_00, 0, None),
        (500_00, -50_00, None),
        (300_00, 400_00, 1),
    ],
)
def test_in_how_many_months_a_sum_could_be_saved(amount: int, left: int, months: int | None) -> None:
    assert months_to_save(amount, left) == months


def test_the_bounds_of_an_instalment_without_interest_meet() -> None:
    assert instalment_bounds(1000_00, 3, Decimal(0), 45) == (333_34, 333_34)


def test_the_bounds_of_an_instalment_hold_the_first_months_interest() -> None:
    # 3000 / 36 = 83.33…; 3000 × 2.5 % × 45 / 360 = 9.375; together 92.708…
    assert instalment_bounds(3000_00, 36, Decimal("2.5"), 45) == (83_34, 92_71)


def test_one_who_shares_with_nobody_has_no_share_among_the_facts() -> None:
    lines = worksheet_lines(Situation("alone", children=children((5, 94.88)), costs=amounts(rent=800)), NORM)
    assert lines[1].facts == {"age": 5, "norm_cents": 464_00, "norm_status": "computed", "benefits_cents": 94_88}
    assert lines[2].facts == {}


def test_halves_are_five_hundred_of_a_thousand() -> None:
    line = by_code(worksheet_lines(Situation("cohabitant", costs=amounts(rent=801)), NORM), "rent")[0]
    assert line.facts == {"told_cents": 801_00, "share_permille": 500, "share_basis": "halves"}


def test_a_debt_stays_unless_the_loan_arranges_it_and_nothing_else_changes_afterwards() -> None:
    situation = Situation(
        "alone", incomes=amounts(wage=1500), costs=amounts(rent=800), debts=[Amount("d", "bank_loan", 50_00)]
    )
    assert all(line.in_before and line.in_after for line in worksheet_lines(situation, NORM))


def test_a_debt_that_comes_only_with_the_arrangement_does_not_count_before() -> None:
    line = Line("d", "bank_loan", "debt", 50_00, "staff", in_before=False)
    capacity = capacity_of([line])
    assert (capacity.before_cents, capacity.after_cents) == (0, -50_00)


def test_the_bounds_of_an_instalment_are_exact_before_they_are_rounded_up() -> None:
    # 36 000.00 over 110 months is 327.2727…; 10 % for 10 days of 360 is 100.00; together 427.2727…
    assert instalment_bounds(36_000_00, 110, Decimal(10), 10) == (327_28, 427_28)
    # 20.00 over 600 months is 3 1/3 cents; 3 % for a day is 1/6 cent; together 3 1/2.
    assert instalment_bounds(20_00, 600, Decimal(3), 1) == (4, 4)
