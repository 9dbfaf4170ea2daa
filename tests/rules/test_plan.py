"""The repayment plan: rows that add up to the cent, over the whole product range."""

import itertools
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lending.basics.errors import Refused
from lending.loans.plan import ExtraPayment, Limits, Terms, calculator, plan
from lending.loans.terms import from_json, to_json

STARTS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
PRINCIPALS = st.integers(200_00, 10_000_00)
MONTHS = st.integers(3, 96)
PERCENTS = st.integers(0, 600).map(lambda hundredths: Decimal(hundredths) / 100)
DUE_DAYS = st.sampled_from(["15", "last"])
DAY_COUNTS = st.sampled_from(["actual/365", "actual/360", "30E/360", "rate/12"])


def terms(**given_terms):
    """3 000 € at 2.5 % from 2 January 2026, due on the 15th, 24 instalments, unless told otherwise."""
    base = Terms(
        disbursements=((date(2026, 1, 2), 3000_00),),
        rates=((date(2026, 1, 1), Decimal("2.5")),),
        due_day="15",
        first_due=date(2026, 2, 15),
        instalments=24,
    )
    return replace(base, **given_terms)


def adds_up(made, principal):
    """The rows chain from the principal to nothing."""
    rows = made.rows
    assert rows[0].opening_cents == principal
    for row, after in itertools.pairwise(rows):
        assert after.opening_cents == row.closing_cents
    for n, row in enumerate(rows, start=1):
        assert row.n == n
        assert row.instalment_cents == row.interest_cents + row.principal_cents
        assert row.closing_cents == row.opening_cents - row.principal_cents >= 0
    assert rows[-1].closing_cents == 0
    assert [row.kind for row in rows].count("last") == 1 and rows[-1].kind == "last"
    assert made.totals.principal_cents == principal


def half_up(amount: Fraction) -> int:
    """Rounding written a second time, by another library."""
    exact = Decimal(amount.numerator) / Decimal(amount.denominator)
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def walk(start, principal, rows, percent_on):
    """A slow walk through the days, a cent's fraction at a time; the interest of each row rounded once."""
    day, interest = start, 0
    for row in rows:
        accrued = Fraction(0)
        while day < row.due_date:
            accrued += Fraction(principal) * Fraction(percent_on(day)) / 100 / 365
            day += timedelta(days=1)
        interest += half_up(accrued)
        principal -= row.instalment_cents - half_up(accrued)
    return interest, principal


@given(PRINCIPALS, MONTHS, PERCENTS, DAY_COUNTS, DUE_DAYS, STARTS)
def test_over_the_whole_product_range_the_last_instalment_is_within_a_euro_of_the_others(
    principal, months, percent, day_count, due_day, start
):
    made = calculator(principal, months, percent, day_count, due_day, start)
    adds_up(made, principal)
    assert len(made.rows) == months
    assert {row.instalment_cents for row in made.rows[:-1]} == {made.instalment_cents}
    assert abs(made.rows[-1].instalment_cents - made.instalment_cents) <= 100


@given(PRINCIPALS, MONTHS, PERCENTS, DUE_DAYS, STARTS)
@settings(max_examples=25, deadline=None)
def test_the_total_interest_is_that_of_a_walk_through_the_days(principal, months, percent, due_day, start):
    made = calculator(principal, months, percent, "actual/365", due_day, start)
    interest, left = walk(start, principal, made.rows, lambda day: percent)
    assert (made.totals.interest_cents, left) == (interest, 0)


@given(PRINCIPALS, MONTHS, PERCENTS, PERCENTS, DUE_DAYS, STARTS, st.integers(0, 1500))
@settings(max_examples=25, deadline=None)
def test_a_new_rate_inside_the_plan_is_charged_by_its_days(principal, months, first, second, due_day, start, later):
    change = start + timedelta(days=later)
    made = plan(
        replace(
            terms(),
            disbursements=((start, principal),),
            rates=tuple(sorted({start: first, change: second}.items())),
            due_day=due_day,
            first_due=calculator(principal, 3, first, "actual/365", due_day, start).rows[0].due_date,
            instalments=months,
        )
    )
    adds_up(made, principal)
    assert len(made.rows) == months
    rate = {start: first, change: second}
    interest, left = walk(start, principal, made.rows, lambda day: rate[change] if day >= change else rate[start])
    assert (made.totals.interest_cents, left) == (interest, 0)


