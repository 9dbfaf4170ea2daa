"""Who acts: a citizen, a member of staff, or the system itself (timers)."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

Kind = Literal["citizen", "staff", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who acts, as the domain needs to know them. ``organisation``, ``unit`` and ``roles`` are for staff."""

    kind: Kind
    id: UUID | None = None
    organisation: str | None = None
    unit: str | None = None
    roles: frozenset[str] = frozenset()

    @property
    def is_citizen(self) -> bool:
        return self.kind == "citizen"

    @property
    def is_staff(self) -> bool:
        return self.kind == "staff"


SYSTEM = Actor("system")
