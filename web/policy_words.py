"""A policy in plain English, line by line: for ``vakaa policy show`` and for what changes in ``vakaa policy diff``."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from lending.basics.money import Cents
from lending.policy.policies import Clause, Mandate, Policy
from lending.policy.reading import LANGUAGE_NAMES, Texts

#: What is told of a value that stands in the file although the published criteria do not say it.
DEFAULT = "a default of the service: the criteria do not say"

_RATES = {
    "reference_rate": "the reference rate of the Interest Act, section 12",
    "none": "none, the loan is interest-free",
}
_REVIEWS = {
    "half-yearly": "every half-year, with the reference rate",
    "yearly": "once a year, in January",
    "never": "never",
}
_RATE_CHANGES = {"instalment": "the instalment changes, the end stays", "term": "the end moves, the instalment stays"}
_OVERDUE = {"actual": "by the days the principal is really unpaid", "as_planned": "as planned"}
_NORMS = {
    "debt_adjustment": "the norm of the debt adjustment decree",
    "social_assistance": "the norm of social assistance",
}
_ROUTES = {
    "rectification": "a claim for rectification first, then the administrative court",
    "court": "straight to the administrative court",
}
_PER = {"loan": "a loan", "client": "a client, all loans together"}
_BORROWERS = {"one": "one", "spouses": "one, or spouses who divide the liability in the agreement"}
_DAYS = {"15": "the 15th", "last": "the last day of the month"}
_PAYEES = {"borrower": "paid to the borrower", "creditors": "paid straight to the creditors"}
_WHEN = {
    "always": "always asked for",
    "debts": "asked for where there are debts",
    "assets": "asked for where there are assets",
    "real_estate": "asked for where a home or other property is owned",
    "entrepreneur": "asked for from entrepreneurs",
    "where_needed": "given where needed",
}
_FUNCTIONS = {
    "customer-work": "Customer work",
    "preparation": "Preparation",
    "decision": "Decision",
    "money-traffic": "Money traffic",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that a policy says. ``key`` is where it stands in the file; ``default``: the criteria do not say it."""

    heading: str
    key: str
    label: str
    value: str
    default: bool = False


def lines_of(policy: Policy, languages: tuple[str, ...] = ("fi", "sv", "en")) -> Iterator[Line]:
    """Everything that the policy says, in the order of a policy file; texts in ``languages``."""
    for heading, found in (
        ("Who and when", _identity(policy)),
        ("Who does the work", _arrangement(policy)),
        ("Limits", _limits(policy)),
        ("Interest", _interest(policy)),
        ("Repayment", _repayment(policy)),
        ("Living costs and saving", _capacity(policy)),
        ("Review", _review(policy)),
        ("Who may do what", _delegation(policy)),
        ("Purposes", _purposes(policy)),
        ("Attachments", _attachments(policy)),
        ("Consent", _consent(policy)),
        ("Chapters", _texts("chapters", policy.chapters, "Chapter {}", languages)),
        ("Clauses", _clauses(policy, languages)),
    ):
        for key, label, value in found:
            yield Line(heading, key, label, value, key in policy.defaults)


Said = Iterator[tuple[str, str, str]]


def _identity(policy: Policy) -> Said:
    organisation = policy.organisation
    yield "id", "Version", policy.id
    for language, name in organisation.names.items():
        yield f"organisation.names.{language}", f"Name in {LANGUAGE_NAMES[language]}", name
    yield "valid_from", "In force from", _day(policy.valid_from)
    yield "valid_until", "In force until", _day(policy.valid_until) if policy.valid_until else "further notice"
    yield "approved_on", "Approved on", _day(policy.approved_on) if policy.approved_on else "not told"
    yield "approved_by", "Approved by", policy.approved_by["en"]
    yield "handling_time_months", "A decision comes within", _months(policy.handling_time_months)
    contact = organisation.contact
    yield "organisation.contact", "Contact", f"{contact.phone}, {contact.email}, {contact.address}"
    yield "organisation.contact.hours", "Open", contact.hours["en"]
    for code, names in organisation.municipalities.items():
        yield f"organisation.municipalities.{code}", f"Municipality {code}", names["fi"]


