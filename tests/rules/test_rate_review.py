"""Which rate a loan is offered, and when a running one takes a new one: each half-year, each January or never."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from lending.basics.errors import Refused
from lending.loans.plan import plan
from lending.loans.planning import lower_instalment, shorten_term
from lending.loans.rates import (
    after_rate_change,
    follow_reference_rate,
    follows,
    half_years,
    offered_rate,
    path_until,
    rate_facts,
)
from lending.loans.terms import from_json, to_json
from lending.policy.figures import Figures, hold_figures, load_figures
from lending.policy.policies import load_policies
from tests.rules.books import TERMS, Nowhere, a_book, noon
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


# --- The rate of a loan that is offered ------------------------------------------------------------------------------

MAY = date(2026, 5, 4)


def test_a_loan_is_offered_at_the_reference_rate_or_below_it_and_never_above(figures: Figures):
    assert offered_rate(figures, KEUSOTE, MAY, None) == (date(2026, 1, 1), Decimal(2))
    for percent in (Decimal(2), Decimal("1.5")):
        assert offered_rate(figures, KEUSOTE, MAY, percent) == (date(2026, 1, 1), percent)
    with pytest.raises(Refused) as refused:
        offered_rate(figures, KEUSOTE, MAY, Decimal("2.01"))
    assert refused.value.code == "rate-above-reference"
    assert refused.value.facts == {"percent": Decimal("2.01"), "reference": Decimal(2)}


def test_a_loan_without_interest_needs_no_reference_rate(figures: Figures):
    assert offered_rate(figures, KEUSOTE, date(2040, 1, 1), Decimal(0)) == (date(2040, 1, 1), 0)
    assert offered_rate(figures, KEUSOTE, MAY, Decimal(1)) == (date(2026, 1, 1), Decimal(1))
    with pytest.raises(Refused, match="figure-missing"):
        offered_rate(figures, KEUSOTE, date(2040, 1, 1), None)


def test_where_the_criteria_allow_no_interest_none_is_offered(figures: Figures):
    kemi = load_policies(POLICIES).by_id("kemi-2016")
    for percent in (None, Decimal(0)):
        assert offered_rate(figures, kemi, MAY, percent) == (MAY, 0)
    with pytest.raises(Refused) as refused:
        offered_rate(figures, kemi, MAY, Decimal(1))
    assert refused.value.code == "interest-free"
    assert refused.value.facts == {"percent": Decimal(1), "clause": "kemi-2016:6.5a"}
    assert follows(KEUSOTE) and not follows(kemi)


# --- The plan once the rate has changed ------------------------------------------------------------------------------

PATH = (*TERMS.rates, (date(2026, 7, 1), Decimal(3)))
REST = replace(TERMS, disbursements=((MAY, 900_00),), first_due=date(2026, 5, 15), instalments=9, first_n=4)


def test_by_the_policy_the_instalment_is_solved_anew_or_the_rows_follow():
    changed = after_rate_change(TERMS, REST, PATH, 93, KEUSOTE)
    assert changed == lower_instalment(replace(REST, rates=PATH), KEUSOTE.instalment_min_cents)
    assert (changed.instalments, len(plan(changed).rows)) == (9, 9)
    keeping = replace(TERMS, on_rate_change="term")
    rest = replace(REST, on_rate_change="term", instalment_cents=50_00)
    followed = after_rate_change(keeping, rest, PATH, 93, KEUSOTE)
    assert followed == shorten_term(replace(rest, rates=PATH, instalments=93))
    assert (followed.instalment_cents, followed.instalments) == (50_00, 19)


def test_where_no_principal_is_left_only_the_rate_is_noted():
    for rest in (None, replace(REST, disbursements=((MAY, 0),))):
        assert after_rate_change(TERMS, rest, PATH, 93, KEUSOTE) == replace(TERMS, rates=PATH)
    cent = after_rate_change(TERMS, replace(REST, disbursements=((MAY, 1),)), PATH, 93, KEUSOTE)
    assert cent.instalments == 1


def test_the_borrower_is_told_from_when_the_new_rate_and_instalment_hold():
    loan_id = a_book().loan.id
    terms = to_json(replace(REST, rates=PATH, instalment_cents=101_50))
    assert rate_facts(loan_id, 101_38, terms) == {
        "loan_id": loan_id,
        "since": "2026-07-01",
        "percent": "3",
        "instalment_before_cents": 101_38,
        "instalment_cents": 101_50,
        "from_due": "2026-05-15",
    }


def test_a_plan_follows_the_reference_rate_of_the_day_once(figures: Figures):
    db, book = Nowhere(), a_book()
    hold_figures(db, figures)
    book.versions[0].instalment_cents = 101_38
    second_half = date(2026, 7, 1)
    version = follow_reference_rate(db, book, second_half, noon(second_half))
    assert (version.number, version.reason, book.versions[-1]) == (2, "reference-rate", version)
    assert from_json(version.terms).rates == (*TERMS.rates, (second_half, Decimal(3)))
    notice = db.added[-1]
    assert (notice.kind, notice.facts["instalment_cents"]) == ("rate-changed", str(version.instalment_cents))
    assert follow_reference_rate(db, book, date(2026, 8, 3), noon(date(2026, 8, 3))) is None
    assert len(book.versions) == 2
