"""What must hold of entries, billed rows and plan versions, each as a query that finds where it does not."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, not_, or_, select

from lending.cases.model import Case
from lending.loans.model import Agreement, BilledRow, LedgerEntry, Loan, PlanVersion

_E, _R, _V = LedgerEntry, BilledRow, PlanVersion

Query = Select[*tuple[Any, ...]]

#: What the amounts of each kind of entry may be: principal, interest and credit. Others may be anything.
_SIGNS: dict[str, ColumnElement[bool]] = {
    "disbursement": and_(_E.principal_cents > 0, _E.interest_cents == 0, _E.credit_cents == 0),
    "interest_charge": and_(_E.principal_cents == 0, _E.interest_cents > 0, _E.credit_cents == 0),
    "payment": and_(_E.principal_cents <= 0, _E.interest_cents <= 0, _E.credit_cents >= 0),
    "refund": and_(_E.principal_cents == 0, _E.interest_cents == 0, _E.credit_cents < 0),
    "waiver": and_(_E.principal_cents <= 0, _E.interest_cents <= 0, _E.credit_cents == 0),
    "write_off": and_(_E.principal_cents <= 0, _E.interest_cents <= 0, _E.credit_cents == 0),
}


def _entry_wrong() -> Query:
    """Entries whose amounts are not those of their kind, or whose days run backwards."""
    right = case(*((_E.kind == kind, sign) for kind, sign in _SIGNS.items()), else_=_E.reverses_id.is_not(None))
    return (
        select(Case.number.label("case_number"), _E.id.label("entry"), _E.kind)
        .join(Loan, Loan.id == _E.loan_id)
        .join(Case, Case.id == Loan.case_id)
        .where(or_(not_(right), _E.value_date > _E.booked_on, _E.value_date < Loan.started_on))
    )


def _reversed_twice() -> Query:
    return (
        select(func.max(Case.number).label("case_number"), _E.reverses_id.label("entry"), func.count().label("times"))
        .join(Loan, Loan.id == _E.loan_id)
        .join(Case, Case.id == Loan.case_id)
        .where(_E.kind == "reversal")
        .group_by(_E.reverses_id)
        .having(func.count() > 1)
    )


def _after_write_off() -> Query:
    """Money or reversals booked on a loan that has been written off."""
    end = select(_E.loan_id, func.min(_E.id).label("id")).where(_E.kind == "write_off").group_by(_E.loan_id).subquery()
    return (
        select(Case.number.label("case_number"), _E.id.label("entry"), _E.kind)
        .join(end, and_(end.c.loan_id == _E.loan_id, _E.id > end.c.id))
        .join(Loan, Loan.id == _E.loan_id)
        .join(Case, Case.id == Loan.case_id)
        .where(_E.kind.not_in(("correction", "interest_charge")))
    )


def _negative_on_day() -> Query:
    """Days at whose end more had been paid off than was owed, or refunded than there was."""
    days = (
        select(
            _E.loan_id,
            _E.value_date,
            *(
                func.sum(func.sum(column)).over(partition_by=_E.loan_id, order_by=_E.value_date).label(name)
                for name, column in (
                    ("principal_cents", _E.principal_cents),
                    ("interest_cents", _E.interest_cents),
                    ("credit_cents", _E.credit_cents),
                )
            ),
        )
        .group_by(_E.loan_id, _E.value_date)
        .subquery()
    )
    return (
        select(
            Case.number.label("case_number"),
            days.c.value_date,
            days.c.principal_cents,
            days.c.interest_cents,
            days.c.credit_cents,
        )
        .join(Loan, Loan.id == days.c.loan_id)
        .join(Case, Case.id == Loan.case_id)
        .where(or_(days.c.principal_cents < 0, days.c.interest_cents < 0, days.c.credit_cents < 0))
    )


def _row_wrong() -> Query:
    """Billed rows that do not follow from the plan version they name, or from the row before."""
    rows = (
        select(
            _R.loan_id,
            _R.plan_version_id,
            _R.n,
            _R.kind,
            _R.due_date,
            _R.billed_on,
            _R.instalment_cents,
            _R.interest_cents,
            func.row_number().over(partition_by=_R.loan_id, order_by=_R.n).label("place"),
            func.lag(_R.due_date).over(partition_by=_R.loan_id, order_by=_R.n).label("due_before"),
        )
    ).subquery()
    row = rows.c
    regular = and_(
        row.kind == "regular", Agreement.method == "equal_instalment", row.interest_cents <= _V.instalment_cents
    )
    return (
        select(Case.number.label("case_number"), row.n, row.kind, row.due_date, row.instalment_cents)
        .join(Loan, Loan.id == row.loan_id)
        .join(Agreement, Agreement.id == Loan.agreement_id)
        .join(Case, Case.id == Loan.case_id)
        .join(_V, _V.id == row.plan_version_id)
        .where(
            or_(
                row.n != row.place,
                row.due_date <= row.due_before,
                row.billed_on > row.due_date,
                _V.loan_id != row.loan_id,
                row.n < _V.from_n,
                and_(row.n == _V.from_n, row.due_date != _V.from_due),
                and_(regular, row.instalment_cents != _V.instalment_cents),
                and_(row.kind == "grace", row.instalment_cents != row.interest_cents),
            )
        )
    )


def _plan_missing() -> Query:
    return (
        select(Case.number.label("case_number"))
        .join(Loan, Loan.case_id == Case.id)
        .outerjoin(_V, and_(_V.loan_id == Loan.id, _V.number == 1))
        .where(_V.id.is_(None))
    )


def _plan_wrong() -> Query:
    """Plan versions that are not numbered one after the other, or begin before the one they replace."""
    versions = select(
        _V.loan_id,
        _V.number,
        _V.from_n,
        func.row_number().over(partition_by=_V.loan_id, order_by=_V.number).label("place"),
        func.lag(_V.from_n).over(partition_by=_V.loan_id, order_by=_V.number).label("from_before"),
    ).subquery()
    version = versions.c
    return (
        select(Case.number.label("case_number"), version.number, version.from_n)
        .join(Loan, Loan.id == version.loan_id)
        .join(Case, Case.id == Loan.case_id)
        .where(or_(version.number != version.place, version.from_n < version.from_before))
    )


#: The code of each fault, and the query that finds it.
CHECKS: dict[str, Query] = {
    "entry-wrong": _entry_wrong(),
    "reversed-twice": _reversed_twice(),
    "entry-after-write-off": _after_write_off(),
    "negative-on-day": _negative_on_day(),
    "row-wrong": _row_wrong(),
    "plan-missing": _plan_missing(),
    "plan-wrong": _plan_wrong(),
}
