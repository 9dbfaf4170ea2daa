"""What staff have confirmed, laid over the files: rows never overlap, and what is official is never contradicted."""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.basics.errors import Refused
from lending.policy.figure import DEBT_ADJUSTMENT_KEYS, SOCIAL_ASSISTANCE_KEYS
from lending.policy.figures import Figures, load_figures
from lending.policy.outlook import Lack, lacks
from lending.policy.overlay import Confirmed, half_year, open_half_years, overlaid, placed

FOLDER = Path(__file__).parents[2] / "policies" / "figures"
H2_2026, H1_2027 = date(2026, 7, 1), date(2027, 1, 1)


@pytest.fixture(scope="module")
def strict() -> Figures:
    """The figures as production has them."""
    return load_figures(FOLDER, allow_unconfirmed=False)


def rate(since: date, percent: str, **other: object) -> Confirmed:
    values: dict = {"valid_until": half_year(since)[1], "amounts": {"percent": percent}, "source": "a notice"}
    return Confirmed(uuid4(), "reference_rate", since, **(values | other))


def decree(since: date, euros: str, until: date | None = None) -> Confirmed:
    amounts = dict(zip(DEBT_ADJUSTMENT_KEYS, (int(each) * 100 for each in euros.split()), strict=True))
    return Confirmed(uuid4(), "debt_adjustment", since, until, amounts, "a decree")


def basic_part(since: date, cents: int = 600_00, until: date | None = None) -> Confirmed:
    return Confirmed(uuid4(), "social_assistance", since, until, dict.fromkeys(SOCIAL_ASSISTANCE_KEYS, cents), "Kela")


def index(since: date, value: object, until: date | None = None) -> Confirmed:
    return Confirmed(uuid4(), "pension_index", since, until, {"value": value}, "Kela")


def code(figures: Figures, entry: Confirmed) -> str:
    with pytest.raises(Refused) as refused:
        placed(figures, entry)
    return refused.value.code


# --- Reference rates -------------------------------------------------------------------------------------------------


def test_a_rate_to_verify_counts_in_production_once_it_has_been_confirmed(strict: Figures) -> None:
    with pytest.raises(Refused, match="figure-not-confirmed"):
        strict.reference_rate(date(2026, 9, 1))
    entry = rate(H2_2026, "2.5")
    row = overlaid(strict, [entry]).reference_rate(date(2026, 9, 1))
    assert (row.percent, row.status, row.source, row.entry_id) == (Decimal("2.5"), "official", "a notice", entry.id)
    assert overlaid(strict, [rate(H2_2026, "3.0")]).reference_rate(date(2026, 9, 1)).percent == 3


def test_what_is_computed_gives_way_to_what_has_been_published(strict: Figures) -> None:
    row = overlaid(strict, [rate(date(2025, 7, 1), "2.5")]).reference_rate(date(2025, 8, 1))
    assert (row.status, row.source) == ("official", "a notice")


def test_the_next_half_year_follows_the_one_before(strict: Figures) -> None:
    figures = overlaid(strict, [rate(H2_2026, "2.5"), rate(H1_2027, "3")])
    assert [figures.reference_rate(day).percent for day in (H2_2026, H1_2027)] == [Decimal("2.5"), 3]
    assert strict.rates[-1].valid_from == H2_2026, "the figures of the files are as they were"


def test_an_official_rate_is_never_contradicted_nor_entered_again(strict: Figures) -> None:
    assert code(strict, rate(date(2026, 1, 1), "3.0")) == "figure-contradicts-official"
    assert code(strict, rate(date(2026, 1, 1), "2.5")) == "figure-already-official"


@pytest.mark.parametrize(
    ("entry", "refused"),
    [
        (rate(date(2027, 2, 1), "2.5"), "rate-not-half-year"),
        (rate(H1_2027, "2.5", valid_until=None), "rate-not-half-year"),
        (rate(H1_2027, "2.4"), "rate-not-half-point"),
        (rate(H1_2027, "two"), "figure-incomplete"),
        (rate(H1_2027, "2.5", amounts={}), "figure-incomplete"),
        (index(H1_2027, None), "figure-incomplete"),
        (index(H1_2027, 1965, until=date(2026, 12, 31)), "figure-days-reversed"),
    ],
)
def test_a_row_that_cannot_be_is_refused(strict: Figures, entry: Confirmed, refused: str) -> None:
    assert code(strict, entry) == refused
    assert overlaid(strict, [entry]).rows_of(entry.figure) == strict.rows_of(entry.figure)


