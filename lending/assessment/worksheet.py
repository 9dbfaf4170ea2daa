"""The capacity worksheet of a case: prepared from the application, edited with reasons, computed anew, settled."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from lending.applications.model import Application
from lending.assessment.capacity import (
    Amount,
    Capacity,
    Child,
    Line,
    Situation,
    capacity_of,
    worksheet_lines,
)
from lending.assessment.model import SOURCE_MAX_CHARACTERS, Worksheet, WorksheetLine
from lending.assessment.norm_choice import require_norm
from lending.assessment.states import WORKSHEET
from lending.basics.actor import Actor
from lending.basics.errors import NotFound, Refused
from lending.basics.money import Cents
from lending.cases import casework, timeline
from lending.cases.deadlines import local_day
from lending.cases.model import Case
from lending.policy.figures import NormRow, figures_of
from lending.policy.policies import Policy

#: What a line added by hand may be, by side.
ADDED_CODES = {"income": "other_income", "cost": "other_expense", "debt": "other_debt"}


def prepare_worksheet(db: Session, case: Case, by: Actor, at: datetime) -> Worksheet:
    """Compute the worksheet from the application, by the norm of the day.

    Where there is one already it is computed anew, by the norm chosen for it; edits and lines added by hand are carried
    over with their reasons. Raises ``Refused``: ``figure-missing``, ``figure-not-confirmed``, ``case-not-yours``,
    ``not-in-this-state``.
    """
    policy = casework.require_in_hand(db, case, by, "prepare", "prepare-worksheet")
    before = current(db, case)
    if before is not None:
        _require_norm_of(db, case, policy, before.norm)
        return _compute(db, case, before.norm, before.norm_reason, by, at)
    return _compute(db, case, policy.norm.main, None, by, at)


def choose_norm(db: Session, case: Case, norm: str, reason: str, by: Actor, at: datetime) -> Worksheet:
    """Compute the worksheet by the exception of the criteria, with a written reason, or by their main norm again.

    Raises ``Refused("norm-exception-outside-limits")`` with the clause where the loan asked for is too large or too
    long for the exception, ``Refused("norm-not-in-criteria")``, ``Refused("reason-missing")``, and as
    ``prepare_worksheet``.
    """
    policy = casework.require_in_hand(db, case, by, "prepare", "prepare-worksheet")
    _require_norm_of(db, case, policy, norm)
    is_main = norm == policy.norm.main
    if not is_main and not reason.strip():
        raise Refused("reason-missing", field="reason")
    return _compute(db, case, norm, None if is_main else reason.strip(), by, at)


def edit_line(
    db: Session,
    case: Case,
    line_id: UUID,
    cents: Cents,
    reason: str,
    by: Actor,
    at: datetime,
    in_after: bool | None = None,
) -> WorksheetLine:
    """Set what the line counts, in cents a month, with a written reason; ``in_after``: whether a debt stays after
    the arrangement.

    Raises ``Refused("reason-missing")``, ``Refused("amount-negative")``, ``Refused("worksheet-settled")``.
    """
    worksheet = _open_worksheet(db, case, by)
    line = next((line for line in worksheet.lines if line.id == line_id), None)
    if line is None:
        raise NotFound
    before = line.cents
    _check_edit(cents, reason)
    line.cents, line.reason, line.edited_by_id, line.edited_at = cents, reason.strip(), by.id, at
    if in_after is not None and line.side == "debt":
        line.in_after = in_after
    db.flush()
    timeline.append(db, case, "worksheet-line-edited", by, at, line=line.code, from_cents=before, to_cents=cents)
    return line


def add_line(
    db: Session,
    case: Case,
    side: str,
    details: str,
    cents: Cents,
    reason: str,
    by: Actor,
    at: datetime,
    in_after: bool = True,
) -> WorksheetLine:
    """Add an income, a cost or a debt that the application does not have, with a reason. Raises as ``edit_line``."""
    worksheet = _open_worksheet(db, case, by)
    if side not in ADDED_CODES:
        raise Refused("line-unknown", field="side")
    _check_edit(cents, reason)
    line = WorksheetLine(
        position=len(worksheet.lines),
        key=f"added:{uuid4()}",
        code=ADDED_CODES[side],
        details=details.strip()[:200] or None,
        side=side,
        computed_cents=0,
        cents=cents,
        in_before=True,
        in_after=in_after if side == "debt" else True,
        source="staff",
        facts={},
        reason=reason.strip(),
        edited_by_id=by.id,
        edited_at=at,
    )
    worksheet.lines.append(line)
    db.flush()
    timeline.append(db, case, "worksheet-line-edited", by, at, line=line.code, from_cents=0, to_cents=cents)
    return line


def current(db: Session, case: Case) -> Worksheet | None:
    """The worksheet of the case, open or settled, or ``None`` where none has been prepared."""
    return db.scalar(select(Worksheet).where(Worksheet.case_id == case.id, Worksheet.state != "replaced"))


def capacity_on(worksheet: Worksheet) -> Capacity:
    """The sums of the worksheet as it stands now, edits included."""
    return capacity_of(worksheet.lines)


def settle(db: Session, worksheet: Worksheet) -> None:
    """Close the worksheet to edits: a proposal rests on it."""
    worksheet.state = WORKSHEET.after("settle", worksheet.state)
    db.flush()


def reopen(db: Session, case: Case, at: datetime) -> None:
    """Put an open copy in the place of a settled worksheet: the proposal that rested on it has been returned."""
    settled = current(db, case)
    if settled is None or settled.state != "settled":
        return
    _replace(db, settled)
    copy = Worksheet(**_columns(settled, leave_out=("id", "state", "number")), state="open", number=settled.number + 1)
    copy.lines = [WorksheetLine(**_columns(line, leave_out=("id", "worksheet_id"))) for line in settled.lines]
    db.add(copy)
    db.flush()


def situation_of(application: Application) -> Situation:
    """What the application tells, as the capacity rule takes it. A household not told counts as one person."""
    return Situation(
        adults=application.adults or "alone",
        partner_net_cents=application.partner_net_income_cents,
        children=[Child(str(child.id), child.age, child.benefits_cents) for child in application.children],
        incomes=_amounts(application, "income"),
        costs=_amounts(application, "expenses"),
        debts=[
            Amount(f"debt:{debt.id}", debt.basis, debt.monthly_cents, debt.creditor, debt.to_be_arranged)
            for debt in application.debts
        ],
    )


def _amounts(application: Application, section: str) -> list[Amount]:
    return [
        Amount(
            f"{section}:{line.id}",
            line.kind,
            line.amount_cents,
            line.details,
            told_cents=line.told_cents,
            told_per=line.told_per,
        )
        for line in application.of_section(section)
    ]


def _require_norm_of(db: Session, case: Case, policy: Policy, norm: str) -> None:
    asked = db.get_one(Application, case.id)
    require_norm(policy, norm, asked.amount_cents, asked.months)


def _compute(db: Session, case: Case, norm_name: str, reason: str | None, by: Actor, at: datetime) -> Worksheet:
    day = local_day(at)
    norm = figures_of(db).norm(norm_name, day)
    lines = worksheet_lines(situation_of(db.get_one(Application, case.id)), norm)
    before = current(db, case)
    if before is not None:
        _replace(db, before)
    assert by.id is not None
    worksheet = Worksheet(
        case_id=case.id,
        number=before.number + 1 if before else 1,
        state="open",
        computed_for=day,
        norm=norm.norm,
        norm_valid_from=norm.valid_from,
        norm_status=norm.status,
        norm_row=_snapshot(norm),
        norm_reason=reason,
        prepared_by_id=by.id,
        prepared_at=at,
    )
    worksheet.lines = [_row(line, position) for position, line in enumerate(lines)]
    if before is not None:
        _carry_edits(before, worksheet)
    db.add(worksheet)
    db.flush()
    timeline.append(db, case, "worksheet-prepared", by, at, number=worksheet.number, computed_for=day, norm=norm.norm)
    return worksheet


def _replace(db: Session, worksheet: Worksheet) -> None:
    worksheet.state = WORKSHEET.after("replace", worksheet.state)
    db.flush()


def _row(line: Line, position: int) -> WorksheetLine:
    return WorksheetLine(
        position=position,
        key=line.key,
        code=line.code,
        details=line.details,
        side=line.side,
        computed_cents=line.cents,
        cents=line.cents,
        in_before=line.in_before,
        in_after=line.in_after,
        source=line.source[:SOURCE_MAX_CHARACTERS],
        facts=line.facts,
    )


def _carry_edits(before: Worksheet, worksheet: Worksheet) -> None:
    by_key = {line.key: line for line in worksheet.lines}
    for old in before.lines:
        # What was changed of one norm's figures has nothing to say of the other's.
        if not old.edited or (old.side == "norm" and before.norm != worksheet.norm):
            continue
        line = by_key.get(old.key)
        if line is not None:
            line.cents, line.in_after, line.reason = old.cents, old.in_after, old.reason
            line.edited_by_id, line.edited_at = old.edited_by_id, old.edited_at
        elif old.key.startswith("added:"):
            kept = WorksheetLine(**_columns(old, leave_out=("id", "worksheet_id", "position")))
            kept.position = len(worksheet.lines)
            worksheet.lines.append(kept)


def _columns(row: Worksheet | WorksheetLine, leave_out: tuple[str, ...]) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns if column.key not in leave_out}


def _snapshot(norm: NormRow) -> dict[str, Any]:
    return {
        key: {"cents": amount.cents, "status": amount.status, "source": amount.source}
        for key, amount in norm.amounts.items()
    }


def _open_worksheet(db: Session, case: Case, by: Actor) -> Worksheet:
    casework.require_in_hand(db, case, by, "prepare", "prepare-worksheet")
    worksheet = current(db, case)
    if worksheet is None:
        raise NotFound
    if worksheet.state != "open":
        raise Refused("worksheet-settled")
    return worksheet


def _check_edit(cents: Cents, reason: str) -> None:
    if cents < 0:
        raise Refused("amount-negative", field="amount")
    if not reason.strip():
        raise Refused("reason-missing", field="reason")
