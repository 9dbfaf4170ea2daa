"""The case itself: opened, numbered, found, taken and released, moved from state to state, noted on."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from lending.basics.actor import Actor
from lending.basics.errors import NotFound, Refused
from lending.cases import authority, timeline
from lending.cases.deadlines import local_day
from lending.cases.model import Case, CaseNumber, CoBorrower, Note
from lending.cases.states import CASE
from lending.people import citizens
from lending.people.model import Citizen
from lending.policy.policies import Policy


def open_case(db: Session, citizen: Citizen, policy: Policy, by: Actor, at: datetime) -> Case:
    """Open a case for a draft application. It gets its number and its unit when the application is submitted."""
    case = Case(
        organisation=policy.organisation.key,
        policy=policy.id,
        citizen_id=citizen.id,
        language=citizen.language,
        state="draft",
        opened_at=at,
        state_since=at,
    )
    db.add(case)
    db.flush()
    timeline.append(db, case, "application-started", by, at)
    return case


def own_case(db: Session, case_id: UUID, by: Actor) -> Case:
    """The citizen's own case. Raises ``NotFound`` for anybody else's."""
    case = db.scalar(select(Case).where(Case.id == case_id).options(joinedload(Case.citizen)))
    if case is None:
        raise NotFound
    authority.require_own(by, case)
    return case


def shared_case(db: Session, case_id: UUID, by: Actor) -> Case:
    """The case for any of its borrowers: as ``own_case``, and for a spouse who has accepted to borrow together.

    Raises ``NotFound`` for anybody else.
    """
    case = db.scalar(select(Case).where(Case.id == case_id).options(joinedload(Case.citizen)))
    if case is None:
        raise NotFound
    authority.require_borrower(db, by, case)
    return case


def own_cases(db: Session, by: Actor) -> list[Case]:
    """All cases of the citizen, newest first, and those in which they borrow together with the applicant."""
    together = and_(Case.state != "draft", Case.id.in_(authority.borrowed_together(by)))
    query = select(Case).where(or_(Case.citizen_id == by.id, together))
    return list(db.scalars(query.order_by(Case.opened_at.desc())))


def of_the_same_borrowers(case: Case) -> ColumnElement[bool]:
    """Condition on ``Case``: another case there of somebody who borrows in this one, alone or with a spouse."""
    together = CoBorrower.state == "accepted"
    spouses = select(CoBorrower.citizen_id).where(CoBorrower.case_id == case.id, together)
    theirs = or_(CoBorrower.citizen_id == case.citizen_id, CoBorrower.citizen_id.in_(spouses))
    return and_(
        Case.id != case.id,
        Case.organisation == case.organisation,
        or_(
            Case.citizen_id == case.citizen_id,
            Case.citizen_id.in_(spouses),
            Case.id.in_(select(CoBorrower.case_id).where(theirs, together)),
        ),
    )


def staff_case(db: Session, case_id: UUID, by: Actor, act: str = "view-case") -> Case:
    """The case for a member of staff who may do ``act`` on it. Raises ``NotFound``, ``NotAllowed``.

    A draft belongs to the citizen alone until it is submitted.
    """
    case = db.scalar(select(Case).where(Case.id == case_id).options(joinedload(Case.citizen), joinedload(Case.handler)))
    if case is None or case.state == "draft" or case.number is None:
        raise NotFound
    authority.require(db, by, act, case)
    return case


def locked(db: Session, case: Case) -> Case:
    """Hold the case until the transaction ends, so that two people cannot move it at once."""
    db.flush()
    db.refresh(case, with_for_update=True, attribute_names=["state", "handler_id"])
    return case


def move(db: Session, case: Case, act: str, at: datetime) -> None:
    """Move the case by ``act`` of the state table. Raises ``Refused("not-in-this-state")``."""
    locked(db, case)
    case.state = CASE.after(act, case.state)
    case.state_since = at
    db.flush()


def number_case(db: Session, case: Case, policy: Policy, at: datetime) -> str:
    """Give the case the next number of its organisation and the year in Finland, such as ``KEUSOTE-2026-000012``."""
    year = local_day(at).year
    row = db.get(CaseNumber, (policy.organisation.key, year), with_for_update=True)
    if row is None:
        row = CaseNumber(organisation=policy.organisation.key, year=year, last=0)
        db.add(row)
    row.last += 1
    case.number = f"{policy.organisation.key.upper()}-{year}-{row.last:06d}"
    db.flush()
    return case.number


def place_case(db: Session, case: Case, citizen: Citizen, policy: Policy) -> None:
    """Put the case in the unit that serves the citizen's home municipality, or in the unit for the protected.

    Under a safety ban the unit must not tell the municipality, so all such cases go to one unit.
    """
    case.unit = policy.unit_for(None if citizen.safety_ban else citizens.municipality_of(db, citizen))


def take_case(db: Session, case: Case, by: Actor, at: datetime) -> None:
    """Take the case to work on, once. Raises ``Refused("case-taken")`` where a colleague has it."""
    authority.require(db, by, "take-case", case)
    locked(db, case)
    if case.handler_id not in (None, by.id):
        raise Refused("case-taken")
    if CASE.states[case.state].final:
        raise Refused("not-in-this-state", subject="case", act="take", state=case.state)
    if case.handler_id == by.id:
        return
    case.handler_id = by.id
    if case.state == "submitted":
        move(db, case, "take", at)
    timeline.append(db, case, "case-taken", by, at)


def release_case(db: Session, case: Case, by: Actor, at: datetime) -> None:
    """Release the case for a colleague. Only the one who has it may. Raises ``Refused("case-not-yours")``."""
    authority.require(db, by, "take-case", case)
    locked(db, case)
    if case.handler_id != by.id:
        raise Refused("case-not-yours")
    case.handler_id = None
    db.flush()
    timeline.append(db, case, "case-released", by, at)


def require_handler(case: Case, by: Actor) -> None:
    """Check that the actor has taken the case. Raises ``Refused("case-not-yours")``: take it first."""
    if case.handler_id != by.id:
        raise Refused("case-not-yours")


def require_in_hand(db: Session, case: Case, by: Actor, right: str, act: str) -> Policy:
    """Check that the actor has the ``right``, has taken the case, and that it is being prepared; hold it.

    ``act`` is what a refusal names. Raises ``Refused``: ``case-not-yours``, ``not-in-this-state``; ``NotAllowed``,
    ``NotFound``.
    """
    policy = authority.require(db, by, right, case)
    locked(db, case)
    require_handler(case, by)
    if case.state != "in_preparation":
        raise Refused("not-in-this-state", subject="case", act=act, state=case.state)
    return policy


def add_note(db: Session, case: Case, text: str, by: Actor, at: datetime) -> Note:
    """Write a note on the case. Raises ``NotFound``, ``NotAllowed``."""
    authority.require(db, by, "add-note", case)
    assert by.id is not None
    note = Note(case_id=case.id, author_id=by.id, written_at=at, text=text)
    db.add(note)
    db.flush()
    timeline.append(db, case, "note-added", by, at)
    return note


def notes_of(db: Session, case: Case) -> list[Note]:
    """The notes on the case, newest first."""
    return list(db.scalars(select(Note).where(Note.case_id == case.id).order_by(Note.written_at.desc())))
