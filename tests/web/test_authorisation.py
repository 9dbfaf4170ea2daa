"""On the demo's people and cases: nobody reaches what belongs to somebody else, whatever address they try."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from integrations.storage import FolderStore
from lending.applications.model import SupplementRequest
from lending.assessment.model import WorksheetLine
from lending.basics.database import make_engine
from lending.cases.model import Attachment, Case, FrozenDocument
from lending.changes.model import ChangeRequest
from lending.loans.model import Loan
from lending.people.model import ROLES, Citizen
from tests.builders import a_colleague
from tests.databases import Databases, once
from tests.web.conftest import SignIn, config_for_tests
from web.app import create_app
from web.demo.seed import seed
from web.guard import guard_of
from web.wiring import wiring

ARGUMENT = re.compile(r"<uuid:(\w+)>")

#: For each argument of an address: something of the case's that it may name.
IDS: dict[str, Callable[[Session, Case], UUID | None]] = {
    "case_id": lambda db, case: case.id,
    "loan_id": lambda db, case: db.scalar(select(Loan.id).where(Loan.case_id == case.id)),
    "attachment_id": lambda db, case: db.scalar(select(Attachment.id).where(Attachment.case_id == case.id)),
    "document_id": lambda db, case: db.scalar(select(FrozenDocument.id).where(FrozenDocument.case_id == case.id)),
    "request_id": lambda db, case: (
        db.scalar(select(ChangeRequest.id).where(ChangeRequest.case_id == case.id))
        or db.scalar(select(SupplementRequest.id).where(SupplementRequest.case_id == case.id))
    ),
    "line_id": lambda db, case: db.scalar(select(WorksheetLine.id)),
}


@pytest.fixture(scope="session")
def demo_folder(run_folder: Path, databases: Databases) -> Path:
    """A data folder with the demo in it, told once a run."""

    def tell() -> str:
        folder = run_folder / "demo-of-web-tests"
        folder.mkdir(exist_ok=True)
        with databases.own("sqlite") as engine:
            file = Path(str(engine.url.database))
            config = config_for_tests(folder, database_url=str(engine.url))
            app = create_app(config)
            seed(app)
            wiring(app).engine.dispose()
            engine.dispose()
            for part in file.parent.glob(f"{file.name}*"):
                shutil.copyfile(part, folder / part.name.replace(file.name, "demo.sqlite"))
        return str(folder)

    return Path(once(run_folder, "demo-of-web-tests-told", tell))


@pytest.fixture
def engine(demo_folder: Path, tmp_path: Path) -> Iterator[Engine]:
    """The demo, for this test alone."""
    for part in demo_folder.glob("demo.sqlite*"):
        shutil.copyfile(part, tmp_path / part.name)
    engine = make_engine(f"sqlite:///{tmp_path / 'demo.sqlite'}")
    yield engine
    engine.dispose()


@pytest.fixture
def store(demo_folder: Path) -> FolderStore:
    return FolderStore(demo_folder / "store")


@pytest.fixture
def cases(sessions: sessionmaker[Session]) -> list[Case]:
    with sessions() as db:
        return list(db.scalars(select(Case).order_by(Case.opened_at, Case.id)))


def addresses(app: Flask, db: Session, case: Case, realm: str) -> list[tuple[str, str]]:
    """(method, path) of every route of the realm that can name something of the case."""
    found = []
    for rule in app.url_map.iter_rules():
        guard = guard_of(app, rule)
        names = ARGUMENT.findall(rule.rule)
        if guard is None or guard.realm != realm or not names:
            continue
        ids = {name: IDS[name](db, case) for name in names}
        if None in ids.values():
            continue
        path = ARGUMENT.sub(lambda found, ids=ids: str(ids[found[1]]), rule.rule)
        path = re.sub(r"<any\(([^,)]+)[^>]*>", r"\1", path)
        found += [
            (method, re.sub(r"<[^>]+>", "1", path)) for method in sorted(rule.methods or ()) if method in "GET POST"
        ]
    return found


def test_every_argument_of_an_address_is_tried(app: Flask):
    unknown = {name for rule in app.url_map.iter_rules() for name in ARGUMENT.findall(rule.rule)} - IDS.keys()
    assert not unknown, f"Say in IDS of {__name__} what {sorted(unknown)} may name."


def test_another_citizen_finds_nothing(app: Flask, sessions, cases: list[Case], sign_in: SignIn):
    with sessions() as db:
        citizens = {citizen.id: citizen for citizen in db.scalars(select(Citizen))}
    tried = 0
    for case in cases:
        other = next(citizen for citizen in citizens.values() if citizen.id != case.citizen_id)
        client = sign_in(other)
        token = client.token()
        client.reads_pages = False
        with sessions() as db:
            paths = addresses(app, db, case, "citizen")
        for method, path in paths:
            response = client.open(path, method=method, data={"csrf_token": token})
            assert response.status_code == 404, f"{method} {path} answered {response.status_code} to another citizen"
            tried += 1
    assert tried > 100


def test_the_citizen_finds_their_own(app: Flask, sessions, cases: list[Case], sign_in: SignIn):
    with sessions() as db:
        citizens = {citizen.id: citizen for citizen in db.scalars(select(Citizen))}
    for case in cases:
        client = sign_in(citizens[case.citizen_id])
        assert client.get("/my").status_code == 200
        page = client.get(f"/my/cases/{case.id}", follow_redirects=True)
        assert page.status_code == 200
        assert str(case.id) in page.request.path


@pytest.mark.parametrize("elsewhere", ["unit", "organisation"])
def test_staff_of_elsewhere_find_nothing(
    app: Flask, sessions: sessionmaker[Session], cases: list[Case], sign_in: SignIn, elsewhere: str
):
    tried = 0
    for case in (case for case in cases if case.unit):
        other = next(unit for unit in ("team-1", "team-2") if unit != case.unit)
        place = {"unit": other} if elsewhere == "unit" else {"unit": case.unit, "organisation": "elsewhere"}
        with sessions.begin() as db:
            stranger = a_colleague(db, *ROLES, **place)
            paths = addresses(app, db, case, "staff")
        client = sign_in(stranger)
        token = client.token("/office/feedback")
        client.reads_pages = False
        for method, path in paths:
            response = client.open(path, method=method, data={"csrf_token": token})
            assert response.status_code in (403, 404), (
                f"{method} {path} answered {response.status_code} to another {elsewhere}"
            )
            tried += 1
    assert tried > 100


def test_a_draft_is_the_citizens_alone(app: Flask, sessions, cases: list[Case], staff_client):
    drafts = [case for case in cases if case.state == "draft"]
    assert drafts
    for unit in ("team-1", "team-2"):
        client = staff_client("preparer", "decider", unit=unit)
        for case in drafts:
            assert client.get(f"/office/cases/{case.id}").status_code == 404
