"""Money: exact cents in, exact cents out."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.basics.money import cents_from_euros, euros, round_cents


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [("0.5", 1), ("1.5", 2), ("2.4999", 2), ("-0.5", -1), ("-1.4999", -1), ("0", 0)],
)
def test_half_a_cent_rounds_away_from_zero(exact: str, rounded: int) -> None:
    assert round_cents(Decimal(exact)) == rounded
    assert round_cents(Fraction(exact)) == rounded


@given(st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=10**6))
def test_rounding_never_moves_an_amount_by_more_than_half_a_cent(exact: Fraction) -> None:
    assert abs(round_cents(exact) - exact) <= Fraction(1, 2)


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_cents_survive_being_written_as_euros_and_read_back(amount: int) -> None:
    assert cents_from_euros(euros(amount)) == amount


@pytest.mark.parametrize("text", ["", "1,5", "1.234", "1e5", "NaN", " 1", "1 000", "٣", "--1", "."])
def test_anything_but_plain_euros_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount of euros"):
        cents_from_euros(text)


def test_nothing_has_no_sign_and_a_cent_has_two_decimals() -> None:
    assert [euros(0), euros(1), euros(-1), euros(-100)] == ["0.00", "0.01", "-0.01", "-1.00"]


@pytest.mark.parametrize("text", ["1.x", "1.5²", "1²", "1.²", "x", "1.005"])
def test_what_is_no_amount_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount of euros"):
        cents_from_euros(text)
