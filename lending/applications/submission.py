"""The application as a whole: started, sent, withdrawn."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lending.applications.consent import valid_consent
from lending.applications.model import Application, SupplementRequest
from lending.applications.progress import Progress, progress
from lending.applications.sections import application_of, check_against_policy, criteria_of
from lending.applications.states import SUPPLEMENT
from lending.basics.actor import Actor
from lending.basics.errors import NotFound, Refused
from lending.cases import attachments, authority, casework, notices, timeline
from lending.cases.deadlines import local_day
from lending.cases.model import Case
from lending.fund import booking as fund
from lending.people import citizens
from lending.people.model import Citizen
from lending.policy.policies import Policy, policies_of


def start_application(db: Session, citizen: Citizen, policy: Policy, by: Actor, at: datetime) -> Case:
    """Start an application with the policy's organisation, or give back the draft the citizen has there already.

    Raises ``NotFound`` for anybody but the citizen.
    """
    if not by.is_citizen or by.id != citizen.id:
        raise NotFound
    # Two clicks at once must not make two drafts.
    db.execute(select(Citizen.id).where(Citizen.id == citizen.id).with_for_update())
    case = db.scalar(
        select(Case).where(
            Case.citizen_id == citizen.id,
            Case.organisation == policy.organisation.key,
            Case.state == "draft",
        )
    )
    if case is None:
        case = casework.open_case(db, citizen, policy, by, at)
        db.add(Application(case_id=case.id))
        db.flush()
    return case


def lenders_for(db: Session, citizen: Citizen, on: date) -> list[Policy]:
    """The criteria of the day of whoever may lend to the citizen: the organisation that serves the home municipality
    (Act 1133/2002 § 4).

    Where the municipality is not known, or nobody here serves it, every organisation: then the applicant chooses, and
    staff find out where the person lives.
    """
    policies = policies_of(db)
    home = policies.serving(citizens.municipality_of(db, citizen))
    return policies.in_force(on, [home] if home else policies.organisations())


def progress_of(db: Session, case: Case, at: datetime, policy: Policy | None = None) -> Progress:
    """How far the application of the case has come, by its own criteria at the moment where no others are given."""
    attached = {attachment.kind for attachment in attachments.attachments_of(db, case)}
    return progress(
        application_of(db, case),
        policy or criteria_of(db, case, at),
        attached,
        valid_consent(db, case, at) is not None,
    )


def submit(db: Session, case: Case, by: Actor, at: datetime) -> Case:
    """Send the application: the matter becomes pending, and stays under the policy in force today (keusote-2025:4.1e).

    Raises ``Refused("application-incomplete", missing=(Missing, …))``, or what ``check_against_policy`` raises where
    the policy has changed since the draft was begun.
    """
    authority.require_own(by, case)
    casework.locked(db, case)
    if case.state != "draft":
        raise Refused("application-sent")
    policy = policies_of(db).for_organisation(case.organisation, local_day(at))
    missing = progress_of(db, case, at, policy).missing
    if missing:
        raise Refused("application-incomplete", missing=missing)
    application = application_of(db, case)
    check_against_policy(policy, application.purpose, application.amount_cents, application.months)
    citizen = db.get_one(Citizen, case.citizen_id)
    case.policy = policy.id
    case.language = citizen.language
    case.pending_since = case.complete_since = application.submitted_at = at
    casework.place_case(db, case, citizen, policy)
    number = casework.number_case(db, case, policy, at)
    casework.move(db, case, "submit", at)
    timeline.append(db, case, "application-submitted", by, at, number=number, policy=policy.id)
    notices.queue(db, case, "application-received", at, number=number)
    return case


def withdraw_application(db: Session, case: Case, by: Actor, at: datetime) -> None:
    """Withdraw the application. An open request for more information ends with it.

    Raises ``Refused("not-in-this-state")`` once the matter has been decided for good or the loan has been agreed on.
    """
    authority.require_own(by, case)
    casework.move(db, case, "withdraw", at)
    fund.give_back(db, case.organisation, case.id, at)
    request = db.scalar(
        select(SupplementRequest).where(SupplementRequest.case_id == case.id, SupplementRequest.state == "open")
    )
    if request is not None:
        request.state = SUPPLEMENT.after("lapse", request.state)
        request.ended_at = at
    db.flush()
    timeline.append(db, case, "application-withdrawn", by, at)
