"""The lives of an agreement and of a loan, one table each."""

from lending.basics.states import State, StateTable, transition

AGREEMENT = StateTable(
    "agreement",
    states=(
        State("offered", queue="decided", acts_next="citizen"),
        State("accepted", queue="decided", acts_next="staff"),
        State("concluded", queue=None, acts_next=None, final=True),
        State("lapsed", queue=None, acts_next=None, final=True),
    ),
    transitions=(
        transition("accept", "offered", "accepted", "citizen"),
        transition("conclude", "accepted", "concluded", "staff"),
        transition("lapse", "offered", "lapsed", "staff"),
    ),
)

LOAN = StateTable(
    "loan",
    states=(
        State("running", queue=None, acts_next="citizen"),
        State("closed", queue=None, acts_next=None, final=True),
    ),
    transitions=(
        transition("close", "running", "closed", "system"),
        # Money that comes or goes back afterwards; never after a write-off.
        transition("reopen", "closed", "running", "system"),
    ),
)
