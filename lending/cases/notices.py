"""Notices to citizens: queued in the transaction of what they tell of, sent afterwards by a worker."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lending.cases.model import Case, Notice
from lending.people.model import Citizen


def queue(db: Session, case: Case, kind: str, at: datetime, **facts: Any) -> Notice:
    """Queue a notice of ``kind`` in the citizen's own language. It never carries more than "you have a message"."""
    citizen = db.get_one(Citizen, case.citizen_id)
    notice = Notice(
        case_id=case.id,
        citizen_id=case.citizen_id,
        kind=kind,
        language=citizen.language,
        facts={name: str(value) for name, value in facts.items()},
        queued_at=at,
    )
    db.add(notice)
    db.flush()
    return notice
