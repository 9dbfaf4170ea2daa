"""Who is at the door. One small interface; each way of identifying people is a module beside this one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from lending.people.model import Citizen, StaffMember

Person = Citizen | StaffMember


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody the sign-in page may offer (demo only)."""

    id: UUID
    name: str
    language: str
    title: str = ""
    organisation: str = ""
    unit: str = ""
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """What the sign-in page shows: people to choose among, or the address of the service that identifies people."""

    people: tuple[Candidate, ...] = ()
    address: str | None = None


class IdentityDoor(Protocol):
    """A way of finding out who somebody is. ``realm``: ``citizen`` or ``staff``. The sign-in keeps ``method``."""

    method: str

    def offer(self, db: Session, realm: str) -> Offer:
        """What to show to somebody who wants in."""
        ...

    def identify(self, db: Session, realm: str, answer: Mapping[str, str]) -> Person | None:
        """The person that ``answer`` proves, or ``None``: never why not."""
        ...
