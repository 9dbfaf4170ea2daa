"""The public pages of an organisation: what social lending is, and the criteria by which it is granted."""

from dataclasses import dataclass

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lending.policy.policies import Clause, Policy
from portal import portal
from portal.calculator import CalculatorForm, estimated, policy_today, years
from web.context import language
from web.formats import number
from web.guard import public
from web.labels_loan import ELSEWHERE
from web.paths import HOME
from web.render import render


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of the criteria and its clauses."""

    number: str
    title: str
    clauses: tuple[Clause, ...]

    @property
    def id(self) -> str:
        return f"chapter-{self.number.replace('.', '-')}"


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
        municipalities=_municipalities(policy),
        amounts=f"{number(policy.amount_min_cents // 100)}–{number(policy.amount_max_cents // 100)} €",
        longest=years(policy.term_months_max),
        start_href=HOME["citizen"],
        my_href=HOME["citizen"],
    )


@portal.get("/<organisation>/criteria")
@public
def criteria(organisation: str) -> ResponseReturnValue:
    """The criteria in the reader's language, to be read before applying (Act 1133/2002 § 4)."""
    policy = policy_today(organisation)
    return render("portal/criteria.html", policy=policy, chapters=_chapters(policy))


def _chapters(policy: Policy) -> list[Chapter]:
    return [
        Chapter(number, titles[language()], tuple(c for c in policy.clauses.values() if c.chapter == number))
        for number, titles in policy.chapters.items()
    ]


def _municipalities(policy: Policy) -> str:
    names = sorted(texts.get(language(), texts["fi"]) for texts in policy.organisation.municipalities.values())
    if len(names) == 1:
        return names[0]
    return _("%(names)s or %(last)s", names=", ".join(names[:-1]), last=names[-1])
