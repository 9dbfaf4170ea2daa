"""The figures of the state, year by year, each with its status: official, computed or still to verify."""

import shutil
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from lending.basics.errors import Refused
from lending.policy.figure import KEYS
from lending.policy.figures import Figures, load_figures
from lending.policy.norms import revised_norm
from lending.policy.reading import PolicyError

FOLDER = Path(__file__).parents[2] / "policies" / "figures"

#: Percent for the first and the second half of the year.
RATES = {
    2003: "3.0 2.5",
    2004: "2.5 2.5",
    2005: "2.5 2.5",
    2006: "2.5 3.0",
    2007: "4.0 4.5",
    2008: "4.5 4.5",
    2009: "2.5 1.0",
    2010: "1.0 1.0",
    2011: "1.0 1.5",
    2012: "1.0 1.0",
    2013: "1.0 0.5",
    2014: "0.5 0.5",
    2015: "0.5 0.5",
    2016: "0.5 0.0",
    **dict.fromkeys(range(2017, 2023), "0.0 0.0"),
    2023: "2.5 4.0",
    2024: "4.5 4.5",
    2025: "3.5 2.5",
    2026: "2.5 2.5",
}

#: Alone, with another adult, first and second child, third child, child of 17: euros, and the status of each row.
NORMS = {
    date(2020, 1, 1): ((538, 453, 345, 322, 381), "official"),
    date(2020, 12, 31): ((538, 453, 345, 322, 381), "official"),
    date(2022, 1, 1): ((552, 465, 355, 331, 392), "official"),
    date(2022, 6, 30): ((552, 465, 355, 331, 392), "official"),
    date(2022, 7, 1): ((618, 521, 398, 371, 439), "official"),
    date(2023, 1, 1): ((667, 562, 430, 401, 474), "computed"),
    date(2024, 1, 1): ((707, 596, 456, 425, 502), "official"),
    date(2025, 1, 1): ((715, 602, 461, 430, 507), "computed"),
    date(2026, 1, 1): ((719, 605, 464, 433, 510), "computed"),
    date(2026, 12, 31): ((719, 605, 464, 433, 510), "computed"),
}


@pytest.fixture(scope="module")
def figures() -> Figures:
    return load_figures(FOLDER, allow_unconfirmed=True)


@pytest.fixture(scope="module")
def strict() -> Figures:
    return load_figures(FOLDER, allow_unconfirmed=False)


@pytest.mark.parametrize(("year", "halves"), RATES.items())
def test_the_reference_rate_of_each_half_year(figures: Figures, year: int, halves: str) -> None:
    first, second = (Decimal(half) for half in halves.split())
    assert figures.reference_rate(date(year, 1, 1)).percent == first
    assert figures.reference_rate(date(year, 6, 30)).percent == first
    assert figures.reference_rate(date(year, 7, 1)).percent == second
    assert figures.reference_rate(date(year, 12, 31)).percent == second


def test_rates_begin_in_2002_and_every_half_year_since_has_its_row(figures: Figures) -> None:
    assert figures.reference_rate(date(2002, 7, 1)).percent == Decimal("3.5")
    assert len(figures.rates) == 49
    with pytest.raises(Refused, match="figure-missing"):
        figures.reference_rate(date(2002, 6, 30))


def test_only_what_is_from_memory_or_not_found_is_to_verify(figures: Figures) -> None:
    to_verify = [rate.valid_from for rate in figures.rates if rate.status == "to_verify"]
    assert to_verify == [
        date(2004, 1, 1),
        date(2004, 7, 1),
        date(2005, 1, 1),
        date(2005, 7, 1),
        date(2006, 1, 1),
        date(2006, 7, 1),
        date(2026, 7, 1),
    ]
    assert [rate.valid_from for rate in figures.rates if rate.status == "computed"] == [date(2025, 7, 1)]


def test_an_unconfirmed_rate_stops_what_needs_it_outside_the_demo(strict: Figures) -> None:
    assert strict.reference_rate(date(2026, 6, 30)).percent == Decimal("2.5")
    with pytest.raises(Refused) as refused:
        strict.reference_rate(date(2026, 7, 1))
    assert refused.value.code == "figure-not-confirmed"
    assert refused.value.facts == {"figure": "reference_rate", "valid_from": date(2026, 7, 1)}


def test_a_half_year_that_is_missing_stops_what_needs_it(figures: Figures) -> None:
    with pytest.raises(Refused) as refused:
        figures.reference_rate(date(2027, 1, 1))
    assert refused.value.code == "figure-missing"
    assert refused.value.facts == {"figure": "reference_rate", "on": date(2027, 1, 1)}


@pytest.mark.parametrize(("day", "row"), NORMS.items())
def test_the_debt_adjustment_norm_of_each_year(figures: Figures, day: date, row: tuple[tuple[int, ...], str]) -> None:
    norm = figures.debt_adjustment_norm(day)
    euros, status = row
    assert [amount.cents for amount in norm.amounts.values()] == [100 * amount for amount in euros]
    assert list(norm.amounts) == ["alone", "with_adult", "child", "third_child", "child_17"]
    assert norm.status == status
    assert norm.source


