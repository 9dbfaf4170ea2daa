"""Which norm a loan may be reckoned by, which clause a line rests on, and what could be saved."""

from dataclasses import replace
from pathlib import Path

import pytest

from lending.assessment.norm_choice import clauses_of_sides, exception_fits, require_norm
from lending.assessment.saving import PreSaving, presaving_of, saving_of
from lending.basics.errors import Refused
from lending.policy.policies import load_policies

POLICY = load_policies(Path(__file__).parents[2] / "policies").by_id("keusote-2025")


@pytest.mark.parametrize(
    ("cents", "months", "fits"),
    [
        (1000_00, 24, True),
        (1000_01, 24, False),
        (1000_00, 25, False),
        (200_00, 1, True),
        (None, 12, False),
        (500_00, None, False),
    ],
)
def test_the_exception_is_for_small_and_short_loans_only(cents: int | None, months: int | None, fits: bool) -> None:
    assert exception_fits(POLICY, cents, months) is fits


def test_what_the_exception_is_not_for_is_refused_with_its_limits_and_clause() -> None:
    require_norm(POLICY, "social_assistance", 1000_00, 24)
    require_norm(POLICY, "debt_adjustment", 10_000_00, 96)
    with pytest.raises(Refused) as refused:
        require_norm(POLICY, "social_assistance", 1000_01, 24)
    assert (refused.value.code, refused.value.facts) == (
        "norm-exception-outside-limits",
        {"most_cents": 1000_00, "most_months": 24, "clause": "keusote-2025:4.5d"},
    )
    with pytest.raises(Refused, match="norm-not-in-criteria"):
        require_norm(POLICY, "a-norm-of-ones-own", 500_00, 12)


def test_criteria_without_an_exception_know_one_norm_only() -> None:
    norm = replace(POLICY.norm, main="social_assistance", exception=None, exception_clause=None)
    policy = replace(POLICY, norm=norm)
    assert not exception_fits(policy, 500_00, 12)
    require_norm(policy, "social_assistance", 5000_00, 60)
    with pytest.raises(Refused, match="norm-not-in-criteria"):
        require_norm(policy, "debt_adjustment", 500_00, 12)


def test_every_side_rests_on_a_clause() -> None:
    by_main = {side: clause.id for side, clause in clauses_of_sides(POLICY, "debt_adjustment").items()}
    assert by_main == {"income": "4.5a", "norm": "4.5c", "cost": "4.5e", "debt": "4.5e"}
    assert clauses_of_sides(POLICY, "social_assistance")["norm"].id == "4.5d"


def test_what_could_be_saved_is_a_fact() -> None:
    saving = saving_of(POLICY, 1200_00, 100_00)
    assert saving is not None
    assert (saving.months, saving.reasonable_months, saving.within_reasonable) == (12, 12, True)
    longer = saving_of(POLICY, 1200_01, 100_00)
    assert longer is not None
    assert (longer.months, longer.within_reasonable) == (13, False)
    never = saving_of(POLICY, 1200_00, 0)
    assert never is not None
    assert (never.months, never.within_reasonable) == (None, False)
    assert saving_of(POLICY, None, 100_00) is None


def test_saving_beforehand_is_the_instalment_for_some_months() -> None:
    """keusote-2025:4.5g: from three to six months."""
    presaving = presaving_of(POLICY, 86_75)
    assert presaving == PreSaving(86_75, 3, 6)
    assert (presaving.least_cents, presaving.most_cents) == (260_25, 520_50)
    assert presaving_of(POLICY, None) is None
    assert presaving_of(replace(POLICY, presaving_months=(0, 0)), 86_75) is None