def test_after_a_reset_the_instalment_is_new_and_the_last_row_still_fits():
    made = plan(terms(rates=((date(2026, 1, 1), Decimal("2.5")), (date(2026, 7, 1), Decimal("4")))))
    adds_up(made, 3000_00)
    before = {row.instalment_cents for row in made.rows if row.due_date < date(2026, 7, 1)}
    after = {row.instalment_cents for row in made.rows[:-1] if row.due_date > date(2026, 7, 1)}
    assert len(before) == len(after) == 1 and max(before) < min(after)
    assert abs(made.rows[-1].instalment_cents - min(after)) <= 100
    assert made.instalment_cents == min(before)


def test_a_due_date_on_the_day_of_the_new_rate_is_still_charged_at_the_old_one():
    made = plan(
        terms(
            due_day="1",
            first_due=date(2026, 6, 1),
            rates=((date(2026, 1, 1), Decimal("2.5")), (date(2026, 7, 1), Decimal("4"))),
        )
    )
    assert made.rows[0].instalment_cents == made.rows[1].instalment_cents < made.rows[2].instalment_cents


def test_a_reset_can_keep_the_instalment_and_move_the_end():
    path = ((date(2026, 1, 1), Decimal("0")), (date(2026, 7, 1), Decimal("6")))
    made = plan(terms(rates=path, on_rate_change="term"))
    adds_up(made, 3000_00)
    assert len({row.instalment_cents for row in made.rows[:-1]}) == 1
    assert len(made.rows) > 24
    limited = plan(terms(rates=path, on_rate_change="term", limits=Limits(term_months_max=24)))
    assert len(limited.rows) == 24
    assert limited.rows[-2].instalment_cents > limited.rows[0].instalment_cents
    assert abs(limited.rows[-1].instalment_cents - limited.rows[-2].instalment_cents) <= 100


def test_the_same_rate_confirmed_again_changes_nothing():
    assert plan(terms(rates=((date(2026, 1, 1), Decimal("2.5")), (date(2026, 7, 1), Decimal("2.50"))))) == plan(terms())


@given(PRINCIPALS, st.integers(20_00, 400_00), PERCENTS, DUE_DAYS, STARTS)
def test_by_amount_rows_run_until_nothing_is_left(principal, instalment, percent, due_day, start):
    first = calculator(principal, 3, percent, "actual/365", due_day, start).rows[0].due_date
    given_terms = replace(
        terms(),
        disbursements=((start, principal),),
        rates=((start, percent),),
        due_day=due_day,
        first_due=first,
        instalments=None,
        instalment_cents=instalment,
    )
    try:
        made = plan(given_terms)
    except Refused as refused:
        assert refused.code == "instalment-below-interest"
        plan(replace(given_terms, instalment_cents=refused.facts["least_instalment_cents"] * 2))
        return
    adds_up(made, principal)
    assert all(row.instalment_cents == instalment for row in made.rows[:-1])
    assert 0 < made.rows[-1].instalment_cents <= instalment


@given(PRINCIPALS, MONTHS, PERCENTS, DUE_DAYS, STARTS)
def test_equal_principal_is_split_evenly(principal, months, percent, due_day, start):
    first = calculator(principal, 3, percent, "actual/365", due_day, start).rows[0].due_date
    made = plan(
        replace(
            terms(method="equal_principal"),
            disbursements=((start, principal),),
            rates=((start, percent),),
            due_day=due_day,
            first_due=first,
            instalments=months,
        )
    )
    adds_up(made, principal)
    parts = [row.principal_cents for row in made.rows]
    assert len(parts) == months and len(set(parts[:-1])) == 1
    assert abs(parts[-1] - parts[0]) * 2 <= months


@given(PRINCIPALS, st.integers(6, 60), PERCENTS, DUE_DAYS, STARTS, st.sets(st.integers(0, 5), min_size=1, max_size=6))
def test_grace_months_pay_interest_only_and_move_the_end(principal, months, percent, due_day, start, rows):
    bare = calculator(principal, months, percent, "actual/365", due_day, start)
    grace = tuple(bare.rows[k].due_date for k in sorted(rows))
    made = plan(
        replace(
            terms(),
            disbursements=((start, principal),),
            rates=((start, percent),),
            due_day=due_day,
            first_due=bare.rows[0].due_date,
            instalments=months,
            grace=grace,
        )
    )
    adds_up(made, principal)
    assert len(made.rows) == months + len(grace) and made.principal_rows == months
    for row in made.rows:
        assert (row.kind == "grace") == (row.due_date in grace)
        if row.kind == "grace":
            assert row.principal_cents == 0
    assert abs(made.rows[-1].instalment_cents - made.instalment_cents) <= 100