def test_one_figure_of_2025_is_computed_and_the_others_official(figures: Figures) -> None:
    amounts = figures.debt_adjustment_norm(date(2025, 5, 1)).amounts
    assert [key for key, amount in amounts.items() if amount.status != "official"] == ["child_17"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (date(2022, 7, 1), date(2023, 1, 1)),
        (date(2024, 1, 1), date(2025, 1, 1)),
        (date(2025, 1, 1), date(2026, 1, 1)),
    ],
)
def test_the_computed_norms_follow_the_pension_index(figures: Figures, before: date, after: date) -> None:
    old, new = figures.debt_adjustment_norm(before), figures.debt_adjustment_norm(after)
    old_index, new_index = figures.pension_index(before).value, figures.pension_index(after).value
    for key, amount in old.amounts.items():
        assert revised_norm(amount.cents, old_index, new_index) == new.amounts[key].cents


def test_the_official_norms_of_2022_and_2024_follow_the_index_too(figures: Figures) -> None:
    for days in [(date(2020, 1, 1), date(2021, 1, 1), date(2022, 1, 1)), (date(2023, 1, 1), date(2024, 1, 1))]:
        cents = [amount.cents for amount in figures.debt_adjustment_norm(days[0]).amounts.values()]
        for before, after in pairwise(days):
            indices = figures.pension_index(before).value, figures.pension_index(after).value
            cents = [revised_norm(amount, *indices) for amount in cents]
        assert cents == [amount.cents for amount in figures.debt_adjustment_norm(days[-1]).amounts.values()]


def test_the_pension_index_of_each_year_and_only_that_of_2023_from_memory(figures: Figures) -> None:
    assert [(row.valid_from.isoformat(), int(row.value), row.status) for row in figures.pension_indices] == [
        ("2020-01-01", 1633, "official"),
        ("2021-01-01", 1639, "official"),
        ("2022-01-01", 1674, "official"),
        ("2022-08-01", 1733, "official"),
        ("2023-01-01", 1805, "to_verify"),
        ("2024-01-01", 1911, "official"),
        ("2025-01-01", 1930, "official"),
        ("2026-01-01", 1939, "official"),
    ]


def test_every_row_names_its_source(figures: Figures) -> None:
    for figure in KEYS:
        assert all(row.source and row.entry_id is None for row in figures.rows_of(figure))


def test_the_norm_of_2021_is_not_known_and_not_guessed(figures: Figures) -> None:
    with pytest.raises(Refused, match="figure-missing"):
        figures.debt_adjustment_norm(date(2021, 6, 1))


def test_a_figure_just_over_a_full_euro_goes_up_and_an_exact_one_stays() -> None:
    # 430 × 1939 / 1930 = 432.005: the sharp edge of 2026.
    assert revised_norm(430_00, Decimal(1930), Decimal(1939)) == 433_00
    assert revised_norm(500_00, Decimal(1000), Decimal(1010)) == 505_00


@pytest.mark.parametrize(
    ("day", "alone", "status"),
    [
        (date(2022, 7, 31), 514_82, "official"),
        (date(2022, 8, 1), 532_97, "official"),
        (date(2023, 6, 1), 555_11, "computed"),
        (date(2024, 6, 1), 587_71, "official"),
        (date(2025, 6, 1), 593_55, "computed"),
        (date(2026, 2, 28), 596_32, "official"),
        (date(2026, 3, 1), 578_43, "official"),
        (date(2026, 11, 1), 578_43, "official"),
    ],
)
def test_the_basic_part_of_social_assistance(figures: Figures, day: date, alone: int, status: str) -> None:
    row = figures.social_assistance_norm(day)
    assert (row.amount("alone").cents, row.status) == (alone, status)
    assert figures.norm("social_assistance", day) == row


@pytest.mark.parametrize(
    ("day", "percentages"),
    [
        (date(2024, 6, 1), "85 114 73 70 65 60 63 58 53"),
        (date(2025, 6, 1), "85 114 73 70 65 60 63 58 53"),
        (date(2026, 2, 1), "85 114 73 70 65 60 63 58 53"),
        (date(2026, 3, 1), "86 115 73 72.2 67.2 62.2 65 60 55"),
    ],
)
def test_the_other_figures_of_social_assistance_are_parts_of_the_first(
    figures: Figures, day: date, percentages: str
) -> None:
    alone, *others = figures.social_assistance_norm(day).amounts.values()
    assert [amount.cents for amount in others] == [
        int((alone.cents * Decimal(percent) / 100).quantize(Decimal(1), "ROUND_HALF_UP"))
        for percent in percentages.split()
    ]


def test_a_figure_that_is_not_known_is_not_guessed(figures: Figures) -> None:
    with pytest.raises(Refused, match="figure-missing"):
        figures.social_assistance_norm(date(2022, 8, 1)).amount("single_parent")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("valid_from = 2025-07-01", "valid_from = 2025-06-30", "row[47].valid_from"),
        ("valid_until = 2025-12-31", "valid_until = 2025-01-31", "row[47].valid_until"),
        ('percent = "3.5"\nstatus = "official"', 'percent = "3,5"\nstatus = "official"', "row[1].percent"),
        ('status = "computed"', 'status = "perhaps"', "row[47].status"),
    ],
)
def test_a_mistake_in_the_rates_is_told_by_its_row(tmp_path: Path, old: str, new: str, key: str) -> None:
    shutil.copytree(FOLDER, tmp_path / "figures")
    file = tmp_path / "figures" / "reference_rates.toml"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new, 1))
    with pytest.raises(PolicyError) as wrong:
        load_figures(tmp_path / "figures", allow_unconfirmed=True)
    assert (wrong.value.file, wrong.value.key) == ("figures/reference_rates.toml", key)
