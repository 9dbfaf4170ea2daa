"""The life of a proposal, as one table."""

from lending.basics.states import State, StateTable, transition

PROPOSAL = StateTable(
    "proposal",
    states=(
        State("open", queue="waiting_for_decision", acts_next="staff"),
        State("confirmed", queue=None, acts_next=None, final=True),
        State("overruled", queue=None, acts_next=None, final=True),
        State("returned", queue=None, acts_next=None, final=True),
        State("withdrawn", queue=None, acts_next=None, final=True),
    ),
    transitions=(
        transition("confirm", "open", "confirmed", "staff"),
        transition("overrule", "open", "overruled", "staff"),
        transition("return", "open", "returned", "staff"),
        transition("withdraw", "open", "withdrawn", "staff"),
    ),
)
