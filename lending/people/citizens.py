"""Citizens: their record, looked up by a blind index of the personal identity code."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from stdnum.fi import hetu as finnish_hetu

from lending.basics.database import vault_of
from lending.basics.errors import NotFound, Refused
from lending.people.model import Citizen
from lending.people.names import sort_name


@dataclass(frozen=True, slots=True)
class Particulars:
    """What is known of a citizen at identification. ``municipality`` is its three-digit code."""

    hetu: str
    given_names: str
    family_name: str
    language: str
    municipality: str | None
    address: str | None = None
    email: str | None = None
    phone: str | None = None
    safety_ban: bool = False


def register(db: Session, particulars: Particulars, at: datetime) -> Citizen:
    """Record the citizen, or bring an earlier record up to date; the language they chose themselves stays.

    Raises ``Refused("hetu-invalid")``. All eleven characters of the code are kept: since 2023 it is unique only with
    its intermediate character.
    """
    hetu = normalised_hetu(particulars.hetu)
    citizen = find_by_hetu(db, hetu)
    if citizen is None:
        vault = vault_of(db)
        citizen = Citizen(
            hetu_sealed=vault.seal(hetu.encode(), "hetu"),
            hetu_index=vault.blind_index(hetu, "hetu"),
            language=particulars.language,
            created_at=at,
        )
        db.add(citizen)
    citizen.given_names = particulars.given_names
    citizen.family_name = particulars.family_name
    citizen.sort_name = sort_name(particulars.family_name, particulars.given_names)
    citizen.email = particulars.email or citizen.email
    citizen.phone = particulars.phone or citizen.phone
    citizen.safety_ban = particulars.safety_ban
    citizen.address_sealed = _sealed(db, particulars.address, "address")
    citizen.municipality_sealed = _sealed(db, particulars.municipality, "municipality")
    db.flush()
    return citizen


def normalised_hetu(text: str) -> str:
    """The personal identity code in its eleven characters. Raises ``Refused("hetu-invalid")``."""
    candidate = text.strip().upper()
    if not finnish_hetu.is_valid(candidate, allow_temporary=True):
        raise Refused("hetu-invalid", field="hetu")
    return str(finnish_hetu.compact(candidate))


def find_by_hetu(db: Session, hetu: str) -> Citizen | None:
    """The citizen with this personal identity code, if there is one."""
    index = vault_of(db).blind_index(normalised_hetu(hetu), "hetu")
    return db.scalar(select(Citizen).where(Citizen.hetu_index == index))


def get(db: Session, citizen_id: UUID) -> Citizen:
    """The citizen with this id. Raises ``NotFound``."""
    citizen = db.get(Citizen, citizen_id)
    if citizen is None:
        raise NotFound
    return citizen


def hetu_of(db: Session, citizen: Citizen) -> str:
    """The personal identity code in clear. Show it only where the task needs it, and log the view."""
    return vault_of(db).open(citizen.hetu_sealed, "hetu").decode()


def masked_hetu(db: Session, citizen: Citizen) -> str:
    """The code with its end hidden: ``130594Y****``."""
    return hetu_of(db, citizen)[:7] + "****"


def address_of(db: Session, citizen: Citizen) -> str | None:
    """The postal address in clear, or ``None``."""
    return _opened(db, citizen.address_sealed, "address")


def municipality_of(db: Session, citizen: Citizen) -> str | None:
    """The code of the home municipality in clear, or ``None``."""
    return _opened(db, citizen.municipality_sealed, "municipality")


def _sealed(db: Session, text: str | None, purpose: str) -> bytes | None:
    return vault_of(db).seal(text.encode(), purpose) if text else None


def _opened(db: Session, sealed: bytes | None, purpose: str) -> str | None:
    return vault_of(db).open(sealed, purpose).decode() if sealed else None
