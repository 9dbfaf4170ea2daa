"""The life of a supplement request, as one table."""

from lending.basics.states import State, StateTable, transition

SUPPLEMENT = StateTable(
    "supplement_request",
    states=(
        State("open", queue="waiting_for_citizen", acts_next="citizen"),
        State("answered", queue=None, acts_next=None, final=True),
        State("passed_over", queue=None, acts_next=None, final=True),
        State("lapsed", queue=None, acts_next=None, final=True),
    ),
    transitions=(
        transition("answer", "open", "answered", "citizen"),
        transition("pass-over", "open", "passed_over", "staff"),
        # The application was withdrawn: there is nothing left to complete.
        transition("lapse", "open", "lapsed", "citizen"),
    ),
)
