"""The demo door: choose which of the fictional people to be. Opens only in demo mode (see ``web.config``)."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from integrations.identity import Candidate, Offer, Person
from lending.people.model import Citizen, StaffMember

SHOWN_AT_MOST = 60


class DemoDoor:
    """Lets anyone in as anyone."""

    method = "demo"

    def offer(self, db: Session, realm: str) -> Offer:
        """Everybody in the realm, in name order; staff by organisation."""
        if realm == "staff":
            query = select(StaffMember).where(StaffMember.active)
            members = db.scalars(query.order_by(StaffMember.organisation, StaffMember.sort_name).limit(SHOWN_AT_MOST))
            return Offer(tuple(_of_staff(member) for member in members))
        citizens = db.scalars(select(Citizen).order_by(Citizen.sort_name).limit(SHOWN_AT_MOST))
        return Offer(tuple(Candidate(citizen.id, citizen.display_name, citizen.language) for citizen in citizens))

    def identify(self, db: Session, realm: str, answer: Mapping[str, str]) -> Person | None:
        """The person whose id is in ``answer["person"]``."""
        try:
            person_id = UUID(answer.get("person", ""))
        except ValueError:
            return None
        if realm == "staff":
            member = db.get(StaffMember, person_id)
            return member if member and member.active else None
        return db.get(Citizen, person_id)


def _of_staff(member: StaffMember) -> Candidate:
    roles = tuple(sorted(role.role for role in member.roles))
    return Candidate(
        member.id, member.display_name, member.language, member.title, member.organisation, member.unit, roles
    )
