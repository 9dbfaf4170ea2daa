"""What a payment capacity carries."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from lending.loans.affordability import Conditions, instalment_of, largest_loan, largest_loans, shortest_term

CONDITIONS = Conditions(
    percent=Decimal("2.5"),
    start=date(2026, 9, 1),
    day_count="actual/365",
    due_day="last",
    amount_min_cents=20_000,
    amount_max_cents=1_000_000,
    term_months_max=96,
)


@given(capacity=st.integers(300, 30_000), months=st.sampled_from([12, 36, 60, 96]))
def test_the_largest_loan_fits_and_ten_euros_more_would_not(capacity: int, months: int) -> None:
    largest = largest_loan(capacity, months, CONDITIONS)
    if largest is None:
        assert instalment_of(20_000, months, CONDITIONS) > capacity
        return
    assert instalment_of(largest, months, CONDITIONS) <= capacity
    if largest < 1_000_000:
        assert instalment_of(largest + 1000, months, CONDITIONS) > capacity


@given(amount=st.integers(200, 10_000), capacity=st.integers(500, 50_000))
def test_the_shortest_term_fits_and_a_month_less_would_not(amount: int, capacity: int) -> None:
    months = shortest_term(amount * 100, capacity, CONDITIONS)
    if months is None:
        assert instalment_of(amount * 100, 96, CONDITIONS) > capacity
        return
    assert instalment_of(amount * 100, months, CONDITIONS) <= capacity
    if months > 1:
        assert instalment_of(amount * 100, months - 1, CONDITIONS) > capacity


def test_where_the_criteria_name_no_least_instalment_none_is_too_small() -> None:
    # Of a cent in three months only the last one asks for anything.
    assert shortest_term(1, 0, replace(CONDITIONS, percent=Decimal(0))) == 3
    assert shortest_term(1, 0, replace(CONDITIONS, percent=Decimal(0), instalment_min_cents=1)) is None


def test_a_longer_term_carries_a_larger_loan() -> None:
    loans = [loan for loan in largest_loans(12_000, CONDITIONS).values() if loan is not None]
    assert loans == sorted(loans)
    assert len(loans) == 8


def test_no_capacity_carries_no_loan() -> None:
    assert set(largest_loans(0, CONDITIONS).values()) == {None}
    assert shortest_term(20_000, 0, CONDITIONS) is None


#: Nobody pays less than 20 euros a month.
WITH_LEAST = replace(CONDITIONS, instalment_min_cents=20_00)
#: Interest-free, up to five years and 5 000 euros, with no least loan or instalment.
INTEREST_FREE = replace(
    CONDITIONS, percent=Decimal(0), amount_min_cents=0, amount_max_cents=500_000, term_months_max=60
)


def test_a_capacity_below_the_least_instalment_carries_no_loan() -> None:
    assert set(largest_loans(19_99, WITH_LEAST).values()) == {None}
    assert shortest_term(20_000, 19_99, WITH_LEAST) is None
    assert shortest_term(20_000, 20_60, WITH_LEAST) == 10
    # 200 € is the least loan: over 96 months it would cost about 2.30 € a month, too little to be paid by itself,
    # but the largest loan that 25 € carries over 96 months costs nearly 25 €.
    largest = largest_loans(25_00, WITH_LEAST)[96]
    assert largest is not None
    assert 20_00 <= instalment_of(largest, 96, WITH_LEAST) <= 25_00


def test_an_interest_free_loan_is_the_capacity_times_the_months() -> None:
    assert largest_loans(50_00, INTEREST_FREE) == {12: 600_00, 24: 1200_00, 36: 1800_00, 48: 2400_00, 60: 3000_00}
    assert largest_loans(100_00, INTEREST_FREE)[60] == 5000_00
    assert shortest_term(3000_00, 50_00, INTEREST_FREE) == 60
    assert shortest_term(3000_00, 49_99, INTEREST_FREE) is None
    # Without a least loan the first that is tried is ten euros.
    assert largest_loans(80, INTEREST_FREE) == {12: None, 24: 10_00, 36: 20_00, 48: 30_00, 60: 40_00}


def test_the_longest_term_is_always_among_those_shown() -> None:
    assert list(largest_loans(50_00, replace(CONDITIONS, term_months_max=30))) == [12, 24, 30]
    assert list(largest_loans(50_00, replace(CONDITIONS, term_months_max=10))) == [10]
    assert list(largest_loans(50_00, replace(CONDITIONS, term_months_max=24))) == [12, 24]


def test_what_fits_and_what_is_enough_are_meant_to_the_cent() -> None:
    # 1 200 euros in 60 months is 20 euros a month: no less capacity carries it, and no higher least lets it be paid.
    exact = replace(INTEREST_FREE, instalment_min_cents=20_00)
    assert instalment_of(1200_00, 60, exact) == 20_00
    assert largest_loan(20_00, 60, exact) == 1200_00
    assert largest_loan(19_99, 60, replace(exact, instalment_min_cents=0)) == 1190_00
    assert largest_loan(20_00, 60, replace(exact, instalment_min_cents=20_01)) is None
    assert shortest_term(1200_00, 20_00, exact) == 60
    assert shortest_term(1200_00, 19_99, exact) is None
    assert shortest_term(1200_00, 20_00, replace(exact, instalment_min_cents=20_01)) is None
    assert shortest_term(1200_00, 40_00, exact) == 30


def test_a_least_loan_that_is_no_full_ten_of_euros_is_still_the_least() -> None:
    odd = replace(INTEREST_FREE, amount_min_cents=205_00, amount_max_cents=207_00)
    assert largest_loan(205_00, 1, odd) == 205_00
    assert largest_loan(206_99, 1, odd) == 205_00
    assert largest_loan(207_00, 1, odd) == 207_00
    assert largest_loan(204_99, 1, odd) is None
