"""On the demo's people and cases: nobody reaches what belongs to somebody else, whatever address they try.

Every route of the application is tried, with every kind of thing that it can name. A new route is tried as soon as it
is there; one that the demo has nothing for fails (see ``tests.web.demo_addresses``).
"""

import re
from collections.abc import Callable, Iterable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lending.cases.model import Case
from lending.people.model import ROLES, StaffMember
from tests.builders import a_colleague
from tests.web.demo_addresses import Address, one_of_each, one_of_each_stage
from tests.web.demo_world import KEUSOTE_ROLES, Person, World, signed_in
from tests.web.inventory import written_down
from web.demo.people import KEUSOTE
from web.wiring import wiring

LISTED = re.compile(r"(?P<method>[A-Z]+) (?P<rule>\S+): staff: [^[]*\[(?P<roles>[^]]*)\].*")
ASKED_TO_SIGN_IN = {"GET": 303, "POST": 401}
#: Answers to a form in which nothing was filled in: what is missing, or done where nothing needs to be filled in.
ANSWERED = frozenset({303, 422})


def test_another_citizen_finds_nothing(world: World):
    _find_nothing(world, _of_cases(world, "citizen"), world.stranger)


def test_staff_of_another_unit_find_nothing(world: World):
    organisations = {each.key: each for each in wiring(world.app).policies.organisations()}
    units = {(case.organisation, case.unit) for case in world.cases if case.unit}
    elsewhere = {}
    for key, unit in units:
        # A unit that has no part in the work of this one; of a single unit, one that is not there at all.
        others = organisations[key].units.keys() - organisations[key].arrangement.units_of(unit)
        elsewhere[key, unit] = _everything(world, organisation=key, unit=min(others, default="nowhere"))
    _find_nothing(world, _of_cases(world, "staff"), lambda case: elsewhere[case.organisation, case.unit])


def test_staff_of_another_organisation_find_nothing(world: World):
    # Those who look have every role in their own organisation: only the case itself refuses them.
    for own, other in (("keusote", "kemi"), ("kemi", "pohjois-savo"), ("pohjois-savo", "keusote")):
        unit = min(wiring(world.app).policies.organisation(other).units)
        intruder = _everything(world, organisation=other, unit=unit)
        assert world.client(intruder).get("/office").status_code == 200
        theirs = (each for each in world.addresses("staff") if each.case and each.case.organisation == own)
        addresses = one_of_each(theirs)
        # An act that nobody does in the other organisation is refused whatever the address names.
        refused = [each for each in addresses if not world.roles(each.guard, other)]
        assert {world.open(each, world.client(intruder, police=False)).status_code for each in refused} <= {403}
        addresses = [each for each in addresses if each not in refused]
        assert addresses
        _find_nothing(world, addresses, lambda case, intruder=intruder: intruder)


def test_lists_and_figures_never_cross_the_border_between_organisations(world: World):
    pages = [each for each in one_of_each(world.addresses("staff", ["GET"])) if each.case is None]
    for organisation in wiring(world.app).policies.organisations():
        theirs = {case.number for case in world.cases if case.number and case.organisation != organisation.key}
        for unit in organisation.units:
            client = world.client(_everything(world, organisation=organisation.key, unit=unit), police=False)
            for page in [*(each.path for each in pages), "/office?queue=all"]:
                text = client.get(page).text
                assert not [number for number in theirs if number in text], (organisation.key, unit, page)


@pytest.mark.parametrize("realm", ["citizen", "staff"])
def test_things_of_one_case_are_not_found_through_another(world: World, realm: str):
    of_unit = {unit: _everything(world, unit=unit) for unit in ("team-1", "team-2")}
    mixed = [each for each in world.mixed(realm) if each.case.organisation == KEUSOTE]
    _find_nothing(world, mixed, lambda case: case.citizen if realm == "citizen" else of_unit[case.unit])


def test_a_draft_is_the_citizens_alone(world: World):
    drafts = [case for case in world.cases if case.state == "draft"]
    assert drafts
    for draft in drafts:
        for unit in ("team-1", "team-2"):
            client = world.client(_everything(world, unit=unit))
            assert client.get(f"/office/cases/{draft.id}").status_code == 404
            assert client.get(f"/office?queue=all&text={draft.citizen.family_name}").text.count(str(draft.id)) == 0


