"""``vakaa capacity``: the same capacity as the worksheet's, from JSON, and every mistake in a sentence."""

import csv
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from web.cli import main

ROOT = Path(__file__).parents[2]
ALONE = {
    "policy": "keusote-2025",
    "day": "2026-05-04",
    "household": {"adults": "alone"},
    "incomes": [{"kind": "pension", "amount": "1500.00"}],
    "costs": [{"kind": "rent", "amount": "600.00"}],
}


def run(given, *options):
    """What the command says, line by line as data, and its exit status."""
    text = given if isinstance(given, str) else json.dumps(given)
    result = CliRunner().invoke(main, ["capacity", *options], input=text)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return [json.loads(line) for line in result.stdout.splitlines()], result.exit_code


def asked(*options, **changes):
    """The answer to the pensioner alone with other keys; ``None`` leaves a key out."""
    document = {key: value for key, value in {**ALONE, **changes}.items() if value is not None}
    (answer,), status = run(document, *options)
    assert status == (2 if "error" in answer else 0)
    return answer


def test_the_example_of_the_manual_is_what_the_command_says():
    manual = (ROOT / "docs" / "command-line.md").read_text()
    question, answer = re.findall(r"```json\n(.*?)```", manual[manual.index("## `vakaa capacity`") :], re.DOTALL)[:2]
    (found,), status = run(question)
    assert status == 0
    assert found == json.loads(answer)


def test_every_line_has_its_source_and_its_clause():
    answer = asked()
    assert answer["capacity"] == {"before": "181.00", "after": "181.00", "clause": "keusote-2025:4.5b"}
    assert [(line["side"], line["now"], line["clause"]) for line in answer["lines"]] == [
        ("income", "1500.00", "keusote-2025:4.5a"),
        ("norm", "719.00", "keusote-2025:4.5c"),
        ("cost", "600.00", "keusote-2025:4.5e"),
    ]
    assert all(line["source"] for line in answer["lines"])
    assert (answer["saving"], answer["presaving"]) == (None, None)
    assert (answer["loan"]["instalment"], answer["loan"]["shortest_term"]) == (None, None)


