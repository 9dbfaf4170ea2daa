"""Money is an integer of cents; this is the only place where anything is rounded to a cent."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

Cents = int


def round_cents(amount: Decimal | Fraction) -> Cents:
    """Round an exact amount of cents HALF_UP to whole cents (negative amounts round away from zero)."""
    if isinstance(amount, Decimal):
        return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return round_ratio(amount.numerator, amount.denominator)


def round_ratio(numerator: int, denominator: int) -> Cents:
    """Round ``numerator / denominator`` cents HALF_UP to whole cents; the denominator is positive.

    For long reckonings in scaled integers, where a ``Fraction`` at each step would cost too much.
    """
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude


def cents_from_euros(text: str) -> Cents:
    """Read plain euros such as ``"1234.50"`` or ``"-3"`` into cents.

    Raises ``ValueError`` when the text is anything but digits with at most two decimals.
    For what people type, see the money field of the form kit; this is the machine format.
    """
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    whole, point, decimals = digits.partition(".")
    plain = whole.isascii() and whole.isdigit() and (not point or (decimals.isascii() and decimals.isdigit()))
    if not plain or len(decimals) > 2:
        raise ValueError(f"not an amount of euros: {text!r}")
    return sign * (int(whole) * 100 + int(decimals.ljust(2, "0") or "0"))


def euros(amount: Cents) -> str:
    """Write cents as plain euros with two decimals: ``123450`` becomes ``"1234.50"``."""
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"
