"""What may still be lent under each cap, and whether the year's money lasts."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from lending.basics.errors import Refused
from lending.fund.caps import Cap, Sums, caps_of, check_caps, short_caps
from lending.fund.pace import months_of, outlook, tightest
from lending.policy.policies import Policy, load_policies
from lending.policy.policy import Caps
from web.refusals import REFUSALS

ON = date(2026, 9, 1)


@pytest.fixture(scope="module")
def kemi() -> Policy:
    return load_policies(Path(__file__).parents[2] / "policies").by_id("kemi-2016")


def capped(policy: Policy, **cents: int) -> Policy:
    return replace(policy, caps=Caps(**cents))


def test_every_cap_with_what_has_been_used_of_it(kemi: Policy) -> None:
    sums = Sums(
        granted_cents=30, repaid_cents=5, reserved_cents=7, undisbursed_cents=10, outstanding_cents=200, lost_cents=4
    )
    policy = capped(kemi, granted_in_year_max_cents=100, outstanding_max_cents=300, capital_cents=400)
    assert [(cap.kind, cap.cap_cents, cap.used_cents, cap.left_cents) for cap in caps_of(policy, 90, sums)] == [
        ("appropriation", 90, 30, 60),
        ("granted-in-year", 100, 30, 70),
        ("outstanding", 300, 210, 90),
        ("capital", 400, 214, 186),
    ]
    assert {cap.left_cents - cap.left_after_reserved_cents for cap in caps_of(policy, 90, sums)} == {7}


def test_the_caps_of_kemi_name_their_clauses(kemi: Policy) -> None:
    assert [(cap.kind, cap.cap_cents, cap.clause) for cap in caps_of(kemi, None, Sums())] == [
        ("granted-in-year", 140_000_00, "kemi-2016:4b"),
        ("outstanding", 550_000_00, "kemi-2016:4c"),
    ]


def test_before_anything_is_lent_every_cap_is_free(kemi: Policy) -> None:
    assert Sums() == Sums(0, 0, 0, 0, 0, 0)
    caps = caps_of(
        capped(kemi, granted_in_year_max_cents=100, outstanding_max_cents=300, capital_cents=400), 90, Sums()
    )
    assert [cap.left_after_reserved_cents for cap in caps] == [90, 100, 300, 400]


def test_where_there_is_no_cap_nothing_is_refused(kemi: Policy) -> None:
    caps = caps_of(capped(kemi), None, Sums(granted_cents=10**9))
    assert caps == ()
    check_caps(caps, 10**9, 2026, kemi.id)


@pytest.mark.parametrize("kind", ["appropriation", "granted-in-year", "outstanding", "capital"])
def test_the_last_cent_can_be_granted_and_not_one_more(kind: str) -> None:
    cap = Cap(kind, 1000_00, 400_00, 300_00, "x:4b")
    check_caps([cap], 600_00, 2026, "x")
    with pytest.raises(Refused) as refused:
        check_caps([cap], 600_01, 2026, "x")
    assert (refused.value.code, refused.value.field) == (f"fund-{kind}", "amount")
    assert refused.value.facts == {
        "year": 2026,
        "cap_cents": 1000_00,
        "used_cents": 400_00,
        "left_cents": 600_00,
        "wanted_cents": 600_01,
        "clause": "x:4b",
    }
    sentence = str(REFUSALS[f"fund-{kind}"])
    assert sentence % refused.value.facts


def test_a_cap_that_has_been_lowered_below_what_was_granted_leaves_nothing() -> None:
    cap = Cap("appropriation", 100, 150, 0, None)
    with pytest.raises(Refused) as refused:
        check_caps([cap], 1, 2026, "x-1")
    assert (refused.value.facts["left_cents"], refused.value.facts["clause"]) == (0, "x-1")


def test_what_is_reserved_warns_and_does_not_refuse() -> None:
    caps = (Cap("appropriation", 100, 40, 50, None), Cap("outstanding", 100, 40, 10, None))
    check_caps(caps, 60, 2026, "x")
    assert short_caps(caps, 60) == ()
    assert [cap.kind for cap in short_caps(caps, 61)] == ["appropriation", "outstanding"]
    assert short_caps([Cap("appropriation", 100, 40, 61, None)], 1) != ()
    # What waits, all of it granted, would just use the cap up.
    assert short_caps([Cap("appropriation", 100, 40, 60, None)], 1) == ()


def test_months_add_up_against_an_even_pace() -> None:
    months = months_of(2026, {1: 100, 3: 50, 4: -20}, {2: 7}, 1200, date(2026, 4, 15))
    assert [month.so_far_cents for month in months] == [100, 100, 150, *[130] * 9]
    assert [month.even_cents for month in months] == [100 * n for n in range(1, 13)]
    assert [month.is_ahead for month in months] == [False] * 4 + [True] * 8
    assert [month.repaid_cents for month in months][:3] == [0, 7, 0]
    assert [month.granted_cents for month in months] == [100, 0, 50, -20, *[0] * 8]
    assert [month.first for month in months] == [date(2026, number, 1) for number in range(1, 13)]
    assert months_of(2026, {}, {}, None, ON)[11].even_cents is None


def test_a_month_is_ahead_until_its_first_day() -> None:
    assert [sum(month.is_ahead for month in months_of(2026, {}, {}, 0, day)) for day in (date(2026, 8, 31), ON)] == [
        4,
        3,
    ]


@pytest.mark.parametrize(
    ("granted", "on", "state", "runs_out"),
    [
        (0, date(2026, 6, 30), "lasts", None),
        (365_00, date(2026, 1, 10), "used-up", None),
        (100_00, date(2026, 1, 29), "too-early", None),
        (181_00, date(2026, 6, 30), "lasts", None),
        (182_00, date(2026, 6, 30), "runs-out", date(2026, 12, 29)),
        (300_00, date(2026, 6, 30), "runs-out", date(2026, 8, 9)),
        (181_49, date(2026, 6, 30), "runs-out", date(2026, 12, 31)),
        (100_00, date(2026, 1, 30), "runs-out", date(2026, 4, 20)),
        (300_00, date(2026, 12, 31), "lasts", None),
        (300_00, date(2027, 1, 1), "over", None),
    ],
)
def test_whether_the_money_lasts(granted: int, on: date, state: str, runs_out: date | None) -> None:
    # A euro a day.
    found = outlook(2026, 365_00, granted, on)
    assert (found.state, found.runs_out_on) == (state, runs_out)


def test_of_much_money_a_small_loan_uses_next_to_nothing_and_of_little_half_is_half() -> None:
    assert outlook(2026, 20_000_000_00, 200_00, date(2026, 12, 30)).state == "lasts"
    assert outlook(2026, 2, 1, date(2026, 1, 30)).runs_out_on == date(2026, 3, 2)


def test_an_even_pace_is_counted_by_the_day() -> None:
    assert outlook(2026, 365_00, 0, date(2027, 3, 1)).even_cents == 365_00
    assert outlook(2026, 365_00, 0, date(2026, 2, 1)).even_cents == 32_00
    assert outlook(2028, 366_00, 0, date(2028, 12, 31)).even_cents == 366_00
    assert outlook(2027, 365_00, 0, date(2026, 12, 31)).even_cents == 0


def test_the_tightest_cap_of_the_year() -> None:
    assert tightest([None, 5, 3]) == 3
    assert tightest([None]) is None
