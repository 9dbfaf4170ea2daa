"""What a payment capacity carries."""

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


def test_a_longer_term_carries_a_larger_loan() -> None:
    loans = [loan for loan in largest_loans(12_000, CONDITIONS).values() if loan is not None]
    assert loans == sorted(loans)
    assert len(loans) == 8


def test_no_capacity_carries_no_loan() -> None:
    assert set(largest_loans(0, CONDITIONS).values()) == {None}
    assert shortest_term(20_000, 0, CONDITIONS) is None
