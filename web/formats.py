"""How money, dates and numbers are written, the Finnish way in all three languages; and how they are read."""

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from flask_babel import get_locale, gettext, ngettext

from lending.basics.money import Cents
from web.clock import local

NBSP = "\u00a0"
MINUS = "\u2212"

_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_AMOUNT = re.compile(
    r"(?P<sign>[-\u2212\u2013]?) ?(?P<whole>[0-9]{1,3}(?: [0-9]{3})+|[0-9]{1,40})(?:[.,](?P<cents>[0-9]{1,2}))?"
)
_EURO = re.compile(r" ?(?:€|eur|euroa|euro)$", re.IGNORECASE)
_FINNISH_DAY = re.compile(r"([0-9]{1,2})\. ?([0-9]{1,2})\. ?([0-9]{4})")
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def plain_amount(cents: Cents) -> str:
    """Cents without a unit: ``1 234,50`` (with a plain space, as people type it)."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100:,}".replace(",", " ") + f",{abs(cents) % 100:02d}"


def money(cents: Cents | None) -> str:
    """Cents as euros: ``1 234,50 €``. Nothing for ``None``."""
    if cents is None:
        return ""
    return plain_amount(cents).replace(" ", NBSP).replace("-", MINUS) + f"{NBSP}€"


def day(value: date | datetime | None) -> str:
    """A day: ``5.3.2026``. A moment is shown as the day it was in Finland."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = local(value).date()
    return f"{value.day}.{value.month}.{value.year}"


def moment(value: datetime | None) -> str:
    """A moment in Finnish time: ``5.3.2026 klo 14.05``."""
    if value is None:
        return ""
    there = local(value)
    return gettext("%(date)s at %(time)s", date=day(there.date()), time=f"{there.hour}.{there.minute:02d}")


def number(value: Decimal | int | float | None, decimals: int | None = None) -> str:
    """A number with a decimal comma: ``2,5``. ``decimals`` fixes how many are shown."""
    if value is None:
        return ""
    exact = Decimal(str(value))
    if decimals is not None:
        exact = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{exact:f}"
    if decimals is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    whole, _, rest = text.lstrip("-").partition(".")
    sign = MINUS if text.startswith("-") else ""
    return sign + f"{int(whole):,}".replace(",", NBSP) + (f",{rest}" if rest else "")


def percent(value: Decimal | int | float | None, decimals: int | None = None) -> str:
    """A percentage: ``2,5 %``."""
    return "" if value is None else f"{number(value, decimals)}{NBSP}%"


def months(count: int | None) -> str:
    """A number of months in words: ``24 months``."""
    return "" if count is None else ngettext("%(num)s month", "%(num)s months", count)


def within(text: str) -> str:
    """Words that begin with a capital as they stand within a sentence: ``Monday to Friday`` stays so in English."""
    return text if get_locale() and get_locale().language == "en" else text[:1].lower() + text[1:]


def read_amount(text: str) -> Cents:
    """Read what people type: ``1 234,50``, ``1234.5``, ``1 234,50 €``. Raises ``ValueError`` for anything else."""
    found = _AMOUNT.fullmatch(_EURO.sub("", _SPACES.sub(" ", text).strip()))
    if found is None:
        raise ValueError("not an amount of money")
    cents = int(found["whole"].replace(" ", "")) * 100 + int((found["cents"] or "").ljust(2, "0"))
    return -cents if found["sign"] else cents


def read_day(text: str) -> date:
    """Read ``5.3.2026`` (and ``2026-03-05``). Raises ``ValueError`` for anything else."""
    text = _SPACES.sub(" ", text).strip()
    if found := _FINNISH_DAY.fullmatch(text):
        return date(int(found[3]), int(found[2]), int(found[1]))
    if found := _ISO_DAY.fullmatch(text):
        return date(int(found[1]), int(found[2]), int(found[3]))
    raise ValueError("not a day")


FILTERS = {
    "money": money,
    "amount": plain_amount,
    "date": day,
    "datetime": moment,
    "number": number,
    "percent": percent,
    "months": months,
    "within": within,
}
