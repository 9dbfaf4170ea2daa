"""What Finns type is read, and the rest is refused with a sentence and shown again."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.forms.everything import Everything, Required, Sent
from web import formats


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
    assert "1\u00a0234,50" in str(form.amount.errors[0])


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


def test_a_huge_number_is_told_its_limits_like_any_other(sent: Sent):
    form = sent(Everything, count="9" * 20, rate="9" * 15)
    assert not form.submitted()
    assert "1–12" in str(form.count.errors[0])
    assert "0–100" in str(form.rate.errors[0])


@pytest.mark.parametrize(("typed", "value"), [("2,5", "2.5"), ("2.5 %", "2.5"), ("0", "0")])
def test_a_percentage_is_read(sent: Sent, typed: str, value: str):
    form = sent(Everything, rate=typed)
    assert form.submitted() and form.rate.data == Decimal(value)


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
