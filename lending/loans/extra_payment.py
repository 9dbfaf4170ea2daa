"""What a payment beyond the bills would do to a running loan, before it is paid. Pure: the book is only read."""

from dataclasses import dataclass, replace
from datetime import date

from lending.basics.errors import Refused
from lending.basics.money import Cents
from lending.loans.ahead import Side, due_of, next_n, rest_of, rows_ahead
from lending.loans.billing_dates import bill_date
from lending.loans.book import Book
from lending.loans.model import EFFECTS
from lending.loans.plan import PlanRow
from lending.loans.planning import with_effect
from lending.loans.replay import Billed, History, Movement, replay
from lending.loans.terms import Terms


@dataclass(frozen=True)
class ExtraPreview:
    """The loan from day ``on`` without and with a payment of ``amount_cents``, which is not counted in ``after``.

    ``billed_cents`` of the payment go to what has been billed by then, ``extra_cents`` shorten the loan or lower the
    instalment, ``credit_cents`` are more than all that is owed. ``interest_cents`` of the sides is what is still to be
    paid in interest from that day on. ``rows`` are those of the plan after it; none where the loan ends.
    """

    on: date
    amount_cents: Cents
    billed_cents: Cents
    extra_cents: Cents
    credit_cents: Cents
    before: Side
    after: Side
    rows: tuple[PlanRow, ...]

    @property
    def saved_cents(self) -> Cents:
        """How much less interest is paid in all."""
        return self.before.interest_cents - self.after.interest_cents

    @property
    def pays_off(self) -> bool:
        """Whether nothing is left to pay."""
        return self.after.instalment_cents == 0


def preview_extra(book: Book, amount_cents: Cents, effect: str, on: date, today: date) -> ExtraPreview:
    """What a payment of ``amount_cents`` on day ``on`` would do; what falls due before it is taken as paid.

    Raises ``Refused``: ``amount-not-positive``, ``effect-unknown``, ``extra-day-passed`` with ``today``,
    ``change-nothing-left``.
    """
    if amount_cents <= 0:
        raise Refused("amount-not-positive", field="amount")
    if effect not in EFFECTS:
        raise Refused("effect-unknown", field="effect")
    if on < today:
        raise Refused("extra-day-passed", field="on", today=today)
    terms = book.terms
    history = foreseen(book, on, today)
    rest = rest_of(history, terms, on)
    if rest is None or not rest.principal_cents:
        raise Refused("change-nothing-left")
    payment = Movement(_next_key(history), "payment", on, amount_cents=amount_cents)
    paid = replace(history, movements=(*history.movements, payment))
    split = replay(paid, on).splits[payment.key]
    left = rest_of(paid, terms, on)
    if left is not None and left.principal_cents and split.extra_cents:
        left = with_effect(left, effect, book.policy.instalment_min_cents)
    rows = rows_ahead(left)
    used = amount_cents - split.credit_cents
    return ExtraPreview(
        on=on,
        amount_cents=amount_cents,
        billed_cents=used - split.extra_cents,
        extra_cents=split.extra_cents,
        credit_cents=split.credit_cents,
        before=_side(history, rest, rows_ahead(rest), 0, history, on),
        after=_side(paid, left, rows, used, history, on),
        rows=rows,
    )


def foreseen(book: Book, on: date, today: date) -> History:
    """The history as it will be on the day: rows billed on their days, and what falls due before it paid in time."""
    terms, history = book.terms, book.history()
    while True:
        history = _paid_in_time(history, on, today)
        billed_on = bill_date(due_of(terms, next_n(history, terms)), book.policy, book.loan.started_on)
        rows = rows_ahead(rest_of(history, terms, billed_on)) if billed_on <= on else ()
        if not rows:
            return history
        first = rows[0]
        bill = Billed(first.n, first.due_date, billed_on, first.instalment_cents, first.kind)
        history = replace(history, rows=(*history.rows, bill))


def _paid_in_time(history: History, on: date, today: date) -> History:
    if on <= today:
        return history
    key = _next_key(history)
    hoped: list[Movement] = []
    for row in replay(history, on).open_rows():
        if row.due_date < on:
            hoped.append(Movement(key + len(hoped), "payment", max(row.due_date, today), amount_cents=row.open_cents))
    return replace(history, movements=(*history.movements, *hoped))


def _next_key(history: History) -> int:
    return max(movement.key for movement in history.movements) + 1


def _side(
    history: History, rest: Terms | None, rows: tuple[PlanRow, ...], paid: Cents, before: History, on: date
) -> Side:
    """All that is paid from the day on, less the principal as it was before the payment, is interest."""
    still_billed = replay(history, on).open_rows()
    to_pay = paid + sum(row.open_cents for row in still_billed) + sum(row.instalment_cents for row in rows)
    dates = [on, *(row.due_date for row in still_billed), *(row.due_date for row in rows)]
    return Side(
        instalment_cents=(rest.instalment_cents or rows[0].instalment_cents) if rest else 0,
        last_due=max(dates) if rows or still_billed else on,
        interest_cents=to_pay - replay(before, on).principal_cents,
    )
