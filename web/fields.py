"""The fields of the form kit. Each reads what people in Finland type, and refuses the rest with a whole sentence.

Every field is required unless ``optional=True``. ``hint`` is shown under the label; ``missing`` replaces the sentence
for an empty field. ``kind`` tells the templates how to draw it.
"""

import re
import unicodedata
from abc import ABC, abstractmethod
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, widgets
from wtforms.fields import EmailField as _EmailField
from wtforms.fields import StringField
from wtforms.validators import StopValidation, ValidationError

from lending.basics.money import Cents
from web.formats import day, money, number, plain_amount, read_amount, read_day

TEXT_MAX_CHARACTERS = 200
LONG_TEXT_MAX_CHARACTERS = 4000
AMOUNT_MAX_CENTS: Cents = 10_000_000_00
_NEWLINES = re.compile(r"\r\n?")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")


class Kit(Field):
    """What the fields of the kit share. Mixed in before a field of WTForms."""

    kind = "text"

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        *,
        hint: Any = "",
        optional: bool = False,
        missing: Any = None,
        **options: Any,
    ) -> None:
        super().__init__(label, validators, description=hint, **options)
        self.optional = optional
        self.missing = missing
        if optional:
            self.flags.optional = True

    def is_blank(self) -> bool:
        """Whether nothing was filled in."""
        return not any(not isinstance(value, str) or value.strip() for value in self.raw_data or [])

    def pre_validate(self, form: Any) -> None:
        if self.process_errors:
            raise StopValidation()
        if self.is_blank():
            raise StopValidation() if self.optional else StopValidation(self.missing or self._missing())
        self.check()

    def check(self) -> None:
        """Judge what was read. Raises ``ValidationError`` with a sentence."""

    def _missing(self) -> Any:
        return _l("“%(label)s” is missing.", label=self.label.text)

    def _typed(self) -> str:
        """What was typed, as far as it is kept: for showing it again."""
        return self.raw_data[0] if self.raw_data and isinstance(self.raw_data[0], str) else ""


def clean(text: str) -> str:
    """Text as it is kept: composed characters, one kind of newline, nothing unprintable, no blanks at the ends."""
    composed = _NEWLINES.sub("\n", unicodedata.normalize("NFC", text))
    kept = (each for each in composed if each in "\n\t" or unicodedata.category(each) not in ("Cc", "Cs"))
    return "".join(kept).strip()


class TextField(Kit, StringField):
    """One line of text, at most ``limit`` characters. ``data`` is ``""`` when nothing was written."""

    def __init__(
        self, label: Any = None, validators: Any = None, *, limit: int = TEXT_MAX_CHARACTERS, **options: Any
    ) -> None:
        super().__init__(label, validators, **options)
        #: How many characters fit. Drawn as a counter by the text area only.
        self.limit = limit

    def process_data(self, value: Any) -> None:
        self.data = value or ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = self.shape(clean(valuelist[0])) if valuelist else ""

    def shape(self, text: str) -> str:
        return " ".join(text.split())

    def check(self) -> None:
        if len(self.data) > self.limit:
            raise ValidationError(
                _l(
                    "“%(label)s” is too long: it has %(length)s characters, and %(limit)s fit.",
                    label=self.label.text,
                    length=number(len(self.data)),
                    limit=number(self.limit),
                )
            )


class LongText(TextField):
    """Several lines of text."""

    kind = "textarea"
    widget = widgets.TextArea()

    def __init__(
        self, label: Any = None, validators: Any = None, *, limit: int = LONG_TEXT_MAX_CHARACTERS, **options: Any
    ) -> None:
        super().__init__(label, validators, limit=limit, **options)

    def shape(self, text: str) -> str:
        return text


class EmailField(TextField, _EmailField):
    """An email address."""

    kind = "email"

    def check(self) -> None:
        super().check()
        if not _EMAIL.fullmatch(self.data):
            raise ValidationError(_l("“%(label)s” must be an address such as name@example.fi.", label=self.label.text))


class TelField(TextField):
    """A telephone number."""

    kind = "tel"

    def check(self) -> None:
        super().check()
        if not re.fullmatch(r"\+?[0-9 ()-]{5,24}", self.data):
            raise ValidationError(_l("“%(label)s” must be a number such as 040 123 4567.", label=self.label.text))


class ReadField(Kit, ABC):
    """A field that reads text into a value and shows it again as it was typed. The base of money, dates, numbers."""

    widget = widgets.TextInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        if self.is_blank():
            return
        try:
            self.data = self.read(self._typed().replace("\x00", "")[:60])
        except (ValueError, ArithmeticError):
            raise ValueError(self.unreadable()) from None

    def _value(self) -> str:
        if self.raw_data:
            return self._typed()
        return "" if self.data is None else self.write(self.data)

    @abstractmethod
    def read(self, text: str) -> Any:
        """What was typed means this. Raises ``ValueError`` or ``ArithmeticError`` where it means nothing."""

    @abstractmethod
    def write(self, value: Any) -> str:
        """The value as a reader of Finnish or Swedish would type it."""

    @abstractmethod
    def unreadable(self) -> Any:
        """The sentence for what means nothing."""


