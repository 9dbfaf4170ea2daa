"""A page asks the database as often in a full house as in a quiet one: there is no query in a loop over anything."""

from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from lending.applications.queues import SORTS
from lending.cases.model import Attachment, Event, FrozenDocument, Note
from lending.cases.queues import EVERY, WHOSE
from lending.cases.states import QUEUES
from lending.loans.model import LedgerEntry, Loan
from lending.people import access_log
from lending.people.model import AccessLogEntry, StaffMember
from tests.builders import a_colleague
from tests.clock import NOW
from tests.statements import statements_of
from tests.web.conftest import SignIn
from tests.web.crowd import UNIT, add_crowd, add_more
from tests.web.demo_world import World

QUIET, FULL = 10, 10_000
#: What one case or one loan may gather in its life.
A_LITTLE, A_LOT = 3, 120
A_CENT = {"principal_cents": -1, "interest_cents": 0, "credit_cents": 0}

LISTS = [
    *(f"/office?queue={queue}" for queue in QUEUES),
    *(f"/office?queue={queue}&sort={sort}" for queue in ("change_requests", EVERY) for sort in SORTS),
    *(f"/office?queue={EVERY}&whose={whose}" for whose in WHOSE),
    f"/office?queue={EVERY}&text=2020-00000",
    f"/office?queue={EVERY}&state=running",
    "/office/loans",
    "/office/figures",
    "/office/fund",
]


def test_every_page_in_a_full_house(world: World):
    handler = world.colleague(UNIT, "preparer")
    pages = [*_pages_of_one_person(world), *((handler, page) for page in LISTS)]
    add_crowd(world.engine, 0, QUIET, handler.id)
    quiet = _asked(world, pages)
    add_crowd(world.engine, QUIET, FULL, handler.id)
    assert _asked(world, pages) == quiet


@pytest.mark.parametrize("dialect", ["postgresql"])
def test_lists_of_a_full_house_on_postgresql(engine: Engine, sessions: sessionmaker[Session], sign_in: SignIn):
    with sessions.begin() as db:
        handler = a_colleague(db, "preparer", unit=UNIT)
    client = sign_in(handler)
    add_crowd(engine, 0, QUIET, handler.id)
    quiet = {page: _queries(engine, client, page) for page in LISTS}
    add_crowd(engine, QUIET, FULL, handler.id)
    assert {page: _queries(engine, client, page) for page in LISTS} == quiet


def test_pages_of_one_person_with_a_long_history(world: World):
    pages = _pages_of_one_person(world)
    _grow(world, A_LITTLE)
    short = _asked(world, pages)
    _grow(world, A_LOT)
    assert _asked(world, pages) == short


def test_the_access_log_of_somebody_whom_many_have_seen(world: World):
    case = world.case_of("Salmi")
    auditor, own = world.client(world.colleague("team-1", "auditor")), world.client(case.citizen)
    engine = world.engine
    pages = [
        (auditor, f"/office/access-log?number={case.number}"),
        (auditor, f"/office/cases/{case.id}/viewers"),
        (own, "/my/access-log"),
    ]
    _add_views(world, QUIET)
    quiet = [_queries(engine, client, page) for client, page in pages]
    _add_views(world, FULL)
    assert [_queries(engine, client, page) for client, page in pages] == quiet


def _pages_of_one_person(world: World) -> list[tuple[StaffMember | None, str]]:
    """Pages of Farid Salmi, who has a loan: (who of the staff opens it, or ``None`` for himself, and where)."""
    case = world.case_of("Salmi")
    of_case = [page for page in world.addresses("staff", ["GET"]) if page.case and page.case.id == case.id]
    of_citizen = [page for page in world.addresses("citizen", ["GET"]) if page.case and page.case.id == case.id]
    # A document itself is no page of many things.
    staff = [(world.right_person(page), page.path) for page in of_case if "_id>/" not in page.rule.partition("_id>")[2]]
    own = [(None, page.path) for page in of_citizen]
    return [*staff, *own, (None, "/my"), (None, "/my/access-log")]


def _asked(world: World, pages: list[tuple[StaffMember | None, str]]) -> dict[str, int]:
    citizen = world.case_of("Salmi").citizen
    return {path: _queries(world.engine, world.client(reader or citizen, police=False), path) for reader, path in pages}


def _queries(engine: Engine, client: FlaskClient, page: str) -> int:
    with statements_of(engine) as sent:
        response = client.get(page)
    assert response.status_code in (200, 303, 422), page
    return len(sent)


def _grow(world: World, number: int) -> None:
    """Let so much happen in the case and the loan of Farid Salmi."""
    case = world.case_of("Salmi")
    with world.sessions() as db:
        loan_id = db.query(Loan.id).where(Loan.case_id == case.id).scalar()
    add_more(world.engine, Event, Event.case_id == case.id, ({} for _ in range(number)))
    for model in (Note, FrozenDocument, Attachment):
        rows = [{"id": uuid4(), "case_id": case.id, **_blob_of(model)} for _ in range(number)]
        add_more(world.engine, model, model.id.is_not(None), rows)
    add_more(
        world.engine,
        LedgerEntry,
        (LedgerEntry.loan_id == loan_id) & (LedgerEntry.kind == "payment"),
        ({"idempotency_key": uuid4().hex, **A_CENT} for _ in range(number)),
    )
    _add_views(world, number)


def _blob_of(model: type) -> dict[str, str]:
    return {"blob_id": uuid4().hex} if model is Attachment else {}


def _add_views(world: World, number: int) -> None:
    case, reader = world.case_of("Salmi"), world.colleague("team-1", "preparer")
    with world.sessions.begin() as db:
        if world.last_view() == 0:
            access_log.record(db, reader.actor, case.citizen_id, case.id, "case", NOW, "0" * 32)
    seen = {"case_id": case.id, "citizen_id": case.citizen_id}
    add_more(world.engine, AccessLogEntry, AccessLogEntry.id.is_not(None), (seen for _ in range(number)))
