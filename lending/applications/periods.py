"""What an income is told by: a month, a year where it varies, or a day of unemployment allowance. Pure; net cents."""

from decimal import Decimal
from fractions import Fraction

from lending.basics.money import Cents, round_cents

PERIODS = ("month", "year", "benefit_day")

#: Days of unemployment benefit in a month.
BENEFIT_DAYS_IN_MONTH = Decimal("21.5")

#: The incomes that are paid by such a day; other allowances count their days in other ways.
PAID_BY_BENEFIT_DAY = frozenset({"unemployment_allowance"})


def monthly_cents(told_cents: Cents, per: str) -> Cents:
    """An income told by one of ``PERIODS`` as a month's income, rounded once."""
    if per == "benefit_day":
        return monthly_from_daily(told_cents)
    return monthly_from_yearly(told_cents) if per == "year" else told_cents


def monthly_from_daily(daily_cents: Cents) -> Cents:
    """A daily unemployment benefit as a month's income: 21.5 days."""
    return round_cents(daily_cents * BENEFIT_DAYS_IN_MONTH)


def monthly_from_yearly(yearly_cents: Cents) -> Cents:
    """An irregular income as the average month of a year."""
    return round_cents(Fraction(yearly_cents, 12))
