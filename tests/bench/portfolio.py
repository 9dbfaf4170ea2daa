"""Many loans for benchmarks: a few lived through by the acts, and copied in bulk."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Engine, Table, select
from sqlalchemy.orm import Session, sessionmaker

from integrations.storage import FolderStore
from lending.basics import migrations
from lending.basics.bulk import insert_rows
from lending.basics.database import load_models, make_engine, make_sessions
from lending.basics.vault import KEY_BYTES, Vault
from lending.cases.model import Case
from lending.decisions.model import Decision, Proposal
from lending.fund.model import FundEntry
from lending.loans.model import Agreement, BilledRow, Disbursement, LedgerEntry, Loan, PlanVersion
from lending.policy.figures import Figures, load_figures
from lending.policy.policies import load_policies
from tools import postgres

ROOT = Path(__file__).parents[2]
AT_A_TIME = 4000

Rows = dict[Table, list[dict[str, Any]]]


@contextmanager
def both_databases() -> Iterator[dict[str, Engine]]:
    """An empty, migrated database of each kind."""
    load_models()
    folder = Path(tempfile.mkdtemp(prefix="vakaa-bench-"))
    try:
        with postgres.temporary() as server:
            urls = {
                "sqlite": f"sqlite:///{folder / 'bench.sqlite'}",
                "postgresql": postgres.create_database(server, "bench"),
            }
            engines = {name: make_engine(url) for name, url in urls.items()}
            for engine in engines.values():
                migrations.upgrade(engine)
            try:
                yield engines
            finally:
                for engine in engines.values():
                    engine.dispose()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sessions_of(
    engine: Engine, change: Callable[[Figures], Figures] = lambda figures: figures
) -> sessionmaker[Session]:
    """Sessions with everything acts need; ``change`` is made to the figures."""
    figures = load_figures(ROOT / "policies" / "figures", allow_unconfirmed=True)
    return make_sessions(
        engine,
        vault=Vault([bytes(range(KEY_BYTES))]),
        policies=load_policies(ROOT / "policies"),
        figures=change(figures),
        store=FolderStore(Path(tempfile.gettempdir()) / "vakaa-bench-store"),
    )


def multiply(sessions: sessionmaker[Session], until: int) -> int:
    """Copy the loans there are, with all that is theirs, until there are so many; returns how many."""
    with sessions() as db:
        ids = db.scalars(select(Loan.id).order_by(Loan.started_on, Loan.id)).all()
        originals = [_read(db, loan_id) for loan_id in ids]
    made = len(originals)
    while made < until:
        with sessions.begin() as db:
            more: Rows = {}
            for number in range(made, min(made + AT_A_TIME, until)):
                _copy(originals[number % len(originals)], number, more)
            for table, rows in more.items():
                insert_rows(db, table, rows)
        made = min(made + AT_A_TIME, until)
    with sessions.begin() as db:
        db.connection().exec_driver_sql("ANALYZE")
    return made


def _read(db: Session, loan_id: UUID) -> Rows:
    loan = db.get_one(Loan, loan_id)
    found: Rows = {}
    for model, where in (
        (Case, Case.id == loan.case_id),
        (Proposal, Proposal.case_id == loan.case_id),
        (Decision, Decision.case_id == loan.case_id),
        (Agreement, Agreement.id == loan.agreement_id),
        (Loan, Loan.id == loan_id),
        (Disbursement, Disbursement.loan_id == loan_id),
        (PlanVersion, PlanVersion.loan_id == loan_id),
        (BilledRow, BilledRow.loan_id == loan_id),
        (LedgerEntry, LedgerEntry.loan_id == loan_id),
        (FundEntry, FundEntry.case_id == loan.case_id),
    ):
        table = model.__table__
        assert isinstance(table, Table)
        found[table] = [dict(row) for row in db.execute(select(table).where(where)).mappings()]
    return found


def _copy(original: Rows, number: int, into: Rows) -> None:
    """Copy the rows with ids, case numbers and names of commands of their own."""
    new: dict[UUID, UUID] = {}
    for table, rows in original.items():
        for row in rows:
            copied = {}
            for name, value in row.items():
                if name == "id" and isinstance(value, UUID):
                    new[value] = value = uuid4()
                elif isinstance(value, UUID):
                    value = new.get(value, value)
                elif name in ("number", "idempotency_key") and isinstance(value, str):
                    value = f"{value}:{number}"
                if name != "id" or isinstance(value, UUID):
                    copied[name] = value
            into.setdefault(table, []).append(copied)
