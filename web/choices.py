"""Fields of the form kit in which one chooses instead of writing: radio buttons, lists, check boxes, files."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import MultipleFileField, RadioField, SelectFieldBase, SelectMultipleField, ValidationError, widgets
from wtforms import SelectField as _SelectField
from wtforms.fields import SelectChoice

from web.fields import Kit


class _Choices(SelectFieldBase):
    """Choices whose values are text, and a sentence for a value that is not among them."""

    def __init__(self, label: Any = None, validators: Any = None, *, choices: Any = None, **options: Any) -> None:
        if isinstance(choices, Iterable):
            choices = [SelectChoice(*each) if isinstance(each, tuple) else each for each in choices]
        super().__init__(label, validators, choices=choices, **options)

    def _known(self) -> set[str]:
        return {str(choice[0]) for choice in self.iter_choices()}

    def _not_a_choice(self) -> Any:
        return _l("Choose one of the options for “%(label)s”.", label=self.label.text)


class ChoiceField(Kit, _Choices, RadioField):
    """One of a few, as radio buttons. ``choices``: ``(value, text)``; ``data`` is the value, or ``None``."""

    kind = "radios"
    validate_choice = False

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = valuelist[0] if valuelist and valuelist[0] else None

    def _missing(self) -> Any:
        return self._not_a_choice()

    def check(self) -> None:
        if str(self.data) not in self._known():
            raise ValidationError(self._not_a_choice())


class SelectField(ChoiceField, _SelectField):
    """One of many, as a list. Give ``("", …)`` as the first choice to begin with nothing chosen."""

    kind = "select"
    widget = widgets.Select()


class ChecksField(Kit, _Choices, SelectMultipleField):
    """Any number of a few, as check boxes; ``data`` is a list of values."""

    kind = "checkboxes"

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = list(valuelist)

    def _missing(self) -> Any:
        return _l("Choose at least one option for “%(label)s”.", label=self.label.text)

    def check(self) -> None:
        if not set(map(str, self.data)) <= self._known():
            raise ValidationError(self._not_a_choice())


class CheckField(Kit):
    """One check box; ``data`` is a ``bool``. When it is not ``optional`` it must be ticked."""

    kind = "checkbox"
    widget = widgets.CheckboxInput()

    def process_data(self, value: Any) -> None:
        self.data = bool(value)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = any(value not in ("", "0", "false", "n") for value in valuelist)

    def is_blank(self) -> bool:
        return not self.data

    def _value(self) -> str:
        return "y"

    def _missing(self) -> Any:
        return _l("To continue, tick “%(label)s”.", label=self.label.text)


class FilesField(Kit, MultipleFileField):
    """One or more files; ``data`` is a list of ``FileStorage`` that have a name. The browser cannot send them again."""

    kind = "file"

    def __init__(self, label: Any = None, validators: Any = None, *, many: bool = True, **options: Any) -> None:
        options.setdefault("render_kw", {"multiple": True} if many else {})
        super().__init__(label, validators, **options)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = [file for file in valuelist if getattr(file, "filename", "")]

    def is_blank(self) -> bool:
        return not self.data

    def _missing(self) -> Any:
        return _l("Choose a file for “%(label)s”.", label=self.label.text)
