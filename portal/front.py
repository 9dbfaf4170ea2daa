"""The public pages of an organisation: what social lending is, and the criteria by which it is granted."""

from dataclasses import dataclass

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lending.basics.errors import NotFound
from lending.policy.policies import Clause, Organisation, Policy, policies_of
from portal import portal
from portal.calculator import CalculatorForm, estimated, policy_today, years
from web.clock import today
from web.context import language
from web.formats import money, number
from web.guard import public
from web.labels_loan import ELSEWHERE
from web.paths import HOME
from web.render import render

#: What a loan is never for, by the check of the clause that says so.
NEVER_FOR = ("vehicle", "business", "private-debt")


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of the criteria and its clauses. Criteria without numbers have one chapter, without a number."""

    number: str
    title: str
    clauses: tuple[Clause, ...]

    @property
    def id(self) -> str:
        return f"chapter-{self.number.replace('.', '-')}"

    @property
    def heading(self) -> str:
        return self.title if self.number == "-" else f"{self.number} {self.title}"


@portal.get("/<organisation>")
@public
def front(organisation: str) -> ResponseReturnValue:
    """What social lending is, who it is for, what it costs, how it goes, and what to think of first."""
    policy = policy_today(organisation)
    form = CalculatorForm(policy)
    estimate = estimated(form, policy)
    return render(
        "portal/front.html",
        "calculator",
        form=form,
        policy=policy,
        estimate=estimate,
        elsewhere=ELSEWHERE,
        municipalities=_either(_names(policy.organisation)),
        amounts=_amounts(policy),
        longest=years(policy.term_months_max),
        never_for={check for check in NEVER_FOR if policy.clause_checked_by(check)},
        ban_first=_asks_ban(policy),
        start_href=HOME["citizen"],
        my_href=HOME["citizen"],
    )


@portal.get("/<organisation>/criteria")
@public
def criteria(organisation: str) -> ResponseReturnValue:
    """The criteria in the reader's language, to be read before applying (Act 1133/2002 § 4).

    ``?version=`` shows an earlier or a coming version: what an application was made under stays readable.
    """
    current = policy_today(organisation)
    versions = policies_of(g.db).versions(organisation)
    asked = request.args.get("version", current.id)
    policy = next((each for each in versions if each.id == asked), None)
    if policy is None:
        raise NotFound
    return render(
        "portal/criteria.html",
        policy=policy,
        is_current=policy is current,
        is_coming=policy.valid_from > today(),
        coming=next((each for each in versions if each.valid_from > today()), None),
        others=[each for each in versions if each is not policy],
        in_short=_in_short(policy),
        chapters=_chapters(policy),
    )


def _chapters(policy: Policy) -> list[Chapter]:
    return [
        Chapter(number, titles[language()], tuple(c for c in policy.clauses.values() if c.chapter == number))
        for number, titles in policy.chapters.items()
    ]


def _in_short(policy: Policy) -> list[tuple[str, list[str]]]:
    """The main points, each as (what, lines); what the criteria do not say themselves is told to be the service's."""
    rows = [
        ("limits.amount_max_euros", _("Amount"), [_amounts(policy), *_per_client(policy)]),
        ("limits.term_months_max", _("Repayment period"), [_("at most %(time)s", time=years(policy.term_months_max))]),
        ("interest.rate", _("Interest"), [_interest(policy), _("No fees and no late interest.")]),
        ("limits.instalment_min_euros", _("Monthly instalment"), [_least_instalment(policy), _due_days(policy)]),
        ("repayment.grace_months_max", _("Grace months"), [_("at most %(most)s", most=policy.grace_months_max)]),
        ("norm.main", _("Living costs"), [_norm(policy)]),
        ("organisation.people", _("Who prepares and who decides"), _who(policy)),
        ("review.kind", _("If you disagree with a decision"), [_review(policy)]),
    ]
    told = [(key, label, [line for line in lines if line]) for key, label, lines in rows]
    return [(label, [*lines, *_told_default(policy, key)]) for key, label, lines in told if lines]


def _told_default(policy: Policy, key: str) -> list[str]:
    return [_("The criteria do not say this: it is how the service works.")] if key in policy.defaults else []


def _amounts(policy: Policy) -> str:
    most = number(policy.amount_max_cents // 100)
    if "limits.amount_min_euros" in policy.defaults:
        return _("at most %(amount)s", amount=f"{most}\u00a0€")
    return f"{number(policy.amount_min_cents // 100)}–{most}\u00a0€"


def _per_client(policy: Policy) -> list[str]:
    return [_("All your loans together count.")] if policy.amount_max_per == "client" else []


def _interest(policy: Policy) -> str:
    if policy.is_interest_free:
        return _("The loan is interest-free.")
    if policy.rate_review == "never":
        return _("The reference rate of section 12 of the Interest Act on the day of the agreement.")
    return _("The reference rate of section 12 of the Interest Act, which may change half-yearly.")


def _least_instalment(policy: Policy) -> str:
    if "limits.instalment_min_euros" in policy.defaults:
        return ""
    return _("At least %(amount)s a month.", amount=money(policy.instalment_min_cents))


def _due_days(policy: Policy) -> str:
    if "repayment.due_days" in policy.defaults:
        return ""
    if policy.due_days == ("15", "last"):
        return _("It is due on the 15th or on the last day of the month, as you choose.")
    return _("It is due on the 15th of the month.") if policy.due_days == ("15",) else _("It is due at month end.")


def _norm(policy: Policy) -> str:
    if policy.norm.main == "social_assistance":
        return _("Counted by the norm of social assistance.")
    return _("Counted by the norm of the debt adjustment decree.")


def _who(policy: Policy) -> list[str]:
    people, reader = policy.organisation.people, language()
    prepares, decides = people.get("preparation"), people.get("decision")
    return [
        _("Prepares: %(who)s", who=prepares[reader]) if prepares else "",
        _("Decides: %(who)s", who=decides[reader]) if decides else "",
    ]


def _review(policy: Policy) -> str:
    review, reader = policy.review, language()
    if review.kind == "court":
        return _(
            "You can appeal within %(days)s days. Court: %(court)s.", days=review.days, court=review.courts[reader]
        )
    return _(
        "You can claim rectification within %(days)s days. It is decided by: %(body)s. "
        "The answer can be appealed. Court: %(court)s.",
        days=review.days,
        body=review.bodies[reader],
        court=review.courts[reader],
    )


def _asks_ban(policy: Policy) -> bool:
    clause = policy.clause_checked_by("credit-ban")
    return clause is not None and clause.role == "condition"


def _names(organisation: Organisation) -> list[str]:
    return sorted(texts.get(language(), texts["fi"]) for texts in organisation.municipalities.values())


def _either(names: list[str]) -> str:
    if len(names) == 1:
        return names[0]
    return _("%(names)s or %(last)s", names=", ".join(names[:-1]), last=names[-1])
