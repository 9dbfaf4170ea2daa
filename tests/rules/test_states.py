"""State tables: complete, without dead ends, every open case in exactly one queue."""

import pytest

from lending.applications.states import SUPPLEMENT
from lending.basics.errors import Refused
from lending.basics.states import StateTable
from lending.cases.states import CASE, CO_BORROWER, QUEUES
from lending.changes.states import CHANGE_REQUEST
from lending.loans.states import AGREEMENT, LOAN
from lending.policy.states import FIGURE_ENTRY

TABLES = [CASE, CO_BORROWER, SUPPLEMENT, AGREEMENT, LOAN, CHANGE_REQUEST, FIGURE_ENTRY]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.subject)
class TestEveryTable:
    def test_transitions_name_only_states_of_the_table(self, table: StateTable) -> None:
        for row in table.transitions:
            assert row.sources | {row.target} <= table.states.keys(), row.act

    def test_every_state_but_the_final_ones_has_a_way_out(self, table: StateTable) -> None:
        # What has ended is left only by being opened again.
        left = {source for row in table.transitions if row.act != "reopen" for source in row.sources}
        assert left == {name for name, state in table.states.items() if not state.final}

    def test_every_state_can_be_reached_from_the_first(self, table: StateTable) -> None:
        reached = {next(iter(table.states))}
        while True:
            more = {row.target for row in table.transitions if row.sources & reached} - reached
            if not more:
                break
            reached |= more
        assert reached == table.states.keys()

    def test_an_act_from_a_wrong_state_is_refused_with_its_facts(self, table: StateTable) -> None:
        for row in table.transitions:
            for state in table.states.keys() - row.sources:
                with pytest.raises(Refused) as refusal:
                    table.after(row.act, state)
                assert refusal.value.code == "not-in-this-state"

    def test_a_final_state_waits_for_nobody(self, table: StateTable) -> None:
        assert all(state.acts_next is None and state.queue is None for state in table.states.values() if state.final)


def test_every_case_with_work_for_staff_stands_in_a_queue() -> None:
    for state in CASE.states.values():
        if state.acts_next == "staff":
            assert state.queue in QUEUES, state.name


def test_every_queue_name_is_a_known_one() -> None:
    for table in TABLES:
        for state in table.states.values():
            assert state.queue is None or state.queue in QUEUES
