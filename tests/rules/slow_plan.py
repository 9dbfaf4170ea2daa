"""Plans written a second time, slowly and independently: days one by one, exact fractions, rounding by ``decimal``.

Nothing of ``lending.loans`` is used but the terms that are given and the rows that are held against it.
"""

from calendar import monthrange
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from functools import lru_cache

ONE_DAY = timedelta(days=1)


def half_up(amount: Fraction) -> int:
    """Whole cents, HALF_UP, by the decimal library."""
    with localcontext() as context:
        context.prec = 60
        return int((Decimal(amount.numerator) / Decimal(amount.denominator)).quantize(Decimal(1), ROUND_HALF_UP))


def month_end(day: date) -> date:
    """The last day of the month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def next_month(day: date) -> date:
    """A day in the next month."""
    return month_end(day) + ONE_DAY


def due_in(day: date, due_day: str) -> date:
    """The due date in the month of the day."""
    end = month_end(day)
    return end if due_day == "last" else day.replace(day=min(int(due_day), end.day))


def percent_on(rates, day: date) -> Fraction:
    """The rate of a day."""
    return Fraction([percent for since, percent in rates if since <= day][-1])


def year_part(name: str, due_day: str, day: date) -> Fraction:
    """What of a year the day (the night that follows it) is, by the convention."""
    if name == "actual/365":
        return Fraction(1, 365)
    if name == "actual/360":
        return Fraction(1, 360)
    if name == "30E/360":
        if day.day == 31 or (day.day == 30 and month_end(day).day == 31):
            return Fraction(1 if day.day == 31 else 0, 360)
        if day == month_end(day) and day.month == 2:
            return Fraction(31 - day.day, 360)
        return Fraction(1, 360)
    start = due_in(day, due_day)
    if start > day:
        start = due_in(day.replace(day=1) - ONE_DAY, due_day)
    return Fraction(1, 12 * (due_in(next_month(start), due_day) - start).days)


@lru_cache(maxsize=100_000)
def year_parts(name: str, due_day: str, since: date, until: date) -> Fraction:
    """What of a year the days from one to another are."""
    days = (since + n * ONE_DAY for n in range((until - since).days))
    return sum((year_part(name, due_day, day) for day in days), Fraction(0))


def walk(terms, rows, counted_by: str | None = None):
    """Go through every day of the plan. Returns the interest of each row and the principal left at the end."""
    principal, accrued = Fraction(0), Fraction(0)
    day, interests, extra = terms.start, [], 0
    for row in rows:
        while day < row.due_date:
            principal += sum(amount for when, amount in terms.disbursements if when == day)
            for payment in terms.extra_payments:
                if payment.day == day:
                    paid = min(Fraction(payment.amount_cents), principal)
                    principal, extra = principal - paid, extra + paid
            part = year_part(terms.day_count, counted_by or terms.due_day, day)
            accrued += principal * percent_on(terms.rates, day) / 100 * part
            day += ONE_DAY
        interests.append(half_up(accrued))
        accrued = Fraction(0)
        principal -= row.instalment_cents - interests[-1]
    return interests, principal, extra


def annuity(terms) -> int:
    """The equal instalment by number, solved in exact fractions from its definition."""
    dues, due = [], terms.first_due
    for _ in range(terms.instalments + len(terms.grace)):
        dues.append(due)
        due = due_in(next_month(due), terms.due_day)
    rate = percent_on(terms.rates, terms.start) / 100
    worth, total, since = Fraction(1), Fraction(0), terms.start
    for due in dues:
        part, day = Fraction(0), since
        while day < due:
            part += year_part(terms.day_count, terms.due_day, day)
            day += ONE_DAY
        since = due
        if due not in terms.grace:
            worth /= 1 + rate * part
            total += worth
    return half_up(sum(amount for _, amount in terms.disbursements) / total)
