"""People and cases for tests: every default is given, so that a test shows only what matters to it."""

from collections.abc import Iterable
from datetime import datetime
from itertools import count
from typing import BinaryIO
from uuid import UUID

from sqlalchemy.orm import Session
from stdnum.fi import hetu as finnish_hetu

from lending.basics.actor import Actor
from lending.cases import casework
from lending.cases.attachments import attach
from lending.cases.inspection import inspected
from lending.cases.model import Attachment, Case
from lending.people import citizens
from lending.people.citizens import Particulars
from lending.people.model import Citizen, StaffMember, StaffRole
from lending.people.names import sort_name
from lending.policy.policies import Policy, policies_of
from tests.clock import NOW

_numbers = count(1)
_CHECKS = "0123456789ABCDEFHJKLMNPRSTUVWXY"


def a_hetu() -> str:
    """A personal identity code of the 900 series that no earlier call gave."""
    number = next(_numbers)
    digits = f"{1 + number % 28:02d}{1 + number // 28 % 12:02d}{50 + number // 336 % 50:02d}"
    individual = 900 + number // 16800
    code = f"{digits}-{individual}{_CHECKS[int(f'{digits}{individual}') % 31]}"
    assert finnish_hetu.is_valid(code, allow_temporary=True)
    return code


def a_citizen(
    db: Session,
    *,
    given_names: str = "Aino",
    family_name: str = "Virtanen",
    language: str = "fi",
    municipality: str | None = "106",
    address: str | None = "Kuvitteentie 1, 05800 Hyvinkää",
    safety_ban: bool = False,
) -> Citizen:
    """A citizen of the area who has signed in once."""
    particulars = Particulars(
        a_hetu(), given_names, family_name, language, municipality, address, safety_ban=safety_ban
    )
    return citizens.register(db, particulars, NOW)


def a_colleague(
    db: Session, *roles: str, unit: str = "team-1", organisation: str = "keusote", family_name: str = "Saarinen"
) -> StaffMember:
    """A member of staff with these roles (``preparer`` where none is named)."""
    (member,) = colleagues(db, [(unit, roles or ("preparer",))], organisation=organisation, family_name=family_name)
    return member


def colleagues(
    db: Session,
    places: Iterable[tuple[str, tuple[str, ...]]],
    *,
    organisation: str = "keusote",
    family_name: str = "Saarinen",
) -> list[StaffMember]:
    """A member of staff for each unit and set of roles, all recorded at once."""
    members = [
        StaffMember(
            organisation=organisation,
            unit=unit,
            username=f"colleague-{next(_numbers)}",
            given_names="Elina",
            family_name=family_name,
            sort_name=sort_name(family_name, "Elina"),
            language="fi",
            title="sosiaaliohjaaja",
            email="elina@vakaa.example",
            phone="019 555 0100",
            roles=[StaffRole(role=role) for role in sorted(set(roles))],
        )
        for unit, roles in places
    ]
    db.add_all(members)
    db.flush()
    return members


def add_attachment(
    db: Session,
    case: Case,
    kind: str,
    file_name: str,
    stream: BinaryIO,
    by: Actor,
    at: datetime = NOW,
    supplement_item_id: UUID | None = None,
) -> Attachment:
    """Inspect and attach the file read from ``stream``, in one go."""
    with inspected(stream, file_name) as file:
        return attach(db, case, kind, file, by, at, supplement_item_id)


def a_purpose(policy: Policy) -> str:
    """A purpose whose loan is paid to the borrower: home purchases, where the criteria know them."""
    paid_to_borrower = [key for key, purpose in policy.purposes.items() if purpose.payee == "borrower"]
    return "home" if "home" in paid_to_borrower else paid_to_borrower[0]


def a_case(
    db: Session,
    citizen: Citizen | None = None,
    *,
    state: str = "submitted",
    at: datetime = NOW,
    organisation: str = "keusote",
) -> Case:
    """A case of the citizen in ``state``, numbered and placed as a submitted one, without its application."""
    citizen = citizen or a_citizen(db)
    policy = policies_of(db).for_organisation(organisation, at.date())
    case = casework.open_case(db, citizen, policy, citizen.actor, at)
    if state != "draft":
        casework.number_case(db, case, policy, at)
        casework.place_case(db, case, citizen, policy)
        case.pending_since = at
    case.state = state
    db.flush()
    return case
