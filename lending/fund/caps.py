"""What may still be lent under each cap, and the refusal of a grant that would pass one. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from lending.basics.errors import Refused
from lending.basics.money import Cents
from lending.policy.policies import Policy

#: The caps, by what they are called: the year's appropriation as it was entered, and those of the criteria.
KINDS = ("appropriation", "granted-in-year", "outstanding", "capital")

#: Those of a calendar year.
OF_THE_YEAR = ("appropriation", "granted-in-year")


@dataclass(frozen=True, slots=True)
class Sums:
    """Where an organisation's money stands, in cents.

    ``granted_cents`` and ``repaid_cents`` are of one calendar year, the others of all time: ``reserved_cents`` by
    proposals that wait, ``undisbursed_cents`` granted and not yet paid out, ``outstanding_cents`` of principal,
    ``lost_cents`` waived and written off.
    """

    granted_cents: Cents = 0
    repaid_cents: Cents = 0
    reserved_cents: Cents = 0
    undisbursed_cents: Cents = 0
    outstanding_cents: Cents = 0
    lost_cents: Cents = 0


@dataclass(frozen=True, slots=True)
class Cap:
    """One cap and what has been used of it, in cents. ``clause``: the full citation, where a clause sets it."""

    kind: str
    cap_cents: Cents
    used_cents: Cents
    reserved_cents: Cents
    clause: str | None

    @property
    def left_cents(self) -> Cents:
        """What may still be granted; below zero where more has been already."""
        return self.cap_cents - self.used_cents

    @property
    def left_after_reserved_cents(self) -> Cents:
        """What would be left, were every proposal that waits granted."""
        return self.left_cents - self.reserved_cents


def caps_of(policy: Policy, appropriation_cents: Cents | None, sums: Sums) -> tuple[Cap, ...]:
    """Every cap that the organisation has, with where it stands.

    Money that has been granted and not yet paid out counts as outstanding. Capital is what has been given for
    lending once and for all: what is waived or written off is gone from it, what is repaid can be lent again.
    """
    out = sums.outstanding_cents + sums.undisbursed_cents
    standing: dict[str, tuple[Cents | None, Cents]] = {
        "appropriation": (appropriation_cents, sums.granted_cents),
        "granted-in-year": (policy.caps.granted_in_year_max_cents, sums.granted_cents),
        "outstanding": (policy.caps.outstanding_max_cents, out),
        "capital": (policy.caps.capital_cents, out + sums.lost_cents),
    }
    return tuple(
        Cap(kind, cap, used, sums.reserved_cents, None if kind == "appropriation" else policy.cite_governing(kind))
        for kind, (cap, used) in standing.items()
        if cap is not None
    )


def check_caps(caps: Iterable[Cap], amount_cents: Cents, year: int, policy_id: str) -> None:
    """Check that a grant passes no cap. What other proposals have reserved does not stop it: they are not decided.

    Raises ``Refused``: ``fund-appropriation``, ``fund-granted-in-year``, ``fund-outstanding``, ``fund-capital``, each
    with its figures and its clause.
    """
    for cap in caps:
        if amount_cents > cap.left_cents:
            raise Refused(
                f"fund-{cap.kind}",
                field="amount",
                year=year,
                cap_cents=cap.cap_cents,
                used_cents=cap.used_cents,
                left_cents=max(0, cap.left_cents),
                wanted_cents=amount_cents,
                clause=cap.clause or policy_id,
            )


def short_caps(caps: Iterable[Cap], amount_cents: Cents) -> tuple[Cap, ...]:
    """The caps that leave too little for a proposal that waits, or for every one that waits with it."""
    return tuple(cap for cap in caps if amount_cents > cap.left_cents or cap.left_after_reserved_cents < 0)
