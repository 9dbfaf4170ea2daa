"""The log of staff views of a person's data: written for every view, read by the person and by auditors."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lending.basics.actor import Actor
from lending.people.model import AccessLogEntry, StaffMember


def record(
    db: Session,
    by: Actor,
    citizen_id: UUID,
    case_id: UUID | None,
    what: str,
    at: datetime,
    request_id: str,
    reason: str | None = None,
) -> None:
    """Write that ``by`` saw ``what`` of the citizen. A view that cannot be logged must not be shown."""
    db.add(
        AccessLogEntry(
            at=at,
            organisation=by.organisation,
            staff_id=by.id,
            citizen_id=citizen_id,
            case_id=case_id,
            what=what,
            reason=reason,
            request_id=request_id,
        )
    )
    db.flush()


def views_of(
    db: Session, citizen_id: UUID, limit: int = 200, offset: int = 0
) -> list[tuple[AccessLogEntry, StaffMember]]:
    """The views of this citizen's data, newest first, each with the member of staff (703/2023 11 §)."""
    rows = db.execute(
        select(AccessLogEntry, StaffMember)
        .join(StaffMember, StaffMember.id == AccessLogEntry.staff_id)
        .where(AccessLogEntry.citizen_id == citizen_id)
        .order_by(AccessLogEntry.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [(entry, member) for entry, member in rows]


def count_of_views(db: Session, citizen_id: UUID) -> int:
    """How many views of this citizen's data there are."""
    query = select(func.count()).select_from(AccessLogEntry).where(AccessLogEntry.citizen_id == citizen_id)
    return db.scalars(query).one()
