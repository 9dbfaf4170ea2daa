"""How the yearly revision of a norm is computed, so that a figure marked computed can be checked by hand."""

from decimal import Decimal
from math import ceil

from lending.basics.money import Cents


def revised_norm(old: Cents, old_index: Decimal, new_index: Decimal) -> Cents:
    """The debt-adjustment norm after an index revision: raised by the index and rounded up to the next full euro.

    ``old`` and the result are cents a month; the rule reproduces every official figure of 2022, 2024 and 2025.
    """
    # Exact integers: a binary fraction would lift a figure that lands on a full euro to the next one.
    euros = ceil((Decimal(old) * new_index / old_index / 100).quantize(Decimal("0.000001")))
    return euros * 100
