"""Citizens and staff: found by their code, sealed at rest, updated in place."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from lending.basics.errors import Refused
from lending.people import access_log, citizens, staff
from lending.people.citizens import Particulars
from tests.builders import a_case, a_citizen, a_colleague
from tests.clock import NOW

AINO = Particulars("130594Y903T", "Aino", "Virtanen", "sv", "106", "Kuvitteentie 1, 05800 Hyvinkää")


def test_a_citizen_is_found_again_by_the_personal_identity_code_however_it_is_typed(db: Session) -> None:
    aino = citizens.register(db, AINO, NOW)
    assert citizens.find_by_hetu(db, " 130594y903t ") is aino
    assert citizens.hetu_of(db, aino) == "130594Y903T"


def test_nothing_personal_can_be_read_in_the_database_itself(db: Session) -> None:
    citizens.register(db, AINO, NOW)
    row = db.execute(text("SELECT * FROM citizen")).mappings().one()
    stored = b" ".join(bytes(row[column]) for column in ("hetu_sealed", "address_sealed", "municipality_sealed"))
    assert not any(secret in stored for secret in (b"130594", b"Y903T", b"Kuvitteentie", b"106"))
    assert "130594" not in row["hetu_index"]


def test_a_later_identification_updates_the_record_and_keeps_the_language_that_the_person_chose(db: Session) -> None:
    aino = citizens.register(db, AINO, NOW)
    aino.language = "en"
    again = citizens.register(db, replace(AINO, family_name="Korhonen", language="fi"), NOW)
    assert again is aino
    assert (again.display_name, again.language) == ("Aino Korhonen", "en")


@pytest.mark.parametrize("code", ["", "130594Y903A", "320594Y903T", "130594-9", "x" * 300])
def test_a_wrong_personal_identity_code_is_refused(db: Session, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        citizens.register(db, replace(AINO, hetu=code), NOW)
    assert refusal.value.code == "hetu-invalid"


def test_codes_that_differ_in_the_intermediate_character_alone_are_two_people(db: Session) -> None:
    first = citizens.register(db, replace(AINO, hetu="010594Y9032"), NOW)
    second = citizens.register(db, replace(AINO, hetu="010594-9032"), NOW)
    assert first.id != second.id


def test_the_code_is_shown_without_its_end(db: Session) -> None:
    assert citizens.masked_hetu(db, citizens.register(db, AINO, NOW)) == "130594Y****"


def test_staff_keep_their_record_when_roles_change(db: Session) -> None:
    member = a_colleague(db, "preparer", "decider")
    again = staff.register(
        db,
        organisation=member.organisation,
        unit="team-2",
        username=member.username,
        given_names="Elina",
        family_name="Saarinen",
        title="johtava sosiaalityöntekijä",
        email=member.email,
        phone=member.phone,
        roles=("decider", "waiver_decider"),
    )
    db.expire(again)
    assert again.id == member.id
    assert again.actor.roles == {"decider", "waiver_decider"}
    assert again.actor.unit == "team-2"


def test_a_citizen_can_read_who_has_seen_their_case(db: Session) -> None:
    citizen, colleague = a_citizen(db), a_colleague(db)
    case = a_case(db, citizen)
    access_log.record(db, colleague.actor, citizen.id, case.id, "application", NOW, "request-1")
    [(entry, member)] = access_log.views_of(db, citizen.id)
    assert (entry.what, member.id, entry.at) == ("application", colleague.id, NOW)
    assert access_log.views_of(db, a_citizen(db).id) == []
