"""Sign-ins: two realms, each with its own cookie, and a record on the server for every sign-in.

Flask-Login keeps one user per application in Flask's own session. Here two realms live side by side and must never
open each other's pages, and a sign-in must be revocable on the server; so this is a piece of its own: a random token in
a cookie, its hash in ``lending.people.model.SignIn``.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask import Response, g, request, session
from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from integrations.identity import Person
from lending.people.model import Citizen, SignIn, StaffMember
from web.config import Config
from web.transaction import afterwards
from web.wiring import wiring

TOKEN_BYTES = 32
#: Writing at every page view would be a write for nothing.
SEEN_EVERY = timedelta(minutes=1)
#: Who signs in to each realm, and what is read with them: this happens on every page.
_MODELS: dict[str, tuple[type[Citizen] | type[StaffMember], list[ORMOption]]] = {
    "citizen": (Citizen, []),
    "staff": (StaffMember, [joinedload(StaffMember.roles)]),
}


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person signed in, as templates may show them on every page, even when the database has gone away."""

    id: UUID
    display_name: str
    language: str
    organisation: str | None = None
    unit: str | None = None
    title: str = ""
    roles: frozenset[str] = frozenset()


def cookie_name(config: Config, realm: str) -> str:
    """The cookie of the realm. Over https its name forbids any other host or path to set it."""
    return f"{'__Host-' if config.cookie_secure else ''}vakaa-{realm}"


def identify() -> None:
    """Find out who asks: sets ``g.person``, ``g.actor`` and ``g.signed_in``, or leaves them ``None``."""
    g.person = g.actor = g.signed_in = g.sign_in = None
    token = request.cookies.get(cookie_name(wiring().config, g.realm))
    if not token:
        return
    record = _valid(g.db, token, g.realm)
    if record is None:
        return
    model, options = _MODELS[g.realm]
    person = g.db.get(model, record.person_id, options=options)
    if person is None or (isinstance(person, StaffMember) and not person.active):
        return
    g.person, g.actor, g.signed_in, g.sign_in = person, person.actor, _shown(person), record
    if g.now - record.last_seen_at >= SEEN_EVERY:
        _note_seen(record.id)


def begin(response: Response, realm: str, person: Person, method: str) -> None:
    """Sign ``person`` in: a new record, a new token in the cookie. What the cookie held before ends."""
    config = wiring().config
    _end_current(realm)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    ends_at = g.now + timedelta(minutes=config.session_absolute_minutes)
    g.db.add(
        SignIn(
            token_hash=_hash(token),
            realm=realm,
            person_id=person.id,
            method=method,
            signed_in_at=g.now,
            last_seen_at=g.now,
            ends_at=ends_at,
        )
    )
    g.db.flush()
    # A cookie without a date ends with the browser; the record ends it sooner.
    response.set_cookie(cookie_name(config, realm), token, secure=config.cookie_secure, httponly=True, samesite="Lax")


def end(response: Response, realm: str) -> None:
    """Sign out of ``realm``: the record ends, and with it every copy of the cookie."""
    config = wiring().config
    _end_current(realm)
    # What the next person at this computer sends must not pass as this person's.
    session.clear()
    response.delete_cookie(cookie_name(config, realm), secure=config.cookie_secure, httponly=True, samesite="Lax")


def end_all(db: Session, realm: str, person_id: UUID) -> None:
    """End every sign-in of the person in the realm; needs ``g.now``."""
    db.execute(
        update(SignIn)
        .where(SignIn.realm == realm, SignIn.person_id == person_id, SignIn.ended_at.is_(None))
        .values(ended_at=g.now)
    )


def _valid(db: Session, token: str, realm: str) -> SignIn | None:
    record = db.scalar(select(SignIn).where(SignIn.token_hash == _hash(token), SignIn.realm == realm))
    if record is None or record.ended_at is not None or record.ends_at <= g.now:
        return None
    idle = timedelta(minutes=wiring().config.session_idle_minutes)
    return record if g.now - record.last_seen_at < idle else None


def _end_current(realm: str) -> None:
    token = request.cookies.get(cookie_name(wiring().config, realm))
    if token:
        g.db.execute(
            update(SignIn)
            .where(SignIn.token_hash == _hash(token), SignIn.realm == realm, SignIn.ended_at.is_(None))
            .values(ended_at=g.now)
        )


def _note_seen(record_id: UUID) -> None:
    now = g.now
    afterwards(lambda db: db.execute(update(SignIn).where(SignIn.id == record_id).values(last_seen_at=now)))


def _shown(person: Person) -> SignedIn:
    if isinstance(person, StaffMember):
        roles = frozenset(role.role for role in person.roles)
        return SignedIn(
            person.id, person.display_name, person.language, person.organisation, person.unit, person.title, roles
        )
    return SignedIn(person.id, person.display_name, person.language)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
