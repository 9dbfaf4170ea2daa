"""What is left of a loan, from what is kept beside its balances: no history is read. Pure.

Only for a loan of which no billed row is open. It finds what ``lending.loans.ahead.rest_of`` finds from the history; a
test holds them to the same.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from lending.basics.money import Cents
from lending.loans.ahead import due_of
from lending.loans.interest import Interest, day_count
from lending.loans.plan import without_late_grace
from lending.loans.terms import Terms


@dataclass(frozen=True, slots=True)
class Kept:
    """What a loan keeps of its standing, in cents, and what is known of its billed rows.

    ``last_n`` and ``last_due`` are of the last row billed; ``done`` counts the billed rows with principal that the plan
    version in force covers.
    """

    stands_on: date
    charged_until: date
    accrued: Fraction
    principal_cents: Cents
    interest_cents: Cents
    last_n: int
    last_due: date | None
    done: int


def rest_of_kept(kept: Kept, terms: Terms, on: date) -> Terms | None:
    """The terms of the rows not yet billed as they look on the day; ``None`` when nothing is left to plan."""
    n = max(terms.first_n, kept.last_n + 1)
    first_due = due_of(terms, n)
    start = min(on, first_due - timedelta(days=1))
    if kept.last_due is not None:
        start = max(start, kept.last_due)
    carried = kept.accrued + kept.interest_cents
    if kept.principal_cents:
        interest = Interest(terms.rates, day_count(terms.day_count, terms.counting_day))
        carried += interest.exact(kept.principal_cents, kept.stands_on, start)
    if kept.principal_cents == 0 and carried < Fraction(1, 2):
        return None
    rows_left = (terms.instalments or 0) - kept.done
    rest = replace(
        terms,
        disbursements=((start, kept.principal_cents),),
        first_due=first_due,
        instalments=max(rows_left, 1),
        grace=tuple(day for day in terms.grace if day >= first_due) if rows_left > 0 else (),
        first_n=n,
        carried=carried,
        carried_from=kept.charged_until,
    )
    return without_late_grace(rest)
