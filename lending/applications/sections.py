"""The sections of an application, each saved on its own while it is a draft. Saving replaces what was told before.

Amounts are cents, times to repay are months. A ``Refused`` names the field of the form it concerns; in a list the
field is ``debts-0-creditor``: the list, the place in it, the field.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lending.applications.model import (
    ADULTS,
    ASSET_KINDS,
    DEBT_BASES,
    DEBT_STAGES,
    EXPENSE_KINDS,
    INCOME_KINDS,
    Application,
    Child,
    Debt,
    MoneyLine,
)
from lending.applications.periods import PAID_BY_BENEFIT_DAY, PERIODS, monthly_cents
from lending.basics.actor import Actor
from lending.basics.errors import NotFound, Refused
from lending.basics.money import Cents
from lending.cases import authority, casework
from lending.cases.deadlines import local_day
from lending.cases.model import Case
from lending.policy.policies import Policy, policies_of

#: Rows in one list. The limit keeps a page usable and protects the service; it is no business rule.
MAX_ROWS = 50
#: The largest amount that anybody can tell of, ten million euros: a larger one is a slip of the hand.
MAX_TOLD_CENTS: Cents = 10_000_000_00
TEXT_MAX_CHARACTERS = 4000
DETAILS_MAX_CHARACTERS = 200
CREDITOR_MAX_CHARACTERS = 120
CHILD_AGE_MAX = 25

KINDS = {"income": INCOME_KINDS, "expenses": EXPENSE_KINDS, "assets": ASSET_KINDS}


@dataclass(frozen=True, slots=True)
class ChildAnswer:
    """A child: age in years, child benefit and maintenance received for the child (cents a month)."""

    age: int
    benefits_cents: Cents = 0


@dataclass(frozen=True, slots=True)
class HouseholdAnswers:
    """Who lives together, and the situations that the criteria ask about or that decide which documents are needed."""

    adults: str
    in_debt_adjustment: bool
    entrepreneur: bool
    owns_property: bool
    partner_net_income_cents: Cents | None = None
    children: tuple[ChildAnswer, ...] = ()
    credit_ban: bool | None = None


@dataclass(frozen=True, slots=True)
class PurposeAnswers:
    """What the loan is for, how it helps, how much is asked for (cents) and in how many months it is repaid."""

    purpose: str
    purpose_details: str
    how_it_helps: str
    amount_cents: Cents
    months: int


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """One income or expense (cents a month), or one asset (its value in cents).

    An income may be told ``per`` another of ``PERIODS`` than a month: ``amount_cents`` are then of that period.
    """

    kind: str
    amount_cents: Cents
    details: str = ""
    per: str = "month"


@dataclass(frozen=True, slots=True)
class DebtAnswer:
    """One debt: to whom, of what, how much is left and what it costs a month (cents), its stage, and the wish."""

    creditor: str
    basis: str
    amount_cents: Cents
    monthly_cents: Cents
    stage: str
    to_be_arranged: bool


def draft_of(db: Session, case: Case, by: Actor, at: datetime) -> Application:
    """The citizen's own application, to be changed; from now on under the criteria of the day.

    Raises ``NotFound``; ``Refused("application-sent")`` once sent.
    """
    authority.require_own(by, case)
    casework.locked(db, case)
    if case.state != "draft":
        raise Refused("application-sent")
    case.policy = criteria_of(db, case, at).id
    return application_of(db, case)


def criteria_of(db: Session, case: Case, at: datetime) -> Policy:
    """The criteria that the case is under: while a draft those of the day, for it is sent under them, then its own."""
    if case.state == "draft":
        try:
            return policies_of(db).for_organisation(case.organisation, local_day(at))
        except Refused:
            # Nothing can be sent before there are criteria again; what was told can be read meanwhile.
            pass
    return authority.policy_of(db, case)


def application_of(db: Session, case: Case) -> Application:
    """The application of the case. Raises ``NotFound``. That the reader may see the case is the caller's to check."""
    application = db.get(Application, case.id)
    if application is None:
        raise NotFound
    return application


