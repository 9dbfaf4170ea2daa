"""Payments on a loan: recorded once, allocated by one rule, with the plan following an extra payment; and refunds."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from lending.basics.actor import Actor
from lending.basics.errors import Refused
from lending.basics.money import Cents
from lending.cases import authority, timeline
from lending.cases.deadlines import local_day
from lending.loans.billing import bring_as_far_as_known
from lending.loans.book import Book, locked_book
from lending.loans.model import EFFECTS, LedgerEntry, Loan
from lending.loans.plan_after import extras, follow_extras
from lending.loans.posting import Posting, booked_before, post


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment as it came: cents, the bank's value date, its reference.

    ``effect``: what the borrower wants of an extra payment (``shorten_term``, ``lower_instalment``); ``None``: what
    they have chosen for the loan, else ``shorten_term``.
    ``idempotency_key`` names the command: given twice it is booked once.
    """

    amount_cents: Cents
    value_date: date
    reference: str | None = None
    effect: str | None = None
    idempotency_key: str | None = None


def record_payment(db: Session, loan: Loan, payment: Payment, by: Actor, at: datetime) -> LedgerEntry:
    """Record a payment and return its entry; the same ``idempotency_key`` again returns the first entry.

    The oldest due instalment first, in it interest and then principal; then what is billed; the excess to principal
    by the borrower's choice, which makes a new plan. Paying early is free (Act 1133/2002 § 7). When nothing is owed
    the loan and its case close; what was paid beyond is a credit to refund, also on a loan that has closed.
    Raises ``Refused``: ``amount-not-positive``, ``value-date-in-future``, ``value-date-before-loan``,
    ``effect-unknown``, ``loan-written-off``, ``command-used``; ``NotAllowed``.
    """
    book = locked_book(db, loan)
    authority.require(db, by, "record-payment", book.case)
    if earlier := booked_before(db, book, payment.idempotency_key):
        return earlier
    effect = payment.effect or loan.extra_effect or "shorten_term"
    _check(book, replace(payment, effect=effect), at)
    bring_as_far_as_known(db, book, local_day(at), at)
    before = extras(book, local_day(at))
    posting = Posting(
        kind="payment",
        day=payment.value_date,
        amount_cents=payment.amount_cents,
        reference=payment.reference,
        effect=effect,
        idempotency_key=payment.idempotency_key,
    )
    entry, split = post(db, book, posting, by, at)
    timeline.append(
        db,
        book.case,
        "payment-recorded",
        by,
        at,
        loan_id=loan.id,
        amount_cents=payment.amount_cents,
        value_date=payment.value_date,
        principal_cents=split.principal_cents,
        interest_cents=split.interest_cents,
        extra_cents=split.extra_cents,
        credit_cents=split.credit_cents,
    )
    follow_extras(db, book, before, effect, "extra-payment", by, at)
    return entry


def record_refund(
    db: Session,
    loan: Loan,
    value_date: date,
    by: Actor,
    at: datetime,
    reference: str | None = None,
    idempotency_key: str | None = None,
    shown_cents: Cents | None = None,
) -> LedgerEntry:
    """Record that the whole credit has been paid back to the borrower on ``value_date``.

    ``shown_cents``: the credit that was shown to whoever paid it back. The same ``idempotency_key`` again returns the
    first entry. Raises ``NotAllowed``; ``Refused``: ``no-credit``, ``credit-changed``, ``value-date-in-future``,
    ``value-date-before-loan``, ``value-date-before-credit``.
    """
    book = locked_book(db, loan)
    authority.require(db, by, "disburse", book.case)
    if earlier := booked_before(db, book, idempotency_key):
        return earlier
    _check_day(book, value_date, at)
    if loan.credit_balance_cents <= 0:
        raise Refused("no-credit")
    if shown_cents not in (None, loan.credit_balance_cents):
        raise Refused("credit-changed", amount_cents=loan.credit_balance_cents)
    if value_date < (since := _credit_since(book)):
        raise Refused("value-date-before-credit", field="value_date", since=since)
    posting = Posting(
        "refund",
        value_date,
        amount_cents=loan.credit_balance_cents,
        reference=reference,
        idempotency_key=idempotency_key,
    )
    amount_cents = loan.credit_balance_cents
    entry, _ = post(db, book, posting, by, at)
    facts = {"loan_id": loan.id, "amount_cents": amount_cents, "value_date": value_date}
    timeline.append(db, book.case, "refund-recorded", by, at, **facts)
    return entry


def _credit_since(book: Book) -> date:
    """The day since which the borrower has had the whole credit: nobody pays back what has not come yet."""
    whole = book.loan.credit_balance_cents
    credits = [(entry.value_date, entry.credit_cents) for entry in book.entries if entry.credit_cents]
    return max(day for day, _cents in credits if sum(cents for before, cents in credits if before < day) < whole)


def _check(book: Book, payment: Payment, at: datetime) -> None:
    if payment.amount_cents <= 0:
        raise Refused("amount-not-positive", field="amount")
    if payment.effect not in EFFECTS:
        raise Refused("effect-unknown", field="effect")
    if book.is_written_off:
        raise Refused("loan-written-off")
    _check_day(book, payment.value_date, at)


def _check_day(book: Book, day: date, at: datetime) -> None:
    if day > local_day(at):
        raise Refused("value-date-in-future", field="value_date", today=local_day(at))
    if day < book.loan.started_on:
        raise Refused("value-date-before-loan", field="value_date", started_on=book.loan.started_on)
