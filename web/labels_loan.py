"""Words for the loan: agreement, plan, ledger and change requests, and for the pages that tell of social lending."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

LOAN_LABELS: dict[str, dict[str, LazyString]] = {
    "due-day": {
        "15": _l("The 15th of each month"),
        "last": _l("The last day of each month"),
    },
    "agreement-state": {
        "offered": _l("Waits for the borrower"),
        "accepted": _l("Waits for the official"),
        "concluded": _l("Concluded"),
        "lapsed": _l("Replaced by a newer offer"),
    },
    "loan-state": {
        "running": _l("Running"),
        "closed": _l("Ended"),
    },
    "ended-by": {
        "payment": _l("repaid"),
        "waiver": _l("the rest was waived"),
        "write_off": _l("written off"),
    },
    # What an entry of the ledger is, as its borrower reads it.
    "own-entry": {
        "disbursement": _l("The loan was paid out"),
        "interest_charge": _l("Interest"),
        "payment": _l("Your payment"),
        "refund": _l("Refund to you"),
        "reversal": _l("An entry was cancelled"),
        "waiver": _l("Payment waiver"),
        "write_off": _l("Written off"),
        "correction": _l("Interest corrected"),
    },
    # The same for staff.
    "entry": {
        "disbursement": _l("Disbursement"),
        "interest_charge": _l("Interest charged"),
        "payment": _l("Payment"),
        "refund": _l("Refund"),
        "reversal": _l("Reversal"),
        "waiver": _l("Waiver"),
        "write_off": _l("Write-off"),
        "correction": _l("Correction of interest"),
    },
    "reversal-reason": {
        "returned-by-bank": _l("The bank took the payment back"),
        "wrong-loan": _l("It belongs to another loan"),
        "wrong-amount": _l("The amount was wrong"),
        "wrong-date": _l("The value date was wrong"),
        "booked-twice": _l("It was booked twice"),
    },
    "plan-reason": {
        "disbursement": _l("The loan was paid out"),
        "reference-rate": _l("The reference rate changed"),
        "extra-payment": _l("An extra payment"),
        "grace": _l("Grace months"),
        "waiver": _l("Payment waiver"),
        "correction": _l("Correction"),
        "extension": _l("A longer repayment period"),
        "instalment": _l("Another instalment"),
        "due-day": _l("Another due day"),
        "postponement": _l("One instalment later"),
    },
    "change": {
        "grace": _l("Grace months"),
        "waiver": _l("Payment waiver"),
        "extension": _l("A longer repayment period"),
        "instalment": _l("Another instalment"),
        "due_day": _l("Another due day"),
        "postponement": _l("One instalment later"),
    },
    # The state of a change request, as the borrower reads it and as staff read it.
    "own-change-state": {
        "requested": _l("Sent"),
        "in_preparation": _l("Being handled"),
        "proposed": _l("Waiting for decision"),
        "granted": _l("Granted"),
        "refused": _l("Not granted"),
        "withdrawn": _l("Request withdrawn by you"),
    },
    "change-state": {
        "requested": _l("New"),
        "in_preparation": _l("In preparation"),
        "proposed": _l("Waiting for decision"),
        "granted": _l("Granted"),
        "refused": _l("Refused"),
        "withdrawn": _l("Withdrawn"),
    },
    "disturbance": {
        "late": _l("Late"),
        "returned": _l("Payment returned"),
    },
    "follow-up": {
        "seen": _l("I have seen it"),
        "contacted": _l("I have been in contact with the borrower"),
    },
    "followed-up": {
        "seen": _l("Seen"),
        "contacted": _l("Borrower contacted"),
    },
    "change-outcome": {
        "grant": _l("Grant"),
        "refuse": _l("Refuse"),
    },
    "effect": {
        "lower_instalment": _l("The instalments become smaller, and the last payment stays on its day"),
        "shorten_term": _l("The instalments stay as they are, and the loan ends earlier"),
    },
}

#: The colour of the tag of a change request in each state.
CHANGE_COLOURS = {
    "requested": "violet",
    "in_preparation": "teal",
    "proposed": "amber",
    "granted": "green",
    "refused": "red",
    "withdrawn": "grey",
}

#: Where other help is found, in the reader's language.
ELSEWHERE = {
    "kela": {
        "fi": "https://www.kela.fi/toimeentulotuki",
        "sv": "https://www.kela.fi/utkomststod",
        "en": "https://www.kela.fi/social-assistance",
    },
    "debt-counselling": {
        "fi": "https://oikeuspalveluvirasto.fi/",
        "sv": "https://oikeuspalveluvirasto.fi/sv/",
        "en": "https://oikeuspalveluvirasto.fi/en/",
    },
    "guarantee-foundation": {
        "fi": "https://www.takuusaatio.fi/",
        "sv": "https://www.takuusaatio.fi/sv/",
        "en": "https://www.takuusaatio.fi/en/services/the-guarantee-foundations-miniloan",
    },
}
