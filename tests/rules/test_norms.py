"""Norms follow from their rules: every official figure and every computed one, to the euro and the cent."""

import json
import os
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from lending.basics.errors import Refused
from lending.policy.figures import Figures, load_figures
from lending.policy.norms import norms_by_index, reproduced, revised_basic_part, share_of, shares_on
from web.cli import main

FOLDER = Path(__file__).parents[2] / "policies"

#: From the decrees and from the Social Insurance Institution, and what follows from them: euros a month.
DECREE = {
    date(2022, 1, 1): "552 465 355 331 392",
    date(2022, 7, 1): "618 521 398 371 439",
    date(2023, 1, 1): "667 562 430 401 474",
    date(2024, 1, 1): "707 596 456 425 502",
    date(2025, 1, 1): "715 602 461 430 507",
    date(2026, 1, 1): "719 605 464 433 510",
}
BASIC_PART = {
    date(2022, 1, 1): "514.82",
    date(2022, 8, 1): "532.97",
    date(2023, 1, 1): "555.11 471.84 632.83 405.23 427.43 396.90 366.37 384.69 354.16 323.63",
    date(2024, 1, 1): "587.71 499.55 669.99 429.03 411.40 382.01 352.63 370.26 340.87 311.49",
    date(2025, 1, 1): "593.55 504.52 676.65 433.29 415.49 385.81 356.13 373.94 344.26 314.58",
    date(2026, 1, 1): "596.32 506.87 679.80 435.31 417.42 387.61 357.79 375.68 345.87 316.05",
    date(2026, 3, 1): "578.43 497.45 665.19 422.25 417.63 388.70 359.78 375.98 347.06 318.14",
}


@pytest.fixture(scope="module")
def figures() -> Figures:
    return load_figures(FOLDER / "figures", allow_unconfirmed=True)


@pytest.mark.parametrize(
    ("norm", "day", "amounts"),
    [("debt_adjustment", *row) for row in DECREE.items()] + [("social_assistance", *row) for row in BASIC_PART.items()],
)
def test_every_figure_follows_from_its_rule(figures: Figures, norm: str, day: date, amounts: str) -> None:
    found = [each for each in reproduced(figures) if (each.norm, each.valid_from) == (norm, day)]
    expected = [int(Decimal(amount) * 100) for amount in amounts.split()]
    assert [each.computed_cents for each in found] == expected
    assert [each.row_cents for each in found] == expected
    assert all(each.is_reproduced for each in found)


def test_no_figure_that_is_marked_computed_is_left_out(figures: Figures) -> None:
    rows = [*figures.debt_adjustment_norms, *figures.social_assistance_norms]
    marked = {
        (row.norm, row.valid_from, key)
        for row in rows
        for key, amount in row.amounts.items()
        if amount.status == "computed"
    }
    assert len(marked) == 31
    assert {(e.norm, e.valid_from, e.key) for e in reproduced(figures) if e.status == "computed"} == marked


def test_a_figure_that_does_not_follow_is_told(figures: Figures) -> None:
    rows = list(figures.debt_adjustment_norms)
    wrong = replace(rows[-1].amounts["child"], cents=465_00)
    rows[-1] = replace(rows[-1], amounts=rows[-1].amounts | {"child": wrong})
    differ = [each for each in reproduced(figures.with_rows("debt_adjustment", rows)) if not each.is_reproduced]
    assert [(each.valid_from, each.key, each.computed_cents) for each in differ] == [
        (date(2026, 1, 1), "child", 464_00)
    ]


def test_the_index_that_the_files_do_not_have_is_not_guessed(figures: Figures) -> None:
    with pytest.raises(Refused, match="figure-missing"):
        list(reproduced(figures.with_rows("pension_index", figures.pension_indices[1:])))


def test_the_norms_of_a_year_to_come_by_its_index(figures: Figures) -> None:
    found = {(each.norm, each.key): each for each in norms_by_index(figures, 2027, Decimal(1965))}
    assert len(found) == 15
    # 719 × 1965 / 1939 = 728.64; 578.43 × 1965 / 1939 = 586.186; 86 % of 586.19 = 504.123.
    assert found["debt_adjustment", "alone"].computed_cents == 729_00
    assert found["social_assistance", "alone"].computed_cents == 586_19
    assert found["social_assistance", "shared_household"].computed_cents == 504_12
    assert all(each.row_cents is None and each.status is None for each in found.values())


