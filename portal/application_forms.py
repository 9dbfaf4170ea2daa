"""The forms of the application, one for each section, and how each is read from and written to the domain."""

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l

from lending.applications.model import Application
from lending.applications.sections import (
    CHILD_AGE_MAX,
    CREDITOR_MAX_CHARACTERS,
    ChildAnswer,
    DebtAnswer,
    HouseholdAnswers,
    LineAnswer,
    PurposeAnswers,
    asks_credit_ban,
)
from lending.policy.policies import Policy
from web.forms import (
    CheckField,
    ChoiceField,
    Form,
    IntegerField,
    LongText,
    MoneyField,
    MonthsField,
    RowForm,
    RowsField,
    SelectField,
    TextField,
)
from web.labels_application import APPLICATION_LABELS

YES_NO = [("yes", _l("Yes")), ("no", _l("No"))]


def _choices(kind: str) -> list[tuple[str, Any]]:
    return list(APPLICATION_LABELS[kind].items())


def _list(kind: str) -> list[tuple[str, Any]]:
    return [("", _l("Choose")), *_choices(kind)]


def _yes_no(told: bool | None) -> str | None:
    return None if told is None else ("yes" if told else "no")


class ChildRow(RowForm):
    """A child under age in the household."""

    age = IntegerField(
        _l("Age in years"), maximum=CHILD_AGE_MAX, missing=_l("Write the age of the child, in whole years.")
    )
    benefits = MoneyField(
        _l("Child benefit and child maintenance for this child, a month"),
        hint=_l("If none, write 0."),
        missing=_l("Write how much you get for the child a month. If nothing, write 0."),
    )


class HouseholdForm(Form):
    """Who lives together, and the situations that the criteria ask about or that decide which documents are needed."""

    adults = ChoiceField(
        _l("Does another adult live with you?"), choices=_choices("adults"), missing=_l("Choose who lives with you.")
    )
    partner_net_income = MoneyField(
        _l("Net income of your spouse or partner, a month"),
        hint=_l("Fill this in only if you live with a spouse or a partner. After taxes; if none, write 0."),
        optional=True,
    )
    children = RowsField(ChildRow, _l("Children in your household"), blank=0)
    in_debt_adjustment = ChoiceField(
        _l("Are you in debt adjustment for private individuals?"),
        hint=_l("A payment programme that a court has confirmed."),
        choices=YES_NO,
        missing=_l("Choose whether you are in debt adjustment."),
    )
    credit_ban = ChoiceField(
        _l("Do you have a voluntary credit ban?"),
        hint=_l("A ban that you have set yourself in a credit register, so that no new credit is granted to you."),
        choices=YES_NO,
        missing=_l("Choose whether you have a voluntary credit ban."),
    )
    entrepreneur = ChoiceField(
        _l("Are you an entrepreneur?"),
        hint=_l("Also if you have a trade name or own a company, even a small one."),
        choices=YES_NO,
        missing=_l("Choose whether you are an entrepreneur."),
    )
    owns_property = ChoiceField(
        _l("Do you own real estate?"),
        hint=_l("For example a detached house, a summer cottage, a plot or forest, also when you own a part."),
        choices=YES_NO,
        missing=_l("Choose whether you own real estate."),
    )

    def __init__(self, policy: Policy, **options: Any) -> None:
        super().__init__(**options)
        if not asks_credit_ban(policy):
            del self.credit_ban

    @staticmethod
    def told(application: Application) -> dict[str, Any]:
        """What was told before, for filling the form in."""
        return {
            "adults": application.adults,
            "partner_net_income": application.partner_net_income_cents,
            "children": [{"age": child.age, "benefits": child.benefits_cents} for child in application.children],
            "in_debt_adjustment": _yes_no(application.in_debt_adjustment),
            "credit_ban": _yes_no(application.credit_ban),
            "entrepreneur": _yes_no(application.entrepreneur),
            "owns_property": _yes_no(application.owns_property),
        }

    def answers(self) -> HouseholdAnswers:
        """What the form says."""
        return HouseholdAnswers(
            adults=self.adults.data,
            partner_net_income_cents=self.partner_net_income.data,
            children=tuple(ChildAnswer(row["age"], row["benefits"]) for row in self.children.filled),
            credit_ban=self.credit_ban.data == "yes" if self.credit_ban else None,
            in_debt_adjustment=self.in_debt_adjustment.data == "yes",
            entrepreneur=self.entrepreneur.data == "yes",
            owns_property=self.owns_property.data == "yes",
        )


