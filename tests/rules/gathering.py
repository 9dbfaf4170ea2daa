"""Applications as checks look at them, without a database."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from lending.applications.model import Application, Debt, MoneyLine
from lending.assessment.capacity import Capacity
from lending.assessment.checks import Gathered
from lending.policy.policies import load_policies

POLICY = load_policies(Path(__file__).parents[2] / "policies").by_id("keusote-2025")
ALL_ATTACHED = frozenset(POLICY.attachment_kinds)


def money(section: str, kind: str, euros: int) -> MoneyLine:
    return MoneyLine(section=section, kind=kind, amount_cents=euros * 100, position=0)


def a_debt(basis: str = "consumer_credit", arranged: bool = True, stage: str = "on_time") -> Debt:
    return Debt(
        creditor="Esimerkki Oy",
        basis=basis,
        amount_cents=1000_00,
        monthly_cents=80_00,
        stage=stage,
        to_be_arranged=arranged,
        position=0,
    )


def an_application(**told: object) -> Application:
    return Application(
        **{
            "purpose": "home",
            "purpose_details": "Pesukone",
            "how_it_helps": "Pyykit kotona",
            "amount_cents": 3000_00,
            "months": 36,
            "in_debt_adjustment": False,
            "entrepreneur": False,
            "owns_property": False,
            **told,
        }
    )


def gathered(application: Application | None = None, left: int | None = 150_00, **other: object) -> Gathered:
    """What is gathered where everything speaks for a grant: 150 € left a month before and after."""
    capacity = None if left is None else Capacity(left, 0, 0, 0, 0)
    found = Gathered(POLICY, application or an_application(), True, ALL_ATTACHED, 0, capacity, Decimal("2.5"))
    return replace(found, **other)
