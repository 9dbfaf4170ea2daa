"""The instalment of an annuity, rounded as the exact one is, without carrying hundreds of digits. Pure.

The exact instalment over *n* rows is a quotient of two integers with hundreds of digits. Rounding it to a cent needs
far fewer: the present value of one cent a row is reckoned in ``2 ** -BITS`` of a cent, each step rounded down, together
with a bound of what the rounding may have lost. Where both ends of that interval give the same cent, that is the exact
one's cent. Where they do not (ties, most of all), ``None`` is the answer and the caller reckons exactly.
"""

from collections.abc import Sequence

from lending.basics.money import Cents, round_ratio

#: Factors fit in 60 bits, which Python multiplies fastest; an amount under a thousand million cents loses 1e-5 cents.
BITS = 59


def instalment(balance: int, scale: int, paid: int, rate: int, denominator: int, gaps: Sequence[int]) -> Cents | None:
    """``balance / scale`` cents in ``paid`` instalments now and one after each of ``gaps``, rounded to a cent.

    A gap of *d* lets what is owed grow by ``1 + rate * d / denominator``. ``None``: not decided in so few digits.
    """
    factors = {gap: (denominator << BITS) // (denominator + rate * gap) for gap in set(gaps)}
    value, one = 0, 1 << BITS
    for gap in reversed(gaps):
        value = (value + one) * factors[gap] >> BITS
    value += paid << BITS
    rows = len(gaps)
    # Each step loses less than one unit by its own rounding, and less than (rows + 1) by that of its factor; what
    # was lost before only shrinks.
    lost = rows * (rows + 2)
    if value <= 0:
        return None
    most = round_ratio(balance << BITS, scale * value)
    return most if most == round_ratio(balance << BITS, scale * (value + lost)) else None
