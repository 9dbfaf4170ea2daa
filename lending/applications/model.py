"""Tables of the application: its sections, the consent, and supplement requests."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lending.applications.states import SUPPLEMENT
from lending.basics.append_only import append_only
from lending.basics.database import Base, Serial, one_of
from lending.people.model import LANGUAGES

#: Who else lives in the household. ``alone`` covers single parents; ``parents`` are the applicant's own;
#: ``other_adult`` shares nothing but the norm.
ADULTS = ("alone", "spouse", "cohabitant", "parents", "other_adult")

INCOME_KINDS = (
    "wage",
    "pension",
    "unemployment_allowance",
    "sickness_allowance",
    "parental_allowance",
    "student_grant",
    "rehabilitation_allowance",
    "housing_allowance",
    "maintenance_received",
    "social_assistance",
    "business_income",
    "other_income",
)
EXPENSE_KINDS = (
    "rent",
    "home_loan",
    "housing_company_charge",
    "electricity",
    "water",
    "home_insurance",
    "day_care",
    "commuting",
    "health_costs",
    "maintenance_paid",
    "other_expense",
)
ASSET_KINDS = ("bank_account", "own_home", "other_property", "vehicle", "securities", "other_asset")
DEBT_BASES = (
    "bank_loan",
    "consumer_credit",
    "credit_card",
    "instalment_purchase",
    "student_loan",
    "home_loan",
    "vehicle_loan",
    "rent_arrears",
    "bills",
    "fine_or_compensation",
    "tax_or_public_charge",
    "private_person",
    "other_debt",
)
DEBT_STAGES = ("on_time", "late", "in_collection", "in_enforcement")


class Application(Base):
    """What the applicant tells, section by section. A section that has been saved carries the time it was saved.

    ``household_*``, ``purpose`` …: ``None`` until told. Amounts are cents, the time to repay is months.
    """

    __tablename__ = "application"
    __table_args__ = (
        one_of("adults", ADULTS),
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        CheckConstraint("months > 0", name="months_positive"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), primary_key=True)

    adults: Mapped[str | None] = mapped_column(String(20))
    partner_net_income_cents: Mapped[int | None]
    in_debt_adjustment: Mapped[bool | None]
    #: A voluntary ban on credit (vapaaehtoinen luottokielto); asked only where the criteria have a say on it.
    credit_ban: Mapped[bool | None]
    entrepreneur: Mapped[bool | None]
    owns_property: Mapped[bool | None]
    household_saved_at: Mapped[datetime | None]

    purpose: Mapped[str | None] = mapped_column(String(40))
    purpose_details: Mapped[str | None] = mapped_column(Text)
    how_it_helps: Mapped[str | None] = mapped_column(Text)
    amount_cents: Mapped[int | None]
    months: Mapped[int | None]
    purpose_saved_at: Mapped[datetime | None]

    income_saved_at: Mapped[datetime | None]
    expenses_saved_at: Mapped[datetime | None]
    assets_saved_at: Mapped[datetime | None]
    debts_saved_at: Mapped[datetime | None]

    submitted_at: Mapped[datetime | None]

    children: Mapped[list["Child"]] = relationship(
        order_by="Child.position", cascade="all, delete-orphan", lazy="selectin"
    )
    lines: Mapped[list["MoneyLine"]] = relationship(
        order_by="MoneyLine.position", cascade="all, delete-orphan", lazy="selectin"
    )
    debts: Mapped[list["Debt"]] = relationship(order_by="Debt.position", cascade="all, delete-orphan", lazy="selectin")

    def of_section(self, section: str) -> list["MoneyLine"]:
        """The money lines of ``income``, ``expenses`` or ``assets``, in the order they were told."""
        return [line for line in self.lines if line.section == section]


class Child(Base):
    """A child in the household: age in years, and the child benefit and maintenance received for the child a month."""

    __tablename__ = "child"
    __table_args__ = (CheckConstraint("age BETWEEN 0 AND 25", name="age_of_a_child"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("application.case_id"), index=True)
    position: Mapped[int]
    age: Mapped[int]
    benefits_cents: Mapped[int] = mapped_column(default=0)


class MoneyLine(Base):
    """One income or expense a month (cents), or one asset's value (cents).

    An income told by a year or by a benefit day keeps what was told beside the month's average.
    """

    __tablename__ = "money_line"
    __table_args__ = (
        one_of("section", ("income", "expenses", "assets")),
        one_of("kind", (*INCOME_KINDS, *EXPENSE_KINDS, *ASSET_KINDS)),
        CheckConstraint("amount_cents >= 0", name="amount_not_negative"),
        one_of("told_per", ("year", "benefit_day")),
        CheckConstraint("(told_per IS NULL) = (told_cents IS NULL)", name="told_per_and_amount_together"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("application.case_id"), index=True)
    section: Mapped[str] = mapped_column(String(10))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    amount_cents: Mapped[int]
    details: Mapped[str | None] = mapped_column(String(200))
    told_per: Mapped[str | None] = mapped_column(String(12))
    told_cents: Mapped[int | None]


class Debt(Base):
    """One debt: to whom, of what, how much is left (cents), what it costs a month (cents), at which stage it is,
    and whether the applicant asks for it to be arranged with this loan."""

    __tablename__ = "debt"
    __table_args__ = (one_of("basis", DEBT_BASES), one_of("stage", DEBT_STAGES))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("application.case_id"), index=True)
    position: Mapped[int]
    creditor: Mapped[str] = mapped_column(String(120))
    basis: Mapped[str] = mapped_column(String(40))
    amount_cents: Mapped[int]
    monthly_cents: Mapped[int]
    stage: Mapped[str] = mapped_column(String(20))
    to_be_arranged: Mapped[bool]


class Consent(Base):
    """The applicant's consent (valtakirja) to a debt investigation, in the words of one version of its text."""

    __tablename__ = "consent"
    __table_args__ = (one_of("language", LANGUAGES),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    citizen_id: Mapped[UUID] = mapped_column(ForeignKey("citizen.id"), index=True)
    text_version: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(2))
    scope: Mapped[str] = mapped_column(String(60))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class ConsentUse(Base):
    """One use of a consent: whom the staff asked, and what for. The citizen sees it. Append-only."""

    __tablename__ = "consent_use"

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    consent_id: Mapped[UUID] = mapped_column(ForeignKey("consent.id"), index=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_member.id"), index=True)
    used_at: Mapped[datetime]
    asked_of: Mapped[str] = mapped_column(String(120))
    purpose: Mapped[str] = mapped_column(Text)


class SupplementRequest(Base):
    """A request to the applicant to complete the application by a day, as a list of items."""

    __tablename__ = "supplement_request"
    __table_args__ = (
        one_of("state", SUPPLEMENT.states),
        Index(
            "uq_supplement_request_open",
            "case_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("staff_member.id"), index=True)
    asked_at: Mapped[datetime]
    answer_by: Mapped[date]
    message: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20))
    ended_at: Mapped[datetime | None]
    passed_over_reason: Mapped[str | None] = mapped_column(Text)

    items: Mapped[list["SupplementItem"]] = relationship(
        order_by="SupplementItem.position", cascade="all, delete-orphan", lazy="selectin"
    )


class SupplementItem(Base):
    """One thing asked for: a document of a kind, or an explanation in words."""

    __tablename__ = "supplement_item"
    __table_args__ = (one_of("wanted", ("document", "explanation")),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("supplement_request.id"), index=True)
    position: Mapped[int]
    wanted: Mapped[str] = mapped_column(String(20))
    attachment_kind: Mapped[str | None] = mapped_column(String(60))
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)


append_only(ConsentUse)
