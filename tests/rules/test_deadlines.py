"""By which day things must move on: a case that waits, a bill that is sent, the changes that may be asked for."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from lending.cases.deadlines import days_waited, handling_due
from lending.changes.offered import kinds_offered
from lending.loans.billing_dates import bill_date
from lending.policy.policies import load_policies

POLICIES = load_policies(Path(__file__).parents[2] / "policies")
KEUSOTE = POLICIES.by_id("keusote-2025")
#: The first of February in Finland already.
SENT = datetime(2026, 1, 31, 22, 30, tzinfo=UTC)
COMPLETED = datetime(2026, 2, 28, 12, 0, tzinfo=UTC)
ASKED_BY = date(2026, 3, 9)


@pytest.mark.parametrize("state", ["submitted", "in_preparation", "waiting_for_decision"])
def test_a_decision_is_due_in_the_handling_time_from_the_day_all_was_there(state: str) -> None:
    assert handling_due(state, SENT, COMPLETED, 3) == date(2026, 5, 28)
    assert handling_due(state, SENT, None, 3) == date(2026, 5, 1)


def test_what_the_citizen_was_asked_for_is_due_on_the_day_that_was_said() -> None:
    assert handling_due("waiting_for_citizen", SENT, COMPLETED, 3, ASKED_BY) == ASKED_BY


@pytest.mark.parametrize("state", ["draft", "granted", "running", "closed"])
def test_no_handling_time_runs_before_an_application_is_sent_or_once_it_is_decided(state: str) -> None:
    assert handling_due(state, SENT, COMPLETED, 3, ASKED_BY) is None


def test_days_of_waiting_are_those_of_the_finnish_calendar() -> None:
    assert days_waited(SENT, datetime(2026, 2, 1, 21, 59, tzinfo=UTC)) == 0
    assert days_waited(SENT, datetime(2026, 2, 1, 22, 0, tzinfo=UTC)) == 1


def test_a_bill_is_sent_a_fortnight_ahead_but_not_before_the_loan_began() -> None:
    due = date(2026, 3, 15)
    assert bill_date(due, KEUSOTE, date(2026, 1, 10)) == date(2026, 3, 1)
    assert bill_date(due, KEUSOTE, date(2026, 3, 5)) == date(2026, 3, 5)


def test_the_changes_that_may_be_asked_for_are_those_the_criteria_leave_room_for() -> None:
    all_but_postponement = ("grace", "extension", "instalment", "due_day", "waiver")
    assert kinds_offered(KEUSOTE) == all_but_postponement
    assert kinds_offered(POLICIES.by_id("kemi-2016")) == (*all_but_postponement[:4], "postponement", "waiver")
    strict = replace(KEUSOTE, grace_months_max=0, extension_months_max=0, due_days=("15",))
    assert kinds_offered(strict) == ("instalment", "waiver")
