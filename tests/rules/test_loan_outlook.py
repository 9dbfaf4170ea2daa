"""What a loan would cost a month and what a capacity carries, on the conditions of the criteria on a day."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from lending.basics.errors import Refused
from lending.loans.affordability import instalment_of, largest_loans, shortest_term
from lending.loans.outlook import conditions_at, outlook, outlook_at, rate_on
from lending.policy.figures import hold_figures, load_figures
from lending.policy.policies import load_policies
from tests.rules.books import Nowhere

FOLDER = Path(__file__).parents[2] / "policies"
KEUSOTE = load_policies(FOLDER).by_id("keusote-2025")
ON = date(2026, 3, 2)
CONDITIONS = conditions_at(KEUSOTE, Decimal("2.5"), ON)


def test_a_loan_of_the_day_has_the_reference_rate_or_none_at_all() -> None:
    figures = load_figures(FOLDER / "figures", allow_unconfirmed=False)
    assert rate_on(figures, KEUSOTE, ON) == Decimal("2.5")
    free = replace(KEUSOTE, interest="none")
    assert rate_on(figures, free, ON) == rate_on(figures, free, date(2040, 1, 1)) == 0
    with pytest.raises(Refused, match="figure-missing"):
        rate_on(figures, KEUSOTE, date(2040, 1, 1))


def test_the_conditions_are_those_of_the_criteria() -> None:
    assert (CONDITIONS.amount_min_cents, CONDITIONS.amount_max_cents) == (200_00, 10_000_00)
    assert (CONDITIONS.term_months_max, CONDITIONS.instalment_min_cents) == (96, 20_00)
    assert (CONDITIONS.percent, CONDITIONS.start, CONDITIONS.due_day) == (Decimal("2.5"), ON, KEUSOTE.due_days[0])


def test_on_the_exception_of_the_criteria_stands_no_larger_or_longer_loan_than_it_is_for() -> None:
    norm = KEUSOTE.norm
    assert conditions_at(KEUSOTE, Decimal("2.5"), ON, norm.main) == CONDITIONS
    small = conditions_at(KEUSOTE, Decimal("2.5"), ON, norm.exception)
    most = norm.exception_amount_max_cents, norm.exception_months_max
    assert (small.amount_max_cents, small.term_months_max) == most < (10_000_00, 96)
    # An exception that would reach further than the criteria themselves does not.
    wide = replace(KEUSOTE, amount_max_cents=most[0] - 1, term_months_max=most[1] - 1)
    narrow = conditions_at(wide, Decimal("2.5"), ON, norm.exception)
    assert (narrow.amount_max_cents, narrow.term_months_max) == (most[0] - 1, most[1] - 1)


def test_the_outlook_tells_the_instalment_the_shortest_term_and_the_largest_loans() -> None:
    found = outlook_at(CONDITIONS, 120_00, 3000_00, 36)
    assert found.percent == Decimal("2.5")
    assert found.instalment_cents == instalment_of(3000_00, 36, CONDITIONS)
    assert found.shortest_months == shortest_term(3000_00, 120_00, CONDITIONS)
    assert found.largest == largest_loans(120_00, CONDITIONS)


def test_before_an_amount_and_a_term_are_told_only_the_largest_loans_are_known() -> None:
    nothing = outlook_at(CONDITIONS, 120_00, None, 36)
    assert (nothing.instalment_cents, nothing.shortest_months) == (None, None)
    assert nothing.largest == largest_loans(120_00, CONDITIONS)
    no_term = outlook_at(CONDITIONS, 120_00, 3000_00, None)
    assert no_term.instalment_cents is None and no_term.shortest_months is not None


def test_there_is_no_outlook_without_a_rate_for_the_day() -> None:
    db = Nowhere()
    hold_figures(db, load_figures(FOLDER / "figures", allow_unconfirmed=False))
    asked = 120_00, 3000_00, 36
    assert outlook(db, KEUSOTE, *asked, ON) == outlook_at(CONDITIONS, *asked)
    assert outlook(db, KEUSOTE, *asked, date(2026, 9, 1)) is None
