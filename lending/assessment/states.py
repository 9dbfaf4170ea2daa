"""The life of a capacity worksheet, as one table."""

from lending.basics.states import State, StateTable, transition

WORKSHEET = StateTable(
    "worksheet",
    states=(
        State("open", queue=None, acts_next="staff"),
        State("settled", queue=None, acts_next=None),
        State("replaced", queue=None, acts_next=None, final=True),
    ),
    transitions=(
        transition("settle", "open settled", "settled", "staff"),
        transition("replace", "open settled", "replaced", "staff"),
    ),
)
