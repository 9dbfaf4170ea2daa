"""``vakaa capacity``: the payment capacity of a household, by the rules that make every worksheet here."""

import os
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import click

from lending.applications.model import ADULTS, DEBT_BASES, EXPENSE_KINDS, INCOME_KINDS
from lending.applications.periods import PAID_BY_BENEFIT_DAY, PERIODS, monthly_cents
from lending.applications.sections import CHILD_AGE_MAX
from lending.assessment.capacity import Amount, Capacity, Child, Line, Situation, capacity_of, worksheet_lines
from lending.assessment.norm_choice import clauses_of_sides, exception_fits, require_norm
from lending.assessment.saving import presaving_of, saving_of
from lending.basics.errors import NotFound, Refused
from lending.basics.money import Cents, euros
from lending.loans.outlook import Outlook, conditions_at, outlook_at
from lending.policy.figures import Figures, NormRow, load_figures, rate_on
from lending.policy.policies import Clause, Policies, Policy, load_policies
from web.commands.documents import Fields, Wrong, answer_each, plain, told, wrong_of
from web.commands.starting import in_words
from web.config import ROOT


@dataclass(frozen=True, slots=True)
class Asked:
    """What a document asks: whose criteria, on which day, by which norm, of whom, and for what loan."""

    policy: Policy
    day: date
    norm: str
    situation: Situation
    amount_cents: Cents | None
    months: int | None


@click.command()
@click.option(
    "--unconfirmed", is_flag=True, help="Also reckon with figures that nobody has confirmed. Never for a decision."
)
@in_words
def capacity(unconfirmed: bool) -> None:
    """Payment capacity. JSON on standard input, one document a line; an answer a line, in the same order."""
    folder = Path(os.environ.get("VAKAA_POLICIES", "").strip() or ROOT / "policies")
    policies = load_policies(folder)
    figures = load_figures(folder / "figures", allow_unconfirmed=unconfirmed)
    sys.exit(answer_each(lambda document: answer(document, policies, figures)))


def answer(document: Any, policies: Policies, figures: Figures) -> dict[str, Any]:
    """The capacity that a document asks for.

    Raises ``Wrong`` for a document that is not right; ``Refused`` for a figure that is missing or not confirmed, a
    norm that the loan is too large for, and an amount or time outside the limits of the criteria.
    """
    asked = asked_of(Fields(document), policies)
    norm = figures.norm(asked.norm, asked.day)
    lines = worksheet_lines(asked.situation, norm)
    sums = capacity_of(lines)
    policy = asked.policy
    clauses = clauses_of_sides(policy, asked.norm)
    outlook, refused = _outlook(asked, figures, sums.after_cents)
    return {
        "policy": policy.id,
        "day": asked.day.isoformat(),
        "norm": _norm(asked, norm, clauses.get("norm")),
        "lines": [_line(line, policy, clauses.get(line.side)) for line in lines],
        "sums": {
            "income": euros(sums.income_cents),
            "norm": euros(sums.norm_cents),
            "costs": euros(sums.cost_cents),
            "debts_before": euros(sums.debt_before_cents),
            "debts_after": euros(sums.debt_after_cents),
        },
        "capacity": {
            "before": euros(sums.before_cents),
            "after": euros(sums.after_cents),
            "clause": _cited(policy, policy.clause_checked_by("capacity")),
        },
        "loan": _loan(asked, outlook, sums) if outlook else None,
        "loan_refused": refused,
        "saving": _saving(asked, sums),
        "presaving": _presaving(policy, outlook),
    }


def asked_of(given: Fields, policies: Policies) -> Asked:
    """What the document asks. Raises ``Wrong``, ``Refused``."""
    day = given.day("day")
    policy = _policy(given, policies, day)
    amount = given.amount("amount") if given.has("amount") else None
    given.take("amount", None)
    months = given.whole("months", None)
    _require_limits(policy, amount, months)
    names = [name for name in (policy.norm.main, policy.norm.exception) if name]
    norm = given.choice("norm", names, policy.norm.main)
    require_norm(policy, norm, amount, months)
    adults, partner, children = _household(Fields(given.take("household"), "household"))
    situation = Situation(
        adults=adults,
        partner_net_cents=partner,
        children=children,
        incomes=[_income(number, each) for number, each in enumerate(given.objects("incomes"))],
        costs=[_cost(number, each) for number, each in enumerate(given.objects("costs"))],
        debts=[_debt(number, each) for number, each in enumerate(given.objects("debts"))],
    )
    given.done()
    return Asked(policy, day, norm, situation, amount, months)


def _policy(given: Fields, policies: Policies, day: date) -> Policy:
    by_id, by_key = given.take("policy", None), given.take("organisation", None)
    if (by_id is None) == (by_key is None):
        raise Wrong("policy-or-organisation", "Give either policy (its id) or organisation (its key).")
    known = [policy.id for policy in policies.versions()] if by_id else [one.key for one in policies.organisations()]
    try:
        if isinstance(by_id, str):
            return policies.by_id(by_id)
        if isinstance(by_key, str):
            return policies.for_organisation(by_key, day)
    except NotFound:
        pass
    key = "policy" if by_id is not None else "organisation"
    raise Wrong(f"{key}-unknown", f"{key} must be one of {', '.join(known)}.", key=key, known=known)


def _require_limits(policy: Policy, amount_cents: Cents | None, months: int | None) -> None:
    least, most = policy.amount_min_cents, policy.amount_max_cents
    if amount_cents is not None and not least <= amount_cents <= most:
        raise Refused("asked-amount-outside-limits", field="amount", least_cents=least, most_cents=most)
    if months is not None and months > policy.term_months_max:
        raise Refused("asked-months-outside-limits", field="months", most=policy.term_months_max)


