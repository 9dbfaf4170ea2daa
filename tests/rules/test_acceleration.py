"""The § 8 test: each figure, threshold and date; what a person must judge stays open."""

from datetime import date

import pytest

from lending.loans.acceleration import Judgments, Unpaid, acceleration_test

ON = date(2026, 6, 20)


def outcome(*unpaid, original=3000_00, remaining=2500_00, on=ON, has_term=True, **judged):
    """The test of instalments (due date, cents unpaid) of a credit of 3 000 € on 20 June 2026."""
    rows = [Unpaid(n, date.fromisoformat(due), cents) for n, (due, cents) in enumerate(unpaid, start=1)]
    return acceleration_test(original, remaining, rows, on, has_term, Judgments(**judged))


NOT_HINDERED = {"other_breach": False, "beyond_control": False}


def test_one_instalment_counts_from_ten_percent_of_the_credit():
    below = outcome(("2026-05-15", 299_99), **NOT_HINDERED)
    assert (below.condition, below.allowed, below.threshold_cents) == (None, False, 300_00)
    at = outcome(("2026-05-15", 300_00), **NOT_HINDERED)
    assert (at.condition, at.allowed, at.counted_cents) == ("one-instalment", True, 300_00)


def test_several_instalments_count_from_five_percent_of_the_original_amount():
    below = outcome(("2026-04-15", 75_00), ("2026-05-15", 74_99), **NOT_HINDERED)
    assert (below.condition, below.threshold_cents) == (None, 150_00)
    at = outcome(("2026-04-15", 75_00), ("2026-05-15", 75_00), **NOT_HINDERED)
    assert (at.condition, at.allowed) == ("several-instalments", True)


def test_the_whole_remaining_claim_is_enough_however_small():
    assert outcome(("2026-05-15", 40_00), remaining=40_00, **NOT_HINDERED).condition == "whole-claim"


def test_only_what_has_been_overdue_for_a_calendar_month_is_counted():
    found = outcome(("2026-05-20", 200_00), ("2026-05-31", 200_00), **NOT_HINDERED)
    assert [(row.month_overdue_on, row.counted) for row in found.instalments] == [
        (date(2026, 6, 20), True),
        (date(2026, 6, 30), False),
    ]
    assert (found.overdue_cents, found.counted_cents, found.condition) == (400_00, 200_00, None)
    assert found.threshold_cents == 300_00, "one counted instalment: ten percent"
    later = outcome(("2026-05-20", 200_00), ("2026-05-31", 200_00), on=date(2026, 6, 30), **NOT_HINDERED)
    assert later.condition == "several-instalments"


def test_what_is_paid_or_not_yet_due_is_left_out():
    found = outcome(("2026-05-15", 0), ("2026-06-30", 500_00), **NOT_HINDERED)
    assert found.instalments == () and found.allowed is False


def test_a_delay_that_has_not_been_judged_is_not_decided():
    found = outcome(("2026-05-15", 500_00))
    assert found.allowed is None and found.needs_judgment == ("beyond-control", "other-breach")


@pytest.mark.parametrize(
    ("judged", "allowed", "needs"),
    [
        ({"beyond_control": False}, True, ()),
        ({"beyond_control": True}, None, ("unreasonable-to-lender", "other-breach")),
        ({"beyond_control": True, "unreasonable_to_lender": True}, True, ()),
        ({"beyond_control": True, "unreasonable_to_lender": False}, None, ("other-breach",)),
        ({"beyond_control": True, "unreasonable_to_lender": False, "other_breach": False}, False, ()),
        ({"other_breach": True}, True, ()),
    ],
)
def test_illness_or_unemployment_bars_it_unless_waiting_were_unreasonable(judged, allowed, needs):
    found = outcome(("2026-05-15", 500_00), **judged)
    assert (found.allowed, found.needs_judgment) == (allowed, needs)


def test_another_material_breach_is_enough_without_a_delay_and_must_be_judged():
    assert outcome(other_breach=True).allowed is True
    assert outcome().needs_judgment == ("other-breach",) and outcome().allowed is None
    assert outcome(other_breach=False).allowed is False


def test_without_the_term_in_the_agreement_it_is_never_allowed():
    found = outcome(("2026-05-15", 500_00), has_term=False, other_breach=True, beyond_control=False)
    assert found.allowed is False and found.condition == "one-instalment"


def test_every_threshold_is_given_in_whole_cents_that_reach_it():
    found = outcome(("2026-05-15", 1), original=3333_33, **NOT_HINDERED)
    assert (found.one_instalment_cents, found.several_instalments_cents) == (333_34, 166_67)
    assert found.threshold_cents * 100 == 3333_33 * 10
    assert outcome(original=3000_00).one_instalment_cents == 300_00
    assert outcome(original=3000_00).several_instalments_cents == 150_00


def test_the_next_day_on_which_more_counts_is_given():
    found = outcome(("2026-05-15", 1), ("2026-06-10", 5_00), ("2026-06-15", 5_00))
    assert found.more_counts_on == date(2026, 7, 10)
    assert outcome(("2026-05-15", 1)).more_counts_on is None


def test_a_cent_is_overdue_the_day_after_its_due_date_and_not_on_it():
    assert outcome(("2026-06-19", 1)).overdue_cents == 1
    assert outcome(("2026-06-20", 500_00)).instalments == ()


def test_without_the_remaining_claim_that_alternative_is_not_tested():
    assert outcome(("2026-05-15", 40_00), remaining=None, **NOT_HINDERED).condition is None
