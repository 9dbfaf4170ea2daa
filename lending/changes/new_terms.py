"""A longer time, another instalment, another due day, or one instalment later: asked by the borrower, decided by staff.

One pair of hands for four kinds of request: what differs is in ``reshape``, which is pure (Act 1133/2002 § 7,
keusote-2025:5.1b, 5.1d).
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from lending.basics.actor import Actor
from lending.basics.errors import Refused
from lending.basics.money import Cents
from lending.cases import authority, notices, timeline
from lending.cases.deadlines import local_day
from lending.changes import reshape
from lending.changes.model import TERM_KINDS, ChangeRequest
from lending.changes.requests import case_of, decided, new_request
from lending.changes.reshape import OpenRow, Room
from lending.loans.ahead import Side, rows_ahead
from lending.loans.billing import bring_book_up_to
from lending.loans.book import Book, locked_book
from lending.loans.model import Loan
from lending.loans.plan import Terms, plan
from lending.loans.planning import make_version
from lending.loans.replay import replay


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for or granted. ``kind``: ``extension`` (``months``), ``instalment`` (``instalment_cents``),
    ``due_day`` (``due_day``), ``postponement`` (the instalment due on ``due_date``, payable ``until``).
    """

    kind: str
    months: int | None = None
    instalment_cents: Cents | None = None
    due_day: str | None = None
    due_date: date | None = None
    until: date | None = None

    def snapshot(self) -> dict[str, Any]:
        """What is given, as JSON data, dates ISO."""
        given = {name: value for name, value in asdict(self).items() if value is not None}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in given.items()}


@dataclass(frozen=True, slots=True)
class Preview:
    """The rest of the loan before and after, and the terms that would be in force."""

    wish: Wish
    before: Side
    after: Side
    terms: Terms

    @property
    def extra_interest_cents(self) -> Cents:
        """How much more interest the borrower pays in all; less where negative."""
        return self.after.interest_cents - self.before.interest_cents

    def snapshot(self) -> dict[str, Any]:
        """The figures as JSON data, dates ISO."""
        sides = {name: asdict(side) for name, side in (("before", self.before), ("after", self.after))}
        for side in sides.values():
            side["last_due"] = side["last_due"].isoformat()
        return {**self.wish.snapshot(), **sides, "extra_interest_cents": self.extra_interest_cents}


def room_left(book: Book, on: date) -> Room:
    """How much longer the loan may still become: the original term and ``extension_months_max``, grace counted in."""
    original = book.versions[0].terms["instalments"] or 0
    most = book.policy.extension_months_max
    used = max(0, len(book.rows) + len(rows_ahead(book.rest(on))) - original)
    return Room(most=most, left=max(0, most - used), clause=book.policy.cite_governing("extension"))


def open_rows(book: Book, on: date) -> list[OpenRow]:
    """The instalments that can be postponed: billed, not paid and not yet late, and the next one to be billed."""
    later = dict(book.terms.postponed)
    known = [(row.n, row.due_date) for row in replay(book.history(), on).open_rows() if row.due_date >= on]
    known += [(row.n, row.due_date) for row in rows_ahead(book.rest(on))[:1]]
    return [OpenRow(n, due, later.get(n)) for n, due in known]


def preview_change(book: Book, wish: Wish, on: date) -> Preview:
    """What the wish would do if it were granted on the day. Nothing is written.

    Raises ``Refused``: ``change-nothing-left``, ``wish-incomplete``, and as the rule of its kind in ``reshape``.
    """
    if wish.kind == "postponement":
        changed = _postponed(book, wish, on)
        side = _side(_rest(book, on))
        return Preview(wish, side, side, changed)
    rest = _rest(book, on)
    changed = _reshaped(book, rest, wish, on)
    return Preview(wish, _side(rest), _side(changed), changed)


def request_change(db: Session, loan: Loan, wish: Wish, reason: str, by: Actor, at: datetime) -> ChangeRequest:
    """Ask for new terms; the effect shown is kept with the request. Raises as ``preview_change``, ``new_request``."""
    _known(wish.kind)
    book = locked_book(db, loan)
    request = new_request(db, loan, book.case, wish.kind, reason, by, at)
    preview = preview_change(book, wish, local_day(at))
    request.asked_terms = wish.snapshot()
    request.preview = preview.snapshot()
    db.add(request)
    db.flush()
    facts = {"request_id": request.id, "change": wish.kind, **wish.snapshot()}
    timeline.append(db, book.case, "change-requested", by, at, **_event_facts(facts))
    return request


def asked_wish(request: ChangeRequest) -> Wish:
    """What the borrower asked for."""
    return wish_from(request.asked_terms)


