"""How long a repayment plan takes: the calculator makes one for every question, a page of a loan one or two."""

from datetime import date
from decimal import Decimal

from lending.loans.plan import Terms, plan
from tests.bench import Measurements, bench

START = date(2026, 9, 1)
FIRST_DUE = date(2026, 9, 30)
RATE = Decimal("2.5")


@bench
def plans() -> Measurements:
    for months in (12, 60):
        terms = Terms(
            disbursements=((START, 800_000),),
            rates=((START, RATE),),
            due_day="last",
            first_due=FIRST_DUE,
            instalments=months,
        )
        yield f"plan of {months} months", lambda terms=terms: plan(terms)
