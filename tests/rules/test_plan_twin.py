"""Every plan against its slow twin, which knows only the rules: whatever happens to it, row by row and to the cent."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lending.basics.dates import due_dates
from lending.basics.errors import Refused
from lending.loans.plan import ExtraPayment, Limits, Terms
from lending.loans.planner import Planner
from tests.rules.product_range import some_terms
from tests.rules.slow_planner import Never, SlowPlanner

#: Of what a day count's interest is a whole number, at least: what is carried is never finer.
PARTS = {"actual/365": 36_500, "actual/360": 36_000, "30E/360": 36_000, "rate/12": 1200}


@st.composite
def wilder_terms(draw):
    """As ``some_terms``, and what only running loans have: interest carried, an instalment kept, later first rows."""
    terms = draw(some_terms(max_months=14))
    grace = draw(st.sets(st.sampled_from(due_dates(terms.first_due, terms.due_day, 15)), max_size=3))
    carried = Fraction(draw(st.integers(0, 4_000_000)), PARTS[terms.day_count]) if draw(st.booleans()) else Fraction(0)
    if terms.instalments is not None and draw(st.booleans()):
        terms = replace(terms, instalment_cents=draw(st.integers(1, 900_00)))
    before = st.integers(0, 40).map(lambda days: terms.start - timedelta(days=days))
    return replace(
        terms,
        grace=tuple(sorted(grace)),
        carried=carried,
        carried_from=draw(before) if carried else None,
        first_n=draw(st.integers(1, 90)),
        limits=draw(st.sampled_from([None, Limits(None, 12), Limits(None, 20)])),
    )


def agree(terms):
    """The engine and its twin make the same plan, or refuse the same."""
    try:
        slow = SlowPlanner(terms)
    except Never as never:
        with pytest.raises(Refused, match=str(never)):
            Planner(terms).run()
        return
    made = Planner(terms).run()
    found = [
        (row.due_date, row.opening_cents, row.interest_cents, row.principal_cents, row.closing_cents, row.kind)
        for row in made.rows
    ]
    assert found == slow.rows
    assert (made.instalment_cents, made.extra_cents) == (slow.regular or 0, slow.extra)
    assert [row.n for row in made.rows] == list(range(terms.first_n, terms.first_n + len(slow.rows)))
    if made.rows:
        assert made.rows[0].days == (terms.first_due - (terms.carried_from or terms.start)).days


START = date(2026, 1, 2)


def terms(**given_terms):
    """300 € at 6 % from 2 January 2026, due on the 15th, 6 instalments, unless told otherwise."""
    base = Terms(
        disbursements=((START, 300_00),),
        rates=((date(2026, 1, 1), Decimal(6)),),
        due_day="15",
        first_due=date(2026, 2, 15),
        instalments=6,
    )
    return replace(base, **given_terms)


EQUAL = {"method": "equal_principal"}
BY_AMOUNT = {"instalments": None, "instalment_cents": 51_00}
LATER = ((START, 100_00), (date(2026, 3, 20), 200_00))
A_MONTH_LATER, HALF_A_YEAR_LATER = (date(2026, 2, 14), 10_00), (date(2026, 7, 15), 10_00)
FREE_TILL_APRIL = ((START, Decimal(0)), (date(2026, 4, 14), Decimal(20)))
LOWER = "lower_instalment"
A_LITTLE = ExtraPayment(date(2026, 2, 20), 10, LOWER)


@pytest.mark.parametrize(
    "changes",
    [
        {"grace": (date(2026, 3, 15), date(2026, 4, 15)), "disbursements": LATER},
        {"disbursements": ((START, 100_00), (date(2026, 7, 14), 200_00))},
        {"disbursements": ((START, 100_00), (date(2026, 7, 15), 200_00))},
        {
            **BY_AMOUNT,
            "disbursements": LATER,
            "extra_payments": (ExtraPayment(date(2026, 2, 20), 10, "lower_instalment"),),
        },
        {**BY_AMOUNT, "disbursements": LATER, "rates": ((START, Decimal(6)), (date(2026, 4, 1), Decimal(3)))},
        {**BY_AMOUNT, "carried": Fraction(999_00), "rates": ((START, Decimal(6)), (date(2026, 4, 1), Decimal(3)))},
        {**BY_AMOUNT, "carried": Fraction(40_00), "grace": (date(2026, 2, 15),)},
        {**EQUAL, "extra_payments": (ExtraPayment(date(2026, 3, 20), 90_00, "lower_instalment"),)},
        {
            **EQUAL,
            "grace": (date(2026, 5, 15), date(2026, 7, 15)),
            "extra_payments": (ExtraPayment(date(2026, 4, 20), 90_00, "lower_instalment"),),
        },
        {**EQUAL, "extra_payments": (ExtraPayment(date(2026, 7, 14), 5_00, "lower_instalment"),)},
        {"extra_payments": (ExtraPayment(date(2026, 3, 20), 100_00), ExtraPayment(date(2026, 5, 20), 60_00))},
        {"extra_payments": (ExtraPayment(START, 300_00),)},
        {"extra_payments": (ExtraPayment(START, 299_99),)},
        {"rates": ((START, Decimal(0)),), "disbursements": ((START, 6),)},
        {"rates": ((START, Decimal(0)),), "disbursements": ((START, 5),)},
        {"rates": ((START, Decimal(0)), (date(2026, 4, 15), Decimal(6))), "on_rate_change": "term"},
        {
            "rates": ((START, Decimal(0)), (date(2026, 4, 1), Decimal(20))),
            "on_rate_change": "term",
            "limits": Limits(None, 6),
            "grace": (date(2026, 3, 15), date(2026, 4, 15)),
        },
        {"rates": ((START, Decimal(6)), (date(2026, 4, 1), Decimal(3))), "grace": (date(2026, 4, 15),)},
        {"instalment_cents": 1, "rates": ((START, Decimal(6)),)},
        {"instalment_cents": 300_00},
        {"instalment_cents": 301_80},
        # Interest that had run before.
        {"carried": Fraction(1_00)},
        {"carried": Fraction(12_345_67, 365)},
        # How many rows an instalment needs: what is still to be paid out counts, with its interest, and to the cent.
        {**BY_AMOUNT, "extra_payments": (ExtraPayment(date(2026, 1, 20), 150_00),)},
        {
            **BY_AMOUNT,
            "instalment_cents": 30_00,
            "disbursements": ((START, 300_00), (date(2026, 3, 20), 300_00)),
            "extra_payments": (A_LITTLE,),
        },
        {
            **BY_AMOUNT,
            "disbursements": ((START, 100_00), A_MONTH_LATER, HALF_A_YEAR_LATER),
            "extra_payments": (A_LITTLE,),
        },
        {**BY_AMOUNT, "disbursements": LATER, "rates": ((START, Decimal(0)), (date(2026, 7, 15), Decimal(6)))},
        {**BY_AMOUNT, "instalment_cents": 150_00, "rates": ((START, Decimal(300)), (date(2026, 6, 20), Decimal(20)))},
        {**BY_AMOUNT, "instalment_cents": 60_00, "rates": FREE_TILL_APRIL},
        {**BY_AMOUNT, "instalment_cents": 60_00, "disbursements": ((START, 300_01),), "rates": FREE_TILL_APRIL},
        {
            **BY_AMOUNT,
            "instalment_cents": 100_00,
            "disbursements": ((START, 100_00), (date(2026, 3, 20), 100_00)),
            "rates": FREE_TILL_APRIL,
        },
        # An extra payment that makes an instalment suffice, which would not have without it.
        {
            **BY_AMOUNT,
            "instalment_cents": 1_00,
            "limits": Limits(None, 12),
            "extra_payments": (ExtraPayment(date(2026, 1, 20), 290_00),),
        },
        # What is paid out after the last row there can be.
        {
            **BY_AMOUNT,
            "disbursements": ((START, 100_00), HALF_A_YEAR_LATER),
            "limits": Limits(None, 3),
            "extra_payments": (A_LITTLE,),
        },
        {**EQUAL, "disbursements": ((START, 100_00), (date(2026, 7, 15), 200_00))},
        {**EQUAL, "disbursements": ((START, 100_00), (date(2026, 7, 14), 200_00))},
        {"disbursements": ((START, 100_00), (date(2026, 4, 1), 10_00)), "grace": (date(2026, 2, 15),)},
        # An instalment of exactly the month's interest.
        {
            **BY_AMOUNT,
            "instalment_cents": 25_00,
            "disbursements": ((START, 100_00),),
            "rates": ((START, Decimal(300)),),
            "day_count": "rate/12",
            "grace": (date(2026, 2, 15),),
        },
        # The term shortened first, and the instalment lowered over what is left of it.
        {"extra_payments": (ExtraPayment(date(2026, 4, 14), 100_00), ExtraPayment(date(2026, 4, 15), 5_00, LOWER))},
        {"extra_payments": (ExtraPayment(START, 5_00), ExtraPayment(date(2026, 3, 15), 150_00, LOWER))},
        {"extra_payments": (ExtraPayment(START, 300_00),), "grace": (date(2026, 2, 15),)},
        # A rate by which the instalment never ends, and a lower one by which it ends on the last row allowed.
        {
            "rates": ((START, Decimal(6)), (date(2026, 4, 1), Decimal(600))),
            "on_rate_change": "term",
            "limits": Limits(None, 12),
        },
        {
            "instalment_cents": 51_00,
            "rates": ((START, Decimal(6)), (date(2026, 1, 20), Decimal(0))),
            "on_rate_change": "term",
            "limits": Limits(None, 6),
        },
    ],
)
def test_what_seldom_happens_is_reckoned_as_by_the_twin(changes):
    agree(terms(**changes))


@given(wilder_terms())
@settings(max_examples=250, deadline=None)
def test_whatever_happens_the_plan_is_that_of_its_slow_twin(terms):
    agree(terms)


@given(some_terms(max_months=40))
@settings(max_examples=80, deadline=None)
def test_longer_plans_too_are_those_of_their_slow_twins(terms):
    agree(terms)
