"""The repayment plan: one entrance for the calculator, the agreement, the running loan and the command line. Pure."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from lending.basics.dates import first_due_date, month_index
from lending.basics.errors import Refused
from lending.basics.money import Cents
from lending.loans.planner import Planner
from lending.loans.rows import Plan, PlanRow, Totals
from lending.loans.schedule import ROWS_MAX
from lending.loans.terms import ExtraPayment, Limits, Terms

__all__ = [
    "ExtraPayment",
    "Limits",
    "Plan",
    "PlanRow",
    "Terms",
    "Totals",
    "calculator",
    "instalment_for",
    "plan",
    "without_late_grace",
]

#: Days from the disbursement to the first due date at the least, unless a policy says otherwise.
FIRST_DUE_AFTER_DAYS = 14


def plan(terms: Terms) -> Plan:
    """Derive the plan of ``terms``, to the cent, for whoever shows or charges it.

    Equal instalments by number or by amount, or equal principal; each row's interest is rounded by itself and the
    last row takes what is left. Raises ``Refused`` for terms that lead nowhere and, where ``terms.limits`` are given:

    * ``instalment-too-small`` with ``minimum_cents`` and the ``longest_months`` that fit (keusote-2025:4.4a)
    * ``term-too-long`` with ``longest_months`` and the ``least_instalment_cents`` that fits (keusote-2025:4.2b)
    * ``instalment-below-interest`` with the ``least_instalment_cents`` that works
    """
    limits = terms.limits or Limits()
    longest, minimum = limits.term_months_max, limits.instalment_min_cents
    if terms.instalments is not None and longest is not None and terms.instalments > longest:
        raise _too_long(terms, longest, "months")
    if terms.instalments is None and terms.instalment_cents is not None and terms.instalment_cents < (minimum or 0):
        raise Refused("instalment-too-small", field="instalment", minimum_cents=minimum)
    try:
        made = Planner(terms).run()
    except Refused as refused:
        if refused.code in ("instalment-below-interest", "term-too-long"):
            raise _with_least_instalment(terms, refused) from None
        raise
    if terms.instalments is None and made.principal_rows > (longest or ROWS_MAX):
        raise _too_long(terms, longest or ROWS_MAX, "instalment")
    if terms.instalments is not None and minimum is not None and made.smallest_cents < minimum:
        raise Refused(
            "instalment-too-small",
            field="months",
            minimum_cents=minimum,
            instalment_cents=made.smallest_cents,
            longest_months=_longest(terms, minimum),
        )
    return made


def calculator(
    principal_cents: Cents,
    months: int,
    percent: Decimal,
    day_count: str,
    due_day: str,
    start: date,
    first_due_after_days: int = FIRST_DUE_AFTER_DAYS,
    limits: Limits | None = None,
) -> Plan:
    """The plan of one sum paid out on ``start`` at one rate (percent a year). Raises as ``plan``."""
    return plan(
        Terms(
            disbursements=((start, principal_cents),),
            rates=((start, percent),),
            due_day=due_day,
            first_due=first_due_date(start, due_day, first_due_after_days),
            instalments=months,
            day_count=day_count,
            limits=limits,
        )
    )


def instalment_for(terms: Terms, months: int) -> Cents:
    """The regular instalment (its smallest row, the last not counted) of the same terms over ``months`` rows.

    Grace dates that would fall after the last row are left out.
    """
    first = month_index(terms.first_due)
    grace: tuple[date, ...] = ()
    for day in sorted(terms.grace):
        if month_index(day) - first < months + len(grace):
            grace = (*grace, day)
    bare = replace(terms, instalments=months, instalment_cents=None, limits=None, grace=grace)
    return Planner(bare).run().smallest_cents


def without_late_grace(terms: Terms) -> Terms:
    """The terms of what is left of a loan, without grace months that would come after its end.

    Where money has come early there is less to rest from: those months fall away, and no payment is refused for them.
    """
    if not terms.grace:
        return terms
    try:
        plan(terms)
    except Refused as refused:
        if refused.code == "grace-date-not-due":
            late = refused.facts["dates"]
            return without_late_grace(replace(terms, grace=tuple(day for day in terms.grace if day not in late)))
    return terms


def _longest(terms: Terms, minimum: Cents) -> int:
    """The most rows whose regular instalment is at least ``minimum``; one row always fits."""
    assert terms.instalments is not None
    fits, too_many = 1, terms.instalments
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        if instalment_for(terms, middle) >= minimum:
            fits = middle
        else:
            too_many = middle
    return fits


def _too_long(terms: Terms, longest: int, field: str) -> Refused:
    least = _least_instalment(terms, longest)
    return Refused("term-too-long", field=field, longest_months=longest, least_instalment_cents=least)


def _with_least_instalment(terms: Terms, refused: Refused) -> Refused:
    longest = (terms.limits.term_months_max if terms.limits else None) or refused.facts.get("longest_months")
    if longest is not None:
        return _too_long(terms, longest, "instalment")
    least = refused.facts["interest_cents"] + 1
    facts = {**refused.facts, "least_instalment_cents": least}
    return Refused(refused.code, field=refused.field, **facts)


def _least_instalment(terms: Terms, longest: int) -> Cents:
    """The least instalment by which the plan ends within ``longest`` rows of principal."""
    bare = replace(terms, instalments=None, limits=None, instalment_cents=None)
    by_number = Planner(replace(bare, instalments=longest)).run()
    least = by_number.instalment_cents
    if terms.instalments is not None or terms.method == "equal_principal":
        return least
    # By number the last row may be a little larger than the others; by amount it may not.
    while Planner(replace(bare, instalment_cents=least)).run().principal_rows > longest:
        least += 1
    return least
