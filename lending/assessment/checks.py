"""What data says of a clause: one small pure check for each name a policy may use (``lending.policy.policy.CHECKS``).

Each gives a result and the facts behind it. ``met`` means the application stands the rule: the ground is there, or
the obstacle is not. Where data cannot tell, the result is ``needs_judgment`` or ``not_known``; nothing is refused
by a check. Facts never name the home municipality: under a safety ban it is not everybody's to see.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lending.applications.attachment_duty import missing_attachments
from lending.applications.model import Application
from lending.assessment.capacity import Capacity, instalment_bounds
from lending.assessment.saving import saving_of
from lending.basics.money import Cents
from lending.policy.policy import CHECKS, Policy

#: Assets that are not easily turned into money, or do not count: the home lived in.
NOT_REALISABLE = frozenset({"own_home"})
#: Incomes that do not speak of a regular income.
NOT_REGULAR = frozenset({"social_assistance", "maintenance_received", "other_income"})

#: Where a clause of these checks is one that data decides, what would else be left to judgment speaks against.
DECIDED_BY_DATA = frozenset({"could-be-saved", "debt-adjustment"})

#: Results of checks from the one that needs a person most.
WORST_FIRST = ("not_met", "needs_judgment", "not_known", "met")

Finding = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class StayingDebt:
    """A debt that the loan would not pay off: what is left of it (``None``: not told) and what it costs a month."""

    creditor: str
    left_cents: Cents | None
    monthly_cents: Cents


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything the checks look at, gathered once.

    ``capacity`` is ``None`` until a worksheet has been prepared, ``percent`` where the rate of the day is not known.
    ``in_area``: whether the home municipality is served here, ``None`` where it is not known. ``staying``: the debts
    that would be left, by the worksheet where there is one.
    """

    policy: Policy
    application: Application
    in_area: bool | None
    attached: frozenset[str]
    other_loans: int
    capacity: Capacity | None
    percent: Decimal | None
    staying: tuple[StayingDebt, ...] = ()

    @property
    def arranges_debts(self) -> bool:
        """Whether the loan is asked for to arrange debts."""
        return arranges_debts(self.policy, self.application)


def arranges_debts(policy: Policy, application: Application) -> bool:
    """Whether the loan is asked for to arrange debts: by its purpose, or by the debts marked so."""
    purpose = policy.purposes.get(application.purpose or "")
    marked = any(debt.to_be_arranged for debt in application.debts)
    return marked or (purpose is not None and purpose.payee == "creditors")


def check(name: str | None, gathered: Gathered, kind: str = "judgment") -> Finding:
    """What data says; a clause without a check is a person's to judge.

    ``kind`` is that of the clause: one of ``data`` that forbids a thing outright is not met where the thing is there.
    A person may still judge otherwise, with reasons.
    """
    if not name:
        return "needs_judgment", {}
    result, facts = _CHECKS[name](gathered)
    if result == "needs_judgment" and kind == "data" and name in DECIDED_BY_DATA:
        return "not_met", facts
    return result, facts


def check_all(names: Iterable[str], gathered: Gathered, kind: str = "judgment") -> Finding:
    """As ``check`` for a clause that rules several things: the worst result counts; the facts are told by check."""
    findings = {name: check(name, gathered, kind) for name in names}
    result = min((result for result, _ in findings.values()), key=WORST_FIRST.index, default=None)
    return result or check(None, gathered, kind)[0], {name: facts for name, (_, facts) in findings.items() if facts}


def _home_municipality(found: Gathered) -> Finding:
    if found.in_area is None:
        return "not_known", {}
    return _met(found.in_area), {"in_area": found.in_area}


def _amount(found: Gathered) -> Finding:
    amount, policy = found.application.amount_cents, found.policy
    facts = {
        "amount_cents": amount,
        "least_cents": policy.amount_min_cents,
        "most_cents": policy.amount_max_cents,
    }
    if amount is None:
        return "not_known", facts
    return _met(policy.amount_min_cents <= amount <= policy.amount_max_cents), facts


def _term(found: Gathered) -> Finding:
    months = found.application.months
    facts = {"months": months, "most_months": found.policy.term_months_max}
    return ("not_known", facts) if months is None else (_met(months <= found.policy.term_months_max), facts)


def _bounds(found: Gathered) -> tuple[Cents, Cents] | None:
    application = found.application
    if not application.amount_cents or not application.months or found.percent is None:
        return None
    return bounds_under(found.policy, application.amount_cents, application.months, found.percent)


def bounds_under(policy: Policy, amount_cents: Cents, months: int, percent: Decimal) -> tuple[Cents, Cents]:
    """Between what the instalment of a loan under the criteria must lie: ``instalment_bounds``, in cents a month."""
    # The first period is the longest: the wait before the first due day, and up to a month until that day comes.
    return instalment_bounds(amount_cents, months, percent, policy.first_due_after_days + 31)


def _instalment(found: Gathered) -> Finding:
    bounds = _bounds(found)
    if bounds is None:
        return "not_known", {"least_cents": found.policy.instalment_min_cents}
    low, high = bounds
    facts = {"from_cents": low, "to_cents": high, "least_cents": found.policy.instalment_min_cents}
    if low >= found.policy.instalment_min_cents:
        return "met", facts
    return ("not_met" if high < found.policy.instalment_min_cents else "needs_judgment"), facts


def _capacity(found: Gathered) -> Finding:
    bounds = _bounds(found)
    if found.capacity is None or bounds is None:
        return "not_known", {}
    low, high = bounds
    left = found.capacity.after_cents
    facts = {
        "before_cents": found.capacity.before_cents,
        "after_cents": left,
        "from_cents": low,
        "to_cents": high,
    }
    if left >= high:
        return "met", facts
    return ("not_met" if left < low else "needs_judgment"), facts