def test_a_mistake_in_a_confirmed_row_is_mended_by_another(strict: Figures) -> None:
    first, second = rate(H1_2027, "3.0"), rate(H1_2027, "3.5")
    assert overlaid(strict, [first, second]).reference_rate(H1_2027).entry_id == second.id


def test_when_the_files_come_to_say_otherwise_they_count() -> None:
    entry = rate(date(2026, 1, 1), "3.0")
    figures = load_figures(FOLDER, allow_unconfirmed=False)
    assert overlaid(figures, [entry]).reference_rate(date(2026, 3, 1)).percent == Decimal("2.5")


def test_a_year_has_two_halves() -> None:
    assert half_year(date(2026, 6, 30)) == (date(2026, 1, 1), date(2026, 6, 30))
    assert half_year(date(2026, 7, 1)) == (date(2026, 7, 1), date(2026, 12, 31))


def test_the_rates_that_can_be_entered_are_those_up_to_the_next_that_are_not_official(strict: Figures) -> None:
    unsure = [date(2025, 7, 1), *(date(year, month, 1) for year in (2006, 2005, 2004) for month in (7, 1))]
    for day in (H2_2026, date(2026, 12, 31)):
        assert open_half_years(strict, day) == [H1_2027, H2_2026, *unsure]
    assert open_half_years(strict, date(2026, 6, 30)) == [H2_2026, *unsure]
    # What staff have confirmed can be corrected.
    assert H2_2026 in open_half_years(overlaid(strict, [rate(H2_2026, "2.5")]), H2_2026)
    assert open_half_years(strict.with_rows("reference_rate", []), H2_2026) == [H1_2027, H2_2026]


# --- Norms and the index ---------------------------------------------------------------------------------------------


def test_a_new_norm_closes_the_row_that_was_open(strict: Figures) -> None:
    figures = overlaid(strict, [basic_part(H1_2027)])
    before, after = figures.social_assistance_norms[-2:]
    assert (before.valid_until, after.valid_from, after.valid_until) == (date(2026, 12, 31), H1_2027, None)
    assert figures.social_assistance_norm(date(2026, 12, 31)).amount("alone").cents == 578_43
    assert figures.social_assistance_norm(H1_2027).amount("child_10_17_third").cents == 600_00


def test_a_decree_in_the_middle_of_a_year_ends_the_computed_row(strict: Figures) -> None:
    figures = overlaid(strict, [decree(H2_2026, "720 606 465 434 511")])
    assert figures.debt_adjustment_norm(date(2026, 6, 30)).valid_until == date(2026, 6, 30)
    assert figures.debt_adjustment_norm(H2_2026).amount("alone").cents == 720_00


def test_a_row_that_tells_more_than_the_official_one_of_the_same_days_is_welcome(strict: Figures) -> None:
    row = placed(strict, basic_part(date(2022, 1, 1), 514_82, date(2022, 7, 31))).social_assistance_norm(
        date(2022, 1, 1)
    )
    assert (row.amount("alone").cents, row.amount("single_parent").cents) == (514_82, 514_82)


def test_a_figure_may_hold_for_a_day(strict: Figures) -> None:
    assert placed(strict, index(H1_2027, 1965, until=H1_2027)).pension_index(H1_2027).value == 1965


def test_an_official_row_that_has_an_end_is_not_cut(strict: Figures) -> None:
    assert code(strict, decree(date(2024, 12, 31), "1 1 1 1 1", date(2024, 12, 31))) == "figure-contradicts-official"
    assert code(strict, decree(date(2024, 7, 1), "1 1 1 1 1")) == "figure-contradicts-official"


def test_the_figure_of_2025_that_is_computed_can_be_confirmed_but_the_official_ones_stay(strict: Figures) -> None:
    last = date(2025, 12, 31)
    row = overlaid(strict, [decree(date(2025, 1, 1), "715 602 461 430 508", last)]).debt_adjustment_norm(last)
    assert (row.amount("child_17").cents, row.status) == (508_00, "official")
    with pytest.raises(Refused) as refused:
        placed(strict, decree(date(2025, 1, 1), "715 602 462 430 508", last))
    assert refused.value.code == "figure-contradicts-official"
    assert refused.value.facts == {
        "figure": "debt_adjustment.child",
        "valid_from": date(2025, 1, 1),
        "source": "Decree 628/2024",
    }
    assert code(strict, decree(date(2025, 1, 1), "715 602 461 430 508")) == "figure-contradicts-official"


