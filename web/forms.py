"""The form kit: forms, their fields, and how a refusal of the domain finds its place in them. ::

    class GraceForm(Form):
        months = MonthsField(_l("How many months"), maximum=3)
        reason = LongText(_l("Why you need this"))

    form = GraceForm()
    if form.submitted():
        try:
            ask_for_grace(g.db, loan, form.months.data, by=g.actor, at=g.now)
        except Refused as refused:
            form_refused(form, refused)
        else:
            return see_other("portal.loan", loan_id=loan.id)
    return render("portal/grace.html", form=form)

A form that has errors is answered with 422, and the transaction of the request is rolled back.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import current_app, request
from flask_wtf import FlaskForm
from werkzeug.datastructures import ImmutableMultiDict
from wtforms import Field, FieldList, FormField

from lending.basics.errors import Refused
from web.choices import CheckField, ChecksField, ChoiceField, FilesField, SelectField
from web.fields import (
    DateField,
    EmailField,
    HiddenField,
    IntegerField,
    LongText,
    MoneyField,
    MonthsField,
    PercentField,
    TelField,
    TextField,
)
from web.refusals import say
from web.rows import RowForm, RowsField
from web.transaction import abandon

__all__ = [
    "CheckField",
    "ChecksField",
    "ChoiceField",
    "DateField",
    "EmailField",
    "EmptyForm",
    "FilesField",
    "Form",
    "HiddenField",
    "IntegerField",
    "LongText",
    "MoneyField",
    "MonthsField",
    "PercentField",
    "QueryForm",
    "RowForm",
    "RowsField",
    "SelectField",
    "TelField",
    "TextField",
    "form_refused",
]


class Form(FlaskForm):
    """A form that is posted. Row buttons of its ``RowsField`` are served without JavaScript and lose nothing."""

    #: Fields that stand last on the page, in their order, where a base class or another form declares them first.
    #: What is wrong is listed in the order of the page.
    last: tuple[str, ...] = ()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._fields |= {name: self._fields.pop(name) for name in self.last if name in self._fields}

    def submitted(self) -> bool:
        """Whether the form was sent, is sound, and no row was added or removed instead."""
        return bool(self.is_submitted() and not self._changed_rows() and self.validate())

    @property
    def has_errors(self) -> bool:
        """Whether something is wrong, in a field or in the form as a whole."""
        return bool(self.errors)

    def _changed_rows(self) -> bool:
        lists = [field for field in self if isinstance(field, RowsField)]
        for name in request.form.getlist("add"):
            for field in lists:
                if field.name == name:
                    field.add()
                    return True
        return any(field.remove(name) for name in request.form.getlist("remove") for field in lists)


class EmptyForm(Form):
    """Only a button."""


class QueryForm(FlaskForm):
    """A form in the address (filters, the calculator): read from the query, changes nothing, needs no token."""

    class Meta:
        csrf = False

    def __init__(self, query: Mapping[str, Any] | None = None, **options: Any) -> None:
        query = request.args if query is None else query
        known = {key: query.getlist(key) for key in query} if hasattr(query, "getlist") else query
        super().__init__(formdata=ImmutableMultiDict(known) if known else None, **options)
        self._asked = bool(known)

    def asked(self) -> bool:
        """Whether something was asked and can be answered."""
        return self._asked and self.validate()

    @property
    def has_errors(self) -> bool:
        """Whether something is wrong, in a field or in the form as a whole."""
        return bool(self.errors)


def form_refused(form: FlaskForm, refused: Refused) -> None:
    """Put the sentence for ``refused`` at the field it names, or at the form.

    What the request had begun is rolled back, so the page shows what the database holds and what was typed.
    """
    if current_app and request:
        abandon()
    field = next((each for each in _all_fields(form) if refused.field and each.name == refused.field), None)
    if field is None or field.name == "csrf_token":
        form.form_errors = [*(form.form_errors or []), say(refused)]
    else:
        field.errors = [*field.errors, say(refused)]
        for each in form:
            # A list of rows knows of the errors in them only from its own validation.
            if isinstance(each, FieldList) and any(entry.errors for entry in each.entries):
                each.errors = [entry.errors for entry in each.entries]


def _all_fields(form: Any) -> Iterator[Field]:
    for field in form:
        yield field
        if isinstance(field, FieldList):
            for entry in field.entries:
                if isinstance(entry, FormField):
                    yield from _all_fields(entry.form)