def test_without_interest_a_grace_month_has_nothing_to_pay():
    made = plan(terms(rates=((date(2026, 1, 1), Decimal(0)),), grace=(date(2026, 3, 15),)))
    assert made.rows[1].instalment_cents == 0
    assert made.last_due == date(2028, 2, 15)


def test_a_grace_date_that_is_no_due_date_is_refused():
    for day in (date(2026, 3, 14), date(2026, 1, 15), date(2031, 1, 15)):
        with pytest.raises(Refused, match="grace-date-not-due"):
            plan(terms(grace=(day,)))


def test_a_second_disbursement_bears_interest_from_its_own_day():
    made = plan(terms(disbursements=((date(2026, 1, 2), 1000_00), (date(2026, 2, 1), 2000_00))))
    first = made.rows[0]
    expected = half_up(Fraction(1000_00 * 44 + 2000_00 * 14) * Fraction(5, 2) / 36500)
    assert (first.opening_cents, first.interest_cents) == (3000_00, expected)
    assert abs(made.rows[-1].instalment_cents - made.instalment_cents) <= 100
    assert made.totals.principal_cents == 3000_00


def test_an_extra_payment_shortens_the_term_or_lowers_the_instalment():
    bare = plan(terms())
    shorter = plan(terms(extra_payments=(ExtraPayment(date(2026, 5, 20), 500_00),)))
    assert len(shorter.rows) < 24
    assert {row.instalment_cents for row in shorter.rows[:-1]} == {bare.instalment_cents}
    assert 0 < shorter.rows[-1].instalment_cents <= bare.instalment_cents
    lower = plan(terms(extra_payments=(ExtraPayment(date(2026, 5, 20), 500_00, "lower_instalment"),)))
    assert len(lower.rows) == 24
    assert lower.rows[3].instalment_cents == bare.instalment_cents > lower.rows[4].instalment_cents
    assert abs(lower.rows[-1].instalment_cents - lower.rows[4].instalment_cents) <= 100
    for made in (shorter, lower):
        assert made.extra_cents == 500_00
        assert made.totals.principal_cents == 2500_00
        assert made.totals.interest_cents < bare.totals.interest_cents


def test_an_extra_payment_of_everything_ends_the_plan_with_its_interest():
    made = plan(terms(extra_payments=(ExtraPayment(date(2026, 2, 20), 5000_00),)))
    assert made.rows[-1].principal_cents == 0 and made.rows[-1].interest_cents > 0
    assert made.extra_cents + made.totals.principal_cents == 3000_00


def test_a_too_small_instalment_names_the_longest_term_that_fits():
    limits = Limits(instalment_min_cents=20_00, term_months_max=96)
    with pytest.raises(Refused) as refused:
        plan(terms(disbursements=((date(2026, 1, 2), 1000_00),), instalments=60, limits=limits))
    facts = refused.value.facts
    assert refused.value.code == "instalment-too-small" and facts["minimum_cents"] == 20_00
    months = facts["longest_months"]
    fits = plan(terms(disbursements=((date(2026, 1, 2), 1000_00),), instalments=months, limits=limits))
    assert fits.instalment_cents >= 20_00
    with pytest.raises(Refused):
        plan(terms(disbursements=((date(2026, 1, 2), 1000_00),), instalments=months + 1, limits=limits))


def test_a_too_long_term_names_the_least_instalment_that_fits():
    limits = Limits(instalment_min_cents=20_00, term_months_max=96)
    with pytest.raises(Refused) as refused:
        plan(terms(instalments=97, limits=limits))
    assert refused.value.code == "term-too-long"
    assert refused.value.facts == {
        "longest_months": 96,
        "least_instalment_cents": plan(terms(instalments=96)).instalment_cents,
    }


