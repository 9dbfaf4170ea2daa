"""Sentences for what the rules of the loan refuse: calculator, agreement, disbursement, payments, changes."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

LOAN_REFUSALS: dict[str, LazyString] = {
    "instalment-too-small": _l(
        "The instalment would be below %(minimum_cents)s a month. Choose at most %(longest_months)s months."
    ),
    "term-too-long": _l(
        "The loan can last for %(longest_months)s months at most, "
        "so the instalment must be at least %(least_instalment_cents)s."
    ),
    "instalment-below-interest": _l(
        "The instalment does not cover the interest. It must be at least %(least_instalment_cents)s a month."
    ),
}
