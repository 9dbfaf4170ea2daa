"""Proof that the books hold: what is kept equals the ledger, the ledger keeps its rules, papers are unchanged.

Each check is one query that the database answers as of one moment, and finds are handed on as they come: the memory
it takes does not grow with the loans. ``derived_again`` goes further and derives every loan anew from what happened.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func, or_, select, text
from sqlalchemy.orm import Session, aliased

from lending.cases.model import Case, FrozenDocument
from lending.loans import verify_fund, verify_rows
from lending.loans.book import Book, books_of
from lending.loans.model import Agreement, Disbursement, LedgerEntry, Loan
from lending.loans.replay import replay

#: Rows or loans read at a time.
AT_A_TIME = 1000

Query = Select[*tuple[Any, ...]]

#: Tables whose rows neither change nor go: the database itself must say so.
GUARDED = ("fund_entry", "ledger_entry", "billed_row", "plan_version", "disbursement", "event", "frozen_document")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that does not hold: a code, where (the case's number where it has one), and the figures."""

    code: str
    case: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def faults(db: Session) -> Iterator[Fault]:
    """Everything that does not hold of loans and frozen documents, as it is found. Nothing is written.

    Codes: ``principal-differs``, ``interest-differs``, ``credit-differs``, ``balance-negative``, ``closed-and-owed``,
    ``case-not-as-loan``, ``paid-out-differs``, ``next-step-missing``, ``entry-wrong``, ``entry-after-write-off``,
    ``reversal-wrong``, ``reversed-twice``, ``negative-on-day``, ``row-wrong``, ``plan-missing``, ``plan-wrong``,
    ``document-changed``, ``agreement-changed``, ``guard-missing``, ``fund-principal-differs``,
    ``fund-granted-differs``, ``fund-reserved-differs``, ``fund-elsewhere``.
    """
    yield from _balances(db)
    yield from _entries(db)
    for code, query in (verify_rows.CHECKS | verify_fund.CHECKS).items():
        for found in _streamed(db, query):
            facts = {name: value for name, value in found._mapping.items() if name != "case_number"}
            yield Fault(code, found.case_number, facts)
    yield from _documents(db)
    yield from _guards(db)


def derived_again(db: Session) -> Iterator[Fault]:
    """Every loan derived anew from what happened to it, against what its ledger says and what it keeps.

    Codes: ``standing-differs`` with what differs. Slower: it reads every entry into the program.
    """
    ids = list(db.scalars(_ids_after()))
    while ids:
        for book in books_of(db, ids):
            if differences := _differences(book):
                yield Fault("standing-differs", book.case.number, differences)
        ids = list(db.scalars(_ids_after(ids[-1])))


