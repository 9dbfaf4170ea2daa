"""Which living-cost norm a capacity is computed by, and which clause says so. Pure.

The policy names a main norm; a small and short loan may be reckoned by its exception where a person chooses so with
written reasons (keusote-2025:4.5d).
"""

from lending.basics.errors import Refused
from lending.basics.money import Cents
from lending.policy.policy import Clause, Policy


def exception_fits(policy: Policy, amount_cents: Cents | None, months: int | None) -> bool:
    """Whether the criteria let the exception be used for a loan of this amount and time. What is not told does not."""
    norm = policy.norm
    if norm.exception is None or amount_cents is None or months is None:
        return False
    return amount_cents <= norm.exception_amount_max_cents and months <= norm.exception_months_max


def require_norm(policy: Policy, norm: str, amount_cents: Cents | None, months: int | None) -> None:
    """Check that a loan of this amount (cents) and time (months) may be reckoned by ``norm``.

    Raises ``Refused("norm-not-in-criteria")``, and ``Refused("norm-exception-outside-limits")`` with the limits and
    the clause of the exception.
    """
    choice = policy.norm
    if norm == choice.main:
        return
    if norm != choice.exception:
        raise Refused("norm-not-in-criteria", field="norm")
    if not exception_fits(policy, amount_cents, months):
        assert choice.exception_clause is not None
        raise Refused(
            "norm-exception-outside-limits",
            field="norm",
            most_cents=choice.exception_amount_max_cents,
            most_months=choice.exception_months_max,
            clause=policy.cite(choice.exception_clause),
        )


def clauses_of_sides(policy: Policy, norm: str) -> dict[str, Clause]:
    """By side of the worksheet, the clause that its lines rest on, where the criteria have one."""
    chosen = policy.norm.clause if norm == policy.norm.main else policy.norm.exception_clause
    expenses = policy.clause_governing("expenses")
    found = {
        "income": policy.clause_checked_by("regular-income"),
        "norm": policy.clauses.get(chosen or ""),
        "cost": expenses,
        "debt": expenses,
    }
    return {side: clause for side, clause in found.items() if clause is not None}
