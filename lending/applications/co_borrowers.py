"""Spouses who borrow together: the applicant names the other, who accepts or declines as themselves (kemi-2016:6.4a).

Only where the criteria let spouses borrow. Accepting is also the consent to investigate one's own debts. The spouse is
left out again, or answers, before the decision is proposed; until the answer nothing is granted.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lending.applications.consent import new_consent
from lending.applications.model import Application, Consent
from lending.applications.sections import criteria_of
from lending.basics.actor import Actor
from lending.basics.database import vault_of
from lending.basics.errors import NotFound, Refused
from lending.cases import authority, casework, timeline
from lending.cases.model import Case, CoBorrower
from lending.cases.states import CO_BORROWER
from lending.people.citizens import normalised_hetu
from lending.people.model import Citizen
from lending.policy.policies import Policy

NAME_MAX_CHARACTERS = 100
#: Until the decision is proposed the borrowers can change.
OPEN_STATES = frozenset({"draft", "submitted", "in_preparation", "waiting_for_citizen"})


@dataclass(frozen=True, slots=True)
class Spouse:
    """Who is invited, and their part of the liability in thousandths; ``None``: both are liable for all of it."""

    given_names: str
    family_name: str
    hetu: str
    share_permille: int | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation as the spouse sees it: who asks, of whom, for how much; nothing else of the application."""

    co_borrower: CoBorrower
    applicant: str
    policy: Policy
    amount_cents: int | None
    months: int | None


def may_borrow_together(policy: Policy) -> bool:
    """Whether the criteria let spouses borrow together."""
    return policy.borrowers == "spouses"


def co_borrower_of(db: Session, case: Case) -> CoBorrower | None:
    """The newest invitation on the case, whatever became of it."""
    query = select(CoBorrower).where(CoBorrower.case_id == case.id)
    return db.scalar(query.order_by(CoBorrower.invited_at.desc(), CoBorrower.state).limit(1))


def may_change(case: Case) -> bool:
    """Whether the borrowers of the case can still change."""
    return case.state in OPEN_STATES


def invite(db: Session, case: Case, spouse: Spouse, by: Actor, at: datetime) -> CoBorrower:
    """Name the spouse as a second borrower; they see the invitation when they sign in.

    Raises ``NotFound`` for another's case; ``Refused``: ``one-borrower-only`` with the clause, ``hetu-invalid``,
    ``co-borrower-yourself``, ``co-borrower-name-missing``, ``share-out-of-range``, ``co-borrower-already``,
    ``borrowers-settled``.
    """
    authority.require_own(by, case)
    casework.locked(db, case)
    _require_open(db, case)
    for field, name in (("given_names", spouse.given_names), ("family_name", spouse.family_name)):
        if not name.strip():
            raise Refused("co-borrower-name-missing", field=field)
        if len(name) > NAME_MAX_CHARACTERS:
            raise Refused("text-too-long", field=field, limit=NAME_MAX_CHARACTERS)
    if spouse.share_permille is not None and not 0 < spouse.share_permille < 1000:
        raise Refused("share-out-of-range", field="share")
    hetu, vault = normalised_hetu(spouse.hetu), vault_of(db)
    index = vault.blind_index(hetu, "hetu")
    if index == db.get_one(Citizen, case.citizen_id).hetu_index:
        raise Refused("co-borrower-yourself", field="hetu")
    if (before := co_borrower_of(db, case)) and not CO_BORROWER.states[before.state].final:
        raise Refused("co-borrower-already")
    invited = CoBorrower(
        case_id=case.id,
        hetu_sealed=vault.seal(hetu.encode(), "hetu"),
        hetu_index=index,
        given_names=spouse.given_names.strip(),
        family_name=spouse.family_name.strip(),
        share_permille=spouse.share_permille,
        state="invited",
        invited_at=at,
    )
    db.add(invited)
    db.flush()
    timeline.append(db, case, "co-borrower-invited", by, at, share_permille=spouse.share_permille)
    return invited