def test_the_worked_examples_come_out_the_same():
    """The spreadsheet of the rule, through the command: an organisation of each main norm."""
    organisations = {"debt_adjustment": "keusote", "social_assistance": "kemi"}
    with (ROOT / "tests" / "rules" / "worked_examples.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["day"] >= "2025-06-01"]
    assert {row["norm"] for row in rows} == set(organisations)
    documents = [document_of(row, organisations[row["norm"]]) for row in rows]
    answers, status = run("\n".join(map(json.dumps, documents)))
    assert status == 0
    for row, answer in zip(rows, answers, strict=True):
        found = {key: answer["capacity"][key] for key in ("before", "after")} | {"sum": answer["sums"]["norm"]}
        assert found == {"before": row["before"], "after": row["after"], "sum": row["norm_sum"]}, row["example"]
        assert answer["norm"]["name"] == row["norm"]


def document_of(row, organisation):
    """A row of the spreadsheet as a document."""
    household = {
        "adults": row["adults"],
        "children": [
            {"age": int(age), "benefits": benefits}
            for age, _, benefits in (child.partition(":") for child in row["children"].split())
        ],
    }
    if row["partner_net"]:
        household["partner_net_income"] = row["partner_net"]
    incomes = [re.fullmatch(r"(\w+) ([\d.]+)(?:/(\w+))?", part) for part in filter(None, row["incomes"].split("; "))]
    return {
        "organisation": organisation,
        "day": row["day"],
        "household": household,
        "incomes": [{"kind": each[1], "amount": each[2], "per": each[3] or "month"} for each in incomes],
        "costs": [
            {"kind": kind, "amount": amount}
            for kind, _, amount in (cost.partition(" ") for cost in filter(None, row["costs"].split("; ")))
        ],
        "debts": [
            {"monthly": amount, "arranged": fate == "arranged"}
            for amount, _, fate in (debt.partition(" ") for debt in filter(None, row["debts"].split("; ")))
        ],
    }


def test_the_exception_of_the_criteria_is_for_a_small_loan_only():
    small = asked(norm="social_assistance", amount="1000.00", months=24)
    assert small["norm"]["clause"] == "keusote-2025:4.5d"
    assert small["capacity"]["before"] == "321.57"
    # Nor does anything larger or longer stand on it.
    assert small["loan"]["largest"] == [{"months": 12, "amount": "1000.00"}, {"months": 24, "amount": "1000.00"}]
    refused = asked(norm="social_assistance", amount="1000.01", months=24)
    assert refused["error"] == "norm-exception-outside-limits"
    assert refused["facts"] == {"most": "1000.00", "most_months": 24, "clause": "keusote-2025:4.5d", "field": "norm"}
    assert asked(norm="social_assistance")["error"] == "norm-exception-outside-limits"
    assert asked(policy=None, organisation="kemi", norm="debt_adjustment")["error"] == "choice-invalid"


def test_interest_free_criteria_carry_the_capacity_times_the_months():
    debts = [{"monthly": "190.00", "arranged": True}]
    incomes = [{"kind": "wage", "amount": "1350.00"}]
    answer = asked(
        policy="kemi-2016", incomes=incomes, debts=debts, amount="3000.00", months=36, day="2026-12-01", costs=[]
    )
    assert answer["capacity"]["after"] == "771.57"
    loan = answer["loan"]
    assert (loan["percent"], loan["instalment"], loan["carried"], loan["shortest_term"]) == ("0", "83.33", True, 4)
    assert [each["months"] for each in loan["largest"]] == [12, 24, 36, 48, 60]
    assert loan["largest"][-1]["amount"] == "5000.00"


def test_a_rate_that_nobody_has_confirmed_stops_the_loan_and_not_the_capacity():
    answer = asked(day="2026-09-01", amount="3000.00", months=36)
    assert answer["capacity"]["after"] == "181.00"
    assert answer["loan"] is None
    assert answer["loan_refused"]["error"] == "figure-not-confirmed"
    assert asked("--unconfirmed", day="2026-09-01", amount="3000.00", months=36)["loan"]["carried"] is True


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"policy": None}, "policy-or-organisation"),
        ({"organisation": "keusote"}, "policy-or-organisation"),
        ({"policy": "keusote-1999"}, "policy-unknown"),
        ({"policy": 7}, "policy-unknown"),
        ({"policy": None, "organisation": "nowhere"}, "organisation-unknown"),
        ({"policy": None, "organisation": "keusote", "day": "2025-05-31"}, "no-policy-in-force"),
        ({"day": None}, "key-missing"),
        ({"day": "2021-05-04"}, "figure-missing"),
        ({"household": None}, "key-missing"),
        ({"household": {"adults": "several"}}, "choice-invalid"),
        ({"household": {"adults": "alone", "partner_net_income": "100.00"}}, "partner-without-couple"),
        ({"household": {"adults": "alone", "children": [{"age": 26}]}}, "age-invalid"),
        ({"household": {"adults": "alone", "children": [{"age": True}]}}, "age-invalid"),
        ({"household": {"adults": "alone", "pets": 2}}, "key-unknown"),
        ({"incomes": [{"kind": "rent", "amount": "1.00"}]}, "choice-invalid"),
        ({"incomes": [{"kind": "wage", "amount": "1.00", "per": "week"}]}, "choice-invalid"),
        ({"incomes": [{"kind": "wage", "amount": "1.00", "per": "benefit_day"}]}, "not-paid-by-benefit-day"),
        ({"incomes": [{"kind": "wage", "amount": 1}]}, "amount-invalid"),
        ({"costs": [{"kind": "rent", "amount": "1.00", "details": 5}]}, "text-invalid"),
        ({"debts": [{"monthly": "1.00", "arranged": "yes"}]}, "flag-invalid"),
        ({"debts": "none"}, "list-invalid"),
        ({"amount": "10000.01"}, "asked-amount-outside-limits"),
        ({"amount": "3000.00", "months": 97}, "asked-months-outside-limits"),
        ({"months": 0}, "number-invalid"),
        ({"norm": "own"}, "choice-invalid"),
        ({"wish": "more"}, "key-unknown"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(changes, error):
    answer = asked(**changes)
    assert answer["error"] == error
    assert answer["message"].endswith(".")


def test_each_document_is_answered_in_its_place():
    wrong = {**ALONE, "day": "yesterday"}
    answers, status = run("\n".join(json.dumps(each) for each in (ALONE, wrong, ALONE)))
    assert ["error" in answer for answer in answers] == [False, True, False]
    assert status == 2
