"""Consent to a debt investigation: versioned, withdrawn any time, needed for every use, each use told."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lending.applications import consent
from lending.basics.actor import Actor
from lending.basics.errors import NotAllowed, NotFound, Refused
from lending.cases import casework
from lending.cases.model import Case, Event
from lending.people.model import StaffMember
from tests.builders import a_case, a_citizen, a_colleague
from tests.clock import NOW

LATER = NOW + timedelta(days=1)


def own(case: Case) -> Actor:
    return Actor("citizen", case.citizen_id)


def taken(db: Session, case: Case) -> StaffMember:
    colleague = a_colleague(db)
    casework.take_case(db, case, colleague.actor, NOW)
    return colleague


def test_a_consent_records_who_when_in_which_words_and_for_what(db: Session) -> None:
    case = a_case(db, state="draft")
    given = consent.give_consent(db, case, "sv", own(case), NOW)
    assert (given.citizen_id, given.given_at, given.language) == (case.citizen_id, NOW, "sv")
    assert (given.text_version, given.scope) == ("debt-investigation-1", "debt_investigation")
    assert consent.valid_consent(db, case, LATER) is given
    event = db.scalars(select(Event).where(Event.case_id == case.id, Event.kind == "consent-given")).one()
    assert event.facts == {"version": "debt-investigation-1", "language": "sv", "scope": "debt_investigation"}


def test_giving_it_twice_gives_it_once(db: Session) -> None:
    case = a_case(db, state="draft")
    first = consent.give_consent(db, case, "fi", own(case), NOW)
    assert consent.give_consent(db, case, "fi", own(case), LATER) is first
    assert consent.consents_of(db, case) == [first]


@pytest.mark.parametrize("state", ["draft", "submitted", "in_preparation", "running", "refused", "withdrawn"])
def test_it_can_be_withdrawn_in_every_state(db: Session, state: str) -> None:
    case = a_case(db, state="draft")
    given = consent.give_consent(db, case, "fi", own(case), NOW)
    case.state = state
    consent.withdraw_consent(db, case, own(case), LATER)
    assert given.withdrawn_at == LATER
    assert consent.valid_consent(db, case, LATER) is None
    with pytest.raises(Refused, match="consent-missing"):
        consent.withdraw_consent(db, case, own(case), LATER)


def test_it_can_be_given_anew_after_it_was_withdrawn_and_both_stay_on_record(db: Session) -> None:
    case = a_case(db, state="draft")
    first = consent.give_consent(db, case, "fi", own(case), NOW)
    consent.withdraw_consent(db, case, own(case), NOW)
    second = consent.give_consent(db, case, "fi", own(case), LATER)
    assert consent.consents_of(db, case) == [second, first]
    assert consent.valid_consent(db, case, LATER) is second


def test_it_ends_by_itself_after_twelve_months(db: Session) -> None:
    case = a_case(db, state="draft")
    given = consent.give_consent(db, case, "fi", own(case), NOW)
    assert consent.last_day_of(db, case, given).isoformat() == "2027-09-01"
    assert consent.valid_consent(db, case, NOW + timedelta(days=365)) is given
    assert consent.valid_consent(db, case, NOW + timedelta(days=366)) is None


def test_an_ended_case_takes_no_consent(db: Session) -> None:
    case = a_case(db, state="refused")
    with pytest.raises(Refused, match="case-ended"):
        consent.give_consent(db, case, "fi", own(case), NOW)


@pytest.mark.parametrize("state", ["running", "refused", "withdrawn", "closed"])
def test_it_is_over_once_the_application_is_no_longer_handled(db: Session, state: str) -> None:
    case = a_case(db, state="draft")
    given = consent.give_consent(db, case, "fi", own(case), NOW)
    case.state = "agreement_concluded"
    assert consent.valid_consent(db, case, LATER) is given, "the creditors are asked for what the loan pays"
    case.state = state
    assert consent.valid_consent(db, case, LATER) is None
    with pytest.raises(Refused, match="case-ended"):
        consent.give_consent(db, case, "fi", own(case), LATER)


def test_nobody_gives_or_withdraws_for_another(db: Session) -> None:
    case = a_case(db)
    for stranger in (a_citizen(db).actor, a_colleague(db).actor):
        with pytest.raises(NotFound):
            consent.give_consent(db, case, "fi", stranger, NOW)
        with pytest.raises(NotFound):
            consent.withdraw_consent(db, case, stranger, NOW)


def test_each_use_is_recorded_and_shown(db: Session) -> None:
    case = a_case(db)
    consent.give_consent(db, case, "fi", own(case), NOW)
    colleague = taken(db, case)
    consent.record_use(db, case, " Ulosottolaitos ", "All debts under enforcement", colleague.actor, NOW)
    consent.record_use(db, case, "Pikaraha Oy", "Closing balance", colleague.actor, LATER)
    uses = consent.uses_of(db, case)
    assert [use.asked_of for use in uses] == ["Pikaraha Oy", "Ulosottolaitos"]
    assert uses[1].staff_name == colleague.display_name
    assert (uses[1].used_at, uses[1].text_version) == (NOW, "debt-investigation-1")
    kinds = db.scalars(select(Event.kind).where(Event.case_id == case.id, Event.kind == "consent-used")).all()
    assert len(kinds) == 2


def test_a_use_without_consent_is_refused(db: Session) -> None:
    case = a_case(db)
    colleague = taken(db, case)
    with pytest.raises(Refused, match="consent-missing"):
        consent.record_use(db, case, "Bank", "Balance", colleague.actor, NOW)
    consent.give_consent(db, case, "fi", own(case), NOW)
    consent.withdraw_consent(db, case, own(case), NOW)
    with pytest.raises(Refused, match="consent-missing"):
        consent.record_use(db, case, "Bank", "Balance", colleague.actor, LATER)
    assert consent.uses_of(db, case) == []


def test_only_the_one_who_prepares_the_case_uses_the_consent(db: Session) -> None:
    case = a_case(db)
    consent.give_consent(db, case, "fi", own(case), NOW)
    taken(db, case)
    with pytest.raises(Refused, match="case-not-yours"):
        consent.record_use(db, case, "Bank", "Balance", a_colleague(db).actor, NOW)
    with pytest.raises(NotAllowed):
        consent.record_use(db, case, "Bank", "Balance", a_colleague(db, "payments").actor, NOW)
    with pytest.raises(NotFound):
        consent.record_use(db, case, "Bank", "Balance", a_colleague(db, unit="team-2").actor, NOW)


@pytest.mark.parametrize(("asked_of", "purpose", "field"), [(" ", "x", "asked_of"), ("x", "", "purpose")])
def test_a_use_says_whom_and_what_for(db: Session, asked_of: str, purpose: str, field: str) -> None:
    case = a_case(db)
    consent.give_consent(db, case, "fi", own(case), NOW)
    colleague = taken(db, case)
    with pytest.raises(Refused) as refused:
        consent.record_use(db, case, asked_of, purpose, colleague.actor, NOW)
    assert (refused.value.code, refused.value.field) == ("text-missing", field)


def test_a_use_cannot_be_erased(db: Session) -> None:
    case = a_case(db)
    consent.give_consent(db, case, "fi", own(case), NOW)
    consent.record_use(db, case, "Bank", "Balance", taken(db, case).actor, NOW)
    with pytest.raises(DBAPIError, match="append-only"), db.begin_nested():
        db.execute(text("DELETE FROM consent_use"))