def save_household(db: Session, case: Case, answers: HouseholdAnswers, by: Actor, at: datetime) -> Application:
    """Save who lives in the household. The net income of a spouse or cohabitant is asked for, of others it is not;
    whether there is a voluntary credit ban only where the criteria have a clause on it.

    Raises as ``draft_of``; ``Refused``: ``answer-missing``, ``choice-unknown``, ``amount-out-of-range``,
    ``too-many-rows``, ``age-of-child``.
    """
    application = draft_of(db, case, by, at)
    shares = answers.adults in ("spouse", "cohabitant")
    _require_one_of(answers.adults, ADULTS, "adults")
    if shares and answers.partner_net_income_cents is None:
        raise Refused("answer-missing", field="partner_net_income")
    asks_ban = asks_credit_ban(authority.policy_of(db, case))
    if asks_ban and answers.credit_ban is None:
        raise Refused("answer-missing", field="credit_ban")
    _require_amount(answers.partner_net_income_cents or 0, "partner_net_income")
    _require_rows(answers.children, "children")
    for place, child in enumerate(answers.children):
        if not 0 <= child.age <= CHILD_AGE_MAX:
            raise Refused("age-of-child", field=f"children-{place}-age", most=CHILD_AGE_MAX)
        _require_amount(child.benefits_cents, f"children-{place}-benefits")
    application.adults = answers.adults
    application.partner_net_income_cents = answers.partner_net_income_cents if shares else None
    application.in_debt_adjustment = answers.in_debt_adjustment
    application.credit_ban = answers.credit_ban if asks_ban else None
    application.entrepreneur = answers.entrepreneur
    application.owns_property = answers.owns_property
    application.children = [
        Child(position=place, age=child.age, benefits_cents=child.benefits_cents)
        for place, child in enumerate(answers.children)
    ]
    application.household_saved_at = at
    db.flush()
    return application


def asks_credit_ban(policy: Policy) -> bool:
    """Whether the criteria look at a voluntary credit ban, so that the applicant is asked about it."""
    return policy.clause_checked_by("credit-ban") is not None


def save_purpose(db: Session, case: Case, answers: PurposeAnswers, by: Actor, at: datetime) -> Application:
    """Save what the loan is for (keusote-2025:4.1d), how much and for how long, within the policy's limits.

    Raises ``Refused``: ``purpose-unknown``, ``asked-amount-outside-limits``, ``asked-months-outside-limits``,
    ``text-missing``, ``text-too-long``.
    """
    application = draft_of(db, case, by, at)
    check_against_policy(authority.policy_of(db, case), answers.purpose, answers.amount_cents, answers.months)
    _require_text(answers.purpose_details, "purpose_details", TEXT_MAX_CHARACTERS)
    _require_text(answers.how_it_helps, "how_it_helps", TEXT_MAX_CHARACTERS)
    application.purpose = answers.purpose
    application.purpose_details = answers.purpose_details.strip()
    application.how_it_helps = answers.how_it_helps.strip()
    application.amount_cents = answers.amount_cents
    application.months = answers.months
    application.purpose_saved_at = at
    db.flush()
    return application


def check_against_policy(policy: Policy, purpose: str | None, amount_cents: Cents | None, months: int | None) -> None:
    """Check purpose, amount and months against the policy. Raises ``Refused`` with the limits of the policy."""
    if purpose not in policy.purposes:
        raise Refused("purpose-unknown", field="purpose")
    if amount_cents is None or not policy.amount_min_cents <= amount_cents <= policy.amount_max_cents:
        raise Refused(
            "asked-amount-outside-limits",
            field="amount",
            least_cents=policy.amount_min_cents,
            most_cents=policy.amount_max_cents,
        )
    if months is None or not 1 <= months <= policy.term_months_max:
        raise Refused("asked-months-outside-limits", field="months", most=policy.term_months_max)


def save_income(db: Session, case: Case, lines: Sequence[LineAnswer], by: Actor, at: datetime) -> Application:
    """Save the applicant's own incomes a month, net. An empty list tells that there are none."""
    application = _save_lines(db, case, "income", lines, by, at)
    application.income_saved_at = at
    db.flush()
    return application


