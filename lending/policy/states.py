"""The life of a figure that staff enter, as one table."""

from lending.basics.states import State, StateTable, transition

FIGURE_ENTRY = StateTable(
    "figure_entry",
    states=(
        State("entered", queue=None, acts_next="staff"),
        State("confirmed", queue=None, acts_next=None, final=True),
        State("rejected", queue=None, acts_next=None, final=True),
    ),
    transitions=(
        transition("confirm", "entered", "confirmed", "staff"),
        transition("reject", "entered", "rejected", "staff"),
    ),
)
