"""Payment capacity (maksuvara): what is left a month for instalment and interest. Pure; money in cents a month.

``capacity = net income − living-cost norm − evidenced costs − service of debts``, once with every debt as it is
(before) and once without the debts that the loan would arrange (after). Decree 322/2001, keusote-2025:4.5a–4.5e.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

from lending.basics.money import Cents, round_cents
from lending.policy.figures import NormRow

SIDES = ("income", "norm", "cost", "debt")

#: Days of unemployment benefit in a month.
BENEFIT_DAYS_IN_MONTH = Decimal("21.5")

#: Received, but no income of the debtor: the first lowers the child's cost, the second covers what nothing else does.
NOT_INCOME = frozenset({"maintenance_received", "social_assistance"})

#: Costs that a couple shares; the others are each person's own.
COMMON_COSTS = frozenset(
    {"rent", "home_loan", "housing_company_charge", "electricity", "water", "home_insurance", "day_care"}
)

#: A child of this age or older has a figure of its own in the norm.
AGE_OF_OLDER_CHILD = 17


@dataclass(frozen=True, slots=True)
class Child:
    """A child at home; ``benefits_cents``: child benefit and maintenance received for the child."""

    key: str
    age: int
    benefits_cents: Cents = 0


@dataclass(frozen=True, slots=True)
class Amount:
    """An income, a cost or a debt as told: ``code`` is its kind, ``arranged`` whether the loan would pay it off."""

    key: str
    code: str
    cents: Cents
    details: str | None = None
    arranged: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """What a capacity is computed from.

    ``adults``: ``alone`` (single parents too), ``spouse``, ``cohabitant`` or ``other_adult``. ``incomes`` are net,
    ``costs`` are the household's, ``debts`` the applicant's own.
    """

    adults: str
    partner_net_cents: Cents | None = None
    children: Sequence[Child] = ()
    incomes: Sequence[Amount] = ()
    costs: Sequence[Amount] = ()
    debts: Sequence[Amount] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the worksheet. ``cents`` is never negative: income adds, every other side takes away.

    ``source`` says where the figure is from (the norm's source, or ``application``); ``facts`` how it was reached.
    """

    key: str
    code: str
    side: str
    cents: Cents
    source: str
    details: str | None = None
    in_before: bool = True
    in_after: bool = True
    facts: dict[str, Any] = field(default_factory=dict)


