"""Every refusal has a sentence, and every sentence fits the facts it is given."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from lending.basics.errors import Refused
from lending.policy.figures import DEBT_ADJUSTMENT_KEYS, SOCIAL_ASSISTANCE_KEYS, Figures
from web.labels import LABELS
from web.refusals import GENERAL, REFUSALS, say

ROOT = Path(__file__).parents[2]
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


#: Whoever calls these adds facts to what they refuse before anybody sees it.
ADDED_ABOVE = {
    "lending/cases/inspection.py": {"file_name"},
    "lending/loans/planner.py": {"least_instalment_cents"},
}


def refusals() -> Iterator[tuple[str, str, frozenset[str]]]:
    """Every ``Refused("code", …, fact=…)`` in the source: where, the code or ``code:field``, the names of its facts."""
    for folder in ("lending", "integrations", "portal", "backoffice"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refused" and node.args:
                    first = node.args[0]
                    where = f"{path.relative_to(ROOT)}:{node.lineno}"
                    choices = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
                    codes = [each.value for each in choices if isinstance(each, ast.Constant)]
                    facts = {each.arg or "**" for each in node.keywords} | ADDED_ABOVE.get(
                        where.partition(":")[0], set()
                    )
                    yield from ((where, _key(str(code), node), frozenset(facts)) for code in codes)


def _key(code: str, call: ast.Call) -> str:
    for keyword in call.keywords:
        if keyword.arg == "field" and isinstance(keyword.value, ast.Constant):
            exact = f"{code}:{keyword.value.value}"
            return exact if exact in REFUSALS else code
    return code


def test_every_refusal_has_a_sentence():
    lacking = sorted({f"{where} {code!r}" for where, code, _ in refusals() if code not in REFUSALS})
    assert not lacking, "Write their sentences in web/refusals_*.py:\n" + "\n".join(lacking)


def test_every_sentence_names_only_facts_that_the_refusal_gives(app: Flask):
    wrong = []
    with app.test_request_context(headers={"Accept-Language": "en"}):
        for where, code, facts in refusals():
            wanted = set(PLACEHOLDER.findall(str(REFUSALS[code]))) if code in REFUSALS else set()
            if "**" not in facts and not wanted <= facts - {"field"}:
                wrong.append(f"{where} {code!r} does not give {sorted(wanted - facts)}")
    assert not wrong, "\n".join(wrong)


def test_no_message_hides_in_a_formatted_string():
    """What reads the messages out of the source does not look into those, so nobody would translate it."""
    hidden = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for folder in ("web", "portal", "backoffice", "integrations")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.JoinedStr)
        and any(
            isinstance(each, ast.Call) and getattr(each.func, "id", "") in ("_", "ngettext") for each in ast.walk(node)
        )
    ]
    assert not hidden


def test_a_refusal_without_a_sentence_gets_a_general_one():
    assert say(Refused("never-heard-of")) is GENERAL


def test_every_source_of_a_norm_has_a_name(figures: Figures):
    norms = [figures.debt_adjustment_norm(date(year, 7, 1)) for year in range(2022, 2027)]
    shown = {amount.source for norm in norms for amount in norm.amounts.values()}
    assert shown and shown <= LABELS["figure-source"].keys()


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_facts_are_shown_as_people_read_them(app: Flask, language: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(REFUSALS, "too-much", "At most %(limit_cents)s.")
    with app.test_request_context(headers={"Accept-Language": language}):
        assert str(say(Refused("too-much", limit_cents=123450))) == "At most 1\u00a0234,50\u00a0€."


@pytest.mark.parametrize(
    ("language", "called"), [("fi", "(kohta 4.2a)"), ("sv", "(punkt 4.2a)"), ("en", "(clause 4.2a)")]
)
def test_a_refusal_cites_its_clause_in_the_language_of_the_reader(app: Flask, language: str, called: str):
    with app.test_request_context(headers={"Accept-Language": language}):
        refused = Refused("amount-outside-limits", least_cents=200_00, most_cents=10_000_00, clause="keusote-2025:4.2a")
        assert called in str(say(refused))


def test_several_clauses_are_told_by_their_numbers(app: Flask):
    with app.test_request_context(headers={"Accept-Language": "en"}):
        refused = Refused("grounds-not-judged", clauses=["keusote-2025:1b", "keusote-2025:4.6c"])
        assert str(say(refused)) == "Judge these grounds first: 1b, 4.6c."


@pytest.mark.parametrize(("language", "called"), [("fi", "Asetus 1052/2023"), ("sv", "Förordning 1052/2023")])
def test_the_source_of_a_figure_is_called_in_the_readers_language(app: Flask, language: str, called: str):
    facts = {"valid_from": date(2024, 1, 1), "figure": "debt_adjustment.alone", "source": "Decree 1052/2023"}
    with app.test_request_context(headers={"Accept-Language": language}):
        assert called in str(say(Refused("figure-contradicts-official", **facts)))


def test_no_message_stands_inside_an_f_string_where_translators_never_find_it():
    hidden = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for folder in ("web", "portal", "backoffice", "integrations")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for text in ast.walk(ast.parse(path.read_text()))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in {"_", "_l", "ngettext", "pgettext"}
    ]
    assert not hidden, "Give these messages a name before the f-string:\n" + "\n".join(hidden)


@pytest.mark.parametrize(
    ("figure", "called"),
    [
        ("reference_rate", "Reference rate"),
        ("debt_adjustment.third_child", "Debt adjustment norm, third or later child under 17"),
    ],
)
def test_a_figure_that_is_missing_is_called_by_its_name(app: Flask, figure: str, called: str):
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert called in str(say(Refused("figure-missing", figure=figure, on=date(2026, 1, 1))))


def test_every_figure_of_a_norm_has_a_name():
    assert {*DEBT_ADJUSTMENT_KEYS, *SOCIAL_ASSISTANCE_KEYS} == set(LABELS["norm-figure"])
