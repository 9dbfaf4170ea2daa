"""Terms of every loan that there can be, for tests that hold over the whole product range."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from lending.basics.dates import due_dates, first_due_date
from lending.loans.plan import ExtraPayment, Limits, Terms

DAY_COUNTS = ("actual/365", "actual/360", "30E/360", "rate/12")
PERCENTS = st.integers(0, 600).map(lambda hundredths: Decimal(hundredths) / 100)


@st.composite
def some_terms(draw, busy=True, max_months=96):
    """Terms over the whole product range; ``busy``: with new rates, grace, extra payments, a second disbursement."""
    start = draw(st.dates(date(2020, 1, 1), date(2035, 12, 31)))
    due_day = draw(st.sampled_from(["15", "last"]))
    first_due = first_due_date(start, due_day, draw(st.integers(1, 45)))
    months = draw(st.integers(3, max_months))
    by_amount = draw(st.booleans())
    principal = draw(st.integers(200_00, 10_000_00))
    bare = Terms(
        disbursements=((start, principal),),
        rates=((start, draw(PERCENTS)),),
        due_day=due_day,
        first_due=first_due,
        instalments=None if by_amount else months,
        instalment_cents=draw(st.integers(20_00, 400_00)) if by_amount else None,
        method="equal_instalment" if by_amount else draw(st.sampled_from(["equal_instalment", "equal_principal"])),
        day_count=draw(st.sampled_from(DAY_COUNTS)),
        on_rate_change=draw(st.sampled_from(["instalment", "term"])),
    )
    if not busy:
        return bare
    days = st.integers(1, 30 * months).map(lambda days: start + timedelta(days=days))
    early = st.integers(0, max(0, (first_due - start).days - 1)).map(lambda days: start + timedelta(days=days))
    changes = {day: draw(PERCENTS) for day in draw(st.sets(days, max_size=4))}
    grace = draw(st.sets(st.sampled_from(due_dates(first_due, due_day, min(months, 12))), max_size=3))
    effects = st.sampled_from(["shorten_term", "lower_instalment"])
    extra = draw(st.lists(st.builds(ExtraPayment, days, st.integers(1, 900_00), effects), max_size=2))
    more = draw(st.lists(st.tuples(early, st.integers(1_00, 3000_00)), max_size=1))
    return replace(
        bare,
        rates=(*bare.rates, *sorted(changes.items())),
        grace=tuple(sorted(grace)),
        extra_payments=tuple(extra),
        disbursements=(*bare.disbursements, *more),
        limits=draw(st.sampled_from([None, Limits(None, 96)])),
    )
