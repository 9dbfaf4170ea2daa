"""Units as staff read them: what they are called, and whether a case is another unit's turn."""

from flask import g

from lending.cases.model import Case
from lending.cases.queues import unit_in_turn
from lending.policy.policies import policies_of
from web.context import language


def unit_name(key: str | None) -> str | None:
    """What the unit of the reader's organisation is called in the reader's language."""
    unit = policies_of(g.db).organisation(g.actor.organisation).units.get(key or "")
    return unit.names[language()] if unit else None


def other_unit_in_turn(case: Case) -> str | None:
    """The name of the unit whose turn the case is, where that is another than the reader's."""
    arrangement = policies_of(g.db).organisation(case.organisation).arrangement
    turn = unit_in_turn(arrangement, case.state, case.unit)
    return unit_name(turn) if turn != g.actor.unit else None
