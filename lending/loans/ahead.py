"""The rows of a running loan that are still to come, derived from where it stands and the terms of its plan. Pure."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from lending.basics.dates import due_date, month_index
from lending.basics.money import Cents, round_ratio
from lending.loans.plan import PlanRow, Terms, plan, without_late_grace
from lending.loans.replay import History, Movement, Standing, replay


@dataclass(frozen=True, slots=True)
class Side:
    """The rest of the loan before or after a change: instalment, last due date, and the interest still to come."""

    instalment_cents: Cents
    last_due: date
    interest_cents: Cents


def side_of(rest: Terms | None) -> Side | None:
    """The side of what ``rest_of`` found; ``None`` where nothing is left to pay."""
    rows = rows_ahead(rest)
    if rest is None or not rows:
        return None
    interest = sum(row.interest_cents for row in rows)
    return Side(rest.instalment_cents or rows[0].instalment_cents, rows[-1].due_date, interest)


def due_of(terms: Terms, n: int) -> date:
    """The due date of row ``n``: its own month's, counted from the first row of the terms."""
    if n == terms.first_n:
        return terms.first_due
    return due_date(month_index(terms.first_due) + n - terms.first_n, terms.due_day)


def next_n(history: History, terms: Terms) -> int:
    """The number of the first row that is not yet billed."""
    return max([terms.first_n, *(row.n + 1 for row in history.rows)])


def as_hoped(history: History, terms: Terms, on: date) -> Standing:
    """The standing with all that is billed paid: what is overdue on day ``on``, the rest on their due dates."""
    as_of = min(on, due_of(terms, next_n(history, terms)) - timedelta(days=1))
    known = tuple(moved for moved in history.movements if moved.day <= as_of)
    paid = _all_paid(replace(history, movements=known), as_of)
    return replay(paid, max([as_of, *(row.due_date for row in history.rows)]))


def rest_of(history: History, terms: Terms, on: date) -> Terms | None:
    """The terms of the rows not yet billed, as they look on day ``on``; ``None`` when nothing is left to plan.

    Stands on ``as_hoped``. The instalment of ``terms`` is kept; the last row takes what is left.
    """
    hoped = as_hoped(history, terms, on)
    if hoped.owed_cents == 0:
        return None
    n = next_n(history, terms)
    first_due = due_of(terms, n)
    done = sum(row.kind != "grace" for row in history.rows if row.n >= terms.first_n)
    rows_left = (terms.instalments or 0) - done
    rest = replace(
        terms,
        disbursements=((hoped.on, hoped.principal_cents),),
        first_due=first_due,
        # Where everything has been billed, what is left is the interest of the days that instalments were late.
        instalments=max(rows_left, 1),
        grace=tuple(day for day in terms.grace if day >= first_due) if rows_left > 0 else (),
        first_n=n,
        carried=hoped.accrued + hoped.interest_cents,
        carried_from=hoped.charged_until,
    )
    return without_late_grace(rest)


def rows_ahead(rest: Terms | None) -> tuple[PlanRow, ...]:
    """The rows of what ``rest_of`` found."""
    if rest is None:
        return ()
    if rest.principal_cents == 0:
        return _interest_only(rest)
    return plan(rest).rows


def _interest_only(rest: Terms) -> tuple[PlanRow, ...]:
    interest = round_ratio(rest.carried.numerator, rest.carried.denominator)
    if interest == 0:
        return ()
    days = (rest.first_due - (rest.carried_from or rest.start)).days
    return (PlanRow(rest.first_n, rest.first_due, days, 0, interest, 0, interest, 0, "last"),)


def _all_paid(history: History, on: date) -> History:
    """The history as if every open row were paid: the overdue on day ``on``, the others on their due dates."""
    key = max(movement.key for movement in history.movements)
    hoped = []
    for row in replay(history, on).open_rows():
        key += 1
        hoped.append(Movement(key, "payment", max(row.due_date, on), amount_cents=row.open_cents))
    return replace(history, movements=(*history.movements, *hoped))
