"""Sentences for what is refused about figures of the state and about the money there is to lend."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

FIGURE_REFUSALS: dict[str, LazyString] = {
    "figure-unknown": _l("Choose which figure you enter."),
    "figure-incomplete": _l("Fill in every figure of the row: a row that is not complete cannot be used."),
    "figure-source-missing": _l("Write where the figure is from, for example the number of the decree."),
    "figure-days-reversed": _l("The last day cannot be before the first day, %(valid_from)s."),
    "figure-entered-already": _l("A row from %(valid_from)s on has been entered already and waits to be confirmed."),
    "figure-already-official": _l("The row from %(valid_from)s on is official already and says the same."),
    "figure-contradicts-official": _l(
        "This contradicts an official figure valid from %(valid_from)s: %(figure)s. Its source: %(source)s."
    ),
    "figure-runs-into-next": _l(
        "Another row begins on %(next_from)s. Give a last day that is before it, so that the two do not overlap."
    ),
    "figure-own-entry": _l("You entered this row, so another person must confirm or reject it."),
    "rate-not-half-year": _l("A reference rate is in force for a half-year: from 1 January or from 1 July."),
    "rate-not-half-point": _l("The reference rate is a full or a half per cent; %(percent)s is neither."),
}

FUND_REFUSALS: dict[str, LazyString] = {
    "fund-appropriation": _l(
        "The appropriation of %(year)s does not suffice. It is %(cap_cents)s, of which %(used_cents)s have been "
        "granted, so %(left_cents)s are left; the loan would be %(wanted_cents)s. "
        "Grant less, or wait until there is more to lend."
    ),
    "fund-granted-in-year": _l(
        "At most %(cap_cents)s may be granted in a calendar year (%(clause)s). In %(year)s %(used_cents)s have been "
        "granted, so %(left_cents)s are left; the loan would be %(wanted_cents)s. "
        "Grant less, or wait until there is more to lend."
    ),
    "fund-outstanding": _l(
        "At most %(cap_cents)s of principal may be outstanding (%(clause)s). %(used_cents)s are outstanding or granted "
        "and not yet paid out, so %(left_cents)s are left; the loan would be %(wanted_cents)s. "
        "Grant less, or wait until there is more to lend."
    ),
    "fund-capital": _l(
        "The capital of the fund is %(cap_cents)s (%(clause)s). %(used_cents)s of it are lent, granted or lost, so "
        "%(left_cents)s are left; the loan would be %(wanted_cents)s. "
        "Grant less, or wait until there is more to lend."
    ),
    "appropriation-year": _l("Choose a year from %(first)s to %(last)s."),
    "appropriation-source-missing": _l("Write who decided on the appropriation, and in which document it stands."),
    "decided-in-future": _l("The day of the decision cannot be later than today, %(today)s."),
}
