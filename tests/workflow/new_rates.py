"""Reference rates for tests that change them: those of the files with some rows put in others' place."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from lending.policy.figures import Figure, Figures


def with_rate(figures: Figures, since: date, percent: str) -> Figures:
    """The figures with a reference rate of ``percent`` for the half-year that begins on ``since``."""
    until = date(since.year, 6, 30) if since.month == 1 else date(since.year, 12, 31)
    row = Figure(Decimal(percent), since, until, "official", "a test")
    others = [each for each in figures.rates if each.valid_from != since]
    return with_rows(figures, [*others, row])


def until(figures: Figures, day: date) -> Figures:
    """The figures as they are known before the rates after ``day`` have been told."""
    known = [each for each in figures.rates if each.valid_from <= day]
    return with_rows(figures, [*known[:-1], replace(known[-1], valid_until=day)])


def with_rows(figures: Figures, rows: list[Figure]) -> Figures:
    """The figures with these reference rates."""
    return Figures(
        rates=sorted(rows, key=lambda row: row.valid_from),
        debt_adjustment=figures.debt_adjustment_norms,
        social_assistance=figures.social_assistance_norms,
        pension_index=(),
        allow_unconfirmed=figures.allow_unconfirmed,
    )


def before(day: date) -> date:
    """The day before."""
    return day - timedelta(days=1)
