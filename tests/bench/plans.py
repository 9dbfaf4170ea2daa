"""How many repayment plans are made in a second: the calculator makes one for every question, a reset one a loan.

No plan is asked for twice in a measurement: each has its own sum, day, rate and due day, and its rows are made.
"""

from datetime import date, timedelta
from decimal import Decimal

from lending.basics.dates import first_due_date
from lending.loans.plan import Terms, plan
from tests.bench import Measurements, bench

START = date(2026, 9, 1)
HOW_MANY = 1000


def various(months: int, resets: int = 0) -> list[Terms]:
    """A thousand plans of so many months, no two the same; ``resets``: half-yearly changes of the rate inside."""
    found = []
    for n in range(HOW_MANY):
        start, due_day = START + timedelta(days=n % 365), ("15", "last")[n % 2]
        later = tuple((date(2027 + k // 2, 1 + k % 2 * 6, 1), Decimal(150 + n % 90 + k) / 100) for k in range(resets))
        found.append(
            Terms(
                disbursements=((start, 200_00 + 979 * n),),
                rates=((start, Decimal(150 + n % 90) / 100), *(rate for rate in later if rate[0] > start)),
                due_day=due_day,
                first_due=first_due_date(start, due_day, 14),
                instalments=months,
            )
        )
    return found


@bench
def plans() -> Measurements:
    for name, terms in (
        ("1 000 plans of 12 rows", various(12)),
        ("1 000 plans of 96 rows, actual/365", various(96)),
        ("1 000 plans of 96 rows, 4 rate changes", various(96, resets=4)),
    ):
        yield name, lambda terms=terms: made(terms)


def made(terms: list[Terms]) -> int:
    """Make each plan with its rows, and keep none: how many were made."""
    return sum(bool(plan(each).rows) for each in terms)
