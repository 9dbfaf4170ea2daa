"""Tables of people: citizens, staff, their sign-ins, and the access log."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lending.basics.actor import Actor
from lending.basics.append_only import append_only
from lending.basics.database import Base, Serial, one_of

LANGUAGES = ("fi", "sv", "en")
REALMS = ("citizen", "staff")
ROLES = ("preparer", "decider", "waiver_decider", "payments", "auditor", "accounting_manager", "legal_counsel")


class Citizen(Base):
    """A person who applies or borrows. The personal identity code and the address are sealed at rest.

    Under a safety ban (turvakielto, act 661/2009 36–37 §) the address **and** the home municipality are shown only
    to those whose task needs them.
    """

    __tablename__ = "citizen"
    __table_args__ = (one_of("language", LANGUAGES),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    hetu_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    hetu_index: Mapped[str] = mapped_column(String(64), unique=True)
    given_names: Mapped[str] = mapped_column(String(100))
    family_name: Mapped[str] = mapped_column(String(100))
    sort_name: Mapped[str] = mapped_column(String(240), index=True)
    language: Mapped[str] = mapped_column(String(2))
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(30))
    address_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    municipality_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    safety_ban: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    @property
    def display_name(self) -> str:
        return f"{self.given_names} {self.family_name}"

    @property
    def actor(self) -> Actor:
        return Actor("citizen", self.id)


class StaffMember(Base):
    """Somebody who works for an organisation, in one of its units, with roles."""

    __tablename__ = "staff_member"
    __table_args__ = (
        UniqueConstraint("organisation", "username"),
        one_of("language", LANGUAGES),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organisation: Mapped[str] = mapped_column(String(40))
    unit: Mapped[str] = mapped_column(String(40))
    username: Mapped[str] = mapped_column(String(60))
    given_names: Mapped[str] = mapped_column(String(100))
    family_name: Mapped[str] = mapped_column(String(100))
    sort_name: Mapped[str] = mapped_column(String(240), index=True)
    title: Mapped[str] = mapped_column(String(100))
    email: Mapped[str] = mapped_column(String(254))
    phone: Mapped[str] = mapped_column(String(30))
    language: Mapped[str] = mapped_column(String(2))
    active: Mapped[bool] = mapped_column(default=True)
    roles: Mapped[list["StaffRole"]] = relationship(lazy="selectin", cascade="all, delete-orphan")

    @property
    def display_name(self) -> str:
        return f"{self.given_names} {self.family_name}"

    @property
    def actor(self) -> Actor:
        return Actor("staff", self.id, self.organisation, self.unit, frozenset(role.role for role in self.roles))


class StaffRole(Base):
    """A role that a member of staff holds. What a role may do is the policy's delegation."""

    __tablename__ = "staff_role"
    __table_args__ = (one_of("role", ROLES),)

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_member.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)


class SignIn(Base):
    """One sign-in of a person to one realm. The browser holds the token, the table only its hash."""

    __tablename__ = "sign_in"
    __table_args__ = (one_of("realm", REALMS),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    realm: Mapped[str] = mapped_column(String(10))
    person_id: Mapped[UUID] = mapped_column(index=True)
    method: Mapped[str] = mapped_column(String(30))
    signed_in_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class AccessLogEntry(Base):
    """One view of a person's data by a member of staff. Append-only (703/2023 11 §)."""

    __tablename__ = "access_log_entry"

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    organisation: Mapped[str] = mapped_column(String(40))
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_member.id"), index=True)
    citizen_id: Mapped[UUID] = mapped_column(ForeignKey("citizen.id"), index=True)
    case_id: Mapped[UUID | None] = mapped_column(index=True)
    what: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str | None] = mapped_column(Text)
    request_id: Mapped[str] = mapped_column(String(40))


append_only(AccessLogEntry)
