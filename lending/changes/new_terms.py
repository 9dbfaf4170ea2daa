"""A longer time, another instalment, another due day, or one instalment later: asked by the borrower, decided by staff.

One pair of hands for four kinds of request: what differs is in ``reshape``, which is pure (Act 1133/2002 § 7,
keusote-2025:5.1b, 5.1d). An extension is an act of its own, with mandates by the claim and the months; where the
criteria have a second official approve it (kemi-2016:8d), one proposes and another decides.
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
from lending.changes.comparison import Comparison
from lending.changes.model import TERM_KINDS, ChangeRequest
from lending.changes.requests import case_of, decided, move, new_request
from lending.changes.reshape import OpenRow, Room
from lending.changes.states import deciding_act
from lending.decisions.proposal import cited_clauses
from lending.loans.ahead import Side, rows_ahead
from lending.loans.billing import bring_book_up_to
from lending.loans.book import Book, locked_book
from lending.loans.model import Loan
from lending.loans.plan import Terms, plan
from lending.loans.planning import make_version
from lending.loans.replay import replay
from lending.policy.policies import Mandate, Policy


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
class Approval:
    """Who may approve an extension: the ``mandates`` that reach the claim in cents and the months."""

    claim_cents: Cents
    months: int
    mandates: tuple[Mandate, ...]

    @property
    def roles(self) -> frozenset[str]:
        """The roles that one of the mandates names."""
        return frozenset().union(*(mandate.roles for mandate in self.mandates))


@dataclass(frozen=True, slots=True)
class Preview(Comparison):
    """The rest of the loan before and after the wish, and the terms that would be in force."""

    wish: Wish
    terms: Terms

    def snapshot(self) -> dict[str, Any]:
        """The figures as JSON data, dates ISO."""
        return {**self.wish.snapshot(), **self.figures()}


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

    Raises ``Refused``: ``change-nothing-left``, ``wish-incomplete``, ``instalment-lengthens`` where a longer time needs
    a second official, and as the rule of its kind in ``reshape``.
    """
    if wish.kind == "postponement":
        changed = _postponed(book, wish, on)
        side = _side(_rest(book, on))
        return Preview(side, side, wish, changed)
    rest = _rest(book, on)
    changed = _reshaped(book, rest, wish, on)
    before, after = _side(rest), _side(changed)
    # A smaller instalment must not be a way around the second official who approves a longer time.
    if wish.kind == "instalment" and after.last_due > before.last_due and needs_approval(book.policy, "extension"):
        clause = book.policy.cite_governing("extension-approval") or book.policy.id
        raise Refused("instalment-lengthens", field="instalment", clause=clause)
    return Preview(before, after, wish, changed)


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


def needs_approval(policy: Policy, kind: str) -> bool:
    """Whether a second official must approve a change of this kind."""
    return kind == "extension" and bool(policy.roles_for("approve-extension"))


def approval_of(book: Book, request: ChangeRequest, on: date) -> Approval | None:
    """Who may approve the extension as it is proposed, or asked while it is not; ``None`` where nobody needs to."""
    if not needs_approval(book.policy, request.kind):
        return None
    months = wish_from(request.proposed_terms or request.asked_terms).months or 0
    claim = _claim(book, on)
    return Approval(claim, months, authority.mandates_for(book.policy, "approve-extension", claim, months))


