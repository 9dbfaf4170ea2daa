"""When a plan's rows fall and what happens between them, and whether its terms can lead anywhere. Pure."""

from datetime import date
from functools import lru_cache
from itertools import pairwise

from lending.basics.dates import due_dates_from, is_due_day, month_index
from lending.basics.errors import Refused
from lending.loans.interest import DayCount, Interest, day_count
from lending.loans.terms import Terms

#: No plan is longer than this many rows, whatever the terms say: an instalment that barely covers the interest.
ROWS_MAX = 1200

#: What can happen between two due dates.
RATE, DISBURSEMENT, EXTRA = range(3)


#: Periods are kept ready for the years 2000 to 2149; those of other years are reckoned when asked for.
_READY_FROM = 2000 * 12
_READY_MONTHS = 150 * 12


def gaps_from(first_due: date, due_day: str, count: int, by: DayCount) -> tuple[int, ...]:
    """The lengths of the ``count`` periods after ``first_due`` by a day count."""
    start = month_index(first_due) - _READY_FROM
    if start >= 0 and start + count < _READY_MONTHS:
        return _ready(due_day, by)[start : start + max(count, 0)]
    return _gaps(month_index(first_due), due_day, count, by)


def days_from(first_due: date, due_day: str, count: int) -> tuple[int, ...]:
    """The real days of the ``count`` periods after ``first_due``."""
    return gaps_from(first_due, due_day, count, day_count("actual/365"))


@lru_cache(maxsize=128)
def _ready(due_day: str, by: DayCount) -> tuple[int, ...]:
    return _gaps(_READY_FROM, due_day, _READY_MONTHS - 1, by)


def _gaps(month: int, due_day: str, count: int, by: DayCount) -> tuple[int, ...]:
    return tuple(b - a for a, b in pairwise(map(by.position, due_dates_from(month, due_day, count + 1))))


def check(terms: Terms) -> None:
    """Refuse terms from which no plan can be derived. The first due date comes after the first disbursement."""
    if not terms.disbursements or any(amount <= 0 for _, amount in terms.disbursements):
        raise Refused("principal-not-positive", field="principal")
    if terms.instalments is None and terms.instalment_cents is None:
        raise Refused("instalments-missing", field="instalments")
    if terms.instalments is not None and not 1 <= terms.instalments <= ROWS_MAX:
        raise Refused("instalments-out-of-range", field="instalments", least=1, most=ROWS_MAX)
    if terms.instalment_cents is not None and terms.instalment_cents <= 0:
        raise Refused("instalment-not-positive", field="instalment")
    if terms.method == "equal_principal" and terms.instalments is None:
        raise Refused("instalments-missing", field="instalments")
    if terms.first_due <= terms.start:
        raise Refused("first-due-too-early", field="first_due", start=terms.start)
    if not is_due_day(terms.first_due, terms.due_day):
        raise Refused("first-due-not-due-day", field="first_due", due_day=terms.due_day)
    if any(extra.day < terms.start or extra.amount_cents <= 0 for extra in terms.extra_payments):
        raise Refused("payment-before-disbursement", field="extra_payments", start=terms.start)
    first = month_index(terms.first_due)
    wrong = [day for day in terms.grace if month_index(day) < first or not is_due_day(day, terms.due_day)]
    if wrong or len(set(terms.grace)) != len(terms.grace):
        raise Refused("grace-date-not-due", field="grace", dates=wrong or sorted(terms.grace))


def breaks_of(terms: Terms, interest: Interest) -> list[tuple[date, int, int, str]]:
    """What happens between due dates, in order: (day, kind, rate or cents, effect)."""
    start = terms.start
    found = [(day, DISBURSEMENT, amount, "") for day, amount in terms.disbursements if day > start]
    found += [(extra.day, EXTRA, extra.amount_cents, extra.effect) for extra in terms.extra_payments]
    before = interest.scaled_on(start)
    for day, _ in terms.rates:
        rate = interest.scaled_on(day)
        if day > start and rate != before:
            found.append((day, RATE, rate, ""))
            before = rate
    return sorted(found)
