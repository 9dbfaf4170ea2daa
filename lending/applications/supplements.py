"""Requests to complete an application: asked by the one who prepares it, answered item by item, or passed over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lending.applications.model import SupplementItem, SupplementRequest
from lending.applications.states import SUPPLEMENT
from lending.basics.actor import Actor
from lending.basics.errors import NotFound, Refused
from lending.cases import attachments, authority, casework, notices, timeline
from lending.cases.deadlines import local_day
from lending.cases.model import Attachment, Case
from lending.policy.policies import Policy

MAX_ITEMS = 20
TEXT_MAX_CHARACTERS = 4000
WANTED = ("document", "explanation")


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing to ask for: a ``document`` of a kind, or an ``explanation``; ``question`` says what, in words."""

    wanted: str
    question: str
    attachment_kind: str | None = None


def request_supplement(
    db: Session, case: Case, message: str, wishes: Sequence[Wish], answer_by: date, by: Actor, at: datetime
) -> SupplementRequest:
    """Ask the applicant to complete the application by the day ``answer_by``; the case waits for them.

    Raises ``Refused``: ``case-not-yours``, ``items-missing``, ``too-many-rows``, ``text-missing``, ``text-too-long``,
    ``choice-unknown``, ``attachment-kind-unknown``, ``deadline-too-soon``, ``not-in-this-state``.
    """
    policy = authority.require(db, by, "request-supplement", case)
    casework.require_handler(case, by)
    if by.id is None:
        raise NotFound
    _require_sound(policy, message, wishes)
    if answer_by <= local_day(at):
        raise Refused("deadline-too-soon", field="answer_by")
    casework.move(db, case, "request-supplement", at)
    request = SupplementRequest(
        case_id=case.id,
        asked_by=by.id,
        asked_at=at,
        answer_by=answer_by,
        message=message.strip(),
        state="open",
        items=[
            SupplementItem(
                position=place,
                wanted=wish.wanted,
                attachment_kind=wish.attachment_kind if wish.wanted == "document" else None,
                question=wish.question.strip(),
            )
            for place, wish in enumerate(wishes)
        ],
    )
    db.add(request)
    db.flush()
    timeline.append(
        db, case, "supplement-requested", by, at, request=request.id, items=len(wishes), answer_by=answer_by
    )
    notices.queue(db, case, "supplement-requested", at, request=request.id, answer_by=answer_by)
    return request


def open_request(db: Session, case: Case) -> SupplementRequest | None:
    """The request that the applicant has yet to answer, or ``None``."""
    return db.scalar(
        select(SupplementRequest).where(SupplementRequest.case_id == case.id, SupplementRequest.state == "open")
    )


def requests_of(db: Session, case: Case) -> list[SupplementRequest]:
    """Every request on the case, newest first."""
    return list(
        db.scalars(
            select(SupplementRequest)
            .where(SupplementRequest.case_id == case.id)
            .order_by(SupplementRequest.asked_at.desc())
        )
    )


def request_of(db: Session, case: Case, request_id: UUID) -> SupplementRequest:
    """The request of this case. Raises ``NotFound`` where it is another case's."""
    request = db.scalar(
        select(SupplementRequest).where(SupplementRequest.id == request_id, SupplementRequest.case_id == case.id)
    )
    if request is None:
        raise NotFound
    return request


def documents_by_item(db: Session, case: Case) -> dict[UUID, list[Attachment]]:
    """The attachments of the case by the item that they answer."""
    found: dict[UUID, list[Attachment]] = {}
    for attachment in attachments.attachments_of(db, case):
        if attachment.supplement_item_id is not None:
            found.setdefault(attachment.supplement_item_id, []).append(attachment)
    return found


def save_answers(db: Session, request: SupplementRequest, answers: Mapping[UUID, str], by: Actor, at: datetime) -> None:
    """Keep what the applicant has written so far; the request stays open. Raises ``NotFound``, ``Refused``."""
    case = db.get_one(Case, request.case_id)
    authority.require_own(by, case)
    casework.locked(db, case)
    _require_open(request)
    for item in request.items:
        text = answers.get(item.id)
        if text is None:
            continue
        if len(text) > TEXT_MAX_CHARACTERS:
            raise Refused("text-too-long", field=f"answer-{item.position}", limit=TEXT_MAX_CHARACTERS)
        item.answer = text.strip() or None
    db.flush()


def answer_supplement(
    db: Session, request: SupplementRequest, answers: Mapping[UUID, str], by: Actor, at: datetime
) -> None:
    """Send the answers: the case returns to the one who prepares it, complete from this moment (keusote-2025:3d).

    Every item needs an answer in words or a document; in place of a document the applicant may tell why there is
    none. Raises ``Refused("answers-missing", missing=(position, …))``.
    """
    save_answers(db, request, answers, by, at)
    case = db.get_one(Case, request.case_id)
    documents = documents_by_item(db, case)
    missing = tuple(item.position for item in request.items if not item.answer and item.id not in documents)
    if missing:
        raise Refused("answers-missing", field=f"answer-{missing[0]}", missing=missing)
    casework.move(db, case, "answer-supplement", at)
    request.state = SUPPLEMENT.after("answer", request.state)
    request.ended_at = case.complete_since = at
    db.flush()
    timeline.append(db, case, "supplement-answered", by, at, request=request.id)


def pass_over(db: Session, request: SupplementRequest, reason: str, by: Actor, at: datetime) -> None:
    """Go on without the answer, for a written reason. What the applicant had time to write and attach is kept.

    Raises ``Refused``: ``case-not-yours``, ``text-missing``, ``text-too-long``, ``not-in-this-state``.
    """
    case = db.get_one(Case, request.case_id)
    authority.require(db, by, "request-supplement", case)
    casework.require_handler(case, by)
    _require_text(reason, "reason")
    casework.locked(db, case)
    _require_open(request)
    casework.move(db, case, "go-on-without-supplement", at)
    request.state = SUPPLEMENT.after("pass-over", request.state)
    request.ended_at = case.complete_since = at
    request.passed_over_reason = reason.strip()
    db.flush()
    timeline.append(db, case, "supplement-passed-over", by, at, request=request.id)


def _require_open(request: SupplementRequest) -> None:
    if request.state != "open":
        raise Refused("not-in-this-state", subject=SUPPLEMENT.subject, act="answer", state=request.state)


def _require_sound(policy: Policy, message: str, wishes: Sequence[Wish]) -> None:
    _require_text(message, "message")
    if not wishes:
        raise Refused("items-missing", field="items")
    if len(wishes) > MAX_ITEMS:
        raise Refused("too-many-rows", field="items", most=MAX_ITEMS)
    for place, wish in enumerate(wishes):
        if wish.wanted not in WANTED:
            raise Refused("choice-unknown", field=f"items-{place}-wanted")
        _require_text(wish.question, f"items-{place}-question")
        if wish.wanted == "document" and wish.attachment_kind not in policy.attachment_kinds:
            raise Refused("attachment-kind-unknown", field=f"items-{place}-attachment_kind")


def _require_text(text: str, field: str) -> None:
    if not text.strip():
        raise Refused("text-missing", field=field)
    if len(text) > TEXT_MAX_CHARACTERS:
        raise Refused("text-too-long", field=field, limit=TEXT_MAX_CHARACTERS)