def test_a_row_of_the_past_must_end_before_the_next(strict: Figures) -> None:
    year = date(2021, 1, 1)
    for until in (None, date(2022, 1, 1)):
        assert code(strict, decree(year, "540 455 346 323 383", until)) == "figure-runs-into-next"
    figures = placed(strict, decree(year, "540 455 346 323 383", date(2021, 12, 31)))
    assert figures.debt_adjustment_norm(date(2021, 6, 1)).amount("alone").cents == 540_00


def test_a_gap_stays_a_gap(strict: Figures) -> None:
    figures = placed(strict, index(date(2028, 1, 1), 2000))
    with pytest.raises(Refused, match="figure-missing"):
        figures.pension_index(H1_2027)


_DAYS = st.dates(date(2019, 1, 1), date(2030, 12, 31))


@given(st.lists(st.tuples(_DAYS, st.none() | _DAYS, st.integers(1, 3000)), max_size=12))
def test_whatever_is_entered_rows_stand_in_order_and_official_ones_are_kept(rows: list) -> None:
    files = load_figures_once()
    figures = overlaid(files, [index(since, value, until) for since, until, value in rows])
    for before, after in pairwise(figures.pension_indices):
        assert before.valid_until is not None and before.valid_until < after.valid_from
    official = [row for row in files.pension_indices if row.status == "official"]
    assert all(row in figures.pension_indices for row in official)


_LOADED: list[Figures] = []


def load_figures_once() -> Figures:
    if not _LOADED:
        _LOADED.append(load_figures(FOLDER, allow_unconfirmed=False))
    return _LOADED[0]


# --- What is lacking -------------------------------------------------------------------------------------------------


def test_what_is_missing_is_told_before_it_is_needed(strict: Figures) -> None:
    assert lacks(strict, date(2026, 3, 10)) == ()
    assert lacks(strict, date(2026, 6, 1)) == (Lack("reference_rate", "to_verify", H2_2026),)
    assert lacks(strict, date(2026, 9, 1)) == (Lack("reference_rate", "to_verify", H2_2026),)
    assert lacks(strict, date(2026, 12, 1)) == (
        Lack("reference_rate", "to_verify", H2_2026),
        Lack("reference_rate", "ends", H1_2027),
        Lack("debt_adjustment", "ends", H1_2027),
        Lack("pension_index", "ends", H1_2027),
    )
    assert lacks(strict, date(2027, 2, 1)) == (
        Lack("reference_rate", "missing", H1_2027),
        Lack("debt_adjustment", "missing", date(2027, 2, 1)),
        Lack("pension_index", "missing", date(2027, 2, 1)),
    )


def test_what_ends_is_asked_for_forty_five_days_before(strict: Figures) -> None:
    ending = [lacks(strict, day)[1:] for day in (date(2026, 11, 15), date(2026, 11, 16))]
    assert [[lack.figure for lack in each] for each in ending] == [
        [],
        ["reference_rate", "debt_adjustment", "pension_index"],
    ]


def test_a_figure_is_there_on_its_first_day_and_its_last(strict: Figures) -> None:
    for day in (H2_2026, date(2026, 12, 31)):
        assert "missing" not in {lack.kind for lack in lacks(strict, day)}


def test_what_has_been_confirmed_is_no_longer_lacking(strict: Figures) -> None:
    entered = [rate(H2_2026, "2.5"), rate(H1_2027, "2.5"), decree(H1_2027, "1 1 1 1 1"), index(H1_2027, 1965)]
    assert lacks(overlaid(strict, entered), date(2026, 12, 1)) == ()


def test_the_demonstration_uses_what_nobody_has_verified_and_says_so() -> None:
    figures = load_figures(FOLDER, allow_unconfirmed=True)
    assert lacks(figures, date(2026, 9, 1)) == (Lack("reference_rate", "to_verify", H2_2026, counts=True),)
