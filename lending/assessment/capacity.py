"""Payment capacity (maksuvara): what is left a month for instalment and interest. Pure; money in cents a month.

``capacity = net income − living-cost norm − evidenced costs − service of debts``, once with every debt as it is
(before) and once without the debts that the loan would arrange (after). Decree 322/2001 § 4 or the basic part of
social assistance (Act 1412/1997 § 9), keusote-2025:4.5a–4.5e, kemi-2016:6.2a–6.2b.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

from lending.basics.money import Cents, round_cents
from lending.policy.figures import NormAmount, NormRow

SIDES = ("income", "norm", "cost", "debt")

#: Received, but no income of the debtor: the first lowers the child's cost, the second covers what nothing else does.
NOT_INCOME = frozenset({"maintenance_received", "social_assistance"})

#: Costs that a couple shares; the others are each person's own.
COMMON_COSTS = frozenset(
    {"rent", "home_loan", "housing_company_charge", "electricity", "water", "home_insurance", "day_care"}
)

#: A child of this age or older has a figure of its own in the debt-adjustment norm.
AGE_OF_OLDER_CHILD = 17

#: In the social-assistance norm the figure of a child changes at this age, …
AGE_OF_SCHOOLCHILD = 10
#: … and a child of this age is an adult, who no longer makes a parent who lives alone a single parent.
AGE_OF_MAJORITY = 18
#: The order of a child among its siblings under age, oldest first, as the keys of the figures say it.
_ORDERS = ("first", "second", "third")


@dataclass(frozen=True, slots=True)
class Child:
    """A child at home; ``benefits_cents``: child benefit and maintenance received for the child."""

    key: str
    age: int
    benefits_cents: Cents = 0


@dataclass(frozen=True, slots=True)
class Amount:
    """An income, a cost or a debt as told: ``code`` is its kind, ``arranged`` whether the loan would pay it off.

    ``cents`` are a month's; an income told by a year or a benefit day keeps that too (``told_cents``, ``told_per``).
    """

    key: str
    code: str
    cents: Cents
    details: str | None = None
    arranged: bool = False
    told_cents: Cents | None = None
    told_per: str | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """What a capacity is computed from.

    ``adults``: ``alone`` (single parents too), ``spouse``, ``cohabitant``, ``parents`` (the applicant's own) or
    ``other_adult``. ``incomes`` are net, ``costs`` are the household's, ``debts`` the applicant's own.
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
    """The lines of the capacity worksheet by the norm given, each with its source.

    Raises ``Refused("figure-missing")`` where the norm lacks a figure that the household needs.
    """
    share = _own_share(situation)
    own, children = _KEYS[norm.norm](situation)
    figure = norm.amount(own)
    facts = {"norm_status": figure.status}
    lines = [_income(income) for income in situation.incomes]
    lines.append(Line("norm", f"norm_{own}", "norm", figure.cents, figure.source, facts=facts))
    lines += [_child(child, norm.amount(key), share) for child, key in children]
    lines += [_cost(cost, share) for cost in situation.costs]
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


def instalment_bounds(
    amount_cents: Cents, months: int, percent: Decimal, longest_period_days: int
) -> tuple[Cents, Cents]:
    """Between what an equal instalment must lie, whatever the due days are: without interest, and with that of the
    longest period on the whole amount. The true plan is the loan engine's; these bounds never contradict it.
    """
    least = Fraction(amount_cents, months)
    interest = Fraction(amount_cents) * Fraction(percent) * longest_period_days / 36000
    return -(-least.numerator // least.denominator), -(-(least + interest).numerator // (least + interest).denominator)


@dataclass(frozen=True, slots=True)
class _Share:
    """The applicant's part of what a household shares, and how it was reached; with incomes where they decide it."""

    part: Fraction
    basis: str
    own_cents: Cents | None = None
    together_cents: Cents | None = None

    def of(self, cents: Cents) -> Cents:
        """The part of an amount, rounded once."""
        return round_cents(cents * self.part)

    @property
    def facts(self) -> dict[str, Any]:
        """What a person needs to check the part with a pen; nothing where nobody shares."""
        if self.part == 1:
            return {}
        found = {"share_permille": round_cents(self.part * 1000), "share_basis": self.basis}
        if self.together_cents is None:
            return found
        return found | {"share_own_cents": self.own_cents, "share_together_cents": self.together_cents}


def _own_share(situation: Situation) -> _Share:
    """The applicant's part of common costs: cohabitants halve them, spouses share them by their net incomes."""
    if situation.adults == "cohabitant":
        return _Share(Fraction(1, 2), "halves")
    if situation.adults != "spouse":
        return _Share(Fraction(1), "own")
    if situation.partner_net_cents is None:
        return _Share(Fraction(1, 2), "halves-partner-income-not-told")
    own = sum(income.cents for income in situation.incomes if income.code not in NOT_INCOME)
    together = own + situation.partner_net_cents
    if not together:
        return _Share(Fraction(1, 2), "halves")
    return _Share(Fraction(own, together), "by-net-incomes", own, together)


def _income(income: Amount) -> Line:
    facts: dict[str, Any] = {}
    if income.told_cents is not None:
        facts = {"as_told_cents": income.told_cents, "told_per": income.told_per}
    if income.code in NOT_INCOME:
        facts |= {"told_cents": income.cents, "not_income": True}
        return Line(income.key, income.code, "income", 0, "application", income.details, facts=facts)
    return Line(income.key, income.code, "income", income.cents, "application", income.details, facts=facts)


def _oldest_first(children: Sequence[Child]) -> list[Child]:
    """The order that decides which figure a child has."""
    return sorted(children, key=lambda child: -child.age)


def _debt_adjustment_keys(situation: Situation) -> tuple[str, list[tuple[Child, str]]]:
    """The figures of decree 322/2001 § 4: the applicant's own, and each child's; the third is the third under 17."""
    keys = []
    younger = 0
    for child in _oldest_first(situation.children):
        if child.age >= AGE_OF_OLDER_CHILD:
            keys.append((child, "child_17"))
        else:
            younger += 1
            keys.append((child, "child" if younger <= 2 else "third_child"))
    return "alone" if situation.adults == "alone" else "with_adult", keys


def _social_assistance_keys(situation: Situation) -> tuple[str, list[tuple[Child, str]]]:
    """The figures of the basic part: the applicant's own, and each child's by age and order among those under age.

    A child of 18 or more who lives at home counts as what it is there: an adult living with parents.
    """
    keys = []
    under_age = 0
    for child in _oldest_first(situation.children):
        if child.age >= AGE_OF_MAJORITY:
            keys.append((child, "with_parents"))
            continue
        age = "10_17" if child.age >= AGE_OF_SCHOOLCHILD else "under_10"
        keys.append((child, f"child_{age}_{_ORDERS[min(under_age, 2)]}"))
        under_age += 1
    alone = "single_parent" if under_age else "alone"
    return {"alone": alone, "parents": "with_parents"}.get(situation.adults, "shared_household"), keys


#: By the name of the norm: which of its figures a household needs.
_KEYS: dict[str, Callable[[Situation], tuple[str, list[tuple[Child, str]]]]] = {
    "debt_adjustment": _debt_adjustment_keys,
    "social_assistance": _social_assistance_keys,
}


def _child(child: Child, figure: NormAmount, share: _Share) -> Line:
    # Child benefit and maintenance are not income: they lower the child's own cost, never below zero.
    cost = max(0, figure.cents - child.benefits_cents)
    facts = {
        "age": child.age,
        "norm_cents": figure.cents,
        "norm_status": figure.status,
        "benefits_cents": child.benefits_cents,
        **share.facts,
    }
    key, code = f"child:{child.key}", f"norm_{figure.key}"
    return Line(key, code, "norm", share.of(cost), figure.source, facts=facts)


def _cost(cost: Amount, share: _Share) -> Line:
    if cost.code not in COMMON_COSTS or share.part == 1:
        return Line(cost.key, cost.code, "cost", cost.cents, "application", cost.details)
    facts = {"told_cents": cost.cents, **share.facts}
    return Line(cost.key, cost.code, "cost", share.of(cost.cents), "application", cost.details, facts=facts)
