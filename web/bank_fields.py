"""Fields of the form kit for accounts."""

from flask_babel import lazy_gettext as _l
from stdnum import iban
from wtforms.validators import ValidationError

from web.fields import TextField

IBAN_MAX_CHARACTERS = 34


class IbanField(TextField):
    """An account number (IBAN) of any country, with or without spaces; ``data`` is without them."""

    def shape(self, text: str) -> str:
        return "".join(text.split()).upper()

    def check(self) -> None:
        super().check()
        if len(self.data) > IBAN_MAX_CHARACTERS or not iban.is_valid(self.data):
            raise ValidationError(
                _l("“%(label)s” must be a whole account number such as FI21 1234 5600 0007 85.", label=self.label.text)
            )