class Counted(Protocol):
    """What a line needs to be counted, computed or edited."""

    @property
    def side(self) -> str: ...
    @property
    def cents(self) -> Cents: ...
    @property
    def in_before(self) -> bool: ...
    @property
    def in_after(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Capacity:
    """The sums of a worksheet. ``before`` and ``after`` may be negative: then the money does not suffice as it is."""

    income_cents: Cents
    norm_cents: Cents
    cost_cents: Cents
    debt_before_cents: Cents
    debt_after_cents: Cents

    @property
    def before_cents(self) -> Cents:
        """Left a month with every debt as it is."""
        return self.income_cents - self.norm_cents - self.cost_cents - self.debt_before_cents

    @property
    def after_cents(self) -> Cents:
        """Left a month when the loan has arranged the debts it is asked for (kemi-2016:6.2b)."""
        return self.income_cents - self.norm_cents - self.cost_cents - self.debt_after_cents


def worksheet_lines(situation: Situation, norm: NormRow) -> list[Line]:
    """The lines of the capacity worksheet by the debt-adjustment norm, each with its source.

    Raises ``Refused("figure-missing")`` where the norm lacks a figure that the household needs.
    """
    share, basis = _own_share(situation)
    lines = [_income(income) for income in situation.incomes]
    lines.append(_own_norm(situation.adults, norm))
    lines += _children(situation.children, norm, share, basis)
    lines += [_cost(cost, share, basis) for cost in situation.costs]
    lines += [
        Line(debt.key, debt.code, "debt", debt.cents, "application", debt.details, in_after=not debt.arranged)
        for debt in situation.debts
    ]
    return lines


def capacity_of(lines: Iterable[Counted]) -> Capacity:
    """Add the lines up."""
    sums = dict.fromkeys(("income", "norm", "cost", "debt_before", "debt_after"), 0)
    for line in lines:
        if line.side == "debt":
            sums["debt_before"] += line.cents if line.in_before else 0
            sums["debt_after"] += line.cents if line.in_after else 0
        else:
            sums[line.side] += line.cents
    return Capacity(*sums.values())


def monthly_from_daily(daily_cents: Cents) -> Cents:
    """A daily unemployment benefit as a month's income: 21.5 days."""
    return round_cents(daily_cents * BENEFIT_DAYS_IN_MONTH)


def monthly_from_yearly(yearly_cents: Cents) -> Cents:
    """An irregular income as the average month of a year."""
    return round_cents(Fraction(yearly_cents, 12))


def months_to_save(amount_cents: Cents, capacity_cents: Cents) -> int | None:
    """In how many months the amount could be saved from the capacity, or ``None`` when never.

    A fact for the judgment of keusote-2025:4.6a, not the judgment itself.
    """
    return -(-amount_cents // capacity_cents) if capacity_cents > 0 else None


def instalment_bounds(
    amount_cents: Cents, months: int, percent: Decimal, longest_period_days: int
) -> tuple[Cents, Cents]:
    """Between what an equal instalment must lie, whatever the due days are: without interest, and with that of the
    longest period on the whole amount. The true plan is the loan engine's; these bounds never contradict it.
    """
    least = Fraction(amount_cents, months)
    interest = Fraction(amount_cents) * Fraction(percent) * longest_period_days / 36000
    return -(-least.numerator // least.denominator), -(-(least + interest).numerator // (least + interest).denominator)


def _own_share(situation: Situation) -> tuple[Fraction, str]:
    """The applicant's part of common costs: cohabitants halve them, spouses share them by their net incomes."""
    if situation.adults == "cohabitant":
        return Fraction(1, 2), "halves"
    if situation.adults != "spouse":
        return Fraction(1), "own"
    if situation.partner_net_cents is None:
        return Fraction(1, 2), "halves-partner-income-not-told"
    own = sum(income.cents for income in situation.incomes if income.code not in NOT_INCOME)
    together = own + situation.partner_net_cents
    return (Fraction(own, together), "by-net-incomes") if together else (Fraction(1, 2), "halves")


def _income(income: Amount) -> Line:
    if income.code in NOT_INCOME:
        facts = {"told_cents": income.cents, "not_income": True}
        return Line(income.key, income.code, "income", 0, "application", income.details, facts=facts)
    return Line(income.key, income.code, "income", income.cents, "application", income.details)


def _own_norm(adults: str, norm: NormRow) -> Line:
    figure = norm.amount("alone" if adults == "alone" else "with_adult")
    return Line("norm", f"norm_{figure.key}", "norm", figure.cents, figure.source, facts={"norm_status": figure.status})


def _children(children: Sequence[Child], norm: NormRow, share: Fraction, basis: str) -> list[Line]:
    """The children's lines, oldest first: the order decides which figure a child under 17 has."""
    lines = []
    younger = 0
    for child in sorted(children, key=lambda child: -child.age):
        if child.age >= AGE_OF_OLDER_CHILD:
            figure = norm.amount("child_17")
        else:
            younger += 1
            figure = norm.amount("child" if younger <= 2 else "third_child")
        # Child benefit and maintenance are not income: they lower the child's own cost, never below zero.
        cost = max(0, figure.cents - child.benefits_cents)
        facts = {
            "age": child.age,
            "norm_cents": figure.cents,
            "norm_status": figure.status,
            "benefits_cents": child.benefits_cents,
            **_share_facts(share, basis),
        }
        key, code = f"child:{child.key}", f"norm_{figure.key}"
        lines.append(Line(key, code, "norm", round_cents(cost * share), figure.source, facts=facts))
    return lines


def _cost(cost: Amount, share: Fraction, basis: str) -> Line:
    if cost.code not in COMMON_COSTS or share == 1:
        return Line(cost.key, cost.code, "cost", cost.cents, "application", cost.details)
    facts = {"told_cents": cost.cents, **_share_facts(share, basis)}
    return Line(cost.key, cost.code, "cost", round_cents(cost.cents * share), "application", cost.details, facts=facts)


def _share_facts(share: Fraction, basis: str) -> dict[str, Any]:
    if share == 1:
        return {}
    return {"share_permille": round_cents(share * 1000), "share_basis": basis}