def save_expenses(db: Session, case: Case, lines: Sequence[LineAnswer], by: Actor, at: datetime) -> Application:
    """Save the expenses a month. An empty list tells that there are none."""
    application = _save_lines(db, case, "expenses", lines, by, at)
    application.expenses_saved_at = at
    db.flush()
    return application


def save_assets(db: Session, case: Case, lines: Sequence[LineAnswer], by: Actor, at: datetime) -> Application:
    """Save the assets with their values. An empty list tells that there are none."""
    application = _save_lines(db, case, "assets", lines, by, at)
    application.assets_saved_at = at
    db.flush()
    return application


def save_debts(db: Session, case: Case, debts: Sequence[DebtAnswer], by: Actor, at: datetime) -> Application:
    """Save the debts, every one. An empty list tells that there are none.

    Raises as ``draft_of``; ``Refused``: ``text-missing``, ``text-too-long``, ``choice-unknown``,
    ``amount-out-of-range``, ``too-many-rows``.
    """
    application = draft_of(db, case, by, at)
    _require_rows(debts, "debts")
    for place, debt in enumerate(debts):
        _require_text(debt.creditor, f"debts-{place}-creditor", CREDITOR_MAX_CHARACTERS)
        _require_one_of(debt.basis, DEBT_BASES, f"debts-{place}-basis")
        _require_amount(debt.amount_cents, f"debts-{place}-amount", least=1)
        _require_amount(debt.monthly_cents, f"debts-{place}-monthly")
        _require_one_of(debt.stage, DEBT_STAGES, f"debts-{place}-stage")
    application.debts = [
        Debt(
            position=place,
            creditor=debt.creditor.strip(),
            basis=debt.basis,
            amount_cents=debt.amount_cents,
            monthly_cents=debt.monthly_cents,
            stage=debt.stage,
            to_be_arranged=debt.to_be_arranged,
        )
        for place, debt in enumerate(debts)
    ]
    application.debts_saved_at = at
    db.flush()
    return application


def _save_lines(
    db: Session, case: Case, section: str, lines: Sequence[LineAnswer], by: Actor, at: datetime
) -> Application:
    application = draft_of(db, case, by, at)
    _require_rows(lines, section)
    for place, line in enumerate(lines):
        _require_one_of(line.kind, KINDS[section], f"{section}-{place}-kind")
        _require_amount(line.amount_cents, f"{section}-{place}-amount")
        _require_one_of(line.per, PERIODS if section == "income" else PERIODS[:1], f"{section}-{place}-per")
        if line.per == "benefit_day" and line.kind not in PAID_BY_BENEFIT_DAY:
            raise Refused("not-paid-by-benefit-day", field=f"{section}-{place}-per")
        _require_amount(monthly_cents(line.amount_cents, line.per), f"{section}-{place}-amount")
        if len(line.details) > DETAILS_MAX_CHARACTERS:
            raise Refused("text-too-long", field=f"{section}-{place}-details", limit=DETAILS_MAX_CHARACTERS)
    others = [line for line in application.lines if line.section != section]
    application.lines = others + [
        MoneyLine(
            section=section,
            position=place,
            kind=line.kind,
            amount_cents=monthly_cents(line.amount_cents, line.per),
            details=line.details.strip() or None,
            told_per=line.per if line.per != "month" else None,
            told_cents=line.amount_cents if line.per != "month" else None,
        )
        for place, line in enumerate(lines)
    ]
    return application


def _require_rows(rows: Sequence[object], field: str) -> None:
    if len(rows) > MAX_ROWS:
        raise Refused("too-many-rows", field=field, most=MAX_ROWS)


def _require_one_of(value: str, known: Sequence[str], field: str) -> None:
    if value not in known:
        raise Refused("choice-unknown", field=field)


def _require_amount(amount_cents: Cents, field: str, least: Cents = 0) -> None:
    if not least <= amount_cents <= MAX_TOLD_CENTS:
        raise Refused("amount-out-of-range", field=field, least_cents=least, most_cents=MAX_TOLD_CENTS)


def _require_text(text: str, field: str, most: int) -> None:
    if not text.strip():
        raise Refused("text-missing", field=field)
    if len(text) > most:
        raise Refused("text-too-long", field=field, limit=most)
