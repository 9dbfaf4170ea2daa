"""``vakaa loan``: statement, pay-off and history of one loan, as JSON. Figures by case number; never a name.

They are a person's data, so each look is written to the access log before anything is shown, by the name that the
operating system knows the reader by (703/2023 § 11). The borrower and the auditors see it there.
"""

import os
import pwd
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import wraps
from typing import Any
from uuid import uuid4

import click
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from lending.basics.errors import Refused
from lending.basics.money import euros
from lending.cases.model import Case
from lending.loans.book import Book, open_book
from lending.loans.ledger import Balances, StatementLine, fold, statement
from lending.loans.model import LedgerEntry, Loan
from lending.loans.payoff import quote
from lending.loans.replay import replay
from lending.people import access_log, staff
from lending.people.model import StaffMember
from web.clock import local
from web.commands.documents import REFUSED, Fields, Wrong, plain, told, write, wrong_of
from web.commands.starting import in_words
from web.config import Config, UnsafeStart
from web.wiring import wire

#: What the access log calls whoever works at the command line and is no member of staff by that name.
OPERATOR_TITLE = "komentorivi, kommandorad, command line"
REASON_MAX = 300


@click.group()
def loan() -> None:
    """One loan by the number of its case, as JSON."""


def answered(answer: Callable[..., dict[str, Any]]) -> Callable[..., None]:
    """Decorator: write what the command found as a line of JSON, or what was refused, with exit status 2."""

    @wraps(answer)
    def command(**given: Any) -> None:
        try:
            write(answer(**given))
        except (Wrong, Refused) as refused:
            write(told(refused if isinstance(refused, Wrong) else wrong_of(refused)))
            sys.exit(REFUSED)

    why = click.option("--reason", default="", help="Why you look, for the access log.")
    return why(in_words(command))


@loan.command("statement")
@click.argument("case")
@click.option("--on", "on", help="Up to this value date; today unless given.")
@answered
def show_statement(case: str, on: str | None, reason: str) -> dict[str, Any]:
    """Every entry in the order of value dates, with the balances after it and why they changed."""
    with _book(case, reason) as (book, today):
        day = _day(on, "--on") or today
        entries = [entry for entry in book.entries if entry.value_date <= day]
        standing = replay(book.history(), day) if entries else None
        lines = statement(entries, book.terms, standing.splits if standing else {})
        return {**_named(book, day), "lines": [_line(line) for line in lines], "balances": _balances(fold(entries))}


@loan.command("payoff")
@click.argument("case")
@click.option("--on", "on", required=True, help="The day of the payment.")
@answered
def show_payoff(case: str, on: str, reason: str) -> dict[str, Any]:
    """What pays the loan off on a day: interest to the day, never to the end of the period."""
    with _book(case, reason) as (book, _):
        day = _day(on, "--on")
        assert day is not None
        if day < book.loan.started_on:
            raise Refused("value-date-before-loan", field="on", started_on=book.loan.started_on)
        found = quote(book.history(), day)
        return {
            **_named(book, day),
            "principal": euros(found.principal_cents),
            "interest": euros(found.interest_cents),
            "accrued_from": found.accrued_from.isoformat(),
            "accrued": euros(found.accrued_cents),
            "credit": euros(found.credit_cents),
            "total": euros(found.total_cents),
        }


@loan.command("history")
@click.argument("case")
@click.option("--as-of", "as_of", required=True, help="The day whose knowledge of the ledger is shown.")
@answered
def show_history(case: str, as_of: str, reason: str) -> dict[str, Any]:
    """The ledger as it was known on a day: what had been booked by then, in the order of booking."""
    with _book(case, reason) as (book, _):
        day = _day(as_of, "--as-of")
        assert day is not None
        known = [entry for entry in book.entries if entry.booked_on <= day]
        return {
            **_named(book, day),
            "entries": [_entry(entry) for entry in known],
            "balances": _balances(fold(known)),
        }


@contextmanager
def _book(number: str, reason: str) -> Iterator[tuple[Book, date]]:
    """The book of the loan of a case, and the day it is; the look is logged with it, or it ends. Raises ``Wrong``."""
    wired = wire(Config.from_environment())
    try:
        with wired.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        with wired.sessions.begin() as db:
            found = db.scalar(select(Loan).join(Case, Case.id == Loan.case_id).where(Case.number == number))
            if found is None:
                raise Wrong("loan-unknown", "No loan has been paid out in a case with this number.", case=number[:60])
            book = open_book(db, found)
            _log(db, book.case, reason, wired.clock())
            yield book, local(wired.clock()).date()
    except SQLAlchemyError as error:
        why = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        raise UnsafeStart(f"the database does not answer: {why}") from None
    finally:
        wired.engine.dispose()


def _log(db: Session, case: Case, reason: str, at: datetime) -> None:
    """Write to the access log that whoever runs this looks at the loan. Raises ``Wrong``."""
    if len(reason) > REASON_MAX:
        raise Wrong("text-too-long", f"--reason must be at most {REASON_MAX} characters.", limit=REASON_MAX)
    by = _operator(db, case.organisation, reader()).actor
    why = reason.strip() or "vakaa loan"
    access_log.record(db, by, case.citizen_id, case.id, "loan", at, f"command-{uuid4().hex[:24]}", why)


def _operator(db: Session, organisation: str, name: str) -> StaffMember:
    """The member of staff with this user name; one who is none is noted as an operator, who can do nothing else."""
    known = db.scalar(select(StaffMember).where(StaffMember.organisation == organisation, StaffMember.username == name))
    if known is not None:
        return known
    operator = staff.register(
        db,
        organisation=organisation,
        unit="IT",
        username=name,
        given_names="IT",
        family_name=name,
        title=OPERATOR_TITLE,
        email="",
        phone="",
    )
    operator.active = False
    db.flush()
    return operator


def reader() -> str:
    """The name by which the operating system knows who runs this, and who has become somebody else to do so."""
    if before := os.environ.get("SUDO_USER", "").strip():
        return before[:60]
    try:
        return pwd.getpwuid(os.getuid()).pw_name[:60]
    except KeyError:
        return str(os.getuid())


def _day(given: str | None, option: str) -> date | None:
    return None if given is None else Fields({}).as_day(given, option)


def _named(book: Book, day: date) -> dict[str, Any]:
    return {"case": book.case.number, "on": day.isoformat(), "state": book.loan.state}


def _balances(found: Balances) -> dict[str, str]:
    return {
        "principal": euros(found.principal_cents),
        "interest": euros(found.interest_cents),
        "credit": euros(found.credit_cents),
    }


def _entry(entry: LedgerEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "kind": entry.kind,
        "value_date": entry.value_date.isoformat(),
        "booked_on": entry.booked_on.isoformat(),
        "principal": euros(entry.principal_cents),
        "interest": euros(entry.interest_cents),
        "credit": euros(entry.credit_cents),
        "reverses": entry.reverses_id,
        "reason": entry.reason,
    }


def _line(line: StatementLine) -> dict[str, Any]:
    return {
        **_entry(line.entry),
        "explanation": line.explanation,
        "facts": plain(line.facts),
        "after": _balances(line.after),
    }
