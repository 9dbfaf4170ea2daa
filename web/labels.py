"""What codes are called, in the reader's language: ``label("case-state", case.state)``.

Each subject has a module of its own beside this one, ``labels_*.py``, whose dictionaries named ``*_LABELS`` hold kinds.
"""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from web.log import log
from web.words import gathered

LABELS: dict[str, dict[str, LazyString]] = {
    "language": {"fi": _l("Finnish"), "sv": _l("Swedish"), "en": _l("English")},
    "role": {
        "preparer": _l("Preparer"),
        "decider": _l("Decision-maker"),
        "waiver_decider": _l("Decision-maker on waivers"),
        "payments": _l("Payments"),
        "auditor": _l("Auditor"),
        "accounting_manager": _l("Accounting manager"),
        "legal_counsel": _l("Legal counsel"),
    },
    "queue": {
        "new": _l("New cases"),
        "in_preparation": _l("In preparation"),
        "waiting_for_citizen": _l("Waiting for the applicant"),
        "waiting_for_decision": _l("Waiting for decision"),
        "decided": _l("Decided"),
        "change_requests": _l("Change requests"),
        "all": _l("All cases"),
    },
    # As staff see it.
    "case-state": {
        "draft": _l("Draft"),
        "submitted": _l("New"),
        "in_preparation": _l("In preparation"),
        "waiting_for_citizen": _l("Waiting for the applicant"),
        "waiting_for_decision": _l("Waiting for decision"),
        "granted": _l("Granted"),
        "refused": _l("Refused"),
        "agreement_offered": _l("Agreement offered"),
        "agreement_accepted": _l("Agreement accepted by the borrower"),
        "agreement_concluded": _l("Agreement concluded"),
        "running": _l("Loan running"),
        "closed": _l("Closed"),
        "withdrawn": _l("Withdrawn"),
    },
    # As the citizen sees it.
    "own-case-state": {
        "draft": _l("Not sent yet"),
        "submitted": _l("Sent"),
        "in_preparation": _l("Being handled"),
        "waiting_for_citizen": _l("Waiting for you"),
        "waiting_for_decision": _l("Waiting for decision"),
        "granted": _l("Loan granted"),
        "refused": _l("Not granted"),
        "agreement_offered": _l("Agreement for you to accept"),
        "agreement_accepted": _l("Agreement accepted by you"),
        "agreement_concluded": _l("Agreement concluded"),
        "running": _l("Loan running"),
        "closed": _l("Loan ended"),
        "withdrawn": _l("Withdrawn by you"),
    },
}
LABELS |= gathered("labels", "_LABELS")


def label(kind: str, code: str | None) -> LazyString | str:
    """What ``code`` of ``kind`` is called. An unknown one is shown as it is, and logged."""
    if code is None:
        return ""
    found = LABELS.get(kind, {}).get(code)
    if found is None:
        log.error("code without a label", kind=kind, code=code)
        return code
    return found


def source_in_words(text: str) -> str:
    """A source of the files in the reader's language; one that was entered stands as it was written."""
    return str(LABELS["rate-source"].get(text) or LABELS["figure-source"].get(text) or text)
