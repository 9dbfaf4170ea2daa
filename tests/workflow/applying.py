"""Applications for tests: a whole one that can be sent, with every default given."""

import atexit
import hashlib
import shutil
import tempfile
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session

from lending.applications import consent, sections, submission
from lending.applications.attachment_duty import missing_attachments
from lending.applications.model import Application
from lending.applications.sections import (
    ChildAnswer,
    DebtAnswer,
    HouseholdAnswers,
    LineAnswer,
    PurposeAnswers,
)
from lending.cases import attachments
from lending.cases.authority import policy_of
from lending.cases.deadlines import local_day
from lending.cases.inspection import Inspected
from lending.cases.model import Case
from lending.people.model import Citizen
from lending.policy.policies import policies_of
from tests.builders import a_citizen
from tests.clock import NOW
from tests.files import a_picture

HOUSEHOLD = HouseholdAnswers(
    adults="alone",
    in_debt_adjustment=False,
    entrepreneur=False,
    owns_property=False,
    children=(ChildAnswer(age=7, benefits_cents=94_88), ChildAnswer(age=16, benefits_cents=104_84)),
)
PURPOSE = PurposeAnswers(
    purpose="debts",
    purpose_details="Three consumer credits that I cannot keep up with.",
    how_it_helps="One instalment that fits my income.",
    amount_cents=4_000_00,
    months=48,
)
INCOME = (LineAnswer("wage", 2_150_00, "Hospital laundry"), LineAnswer("housing_allowance", 180_00))
EXPENSES = (LineAnswer("rent", 780_00), LineAnswer("electricity", 45_50))
ASSETS = (LineAnswer("bank_account", 320_00),)
DEBTS = (
    DebtAnswer("Pikaraha Oy", "consumer_credit", 1_850_00, 95_00, "in_collection", True),
    DebtAnswer("Osuuskauppa", "credit_card", 1_400_00, 60_00, "late", True),
    DebtAnswer("Opintolaina", "student_loan", 6_000_00, 50_00, "on_time", False),
)


def a_draft(db: Session, citizen: Citizen | None = None, at: datetime = NOW) -> Case:
    """An application that has only been begun."""
    citizen = citizen or a_citizen(db)
    policy = policies_of(db).for_organisation("keusote", local_day(at))
    return submission.start_application(db, citizen, policy, citizen.actor, at)


def told(
    db: Session,
    case: Case,
    at: datetime = NOW,
    *,
    household: HouseholdAnswers = HOUSEHOLD,
    purpose: PurposeAnswers = PURPOSE,
    debts: tuple[DebtAnswer, ...] = DEBTS,
) -> Application:
    """Save every section that is told in words."""
    by = db.get_one(Citizen, case.citizen_id).actor
    sections.save_household(db, case, household, by, at)
    sections.save_purpose(db, case, purpose, by, at)
    sections.save_income(db, case, INCOME, by, at)
    sections.save_expenses(db, case, EXPENSES, by, at)
    sections.save_assets(db, case, ASSETS, by, at)
    return sections.save_debts(db, case, debts, by, at)


@cache
def _inspected() -> Inspected:
    """One picture, inspected once for all tests: what inspecting does is tested where it is."""
    picture = a_picture()
    path = Path(tempfile.mkdtemp(prefix="vakaa-picture-"), "picture")
    path.write_bytes(picture)
    atexit.register(shutil.rmtree, path.parent, ignore_errors=True)
    return Inspected(path, "document.jpg", "image/jpeg", 1, len(picture), hashlib.sha256(picture).hexdigest())


def attached(db: Session, case: Case, at: datetime = NOW) -> None:
    """Attach what is required and not there yet."""
    by = db.get_one(Citizen, case.citizen_id).actor
    there = {attachment.kind for attachment in attachments.attachments_of(db, case)}
    application = sections.application_of(db, case)
    for kind in missing_attachments(policy_of(db, case), application, there):
        attachments.attach(db, case, kind, replace(_inspected(), file_name=f"{kind}.jpg"), by, at)


def a_full_draft(db: Session, citizen: Citizen | None = None, at: datetime = NOW) -> Case:
    """An application that only waits to be sent."""
    case = a_draft(db, citizen, at)
    told(db, case, at)
    attached(db, case, at)
    consent.give_consent(db, case, "fi", db.get_one(Citizen, case.citizen_id).actor, at)
    return case


def a_sent_application(db: Session, citizen: Citizen | None = None, at: datetime = NOW) -> Case:
    """An application that was sent by the ordinary way."""
    case = a_full_draft(db, citizen, at)
    return submission.submit(db, case, db.get_one(Citizen, case.citizen_id).actor, at)
