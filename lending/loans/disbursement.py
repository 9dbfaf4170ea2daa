"""Paying the loan out: to the borrower in one sum, or straight to creditors. With it the loan begins."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lending.basics.actor import Actor
from lending.basics.dates import first_due_date
from lending.basics.errors import Refused
from lending.basics.money import Cents
from lending.cases import authority, casework, notices, timeline
from lending.cases.deadlines import local_day
from lending.cases.model import Case
from lending.fund.booking import move_principal
from lending.loans.agreements import agreement_of
from lending.loans.billing import bring_book_up_to
from lending.loans.book import Book
from lending.loans.model import Agreement, Disbursement, LedgerEntry, Loan
from lending.loans.plan import Terms, plan
from lending.loans.planning import make_version
from lending.loans.rates import path_until
from lending.policy.figures import figures_of
from lending.policy.policies import Policy


@dataclass(frozen=True, slots=True)
class Payee:
    """A sum and who it is paid to: the borrower, or the creditor ``creditor_name`` with the debt's reference.

    ``iban`` is the account, without spaces.
    """

    amount_cents: Cents
    creditor_name: str | None = None
    reference: str | None = None
    iban: str | None = None

    @property
    def kind(self) -> str:
        return "creditor" if self.creditor_name else "borrower"


def payee_kind(policy: Policy, purpose: str) -> str:
    """Who a loan for the purpose is paid to: ``borrower`` or ``creditor`` (keusote-2025:4.4b)."""
    return "creditor" if policy.purposes[purpose].payee == "creditors" else "borrower"


def record_disbursement(
    db: Session, case: Case, payees: Iterable[Payee], value_date: date, by: Actor, at: datetime
) -> Loan:
    """Record that the whole amount has been paid out on ``value_date``, and begin the loan with its first plan.

    Raises ``Refused``: ``disbursement-not-whole``, ``amount-not-positive``, ``payee-wrong``, ``one-sum-to-borrower``,
    ``value-date-in-future``, ``value-date-before-agreement``, ``not-in-this-state``; ``NotAllowed``.
    """
    policy = authority.require(db, by, "disburse", case)
    casework.move(db, case, "disburse", at)
    agreement = agreement_of(db, case)
    paid = list(payees)
    _check(agreement, policy, paid)
    _check_day(agreement, value_date, at)
    loan = _loan(db, case, agreement, value_date)
    book = Book(loan, case, policy, entries=[], rows=[], versions=[])
    for number, payee in enumerate(paid, start=1):
        _pay(db, book, payee, value_date, f"disbursement:{agreement.id}:{number}", by, at)
    make_version(db, book, _terms(db, agreement, policy, value_date), "disbursement", agreement.id, by, at)
    facts = {"loan_id": loan.id, "amount_cents": loan.principal_cents, "value_date": value_date}
    timeline.append(db, case, "credit-disbursed", by, at, **facts)
    notices.queue(db, case, "credit-disbursed", at, **facts)
    bring_book_up_to(db, book, local_day(at), at)
    return loan


def first_due_if_paid(agreement: Agreement, policy: Policy, value_date: date) -> date:
    """The first due date of a loan that is paid out on ``value_date``: the agreement's, or a later one."""
    return max(agreement.first_due_on, first_due_date(value_date, agreement.due_day, policy.first_due_after_days))


def disbursements_of(db: Session, loan: Loan) -> list[Disbursement]:
    """The sums the loan was paid out in, in the order they were recorded."""
    query = select(Disbursement).where(Disbursement.loan_id == loan.id)
    return list(db.scalars(query.order_by(Disbursement.recorded_at, Disbursement.creditor_name, Disbursement.id)))


def _check(agreement: Agreement, policy: Policy, paid: list[Payee]) -> None:
    expected = payee_kind(policy, agreement.purpose)
    if any(payee.amount_cents <= 0 for payee in paid):
        raise Refused("amount-not-positive", field="amount")
    total = sum(payee.amount_cents for payee in paid)
    if total != agreement.principal_cents:
        raise Refused(
            "disbursement-not-whole", field="amount", expected_cents=agreement.principal_cents, given_cents=total
        )
    if any(payee.kind != expected for payee in paid):
        raise Refused("payee-wrong", field="creditor_name", payee=expected, clause=policy.cite_governing("payee"))
    if expected == "borrower" and len(paid) > 1:
        raise Refused("one-sum-to-borrower", field="amount", clause=policy.cite_governing("payee"))


def _check_day(agreement: Agreement, day: date, at: datetime) -> None:
    assert agreement.concluded_at is not None
    if day > local_day(at):
        raise Refused("value-date-in-future", field="value_date", today=local_day(at))
    if day < local_day(agreement.concluded_at):
        raise Refused("value-date-before-agreement", field="value_date", concluded_on=local_day(agreement.concluded_at))


def _loan(db: Session, case: Case, agreement: Agreement, value_date: date) -> Loan:
    loan = Loan(
        case_id=case.id,
        agreement_id=agreement.id,
        organisation=case.organisation,
        policy=agreement.policy,
        citizen_id=case.citizen_id,
        state="running",
        principal_cents=agreement.principal_cents,
        principal_balance_cents=agreement.principal_cents,
        due_day=agreement.due_day,
        day_count=agreement.day_count,
        started_on=value_date,
        stands_on=value_date,
        charged_until=value_date,
        next_step_on=value_date,
    )
    db.add(loan)
    db.flush()
    return loan


def _pay(db: Session, book: Book, payee: Payee, value_date: date, key: str, by: Actor, at: datetime) -> None:
    assert by.id is not None
    paid = Disbursement(
        loan_id=book.loan.id,
        payee=payee.kind,
        creditor_name=payee.creditor_name,
        iban=payee.iban,
        reference=payee.reference,
        amount_cents=payee.amount_cents,
        value_date=value_date,
        recorded_at=at,
        recorded_by_id=by.id,
    )
    entry = LedgerEntry(
        loan_id=book.loan.id,
        kind="disbursement",
        value_date=value_date,
        booked_on=local_day(at),
        recorded_at=at,
        principal_cents=payee.amount_cents,
        interest_cents=0,
        credit_cents=0,
        reference=payee.reference,
        actor_kind=by.kind,
        actor_id=by.id,
        idempotency_key=key,
    )
    db.add_all([paid, entry])
    db.flush()
    move_principal(db, book.loan.organisation, book.case.id, entry.kind, entry.principal_cents, entry.value_date, at)
    book.entries.append(entry)


def _terms(db: Session, agreement: Agreement, policy: Policy, value_date: date) -> Terms:
    """The terms of the first plan: the agreement's, from the day the money was really paid out."""
    bare = Terms(
        disbursements=((value_date, agreement.principal_cents),),
        rates=((agreement.rate_from, agreement.rate_percent),),
        due_day=agreement.due_day,
        first_due=first_due_if_paid(agreement, policy, value_date),
        instalments=agreement.months,
        method=agreement.method,
        day_count=agreement.day_count,
        on_rate_change=policy.on_rate_change,
    )
    known = path_until(figures_of(db), policy, bare.rates, value_date)
    terms = replace(bare, rates=known)
    return replace(terms, instalment_cents=plan(terms).instalment_cents)