def _regular_income(found: Gathered) -> Finding:
    incomes = found.application.of_section("income")
    kinds = sorted({line.kind for line in incomes if line.amount_cents and line.kind not in NOT_REGULAR})
    # That it lasts for the whole time to repay is more than data can tell.
    return ("needs_judgment" if kinds else "not_met"), {"kinds": kinds, "months": found.application.months}


def _purpose_allowed(found: Gathered) -> Finding:
    purpose = found.application.purpose
    if purpose is None:
        return "not_known", {}
    return _met(purpose in found.policy.purposes), {"purpose": purpose}


def _purpose_described(found: Gathered) -> Finding:
    told = {"details": bool(found.application.purpose_details), "how_it_helps": bool(found.application.how_it_helps)}
    return _met(all(told.values())), told


def _attachments(found: Gathered) -> Finding:
    missing = missing_attachments(found.policy, found.application, found.attached)
    return _met(not missing), {"missing": missing}


def _realisable_assets(found: Gathered) -> Finding:
    assets = [line for line in found.application.of_section("assets") if line.kind not in NOT_REALISABLE]
    total = sum(line.amount_cents for line in assets)
    # How much is "more than minor", and how easily it is sold, is for a person.
    return ("needs_judgment" if total else "met"), {"realisable_cents": total}


def _could_be_saved(found: Gathered) -> Finding:
    if found.arranges_debts:
        return "met", {"arranges_debts": True}
    if found.capacity is None:
        return "not_known", {}
    saving = saving_of(found.policy, found.application.amount_cents, found.capacity.before_cents)
    if saving is None:
        return "not_known", {}
    facts = {
        "left_cents": saving.left_cents,
        "amount_cents": saving.amount_cents,
        "saving_months": saving.months,
        "reasonable_months": saving.reasonable_months,
    }
    return ("needs_judgment" if saving.within_reasonable else "met"), facts


def _debts_manageable(found: Gathered) -> Finding:
    if not found.arranges_debts:
        return "met", {"arranges_debts": False}
    if found.capacity is None:
        return "not_known", {}
    left = found.capacity.before_cents
    facts = {
        "left_cents": left,
        "service_cents": found.capacity.debt_before_cents,
        "late": sum(debt.stage != "on_time" for debt in found.application.debts),
    }
    return ("needs_judgment" if left >= 0 else "met"), facts


def _private_debt(found: Gathered) -> Finding:
    arranged = [debt for debt in found.application.debts if debt.to_be_arranged and debt.basis == "private_person"]
    return _met(not arranged), {"debts": len(arranged)}


def _second_loan(found: Gathered) -> Finding:
    return _met(found.other_loans == 0), {"other_loans": found.other_loans}


def _business(found: Gathered) -> Finding:
    return ("needs_judgment" if found.application.entrepreneur else "met"), {
        "entrepreneur": bool(found.application.entrepreneur)
    }


def _vehicle(found: Gathered) -> Finding:
    arranged = [debt.basis for debt in found.application.debts if debt.to_be_arranged]
    facts = {
        "vehicle_debts": arranged.count("vehicle_loan"),
        "instalment_purchases": arranged.count("instalment_purchase"),
    }
    if facts["vehicle_debts"]:
        return "not_met", facts
    return ("needs_judgment" if facts["instalment_purchases"] else "met"), facts


def _debt_adjustment(found: Gathered) -> Finding:
    told = found.application.in_debt_adjustment
    if told is None:
        return "not_known", {}
    return ("needs_judgment" if told else "met"), {"in_debt_adjustment": told}


def _social_assistance(found: Gathered) -> Finding:
    receives = any(
        line.kind == "social_assistance" and line.amount_cents for line in found.application.of_section("income")
    )
    return ("needs_judgment" if receives else "met"), {"social_assistance": receives}


def _unarranged_debts(found: Gathered) -> Finding:
    staying = found.staying
    facts = {
        "debts": [
            {"creditor": debt.creditor, "left_cents": debt.left_cents, "monthly_cents": debt.monthly_cents}
            for debt in staying
        ],
        "left_cents": sum(debt.left_cents or 0 for debt in staying),
        "monthly_cents": sum(debt.monthly_cents for debt in staying),
    }
    # Whether a debt that is paid as agreed may stay, and whether the whole is helped, is for a person.
    return ("needs_judgment" if staying else "met"), facts


def _credit_ban(found: Gathered) -> Finding:
    told = found.application.credit_ban
    return ("met" if told else "needs_judgment"), {"credit_ban": told}


def _met(holds: bool) -> str:
    return "met" if holds else "not_met"


_CHECKS: dict[str, Callable[[Gathered], Finding]] = {
    "home-municipality": _home_municipality,
    "amount": _amount,
    "term": _term,
    "instalment": _instalment,
    "capacity": _capacity,
    "regular-income": _regular_income,
    "purpose-described": _purpose_described,
    "purpose-allowed": _purpose_allowed,
    "attachments": _attachments,
    "realisable-assets": _realisable_assets,
    "could-be-saved": _could_be_saved,
    "debts-manageable": _debts_manageable,
    "private-debt": _private_debt,
    "second-loan": _second_loan,
    "business": _business,
    "vehicle": _vehicle,
    "debt-adjustment": _debt_adjustment,
    "social-assistance": _social_assistance,
    "unarranged-debts": _unarranged_debts,
    "credit-ban": _credit_ban,
}

if set(_CHECKS) != set(CHECKS):
    raise RuntimeError("a check that policies may name has no rule here, or the other way round")
