"""A payment pays the oldest due instalment first, interest before principal; its parts add up."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lending.loans.allocation import Claim, allocate

ON = date(2026, 5, 20)


def claims(*rows):
    """Claims of (days from ON to the due date, open cents, interest cents)."""
    return [
        Claim(n, ON + timedelta(days=days), open_cents, interest)
        for n, (days, open_cents, interest) in enumerate(rows, start=1)
    ]


def test_the_oldest_due_instalment_comes_first_and_in_it_interest():
    paid = allocate(150_00, claims((-35, 100_00, 8_00), (-5, 100_00, 7_00)), ON)
    assert [(part.n, part.interest_cents, part.principal_cents) for part in paid.parts] == [
        (1, 8_00, 92_00),
        (2, 7_00, 43_00),
    ]
    assert paid.excess_cents == 0


def test_a_small_payment_pays_interest_alone():
    paid = allocate(5_00, claims((-35, 100_00, 8_00)), ON)
    assert (paid.interest_cents, paid.principal_cents) == (5_00, 0)


def test_what_is_due_comes_before_what_is_only_billed_and_the_rest_is_excess():
    paid = allocate(250_00, claims((10, 100_00, 7_00), (-5, 100_00, 8_00)), ON)
    assert [part.n for part in paid.parts] == [2, 1]
    assert paid.excess_cents == 50_00


def test_what_is_paid_already_takes_nothing():
    paid = allocate(50_00, claims((-35, 0, 0), (-5, 20_00, 0)), ON)
    assert [part.n for part in paid.parts] == [2] and paid.excess_cents == 30_00


ROWS = st.lists(
    st.tuples(st.integers(-400, 60), st.integers(0, 200_00), st.integers(0, 300_00)).map(
        lambda row: (row[0], row[1], min(row[1], row[2]))
    ),
    max_size=12,
)


@given(st.integers(0, 3000_00), ROWS)
def test_the_parts_add_up_to_the_payment(amount, rows):
    paid = allocate(amount, claims(*rows), ON)
    assert paid.interest_cents + paid.principal_cents + paid.excess_cents == amount
    by_n = {claim.n: claim for claim in claims(*rows)}
    for part in paid.parts:
        claim = by_n[part.n]
        assert 0 < part.interest_cents + part.principal_cents <= claim.open_cents
        assert part.interest_cents <= claim.interest_cents
        assert part.principal_cents == 0 or part.interest_cents == claim.interest_cents
    if paid.excess_cents:
        assert sum(row[1] for row in rows) == amount - paid.excess_cents


@given(st.integers(0, 500_00), st.integers(0, 500_00), ROWS)
def test_two_payments_pay_what_one_of_their_sum_would(first, second, rows):
    together = allocate(first + second, claims(*rows), ON)
    one = allocate(first, claims(*rows), ON)
    paid = {part.n: part for part in one.parts}
    left = []
    for claim in claims(*rows):
        part = paid.get(claim.n)
        done, interest = (part.interest_cents + part.principal_cents, part.interest_cents) if part else (0, 0)
        left.append(Claim(claim.n, claim.due_date, claim.open_cents - done, claim.interest_cents - interest))
    two = allocate(second, left, ON)
    assert one.interest_cents + two.interest_cents == together.interest_cents
    assert one.principal_cents + two.principal_cents == together.principal_cents


def test_a_payment_of_one_cent_pays_a_cent_of_interest():
    paid = allocate(1, [Claim(1, ON, open_cents=100, interest_cents=10)], ON)
    assert (paid.interest_cents, paid.principal_cents, paid.excess_cents) == (1, 0, 0)
    assert allocate(5, [Claim(1, ON, open_cents=1, interest_cents=0)], ON).excess_cents == 4
