"""When a decision is known, and the last day to challenge it, around the holidays that move it."""

from datetime import date

import pytest

from lending.decisions.time_limits import known_on, last_day


def test_a_letter_is_known_on_the_seventh_day_and_an_electronic_notice_on_the_third() -> None:
    assert known_on(date(2026, 6, 1), "letter") == date(2026, 6, 8)
    assert known_on(date(2026, 6, 1), "electronic") == date(2026, 6, 4)


def test_a_verifiable_notice_is_known_on_the_day_it_was_received() -> None:
    assert known_on(date(2026, 6, 1), "verifiable", received_on=date(2026, 6, 17)) == date(2026, 6, 17)
    with pytest.raises(ValueError, match="missing"):
        known_on(date(2026, 6, 1), "verifiable")
    with pytest.raises(ValueError, match="pigeon"):
        known_on(date(2026, 6, 1), "pigeon")


def test_the_day_it_is_known_is_not_moved_by_a_holiday() -> None:
    assert known_on(date(2026, 12, 18), "letter") == date(2026, 12, 25)


@pytest.mark.parametrize(
    ("known", "last", "why"),
    [
        (date(2026, 9, 1), date(2026, 10, 1), "a Thursday: thirty days, the first not counted"),
        (date(2026, 9, 3), date(2026, 10, 5), "a Saturday moves to Monday"),
        (date(2026, 9, 4), date(2026, 10, 5), "a Sunday moves to Monday"),
        (date(2026, 11, 24), date(2026, 12, 28), "Christmas Eve, Christmas, a Saturday and a Sunday lie between"),
        (date(2026, 11, 25), date(2026, 12, 28), "Christmas Day"),
        (date(2024, 11, 26), date(2024, 12, 27), "Boxing Day moves to Friday"),
        (date(2026, 12, 2), date(2027, 1, 4), "New Year's Day is a Friday"),
        (date(2025, 12, 7), date(2026, 1, 7), "Epiphany"),
        (date(2026, 3, 4), date(2026, 4, 7), "Good Friday to the Tuesday after Easter"),
        (date(2026, 3, 7), date(2026, 4, 7), "Easter Monday"),
        (date(2026, 4, 1), date(2026, 5, 4), "the first of May is a Friday"),
        (date(2026, 4, 14), date(2026, 5, 15), "Ascension Day is a Thursday"),
        (date(2026, 5, 20), date(2026, 6, 22), "Midsummer Eve is a Friday"),
        (date(2024, 11, 6), date(2024, 12, 9), "Independence Day is a Friday"),
        (date(2026, 10, 1), date(2026, 11, 2), "All Saints' Day is a Saturday"),
        (date(2024, 1, 30), date(2024, 2, 29), "a leap day is a day like others"),
    ],
)
def test_the_last_day_to_claim(known: date, last: date, why: str) -> None:
    assert last_day(known, 30) == last, why


def test_a_letter_sent_before_christmas_from_sending_to_last_day() -> None:
    known = known_on(date(2026, 11, 17), "letter")
    assert known == date(2026, 11, 24)
    assert last_day(known, 30) == date(2026, 12, 28)


def test_the_rule_of_the_day_the_notice_was_sent_counts_and_before_the_first_there_is_none() -> None:
    assert known_on(date(2004, 1, 1), "letter") == date(2004, 1, 8)
    with pytest.raises(ValueError, match="2003-12-31"):
        known_on(date(2003, 12, 31), "letter")
