"""Sentences for the refusals of assessment, proposal and decision."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

CASEWORK_REFUSALS: dict[str, LazyString] = {
    "amount-outside-limits": _l("The amount must be from %(least_cents)s to %(most_cents)s (%(clause)s)."),
    "client-limit-passed": _l(
        "A client can have at most %(most_cents)s in all (%(clause)s). %(granted_cents)s has been granted already, "
        "so %(left_cents)s is left."
    ),
    "term-outside-limits": _l("The repayment period can be at most %(most_months)s months (%(clause)s)."),
    "instalment-below-minimum": _l(
        "The instalment would be below %(least_cents)s a month (%(clause)s). Choose at most %(most_months)s months."
    ),
    "purpose-unknown": _l("Choose one of the purposes of the criteria."),
    "second-loan": _l("The applicant has another social loan, and two at the same time are not allowed (%(clause)s)."),
    "worksheet-missing": _l("Compute the capacity worksheet before you propose that the loan be granted."),
    "worksheet-settled": _l("A proposal rests on this worksheet, so it can no longer be changed."),
    "grounds-not-judged": _l("Judge these grounds first: %(clauses)s."),
    "judgment-missing": _l("Choose whether clause %(clause)s is in order."),
    "clause-not-assessed": _l("Clause %(clause)s is not judged in this case."),
    "clauses-missing": _l("Choose at least one clause."),
    "clause-unknown": _l("The criteria have no clause %(clause)s."),
    "reasons-missing": _l("Write the reasons."),
    "mandate-amount": _l(
        "This passes your mandate, which reaches %(most_cents)s (%(clause)s). Ask an official whose mandate is wider."
    ),
    "mandate-months": _l(
        "This passes your mandate, which reaches %(most_months)s months (%(clause)s). "
        "Ask an official whose mandate is wider."
    ),
    "partial-grant-needs-reasons": _l(
        "The applicant asks for %(asked_cents)s. Write why less is granted, for the rest is a refusal."
    ),
    "reason-missing": _l("Write the reason."),
    "note-missing": _l("Write what still has to be prepared."),
    "amount-negative": _l("The amount cannot be less than zero."),
    "norm-not-in-criteria": _l("The criteria do not know this living-cost norm."),
    "norm-exception-outside-limits": _l(
        "This norm may be used only for a loan of at most %(most_cents)s and %(most_months)s months (%(clause)s)."
    ),
    "line-unknown": _l("Choose whether the line is an income, a cost or a debt."),
    "preparer-cannot-decide": _l(
        "You prepared this proposal. The decision must be made by another person, so ask a colleague to decide."
    ),
}
