"""Cases in the hands of a preparer, with an application told in full: the start of assessments and decisions."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lending.applications.model import Application, Child, Debt, MoneyLine
from lending.assessment import grounds, worksheet
from lending.basics.actor import Actor
from lending.cases.model import Attachment, Case
from lending.decisions.model import Proposal
from lending.decisions.proposal import propose_grant
from lending.people.model import Citizen
from tests.builders import a_case, a_citizen, a_colleague
from tests.clock import NOW

LATER = NOW + timedelta(hours=1)
ATTACHED = ("income", "expenses", "tax-return", "bank-statements", "debts")


@dataclass(frozen=True)
class InWork:
    """A case in preparation, its citizen, the one who prepares it and the one who may decide it."""

    case: Case
    citizen: Citizen
    preparer: Actor
    decider: Actor


def a_case_in_work(db: Session, citizen: Citizen | None = None, *, at: datetime = NOW, **told: object) -> InWork:
    """A case in preparation. Alone with a child of 7; wage 2 100, rent 650; debts of 120 to arrange and 40 to stay."""
    citizen = citizen or a_citizen(db)
    preparer, decider = a_colleague(db, "preparer"), a_colleague(db, "decider", family_name="Ranta")
    case = a_case(db, citizen, state="in_preparation", at=at)
    case.handler_id = preparer.id
    db.add(an_application(case, **told))
    for kind in ATTACHED:
        db.add(an_attachment(case, kind))
    db.flush()
    return InWork(case, citizen, preparer.actor, decider.actor)


def an_application(case: Case, **told: object) -> Application:
    """The application of ``a_case_in_work``; ``told`` replaces what matters to the test."""
    answers: dict[str, object] = {
        "adults": "alone",
        "in_debt_adjustment": False,
        "entrepreneur": False,
        "owns_property": False,
        "purpose": "debts",
        "purpose_details": "Kahden kulutusluoton järjestely",
        "how_it_helps": "Kuukausimenot pienenevät",
        "amount_cents": 3000_00,
        "months": 36,
        "submitted_at": NOW,
        "children": [Child(position=0, age=7, benefits_cents=94_88)],
        "lines": [
            MoneyLine(section="income", position=0, kind="wage", amount_cents=2100_00),
            MoneyLine(section="expenses", position=1, kind="rent", amount_cents=650_00),
        ],
        "debts": [
            a_debt(0, "Pikaluotto Oy", 120_00, arranged=True),
            a_debt(1, "Kauppa Oy", 40_00, arranged=False),
        ],
    }
    return Application(case_id=case.id, **(answers | told))


def a_debt(position: int, creditor: str, monthly_cents: int, arranged: bool, basis: str = "consumer_credit") -> Debt:
    return Debt(
        position=position,
        creditor=creditor,
        basis=basis,
        amount_cents=3000_00,
        monthly_cents=monthly_cents,
        stage="on_time",
        to_be_arranged=arranged,
    )


def an_attachment(case: Case, kind: str) -> Attachment:
    """The row of an attachment, without a blob behind it."""
    return Attachment(
        case_id=case.id,
        kind=kind,
        file_name=f"{kind}.pdf",
        media_type="application/pdf",
        size_bytes=1000,
        pages=1,
        sha256="0" * 64,
        blob_id=f"{case.id.hex}-{kind}",
        blob_key_sealed=b"sealed",
        added_at=NOW,
        added_by_kind="citizen",
        added_by_id=case.citizen_id,
    )


def assess(db: Session, work: InWork, at: datetime = LATER) -> None:
    """Prepare the worksheet, check the grounds, and judge what a person must, all in favour of the applicant."""
    worksheet.prepare_worksheet(db, work.case, work.preparer, at)
    findings = grounds.check_grounds(db, work.case, work.preparer, at)
    judgments = [(clause, "met", "Selvitetty hakijan kanssa.") for clause in grounds.open_clauses(findings)]
    grounds.judge_several(db, work.case, judgments, work.preparer, at)


def a_proposed_grant(db: Session, work: InWork, at: datetime = LATER, **other: object) -> Proposal:
    """Assess the case and propose the grant that the application asks for."""
    assess(db, work, at)
    grant: dict[str, object] = {"amount_cents": 3000_00, "months": 36, "purpose": "debts", "reasons": "Perusteet ovat."}
    return propose_grant(db, work.case, by=work.preparer, at=at, **(grant | other))
