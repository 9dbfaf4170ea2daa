"""The case: its number, its unit, who may touch it, and what only grows."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lending.basics.errors import NotAllowed, NotFound, Refused
from lending.cases import authority, casework, documents, timeline
from tests.builders import a_case, a_citizen, a_colleague
from tests.clock import NOW


def test_cases_are_numbered_in_order_within_a_year(db: Session) -> None:
    first, second = a_case(db), a_case(db)
    next_year = a_case(db, at=NOW + timedelta(days=200))
    assert [first.number, second.number, next_year.number] == [
        "KEUSOTE-2026-000001",
        "KEUSOTE-2026-000002",
        "KEUSOTE-2027-000001",
    ]


def test_the_year_of_a_number_is_finlands(db: Session) -> None:
    assert a_case(db, at=datetime(2026, 12, 31, 22, 30, tzinfo=UTC)).number == "KEUSOTE-2027-000001"


def test_a_case_goes_to_the_unit_that_serves_the_home_municipality(db: Session) -> None:
    assert a_case(db, a_citizen(db, municipality="106")).unit == "team-1"
    assert a_case(db, a_citizen(db, municipality="186")).unit == "team-2"


def test_under_a_safety_ban_the_unit_does_not_tell_the_municipality(db: Session) -> None:
    units = {a_case(db, a_citizen(db, municipality=code, safety_ban=True)).unit for code in ("106", "186", "611")}
    assert len(units) == 1


def test_anothers_case_does_not_exist_for_a_citizen(db: Session) -> None:
    case = a_case(db)
    with pytest.raises(NotFound):
        casework.own_case(db, case.id, a_citizen(db).actor)


def test_a_draft_does_not_exist_for_staff(db: Session) -> None:
    with pytest.raises(NotFound):
        casework.staff_case(db, a_case(db, state="draft").id, a_colleague(db).actor)


def test_a_case_of_another_unit_or_organisation_does_not_exist_for_staff(db: Session) -> None:
    case = a_case(db)
    for stranger in (a_colleague(db, unit="team-2"), a_colleague(db, organisation="elsewhere")):
        with pytest.raises(NotFound):
            casework.staff_case(db, case.id, stranger.actor)


def test_a_role_that_the_policy_does_not_name_for_an_act_may_not_do_it(db: Session) -> None:
    case = a_case(db)
    with pytest.raises(NotAllowed):
        authority.require(db, a_colleague(db, "payments").actor, "decide", case)
    assert authority.require(db, a_colleague(db, "decider").actor, "decide", case).id == "keusote-2025"


def test_a_citizen_has_no_right_of_the_staff(db: Session) -> None:
    case = a_case(db)
    with pytest.raises(NotAllowed):
        authority.require(db, a_citizen(db).actor, "view-case", case)


def test_taking_a_new_case_starts_its_preparation(db: Session) -> None:
    case, elina = a_case(db), a_colleague(db)
    casework.take_case(db, case, elina.actor, NOW)
    assert (case.state, case.handler_id) == ("in_preparation", elina.id)


def test_a_case_that_is_taken_twice_is_taken_once(db: Session) -> None:
    case, elina = a_case(db), a_colleague(db, "preparer").actor
    casework.take_case(db, case, elina, NOW)
    casework.take_case(db, case, elina, NOW)
    taken = [event for event in timeline.events_of(db, case, for_citizen=False) if event.kind == "case-taken"]
    assert len(taken) == 1


def test_a_case_that_a_colleague_has_cannot_be_taken_until_it_is_released(db: Session) -> None:
    case, elina, mikael = a_case(db), a_colleague(db), a_colleague(db)
    casework.take_case(db, case, elina.actor, NOW)
    with pytest.raises(Refused, match="case-taken"):
        casework.take_case(db, case, mikael.actor, NOW)
    with pytest.raises(Refused, match="case-not-yours"):
        casework.release_case(db, case, mikael.actor, NOW)
    casework.release_case(db, case, elina.actor, NOW)
    casework.take_case(db, case, mikael.actor, NOW)
    assert case.handler_id == mikael.id


def test_the_citizen_sees_only_their_own_part_of_the_timeline(db: Session) -> None:
    case, elina = a_case(db), a_colleague(db)
    casework.take_case(db, case, elina.actor, NOW)
    casework.add_note(db, case, "Soitettu hakijalle.", elina.actor, NOW)
    kinds = {event.kind for event in timeline.events_of(db, case, for_citizen=True)}
    assert kinds == {"application-started", "case-taken"}
    assert "note-added" in {event.kind for event in timeline.events_of(db, case, for_citizen=False)}


@pytest.mark.parametrize("change", ["UPDATE event SET kind = 'case-taken'", "DELETE FROM event"])
def test_the_database_itself_refuses_to_change_an_event(db: Session, change: str) -> None:
    a_case(db)
    with pytest.raises(DBAPIError, match="append-only"), db.begin_nested():
        db.execute(text(change))


def test_a_frozen_document_proves_itself_and_belongs_to_its_case(db: Session) -> None:
    case, other = a_case(db), a_case(db)
    document = documents.freeze(db, case, "decision", "fi", "<p>Päätös</p>", NOW)
    assert documents.is_intact(document)
    assert documents.document_of(db, case, document.id) is document
    with pytest.raises(NotFound):
        documents.document_of(db, other, document.id)
