"""What has happened to a case, in the past tense. Every act appends here; both sides read the same events."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lending.basics.actor import Actor
from lending.cases.model import Case, Event

#: Every kind of event, and whether the citizen sees it on their own timeline.
KINDS: dict[str, bool] = {
    "application-started": True,
    "application-submitted": True,
    "application-withdrawn": True,
    "attachment-added": True,
    "attachment-removed": True,
    "consent-given": True,
    "consent-withdrawn": True,
    "consent-used": True,
    "co-borrower-invited": True,
    "co-borrower-accepted": True,
    "co-borrower-declined": True,
    "co-borrower-withdrawn": True,
    "case-taken": True,
    "case-released": False,
    "note-added": False,
    "supplement-requested": True,
    "supplement-answered": True,
    "supplement-passed-over": True,
    "worksheet-prepared": False,
    "worksheet-line-edited": False,
    "ground-judged": False,
    "proposal-made": False,
    "proposal-returned": False,
    "proposal-withdrawn": False,
    "credit-granted": True,
    "credit-refused": True,
    "agreement-offered": True,
    "agreement-accepted": True,
    "agreement-concluded": True,
    "credit-disbursed": True,
    "instalment-billed": True,
    "payment-recorded": True,
    "payment-reversed": True,
    "refund-recorded": True,
    "loan-paid-off": True,
    "loan-reopened": True,
    "loan-written-off": True,
    "repayment-late": False,
    "repayment-returned": False,
    "repayment-in-order": False,
    "repayment-followed-up": False,
    "reminder-sent": True,
    "transfer-decided": True,
    "grace-requested": True,
    "grace-granted": True,
    "grace-refused": True,
    "waiver-requested": True,
    "waiver-proposed": False,
    "waiver-granted": True,
    "waiver-refused": True,
    "extra-effect-chosen": True,
    "change-requested": True,
    "extension-proposed": False,
    "change-granted": True,
    "change-refused": True,
    "change-request-taken": True,
    "change-request-withdrawn": True,
}


def append(db: Session, case: Case, kind: str, by: Actor, at: datetime, **facts: Any) -> Event:
    """Append an event to the case. Facts may be codes, figures, dates and ids; dates and ids are kept as text."""
    if kind not in KINDS:
        raise ValueError(f"unknown kind of event: {kind}")
    event = Event(
        case_id=case.id,
        kind=kind,
        at=at,
        actor_kind=by.kind,
        actor_id=by.id,
        facts={name: _plain(value) for name, value in facts.items()},
    )
    db.add(event)
    db.flush()
    return event


def events_of(db: Session, case: Case, for_citizen: bool) -> list[Event]:
    """The events of the case, newest first; for the citizen only those that are theirs to see."""
    query = select(Event).where(Event.case_id == case.id).order_by(Event.id.desc())
    if for_citizen:
        query = query.where(Event.kind.in_([kind for kind, visible in KINDS.items() if visible]))
    return list(db.scalars(query))


def told_as(event: Event) -> str:
    """What the event is called: its kind, or ``loan-ended`` where something else than a payment ended the loan."""
    released = event.kind == "loan-paid-off" and event.facts.get("ended_by") in ("waiver", "write_off")
    return "loan-ended" if released else event.kind


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, UUID):
        return str(value)
    return str(value)