def _arrangement(policy: Policy) -> Said:
    organisation, work = policy.organisation, policy.organisation.arrangement
    for key, unit in organisation.units.items():
        places = ", ".join(organisation.municipalities[code]["fi"] for code in sorted(unit.municipalities))
        yield (
            f"organisation.units.{key}",
            f"Unit {key}",
            f"{unit.names['en']}, {'for ' + places if places else 'for all'}",
        )
    yield "organisation.protected_unit", "People under a safety ban", f"unit {organisation.protected_unit}"
    for function, name in _FUNCTIONS.items():
        yield f"organisation.arrangement.{function}", name, work.units[function] or "the unit that serves the client"
    for function, names in organisation.people.items():
        yield f"organisation.people.{function}", f"{_FUNCTIONS[function]} is done by", names["en"]
    for act, function in work.acts.items():
        yield f"organisation.arrangement.acts.{act}", f"Act {act}", f"done where {_FUNCTIONS[function].lower()} is"
    yield "organisation.arrangement.losses", "Credit losses are borne by", work.losses["en"]


def _limits(policy: Policy) -> Said:
    yield "borrowers", "Borrowers of a loan", _BORROWERS[policy.borrowers]
    yield "limits.amount_min_euros", "Smallest loan", _euros(policy.amount_min_cents)
    yield "limits.amount_max_euros", "Largest amount", _euros(policy.amount_max_cents)
    yield "limits.amount_max_per", "The largest amount is of", _PER[policy.amount_max_per]
    yield "limits.term_months_max", "Longest repayment period", _months(policy.term_months_max)
    yield "limits.instalment_min_euros", "Smallest instalment", f"{_euros(policy.instalment_min_cents)} a month"
    caps = policy.caps
    for key, label, cents in (
        ("granted_in_year_max_euros", "Granted in a calendar year at most", caps.granted_in_year_max_cents),
        ("outstanding_max_euros", "Principal outstanding at most", caps.outstanding_max_cents),
        ("capital_euros", "Capital in all", caps.capital_cents),
    ):
        yield f"caps.{key}", label, "no cap in the criteria" if cents is None else _euros(cents)


def _interest(policy: Policy) -> Said:
    yield "interest.rate", "Interest", _RATES[policy.interest]
    yield "interest.review", "The rate of a running loan is reviewed", _REVIEWS[policy.rate_review]
    yield "interest.day_count", "Days are counted", policy.day_count
    yield "interest.on_rate_change", "When the rate changes", _RATE_CHANGES[policy.on_rate_change]
    yield "interest.on_overdue", "Interest on what is late", _OVERDUE[policy.interest_on_overdue]
    billed = "billed" if policy.grace_interest_billed else "not billed"
    yield "interest.billed_in_grace_months", "Interest in grace months", billed


def _repayment(policy: Policy) -> Said:
    yield "repayment.due_days", "Due days", " or ".join(_DAYS[day] for day in policy.due_days)
    yield (
        "repayment.first_due_after_days",
        "First due date at the earliest",
        f"{policy.first_due_after_days} days after",
    )
    yield "repayment.bill_days_before_due", "A bill is sent", f"{policy.bill_days_before_due} days before the due date"
    yield "repayment.grace_months_max", "Grace months at most", str(policy.grace_months_max)
    yield "repayment.extension_months_max", "Longer repayment period at most", _months(policy.extension_months_max)
    later = _months(policy.postponement_months_max) if policy.postponement_months_max else "not in the criteria"
    yield "repayment.postponement_months_max", "One instalment may be postponed by", later


