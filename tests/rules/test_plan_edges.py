"""The edges of a plan: what is still accepted and what no longer is, exact at each limit, and what is read off rows."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from lending.basics import dates
from lending.basics.errors import Refused
from lending.loans.interest import day_count
from lending.loans.plan import ExtraPayment, Terms, plan, without_late_grace
from lending.loans.planning import shorten_term
from lending.loans.schedule import days_from, gaps_from

DAY = date(2026, 2, 15)


def terms(**given_terms):
    """100 € at 2.5 % from 2 January 2026, due on the 15th, 3 instalments, unless told otherwise."""
    base = Terms(
        disbursements=((date(2026, 1, 2), 100_00),),
        rates=((date(2026, 1, 1), Decimal("2.5")),),
        due_day="15",
        first_due=DAY,
        instalments=3,
    )
    return replace(base, **given_terms)


def refusal(**given_terms):
    with pytest.raises(Refused) as refused:
        plan(terms(**given_terms))
    return refused.value.code, refused.value.facts


# --- When rows fall --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [date(1990, 1, 31), date(2026, 1, 31), date(2149, 11, 30)])
def test_as_many_periods_are_given_as_are_asked_for_in_any_year(first):
    by = day_count("actual/365")
    for count in (0, 1, 2, 13):
        assert len(gaps_from(first, "last", count, by)) == len(days_from(first, "last", count)) == count
        assert len(dates.due_dates_from(dates.month_index(first), "last", count)) == count
        assert len(dates.due_dates(first, "last", count)) == count
    assert gaps_from(first, "last", -1, by) == ()


# --- What is accepted ------------------------------------------------------------------------------------------------


def test_every_sum_paid_out_must_be_something():
    paid_out = date(2026, 1, 2)
    assert refusal(disbursements=((paid_out, 100_00), (date(2026, 1, 9), 0)))[0] == "principal-not-positive"
    assert refusal(disbursements=((paid_out, -1), (paid_out, 100_00)))[0] == "principal-not-positive"
    assert len(plan(terms(disbursements=((paid_out, 1),), instalments=1)).rows) == 1


def test_one_instalment_is_enough_and_a_hundred_years_are_not_too_many():
    assert len(plan(terms(instalments=1)).rows) == 1
    free = ((date(2026, 1, 1), Decimal(0)),)
    longest = plan(terms(instalments=1200, rates=free, disbursements=((date(2026, 1, 2), 1200_00),)))
    assert {row.instalment_cents for row in longest.rows} == {1_00} and len(longest.rows) == 1200
    facts = {"least": 1, "most": 1200}
    assert refusal(instalments=0) == refusal(instalments=1201) == ("instalments-out-of-range", facts)


def test_an_instalment_of_a_cent_is_one():
    free = ((date(2026, 1, 1), Decimal(0)),)
    made = plan(terms(instalments=None, instalment_cents=1, rates=free, disbursements=((date(2026, 1, 2), 3),)))
    assert [row.instalment_cents for row in made.rows] == [1, 1, 1]
    assert refusal(instalments=None, instalment_cents=0)[0] == "instalment-not-positive"


def test_the_longest_plan_has_1200_rows_and_its_grace_months_besides():
    free, march, april = ((date(2026, 1, 1), Decimal(0)),), date(2026, 3, 15), date(2026, 4, 15)
    euro = {"instalments": None, "instalment_cents": 1_00, "rates": free, "grace": (march, april)}
    assert len(plan(terms(**euro, disbursements=((date(2026, 1, 2), 1200_00),))).rows) == 1202
    for cents, least in ((1201_00, 1_01), (1500_00, 1_25)):
        code, facts = refusal(**euro, disbursements=((date(2026, 1, 2), cents),))
        assert (code, facts["longest_months"], facts["least_instalment_cents"]) == ("term-too-long", 1200, least)


def test_nothing_is_due_on_the_day_the_money_is_paid_out():
    assert refusal(disbursements=((DAY, 100_00),))[0] == "first-due-too-early"
    assert plan(terms(disbursements=((date(2026, 2, 14), 100_00),))).rows[0].days == 1


def test_an_extra_payment_is_a_cent_at_the_least_and_may_come_on_the_first_day():
    made = plan(terms(extra_payments=(ExtraPayment(date(2026, 1, 2), 1),)))
    assert (made.extra_cents, made.rows[0].opening_cents) == (1, 99_99)
    assert refusal(extra_payments=(ExtraPayment(DAY, 0),))[0] == "payment-before-disbursement"
    assert refusal(extra_payments=(ExtraPayment(date(2026, 1, 1), 5),))[0] == "payment-before-disbursement"


def test_a_grace_month_is_named_once_and_a_wrong_one_is_named_back():
    march = date(2026, 3, 15)
    assert refusal(grace=(march, march)) == ("grace-date-not-due", {"dates": [march, march]})
    wrong = date(2026, 4, 16)
    assert refusal(grace=(march, wrong)) == ("grace-date-not-due", {"dates": [wrong]})
    early = date(2026, 1, 15)
    assert refusal(grace=(march, early)) == ("grace-date-not-due", {"dates": [early]})
    # Before anything is reckoned: a cent a month would never pay the loan back.
    never = refusal(grace=(early,), instalments=None, instalment_cents=1)
    assert never == ("grace-date-not-due", {"dates": [early]})


@pytest.mark.parametrize("percent", [Decimal(3), Decimal("2.5")])
def test_no_plan_ends_with_a_grace_month_whatever_cents_are_left(percent):
    path = ((date(2026, 1, 1), Decimal("2.5")), (date(2026, 5, 1), percent))
    for cents in range(100_00, 100_12):
        given_terms = {"grace": (date(2026, 5, 15),), "rates": path, "disbursements": ((date(2026, 1, 2), cents),)}
        assert refusal(**given_terms) == ("grace-date-not-due", {"dates": [date(2026, 5, 15)]})


def test_every_grace_month_after_the_end_is_named():
    april, may = date(2026, 4, 15), date(2026, 5, 15)
    given_terms = {"method": "equal_principal", "instalments": 2, "grace": (april, may)}
    # All that is left is paid in March, the one month left to pay in.
    lowered = (ExtraPayment(DAY, 10_00, "lower_instalment"),)
    assert refusal(**given_terms, extra_payments=lowered) == ("grace-date-not-due", {"dates": [april, may]})


def test_of_a_loan_that_is_nearly_paid_only_the_grace_months_before_its_end_are_left():
    march, june = date(2026, 3, 15), date(2026, 6, 15)
    rest = terms(instalments=12, instalment_cents=30_00, grace=(march, june))
    assert without_late_grace(rest) == rest
    less = replace(rest, disbursements=((date(2026, 1, 2), 50_00),))
    assert without_late_grace(less).grace == (march,)
    assert shorten_term(less) == replace(less, grace=(march,), instalments=2)
    free = replace(less, grace=())
    assert without_late_grace(free) is free


# --- What is read off the rows ---------------------------------------------------------------------------------------


def test_the_smallest_regular_instalment_leaves_the_last_one_out():
    falling = plan(terms(method="equal_principal", disbursements=((date(2026, 1, 2), 100_01),)))
    first, second, last = (row.instalment_cents for row in falling.rows)
    assert first > second > last
    assert (falling.smallest_cents, falling.instalment_cents) == (second, first)


def test_a_grace_month_is_not_the_smallest_instalment():
    made = plan(terms(grace=(date(2026, 3, 15),)))
    regular, grace, second, last = (row.instalment_cents for row in made.rows)
    assert made.smallest_cents == regular == second > grace
    assert last == regular + 1


def test_of_a_plan_with_one_row_that_row_is_the_smallest():
    only = plan(terms(instalments=1))
    assert only.smallest_cents == only.rows[0].instalment_cents
    with_grace = plan(terms(instalments=1, grace=(DAY,)))
    assert [row.kind for row in with_grace.rows] == ["grace", "last"]
    assert with_grace.smallest_cents == with_grace.rows[1].instalment_cents
