"""Words for figures of the state and for the money there is to lend, as staff read them."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

FIGURE_LABELS: dict[str, dict[str, LazyString]] = {
    "figure-entry-state": {
        "entered": _l("To be confirmed"),
        "confirmed": _l("Confirmed"),
        "rejected": _l("Rejected"),
    },
    "figure-amount": {
        "percent": _l("Reference rate"),
        "value": _l("National pension index"),
    },
    # Where rates and indices are from, word for word as the files of policies/figures/ say it.
    "rate-source": {
        "Ministry of Finance notice 557/2002": _l("Ministry of Finance notice 557/2002"),
        "Notice 1335/2002": _l("Notice 1335/2002"),
        "Notice 586/2003": _l("Notice 586/2003"),
        "Bank of Finland, table of reference rates": _l("Bank of Finland, table of reference rates"),
        "Bank of Finland, table of reference rates; notice 1276/2022": _l(
            "Bank of Finland, table of reference rates; notice 1276/2022"
        ),
        "Bank of Finland, table of reference rates; release of 2025": _l(
            "Bank of Finland, table of reference rates; release of 2025"
        ),
        "Bank of Finland, release for 1 January to 30 June 2026": _l(
            "Bank of Finland, release for 1 January to 30 June 2026"
        ),
        "From memory; check against the Bank of Finland's table": _l(
            "From memory; check against the Bank of Finland's table"
        ),
        "Main refinancing operation 2.15 % from 11 June 2025, rounded up to "
        "the next half point; check against the notice": _l(
            "Main refinancing operation 2.15 per cent from 11 June 2025, rounded "
            "up to the next half point; check against the notice"
        ),
        "Notice not found; 2.5 only if the main refinancing operation of June "
        "2026 was above 2.00 and at most 2.50 %": _l(
            "Notice not found; 2.5 only if the main refinancing operation of June "
            "2026 was above 2.00 and at most 2.50 per cent"
        ),
        "From memory; agrees with the published rise of 5.9 %": _l(
            "From memory; agrees with the published rise of 5.9 per cent"
        ),
        "Kela, indices": _l("Kela, indices"),
        "Kela, index of 2025": _l("Kela, index of 2025"),
        "Kela, index of 2026": _l("Kela, index of 2026"),
    },
    "month": {
        "1": _l("January"),
        "2": _l("February"),
        "3": _l("March"),
        "4": _l("April"),
        "5": _l("May"),
        "6": _l("June"),
        "7": _l("July"),
        "8": _l("August"),
        "9": _l("September"),
        "10": _l("October"),
        "11": _l("November"),
        "12": _l("December"),
    },
    "cap": {
        "appropriation": _l("Appropriation of the year"),
        "granted-in-year": _l("Most that may be granted in a calendar year"),
        "outstanding": _l("Most that may be outstanding"),
        "capital": _l("Capital of the fund"),
    },
    # Before the amount that is left.
    "cap-left": {
        "appropriation": _l("Of the appropriation of the year"),
        "granted-in-year": _l("Of what may be granted this year"),
        "outstanding": _l("Of what may be outstanding at a time"),
        "capital": _l("Of the capital of the fund"),
    },
}

FIGURE_ENTRY_COLOURS = {"entered": "amber", "confirmed": "green", "rejected": "red"}
