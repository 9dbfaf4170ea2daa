"""A form with a field of every kind, and one in which every field is required."""

from collections.abc import Callable
from datetime import date
from typing import Any

from web.forms import (
    CheckField,
    ChecksField,
    ChoiceField,
    DateField,
    EmailField,
    Form,
    IntegerField,
    LongText,
    MoneyField,
    PercentField,
    RowForm,
    RowsField,
    SelectField,
    TelField,
    TextField,
)

CHOICES = [("rent", "Rent"), ("power", "Electricity")]


class Row(RowForm):
    creditor = TextField("Creditor")
    owed = MoneyField("Owed")
    kind = SelectField("Kind", choices=CHOICES, default="rent")


class Everything(Form):
    class Meta:
        csrf = False

    amount = MoneyField("Amount", minimum_cents=200_00, maximum_cents=10_000_00, optional=True)
    on = DateField("Day", earliest=date(2026, 1, 1), latest=date(2026, 12, 31), optional=True)
    count = IntegerField("Count", minimum=1, maximum=12, optional=True)
    rate = PercentField("Rate", optional=True)
    purpose = ChoiceField("Purpose", choices=CHOICES, optional=True)
    several = ChecksField("Several", choices=CHOICES, optional=True)
    name = TextField("Name", limit=10, optional=True)
    why = LongText("Why", limit=20, optional=True)
    email = EmailField("E-mail", optional=True)
    phone = TelField("Phone", optional=True)
    agree = CheckField("I agree", optional=True)
    debts = RowsField(Row, "Debts")


class Required(Form):
    class Meta:
        csrf = False

    amount = MoneyField("Amount")
    purpose = ChoiceField("Purpose", choices=CHOICES)
    agree = CheckField("I agree")
    why = LongText("Why", missing="Tell why.")


Sent = Callable[..., Any]