class MoneyField(ReadField):
    """An amount of euros; ``data`` is whole cents or ``None``. Limits are in cents."""

    kind = "money"

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        *,
        minimum_cents: Cents = 0,
        maximum_cents: Cents = AMOUNT_MAX_CENTS,
        **options: Any,
    ) -> None:
        super().__init__(label, validators, **options)
        self.minimum_cents, self.maximum_cents = minimum_cents, maximum_cents

    def read(self, text: str) -> Cents:
        return read_amount(text)

    def write(self, value: Cents) -> str:
        return plain_amount(value)

    def unreadable(self) -> Any:
        return _l("“%(label)s” must be an amount of euros such as 1 234,50.", label=self.label.text)

    def check(self) -> None:
        if self.data < self.minimum_cents:
            if self.minimum_cents == 0:
                raise ValidationError(_l("“%(label)s” cannot be less than zero.", label=self.label.text))
            raise ValidationError(
                _l("“%(label)s” must be at least %(amount)s.", label=self.label.text, amount=money(self.minimum_cents))
            )
        if self.data > self.maximum_cents:
            raise ValidationError(
                _l("“%(label)s” can be at most %(amount)s.", label=self.label.text, amount=money(self.maximum_cents))
            )


class DateField(ReadField):
    """A day; ``data`` is a ``date`` or ``None``. ``earliest`` and ``latest`` may be set on the bound field too."""

    kind = "date"

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        *,
        earliest: date = date(1900, 1, 1),
        latest: date = date(2100, 12, 31),
        **options: Any,
    ) -> None:
        super().__init__(label, validators, **options)
        self.earliest, self.latest = earliest, latest

    def read(self, text: str) -> date:
        return read_day(text)

    def write(self, value: date) -> str:
        return day(value)

    def unreadable(self) -> Any:
        return _l("“%(label)s” must be a day that exists, such as 5.3.2026.", label=self.label.text)

    def check(self) -> None:
        if self.data < self.earliest:
            raise ValidationError(
                _l("“%(label)s” must be %(date)s or later.", label=self.label.text, date=day(self.earliest))
            )
        if self.data > self.latest:
            raise ValidationError(
                _l("“%(label)s” must be %(date)s or earlier.", label=self.label.text, date=day(self.latest))
            )


class IntegerField(ReadField):
    """A whole number between ``minimum`` and ``maximum``; ``data`` is ``int`` or ``None``."""

    kind = "integer"

    def __init__(
        self, label: Any = None, validators: Any = None, *, minimum: int = 0, maximum: int = 1_000_000, **options: Any
    ) -> None:
        super().__init__(label, validators, **options)
        self.minimum, self.maximum = minimum, maximum

    def read(self, text: str) -> int:
        digits = "".join(text.split())
        if not re.fullmatch(r"[-\u2212]?[0-9]{1,40}", digits):
            raise ValueError("not a whole number")
        return int(digits.replace("\u2212", "-"))

    def write(self, value: int) -> str:
        return str(value)

    def unreadable(self) -> Any:
        return _l("“%(label)s” must be a whole number such as 12.", label=self.label.text)

    def check(self) -> None:
        if not self.minimum <= self.data <= self.maximum:
            raise ValidationError(
                _l(
                    "“%(label)s” must be between %(minimum)s and %(maximum)s.",
                    label=self.label.text,
                    minimum=number(self.minimum),
                    maximum=number(self.maximum),
                )
            )


class MonthsField(IntegerField):
    """A number of months."""

    def __init__(
        self, label: Any = None, validators: Any = None, *, minimum: int = 1, maximum: int = 600, **options: Any
    ) -> None:
        super().__init__(label, validators, minimum=minimum, maximum=maximum, **options)


class PercentField(ReadField):
    """A percentage with at most four decimals; ``data`` is ``Decimal`` or ``None``."""

    kind = "percent"

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        *,
        minimum: Decimal = Decimal(0),
        maximum: Decimal = Decimal(100),
        **options: Any,
    ) -> None:
        super().__init__(label, validators, **options)
        self.minimum, self.maximum = minimum, maximum

    def read(self, text: str) -> Decimal:
        bare = "".join(text.split()).removesuffix("%")
        if not re.fullmatch(r"-?[0-9]{1,20}(?:[.,][0-9]{1,4})?", bare):
            raise ValueError("not a percentage")
        return Decimal(bare.replace(",", "."))

    def write(self, value: Decimal) -> str:
        return number(value)

    def unreadable(self) -> Any:
        return _l("“%(label)s” must be a percentage such as 2,5.", label=self.label.text)

    check = IntegerField.check


class HiddenField(TextField):
    """A value the page carries along. Optional unless said otherwise."""

    kind = "hidden"
    widget = widgets.HiddenInput()

    def __init__(self, label: Any = "", validators: Any = None, *, optional: bool = True, **options: Any) -> None:
        super().__init__(label, validators, optional=optional, **options)