def propose_extension(
    db: Session,
    request: ChangeRequest,
    reasons: str,
    clauses: Iterable[str],
    by: Actor,
    at: datetime,
    wish: Wish | None = None,
) -> ChangeRequest:
    """Propose to grant the extension asked for, or ``wish`` instead, for another official to approve.

    Raises as ``preview_change``; ``Refused``: ``extension-needs-no-approval``, ``reasons-missing``, what is beyond the
    mandate, ``not-in-this-state``; ``NotAllowed``.
    """
    case = case_of(db, request)
    policy = authority.require(db, by, "decide-extension", case)
    if not needs_approval(policy, request.kind):
        raise Refused("extension-needs-no-approval")
    if not reasons.strip():
        raise Refused("reasons-missing", field="reasons")
    cited = cited_clauses(policy, wanted) if (wanted := list(clauses)) else []
    book = locked_book(db, db.get_one(Loan, request.loan_id))
    on = local_day(at)
    chosen = _chosen(request, wish)
    preview_change(book, chosen, on)
    authority.require_mandate(by, policy, "decide-extension", _claim(book, on), chosen.months or 0)
    move(db, request, "propose")
    request.proposal, request.proposed_terms = "grant", chosen.snapshot()
    request.proposal_reasons, request.proposal_clauses = reasons.strip(), cited
    request.proposed_at, request.proposed_by_id = at, by.id
    db.flush()
    facts = {"request_id": request.id, "months": chosen.months, "clauses": cited}
    timeline.append(db, case, "extension-proposed", by, at, **facts)
    return request


def grant_change(
    db: Session,
    request: ChangeRequest,
    by: Actor,
    at: datetime,
    reasons: str = "",
    clauses: Iterable[str] = (),
    wish: Wish | None = None,
) -> ChangeRequest:
    """Grant what was asked for or proposed, or ``wish`` of the same kind instead: the new terms hold from then on.

    Raises as ``preview_change``; ``Refused``: ``wish-incomplete``, ``extension-not-proposed``,
    ``proposer-cannot-decide``, what is beyond the mandate, ``not-in-this-state``; ``NotAllowed``.
    """
    policy, act = _require_decider(db, request, by)
    if act == "decide-extension" and needs_approval(policy, request.kind):
        raise Refused("extension-not-proposed")
    case = case_of(db, request)
    book = locked_book(db, db.get_one(Loan, request.loan_id))
    on = local_day(at)
    bring_book_up_to(db, book, on, at)
    chosen = _chosen(request, wish)
    preview = preview_change(book, chosen, on)
    if request.kind == "extension":
        authority.require_mandate(by, policy, act, _claim(book, on), chosen.months or 0)
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
    """Refuse the request, with reasons and the clauses they rest on.

    Refusing needs nobody's approval; a proposed extension is refused by the one who could approve it. Raises
    ``Refused``: ``proposer-cannot-decide``, what is beyond the mandate, as ``decided``; ``NotAllowed``.
    """
    policy, act = _require_decider(db, request, by)
    if act == "approve-extension":
        book = locked_book(db, db.get_one(Loan, request.loan_id))
        authority.require_mandate(by, policy, act, _claim(book, local_day(at)), _chosen(request, None).months or 0)
    case = case_of(db, request)
    decided(db, request, policy, "refuse", reasons, list(clauses), by, at)
    facts = {"request_id": request.id, "change": request.kind, "clauses": request.decision_clauses}
    timeline.append(db, case, "change-refused", by, at, **facts)
    notices.queue(db, case, "change-decided", at, request_id=request.id)
    return request


def _require_decider(db: Session, request: ChangeRequest, by: Actor) -> tuple[Policy, str]:
    """The policy, and the act by which the actor may decide the request as it stands."""
    _known(request.kind)
    act = deciding_act(request.kind, request.state)
    policy = authority.require(db, by, act, case_of(db, request))
    # Two people: whatever roles a person has, nobody decides what they have proposed themselves.
    if request.state == "proposed" and request.proposed_by_id == by.id:
        raise Refused("proposer-cannot-decide")
    return policy, act


def _chosen(request: ChangeRequest, wish: Wish | None) -> Wish:
    chosen = wish or wish_from(request.proposed_terms or request.asked_terms)
    if chosen.kind != request.kind:
        raise Refused("wish-incomplete", kind=chosen.kind)
    return chosen


def _claim(book: Book, on: date) -> Cents:
    """What is owed on the day: the claim that mandates are measured by."""
    return replay(book.history(), on).owed_cents


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
