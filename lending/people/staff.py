"""Staff: who works in which unit, with which roles."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lending.basics.errors import NotFound
from lending.people.model import StaffMember, StaffRole
from lending.people.names import sort_name


def register(
    db: Session,
    *,
    organisation: str,
    unit: str,
    username: str,
    given_names: str,
    family_name: str,
    title: str,
    email: str,
    phone: str,
    language: str = "fi",
    roles: Iterable[str] = (),
) -> StaffMember:
    """Record a member of staff, or bring an earlier record with the same user name up to date."""
    member = db.scalar(
        select(StaffMember).where(StaffMember.organisation == organisation, StaffMember.username == username)
    )
    if member is None:
        member = StaffMember(organisation=organisation, username=username)
        db.add(member)
    member.unit, member.title, member.email, member.phone = unit, title, email, phone
    member.given_names, member.family_name, member.language = given_names, family_name, language
    member.sort_name = sort_name(family_name, given_names)
    wanted = set(roles)
    member.roles = [role for role in member.roles if role.role in wanted]
    member.roles += [StaffRole(role=role) for role in sorted(wanted - {role.role for role in member.roles})]
    db.flush()
    return member


def get(db: Session, staff_id: UUID) -> StaffMember:
    """The member of staff with this id. Raises ``NotFound``."""
    member = db.get(StaffMember, staff_id)
    if member is None:
        raise NotFound
    return member


def with_roles(db: Session, organisation: str, unit: str | None, roles: Iterable[str]) -> list[StaffMember]:
    """The active staff of the unit who have one of the roles, in name order; ``None``: of every unit."""
    has_role = StaffMember.id.in_(select(StaffRole.staff_id).where(StaffRole.role.in_(set(roles))))
    query = select(StaffMember).where(StaffMember.organisation == organisation, StaffMember.active, has_role)
    if unit is not None:
        query = query.where(StaffMember.unit == unit)
    return list(db.scalars(query.order_by(StaffMember.sort_name)))


def names_of(db: Session, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """The names of these members of staff, in one query: what a timeline or a letter shows."""
    wanted = {staff_id for staff_id in ids if staff_id}
    if not wanted:
        return {}
    members = db.scalars(select(StaffMember).where(StaffMember.id.in_(wanted)))
    return {member.id: member.display_name for member in members}
