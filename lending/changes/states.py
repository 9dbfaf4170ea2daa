"""The life of a change request, as one table."""

from lending.basics.states import State, StateTable, transition

#: ``grace`` is decided at once by an official; ``waiver`` is first proposed, then decided by another person.
CHANGE_REQUEST = StateTable(
    "change_request",
    states=(
        State("requested", queue="change_requests", acts_next="staff"),
        State("in_preparation", queue="change_requests", acts_next="staff"),
        State("proposed", queue="change_requests", acts_next="staff"),
        State("granted", queue=None, acts_next=None, final=True),
        State("refused", queue=None, acts_next=None, final=True),
        State("withdrawn", queue=None, acts_next=None, final=True),
    ),
    transitions=(
        transition("take", "requested", "in_preparation", "staff"),
        transition("propose", "requested in_preparation", "proposed", "staff"),
        transition("return", "proposed", "in_preparation", "staff"),
        transition("grant", "requested in_preparation proposed", "granted", "staff"),
        transition("refuse", "requested in_preparation proposed", "refused", "staff"),
        transition("withdraw", "requested in_preparation proposed", "withdrawn", "citizen"),
    ),
)
