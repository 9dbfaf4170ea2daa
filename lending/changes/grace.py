"""Grace months: due dates on which only interest is paid. Asked by the borrower, decided by an official.

The end of the loan moves by as many months; the interest of the months is still billed (keusote-2025:4.3b, 5.1c).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from lending.basics.actor import Actor
from lending.basics.errors import Refused
from lending.cases import authority, notices, timeline
from lending.cases.deadlines import local_day
from lending.changes.comparison import Comparison
from lending.changes.model import ChangeRequest
from lending.changes.requests import case_of, decided, new_request
from lending.loans.ahead import Side, rows_ahead
from lending.loans.billing import bring_book_up_to
from lending.loans.book import Book, locked_book
from lending.loans.model import Loan
from lending.loans.plan import PlanRow, Terms, plan
from lending.loans.planning import make_version


@dataclass(frozen=True, slots=True)
class GracePreview(Comparison):
    """What grace months would do, shown before asking and kept with the request. ``rows`` is the new plan ahead."""

    due_dates: tuple[date, ...]
    rows: tuple[PlanRow, ...]

    def snapshot(self) -> dict[str, Any]:
        """The figures as JSON data, dates ISO."""
        return {"due_dates": [day.isoformat() for day in self.due_dates], **self.figures()}


def grace_left(book: Book) -> int:
    """How many grace months the policy still allows the loan."""
    billed = sum(row.kind == "grace" for row in book.rows)
    last_billed = max((row.due_date for row in book.rows), default=date.min)
    coming = sum(day > last_billed for day in book.terms.grace)
    return max(0, book.policy.grace_months_max - billed - coming)


def grace_choices(book: Book, on: date) -> list[date]:
    """The due dates that can be made grace months: not yet billed, not grace already, at most as many as are left."""
    rest = book.rest(on)
    choices = [row.due_date for row in rows_ahead(rest) if row.kind != "grace" and row.principal_cents]
    return choices[: grace_left(book)]


def preview_grace(book: Book, due_dates: Iterable[date], on: date) -> GracePreview:
    """What grace on these due dates would do. Pure of effects: nothing is written.

    Raises ``Refused``: ``grace-dates-missing``, ``grace-too-many`` with ``most``, ``left`` and the clause,
    ``grace-date-not-possible`` with the dates.
    """
    return preview_of(_rest(book, on), _checked(book, due_dates, on))


def preview_of(rest: Terms, due_dates: tuple[date, ...]) -> GracePreview:
    """The rest of a loan before and after grace on ``due_dates``. Pure."""
    before, changed = plan(rest), _with_grace(rest, due_dates)
    after = plan(changed)
    return GracePreview(
        due_dates=due_dates,
        before=Side(rest.instalment_cents or before.instalment_cents, before.last_due, before.totals.interest_cents),
        after=Side(after.instalment_cents, after.last_due, after.totals.interest_cents),
        rows=after.rows,
    )


def request_grace(
    db: Session, loan: Loan, due_dates: Iterable[date], reason: str, by: Actor, at: datetime
) -> ChangeRequest:
    """Ask for grace months; the effect shown is kept with the request.

    Raises as ``preview_grace`` and ``new_request``.
    """
    book = locked_book(db, loan)
    request = new_request(db, loan, book.case, "grace", reason, by, at)
    preview = preview_grace(book, due_dates, local_day(at))
    request.due_dates = [day.isoformat() for day in preview.due_dates]
    request.preview = preview.snapshot()
    db.add(request)
    db.flush()
    facts = {"request_id": request.id, "due_dates": preview.due_dates}
    timeline.append(db, book.case, "grace-requested", by, at, **facts)
    return request


def asked_dates(request: ChangeRequest) -> list[date]:
    """The due dates asked for."""
    return [date.fromisoformat(day) for day in request.due_dates]


def grant_grace(
    db: Session,
    request: ChangeRequest,
    by: Actor,
    at: datetime,
    reasons: str = "",
    clauses: Iterable[str] = (),
    due_dates: Iterable[date] | None = None,
) -> ChangeRequest:
    """Grant the grace months asked for, or ``due_dates`` instead: a new plan from the first row not yet billed.

    Raises as ``preview_grace``; ``Refused("not-in-this-state")``, ``NotAllowed``.
    """
    case = case_of(db, request)
    policy = authority.require(db, by, "decide-change", case)
    book = locked_book(db, db.get_one(Loan, request.loan_id))
    on = local_day(at)
    bring_book_up_to(db, book, on, at)
    chosen = _checked(book, asked_dates(request) if due_dates is None else due_dates, on)
    changed = _with_grace(_rest(book, on), chosen)
    made = plan(changed)
    decided(db, request, policy, "grant", reasons, list(clauses), by, at)
    terms = replace(changed, instalment_cents=made.instalment_cents)
    version = make_version(db, book, terms, "grace", request.id, by, at)
    request.granted_due_dates = [day.isoformat() for day in chosen]
    request.plan_version_id = version.id
    db.flush()
    facts = {"request_id": request.id, "due_dates": chosen, "instalment_cents": made.instalment_cents}
    timeline.append(db, case, "grace-granted", by, at, last_due=made.last_due, **facts)
    notices.queue(db, case, "change-decided", at, request_id=request.id)
    return request


def refuse_grace(
    db: Session, request: ChangeRequest, by: Actor, at: datetime, reasons: str, clauses: Iterable[str]
) -> ChangeRequest:
    """Refuse the request, with reasons and the clauses they rest on. Raises ``Refused``, ``NotAllowed``."""
    case = case_of(db, request)
    policy = authority.require(db, by, "decide-change", case)
    decided(db, request, policy, "refuse", reasons, list(clauses), by, at)
    timeline.append(db, case, "grace-refused", by, at, request_id=request.id, clauses=request.decision_clauses)
    notices.queue(db, case, "change-decided", at, request_id=request.id)
    return request


def _rest(book: Book, on: date) -> Terms:
    rest = book.rest(on)
    if rest is None or rest.principal_cents == 0:
        raise Refused("grace-nothing-left", field="due_dates")
    return rest


def _checked(book: Book, due_dates: Iterable[date], on: date) -> tuple[date, ...]:
    chosen = tuple(sorted(set(due_dates)))
    if not chosen:
        raise Refused("grace-dates-missing", field="due_dates")
    left, clause = grace_left(book), book.policy.cite_governing("grace")
    if len(chosen) > left:
        raise Refused("grace-too-many", field="due_dates", most=book.policy.grace_months_max, left=left, clause=clause)
    possible = [row.due_date for row in rows_ahead(book.rest(on)) if row.kind != "grace"]
    wrong = [day for day in chosen if day not in possible]
    if wrong:
        first = min(possible, default=None)
        raise Refused("grace-date-not-possible", field="due_dates", dates=wrong, first=first)
    return chosen


def _with_grace(rest: Terms, due_dates: tuple[date, ...]) -> Terms:
    """The same number of rows with principal, the instalment solved anew, and these due dates as grace."""
    return replace(rest, grace=tuple(sorted({*rest.grace, *due_dates})), instalment_cents=None)
