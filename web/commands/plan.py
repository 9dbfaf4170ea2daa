"""``vakaa plan``: a repayment plan for every JSON document, by the engine that makes every other plan here."""

import sys
from typing import Any

import click

from lending.basics.dates import first_due_date
from lending.basics.money import euros
from lending.loans.plan import FIRST_DUE_AFTER_DAYS, ExtraPayment, Limits, Plan, Terms
from lending.loans.plan import plan as plan_of
from web.commands.documents import Fields, Wrong, answer_each

DAY_COUNTS = ("actual/365", "actual/360", "30E/360", "rate/12")
METHODS = ("equal_instalment", "equal_principal")
ON_RATE_CHANGE = ("instalment", "term")
EFFECTS = ("shorten_term", "lower_instalment")


@click.command()
def plan() -> None:
    """Repayment plans. JSON on standard input, one document a line; an answer a line, in the same order."""
    sys.exit(answer_each(answer))


def answer(document: Any) -> dict[str, Any]:
    """The plan that a document asks for. Raises ``Wrong`` for a document that is not right, ``Refused`` as ``plan``."""
    return shown(plan_of(terms_of(Fields(document))))


def terms_of(given: Fields) -> Terms:
    """The terms that a document gives. Raises ``Wrong``."""
    disbursements = _disbursements(given)
    start = min(day for day, _ in disbursements)
    due_day = _due_day(given)
    first_due = given.day("first_due") if given.has("first_due") else None
    given.take("first_due", None)
    instalments = given.whole("instalments", None)
    instalment = given.amount("instalment") if given.has("instalment") else None
    given.take("instalment", None)
    if (instalments is None) == (instalment is None):
        raise Wrong("instalments-or-instalment", "Give either instalments (how many) or instalment (how much).")
    terms = Terms(
        disbursements=disbursements,
        rates=_rates(given),
        due_day=due_day,
        first_due=first_due or first_due_date(start, due_day, FIRST_DUE_AFTER_DAYS),
        instalments=instalments,
        instalment_cents=instalment,
        method=given.choice("method", METHODS, METHODS[0]),
        day_count=given.choice("day_count", DAY_COUNTS, DAY_COUNTS[0]),
        on_rate_change=given.choice("on_rate_change", ON_RATE_CHANGE, ON_RATE_CHANGE[0]),
        grace=tuple(given.as_day(each, "grace") for each in given.items("grace")),
        extra_payments=_extra_payments(given),
        limits=_limits(given),
    )
    given.done()
    return terms


def shown(made: Plan) -> dict[str, Any]:
    """The plan as JSON data."""
    totals = made.totals
    return {
        "instalment": euros(made.instalment_cents),
        "rows": [
            {
                "n": n,
                "due_date": due.isoformat(),
                "days": days,
                "opening": euros(opening),
                "interest": euros(interest),
                "principal": euros(principal),
                "instalment": euros(instalment),
                "closing": euros(closing),
                "kind": kind,
            }
            for n, due, days, opening, interest, principal, instalment, closing, kind in made.rows
        ],
        "totals": {
            "rows": totals.rows,
            "principal": euros(totals.principal_cents),
            "interest": euros(totals.interest_cents),
            "instalment": euros(totals.instalment_cents),
            "extra_payments": euros(totals.extra_cents),
        },
    }


def _disbursements(given: Fields) -> tuple[tuple[Any, int], ...]:
    if not given.has("disbursements"):
        given.take("disbursements", None)
        return ((given.day("disbursed"), given.amount("principal")),)
    if given.has("principal") or given.has("disbursed"):
        raise Wrong("principal-or-disbursements", "Give either principal and disbursed, or disbursements.")
    given.take("principal", None)
    given.take("disbursed", None)
    found = []
    for each in given.objects("disbursements"):
        found.append((each.day("date"), each.amount("amount")))
        each.done()
    if not found:
        raise Wrong("key-missing", "disbursements is empty.", key="disbursements")
    return tuple(found)


def _due_day(given: Fields) -> str:
    value = given.take("due_day")
    text = str(value) if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)) else ""
    if text == "last" or (text.isascii() and text.isdigit() and len(text) <= 2 and 1 <= int(text) <= 31):
        return text if text == "last" else str(int(text))
    raise Wrong("due-day-invalid", 'due_day must be "last" or a day of the month from 1 to 31.', key="due_day")


def _rates(given: Fields) -> tuple[tuple[Any, Any], ...]:
    found = []
    for each in given.objects("rates"):
        found.append((each.day("from"), each.percent("percent")))
        each.done()
    if not found:
        raise Wrong("key-missing", "rates is missing: give at least one rate with its first day.", key="rates")
    return tuple(found)


def _extra_payments(given: Fields) -> tuple[ExtraPayment, ...]:
    found = []
    for each in given.objects("extra_payments"):
        found.append(ExtraPayment(each.day("date"), each.amount("amount"), each.choice("effect", EFFECTS, EFFECTS[0])))
        each.done()
    return tuple(found)


def _limits(given: Fields) -> Limits | None:
    value = given.take("limits", None)
    if value is None:
        return None
    limits = Fields(value, "limits")
    least = limits.amount("instalment_min") if limits.has("instalment_min") else None
    limits.take("instalment_min", None)
    found = Limits(instalment_min_cents=least, term_months_max=limits.whole("term_months_max", None))
    limits.done()
    return found
