"""A longer time, another instalment, another due day, one instalment later: each limit named with what still works."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.basics.dates import add_months, due_date, month_index
from lending.basics.errors import Refused
from lending.changes.reshape import OpenRow, Room, extended, least_instalment, postponed, with_due_day, with_instalment
from lending.loans.interest import Interest, day_count
from lending.loans.plan import Terms, plan
from lending.loans.terms import from_json, to_json

START = date(2026, 4, 15)
ROOM = Room(most=24, left=10, clause="keusote-2025:5.1d")


def rest(**given_terms) -> Terms:
    """What is left of a loan on 15 April 2026: 2 000 € at 2.5 % in 20 rows from number 4 on, due on the 15th."""
    base = Terms(
        disbursements=((START, 2000_00),),
        rates=((date(2026, 1, 1), Decimal("2.5")),),
        due_day="15",
        first_due=date(2026, 5, 15),
        instalments=20,
        first_n=4,
    )
    made = plan(replace(base, **given_terms))
    return replace(base, **{"instalment_cents": made.instalment_cents, **given_terms})


def refusal(act, *given_values) -> Refused:
    with pytest.raises(Refused) as refused:
        act(*given_values)
    return refused.value


# --- A longer time ---------------------------------------------------------------------------------------------------


@given(st.integers(1, 10))
def test_each_month_of_extension_is_a_row_more_and_a_smaller_instalment(months):
    made = plan(extended(rest(), months, ROOM, 20_00))
    assert len(made.rows) == 20 + months
    assert made.instalment_cents < rest().instalment_cents
    assert abs(made.rows[-1].instalment_cents - made.instalment_cents) <= 100
    assert made.rows[0].due_date == date(2026, 5, 15) and made.rows[0].n == 4


def test_an_extension_beyond_the_room_names_what_is_left_and_the_clause():
    refused = refusal(extended, rest(), 11, ROOM, 20_00)
    assert (refused.code, refused.field) == ("extension-too-long", "months")
    assert refused.facts == {"most": 24, "left": 10, "clause": "keusote-2025:5.1d"}
    assert len(plan(extended(rest(), 10, ROOM, 20_00)).rows) == 30
    empty = refusal(extended, rest(), 0, ROOM, 20_00)
    assert (empty.code, empty.facts["left"]) == ("extension-empty", 10)


def test_an_extension_that_would_make_the_instalment_too_small_names_the_most_months_that_do_not():
    refused = refusal(extended, rest(), 10, ROOM, 80_00)
    assert refused.code == "extension-instalment-too-small"
    months = refused.facts["months"]
    assert refused.facts["minimum_cents"] == 80_00 > refused.facts["instalment_cents"]
    assert plan(extended(rest(), months, ROOM, 80_00)).smallest_cents >= 80_00
    assert refusal(extended, rest(), months + 1, ROOM, 80_00).code == "extension-instalment-too-small"
    assert refusal(extended, rest(), 1, ROOM, 500_00).facts["months"] == 0


def test_grace_months_to_come_stay_where_they_are():
    grace = (date(2026, 6, 15),)
    made = plan(extended(rest(grace=grace), 2, ROOM, 20_00))
    assert [row.kind for row in made.rows[:3]] == ["regular", "grace", "regular"]
    assert made.principal_rows == 22 and len(made.rows) == 23


# --- Another instalment ----------------------------------------------------------------------------------------------


@given(st.integers(71_00, 2004_11).filter(lambda cents: cents != rest().instalment_cents))
def test_the_instalment_asked_for_is_paid_on_every_row_but_the_last(cents):
    made = plan(with_instalment(rest(), cents, ROOM, 20_00))
    assert {row.instalment_cents for row in made.rows[:-1]} <= {cents}
    assert 0 < made.rows[-1].instalment_cents <= cents
    assert len(made.rows) <= 30


def test_a_too_small_instalment_names_the_smallest_that_fits_the_time():
    refused = refusal(with_instalment, rest(), 50_00, ROOM, 20_00)
    assert (refused.code, refused.field) == ("instalment-term-too-long", "instalment")
    assert refused.facts["longest_months"] == 30
    least = refused.facts["least_instalment_cents"]
    assert len(plan(with_instalment(rest(), least, ROOM, 20_00)).rows) == 30
    assert refusal(with_instalment, rest(), least - 1, ROOM, 20_00).code == "instalment-term-too-long"
    assert least_instalment(rest(), ROOM) <= least


def test_an_instalment_below_the_interest_names_the_smallest_that_works():
    refused = refusal(with_instalment, rest(), 3_00, ROOM, 1_00)
    assert refused.facts["least_instalment_cents"] > 60_00


def test_an_instalment_below_the_minimum_names_it():
    refused = refusal(with_instalment, rest(), 19_99, ROOM, 20_00)
    assert (refused.code, refused.facts) == ("instalment-too-small", {"minimum_cents": 20_00})
    assert refusal(with_instalment, rest(), 40_00, Room(24, 0), 100_50).code == "instalment-too-small"
    raised = refusal(with_instalment, rest(), 101_00, Room(24, 0), 101_00)
    assert raised.facts["least_instalment_cents"] > 101_00, "no room: the instalment of now is the least"


def test_the_instalment_in_force_is_no_other_instalment():
    now = rest().instalment_cents
    refused = refusal(with_instalment, rest(), now, ROOM, 20_00)
    assert (refused.code, refused.field) == ("instalment-unchanged", "instalment")
    assert with_instalment(rest(), now + 1, ROOM, 20_00).instalment_cents == now + 1


def test_no_instalment_is_larger_than_one_payment_of_all_that_is_left():
    refused = refusal(with_instalment, rest(), 50_000_00, ROOM, 20_00)
    assert (refused.code, refused.field) == ("instalment-above-rest", "instalment")
    most = refused.facts["most_cents"]
    assert most == 2000_00 + 4_11, "thirty days of interest"
    assert len(plan(with_instalment(rest(), most, ROOM, 20_00)).rows) == 1
    assert refusal(with_instalment, rest(), most + 1, ROOM, 20_00).facts == {"most_cents": most}


def test_a_grace_month_before_the_one_payment_is_not_what_is_left():
    before = rest(grace=(date(2026, 5, 15),))
    most = refusal(with_instalment, before, 50_000_00, ROOM, 20_00).facts["most_cents"]
    assert [row.kind for row in plan(with_instalment(before, most, ROOM, 20_00)).rows] == ["grace", "last"]


def test_equal_principal_has_no_instalment_to_choose():
    equal = rest(method="equal_principal", instalment_cents=100_00)
    assert refusal(with_instalment, equal, 150_00, ROOM, 20_00).code == "instalment-not-for-method"


# --- Another due day -------------------------------------------------------------------------------------------------


@given(st.sampled_from(["actual/365", "actual/360", "30E/360", "rate/12"]), st.booleans(), st.integers(0, 31))
def test_the_odd_period_is_charged_by_its_days(name, to_last, wait):
    old, new = ("15", "last") if to_last else ("last", "15")
    first = due_date(month_index(date(2026, 5, 1)), old)
    before = rest(due_day=old, first_due=first, day_count=name)
    moved = with_due_day(before, new, ("15", "last"), START + timedelta(days=1 + wait), 20_00)
    made = plan(moved)
    row = made.rows[0]
    assert row.due_date == due_date(month_index(row.due_date), new) >= START + timedelta(days=1 + wait)
    assert month_index(row.due_date) - month_index(first) in (0, 1)
    by_days = Interest(before.rates, day_count(name, old))
    assert row.interest_cents == by_days.rounded(2000_00, START, row.due_date)
    assert len(made.rows) == 20
    assert all(each.due_date == due_date(month_index(each.due_date), new) for each in made.rows)
    assert abs(made.rows[-1].instalment_cents - made.instalment_cents) <= 100


def test_grace_months_move_with_the_due_day():
    grace = (date(2026, 6, 15), date(2026, 8, 15))
    moved = with_due_day(rest(grace=grace), "last", ("15", "last"), date(2026, 5, 1), 20_00)
    assert moved.grace == (date(2026, 6, 30), date(2026, 8, 31))
    later = with_due_day(
        rest(due_day="last", first_due=date(2026, 5, 31), grace=(date(2026, 6, 30),)),
        "15",
        ("15", "last"),
        date(2026, 5, 20),
        20_00,
    )
    assert later.first_due == date(2026, 6, 15) and later.grace == (date(2026, 7, 15),)


def test_only_the_due_days_of_the_criteria_and_only_another_one():
    assert refusal(with_due_day, rest(), "20", ("15", "last"), START, 20_00).facts == {"allowed": ["15", "last"]}
    assert refusal(with_due_day, rest(), "15", ("15", "last"), START, 20_00).code == "due-day-unchanged"


def test_the_months_of_a_twelfth_are_still_counted_by_the_first_due_day():
    moved = with_due_day(rest(day_count="rate/12"), "last", ("15", "last"), START, 20_00)
    assert moved.counting_day == "15" and from_json(to_json(moved)).counting_day == "15"
    again = with_due_day(moved, "15", ("15", "last"), START, 20_00)
    assert again.counting_day == "15"


# --- One instalment later --------------------------------------------------------------------------------------------

ROWS = (OpenRow(3, date(2026, 4, 30)), OpenRow(4, date(2026, 5, 15)))
ON = date(2026, 4, 20)


def later(due, until, rows=ROWS, on=ON, months_max=1):
    return postponed(rest(), due, until, rows, on, months_max, "kemi:8c")


def test_one_instalment_is_postponed_by_a_month_at_most_and_the_plan_stays():
    changed = later(date(2026, 4, 30), date(2026, 5, 30))
    assert changed.postponed == ((3, date(2026, 5, 30)),)
    assert plan(changed).rows == plan(rest()).rows
    assert from_json(to_json(changed)) == changed
    refused = refusal(later, date(2026, 4, 30), date(2026, 5, 31))
    assert (refused.code, refused.facts) == (
        "postponement-too-long",
        {"latest": add_months(date(2026, 4, 30), 1), "clause": "kemi:8c"},
    )


def test_a_postponement_is_to_a_later_day():
    refused = refusal(later, date(2026, 4, 30), date(2026, 4, 30))
    assert refused.code == "postponement-too-short"
    assert refused.facts == {"earliest": date(2026, 5, 1), "latest": date(2026, 5, 30)}
    assert later(date(2026, 4, 30), date(2026, 5, 1)).postponed


def test_only_an_instalment_that_can_still_be_paid_in_time_and_one_at_a_time():
    assert refusal(later, date(2026, 6, 15), date(2026, 6, 30)).facts == {"first": date(2026, 4, 30)}
    assert refusal(later, date(2026, 6, 15), date(2026, 6, 30), ()).facts == {"first": None}
    running = (OpenRow(3, date(2026, 4, 30), date(2026, 5, 20)), ROWS[1])
    refused = refusal(later, date(2026, 5, 15), date(2026, 5, 30), running)
    assert (refused.code, refused.facts) == ("postponement-already", {"until": date(2026, 5, 20)})
    assert later(date(2026, 5, 15), date(2026, 5, 30), running, on=date(2026, 5, 21)).postponed
    twice = refusal(later, date(2026, 4, 30), date(2026, 5, 25), running, date(2026, 5, 21))
    assert twice.code == "postponement-already"


def test_where_the_criteria_have_none_there_is_none():
    assert refusal(later, date(2026, 4, 30), date(2026, 5, 10), ROWS, ON, 0).code == "postponement-not-allowed"