def test_with_the_index_of_2026_the_norms_of_2026_come_out(figures: Figures) -> None:
    found = list(norms_by_index(figures, 2026, Decimal(1939)))
    assert all(each.is_reproduced for each in found)
    # From the rows of 2025, by its index.
    assert {each.base for each in found if each.rule == "index"} == {Decimal(1930)}


def test_halves_of_a_cent_go_up() -> None:
    assert share_of(50, Decimal(1)) == 1
    assert share_of(49, Decimal(1)) == 0
    assert revised_basic_part(101, Decimal(2), Decimal(1)) == 51


def test_the_amount_of_one_who_lives_alone_follows_the_index_but_where_the_law_itself_gives_it(
    figures: Figures,
) -> None:
    alone = [each for each in reproduced(figures) if (each.norm, each.key) == ("social_assistance", "alone")]
    given = [each.valid_from for each in alone if each.rule == "given"]
    assert given == [date(2024, 1, 1), date(2026, 3, 1)]
    assert {each.rule for each in alone} == {"given", "index"}


def test_the_decree_follows_the_index_of_january_whatever_it_is_later_in_the_year(figures: Figures) -> None:
    *before, last = figures.pension_indices
    new_year = replace(last, valid_until=last.valid_from)
    raised = replace(last, value=Decimal(2000), valid_from=date(2026, 1, 2))
    changed = figures.with_rows("pension_index", [*before, new_year, raised])
    decree = [each for each in reproduced(changed) if each.norm == "debt_adjustment"]
    assert len(decree) == 30 and all(each.is_reproduced for each in decree)


def test_the_shares_changed_in_march_2026() -> None:
    assert shares_on(date(2018, 1, 1))[1] == Decimal(85)
    assert shares_on(date(2026, 2, 28))[1] == Decimal(85)
    assert shares_on(date(2026, 3, 1))[1] == Decimal(86)


class TestCommand:
    def run(self, *arguments: str):
        return CliRunner().invoke(main, ["norms", "compute", *arguments], env={"VAKAA_POLICIES": str(FOLDER)})

    def test_the_table_says_of_each_figure_that_it_is_reproduced(self) -> None:
        answer = self.run()
        assert answer.exit_code == 0
        head, *lines = answer.stdout.splitlines()
        assert head.split()[:2] == ["norm", "valid"]
        assert len(lines) == 82
        assert all(line.endswith("reproduced") for line in lines)
        assert answer.stderr == "31 of 31 figures marked computed are reproduced; 0 differ.\n"

    def test_json_of_one_year(self) -> None:
        lines = [json.loads(line) for line in self.run("--year", "2025", "--json").stdout.splitlines()]
        assert len(lines) == 15
        assert lines[0] == {
            "norm": "debt_adjustment",
            "valid_from": "2025-01-01",
            "figure": "alone",
            "computed": "715.00",
            "files": "715.00",
            "status": "official",
            "reproduced": True,
            "rule": "index",
            "index_from": "1911",
            "index_to": "1930",
            "percent": None,
        }

    def test_a_figure_that_differs_is_told_with_status_1(self, tmp_path: Path) -> None:
        os.symlink(FOLDER / "keusote", tmp_path / "keusote")
        (tmp_path / "figures").mkdir()
        for file in (FOLDER / "figures").iterdir():
            text = file.read_text().replace("alone = 719", "alone = 720")
            (tmp_path / "figures" / file.name).write_text(text)
        answer = CliRunner().invoke(main, ["norms", "compute"], env={"VAKAA_POLICIES": str(tmp_path)})
        assert answer.exit_code == 1
        assert [line.split()[2] for line in answer.stdout.splitlines() if line.endswith("DIFFERS")] == ["alone"]
        assert answer.stderr == "30 of 31 figures marked computed are reproduced; 1 differ.\n"

    @pytest.mark.parametrize("arguments", [["--index", "1965"], ["--year", "2027", "--index", "many"]])
    def test_what_makes_no_sense_is_refused_in_words(self, arguments: list[str]) -> None:
        answer = self.run(*arguments)
        assert answer.exit_code == 2
        assert set(json.loads(answer.stdout)) == {"error", "message", "facts"}
