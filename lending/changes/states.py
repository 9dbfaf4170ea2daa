"""The life of a change request, as one table."""

from lending.basics.states import State, StateTable, transition

#: Grace months and new terms are decided at once by an official. A waiver is first proposed, then decided by another
#: person; so is a longer repayment time where the criteria want a second official to approve it.
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


def deciding_act(kind: str, state: str) -> str:
    """The act that takes a request of ``kind`` on from ``state``: what one must be allowed to do, and whose turn it is.

    A proposed extension waits for the one who approves it, a proposed waiver for the one who decides it.
    """
    proposed = state == "proposed"
    if kind == "waiver":
        return "decide-waiver" if proposed else "propose-waiver"
    if kind == "extension":
        return "approve-extension" if proposed else "decide-extension"
    return "decide-change"