def wish_from(data: dict[str, Any]) -> Wish:
    """The wish that ``Wish.snapshot`` wrote."""
    given = dict(data)
    for name in ("due_date", "until"):
        if name in given:
            given[name] = date.fromisoformat(given[name])
    return Wish(**given)


def grant_change(
    db: Session,
    request: ChangeRequest,
    by: Actor,
    at: datetime,
    reasons: str = "",
    clauses: Iterable[str] = (),
    wish: Wish | None = None,
) -> ChangeRequest:
    """Grant what was asked for, or ``wish`` of the same kind instead: the new terms are in force from then on.

    Raises as ``preview_change``; ``Refused``: ``wish-incomplete``, ``not-in-this-state``; ``NotAllowed``.
    """
    _known(request.kind)
    case = case_of(db, request)
    policy = authority.require(db, by, "decide-change", case)
    book = locked_book(db, db.get_one(Loan, request.loan_id))
    on = local_day(at)
    bring_book_up_to(db, book, on, at)
    chosen = wish or asked_wish(request)
    if chosen.kind != request.kind:
        raise Refused("wish-incomplete", kind=chosen.kind)
    preview = preview_change(book, chosen, on)
    decided(db, request, policy, "grant", reasons, list(clauses), by, at)
    reason = "due-day" if request.kind == "due_day" else request.kind
    version = make_version(db, book, preview.terms, reason, request.id, by, at)
    if chosen.kind == "due_day":
        book.loan.due_day = preview.terms.due_day
    request.granted_terms = chosen.snapshot()
    request.plan_version_id = version.id
    db.flush()
    facts = {
        "request_id": request.id,
        "change": request.kind,
        "instalment_cents": preview.after.instalment_cents,
        "last_due": preview.after.last_due,
        **chosen.snapshot(),
    }
    timeline.append(db, case, "change-granted", by, at, **_event_facts(facts))
    notices.queue(db, case, "change-decided", at, request_id=request.id)
    return request


def refuse_change(
    db: Session, request: ChangeRequest, by: Actor, at: datetime, reasons: str, clauses: Iterable[str]
) -> ChangeRequest:
    """Refuse the request, with reasons and the clauses they rest on. Raises ``Refused``, ``NotAllowed``."""
    _known(request.kind)
    case = case_of(db, request)
    policy = authority.require(db, by, "decide-change", case)
    decided(db, request, policy, "refuse", reasons, list(clauses), by, at)
    facts = {"request_id": request.id, "change": request.kind, "clauses": request.decision_clauses}
    timeline.append(db, case, "change-refused", by, at, **facts)
    notices.queue(db, case, "change-decided", at, request_id=request.id)
    return request


def _reshaped(book: Book, rest: Terms, wish: Wish, on: date) -> Terms:
    policy, minimum = book.policy, book.policy.instalment_min_cents
    if wish.kind == "extension" and wish.months is not None:
        return reshape.extended(rest, wish.months, room_left(book, on), minimum)
    if wish.kind == "instalment" and wish.instalment_cents is not None:
        return reshape.with_instalment(rest, wish.instalment_cents, room_left(book, on), minimum)
    if wish.kind == "due_day" and wish.due_day is not None:
        billable = on + timedelta(days=policy.bill_days_before_due)
        after_billed = max((row.due_date for row in book.rows), default=book.loan.started_on) + timedelta(days=1)
        return reshape.with_due_day(rest, wish.due_day, policy.due_days, max(billable, after_billed), minimum)
    raise Refused("wish-incomplete", kind=wish.kind)


def _postponed(book: Book, wish: Wish, on: date) -> Terms:
    if wish.due_date is None or wish.until is None:
        raise Refused("wish-incomplete", kind=wish.kind)
    most = book.policy.postponement_months_max
    return reshape.postponed(book.terms, wish.due_date, wish.until, open_rows(book, on), on, most)


def _rest(book: Book, on: date) -> Terms:
    rest = book.rest(on)
    if rest is None or rest.principal_cents == 0:
        raise Refused("change-nothing-left")
    return rest


def _side(terms: Terms) -> Side:
    made = plan(terms)
    return Side(terms.instalment_cents or made.instalment_cents, made.last_due, made.totals.interest_cents)


def _known(kind: str) -> None:
    if kind not in TERM_KINDS:
        raise Refused("wish-incomplete", kind=kind)


def _event_facts(facts: dict[str, Any]) -> dict[str, Any]:
    """``kind`` is the event's own word."""
    return {name: value for name, value in facts.items() if name != "kind"}
