"""``vakaa acceleration-test``: the test of Act 1133/2002 § 8, with every figure, threshold and date."""

import sys
from typing import Any

import click

from lending.basics.errors import Refused
from lending.basics.money import euros
from lending.loans.acceleration import AccelerationTest, Judgments, Unpaid, acceleration_test
from web.commands.documents import Fields, Wrong, answer_each


@click.command("acceleration-test")
def acceleration() -> None:
    """May a credit be accelerated (§ 8)? JSON on standard input, one document a line; an answer a line."""
    sys.exit(answer_each(answer))


def answer(document: Any) -> dict[str, Any]:
    """The result for one document. Raises ``Wrong``."""
    given = Fields(document)
    credit = given.amount("credit")
    if not credit:
        raise Refused("principal-not-positive", field="credit")
    remaining = given.amount("remaining") if given.has("remaining") else None
    given.take("remaining", None)
    day = given.day("day")
    unpaid = [_unpaid(each, n) for n, each in enumerate(given.objects("instalments"), start=1)]
    has_term = given.flag("agreement_has_term", True)
    judgments = _judgments(given)
    given.done()
    if len({row.n for row in unpaid}) != len(unpaid):
        raise Wrong("instalment-twice", "instalments: each n can be given once.", key="instalments")
    return shown(acceleration_test(credit, remaining, unpaid, day, bool(has_term), judgments))


def shown(found: AccelerationTest) -> dict[str, Any]:
    """The result as JSON data."""
    remaining = found.remaining_cents
    return {
        "allowed": found.allowed,
        "condition": found.condition,
        "needs_judgment": list(found.needs_judgment),
        "day": found.on.isoformat(),
        "agreement_has_term": found.has_term,
        "credit": euros(found.original_cents),
        "remaining": None if remaining is None else euros(remaining),
        "overdue": euros(found.overdue_cents),
        "counted": euros(found.counted_cents),
        "counted_instalments": sum(row.counted for row in found.instalments),
        "thresholds": {
            "one_instalment": {"percent": "10", "amount": euros(found.one_instalment_cents)},
            "several_instalments": {"percent": "5", "amount": euros(found.several_instalments_cents)},
            "whole_claim": {"amount": None if remaining is None else euros(remaining)},
        },
        "more_counts_on": found.more_counts_on.isoformat() if found.more_counts_on else None,
        "instalments": [
            {
                "n": row.n,
                "due_date": row.due_date.isoformat(),
                "unpaid": euros(row.unpaid_cents),
                "month_overdue_on": row.month_overdue_on.isoformat(),
                "counted": row.counted,
            }
            for row in found.instalments
        ],
    }


def _unpaid(given: Fields, n: int) -> Unpaid:
    found = Unpaid(given.whole("n", n), given.day("due_date"), given.amount("unpaid"))
    given.done()
    return found


def _judgments(given: Fields) -> Judgments:
    value = given.take("judgments", None)
    if value is None:
        return Judgments()
    judged = Fields(value, "judgments")
    names = ("other_breach", "beyond_control", "unreasonable_to_lender")
    found = Judgments(**{name: judged.flag(name, None) for name in names})
    judged.done()
    return found
