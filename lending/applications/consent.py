"""Consent (valtakirja) to a debt investigation: given in one version's words, withdrawn any time, each use told.

A spouse who borrows together with the applicant gives a consent of their own, to the investigation of their own debts.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lending.applications.model import Consent, ConsentUse
from lending.applications.sections import criteria_of
from lending.basics.actor import Actor
from lending.basics.dates import add_months
from lending.basics.errors import NotFound, Refused
from lending.cases import authority, casework, timeline
from lending.cases.deadlines import local_day
from lending.cases.model import Case
from lending.people.model import LANGUAGES, StaffMember

ASKED_OF_MAX_CHARACTERS = 120
PURPOSE_MAX_CHARACTERS = 2000
#: Where the application has been decided and any loan paid out, or withdrawn: a consent is over, as its own words say.
OVER = frozenset({"running", "refused", "withdrawn", "closed"})


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a consent, as the citizen sees it: who asked whom about ``whose`` debts, when and what for."""

    id: int
    used_at: datetime
    asked_of: str
    purpose: str
    staff_name: str
    text_version: str
    whose: UUID


def give_consent(db: Session, case: Case, language: str, by: Actor, at: datetime, shown: str | None = None) -> Consent:
    """Give the consent that the criteria of the case ask for now, as read in ``language``.

    ``shown``: the version of the text that the page showed. A valid consent in the same words is given back as it is.
    Raises ``Refused``: ``case-ended``, and as ``new_consent``.
    """
    authority.require_borrower(db, by, case)
    casework.locked(db, case)
    if case.state in OVER:
        raise Refused("case-ended")
    consent = new_consent(db, case, language, by, at, shown)
    valid = valid_consent(db, case, at, by.id)
    if valid is not None and valid.text_version == consent.text_version:
        return valid
    if valid is not None:
        valid.withdrawn_at = at
    db.add(consent)
    db.flush()
    facts = {"version": consent.text_version, "language": language, "scope": consent.scope}
    timeline.append(db, case, "consent-given", by, at, **facts)
    return consent


def new_consent(db: Session, case: Case, language: str, by: Actor, at: datetime, shown: str | None) -> Consent:
    """A consent of ``by`` in the words that the criteria of the case ask for now; it is not kept yet.

    Whose case it is is the caller's to check. Raises ``Refused``: ``language-unknown``, ``consent-text-changed`` where
    ``shown`` is another version of the text: a consent is to what was read, and to nothing else.
    """
    assert by.id is not None
    text = criteria_of(db, case, at).consent
    if language not in LANGUAGES:
        raise Refused("language-unknown")
    if shown not in (None, text.version):
        raise Refused("consent-text-changed")
    return Consent(
        case_id=case.id,
        citizen_id=by.id,
        text_version=text.version,
        language=language,
        scope=text.scope,
        given_at=at,
    )


def withdraw_consent(db: Session, case: Case, by: Actor, at: datetime) -> None:
    """Withdraw the consent, whatever the state of the case. Raises ``Refused("consent-missing")``: there is none."""
    authority.require_borrower(db, by, case)
    casework.locked(db, case)
    consent = _newest(db, case, at, by.id)
    if consent is None:
        raise Refused("consent-missing")
    consent.withdrawn_at = at
    db.flush()
    timeline.append(db, case, "consent-withdrawn", by, at, version=consent.text_version)


def valid_consent(db: Session, case: Case, at: datetime, whose: UUID | None = None) -> Consent | None:
    """The consent in force on the case at the moment, or ``None``: none given, withdrawn, its time is over, or the
    application is no longer being handled.

    ``whose``: the borrower who has given it; the applicant unless told otherwise.
    """
    return None if case.state in OVER else _newest(db, case, at, whose)


def _newest(db: Session, case: Case, at: datetime, whose: UUID | None) -> Consent | None:
    """The newest consent that has not been withdrawn and whose months have not run out, whatever the case's state."""
    consent = db.scalar(
        select(Consent)
        .where(Consent.case_id == case.id, Consent.citizen_id == (whose or case.citizen_id))
        .where(Consent.withdrawn_at.is_(None))
        .order_by(Consent.given_at.desc())
        .limit(1)
    )
    return consent if consent is not None and local_day(at) <= last_day_of(db, case, consent) else None


def last_day_of(db: Session, case: Case, consent: Consent) -> date:
    """The last day on which the consent is in force, unless it is withdrawn before."""
    text = authority.policy_of(db, case).consents[consent.text_version]
    return add_months(local_day(consent.given_at), text.valid_months)


def consents_of(db: Session, case: Case, whose: UUID | None = None) -> list[Consent]:
    """Every consent that the applicant, or the borrower ``whose``, has ever given on the case, newest first."""
    given = select(Consent).where(Consent.case_id == case.id, Consent.citizen_id == (whose or case.citizen_id))
    return list(db.scalars(given.order_by(Consent.given_at.desc())))


def require_consent(db: Session, case: Case, at: datetime, whose: UUID | None = None) -> Consent:
    """The consent in force. Raises ``Refused("consent-missing")``: the debts may not be investigated."""
    consent = valid_consent(db, case, at, whose)
    if consent is None:
        raise Refused("consent-missing")
    return consent


def record_use(
    db: Session, case: Case, asked_of: str, purpose: str, by: Actor, at: datetime, whose: UUID | None = None
) -> ConsentUse:
    """Record that the staff who prepare the case asked ``asked_of`` about the debts; the citizen sees it.

    ``whose``: the borrower whose debts they are; the applicant's unless told otherwise. Raises ``Refused``:
    ``consent-missing``, ``case-not-yours``, ``text-missing``, ``text-too-long``.
    """
    authority.require(db, by, "prepare", case)
    casework.require_handler(case, by)
    for field, text, most in (
        ("asked_of", asked_of, ASKED_OF_MAX_CHARACTERS),
        ("purpose", purpose, PURPOSE_MAX_CHARACTERS),
    ):
        if not text.strip():
            raise Refused("text-missing", field=field)
        if len(text) > most:
            raise Refused("text-too-long", field=field, limit=most)
    # Held, so that a withdrawal at the same moment comes either before the use or after it.
    casework.locked(db, case)
    consent = require_consent(db, case, at, whose)
    if by.id is None:
        raise NotFound
    use = ConsentUse(
        consent_id=consent.id, staff_id=by.id, used_at=at, asked_of=asked_of.strip(), purpose=purpose.strip()
    )
    db.add(use)
    db.flush()
    timeline.append(db, case, "consent-used", by, at, use=use.id)
    return use


def uses_of(db: Session, case: Case) -> list[Use]:
    """Every use of the consents of the case, newest first, with the name of the one who asked."""
    rows = db.execute(
        select(ConsentUse, Consent.text_version, Consent.citizen_id, StaffMember)
        .join(Consent, Consent.id == ConsentUse.consent_id)
        .join(StaffMember, StaffMember.id == ConsentUse.staff_id)
        .where(Consent.case_id == case.id)
        .order_by(ConsentUse.id.desc())
    )
    return [
        Use(use.id, use.used_at, use.asked_of, use.purpose, member.display_name, version, whose)
        for use, version, whose, member in rows
    ]
