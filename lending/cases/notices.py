"""Notices to citizens: queued in the transaction of what they tell of, sent afterwards by a worker."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lending.cases.model import Case, CoBorrower, Notice
from lending.people.model import Citizen
from lending.policy.policies import policies_of


def queue(db: Session, case: Case, kind: str, at: datetime, **facts: Any) -> Notice:
    """Queue a notice of ``kind`` in the citizen's own language. It never carries more than "you have a message".

    Where two borrow together, each gets their own; the applicant's is returned.
    """
    told = {name: str(value) for name, value in facts.items()}
    notices = [
        Notice(case_id=case.id, citizen_id=citizen.id, kind=kind, language=citizen.language, facts=told, queued_at=at)
        for citizen in (db.get_one(Citizen, case.citizen_id), *_co_borrowers(db, case))
    ]
    db.add_all(notices)
    db.flush()
    return notices[0]


def _co_borrowers(db: Session, case: Case) -> Iterable[Citizen]:
    if policies_of(db).by_id(case.policy).borrowers != "spouses":
        return ()
    accepted = (CoBorrower.case_id == case.id, CoBorrower.state == "accepted")
    return db.scalars(select(Citizen).join(CoBorrower, CoBorrower.citizen_id == Citizen.id).where(*accepted))
