"""What must hold of the money there is to lend: it is the fold of what was proposed, decided and booked in ledgers.

Each check is a query that finds where it does not. Both sides are added up, one of them negative: what is left differs.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select, union_all

from lending.cases.model import Case
from lending.decisions.model import Decision, Proposal
from lending.fund.booking import KIND_OF_ENTRY
from lending.fund.model import FundEntry
from lending.loans.model import LedgerEntry, Loan

_F, _E = FundEntry, LedgerEntry

Query = Select[*tuple[Any, ...]]

#: States in which a granted loan has been given up before it was paid out.
_GIVEN_UP = ("withdrawn",)


def _kind() -> ColumnElement[str]:
    return case(*((_E.kind == entry, kind) for entry, kind in KIND_OF_ENTRY.items()), else_="unknown")


def _principal() -> Query:
    """Days of a case on which the fund has another sum of a kind than the loan's ledger."""
    both = union_all(
        select(_F.case_id, _F.kind, _F.day, _F.cents).where(_F.kind.in_(set(KIND_OF_ENTRY.values()))),
        select(Loan.case_id, _kind().label("kind"), _E.value_date, -_E.principal_cents)
        .join(Loan, Loan.id == _E.loan_id)
        .where(_E.principal_cents != 0),
    ).subquery()
    return _differing(both, both.c.kind, both.c.day)


def _granted() -> Query:
    """Cases for which the fund has granted another sum than was decided, unless it was given up."""
    both = union_all(
        select(_F.case_id, _F.cents).where(_F.kind.in_(("grant", "withdraw_grant"))),
        select(Decision.case_id, -Decision.amount_cents)
        .join(Case, Case.id == Decision.case_id)
        .where(Decision.kind == "grant", Case.state.not_in(_GIVEN_UP)),
    ).subquery()
    return _differing(both)


def _reserved() -> Query:
    """Cases for which the fund has reserved another sum than a proposal that waits."""
    both = union_all(
        select(_F.case_id, _F.cents).where(_F.kind.in_(("reserve", "release"))),
        select(Proposal.case_id, -Proposal.amount_cents)
        .join(Case, Case.id == Proposal.case_id)
        .where(Proposal.kind == "grant", Proposal.state == "open", Case.state.not_in(_GIVEN_UP)),
    ).subquery()
    return _differing(both)


def _elsewhere() -> Query:
    """Entries booked to another organisation than the case's."""
    return (
        select(Case.number.label("case_number"), _F.id.label("entry"), _F.organisation)
        .join(Case, Case.id == _F.case_id)
        .where(_F.organisation != Case.organisation)
    )


def _differing(both: Any, *by: ColumnElement[Any]) -> Query:
    difference = func.sum(both.c.cents)
    return (
        select(Case.number.label("case_number"), *by, difference.label("difference_cents"))
        .join(Case, Case.id == both.c.case_id)
        .group_by(both.c.case_id, Case.number, *by)
        .having(difference != 0)
    )


#: The checks, by the code of what they find.
CHECKS: dict[str, Query] = {
    "fund-principal-differs": _principal(),
    "fund-granted-differs": _granted(),
    "fund-reserved-differs": _reserved(),
    "fund-elsewhere": _elsewhere(),
}