def _ids_after(last: UUID | None = None) -> Select[UUID]:
    """The ids of the next loans, a few at a time: a book is long."""
    query = select(Loan.id).order_by(Loan.id).limit(AT_A_TIME // 10)
    return query if last is None else query.where(Loan.id > last)


def _differences(book: Book) -> dict[str, Any]:
    loan = book.loan
    standing = replay(book.history(), loan.stands_on)
    pairs = {
        "principal_cents": (loan.principal_balance_cents, standing.principal_cents),
        "interest_cents": (loan.interest_balance_cents, standing.interest_cents),
        "credit_cents": (loan.credit_balance_cents, standing.credit_cents),
        "charged_until": (loan.charged_until, standing.charged_until),
        "accrued": (loan.accrued, standing.accrued),
        "open_cents": (loan.open_cents, sum(row.open_cents for row in standing.rows)),
        "charged_cents": (
            sum(cents for cents, _ in book.booked_charges().values()),
            sum(charge.cents for charge in standing.charges),
        ),
        "closed": (loan.state == "closed", standing.is_settled),
    }
    return {name: f"{kept} instead of {derived}" for name, (kept, derived) in pairs.items() if kept != derived}


def _streamed(db: Session, query: Query) -> Iterator[Any]:
    yield from db.execute(query.execution_options(yield_per=AT_A_TIME))


def _balances(db: Session) -> Iterator[Fault]:
    entry = LedgerEntry
    paid_out = case((entry.kind == "disbursement", entry.principal_cents), else_=0)
    sums = (
        select(
            entry.loan_id,
            func.sum(entry.principal_cents).label("principal"),
            func.sum(entry.interest_cents).label("interest"),
            func.sum(entry.credit_cents).label("credit"),
            func.sum(paid_out).label("paid_out"),
        )
        .group_by(entry.loan_id)
        .subquery()
    )
    disbursed = (
        select(Disbursement.loan_id, func.sum(Disbursement.amount_cents).label("disbursed"))
        .group_by(Disbursement.loan_id)
        .subquery()
    )
    query = (
        select(
            Case.number,
            Case.state.label("case_state"),
            Loan.state,
            Loan.principal_cents,
            Loan.principal_balance_cents,
            Loan.interest_balance_cents,
            Loan.credit_balance_cents,
            Loan.next_step_on,
            Agreement.principal_cents.label("agreed"),
            func.coalesce(sums.c.principal, 0).label("principal"),
            func.coalesce(sums.c.interest, 0).label("interest"),
            func.coalesce(sums.c.credit, 0).label("credit"),
            func.coalesce(sums.c.paid_out, 0).label("paid_out"),
            func.coalesce(disbursed.c.disbursed, 0).label("disbursed"),
        )
        .select_from(Loan)
        .join(Case, Case.id == Loan.case_id)
        .join(Agreement, Agreement.id == Loan.agreement_id)
        .outerjoin(sums, sums.c.loan_id == Loan.id)
        .outerjoin(disbursed, disbursed.c.loan_id == Loan.id)
    )
    for found in _streamed(db, query):
        for code, facts in _balance_faults(found):
            yield Fault(code, found.number, facts)


def _balance_faults(found: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    kept = {
        "principal": found.principal_balance_cents,
        "interest": found.interest_balance_cents,
        "credit": found.credit_balance_cents,
    }
    ledger = {name: int(getattr(found, name)) for name in kept}
    for name, cents in kept.items():
        if cents != ledger[name]:
            yield f"{name}-differs", {"kept_cents": cents, "ledger_cents": ledger[name]}
    if min(ledger.values()) < 0:
        yield "balance-negative", {f"{name}_cents": cents for name, cents in ledger.items()}
    if found.state == "closed" and any(ledger.values()):
        yield "closed-and-owed", {f"{name}_cents": cents for name, cents in ledger.items()}
    if found.case_state != found.state:
        yield "case-not-as-loan", {"case": found.case_state, "loan": found.state}
    if len({found.principal_cents, found.agreed, int(found.paid_out), int(found.disbursed)}) > 1:
        yield (
            "paid-out-differs",
            {
                "loan_cents": found.principal_cents,
                "agreed_cents": found.agreed,
                "ledger_cents": int(found.paid_out),
                "disbursed_cents": int(found.disbursed),
            },
        )
    if found.state == "running" and ledger["principal"] > 0 and found.next_step_on is None:
        yield "next-step-missing", {"principal_cents": ledger["principal"]}


def _entries(db: Session) -> Iterator[Fault]:
    """Entries with a wrong sign or day, and reversals that are not the opposite of a first of the same loan."""
    first = aliased(LedgerEntry)
    named = (
        select(LedgerEntry, first, Case.number)
        .join(first, first.id == LedgerEntry.reverses_id)
        .join(Loan, Loan.id == LedgerEntry.loan_id)
        .join(Case, Case.id == Loan.case_id)
        .where(
            or_(
                LedgerEntry.loan_id != first.loan_id,
                LedgerEntry.id <= first.id,
                LedgerEntry.value_date != first.value_date,
                (LedgerEntry.kind == "reversal")
                & or_(
                    first.kind.not_in(("payment", "refund")),
                    LedgerEntry.principal_cents != -first.principal_cents,
                    LedgerEntry.interest_cents != -first.interest_cents,
                    LedgerEntry.credit_cents != -first.credit_cents,
                ),
            )
        )
    )
    for entry, other, number in _streamed(db, named):
        yield Fault("reversal-wrong", number, {"entry": entry.id, "kind": entry.kind, "first": other.id})


def _documents(db: Session) -> Iterator[Fault]:
    documents = select(
        FrozenDocument.id, FrozenDocument.sha256, FrozenDocument.html, FrozenDocument.kind, Case.number
    ).join(Case, Case.id == FrozenDocument.case_id)
    for found in _streamed(db, documents):
        if hashlib.sha256(found.html.encode()).hexdigest() != found.sha256:
            yield Fault("document-changed", found.number, {"document": str(found.id), "kind": found.kind})
    agreed = (
        select(Agreement.id, Agreement.number.label("offer"), Case.number)
        .join(Case, Case.id == Agreement.case_id)
        .outerjoin(FrozenDocument, FrozenDocument.id == Agreement.document_id)
        .where(
            Agreement.document_id.is_not(None),
            or_(FrozenDocument.id.is_(None), FrozenDocument.sha256 != Agreement.document_sha256),
        )
    )
    for found in _streamed(db, agreed):
        yield Fault("agreement-changed", found.number, {"agreement": str(found.id), "offer": found.offer})


def _guards(db: Session) -> Iterator[Fault]:
    """Triggers that refuse changes and are not there, or are switched off."""
    if db.get_bind().dialect.name == "postgresql":
        triggers = "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')"
    else:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    there = {name.lower() for (name,) in db.execute(text(triggers))}
    for table in GUARDED:
        for act in ("update", "delete"):
            if f"{table}_no_{act}" not in there:
                yield Fault("guard-missing", facts={"table": table, "act": act})
