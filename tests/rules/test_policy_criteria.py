"""Every rule of the published criteria is in the policy, and is proven by a test or left to a person's judgment."""

import ast
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lending.policy.policies import Clause, Policies, Policy

TESTS = Path(__file__).parents[1]
CRITERIA: dict[str, dict[str, dict[str, Any]]] = tomllib.loads((TESTS / "rules" / "criteria.toml").read_text())
RULES = [(policy, rule) for policy, rules in CRITERIA.items() for rule in rules]

#: What a clause is in the policy, by what the criteria leave it to.
KINDS = {
    "data": {"data"},
    "data and judgment": {"judgment"},
    "judgment": {"judgment"},
    "guidance": {"guidance"},
}
#: Words of Sweden, where Finland has its own.
SWEDENS_WORDS = ("Kronofogden", "försörjningsstöd", "socialbidrag", "Försäkringskassan", "personnummer", "god man")


def clause_of(policies: Policies, policy: str, rule: str) -> Clause:
    return policies.by_id(policy).clause(rule)


@cache
def named_in(file: str) -> frozenset[str]:
    tree = ast.parse((TESTS / file).read_text())
    return frozenset(
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def test_every_organisation_is_among_them(policies: Policies) -> None:
    assert {policy.id for policy in policies.versions()} == set(CRITERIA)


@pytest.mark.parametrize("policy", CRITERIA)
def test_the_policy_has_every_rule_by_its_own_id_in_its_own_order(policies: Policies, policy: str) -> None:
    assert list(policies.by_id(policy).clauses) == list(CRITERIA[policy])


@pytest.mark.parametrize(("policy", "rule"), RULES)
def test_a_rule_is_proven_or_left_to_judgment_or_guidance(policies: Policies, policy: str, rule: str) -> None:
    held = CRITERIA[policy][rule]
    clause = clause_of(policies, policy, rule)
    assert clause.kind in KINDS[held["by"]]
    if held["by"] in ("judgment", "guidance"):
        assert "tests" not in held
    else:
        assert held["tests"]
    for named in held.get("tests", ()):
        file, _, test = named.partition("::")
        assert test in named_in(file), named


@pytest.mark.parametrize(("policy", "rule"), RULES)
def test_a_rule_is_told_in_three_languages_in_whole_sentences(policies: Policies, policy: str, rule: str) -> None:
    texts = clause_of(policies, policy, rule).texts
    assert set(texts) == {"fi", "sv", "en"}
    assert len(set(texts.values())) == 3
    for text in texts.values():
        assert text.endswith(".") and "  " not in text and " ." not in text
    assert [word for word in SWEDENS_WORDS if word.lower() in texts["sv"].lower()] == []


@pytest.mark.parametrize("policy", CRITERIA)
def test_figures_in_the_text_are_the_limits_that_are_held(policies: Policies, policy: str) -> None:
    """A limit that is changed in one place and not in the other would deceive the reader."""
    criteria = policies.by_id(policy)
    amount = criteria.clause_checked_by("amount")
    assert amount is not None
    assert f"{criteria.amount_max_cents // 100:,}" in amount.texts["en"]
    for language in ("fi", "sv"):
        assert f"{criteria.amount_max_cents // 100:,}".replace(",", " ") in amount.texts[language]
    assert _years(criteria) in _text(criteria, "term")
    caps = criteria.caps
    for topic, cents in (
        ("granted-in-year", caps.granted_in_year_max_cents),
        ("outstanding", caps.outstanding_max_cents),
        ("capital", caps.capital_cents),
    ):
        clause = criteria.clause_governing(topic)
        assert (clause is None) == (cents is None), topic
        if clause and cents is not None:
            assert f"{cents // 100:,}" in clause.texts["en"]
    assert ("interest-free" in " ".join(c.texts["en"] for c in criteria.clauses.values())) == (
        criteria.interest == "none"
    )


def _text(policy: Policy, check: str) -> str:
    clause = policy.clause_checked_by(check)
    assert clause is not None
    return clause.texts["en"]


def _years(policy: Policy) -> str:
    return {60: "five years", 84: "seven years", 96: "eight years"}[policy.term_months_max]
