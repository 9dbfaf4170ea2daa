"""What data says of a clause, in sentences: the facts that ``lending.assessment.checks`` gathered."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from lending.policy.policies import Policy
from web.context import language
from web.formats import money, months
from web.labels import label

Facts = dict[str, Any]


def in_words(facts: dict[str, Facts], policy: Policy) -> list[str]:
    """The facts of one finding, by check, as sentences; none where nothing was found out."""
    return [sentence for check, found in facts.items() for sentence in _WRITERS[check](found, policy) if sentence]


def _municipality(facts: Facts, policy: Policy) -> list[str]:
    # Never the municipality itself: under a safety ban it is not everybody's to see.
    if facts.get("in_area"):
        return [_("The home municipality belongs to the area.")]
    return [_("The home municipality does not belong to the area.")]


def _amount(facts: Facts, policy: Policy) -> list[str]:
    if facts.get("amount_cents") is None:
        return []
    return [
        _(
            "Asked for %(amount)s; the limits are %(least)s and %(most)s.",
            amount=money(facts["amount_cents"]),
            least=money(facts["least_cents"]),
            most=money(facts["most_cents"]),
        )
    ]


def _term(facts: Facts, policy: Policy) -> list[str]:
    if facts.get("months") is None:
        return []
    return [
        _(
            "Asked for %(months)s; at most %(most)s is possible.",
            months=months(facts["months"]),
            most=months(facts["most_months"]),
        )
    ]


def _between(facts: Facts) -> str | None:
    if "from_cents" not in facts:
        return None
    if facts["from_cents"] == facts["to_cents"]:
        return _("The instalment would be %(amount)s a month.", amount=money(facts["to_cents"]))
    return _(
        "The instalment would be between %(low)s and %(high)s a month.",
        low=money(facts["from_cents"]),
        high=money(facts["to_cents"]),
    )


def _instalment(facts: Facts, policy: Policy) -> list[str]:
    least = _("It must be at least %(least)s a month.", least=money(facts["least_cents"]))
    return [_between(facts) or "", least]


def _capacity(facts: Facts, policy: Policy) -> list[str]:
    left = _(
        "Left a month: %(before)s now, %(after)s after arranging debts.",
        before=money(facts["before_cents"]),
        after=money(facts["after_cents"]),
    )
    return [left, _between(facts) or ""]


def _income(facts: Facts, policy: Policy) -> list[str]:
    kinds = [str(label("income", kind)) for kind in facts.get("kinds", [])]
    if not kinds:
        return [_("The application tells of no regular income.")]
    return [_("Regular income: %(kinds)s.", kinds=", ".join(kinds))]


def _purpose(facts: Facts, policy: Policy) -> list[str]:
    purpose = policy.purposes.get(facts.get("purpose", ""))
    return [purpose.names[language()]] if purpose else []


def _described(facts: Facts, policy: Policy) -> list[str]:
    return [
        _("The purpose is described.") if facts.get("details") else _("The purpose is not described."),
        _("How the loan helps is told.") if facts.get("how_it_helps") else _("How the loan helps is not told."),
    ]


def _attachments(facts: Facts, policy: Policy) -> list[str]:
    missing = [policy.attachment_kinds[kind][language()] for kind in facts.get("missing", [])]
    if not missing:
        return [_("Every required attachment is there.")]
    return [_("Missing: %(names)s.", names="; ".join(missing))]


def _assets(facts: Facts, policy: Policy) -> list[str]:
    if not facts.get("realisable_cents"):
        return [_("The application tells of no assets besides the home.")]
    return [_("Assets besides the home: %(amount)s.", amount=money(facts["realisable_cents"]))]


def _saved(facts: Facts, policy: Policy) -> list[str]:
    if facts.get("arranges_debts"):
        return [_("The loan arranges debts, so saving instead is not possible.")]
    if facts.get("saving_months") is None:
        return [_("The capacity leaves nothing to save.")]
    return [
        _(
            "From %(left)s a month the amount could be saved in %(months)s; up to %(reasonable)s counts as reasonable.",
            left=money(facts["left_cents"]),
            months=months(facts["saving_months"]),
            reasonable=months(facts["reasonable_months"]),
        )
    ]


def _manageable(facts: Facts, policy: Policy) -> list[str]:
    if facts.get("arranges_debts") is False:
        return [_("The loan is not asked for to arrange debts.")]
    late = facts.get("late", 0)
    return [
        _(
            "Debts cost %(service)s a month now, and %(left)s is left after them.",
            service=money(facts["service_cents"]),
            left=money(facts["left_cents"]),
        ),
        ngettext("%(num)s debt is late or being collected.", "%(num)s debts are late or being collected.", late)
        if late
        else _("No debt is late."),
    ]


def _private(facts: Facts, policy: Policy) -> list[str]:
    count = facts.get("debts", 0)
    if not count:
        return [_("No debt to a private person would be paid.")]
    return [
        ngettext(
            "%(num)s debt to a private person would be paid.", "%(num)s debts to private persons would be paid.", count
        )
    ]


def _second(facts: Facts, policy: Policy) -> list[str]:
    count = facts.get("other_loans", 0)
    if not count:
        return [_("The applicant has no other social loan.")]
    return [
        ngettext("The applicant has %(num)s other social loan.", "The applicant has %(num)s other social loans.", count)
    ]


def _business(facts: Facts, policy: Policy) -> list[str]:
    if facts.get("entrepreneur"):
        return [_("The applicant is an entrepreneur.")]
    return [_("The applicant is not an entrepreneur.")]


def _vehicle(facts: Facts, policy: Policy) -> list[str]:
    found = []
    if count := facts.get("vehicle_debts", 0):
        found.append(ngettext("%(num)s vehicle loan would be paid.", "%(num)s vehicle loans would be paid.", count))
    if count := facts.get("instalment_purchases", 0):
        found.append(
            ngettext(
                "%(num)s instalment purchase would be paid. Check what was bought.",
                "%(num)s instalment purchases would be paid. Check what was bought.",
                count,
            )
        )
    return found or [_("No vehicle loan would be paid.")]


def _adjustment(facts: Facts, policy: Policy) -> list[str]:
    if facts.get("in_debt_adjustment"):
        return [_("The applicant is in debt adjustment.")]
    return [_("The applicant is not in debt adjustment.")]


def _assistance(facts: Facts, policy: Policy) -> list[str]:
    if facts.get("social_assistance"):
        return [_("The applicant receives social assistance.")]
    return [_("The application tells of no social assistance.")]


def _staying(facts: Facts, policy: Policy) -> list[str]:
    debts = facts.get("debts", [])
    if not debts:
        return [_("No debt would stay outside the loan.")]
    names = ", ".join(debt["creditor"] for debt in debts if debt["creditor"])
    return [
        ngettext(
            "%(num)s debt would stay: %(left)s left, %(monthly)s a month.",
            "%(num)s debts would stay: %(left)s left, %(monthly)s a month.",
            len(debts),
            left=money(facts["left_cents"]),
            monthly=money(facts["monthly_cents"]),
        ),
        _("Creditors: %(names)s.", names=names) if names else "",
        _("What is left of a debt that staff have added is not in the sum.")
        if any(debt["left_cents"] is None for debt in debts)
        else "",
    ]


def _ban(facts: Facts, policy: Policy) -> list[str]:
    if facts.get("credit_ban") is None:
        return [_("The application does not tell whether there is a voluntary credit ban.")]
    if facts["credit_ban"]:
        return [_("The applicant tells of a voluntary credit ban.")]
    return [_("The applicant has no voluntary credit ban.")]


_WRITERS: dict[str, Callable[[Facts, Policy], list[str]]] = {
    "home-municipality": _municipality,
    "amount": _amount,
    "term": _term,
    "instalment": _instalment,
    "capacity": _capacity,
    "regular-income": _income,
    "purpose-described": _described,
    "purpose-allowed": _purpose,
    "attachments": _attachments,
    "realisable-assets": _assets,
    "could-be-saved": _saved,
    "debts-manageable": _manageable,
    "private-debt": _private,
    "second-loan": _second,
    "business": _business,
    "vehicle": _vehicle,
    "debt-adjustment": _adjustment,
    "social-assistance": _assistance,
    "unarranged-debts": _staying,
    "credit-ban": _ban,
}
