"""The form kit: what Finns type is read, the rest is refused with a sentence, and nothing typed is lost."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from lending.basics.errors import Refused
from web import formats
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
    QueryForm,
    RowForm,
    RowsField,
    SelectField,
    TelField,
    TextField,
    form_refused,
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


@pytest.fixture
def sent(app: Flask):
    """``sent(Form, name=value)``: the form as it is after a browser sent these fields."""
    contexts = []

    def send(form: type[Form], **fields: Any) -> Any:
        context = app.test_request_context("/", method="POST", data=MultiDict(_pairs(fields)))
        context.push()
        contexts.append(context)
        return form()

    yield send
    for context in reversed(contexts):
        context.pop()


def _pairs(fields: dict[str, Any]) -> list[tuple[str, str]]:
    pairs = []
    for name, value in fields.items():
        name = name.replace("__", "-")
        pairs += [(name, each) for each in value] if isinstance(value, list) else [(name, value)]
    return pairs


# --- Money ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("1234,50", 123450),
        ("1 234,50", 123450),
        ("1\u00a0234,50 €", 123450),
        ("1\u202f234,5", 123450),
        ("1234.5", 123450),
        ("1234", 123400),
        (" 500 euroa", 50000),
        ("10 000", 1000000),
        ("1234,50€", 123450),
        ("250 EUR", 25000),
    ],
)
def test_money_is_read_as_finns_type_it(sent: Sent, typed: str, cents: int):
    form = sent(Everything, amount=typed)
    assert form.submitted(), form.errors
    assert form.amount.data == cents


@pytest.mark.parametrize(
    "typed",
    [
        "1e5",
        "NaN",
        "inf",
        "1.234,50",
        "1,234.50",
        "12 34",
        "1 2345",
        "abc",
        "1,234",
        "--5",
        "٥٠٠",
        "5,",
        ",5",
        "0x10",
        "1_000",
    ],
)
def test_what_is_not_money_is_refused_and_shown_again_as_typed(sent: Sent, typed: str):
    form = sent(Everything, amount=typed)
    assert not form.submitted()
    assert form.amount.data is None
    assert form.amount._value() == typed
    assert "1 234,50" in str(form.amount.errors[0])


@pytest.mark.parametrize(
    ("typed", "limit"),
    [("199,99", "200,00"), ("10 000,01", "10\u00a0000,00"), ("-500", "200,00"), ("9" * 20, "10\u00a0000,00")],
)
def test_an_amount_outside_its_limits_is_refused_with_the_limit(sent: Sent, typed: str, limit: str):
    form = sent(Everything, amount=typed)
    assert not form.submitted()
    assert limit in str(form.amount.errors[0])


@given(st.integers(-(10**12), 10**12))
def test_every_amount_that_is_written_is_read_back(cents: int):
    assert formats.read_amount(formats.money(cents)) == cents
    assert formats.read_amount(formats.plain_amount(cents)) == cents


@given(st.text(max_size=20))
def test_whatever_is_typed_as_money_is_read_or_refused(text: str):
    try:
        assert isinstance(formats.read_amount(text), int)
    except ValueError as refusal:
        assert str(refusal) == "not an amount of money"


# --- Days, numbers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["5.3.2026", "05.03.2026", "5. 3. 2026", "2026-03-05", " 5.3.2026 "])
def test_a_day_is_read_as_finns_write_it(sent: Sent, typed: str):
    form = sent(Everything, on=typed)
    assert form.submitted(), form.errors
    assert form.on.data == date(2026, 3, 5)


@pytest.mark.parametrize("typed", ["31.2.2026", "5.3.26", "3/5/2026", "tomorrow", "0.0.2026", "5.3.", "5.13.2026"])
def test_a_day_that_does_not_exist_is_refused_and_shown_again(sent: Sent, typed: str):
    form = sent(Everything, on=typed)
    assert not form.submitted()
    assert form.on._value() == typed


@pytest.mark.parametrize("typed", ["31.12.2025", "1.1.2027"])
def test_a_day_outside_its_limits_is_refused(sent: Sent, typed: str):
    assert not sent(Everything, on=typed).submitted()


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1)))
def test_every_day_that_is_written_is_read_back(on: date):
    assert formats.read_day(formats.day(on)) == on
    assert formats.read_day(on.isoformat()) == on


@pytest.mark.parametrize(
    ("typed", "sound"), [("12", True), ("0", False), ("13", False), ("1,5", False), ("1e1", False)]
)
def test_a_whole_number_has_its_limits(sent: Sent, typed: str, sound: bool):
    assert sent(Everything, count=typed).submitted() is sound


class Base(Form):
    class Meta:
        csrf = False

    source = TextField("Source", missing="Write the source.")


class Derived(Base):
    last = ("source",)
    value = MoneyField("Value", missing="Write the value.")


def test_what_is_wrong_is_listed_in_the_order_of_the_page(sent: Sent):
    form = sent(Derived)
    assert not form.submitted()
    assert list(form.errors) == ["value", "source"]


def test_a_huge_number_is_told_its_limits_like_any_other(sent: Sent):
    form = sent(Everything, count="9" * 20, rate="9" * 15)
    assert not form.submitted()
    assert "1–12" in str(form.count.errors[0])
    assert "0–100" in str(form.rate.errors[0])


@pytest.mark.parametrize(("typed", "value"), [("2,5", "2.5"), ("2.5 %", "2.5"), ("0", "0")])
def test_a_percentage_is_read(sent: Sent, typed: str, value: str):
    form = sent(Everything, rate=typed)
    assert form.submitted() and form.rate.data == Decimal(value)


# --- Texts and choices ---------------------------------------------------------------------------------------------


def test_text_is_kept_without_what_cannot_be_stored(sent: Sent):
    form = sent(Everything, name=" A\x00ino \u0007 ", why="a\r\nb\x00")
    assert form.submitted()
    assert (form.name.data, form.why.data) == ("Aino", "a\nb")


def test_a_text_that_is_too_long_is_refused_with_both_lengths(sent: Sent):
    form = sent(Everything, name="x" * 11)
    assert not form.submitted()
    assert "11" in str(form.name.errors[0]) and "10" in str(form.name.errors[0])
    assert form.name._value() == "x" * 11


@pytest.mark.parametrize("email", ["aino", "aino@", "@x.fi", "a b@x.fi", "a@x", "a@@x.fi"])
def test_what_is_not_an_address_is_refused(sent: Sent, email: str):
    assert not sent(Everything, email=email).submitted()


@pytest.mark.parametrize(("phone", "sound"), [("040 123 4567", True), ("+358401234567", True), ("call me", False)])
def test_a_telephone_number_is_digits(sent: Sent, phone: str, sound: bool):
    assert sent(Everything, phone=phone).submitted() is sound


@pytest.mark.parametrize("field", ["purpose", "several"])
def test_what_is_not_among_the_choices_is_refused(sent: Sent, field: str):
    assert sent(Everything, **{field: "rent"}).submitted()
    assert not sent(Everything, **{field: "yacht"}).submitted()


def test_everything_required_that_is_empty_is_told_by_name(sent: Sent):
    form = sent(Required, amount=" ")
    assert not form.submitted()
    assert set(form.errors) == {"amount", "purpose", "agree", "why"}
    assert "Amount" in str(form.amount.errors[0])
    assert form.why.errors == ["Tell why."]


def test_everything_optional_may_be_empty(sent: Sent):
    form = sent(Everything)
    assert form.submitted(), form.errors
    assert form.amount.data is None and form.name.data == "" and form.purpose.data is None and form.agree.data is False


# --- Rows ----------------------------------------------------------------------------------------------------------

TWO_ROWS = {
    "debts-0-creditor": "Bank",
    "debts-0-owed": "1 000,00",
    "debts-0-kind": "rent",
    "debts-1-creditor": "Shop",
    "debts-1-owed": "not money",
    "debts-1-kind": "power",
}


def test_adding_a_row_keeps_what_was_typed_and_judges_nothing_yet(sent: Sent):
    form = sent(Everything, **TWO_ROWS, add="debts")
    assert not form.submitted()
    assert not form.errors
    assert [entry.form.creditor._value() for entry in form.debts.entries] == ["Bank", "Shop", ""]
    assert form.debts.entries[1].form.owed._value() == "not money"


def test_removing_a_row_keeps_the_others(sent: Sent):
    form = sent(Everything, **TWO_ROWS, remove="debts-0")
    assert not form.submitted()
    assert [entry.form.creditor._value() for entry in form.debts.entries] == ["Shop"]


def test_removing_the_last_row_leaves_a_blank_one(sent: Sent):
    form = sent(Everything, **{"debts-0-creditor": "Bank", "remove": "debts-0"})
    assert not form.submitted()
    assert [entry.form.creditor.data for entry in form.debts.entries] == [""]


def test_a_new_row_after_a_removed_one_takes_nobodys_name(sent: Sent):
    form = sent(Everything, **{"debts-0-creditor": "Bank", "debts-3-creditor": "Shop", "add": "debts"})
    assert not form.submitted()
    names = [entry.name for entry in form.debts.entries]
    assert len(set(names)) == 3


def test_a_mistake_in_a_row_is_told_at_its_field(sent: Sent):
    form = sent(Everything, **TWO_ROWS)
    assert not form.submitted()
    assert form.debts.entries[1].form.owed.errors
    assert not form.debts.entries[0].form.errors


def test_blank_rows_are_let_be(sent: Sent):
    blank = {"debts-1-creditor": " ", "debts-1-owed": "", "debts-1-kind": "rent"}
    first = {name: value for name, value in TWO_ROWS.items() if name.startswith("debts-0")}
    form = sent(Everything, **first, **blank)
    assert form.submitted(), form.errors
    assert form.debts.filled == [{"creditor": "Bank", "owed": 100_000, "kind": "rent"}]


def test_rows_have_a_limit(sent: Sent):
    rows = {
        f"debts-{number}-{field}": value for number in range(51) for field, value in (("creditor", "x"), ("owed", "1"))
    }
    kinds = {f"debts-{number}-kind": "rent" for number in range(51)}
    form = sent(Everything, **rows, **kinds)
    assert not form.submitted()
    assert any("50" in str(error) for error in form.debts.errors)


# --- Refusals of the domain ----------------------------------------------------------------------------------------


def test_a_refusal_stands_at_the_field_it_names(sent: Sent):
    form = sent(Everything, amount="500")
    assert form.submitted()
    form_refused(form, Refused("hetu-invalid", field="amount"))
    assert len(form.amount.errors) == 1 and not form.form_errors


def test_a_refusal_of_a_row_stands_in_the_row(sent: Sent):
    form = sent(Everything, **{"debts-0-creditor": "Bank", "debts-0-owed": "1", "debts-0-kind": "rent"})
    assert form.submitted()
    form_refused(form, Refused("hetu-invalid", field="debts-0-owed"))
    assert form.debts.entries[0].form.owed.errors


@pytest.mark.parametrize("field", [None, "nothing-here"])
def test_a_refusal_of_no_field_stands_at_the_form(sent: Sent, field: str | None):
    form = sent(Everything, amount="500")
    assert form.submitted()
    form_refused(form, Refused("hetu-invalid", field=field))
    assert len(form.form_errors) == 1 and form.has_errors


# --- Forms in the address ------------------------------------------------------------------------------------------


class Filter(QueryForm):
    amount = MoneyField("Amount")


def test_a_form_in_the_address_is_read_from_the_query(app: Flask):
    with app.test_request_context("/?amount=1+500"):
        form = Filter()
        assert form.asked() and form.amount.data == 150_000
    with app.test_request_context("/"):
        assert not Filter().asked()
    with app.test_request_context("/?amount=x"):
        form = Filter()
        assert not form.asked() and form.has_errors


# --- How things are written ----------------------------------------------------------------------------------------


def test_money_days_and_numbers_are_written_the_finnish_way():
    assert formats.money(123450) == "1\u00a0234,50\u00a0€"
    assert formats.money(-5) == "\u22120,05\u00a0€"
    assert formats.money(None) == ""
    assert formats.day(date(2026, 3, 5)) == "5.3.2026"
    assert formats.percent(Decimal("2.50")) == "2,5\u00a0%"
    assert formats.number(Decimal("-1234.567"), 2) == "\u22121\u00a0234,57"
    assert formats.number(1200) == "1\u00a0200"


def test_a_moment_is_written_in_finnish_time(app: Flask):
    from tests.clock import NOW

    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        assert formats.moment(NOW) == "1.9.2026 at 12.00"
        assert formats.day(NOW + timedelta(hours=13)) == "2.9.2026"
