"""Tables of the loan: agreement, loan, disbursements, plan versions, billed rows and the ledger."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, Dialect, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from lending.basics.append_only import append_only
from lending.basics.database import Base, Serial, one_of
from lending.cases.model import Case
from lending.loans.states import AGREEMENT, LOAN

DUE_DAYS = ("15", "last")
DAY_COUNTS = ("actual/365", "actual/360", "30E/360", "rate/12")
METHODS = ("equal_instalment", "equal_principal")
PAYEES = ("borrower", "creditor")
ROW_KINDS = ("regular", "grace", "last")

#: Why a plan version was made.
PLAN_REASONS = (
    "disbursement",
    "reference-rate",
    "extra-payment",
    "grace",
    "waiver",
    "correction",
    "extension",
    "instalment",
    "due-day",
    "postponement",
)

#: What an entry of the ledger is. There is no kind for a fee or for late interest, for there is none (KHO:2022:62).
ENTRY_KINDS = (
    "disbursement",
    "interest_charge",
    "payment",
    "refund",
    "reversal",
    "waiver",
    "write_off",
    "correction",
)

#: What the borrower chose an extra payment to do.
EFFECTS = ("shorten_term", "lower_instalment")


class Percent(TypeDecorator[Decimal]):
    """A rate in percent a year, kept as text so that it is exact on every database."""

    impl = String(16)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else format(value, "f")

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class ExactCents(TypeDecorator[Fraction]):
    """Cents before they are rounded, as text so that they are exact on every database: ``12``, ``31/365``."""

    impl = String(80)
    cache_ok = True

    def process_bind_param(self, value: Fraction | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Fraction | None:
        return None if value is None else Fraction(value)


class Agreement(Base):
    """One offer of a credit agreement with the contents of Act 1133/2002 § 6. A new offer is a new row.

    ``document_sha256`` is the hash of the frozen document that the borrower saw and accepted. ``first_due_on``,
    ``instalment_cents`` and ``last_due_on`` are those of the plan in that document, which takes it that the money is
    paid out on ``expected_on``; paid out later, the loan begins on the next due day that is far enough.
    ``co_borrower_id``: the spouse who borrows together, and accepts it too.
    """

    __tablename__ = "agreement"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        one_of("state", AGREEMENT.states),
        one_of("due_day", DUE_DAYS),
        one_of("day_count", DAY_COUNTS),
        one_of("method", METHODS),
        CheckConstraint("principal_cents > 0", name="principal_positive"),
        CheckConstraint("months > 0", name="months_positive"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))
    policy: Mapped[str] = mapped_column(String(60))
    principal_cents: Mapped[int]
    months: Mapped[int]
    instalment_cents: Mapped[int]
    due_day: Mapped[str] = mapped_column(String(4))
    expected_on: Mapped[date]
    first_due_on: Mapped[date]
    last_due_on: Mapped[date]
    method: Mapped[str] = mapped_column(String(20))
    rate_percent: Mapped[Decimal] = mapped_column(Percent)
    rate_from: Mapped[date]
    day_count: Mapped[str] = mapped_column(String(12))
    purpose: Mapped[str] = mapped_column(String(60))
    other_terms: Mapped[str | None] = mapped_column(Text)
    may_accelerate: Mapped[bool] = mapped_column(default=True)
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("frozen_document.id"), index=True)
    document_sha256: Mapped[str | None] = mapped_column(String(64))
    offered_at: Mapped[datetime]
    offered_by_id: Mapped[UUID] = mapped_column(ForeignKey("staff_member.id"), index=True)
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("citizen.id"), index=True)
    co_borrower_id: Mapped[UUID | None] = mapped_column(ForeignKey("co_borrower.id"), index=True)
    co_accepted_at: Mapped[datetime | None]
    concluded_at: Mapped[datetime | None]
    concluded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff_member.id"), index=True)

    case: Mapped[Case] = relationship(lazy="raise")


class Loan(Base):
    """A loan that has been paid out. The balances are a cache of the ledger's sums and are proved equal to them.

    The loan's standing on ``stands_on`` is kept beside them, so that one that moved since need not be derived anew:
    interest is charged up to ``charged_until`` and ``accrued`` has run since; ``open_cents`` of billed rows are unpaid.
    ``extra_effect`` is what the borrower has chosen an extra payment to do, where nothing else is said with it.
    ``principal_cents`` is the original amount. ``next_step_on`` is the first day on which the daily run has
    something to bill or to charge; ``None`` when there is nothing left.
    """

    __tablename__ = "loan"
    __table_args__ = (
        one_of("state", LOAN.states),
        one_of("due_day", DUE_DAYS),
        one_of("day_count", DAY_COUNTS),
        CheckConstraint("principal_cents > 0", name="principal_positive"),
        one_of("extra_effect", EFFECTS),
        CheckConstraint("principal_balance_cents >= 0", name="outstanding_not_negative"),
        CheckConstraint("credit_balance_cents >= 0", name="credit_not_negative"),
        Index("ix_loan_daily", "state", "next_step_on"),
        Index("ix_loan_organisation", "organisation", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), unique=True)
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"), unique=True)
    organisation: Mapped[str] = mapped_column(String(40))
    policy: Mapped[str] = mapped_column(String(60))
    citizen_id: Mapped[UUID] = mapped_column(ForeignKey("citizen.id"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    principal_cents: Mapped[int]
    due_day: Mapped[str] = mapped_column(String(4))
    day_count: Mapped[str] = mapped_column(String(12))
    started_on: Mapped[date]
    closed_on: Mapped[date | None]
    principal_balance_cents: Mapped[int] = mapped_column(default=0)
    interest_balance_cents: Mapped[int] = mapped_column(default=0)
    credit_balance_cents: Mapped[int] = mapped_column(default=0)
    stands_on: Mapped[date]
    charged_until: Mapped[date]
    accrued: Mapped[Fraction] = mapped_column(ExactCents, default=Fraction(0))
    open_cents: Mapped[int] = mapped_column(default=0)
    next_step_on: Mapped[date | None]
    extra_effect: Mapped[str | None] = mapped_column(String(20))

    case: Mapped[Case] = relationship(lazy="raise")
    agreement: Mapped[Agreement] = relationship(lazy="raise")


class Disbursement(Base):
    """A sum paid out: all to the borrower, or parts straight to creditors; together the agreement's amount.

    ``iban`` is the account it was paid to.
    """

    __tablename__ = "disbursement"
    __table_args__ = (
        one_of("payee", PAYEES),
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        CheckConstraint("payee = 'borrower' OR creditor_name IS NOT NULL", name="creditor_named"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    loan_id: Mapped[UUID] = mapped_column(ForeignKey("loan.id"), index=True)
    payee: Mapped[str] = mapped_column(String(10))
    creditor_name: Mapped[str | None] = mapped_column(String(200))
    iban: Mapped[str | None] = mapped_column(String(34))
    reference: Mapped[str | None] = mapped_column(String(140))
    amount_cents: Mapped[int]
    value_date: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID] = mapped_column(ForeignKey("staff_member.id"), index=True)


class PlanVersion(Base):
    """A version of the repayment plan: its terms (``lending.loans.terms``), and why and when it was made.

    It governs the rows from ``from_n`` on that were not yet billed when it was made. Future rows are derived from
    the terms whenever they are shown. ``cause_id`` is the change request or the ledger's posting that made it.
    """

    __tablename__ = "plan_version"
    __table_args__ = (UniqueConstraint("loan_id", "number"), one_of("reason", PLAN_REASONS))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    loan_id: Mapped[UUID] = mapped_column(ForeignKey("loan.id"), index=True)
    number: Mapped[int]
    reason: Mapped[str] = mapped_column(String(20))
    cause_id: Mapped[UUID | None]
    from_n: Mapped[int]
    from_due: Mapped[date]
    instalment_cents: Mapped[int]
    terms: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime]
    made_by_kind: Mapped[str] = mapped_column(String(10))
    made_by_id: Mapped[UUID | None]


class BilledRow(Base):
    """A row of the plan that has been billed. It never changes: only its split follows the days (the ledger's).

    ``interest_cents`` and ``principal_cents`` are the split as it was billed.
    """

    __tablename__ = "billed_row"
    __table_args__ = (
        UniqueConstraint("loan_id", "n"),
        one_of("kind", ROW_KINDS),
        CheckConstraint("instalment_cents = interest_cents + principal_cents", name="parts_add_up"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    loan_id: Mapped[UUID] = mapped_column(ForeignKey("loan.id"), index=True)
    plan_version_id: Mapped[UUID] = mapped_column(ForeignKey("plan_version.id"), index=True)
    n: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    due_date: Mapped[date]
    billed_on: Mapped[date]
    instalment_cents: Mapped[int]
    interest_cents: Mapped[int]
    principal_cents: Mapped[int]


class LedgerEntry(Base):
    """One entry of a loan's ledger. Append-only: a mistake is undone by an opposite entry that names the first.

    ``principal_cents`` and ``interest_cents`` change what the borrower owes, ``credit_cents`` what the lender owes
    back; a payment of principal is negative. ``value_date`` is the day it counts from, ``booked_on`` the day it was
    booked, ``recorded_at`` the moment it was written. ``period_from`` is where a charge of interest begins.
    ``cause_id`` is the decision behind a waiver. ``idempotency_key`` names the command: it is booked once.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        one_of("kind", ENTRY_KINDS),
        one_of("actor_kind", ("citizen", "staff", "system")),
        CheckConstraint("kind <> 'reversal' OR reverses_id IS NOT NULL", name="reversal_names_the_first"),
        Index("ix_ledger_entry_of_loan", "loan_id", "value_date"),
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    loan_id: Mapped[UUID] = mapped_column(ForeignKey("loan.id"))
    kind: Mapped[str] = mapped_column(String(20))
    value_date: Mapped[date]
    booked_on: Mapped[date]
    recorded_at: Mapped[datetime]
    principal_cents: Mapped[int] = mapped_column(default=0)
    interest_cents: Mapped[int] = mapped_column(default=0)
    credit_cents: Mapped[int] = mapped_column(default=0)
    period_from: Mapped[date | None]
    reference: Mapped[str | None] = mapped_column(String(140))
    reason: Mapped[str | None] = mapped_column(String(40))
    effect: Mapped[str | None] = mapped_column(String(20))
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_entry.id"), index=True)
    cause_id: Mapped[UUID | None]
    actor_kind: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[UUID | None]
    idempotency_key: Mapped[str] = mapped_column(String(100), unique=True)

    @property
    def amount_cents(self) -> int:
        """The counter-entry's side: money received for a payment, minus the money paid out for a disbursement."""
        return self.credit_cents - self.principal_cents - self.interest_cents


append_only(Disbursement)
append_only(PlanVersion)
append_only(BilledRow)
append_only(LedgerEntry)
