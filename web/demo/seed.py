"""Fill an empty database with the demo: deterministic for the day it is told on, and done only once."""

from datetime import UTC, datetime, timedelta

from flask import Flask, g
from sqlalchemy import select
from sqlalchemy.orm import Session

from lending.applications.submission import lenders_for
from lending.cases.inspection import inspected
from lending.cases.model import Case
from lending.collection.disturbances import watch
from lending.people.model import Citizen, StaffMember
from web.clock import local
from web.demo import people, stories
from web.demo.money import tell_of_money
from web.demo.storyteller import Documents, Storyteller, a_small_pdf, team_of
from web.wiring import wiring


def seed(app: Flask) -> bool:
    """Register the people and tell their stories. Returns whether anything was done: cases are told only once."""
    now = wiring(app).clock()
    with app.test_request_context(), wiring(app).sessions.begin() as db:
        # What a page would have: letters are written out as they are for anybody.
        g.now, g.language, g.realm, g.person, g.signed_in = now, "fi", "staff", None, None
        citizens = people.register_citizens(db, now)
        staff = people.register_staff(db)
        if db.scalar(select(Case.id).limit(1)) is not None:
            return False
        _tell(db, citizens, staff, now)
        tell_of_money(db, staff.values(), now)
        watch(db, local(now).date(), now)
        return True


def _tell(db: Session, citizens: dict[str, Citizen], staff: dict[str, StaffMember], now: datetime) -> None:
    # Office hours, so that nobody in the stories works at night; never later than now.
    morning = min(now, local(now).replace(hour=9, minute=12, second=0, microsecond=0).astimezone(UTC))
    with inspected(a_small_pdf(), "document.pdf") as file:
        documents = Documents(file)
        for story in sorted(stories.STORIES, key=lambda story: -story.days_ago):
            told = people.CITIZENS[story.citizen]
            [policy] = lenders_for(db, citizens[story.citizen], local(now).date())
            team = team_of(policy, policy.unit_for(told.municipality, told.safety_ban), staff.values())
            begins = morning - timedelta(days=story.days_ago)
            story.tell(Storyteller(db, policy, citizens[story.citizen], team, begins, documents), now)
