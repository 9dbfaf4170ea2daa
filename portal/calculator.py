"""The loan calculator: what a social loan would cost, by the rules that a real loan follows."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from lending.basics.errors import Refused
from lending.basics.money import Cents
from lending.loans import plan
from lending.loans.plan import Limits, PlanRow
from lending.policy.figures import Figure, figures_of
from lending.policy.policies import Policy, policies_of
from portal import portal
from web.clock import today
from web.formats import months
from web.forms import MoneyField, MonthsField, QueryForm, form_refused
from web.guard import public
from web.render import render

#: What the calculator shows before anything is asked: a usual loan.
EXAMPLE_CENTS, EXAMPLE_MONTHS = 3000_00, 36


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a loan paid out today would cost. ``rows`` is empty when what was asked has no answer.

    ``rate`` is ``None`` when the rate of today has not been confirmed: then nothing may be reckoned.
    """

    amount_cents: Cents
    months: int
    rate: Figure | None
    rows: tuple[PlanRow, ...] = ()
    instalment_cents: Cents = 0
    interest_free: bool = False

    @property
    def rate_is_example(self) -> bool:
        """Whether the rate has not been confirmed, which only a demonstration shows at all."""
        return self.rate is not None and self.rate.status == "to_verify"

    @property
    def interest_cents(self) -> Cents:
        return sum(row.interest_cents for row in self.rows)

    @property
    def first_due(self) -> date:
        return self.rows[0].due_date

    @property
    def last_due(self) -> date:
        return self.rows[-1].due_date

    @property
    def last_cents(self) -> Cents:
        return self.rows[-1].instalment_cents


class CalculatorForm(QueryForm):
    """How much, for how long. The limits are those of the policy in force."""

    amount = MoneyField(_l("Amount of the loan"), default=EXAMPLE_CENTS, missing=_l("Write how much you would borrow."))
    months = MonthsField(
        _l("Repayment period"), default=EXAMPLE_MONTHS, missing=_l("Write in how many months you would repay.")
    )

    def __init__(self, policy: Policy) -> None:
        # Whatever else stands in the address asks nothing.
        super().__init__({name: request.args.getlist(name) for name in ("amount", "months") if name in request.args})
        self.amount.minimum_cents, self.amount.maximum_cents = policy.amount_min_cents, policy.amount_max_cents
        self.months.maximum = policy.term_months_max


def policy_today(organisation: str) -> Policy:
    """The criteria in force today. Raises ``NotFound`` for an organisation that is not here."""
    return policies_of(g.db).for_organisation(organisation, today())


def estimated(form: CalculatorForm, policy: Policy) -> Estimate:
    """The estimate that the form asks for, or the example when it asks for nothing. Errors are put on the form."""
    asked = form.asked()
    rate, free = _rate(policy), policy.is_interest_free
    if rate is None or form.errors:
        return Estimate(0, 0, rate, interest_free=free)
    amount = form.amount.data if asked else min(max(EXAMPLE_CENTS, policy.amount_min_cents), policy.amount_max_cents)
    count = form.months.data if asked else min(EXAMPLE_MONTHS, policy.term_months_max)
    try:
        made = plan.calculator(
            amount,
            count,
            rate.percent,
            policy.day_count,
            policy.due_days[0],
            today(),
            policy.first_due_after_days,
            Limits(policy.instalment_min_cents, policy.term_months_max),
        )
    except Refused as refused:
        form_refused(form, refused)
        return Estimate(amount, count, rate, interest_free=free)
    return Estimate(amount, count, rate, made.rows, made.instalment_cents, free)


def _rate(policy: Policy) -> Figure | None:
    """The rate of a loan made today, ``None`` where it may not be used; nought under criteria without interest."""
    if policy.is_interest_free:
        return Figure(Decimal(0), policy.valid_from, policy.valid_until, "official", policy.id)
    try:
        return figures_of(g.db).reference_rate(today())
    except Refused:
        return None


def years(count: int) -> str:
    """A repayment period in whole years where it is such: ``8 years``, else in months."""
    whole, rest = divmod(count, 12)
    return months(count) if rest else ngettext("%(num)s year", "%(num)s years", whole)


@portal.get("/<organisation>/calculator")
@public
def calculator(organisation: str) -> ResponseReturnValue:
    """The calculator with every payment of the plan, as a table and a chart."""
    policy = policy_today(organisation)
    form = CalculatorForm(policy)
    estimate = estimated(form, policy)
    return render(
        "portal/calculator.html",
        "calculator",
        form=form,
        policy=policy,
        estimate=estimate,
        longest=years(policy.term_months_max),
    )