class PurposeForm(Form):
    """What the loan is for and how it helps (keusote-2025:4.1d), how much and for how long."""

    purpose = ChoiceField(_l("What is the loan for?"), missing=_l("Choose what the loan is for."))
    purpose_details = LongText(
        _l("Tell more about what you need the loan for"),
        hint=_l("What would be paid with it, and why just now?"),
        missing=_l("Tell what you need the loan for."),
    )
    how_it_helps = LongText(
        _l("How would the loan help you?"),
        hint=_l("How would it help you to keep your finances in balance and to manage on your own?"),
        missing=_l("Tell how the loan would help you."),
    )
    amount = MoneyField(_l("How much do you apply for?"), missing=_l("Write how much you apply for."))
    months = MonthsField(
        _l("In how many months would you repay it?"), missing=_l("Write in how many months you would repay the loan.")
    )

    def __init__(self, policy: Policy, language: str, **options: Any) -> None:
        super().__init__(**options)
        self.purpose.choices = [(each.key, each.names[language]) for each in policy.purposes.values()]
        self.amount.minimum_cents, self.amount.maximum_cents = policy.amount_min_cents, policy.amount_max_cents
        self.months.maximum = policy.term_months_max

    @staticmethod
    def told(application: Application) -> dict[str, Any]:
        """What was told before, for filling the form in."""
        return {
            "purpose": application.purpose,
            "purpose_details": application.purpose_details,
            "how_it_helps": application.how_it_helps,
            "amount": application.amount_cents,
            "months": application.months,
        }

    def answers(self) -> PurposeAnswers:
        """What the form says."""
        return PurposeAnswers(
            purpose=self.purpose.data,
            purpose_details=self.purpose_details.data,
            how_it_helps=self.how_it_helps.data,
            amount_cents=self.amount.data,
            months=self.months.data,
        )


class ListForm(Form):
    """A section that is a list, or a tick that there is nothing to list: an empty list must be meant."""

    list_name: ClassVar[str]
    nothing_told: ClassVar[Any]

    @property
    def rows(self) -> RowsField:
        """The list."""
        return self[self.list_name]

    def validate(self, extra_validators: Any = None) -> bool:
        sound = super().validate(extra_validators)
        if self.none.data and self.rows.filled:
            self.none.errors = [
                *self.none.errors,
                _l("You ticked this but wrote something on a row too. Untick it, or remove the rows."),
            ]
            return False
        if not self.none.data and not self.rows.filled:
            self.rows.errors = [*self.rows.errors, self.nothing_told]
            return False
        return sound

    @classmethod
    def told(cls, application: Application) -> dict[str, Any]:
        """What was told before, for filling the form in."""
        rows = cls.rows_told(application)
        was_saved = getattr(application, f"{cls.list_name}_saved_at") is not None
        return {cls.list_name: rows, "none": was_saved and not rows}

    @classmethod
    def rows_told(cls, application: Application) -> list[dict[str, Any]]:
        return [
            {"kind": line.kind, "amount": line.amount_cents, "details": line.details}
            for line in application.of_section(cls.list_name)
        ]

    def answers(self) -> list[Any]:
        """What the form says, row by row."""
        return [LineAnswer(row["kind"], row["amount"], row["details"] or "") for row in self.rows.filled]


class IncomeRow(RowForm):
    """One income, after taxes, as often as it is told."""

    kind = SelectField(_l("Kind of income"), choices=_list("income"), missing=_l("Choose the kind of income."))
    amount = MoneyField(_l("Amount after taxes"), missing=_l("Write how much you get, after taxes."))
    per = SelectField(
        _l("What time is the amount for?"),
        choices=_choices("income-per"),
        default="month",
        missing=_l("Choose what time the amount is for."),
    )
    details = TextField(
        _l("More about it"), hint=_l("For example your employer, or until when you get it."), optional=True
    )


