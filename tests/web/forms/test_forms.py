"""Forms as a whole: rows come and go, refusals find their field, and nothing typed is lost."""

import pytest
from flask import Flask

from lending.basics.errors import Refused
from tests.web.forms.everything import Everything, Sent
from web.forms import (
    Form,
    MoneyField,
    QueryForm,
    TextField,
    form_refused,
)


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