@pytest.mark.parametrize("realm", ["citizen", "staff"])
def test_the_other_side_of_the_house_is_asked_to_sign_in(world: World, realm: str):
    intruder = _everything(world, unit="team-1") if realm == "citizen" else world.case_of("Virtanen").citizen
    _must_sign_in(world, realm, world.client(intruder, police=False))


@pytest.mark.parametrize("realm", ["citizen", "staff"])
def test_who_is_not_signed_in_is_asked_to(world: World, realm: str):
    _must_sign_in(world, realm, world.client(None, police=False))


# The list of routes is that of one organisation, and not every organisation has every role.
@pytest.mark.parametrize("role", KEUSOTE_ROLES)
def test_a_role_opens_what_is_listed_for_it_and_nothing_else(world: World, role: str):
    listed = {(line["method"], line["rule"]): line["roles"].split(", ") for line in _listed()}
    wrong = []
    own = [each for each in world.addresses("staff") if each.case is None or each.case.organisation == KEUSOTE]
    for address in one_of_each(own):
        client = world.client(world.colleague((address.case and address.case.unit) or "team-1", role), police=False)
        status = world.open(address, client).status_code
        world.restore_after(status)
        if (status == 403) != (role not in listed[address.method, address.rule]) or status in (404, 500):
            wrong.append(f"{role}: {address} answered {status}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("realm", ["citizen", "staff"])
def test_a_form_with_nothing_in_it_is_answered_with_a_sentence_in_every_state(world: World, realm: str):
    wrong: list[str] = []
    looked_at: set[str] = set()
    for address in one_of_each_stage(world.addresses(realm, ["POST"])):
        client = world.client(world.right_person(address), police=address.rule not in looked_at)
        looked_at.add(address.rule)
        try:
            status = world.open(address, client).status_code
        except Exception as broken:
            wrong.append(f"{address}: {type(broken).__name__}: {broken}")
            continue
        world.restore_after(status)
        if status not in ANSWERED:
            wrong.append(f"{address} answered {status}")
    assert not wrong, "\n".join(wrong)


def test_a_waiver_is_not_decided_as_grace_months_are(world: World):
    with_waiver = [
        address
        for address in world.addresses("staff", ["GET"])
        if address.rule == "/office/loans/<uuid:loan_id>/changes/<uuid:request_id>" and "waiver" in address.stage
    ]
    for address in with_waiver:
        client = world.client(world.colleague(address.case.unit, "decider"))
        as_grace = Address("POST", address.rule, f"{address.path}/decide", address.guard, address.case)
        assert world.open(as_grace, client).status_code == 404


def _of_cases(world: World, realm: str) -> list[Address]:
    """What can be read in every state, and every form once."""
    found = [*one_of_each_stage(world.addresses(realm, ["GET"])), *one_of_each(world.addresses(realm, ["POST"]))]
    return [address for address in found if address.case is not None]


def _find_nothing(world: World, addresses: Iterable[Address], reader_of: Callable[[Case], Person]) -> None:
    """For the reader that ``reader_of(case)`` gives, each address is as if it were not there; and nothing is logged."""
    seen, tried, found = world.last_view(), 0, []
    before = world.contents(besides=["sign_in"])
    for address in addresses:
        # One page is looked at with care; they are all the same.
        client = world.client(reader_of(address.case), police=not tried)
        status = world.open(address, client).status_code
        if status != 404:
            found.append(f"{address} answered {status}")
        tried += 1
    assert tried and not found, "\n".join(found)
    assert world.last_view() == seen
    assert world.contents(besides=["sign_in"]) == before


def _must_sign_in(world: World, realm: str, client: FlaskClient) -> None:
    passed = []
    for address in one_of_each(world.addresses(realm)):
        response = world.open(address, client)
        asked = "/sign-in" in (response.location or response.text)
        if response.status_code != ASKED_TO_SIGN_IN[address.method] or not asked:
            passed.append(f"{address} answered {response.status_code}")
    assert not passed, "\n".join(passed)


def _everything(world: World, **place: str) -> StaffMember:
    """A member of staff of this place with every role, signed in."""
    name = f"Everything {sorted(place.items())}"
    with world.sessions.begin() as db:
        member = db.scalar(select(StaffMember).where(StaffMember.family_name == name))
        if member is None:
            member = a_colleague(db, *ROLES, family_name=name, **place)
            db.add(signed_in(member))
    return member


def _listed() -> Iterable[re.Match[str]]:
    lines = [LISTED.fullmatch(line) for line in written_down() if ": staff: " in line]
    assert all(lines)
    return [line for line in lines if line]
