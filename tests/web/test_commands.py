"""The command line for staff IT: JSON in, JSON out, one answer a line, and every mistake in a sentence."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from web.cli import COMMANDS, main

VECTORS = Path(__file__).parents[1] / "rules" / "vectors" / "loan_vectors.json"
THREE = {
    "principal": "10000.00",
    "disbursed": "2025-01-31",
    "due_day": "last",
    "instalments": 3,
    "rates": [{"from": "2025-01-01", "percent": "12"}],
}


def run(*words, given=None, **options):
    """Run a command; what it says, line by line as data, and its exit status."""
    text = given if isinstance(given, str | bytes) or given is None else json.dumps(given)
    result = CliRunner().invoke(main, list(words), input=text, **options)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return [json.loads(line) for line in result.stdout.splitlines()], result.exit_code


def plan_of(**changes):
    """The answer to the plan of three instalments with other keys; ``None`` leaves a key out."""
    document = {key: value for key, value in {**THREE, **changes}.items() if value is not None}
    (answer,), status = run("plan", given=document)
    assert status == (2 if "error" in answer else 0)
    return answer


def test_a_plan_to_the_cent_in_the_shape_that_was_agreed():
    vector = next(v for v in json.loads(VECTORS.read_text())["vectors"] if v["id"] == "FIN-ME5")
    asked = vector["input"]
    answer = plan_of(
        principal=f"{float(asked['principal']):.2f}",
        disbursed=asked["start"],
        instalments=asked["n"],
        first_due="2025-02-28",
        rates=[{"from": asked["start"], "percent": str(asked["annual_rate_percent"])}],
    )
    published = vector["expected"]["rows"]
    assert [row["due_date"] for row in answer["rows"]] == [row["due_date"] for row in published]
    assert [float(row["interest"]) for row in answer["rows"]] == [float(row["interest"]) for row in published]
    assert list(answer) == ["instalment", "rows", "totals"]
    assert answer["rows"][0] == {
        "n": 1,
        "due_date": "2025-02-28",
        "days": 28,
        "opening": "10000.00",
        "interest": "92.05",
        "principal": "3305.77",
        "instalment": "3397.82",
        "closing": "6694.23",
        "kind": "regular",
    }
    assert answer["totals"] == {
        "rows": 3,
        "principal": "10000.00",
        "interest": "193.47",
        "instalment": "10193.47",
        "extra_payments": "0.00",
    }


def test_everything_that_can_be_asked_of_a_plan():
    answer = plan_of(
        due_day=15,
        instalments=24,
        method="equal_instalment",
        day_count="actual/360",
        on_rate_change="term",
        rates=[{"from": "2025-01-01", "percent": "2.5"}, {"from": "2025-07-01", "percent": "3"}],
        grace=["2025-03-15"],
        extra_payments=[{"date": "2025-06-02", "amount": "500.00", "effect": "lower_instalment"}],
        limits={"instalment_min": "20.00", "term_months_max": 96},
        first_due="2025-02-15",
    )
    assert [row["kind"] for row in answer["rows"][:3]] == ["regular", "grace", "regular"]
    assert answer["totals"]["extra_payments"] == "500.00"
    assert plan_of(due_day="15")["rows"] == plan_of(due_day=15)["rows"]
    assert plan_of(instalments=None, instalment="120.00")["rows"][0]["instalment"] == "120.00"
    assert plan_of(method="equal_principal")["rows"][0]["principal"] == "3333.33"
    parts = [{"date": "2025-01-31", "amount": "4000.00"}, {"date": "2025-02-10", "amount": "6000.00"}]
    assert plan_of(principal=None, disbursed=None, disbursements=parts)["totals"]["principal"] == "10000.00"
    assert plan_of(limits={})["instalment"] == plan_of(limits=None, grace=[], extra_payments=[])["instalment"]


def test_several_documents_are_answered_line_by_line_in_their_order():
    lines = [json.dumps({**THREE, "instalments": n}) for n in (3, 5)]
    answers, status = run("plan", given="\n".join([lines[0], "", "{not json", lines[1], '{"principal":1}']) + "\n")
    assert status == 2
    assert [len(answer.get("rows", [])) for answer in answers] == [3, 0, 5, 0]
    assert [answer.get("error") for answer in answers] == [None, "not-json", None, "key-missing"]
    first_is_wrong, status = run("plan", given="{oops\n" + lines[0])
    assert [answer.get("error") for answer in first_is_wrong] == ["not-json", None] and status == 2


def test_one_document_may_stand_on_many_lines():
    answers, status = run("plan", given=json.dumps(THREE, indent=2))
    assert status == 0 and len(answers[0]["rows"]) == 3


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"principal": 10000}, "amount-invalid", "principal must be a string of euros"),
        ({"principal": "1e5"}, "amount-invalid", "principal"),
        ({"principal": "10 000,00"}, "amount-invalid", "principal"),
        ({"principal": "NaN"}, "amount-invalid", "principal"),
        ({"principal": "1.001"}, "amount-invalid", "principal"),
        ({"principal": "-5.00"}, "amount-out-of-range", "between 0.00"),
        ({"principal": "99999999999.00"}, "amount-out-of-range", "between 0.00"),
        ({"principal": "0.00"}, "principal-not-positive", "more than zero"),
        ({"principal": None}, "key-missing", "principal is missing"),
        ({"disbursed": "31.1.2025"}, "date-invalid", "disbursed must be a date"),
        ({"disbursed": "20250131"}, "date-invalid", "disbursed"),
        ({"disbursed": "2025-02-30"}, "date-invalid", "disbursed"),
        ({"disbursed": "9999-12-31"}, "date-invalid", "disbursed"),
        ({"disbursed": 20250131}, "date-invalid", "disbursed"),
        ({"due_day": "first"}, "due-day-invalid", "due_day"),
        ({"due_day": 32}, "due-day-invalid", "due_day"),
        ({"due_day": True}, "due-day-invalid", "due_day"),
        ({"instalments": "3"}, "number-invalid", "instalments must be a whole number"),
        ({"instalments": True}, "number-invalid", "instalments"),
        ({"instalments": 0}, "number-invalid", "instalments"),
        ({"instalments": 10**40}, "number-invalid", "instalments"),
        ({"instalments": 5000}, "instalments-out-of-range", "between 1 and 1200"),
        ({"instalments": None}, "instalments-or-instalment", "either instalments"),
        ({"instalment": "120.00"}, "instalments-or-instalment", "either instalments"),
        ({"rates": None}, "key-missing", "rates"),
        ({"rates": {}}, "list-invalid", "rates must be a list"),
        ({"rates": [5]}, "not-an-object", "rates[0] must be an object"),
        ({"rates": [{"from": "2025-01-01", "percent": 12}]}, "percent-invalid", "rates[0].percent"),
        ({"rates": [{"from": "2025-01-01", "percent": "-1"}]}, "percent-invalid", "percent"),
        ({"rates": [{"from": "2025-01-01", "percent": "12", "x": 1}]}, "key-unknown", "rates[0].x"),
        ({"rates": [{"from": "2025-06-01", "percent": "12"}]}, "rate-missing", "31.1.2025"),
        ({"method": "bullet"}, "choice-invalid", "equal_instalment, equal_principal"),
        ({"method": ["equal_instalment"]}, "choice-invalid", "method"),
        ({"day_count": "actual/actual"}, "choice-invalid", "actual/365"),
        ({"grace": "2025-03-31"}, "list-invalid", "grace must be a list"),
        ({"grace": ["2025-03-30"]}, "grace-date-not-due", "30.3.2025"),
        (
            {"extra_payments": [{"date": "2025-02-02", "amount": "5.00", "effect": "vanish"}]},
            "choice-invalid",
            "effect",
        ),
        ({"limits": {"instalment_min": "20.00", "months": 5}}, "key-unknown", "limits.months"),
        ({"limits": []}, "not-an-object", "limits must be an object"),
        ({"colour": "red"}, "key-unknown", "colour: no such key"),
        ({"first_due": "2025-02-27"}, "first-due-not-due-day", "due"),
    ],
)
def test_what_is_not_right_is_refused_with_a_code_and_a_sentence(changes, code, words):
    answer = plan_of(**changes)
    assert set(answer) == {"error", "message", "facts"}
    assert answer["error"] == code
    assert words in answer["message"] and answer["message"].endswith(".")


def test_a_refusal_names_the_limit_and_the_nearest_workable_value():
    limits = {"instalment_min": "20.00", "term_months_max": 96}
    small = plan_of(principal="500.00", instalments=60, limits=limits)
    assert small["error"] == "instalment-too-small" and small["facts"]["minimum"] == "20.00"
    months = small["facts"]["longest_months"]
    assert "rows" in plan_of(principal="500.00", instalments=months, limits=limits)
    assert "error" in plan_of(principal="500.00", instalments=months + 1, limits=limits)
    long = plan_of(instalments=97, limits=limits)
    assert long["error"] == "term-too-long" and long["facts"]["longest_months"] == 96
    assert "rows" in plan_of(instalments=None, instalment=long["facts"]["least_instalment"], limits=None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "nonsense",
        "NaN",
        "[]",
        "null",
        '"text"',
        '{"principal": NaN}',
        '{"principal": 1.5}',
        '{"principal": "1", "principal": "2"}',
        '{"principal": ' + "9" * 5000 + "}",
        "[" * 100_000,
        '{"a":' * 5000,
    ],
)
@pytest.mark.parametrize("command", ["plan", "acceleration-test"])
def test_what_is_no_document_is_told_and_never_a_trace(command, text):
    answers, status = run(command, given=text)
    assert status == 2 and all(set(answer) == {"error", "message", "facts"} for answer in answers)


def test_bytes_that_are_no_text_are_told():
    done = subprocess.run(
        [sys.executable, "-m", "web.cli", "plan"], input=b"\xff\xfe{}", capture_output=True, check=False
    )
    assert done.returncode == 2 and json.loads(done.stdout)["error"] == "not-json" and not done.stderr


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates().map(date.isoformat),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*THREE, "grace", "limits", "extra_payments", "first_due"]), VALUES))
@settings(max_examples=60)
def test_whatever_is_given_the_answer_is_a_plan_or_a_refusal(changes):
    (answer,), status = run("plan", given={**THREE, **changes})
    assert ("rows" in answer and status == 0) or (set(answer) == {"error", "message", "facts"} and status == 2)


# --- The others ------------------------------------------------------------------------------------------------------


def test_the_acceleration_test_gives_each_figure_threshold_and_date():
    document = {
        "credit": "3000.00",
        "remaining": "2500.00",
        "day": "2026-06-20",
        "instalments": [
            {"due_date": "2026-04-15", "unpaid": "75.00"},
            {"due_date": "2026-05-15", "unpaid": "75.00"},
            {"due_date": "2026-06-15", "unpaid": "75.00"},
        ],
        "judgments": {"beyond_control": False, "other_breach": False},
    }
    (answer,), status = run("acceleration-test", given=document)
    assert status == 0
    assert (answer["allowed"], answer["condition"], answer["needs_judgment"]) == (True, "several-instalments", [])
    assert (answer["overdue"], answer["counted"], answer["counted_instalments"]) == ("225.00", "150.00", 2)
    assert answer["thresholds"] == {
        "one_instalment": {"percent": "10", "amount": "300.00"},
        "several_instalments": {"percent": "5", "amount": "150.00"},
        "whole_claim": {"amount": "2500.00"},
    }
    assert answer["more_counts_on"] == "2026-07-15"
    assert answer["instalments"][2] == {
        "n": 3,
        "due_date": "2026-06-15",
        "unpaid": "75.00",
        "month_overdue_on": "2026-07-15",
        "counted": False,
    }
    bare = {key: document[key] for key in ("credit", "day", "instalments")}
    (open_answer,), _ = run("acceleration-test", given=bare)
    assert open_answer["allowed"] is None and open_answer["needs_judgment"] == ["beyond-control", "other-breach"]
    (never,), _ = run("acceleration-test", given={**bare, "agreement_has_term": False})
    assert never["allowed"] is False


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"credit": "0.00"}, "principal-not-positive"),
        ({"day": None}, "key-missing"),
        ({"instalments": [{"due_date": "2026-05-15"}]}, "key-missing"),
        ({"instalments": [{"n": 1, "due_date": "2026-05-15", "unpaid": "1.00"}] * 2}, "instalment-twice"),
        ({"judgments": {"guilty": True}}, "key-unknown"),
        ({"judgments": {"beyond_control": "no"}}, "flag-invalid"),
        ({"late_fee": "5.00"}, "key-unknown"),
    ],
)
def test_an_acceleration_document_that_is_not_right_is_refused(changes, code):
    document = {"credit": "3000.00", "day": "2026-06-20", "instalments": [], **changes}
    (answer,), status = run("acceleration-test", given=document)
    assert (answer["error"], status) == (code, 2)


@pytest.mark.parametrize(
    ("words", "known", "last"),
    [
        (("--sent", "2026-09-25", "--channel", "letter"), "2026-10-02", "2026-11-02"),
        (("--sent", "2026-09-29", "--channel", "electronic"), "2026-10-02", "2026-11-02"),
        (("--sent", "2026-10-02", "--channel", "verifiable"), "2026-10-02", "2026-11-02"),
        (("--sent", "2026-09-25", "--channel", "verifiable", "--received", "2026-10-02"), "2026-10-02", "2026-11-02"),
        (("--sent", "2026-11-17", "--channel", "letter"), "2026-11-24", "2026-12-28"),
    ],
)
def test_a_time_limit_gives_the_day_known_and_the_last_day(words, known, last):
    (answer,), status = run("time-limit", *words)
    assert status == 0 and (answer["known_on"], answer["last_day_to_claim"]) == (known, last)


def test_a_time_limit_says_which_day_it_took_for_the_day_of_receipt():
    sent = ("--sent", "2026-09-25", "--channel")
    answers = [
        run("time-limit", *sent, *more)[0][0]
        for more in (("letter",), ("verifiable",), ("verifiable", "--received", "2026-09-28"))
    ]
    assert [answer["received_taken_from"] for answer in answers] == [None, "sent", "received"]
    assert [answer["received"] for answer in answers] == [None, "2026-09-25", "2026-09-28"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--sent", "2026-13-01", "--channel", "letter"), "date-invalid"),
        (("--sent", "2026-09-25", "--channel", "pigeon"), "choice-invalid"),
        (("--sent", "2026-09-25", "--channel", "verifiable", "--received", "2026-09-24"), "received-before-sent"),
        (("--sent", "2026-09-25", "--channel", "letter", "--received", "2026-09-26"), "received-not-asked"),
        (("--sent", "1850-09-25", "--channel", "letter"), "date-invalid"),
        (("--sent", "2003-12-31", "--channel", "letter"), "notice-rule-unknown"),
    ],
)
def test_a_time_limit_that_cannot_be_is_refused(words, code):
    (answer,), status = run("time-limit", *words)
    assert (answer["error"], status) == (code, 2)


def test_every_command_is_where_the_table_says():
    listed = CliRunner().invoke(main, ["--help"]).stdout
    for name in COMMANDS:
        assert name in listed
        assert CliRunner().invoke(main, [name, "--help"]).exit_code == 0
    assert CliRunner().invoke(main, ["nonsense"]).exit_code == 2


def test_a_plan_starts_without_loading_the_web():
    code = (
        "import sys; from web.cli import main\n"
        "try: main(['plan'])\n"
        "except SystemExit: pass\n"
        "print([name for name in ('flask', 'sqlalchemy', 'holidays', 'babel') if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=json.dumps(THREE), capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "[]" and json.loads(done.stdout)["rows"]
