"""The demo: cases in every state, told once, the same every time."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from lending.assessment.grounds import findings_of
from lending.cases.model import Case, Event
from lending.cases.states import CASE
from lending.changes.model import ChangeRequest
from lending.decisions.casefile import clauses_against
from lending.decisions.model import Decision
from lending.loans.model import LedgerEntry, Loan
from lending.loans.position import position
from lending.people.model import Citizen, StaffMember
from lending.policy.figures import Figures
from lending.policy.policies import policies_of
from tests.clock import NOW
from web.clock import local, weeks_past
from web.demo.seed import seed

TODAY = local(NOW).date()


def test_the_demo_has_a_case_in_every_state_and_loans_that_run_are_late_and_rest(
    app: Flask, sessions: sessionmaker[Session]
) -> None:
    assert seed(app)
    with sessions() as db:
        _assert_cases_and_people(db)
        _assert_loans(db)
        _assert_decisions_are_at_one_with_their_cases(db)
        told = _told(db)
    assert seed(app) is False
    with sessions() as db:
        assert _told(db) == told


def _assert_cases_and_people(db: Session) -> None:
    assert set(db.scalars(select(Case.state))) == CASE.states.keys()
    staff = db.scalars(select(StaffMember)).all()
    for organisation in policies_of(db).organisations():
        policy = policies_of(db).for_organisation(organisation.key, TODAY)
        members = [each for each in staff if each.organisation == organisation.key]
        assert {each.phone for each in members} == {organisation.contact.phone}
        for act in policy.delegation:
            assert any(each.actor.roles & policy.roles_for(act) for each in members), (organisation.key, act)
        assert {case.organisation for case in db.scalars(select(Case))} == {"kemi", "keusote", "pohjois-savo"}
    citizens = db.scalars(select(Citizen)).all()
    assert len(citizens) >= 8
    assert {citizen.language for citizen in citizens} >= {"fi", "sv"}
    assert sum(citizen.safety_ban for citizen in citizens) == 1


def _assert_loans(db: Session) -> None:
    loans = db.scalars(select(Loan).where(Loan.state == "running")).all()
    positions = [position(db, loan, TODAY) for loan in loans]
    assert len(positions) >= 3
    late = [loan.organisation for loan, now in zip(loans, positions, strict=True) if now.overdue_rows]
    assert sorted(late) == ["keusote", "pohjois-savo"]
    assert sum(any(row.kind == "grace" and not row.is_paid for row in now.rows) for now in positions) == 1
    assert db.scalars(select(ChangeRequest).where(ChangeRequest.state == "requested")).all()


def _assert_decisions_are_at_one_with_their_cases(db: Session) -> None:
    """Nothing is refused by a clause that was judged to be in order, and reasons are in the applicant's language."""
    decisions = db.scalars(select(Decision)).all()
    for decision in decisions:
        case = db.get_one(Case, decision.case_id)
        if decision.kind == "refusal":
            cited = {clause.rpartition(":")[2] for clause in decision.clauses}
            assert cited == set(clauses_against(findings_of(db, case)))
        else:
            assert ("Krediten" in (decision.reasons or "")) is (case.language == "sv"), case.number
    assert {decision.kind for decision in decisions} == {"grant", "refusal"}


def _told(db: Session) -> list[tuple[object, ...]]:
    """What was told, without the ids that every telling draws anew."""
    events = db.execute(select(Case.number, Event.kind, Event.at).join(Case).order_by(Event.id)).all()
    entries = db.execute(
        select(LedgerEntry.kind, LedgerEntry.value_date, LedgerEntry.principal_cents).order_by(LedgerEntry.id)
    ).all()
    return [tuple(row) for row in [*events, *entries]]


@pytest.mark.parametrize(
    ("today", "shown"),
    [
        ("2026-11-22", "2026-11-22"),
        ("2026-12-31", "2026-12-31"),
        ("2027-01-01", "2026-12-25"),
        ("2027-01-10", "2026-12-27"),
    ],
)
def test_the_demo_stays_where_its_figures_reach(figures: Figures, today: str, shown: str) -> None:
    day = date.fromisoformat(today)
    assert day - weeks_past(figures, day) == date.fromisoformat(shown)
