"""When a running loan takes a new reference rate: each half-year, each January or never, and never above the limit."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from lending.basics.errors import Refused
from lending.loans.rates import half_years, path_until
from lending.policy.figures import Figures, load_figures
from lending.policy.policies import load_policies
from tests.workflow.new_rates import until, with_rate

POLICIES = Path(__file__).parents[2] / "policies"
KEUSOTE = load_policies(POLICIES).by_id("keusote-2025")
#: In force from each half-year on.
RATES = {
    date(2026, 1, 1): "2",
    date(2026, 7, 1): "3",
    date(2027, 1, 1): "4",
    date(2027, 7, 1): "4",
    date(2028, 1, 1): "1.5",
    date(2028, 7, 1): "2.5",
    date(2029, 1, 1): "3.5",
}
AGREED = ((date(2026, 2, 10), Decimal(2)),)
LAST = date(2029, 1, 1)


@pytest.fixture(scope="module")
def figures() -> Figures:
    found = load_figures(POLICIES / "figures", allow_unconfirmed=True)
    for since, percent in RATES.items():
        found = with_rate(found, since, percent)
    return found


def followed(figures: Figures, review: str, on: date = LAST, agreed=AGREED) -> dict[str, str]:
    """The changes of the loan's rate up to the day, by their days."""
    path = path_until(figures, replace(KEUSOTE, rate_review=review), agreed, on)
    assert path[0] == agreed[0]
    return {day.isoformat(): format(percent, "f") for day, percent in path[1:]}


def test_a_half_yearly_review_takes_every_new_rate(figures: Figures):
    assert followed(figures, "half-yearly") == {
        "2026-07-01": "3",
        "2027-01-01": "4",
        "2028-01-01": "1.5",
        "2028-07-01": "2.5",
        "2029-01-01": "3.5",
    }


def test_a_yearly_review_takes_the_rate_of_each_january(figures: Figures):
    assert followed(figures, "yearly") == {"2027-01-01": "4", "2028-01-01": "1.5", "2029-01-01": "3.5"}


def test_between_yearly_reviews_no_loan_is_dearer_than_the_reference_rate(figures: Figures):
    falling = with_rate(figures, date(2027, 7, 1), "3")
    assert followed(falling, "yearly", date(2027, 12, 31)) == {"2027-01-01": "4", "2027-07-01": "3"}
    rising_again = with_rate(falling, date(2028, 1, 1), "3.5")
    assert followed(rising_again, "yearly", date(2028, 1, 1))["2028-01-01"] == "3.5"


def test_without_a_review_the_agreed_rate_holds_as_long_as_the_law_lets_it(figures: Figures):
    assert followed(figures, "never", date(2027, 12, 31)) == {}
    # When the limit rises again, the loan has the rate that was agreed on again, and never more.
    assert followed(figures, "never") == {"2028-01-01": "1.5", "2028-07-01": "2"}


def test_a_loan_without_interest_stays_so_whatever_is_known_of_rates(figures: Figures):
    free = ((date(2026, 2, 10), Decimal(0)),)
    assert followed(figures, "never", date(2040, 1, 1), free) == {}
    none = replace(KEUSOTE, interest="none")
    assert path_until(figures, none, free, date(2040, 1, 1)) == free


def test_a_path_is_the_same_whether_followed_day_by_day_or_at_once(figures: Figures):
    for review in ("half-yearly", "yearly", "never"):
        policy = replace(KEUSOTE, rate_review=review)
        step_by_step = AGREED
        for day in half_years(AGREED[0][0], LAST):
            step_by_step = path_until(figures, policy, step_by_step, day)
            assert path_until(figures, policy, step_by_step, day) == step_by_step
        assert step_by_step == path_until(figures, policy, AGREED, LAST)


@pytest.mark.parametrize("review", ["half-yearly", "yearly"])
def test_a_rate_that_nobody_knows_yet_is_never_guessed(figures: Figures, review: str):
    known = until(figures, date(2029, 6, 30))
    policy = replace(KEUSOTE, rate_review=review)
    assert path_until(known, policy, AGREED, date(2029, 6, 30))
    with pytest.raises(Refused, match="figure-missing"):
        path_until(known, policy, AGREED, date(2029, 7, 1))


def test_reference_rates_come_into_force_twice_a_year():
    assert half_years(date(2026, 1, 1), date(2027, 1, 1)) == [date(2026, 7, 1), date(2027, 1, 1)]
    assert half_years(date(2026, 7, 1), date(2026, 12, 31)) == []
    assert half_years(date(2026, 6, 30), date(2026, 7, 1)) == [date(2026, 7, 1)]
