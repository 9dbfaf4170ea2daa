"""Waiver of payment: a part or all of the debt is released. The last resort (keusote-2025:5.1e, 5.1f).

Asked by the borrower, proposed by one official and decided by another who has the right. Never by one person.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from lending.basics.actor import Actor
from lending.basics.errors import Refused
from lending.basics.money import Cents
from lending.cases import authority, notices, timeline
from lending.cases.deadlines import local_day
from lending.changes.model import ChangeRequest
from lending.changes.requests import case_of, decided, move, new_request
from lending.decisions.proposal import cited_clauses
from lending.loans.ahead import rest_of, rows_ahead
from lending.loans.billing import bring_book_up_to
from lending.loans.book import Book, locked_book, open_book
from lending.loans.model import EFFECTS, Loan
from lending.loans.plan import PlanRow
from lending.loans.planning import make_version, with_effect
from lending.loans.posting import Posting, post
from lending.loans.replay import Movement, replay
from lending.policy.policies import Policy


@dataclass(frozen=True, slots=True)
class Release:
    """What is released: cents of principal and of interest, or ``everything`` that is owed on the day.

    ``effect`` is what a part does to the plan: ``lower_instalment`` keeps the term, ``shorten_term`` the instalment.
    """

    principal_cents: Cents = 0
    interest_cents: Cents = 0
    everything: bool = False
    effect: str = "lower_instalment"


@dataclass(frozen=True, slots=True)
class WaiverPreview:
    """What a waiver would do on a day. ``instalment`` and ``last_due`` are ``None`` where nothing is left to pay."""

    principal_cents: Cents
    interest_cents: Cents
    owed_before_cents: Cents
    owed_after_cents: Cents
    instalment_before_cents: Cents | None
    instalment_after_cents: Cents | None
    last_due_before: date | None
    last_due_after: date | None

    def snapshot(self) -> dict[str, Any]:
        """The figures as JSON data, dates ISO."""
        found = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in found.items()}


def preview_waiver(book: Book, release: Release, on: date) -> WaiverPreview:
    """What the release would do if it were decided on the day; nothing is written. Raises as ``amounts_of``."""
    principal, interest = amounts_of(book, release, on)
    before, rest = replay(book.history(), on), book.rest(on)
    moved = Movement(book.next_key(), "waiver", on, principal_cents=principal, interest_cents=interest)
    after = replay(book.history(moved), on)
    rows_before, rows_after = rows_ahead(rest), _rows_after(book, moved, release.effect, on)
    return WaiverPreview(
        principal_cents=principal,
        interest_cents=interest,
        owed_before_cents=before.owed_cents,
        owed_after_cents=after.owed_cents,
        instalment_before_cents=rows_before[0].instalment_cents if rows_before else None,
        instalment_after_cents=rows_after[0].instalment_cents if rows_after else None,
        last_due_before=rows_before[-1].due_date if rows_before else None,
        last_due_after=rows_after[-1].due_date if rows_after else None,
    )


def amounts_of(book: Book, release: Release, on: date) -> tuple[Cents, Cents]:
    """The principal and interest that the release comes to on the day.

    Raises ``Refused``: ``waiver-nothing-left``, ``waiver-empty``, ``waiver-too-large`` with what is owed,
    ``effect-unknown``.
    """
    standing = replay(book.history(), on)
    principal, interest = standing.principal_cents, standing.interest_cents + standing.accrued_cents
    if not principal + interest:
        raise Refused("waiver-nothing-left", field="scope")
    if release.everything:
        return principal, interest
    if release.effect not in EFFECTS:
        raise Refused("effect-unknown", field="effect")
    if (
        release.principal_cents < 0
        or release.interest_cents < 0
        or not release.principal_cents + release.interest_cents
    ):
        raise Refused("waiver-empty", field="principal")
    if release.principal_cents > principal or release.interest_cents > interest:
        field = "principal" if release.principal_cents > principal else "interest"
        raise Refused("waiver-too-large", field=field, principal_cents=principal, interest_cents=interest)
    return release.principal_cents, release.interest_cents


def request_waiver(db: Session, loan: Loan, release: Release, reason: str, by: Actor, at: datetime) -> ChangeRequest:
    """Ask to be released of a part or all of the debt. Raises as ``amounts_of`` and ``new_request``."""
    book = locked_book(db, loan)
    request = new_request(db, loan, book.case, "waiver", reason, by, at)
    preview = preview_waiver(book, release, local_day(at))
    request.everything = release.everything
    request.asked_principal_cents = preview.principal_cents
    request.asked_interest_cents = preview.interest_cents
    request.preview = preview.snapshot()
    db.add(request)
    db.flush()
    timeline.append(
        db,
        book.case,
        "waiver-requested",
        by,
        at,
        request_id=request.id,
        principal_cents=preview.principal_cents,
        interest_cents=preview.interest_cents,
    )
    return request


def propose_waiver(
    db: Session,
    request: ChangeRequest,
    release: Release | None,
    reasons: str,
    clauses: Iterable[str],
    by: Actor,
    at: datetime,
) -> ChangeRequest:
    """Propose to grant ``release``, or to refuse (``None``), with reasons and clauses.

    Raises ``Refused``: ``reasons-missing``, ``clauses-missing``, as ``amounts_of``; ``NotAllowed``.
    """
    case = case_of(db, request)
    policy = authority.require(db, by, "propose-waiver", case)
    if not reasons.strip():
        raise Refused("reasons-missing", field="reasons")
    cited = cited_clauses(policy, clauses)
    move(db, request, "propose")
    request.proposal = "refuse" if release is None else "grant"
    if release is not None:
        book = open_book(db, db.get_one(Loan, request.loan_id))
        principal, interest = amounts_of(book, release, local_day(at))
        request.proposed_principal_cents, request.proposed_interest_cents = principal, interest
        request.everything, request.effect = release.everything, release.effect
    request.proposal_reasons, request.proposal_clauses = reasons.strip(), cited
    request.proposed_at, request.proposed_by_id = at, by.id
    db.flush()
    timeline.append(
        db,
        case,
        "waiver-proposed",
        by,
        at,
        request_id=request.id,
        proposal=request.proposal,
        principal_cents=request.proposed_principal_cents,
        interest_cents=request.proposed_interest_cents,
        clauses=cited,
    )
    return request


def grant_waiver(
    db: Session,
    request: ChangeRequest,
    release: Release,
    by: Actor,
    at: datetime,
    reasons: str = "",
    clauses: Iterable[str] = (),
) -> ChangeRequest:
    """Decide to release, as proposed or otherwise: the ledger says why, the plan follows, all closes the loan.

    Raises ``Refused``: ``proposer-cannot-decide``, ``waiver-not-proposed``, as ``amounts_of``; ``NotAllowed``.
    """
    policy = _require_other(db, request, by)
    case = case_of(db, request)
    book = locked_book(db, db.get_one(Loan, request.loan_id))
    on = local_day(at)
    bring_book_up_to(db, book, on, at)
    principal, interest = amounts_of(book, release, on)
    decided(db, request, policy, "grant", reasons, list(clauses), by, at)
    request.granted_principal_cents, request.granted_interest_cents = principal, interest
    request.everything, request.effect = release.everything, release.effect
    posting = Posting(
        kind="waiver",
        day=on,
        principal_cents=principal,
        interest_cents=interest,
        reason="waiver",
        effect=release.effect,
        cause_id=request.id,
    )
    timeline.append(
        db,
        case,
        "waiver-granted",
        by,
        at,
        request_id=request.id,
        principal_cents=principal,
        interest_cents=interest,
        everything=release.everything,
    )
    post(db, book, posting, by, at)
    rest = book.rest(on)
    if rest is not None and rest.principal_cents:
        terms = with_effect(rest, release.effect, policy.instalment_min_cents)
        request.plan_version_id = make_version(db, book, terms, "waiver", request.id, by, at).id
    db.flush()
    notices.queue(db, case, "change-decided", at, request_id=request.id)
    return request


def refuse_waiver(
    db: Session, request: ChangeRequest, by: Actor, at: datetime, reasons: str, clauses: Iterable[str]
) -> ChangeRequest:
    """Refuse the request, with reasons and clauses, by another person than the proposer. Raises as ``grant_waiver``."""
    policy = _require_other(db, request, by)
    case = case_of(db, request)
    decided(db, request, policy, "refuse", reasons, list(clauses), by, at)
    timeline.append(db, case, "waiver-refused", by, at, request_id=request.id, clauses=request.decision_clauses)
    notices.queue(db, case, "change-decided", at, request_id=request.id)
    return request


def proposed_release(request: ChangeRequest) -> Release | None:
    """What the proposer put forward; ``None``: a refusal, or nothing yet."""
    if request.proposal != "grant":
        return None
    return Release(
        principal_cents=request.proposed_principal_cents or 0,
        interest_cents=request.proposed_interest_cents or 0,
        everything=request.everything,
        effect=request.effect or "lower_instalment",
    )


def _require_other(db: Session, request: ChangeRequest, by: Actor) -> Policy:
    policy = authority.require(db, by, "decide-waiver", case_of(db, request))
    if request.state != "proposed":
        raise Refused("waiver-not-proposed")
    # Two people: whatever roles a person has, nobody decides what they have proposed themselves.
    if request.proposed_by_id == by.id:
        raise Refused("proposer-cannot-decide")
    return policy


def _rows_after(book: Book, moved: Movement, effect: str, on: date) -> tuple[PlanRow, ...]:
    rest = rest_of(book.history(moved), book.terms, on)
    if rest is None:
        return ()
    if rest.principal_cents:
        rest = with_effect(rest, effect, book.policy.instalment_min_cents)
    return rows_ahead(rest)