def _capacity(policy: Policy) -> Said:
    norm = policy.norm
    yield "norm.main", "Living costs", _cited(_NORMS[norm.main], norm.clause)
    if norm.exception:
        small = f"{_euros(norm.exception_amount_max_cents)} and {_months(norm.exception_months_max)}"
        exception = f"{_NORMS[norm.exception]}, for loans of at most {small}"
        yield "norm.exception", "By exception", _cited(exception, norm.exception_clause)
    least, most = policy.presaving_months
    yield "limits.presaving_months_min", "Pre-saving at least", _months(least)
    yield "limits.presaving_months_max", "Pre-saving at most", _months(most)
    yield "limits.reasonable_saving_months", "Reasonable time to save", _months(policy.reasonable_saving_months)


def _review(policy: Policy) -> Said:
    review = policy.review
    yield "review.kind", "A decision is challenged", _cited(_ROUTES[review.kind], review.clause)
    yield "review.days", "It is challenged within", f"{review.days} days of notice"
    if review.kind == "rectification":
        yield "review.bodies", "Decided by", review.bodies["en"]
    yield "review.courts", "Court", review.courts["en"]


def _delegation(policy: Policy) -> Said:
    for act, mandates in policy.delegation.items():
        yield f"delegation.{act}", act, "; ".join(_mandate(mandate) for mandate in mandates)


def _mandate(mandate: Mandate) -> str:
    limits = []
    if mandate.amount_max_cents is not None:
        limits.append(f"up to {_euros(mandate.amount_max_cents)}")
    if mandate.months_max is not None:
        limits.append(f"up to {_months(mandate.months_max)}")
    reach = f" {' and '.join(limits)}" if limits else ""
    return _cited(", ".join(sorted(mandate.roles)).replace("_", " ") + reach, mandate.clause)


def _purposes(policy: Policy) -> Said:
    for key, purpose in policy.purposes.items():
        yield (
            f"purposes.{key}",
            f"Purpose {key}",
            _cited(f"{purpose.names['en']}; {_PAYEES[purpose.payee]}", purpose.clause),
        )


def _attachments(policy: Policy) -> Said:
    for rule in policy.attachment_rules:
        yield (
            f"attachments.{rule.key}",
            f"Attachment {rule.key}",
            _cited(f"{rule.names['en']}; {_WHEN[rule.when]}", rule.clause),
        )


def _consent(policy: Policy) -> Said:
    yield "consent", "Consent to debt investigation", f"text {policy.consent.version}"


def _clauses(policy: Policy, languages: tuple[str, ...]) -> Said:
    for clause in policy.clauses.values():
        yield f"clauses.{clause.id}", f"Clause {clause.id}", nature(clause)
        yield from _texts("clauses", {clause.id: clause.texts}, "Clause {}", languages)


def nature(clause: Clause) -> str:
    """What kind of rule the clause is: ``judged by a person, obstacle, checks could-be-saved``."""
    kinds = {"data": "checked from data", "judgment": "judged by a person", "guidance": "guidance"}
    said = [kinds[clause.kind], clause.role]
    if clause.checks:
        said.append(f"checks {' and '.join(clause.checks)}")
    if clause.governs:
        said.append(f"rules {' and '.join(clause.governs)}")
    return ", ".join(said)


def _texts(table: str, texts: "dict[str, Texts]", label: str, languages: tuple[str, ...]) -> Said:
    for key, each in texts.items():
        for language in languages:
            yield f"{table}.{key}.{language}", f"{label.format(key)} in {LANGUAGE_NAMES[language]}", each[language]


def _cited(said: str, clause: str | None) -> str:
    return f"{said} ({clause})" if clause else said


def _day(day: date) -> str:
    return f"{day.day}.{day.month}.{day.year}"


def _euros(cents: Cents) -> str:
    euros, rest = divmod(cents, 100)
    return f"{euros:,}".replace(",", " ") + (f",{rest:02}" if rest else "") + " €"


def _months(count: int) -> str:
    years, rest = divmod(count, 12)
    if count and not rest:
        return f"{years} year{'' if years == 1 else 's'}"
    return f"{count} month{'' if count == 1 else 's'}"
