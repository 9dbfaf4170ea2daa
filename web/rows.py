"""Repeatable rows of a form: people add and remove them with ordinary buttons, and nothing typed is lost."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, FieldList, Form, FormField

from web.fields import HiddenField, Kit

ROWS_MAX = 50


class RowForm(Form):
    """The fields of one row of a ``RowsField``."""

    def is_blank(self) -> bool:
        """Whether nothing was filled in, apart from what every new row begins with."""
        return all(_untouched(field) for field in self)


def _untouched(field: Field) -> bool:
    if isinstance(field, HiddenField):
        return True
    if isinstance(field, Kit):
        return field.is_blank() or (field.default is not None and field.data == field.default)
    return not field.data


class RowsField(FieldList):
    """Rows that people add and remove with ordinary buttons. Blank rows are let be: ``filled`` holds the others.

    ``RowsField(DebtRow, label, least=0, most=50, blank=1)``: ``blank`` rows wait at first; ``least`` must be filled.
    """

    def __init__(
        self,
        row: type[RowForm],
        label: Any = None,
        *,
        hint: Any = "",
        least: int = 0,
        most: int = ROWS_MAX,
        blank: int = 1,
        missing: Any = None,
        **options: Any,
    ) -> None:
        super().__init__(FormField(row), label, min_entries=blank, max_entries=None, description=hint, **options)
        self.least, self.most, self.missing = least, most, missing
        #: The id of the row that was just added, or that stands where one was removed: the page opens there.
        self.focus: str | None = None

    @property
    def filled(self) -> list[dict[str, Any]]:
        """The rows that hold something, each a dictionary of its fields' data."""
        return [entry.form.data for entry in self.entries if not entry.form.is_blank()]

    def add(self) -> None:
        """One more blank row, if there is room."""
        if len(self.entries) < self.most:
            self.append_entry()
            self.focus = self.entries[-1].id

    def remove(self, name: str) -> bool:
        """Take away the row called ``name`` (``debts-2``). Whether there was one."""
        kept = [entry for entry in self.entries if entry.name != name]
        found = len(kept) < len(self.entries)
        if found:
            place = next(place for place, entry in enumerate(self.entries) if entry.name == name)
            self.focus = kept[min(place, len(kept) - 1)].id if kept else self.id
        self.entries = kept
        if not kept:
            self.append_entry()
        return found

    def validate(self, form: Any, extra_validators: Iterable[Any] = ()) -> bool:
        self.errors = []
        filled = [entry for entry in self.entries if not entry.form.is_blank()]
        sound = [entry.validate(form) for entry in filled]
        if len(filled) < self.least:
            self.errors.append(self.missing or _l("“%(label)s” is missing.", label=self.label.text))
        if len(filled) > self.most:
            self.errors.append(
                _l("“%(label)s” can have at most %(count)s rows.", label=self.label.text, count=self.most)
            )
        self.errors += [entry.errors for entry in filled if entry.errors]
        return all(sound) and not any(not isinstance(error, dict) for error in self.errors)
