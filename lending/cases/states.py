"""The life of a case, from the first draft to the last payment, as one table."""

from lending.basics.states import State, StateTable, transition

#: The work queues of the back office, in the order of the work. Change requests have their own state table.
QUEUES = (
    "new",
    "in_preparation",
    "waiting_for_citizen",
    "waiting_for_decision",
    "decided",
    "change_requests",
)

#: The act that takes a case on from each state in which it stands in a queue: whose work that is, has the turn.
NEXT_ACT = {
    "submitted": "take-case",
    "in_preparation": "prepare",
    "waiting_for_citizen": "request-supplement",
    "waiting_for_decision": "decide",
    "granted": "prepare",
    "agreement_offered": "prepare",
    "agreement_accepted": "conclude-agreement",
    "agreement_concluded": "disburse",
}

CASE = StateTable(
    "case",
    states=(
        State("draft", queue=None, acts_next="citizen"),
        State("submitted", queue="new", acts_next="staff"),
        State("in_preparation", queue="in_preparation", acts_next="staff"),
        State("waiting_for_citizen", queue="waiting_for_citizen", acts_next="citizen"),
        State("waiting_for_decision", queue="waiting_for_decision", acts_next="staff"),
        State("granted", queue="decided", acts_next="staff"),
        State("agreement_offered", queue="decided", acts_next="citizen"),
        State("agreement_accepted", queue="decided", acts_next="staff"),
        State("agreement_concluded", queue="decided", acts_next="staff"),
        State("running", queue=None, acts_next="citizen"),
        State("refused", queue=None, acts_next=None, final=True),
        State("withdrawn", queue=None, acts_next=None, final=True),
        State("closed", queue=None, acts_next=None, final=True),
    ),
    transitions=(
        transition("submit", "draft", "submitted", "citizen"),
        transition("take", "submitted", "in_preparation", "staff"),
        transition("request-supplement", "in_preparation", "waiting_for_citizen", "staff"),
        transition("answer-supplement", "waiting_for_citizen", "in_preparation", "citizen"),
        transition("go-on-without-supplement", "waiting_for_citizen", "in_preparation", "staff"),
        transition("propose", "in_preparation", "waiting_for_decision", "staff"),
        transition("return-to-preparation", "waiting_for_decision", "in_preparation", "staff"),
        transition("grant", "waiting_for_decision", "granted", "staff"),
        transition("refuse", "waiting_for_decision", "refused", "staff"),
        transition("offer-agreement", "granted agreement_offered", "agreement_offered", "staff"),
        transition("accept-agreement", "agreement_offered", "agreement_accepted", "citizen"),
        transition("conclude-agreement", "agreement_accepted", "agreement_concluded", "staff"),
        transition("disburse", "agreement_concluded", "running", "staff"),
        transition("close", "running", "closed", "system"),
        # Money that comes or goes back after the loan has closed opens it again.
        transition("reopen", "closed", "running", "system"),
        transition(
            "withdraw",
            "draft submitted in_preparation waiting_for_citizen waiting_for_decision granted agreement_offered",
            "withdrawn",
            "citizen",
        ),
    ),
)

#: A second borrower: named by the applicant, answers as themselves, and can be left out until the decision.
CO_BORROWER = StateTable(
    "co_borrower",
    states=(
        State("invited", queue=None, acts_next="citizen"),
        State("accepted", queue=None, acts_next=None),
        State("declined", queue=None, acts_next=None, final=True),
        State("withdrawn", queue=None, acts_next=None, final=True),
    ),
    transitions=(
        transition("accept", "invited", "accepted", "citizen"),
        transition("decline", "invited", "declined", "citizen"),
        transition("withdraw", "invited accepted", "withdrawn", "citizen"),
    ),
)