def test_a_too_small_amount_names_the_least_that_ends_in_time():
    limits = Limits(instalment_min_cents=20_00, term_months_max=96)
    by_amount = terms(instalments=None, instalment_cents=25_00, limits=limits)
    with pytest.raises(Refused) as refused:
        plan(by_amount)
    least = refused.value.facts["least_instalment_cents"]
    assert refused.value.code == "term-too-long" and refused.value.facts["longest_months"] == 96
    assert len(plan(replace(by_amount, instalment_cents=least)).rows) == 96
    with pytest.raises(Refused):
        plan(replace(by_amount, instalment_cents=least - 1))
    with pytest.raises(Refused, match="instalment-too-small"):
        plan(replace(by_amount, instalment_cents=19_99))


def test_an_amount_that_does_not_cover_the_interest_names_the_least_workable_one():
    by_amount = terms(instalments=None, instalment_cents=5_00)
    with pytest.raises(Refused) as refused:
        plan(by_amount)
    assert refused.value.code == "instalment-below-interest"
    assert refused.value.facts["interest_cents"] == half_up(Fraction(3000_00 * 44) * Fraction(5, 2) / 36500)
    assert refused.value.facts["least_instalment_cents"] == refused.value.facts["interest_cents"] + 1


@pytest.mark.parametrize(
    ("given_terms", "code"),
    [
        ({"disbursements": ()}, "principal-not-positive"),
        ({"disbursements": ((date(2026, 1, 2), 0),)}, "principal-not-positive"),
        ({"instalments": None}, "instalments-missing"),
        ({"instalments": 0}, "instalments-out-of-range"),
        ({"instalments": None, "instalment_cents": 0}, "instalment-not-positive"),
        ({"instalments": None, "instalment_cents": 10_00, "method": "equal_principal"}, "instalments-missing"),
        ({"first_due": date(2025, 12, 15)}, "first-due-too-early"),
        ({"first_due": date(2026, 2, 14)}, "first-due-not-due-day"),
        ({"extra_payments": (ExtraPayment(date(2025, 12, 1), 100),)}, "payment-before-disbursement"),
        ({"rates": ((date(2026, 2, 1), Decimal(1)),)}, "rate-missing"),
    ],
)
def test_terms_that_lead_nowhere_are_refused(given_terms, code):
    with pytest.raises(Refused, match=code):
        plan(terms(**given_terms))


def test_terms_survive_being_kept_as_json():
    kept = terms(grace=(date(2026, 3, 15),), instalment_cents=150_00)
    assert from_json(to_json(kept)) == kept
    assert plan(from_json(to_json(kept))) == plan(kept)


def test_with_both_given_the_last_row_takes_all_that_is_left():
    made = plan(terms(instalments=10, instalment_cents=100_00))
    adds_up(made, 3000_00)
    assert len(made.rows) == 10 and made.rows[-1].instalment_cents > 2000_00


def test_without_a_limit_an_instalment_that_takes_a_lifetime_names_the_least_that_ends():
    slow = terms(instalments=None, instalment_cents=6_60, first_due=date(2026, 1, 15))
    with pytest.raises(Refused) as refused:
        plan(slow)
    assert refused.value.code == "term-too-long" and refused.value.facts["longest_months"] == 1200
    least = refused.value.facts["least_instalment_cents"]
    assert len(plan(replace(slow, instalment_cents=least)).rows) <= 1200
    with pytest.raises(Refused, match="term-too-long"):
        plan(replace(slow, instalment_cents=least - 1))


def test_a_reset_is_no_way_around_the_limit_of_an_instalment_that_is_too_small():
    path = ((date(2026, 1, 1), Decimal(6)), (date(2026, 3, 1), Decimal("5.99")))
    with pytest.raises(Refused) as refused:
        plan(terms(instalments=None, instalment_cents=38_00, rates=path, limits=Limits(None, 96)))
    assert (refused.value.code, refused.value.facts["longest_months"]) == ("term-too-long", 96)


def test_by_amount_a_second_disbursement_is_counted_before_the_rate_changes():
    path = ((date(2026, 1, 1), Decimal("2.5")), (date(2026, 8, 1), Decimal("3")))
    parts = ((date(2026, 1, 2), 200_00), (date(2026, 4, 20), 2800_00))
    made = plan(terms(instalments=None, instalment_cents=130_00, rates=path, disbursements=parts))
    adds = [row.instalment_cents for row in made.rows]
    assert made.totals.principal_cents == 3000_00 and max(adds) < 140_00
