"""The case workers' own reckoning: spreadsheets of examples, each cell of which the rule must reach.

Figures and results in the files are from the published tables and a pen, never from the code. ``norm_rows.csv`` is
the norm tables of every year, a household for each figure; ``worked_examples.csv`` has whole households with the
reasoning beside them.
"""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from lending.applications.model import ADULTS
from lending.applications.periods import monthly_cents
from lending.assessment.capacity import Amount, Child, Line, Situation, capacity_of, worksheet_lines
from lending.basics.errors import Refused
from lending.basics.money import cents_from_euros, euros
from lending.policy.figures import DEBT_ADJUSTMENT_KEYS, SOCIAL_ASSISTANCE_KEYS, load_figures

HERE = Path(__file__).parent
FIGURES = load_figures(HERE.parents[1] / "policies" / "figures", allow_unconfirmed=False)

Row = dict[str, str]


def rows_of(name: str) -> list[Row]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        assert len(set(reader.fieldnames or ())) == len(reader.fieldnames or ()), "two columns have the same name"
        return list(reader)


NORM_ROWS = rows_of("norm_rows.csv")
EXAMPLES = rows_of("worked_examples.csv")


def listed(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


def income(number: int, text: str) -> Amount:
    kind, _, rest = text.partition(" ")
    told, _, per = rest.partition("/")
    cents = cents_from_euros(told)
    return Amount(str(number), kind, monthly_cents(cents, per or "month"), told_cents=cents, told_per=per or None)


def situation_of(row: Row) -> Situation:
    """The household of an example, as its cells tell it."""
    children = [child.partition(":") for child in row["children"].split()]
    costs = [cost.partition(" ") for cost in listed(row["costs"])]
    debts = [debt.partition(" ") for debt in listed(row["debts"])]
    return Situation(
        adults=row["adults"],
        partner_net_cents=cents_from_euros(row["partner_net"]) if row["partner_net"] else None,
        children=[
            Child(str(number), int(age), cents_from_euros(benefits))
            for number, (age, _, benefits) in enumerate(children)
        ],
        incomes=[income(number, text) for number, text in enumerate(listed(row["incomes"]))],
        costs=[Amount(f"c{n}", kind, cents_from_euros(told)) for n, (kind, _, told) in enumerate(costs)],
        debts=[
            Amount(
                f"d{number}", "other_debt", cents_from_euros(told), arranged={"arranged": True, "stays": False}[fate]
            )
            for number, (told, _, fate) in enumerate(debts)
        ],
    )


def cells(lines: list[Line]) -> Row:
    """What the rule puts into the cells of the results."""
    capacity = capacity_of(lines)
    amounts = {side: [euros(line.cents) for line in lines if line.side == side] for side in ("norm", "cost")}
    return {
        "income": euros(capacity.income_cents),
        "own_norm": amounts["norm"][0],
        "children_norm": " ".join(amounts["norm"][1:]),
        "cost_lines": " ".join(amounts["cost"]),
        "norm_sum": euros(capacity.norm_cents),
        "cost_sum": euros(capacity.cost_cents),
        "debt_before": euros(capacity.debt_before_cents),
        "debt_after": euros(capacity.debt_after_cents),
        "before": euros(capacity.before_cents),
        "after": euros(capacity.after_cents),
    }


@pytest.mark.parametrize("row", EXAMPLES, ids=[row["example"] for row in EXAMPLES])
def test_a_worked_example_cell_by_cell(row: Row) -> None:
    norm = FIGURES.norm(row["norm"], date.fromisoformat(row["day"]))
    reached = cells(worksheet_lines(situation_of(row), norm))
    wrong = {cell: (value, row[cell]) for cell, value in reached.items() if value != row[cell]}
    assert not wrong, f"the rule's figure and the spreadsheet's: {wrong}; {row['reasoning']}"


def test_the_spreadsheet_adds_up_by_itself() -> None:
    """The files are checked too: what is left is what comes in less what goes out, in every row."""
    for row in EXAMPLES:
        told = {
            cell: cents_from_euros(row[cell])
            for cell in ("income", "norm_sum", "cost_sum", "debt_before", "debt_after")
        }
        left = told["income"] - told["norm_sum"] - told["cost_sum"]
        assert cents_from_euros(row["before"]) == left - told["debt_before"], row["example"]
        assert cents_from_euros(row["after"]) == left - told["debt_after"], row["example"]
        norm_lines = [row["own_norm"], *row["children_norm"].split()]
        assert sum(map(cents_from_euros, norm_lines)) == told["norm_sum"], row["example"]
        assert sum(map(cents_from_euros, row["cost_lines"].split())) == told["cost_sum"], row["example"]


@pytest.mark.parametrize(
    "row", NORM_ROWS, ids=[f"{row['norm']} {row['first_day']} {row['figure']}" for row in NORM_ROWS]
)
def test_a_figure_of_a_norm_counts_for_its_household_on_its_days(row: Row) -> None:
    children = [Child(str(number), int(age)) for number, age in enumerate(row["ages_of_children"].split())]
    for day in ("first_day", "last_day"):
        norm = FIGURES.norm(row["norm"], date.fromisoformat(row[day]))
        lines = worksheet_lines(Situation(row["adults"], children=children), norm)
        found = [line for line in lines if line.code == f"norm_{row['figure']}"]
        assert [euros(line.cents) for line in found] == [row["euros"]], row[day]
        assert found[0].facts["norm_status"] == row["status"]
        assert norm.valid_from == date.fromisoformat(row["first_day"])


def test_every_figure_there_is_has_its_row_and_every_kind_of_household_its_example() -> None:
    keys = {"debt_adjustment": DEBT_ADJUSTMENT_KEYS, "social_assistance": SOCIAL_ASSISTANCE_KEYS}
    known = {
        (norm.norm, norm.valid_from.isoformat(), key)
        for norm in (*FIGURES.debt_adjustment_norms, *FIGURES.social_assistance_norms)
        for key in keys[norm.norm]
        if key in norm.amounts
    }
    assert {(row["norm"], row["first_day"], row["figure"]) for row in NORM_ROWS} == known
    assert {row["adults"] for row in EXAMPLES} == set(ADULTS)
    assert len(EXAMPLES) >= 20


def test_a_year_of_which_the_tables_do_not_know_stops_the_reckoning() -> None:
    for norm, unknown in (("debt_adjustment", date(2021, 6, 1)), ("social_assistance", date(2021, 12, 31))):
        with pytest.raises(Refused, match="figure-missing"):
            FIGURES.norm(norm, unknown)
    # Of 2022 only the figure of one who lives alone has been found.
    norm = FIGURES.social_assistance_norm(date(2022, 9, 1))
    with pytest.raises(Refused) as refused:
        worksheet_lines(Situation("cohabitant"), norm)
    assert refused.value.facts["figure"] == "social_assistance.shared_household"


def test_no_day_of_the_years_that_are_known_lacks_a_debt_adjustment_norm() -> None:
    day = date(2022, 1, 1)
    while day <= date(2026, 12, 31):
        assert FIGURES.debt_adjustment_norm(day).amount("alone").cents > 0
        day += timedelta(days=1)