class IncomeForm(ListForm):
    """The applicant's own income, net: by the month, by the year where it varies, or by the day of a benefit."""

    list_name = "income"
    nothing_told = _l("Add at least one income, or tick that you have none.")
    income = RowsField(IncomeRow, _l("Your income"))
    none = CheckField(_l("I have no income of my own"), optional=True)

    @classmethod
    def rows_told(cls, application: Application) -> list[dict[str, Any]]:
        return [
            {
                "kind": line.kind,
                "amount": line.amount_cents if line.told_cents is None else line.told_cents,
                "per": line.told_per or "month",
                "details": line.details,
            }
            for line in application.of_section(cls.list_name)
        ]

    def answers(self) -> list[Any]:
        """What the form says, row by row."""
        return [LineAnswer(row["kind"], row["amount"], row["details"] or "", row["per"]) for row in self.rows.filled]


class ExpenseRow(RowForm):
    """One expense a month."""

    kind = SelectField(_l("Kind of expense"), choices=_list("expense"), missing=_l("Choose the kind of expense."))
    amount = MoneyField(_l("Amount a month"), missing=_l("Write how much it costs a month."))
    details = TextField(_l("More about it"), optional=True)


class ExpensesForm(ListForm):
    """What the applicant pays a month, apart from daily living costs and debts."""

    list_name = "expenses"
    nothing_told = _l("Add at least one expense, or tick that you have none.")
    expenses = RowsField(ExpenseRow, _l("Your expenses"))
    none = CheckField(_l("I have none of these expenses"), optional=True)


class AssetRow(RowForm):
    """One thing that the applicant owns."""

    kind = SelectField(_l("Kind of asset"), choices=_list("asset"), missing=_l("Choose the kind of asset."))
    amount = MoneyField(_l("Value"), hint=_l("Your best estimate is enough."), missing=_l("Write what it is worth."))
    details = TextField(_l("More about it"), optional=True)


class AssetsForm(ListForm):
    """What the applicant owns, with values."""

    list_name = "assets"
    nothing_told = _l("Add at least one asset, or tick that you have none.")
    assets = RowsField(AssetRow, _l("Your assets"))
    none = CheckField(_l("I have no assets"), optional=True)


class DebtRow(RowForm):
    """One debt."""

    creditor = TextField(
        _l("Creditor"),
        hint=_l("Who you owe the money to."),
        limit=CREDITOR_MAX_CHARACTERS,
        missing=_l("Write who you owe the money to."),
    )
    basis = SelectField(
        _l("What kind of debt is it?"), choices=_list("debt-basis"), missing=_l("Choose the kind of debt.")
    )
    amount = MoneyField(_l("How much is left"), minimum_cents=1, missing=_l("Write how much of the debt is left."))
    monthly = MoneyField(
        _l("What you pay a month"), hint=_l("If nothing, write 0."), missing=_l("Write what you pay a month, or 0.")
    )
    stage = SelectField(
        _l("How is it being paid?"), choices=_list("debt-stage"), missing=_l("Choose how the debt is being paid.")
    )
    to_be_arranged = CheckField(_l("I want this debt to be paid with the loan I apply for"), optional=True)


class DebtsForm(ListForm):
    """Every debt, and which of them the loan is meant to arrange."""

    list_name = "debts"
    nothing_told = _l("Add your debts, or tick that you have none.")
    debts = RowsField(DebtRow, _l("Your debts"))
    none = CheckField(_l("I have no debts"), optional=True)

    @classmethod
    def rows_told(cls, application: Application) -> list[dict[str, Any]]:
        return [
            {
                "creditor": debt.creditor,
                "basis": debt.basis,
                "amount": debt.amount_cents,
                "monthly": debt.monthly_cents,
                "stage": debt.stage,
                "to_be_arranged": debt.to_be_arranged,
            }
            for debt in application.debts
        ]

    def answers(self) -> list[Any]:
        """What the form says, row by row."""
        return [
            DebtAnswer(
                creditor=row["creditor"],
                basis=row["basis"],
                amount_cents=row["amount"],
                monthly_cents=row["monthly"],
                stage=row["stage"],
                to_be_arranged=row["to_be_arranged"],
            )
            for row in self.rows.filled
        ]
