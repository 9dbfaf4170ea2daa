"""What holds of every payment capacity, whatever the household and the norm."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from lending.applications.model import ADULTS, EXPENSE_KINDS, INCOME_KINDS
from lending.assessment.capacity import COMMON_COSTS, NOT_INCOME, Amount, Child, Situation, capacity_of, worksheet_lines
from lending.policy.figures import load_figures

FIGURES = load_figures(Path(__file__).parents[2] / "policies" / "figures", allow_unconfirmed=False)
NORMS = [
    norm
    for day in (date(2024, 7, 1), date(2026, 1, 15), date(2026, 9, 1))
    for norm in (FIGURES.debt_adjustment_norm(day), FIGURES.social_assistance_norm(day))
]

MONEY = st.integers(0, 5_000_00)


def keyed(prefix: str, told: Sequence[tuple[str, int]]) -> list[Amount]:
    return [Amount(f"{prefix}{number}", kind, cents) for number, (kind, cents) in enumerate(told)]


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """Any household that an application can tell of."""
    ages = draw(st.lists(st.tuples(st.integers(0, 25), st.integers(0, 800_00)), max_size=5))
    debts = draw(st.lists(st.tuples(st.integers(0, 600_00), st.booleans()), max_size=5))
    return Situation(
        adults=draw(st.sampled_from(ADULTS)),
        partner_net_cents=draw(st.none() | MONEY),
        children=[Child(str(number), age, benefits) for number, (age, benefits) in enumerate(ages)],
        incomes=keyed("i", draw(st.lists(st.tuples(st.sampled_from(INCOME_KINDS), MONEY), max_size=4))),
        costs=keyed(
            "c", draw(st.lists(st.tuples(st.sampled_from(EXPENSE_KINDS), st.integers(0, 2_000_00)), max_size=6))
        ),
        debts=[Amount(f"d{n}", "bank_loan", cents, None, arranged) for n, (cents, arranged) in enumerate(debts)],
    )


any_norm = st.sampled_from(NORMS)


@given(situations(), any_norm)
def test_the_lines_add_up_and_none_is_below_zero(situation: Situation, norm) -> None:
    lines = worksheet_lines(situation, norm)
    capacity = capacity_of(lines)
    signs = {"income": 1, "norm": -1, "cost": -1, "debt": -1}
    assert capacity.before_cents == sum(signs[line.side] * line.cents for line in lines if line.in_before)
    assert capacity.after_cents == sum(signs[line.side] * line.cents for line in lines if line.in_after)
    assert all(line.cents >= 0 for line in lines)
    assert all(line.source for line in lines)
    assert len({line.key for line in lines}) == len(lines)
    told = [*situation.incomes, *situation.costs, *situation.debts, *situation.children]
    assert len(lines) == len(told) + 1, "every thing told has its line, and the applicant one of the norm"


@given(situations(), any_norm)
def test_the_arrangement_frees_exactly_the_service_of_the_arranged_debts(situation: Situation, norm) -> None:
    capacity = capacity_of(worksheet_lines(situation, norm))
    freed = sum(debt.cents for debt in situation.debts if debt.arranged)
    assert capacity.before_cents <= capacity.after_cents == capacity.before_cents + freed


@given(situations(), any_norm)
def test_a_share_is_never_more_than_the_whole_and_only_common_costs_are_shared(situation: Situation, norm) -> None:
    told = {cost.key: cost for cost in situation.costs}
    for line in worksheet_lines(situation, norm):
        if line.side == "cost":
            assert line.cents <= told[line.key].cents
            if line.code not in COMMON_COSTS or situation.adults not in ("spouse", "cohabitant"):
                assert line.cents == told[line.key].cents
        if line.key.startswith("child:"):
            assert line.cents <= line.facts["norm_cents"]


@given(situations(), any_norm, st.sampled_from(["spouse", "cohabitant"]))
def test_the_two_halves_of_a_couple_carry_each_common_cost_once(situation: Situation, norm, adults: str) -> None:
    own = sum(income.cents for income in situation.incomes if income.code not in NOT_INCOME)
    partner = situation.partner_net_cents or 0
    mine = replace(situation, adults=adults, partner_net_cents=partner)
    theirs = replace(mine, incomes=[Amount("i", "wage", partner)], partner_net_cents=own)
    sides = [
        {line.key: line for line in worksheet_lines(each, norm) if line.side == "cost" or line.key.startswith("child:")}
        for each in (mine, theirs)
    ]
    costs = {cost.key: cost.cents for cost in situation.costs if cost.code in COMMON_COSTS}
    for key, whole in costs.items():
        assert whole <= sides[0][key].cents + sides[1][key].cents <= whole + 1, "each half is rounded by itself"


@given(situations(), any_norm)
def test_benefits_for_a_child_lower_its_cost_and_nothing_else(situation: Situation, norm) -> None:
    without = replace(situation, children=[replace(child, benefits_cents=0) for child in situation.children])
    lines, bare = worksheet_lines(situation, norm), worksheet_lines(without, norm)
    for line, whole in zip(lines, bare, strict=True):
        assert line.cents <= whole.cents
        assert line.key.startswith("child:") or line.cents == whole.cents
    assert capacity_of(lines).before_cents >= capacity_of(bare).before_cents


@given(situations(), any_norm, st.integers(1, 1_000_00))
def test_more_income_never_lowers_the_capacity(situation: Situation, norm, more: int) -> None:
    if situation.adults == "spouse" and situation.partner_net_cents is not None:
        situation = replace(situation, adults="cohabitant")
    richer = replace(situation, incomes=[*situation.incomes, Amount("more", "wage", more)])
    lines, bare = worksheet_lines(richer, norm), worksheet_lines(situation, norm)
    assert capacity_of(lines).before_cents == capacity_of(bare).before_cents + more


@given(situations(), any_norm, st.integers(1, 1_000_00), st.integers(1, 5_000_00))
def test_more_income_lowers_a_spouses_capacity_by_rounding_at_most(
    situation: Situation, norm, more: int, partner: int
) -> None:
    """A spouse who earns more carries a larger share. While the couple can pay what they share, something is left of
    every cent more; the cents of rounding are one for each line that is shared."""
    situation = replace(situation, adults="spouse", partner_net_cents=partner)
    own = sum(income.cents for income in situation.incomes if income.code not in NOT_INCOME)
    bare = worksheet_lines(replace(situation, adults="alone"), norm)
    children = sum(line.cents for line in bare if line.key.startswith("child:"))
    common = sum(cost.cents for cost in situation.costs if cost.code in COMMON_COSTS) + children
    if Fraction(common) * partner > Fraction(own + partner) ** 2:
        situation = replace(situation, costs=[], children=[])
    richer = replace(situation, incomes=[*situation.incomes, Amount("more", "wage", more)])
    before, after = (capacity_of(worksheet_lines(each, norm)).before_cents for each in (situation, richer))
    rounding = len(situation.costs) + len(situation.children)
    assert -rounding <= after - before <= more + rounding


@given(situations(), any_norm)
def test_a_household_costs_no_less_with_one_child_more(situation: Situation, norm) -> None:
    grown = replace(situation, children=[*situation.children, Child("new", 0)])
    assert (
        capacity_of(worksheet_lines(grown, norm)).after_cents
        <= capacity_of(worksheet_lines(situation, norm)).after_cents
    )