def _household(given: Fields) -> tuple[str, Cents | None, list[Child]]:
    adults = given.choice("adults", ADULTS)
    partner = given.amount("partner_net_income") if given.has("partner_net_income") else None
    given.take("partner_net_income", None)
    if partner is not None and adults not in ("spouse", "cohabitant"):
        raise Wrong(
            "partner-without-couple",
            "household.partner_net_income is given only where adults is spouse or cohabitant.",
            key="household.partner_net_income",
        )
    children = [_child(number, each) for number, each in enumerate(given.objects("children"))]
    given.done()
    return adults, partner, children


def _child(number: int, given: Fields) -> Child:
    age = given.take("age")
    if not isinstance(age, int) or isinstance(age, bool) or not 0 <= age <= CHILD_AGE_MAX:
        raise Wrong(
            "age-invalid",
            f"{given.name('age')} must be a whole number from 0 to {CHILD_AGE_MAX}.",
            key=given.name("age"),
            most=CHILD_AGE_MAX,
        )
    child = Child(str(number), age, _amount_or_nothing(given, "benefits"))
    given.done()
    return child


def _income(number: int, given: Fields) -> Amount:
    kind, told_cents = given.choice("kind", INCOME_KINDS), given.amount("amount")
    per = given.choice("per", PERIODS, PERIODS[0])
    if per == "benefit_day" and kind not in PAID_BY_BENEFIT_DAY:
        raise Refused("not-paid-by-benefit-day", field=given.name("per"))
    by_month = per == "month"
    income = Amount(
        f"incomes[{number}]",
        kind,
        monthly_cents(told_cents, per),
        _details(given),
        told_cents=None if by_month else told_cents,
        told_per=None if by_month else per,
    )
    given.done()
    return income


def _cost(number: int, given: Fields) -> Amount:
    cost = Amount(f"costs[{number}]", given.choice("kind", EXPENSE_KINDS), given.amount("amount"), _details(given))
    given.done()
    return cost


def _debt(number: int, given: Fields) -> Amount:
    kind = given.choice("kind", DEBT_BASES, "other_debt")
    arranged = bool(given.flag("arranged", False))
    debt = Amount(f"debts[{number}]", kind, given.amount("monthly"), _details(given), arranged)
    given.done()
    return debt


def _details(given: Fields) -> str | None:
    details = given.take("details", None)
    if details is not None and not isinstance(details, str):
        raise Wrong("text-invalid", f"{given.name('details')} must be a string.", key=given.name("details"))
    return details


def _amount_or_nothing(given: Fields, key: str) -> Cents:
    if given.has(key):
        return given.amount(key)
    given.take(key, None)
    return 0


def _outlook(asked: Asked, figures: Figures, left: Cents) -> tuple[Outlook | None, dict[str, Any] | None]:
    """What the capacity carries; where the rate of the day may not be used, why, and the rest is answered still."""
    try:
        percent = rate_on(figures, asked.policy, asked.day)
    except Refused as refused:
        return None, told(wrong_of(refused))
    conditions = conditions_at(asked.policy, percent, asked.day, asked.norm)
    return outlook_at(conditions, left, asked.amount_cents, asked.months), None


def _norm(asked: Asked, norm: NormRow, clause: Clause | None) -> dict[str, Any]:
    choice = asked.policy.norm
    return {
        "name": norm.norm,
        "valid_from": norm.valid_from.isoformat(),
        "valid_until": norm.valid_until.isoformat() if norm.valid_until else None,
        "status": norm.status,
        "source": norm.source,
        "clause": _cited(asked.policy, clause),
        "exception": choice.exception,
        "exception_allowed": exception_fits(asked.policy, asked.amount_cents, asked.months),
    }


def _line(line: Line, policy: Policy, clause: Clause | None) -> dict[str, Any]:
    return {
        "key": line.key,
        "side": line.side,
        "code": line.code,
        "details": line.details,
        "now": euros(line.cents if line.in_before else 0),
        "after": euros(line.cents if line.in_after else 0),
        "source": line.source,
        "clause": _cited(policy, clause),
        "facts": plain(line.facts),
    }


def _loan(asked: Asked, outlook: Outlook, sums: Capacity) -> dict[str, Any]:
    instalment = outlook.instalment_cents
    return {
        "percent": format(outlook.percent, "f"),
        "instalment": None if instalment is None else euros(instalment),
        "carried": None if instalment is None else instalment <= sums.after_cents,
        "shortest_term": outlook.shortest_months,
        "largest": [
            {"months": months, "amount": None if cents is None else euros(cents)}
            for months, cents in outlook.largest.items()
        ],
    }


def _saving(asked: Asked, sums: Capacity) -> dict[str, Any] | None:
    saving = saving_of(asked.policy, asked.amount_cents, sums.before_cents)
    if saving is None:
        return None
    return {
        "months": saving.months,
        "reasonable_months": saving.reasonable_months,
        "within_reasonable": saving.within_reasonable,
        "arranges_debts": any(debt.arranged for debt in asked.situation.debts),
        "clause": _cited(asked.policy, asked.policy.clause_checked_by("could-be-saved")),
    }


def _presaving(policy: Policy, outlook: Outlook | None) -> dict[str, Any] | None:
    clause = policy.clause_governing("pre-saving")
    presaving = presaving_of(policy, outlook.instalment_cents if outlook else None)
    if presaving is None or clause is None:
        return None
    return {
        "instalment": euros(presaving.instalment_cents),
        "months_min": presaving.months_min,
        "months_max": presaving.months_max,
        "least": euros(presaving.least_cents),
        "most": euros(presaving.most_cents),
        "clause": policy.cite(clause.id),
    }


def _cited(policy: Policy, clause: Clause | None) -> str | None:
    return policy.cite(clause.id) if clause else None
