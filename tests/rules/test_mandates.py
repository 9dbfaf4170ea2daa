"""Who may decide how much and in which unit, which clause says so, and from when to when the criteria hold."""

from dataclasses import replace
from datetime import date

import pytest

from tests.rules.books import DAY, KEUSOTE, POLICIES

KEMI, NORTH_SAVO = POLICIES.by_id("kemi-2016"), POLICIES.by_id("pohjois-savo-plan")


@pytest.mark.parametrize(
    ("cents", "months", "both"),
    [
        (2000_00, 6, True),
        (2000_01, 6, False),
        (2000_00, 7, False),
        (2000_01, None, False),
        (None, 7, False),
        (None, 6, True),
        (2000_00, None, True),
        (None, None, True),
    ],
)
def test_the_accounting_manager_of_kemi_extends_up_to_2000_euros_and_six_months(cents, months, both) -> None:
    roles = KEMI.roles_for("approve-extension", cents, months)
    assert roles == ({"accounting_manager", "legal_counsel"} if both else {"legal_counsel"})


def test_an_act_that_is_not_delegated_is_nobodys() -> None:
    assert KEMI.roles_for("decide", 10**9, 10**3) == {"decider"}
    assert KEUSOTE.roles_for("approve-extension") == frozenset()


def test_in_north_savo_the_finance_team_prepares_and_handles_the_money_and_the_own_unit_decides() -> None:
    arrangement = NORTH_SAVO.organisation.arrangement
    acts = ("prepare", "disburse", "conclude-agreement", "decide", "view-case")
    assert [arrangement.unit_for(act, "kuopio") for act in acts] == [
        "finance-team",
        "finance-team",
        "finance-team",
        "kuopio",
        None,
    ]
    assert arrangement.unit_of("customer-work", "kuopio") == "kuopio"
    assert arrangement.units_of("kuopio") == {"kuopio", "finance-team"}
    assert arrangement.central_units == {"finance-team"}
    assert KEMI.organisation.arrangement.unit_for("conclude-agreement", "team") == "team"


def test_a_person_is_served_by_the_unit_of_their_municipality_unless_that_must_not_be_told() -> None:
    organisation = KEUSOTE.organisation
    assert organisation.unit_for("186") == KEUSOTE.unit_for("186") == "team-2"
    assert organisation.unit_for("106") == KEUSOTE.unit_for("106") == "team-1"
    protected = organisation.protected_unit
    moved = replace(organisation, protected_unit="elsewhere")
    assert moved.unit_for("186", protected=True) == moved.unit_for(None) == "elsewhere" != protected


def test_the_loans_of_kemi_are_free_of_interest_and_those_of_keusote_are_not() -> None:
    assert (KEMI.is_interest_free, KEUSOTE.is_interest_free) == (True, False)


def test_a_rule_is_cited_by_the_clause_that_governs_or_checks_it() -> None:
    assert KEMI.cite_governing("extension-approval") == "kemi-2016:8d"
    assert KEUSOTE.cite_governing("extension-approval") is None
    assert "amount" in KEMI.clause_checked_by("amount").checks
    assert (KEUSOTE.clause("4.2b").chapter, NORTH_SAVO.clauses["k"].chapter) == ("4.2", "-")


def test_what_is_needed_only_now_and_then_is_not_required_of_everybody() -> None:
    required = {rule.key for rule in KEUSOTE.required_attachments}
    assert required < KEUSOTE.attachment_kinds.keys()
    assert {rule.when for rule in KEUSOTE.attachment_rules if rule.key not in required} == {"where_needed"}


def test_criteria_hold_from_their_first_day_to_their_last() -> None:
    first = KEUSOTE.valid_from
    last = date(2027, 5, 31)
    for until in (None, last):
        held = replace(KEUSOTE, valid_until=until)
        assert [held.in_force(day) for day in (first - DAY, first, last)] == [False, True, True]
        assert held.in_force(last + DAY) == (until is None)