def withdraw_invitation(db: Session, case: Case, by: Actor, at: datetime) -> None:
    """Leave the spouse out again, whether they have answered or not. Raises ``Refused``: ``borrowers-settled``,
    ``not-in-this-state``.
    """
    authority.require_own(by, case)
    casework.locked(db, case)
    _require_open(db, case)
    invited = co_borrower_of(db, case)
    if invited is None:
        raise Refused("not-in-this-state", subject="co_borrower", act="withdraw", state=case.state)
    invited.state = CO_BORROWER.after("withdraw", invited.state)
    invited.withdrawn_at = at
    consent = _consent_of(db, invited)
    if consent is not None:
        consent.withdrawn_at = at
    db.flush()
    timeline.append(db, case, "co-borrower-withdrawn", by, at)


def invitations_for(db: Session, citizen: Citizen, at: datetime) -> list[Invitation]:
    """The invitations that wait for the citizen's answer, the newest first."""
    query = (
        select(CoBorrower, Case, Citizen, Application)
        .join(Case, Case.id == CoBorrower.case_id)
        .join(Citizen, Citizen.id == Case.citizen_id)
        .join(Application, Application.case_id == Case.id)
        .where(CoBorrower.hetu_index == citizen.hetu_index, CoBorrower.state == "invited")
        .where(Case.state.in_(OPEN_STATES))
        .order_by(CoBorrower.invited_at.desc())
    )
    return [
        Invitation(
            co_borrower=invited,
            applicant=applicant.display_name,
            policy=criteria_of(db, case, at),
            amount_cents=application.amount_cents,
            months=application.months,
        )
        for invited, case, applicant, application in db.execute(query)
    ]


def accept_invitation(
    db: Session, invitation_id: UUID, language: str, by: Actor, at: datetime, shown: str | None = None
) -> CoBorrower:
    """Accept to borrow together, and consent to the investigation of one's own debts as read in ``language``.

    ``shown``: the version of the text that the page showed. Raises ``NotFound`` for anybody but the one invited;
    ``Refused``: ``borrowers-settled``, ``not-in-this-state``, and as ``consent.new_consent``.
    """
    invited, case = _answered(db, invitation_id, "accept", by, at)
    consent = new_consent(db, case, language, by, at, shown)
    invited.citizen_id = by.id
    db.add(consent)
    db.flush()
    timeline.append(db, case, "co-borrower-accepted", by, at, version=consent.text_version, language=language)
    return invited


def decline_invitation(db: Session, invitation_id: UUID, by: Actor, at: datetime) -> CoBorrower:
    """Decline to borrow together. Raises as ``accept_invitation``."""
    invited, case = _answered(db, invitation_id, "decline", by, at)
    db.flush()
    timeline.append(db, case, "co-borrower-declined", by, at)
    return invited


def require_answered(db: Session, case: Case) -> None:
    """Check that nobody invited has still to answer. Raises ``Refused("co-borrower-not-answered")``."""
    invited = co_borrower_of(db, case)
    if invited is not None and invited.state == "invited":
        raise Refused("co-borrower-not-answered")


def _answered(db: Session, invitation_id: UUID, act: str, by: Actor, at: datetime) -> tuple[CoBorrower, Case]:
    invited = db.get(CoBorrower, invitation_id)
    citizen = db.get(Citizen, by.id) if by.is_citizen and by.id else None
    if invited is None or citizen is None or invited.hetu_index != citizen.hetu_index:
        raise NotFound
    case = casework.locked(db, db.get_one(Case, invited.case_id))
    db.refresh(invited)
    _require_open(db, case)
    invited.state = CO_BORROWER.after(act, invited.state)
    invited.answered_at = at
    return invited, case


def _require_open(db: Session, case: Case) -> None:
    policy = authority.policy_of(db, case)
    if not may_borrow_together(policy):
        raise Refused("one-borrower-only", clause=policy.cite_governing("borrowers") or policy.id)
    if not may_change(case):
        raise Refused("borrowers-settled")


def _consent_of(db: Session, invited: CoBorrower) -> Consent | None:
    query = select(Consent).where(Consent.case_id == invited.case_id, Consent.citizen_id == invited.citizen_id)
    return db.scalar(query.where(Consent.withdrawn_at.is_(None)))
