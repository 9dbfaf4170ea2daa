"""Every address of a route, filled with things of the demo: what the arguments may name, and with which queries.

A route whose arguments this module does not know makes every test fail that walks all routes: say in ``THINGS`` what
the argument may name.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lending.applications.model import SupplementRequest
from lending.assessment.model import Worksheet, WorksheetLine
from lending.cases.model import Attachment, Case, FrozenDocument
from lending.cases.queues import EVERY
from lending.cases.states import QUEUES
from lending.changes.model import ChangeRequest
from lending.loans.model import Agreement, LedgerEntry, Loan
from lending.policy.model import FigureEntry
from portal.changes import KIND
from web.guard import Guard

Things = dict[UUID, dict[str, list[tuple[Any, str]]]]
ARGUMENT = re.compile(r"<(?:(?P<kind>\w+)(?:\((?P<options>[^)]*)\))?:)?(?P<name>\w+)>")

#: What the argument after this part of an address may name of a case: its id, and what tells it from its like.
THINGS: dict[str, Callable[[Session, Case], list[tuple[Any, str]]]] = {
    "cases": lambda db, case: [(case.id, "")],
    "loans": lambda db, case: _found(db, Loan, case),
    "attachments": lambda db, case: _found(db, Attachment, case, Attachment.removed_at.is_(None))[:1],
    "documents": lambda db, case: _found(db, FrozenDocument, case),
    "supplements": lambda db, case: _found(db, SupplementRequest, case),
    "changes": lambda db, case: _found(db, ChangeRequest, case),
    "lines": lambda db, case: _lines(db, case),
    "entries": lambda db, case: _payments(db, case),
}
#: Addresses that exist of some things only: the condition on what ``THINGS`` found, or on the case.
ONLY: dict[str, Callable[[Session, Case, str], bool]] = {
    "/my/cases/<uuid:case_id>/agreement": lambda db, case, stage: bool(_found(db, Agreement, case)),
    **{
        # Spouses borrow together under the criteria of one organisation.
        f"/my/cases/<uuid:case_id>/co-borrower{page}": lambda db, case, stage: case.organisation == "kemi"
        for page in ("", "/withdraw")
    },
    **{
        # Reminders are sent under the criteria of one organisation.
        f"/office/loans/<uuid:loan_id>/{page}": lambda db, case, stage: case.organisation == "kemi"
        for page in ("reminder", "transfer")
    },
    "/office/loans/<uuid:loan_id>/changes/<uuid:request_id>/decide": lambda db, case, stage: "waiver" not in stage,
    "/office/loans/<uuid:loan_id>/changes/<uuid:request_id>/propose-extension": lambda db, case, stage: (
        "-extension-" in stage
    ),
    "/office/loans/<uuid:loan_id>/changes/<uuid:request_id>/propose-waiver": lambda db, case, stage: "waiver" in stage,
    "/office/loans/<uuid:loan_id>/changes/<uuid:request_id>/decide-waiver": lambda db, case, stage: "waiver" in stage,
    **{
        # Nobody may postpone an instalment under the criteria of the demo.
        f"/my/loans/<uuid:loan_id>/{KIND}{page}": lambda db, case, stage: "postponement" not in stage
        for page in ("", "/preview")
    },
}
#: Arguments that name nothing of a case.
NAMES = {"organisation": ["keusote", "kemi", "pohjois-savo"]}
#: Queries with which a page shows what it does not show without.
QUERIES: dict[str, list[dict[str, str]]] = {
    "/office": [{"queue": queue} for queue in (*QUEUES, EVERY)]
    + [{"queue": EVERY, "sort": sort} for sort in ("newest", "name", "amount")]
    + [{"queue": EVERY, "text": "nobody at all"}, {"queue": EVERY, "whose": "mine"}, {"queue": EVERY, "page": "2"}],
    "/office/loans": [{"text": "nobody at all"}],
    "/office/fund": [{"year": "2025"}, {"year": "2027"}, {"year": "x"}],
    "/my/loans/<uuid:loan_id>/pay-off": [{"on": "1.12.2026"}, {"on": "x"}],
    "/my/loans/<uuid:loan_id>/extra-payment": [
        {"amount": amount, "on": "20.9.2026"} for amount in ("500", "99 999", "")
    ],
    "/office/access-log": [{"number": "KEUSOTE-2026-000001"}, {"number": "KEUSOTE-2026-999999"}],
    "/<organisation>/calculator": [{"amount": "3 500", "months": "36"}, {"amount": "x", "months": "0"}],
    "/sign-in": [{"to": "/my/access-log"}],
}


@dataclass(frozen=True)
class Address:
    """A route with its arguments filled in: whose case it is about, and what the route says of who may open it.

    Addresses of one rule with the same ``stage`` show much the same.
    """

    method: str
    rule: str
    path: str
    guard: Guard
    case: Case | None = None
    stage: str = ""

    def __str__(self) -> str:
        about = f" ({self.case.number or 'draft'}, {self.case.state})" if self.case else ""
        return f"{self.method} {self.path}{about}"


def one_of_each(addresses: Iterable[Address], state: str = "in_preparation") -> list[Address]:
    """One address for each route and method: of a case in ``state`` where there is one."""
    chosen: dict[tuple[str, str], Address] = {}
    for address in addresses:
        key = (address.method, address.rule)
        if key not in chosen or (address.case and address.case.state == state):
            chosen[key] = address
    return list(chosen.values())


def one_of_each_stage(addresses: Iterable[Address]) -> list[Address]:
    """One address for each route, method and stage."""
    chosen: dict[tuple[str, str, str], Address] = {}
    for address in addresses:
        chosen.setdefault((address.method, address.rule, address.stage), address)
    return list(chosen.values())


def is_beside(case: Case | None, other: Case | None) -> bool:
    """Whether these are two cases of the same unit; a draft has none yet."""
    return case is not None and other is not None and case.id != other.id and other.unit in (None, case.unit)


def _found(db: Session, table: Any, case: Case, *conditions: Any) -> list[tuple[UUID, str]]:
    rows = db.scalars(select(table).where(table.case_id == case.id, *conditions).order_by(table.id))
    return [(row.id, f"-{getattr(row, 'kind', '')}-{getattr(row, 'state', '')}") for row in rows]


def _lines(db: Session, case: Case) -> list[tuple[UUID, str]]:
    query = select(WorksheetLine).join(Worksheet).where(Worksheet.case_id == case.id, Worksheet.state != "replaced")
    return [(line.id, f"-{line.side}") for line in db.scalars(query.order_by(WorksheetLine.position))][:3]


def _payments(db: Session, case: Case) -> list[tuple[int, str]]:
    query = select(LedgerEntry.id).join(Loan).where(Loan.case_id == case.id, LedgerEntry.kind == "payment")
    return [(number, "") for number in db.scalars(query.order_by(LedgerEntry.id))][:1]


def entered(db: Session) -> list[tuple[UUID, str]]:
    """Rows of figures that staff have entered."""
    return [(entry.id, f"-{entry.state}") for entry in db.scalars(select(FigureEntry).order_by(FigureEntry.entered_at))]


def paths(rule: str, things: dict[str, list[tuple[UUID, str]]]) -> Iterator[tuple[str, str]]:
    """Every way to fill the arguments of ``rule``, with the stage of what is named."""
    parts = rule.split("/")
    choices: list[list[tuple[object, str]]] = [[(part, "")] for part in parts]
    for place, part in enumerate(parts):
        if found := ARGUMENT.fullmatch(part):
            choices[place] = _choices(found, parts[place - 1], things, rule)
    for chosen in product(*choices):
        yield "/".join(str(part) for part, _ in chosen), "".join(stage for _, stage in chosen)


def _choices(
    found: re.Match[str], before: str, things: dict[str, list[tuple[UUID, str]]], rule: str
) -> list[tuple[object, str]]:
    if found["kind"] == "any":
        options = [each.strip().strip('"') for each in found["options"].split(",")]
        return [(each, f"-{each}") for each in options]
    if found["kind"] in ("uuid", "int"):
        assert before in things or before in THINGS, (
            f"Say in THINGS of {__name__} what <{found['name']}> of {rule} may name."
        )
        return [*things[before]]
    assert found["name"] in NAMES, f"Say in NAMES of {__name__} what <{found['name']}> of {rule} may be."
    return [(each, "") for each in NAMES[found["name"]]]
