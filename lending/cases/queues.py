"""The work queues of a unit: how many cases stand in each, and which of them somebody is looking for.

A unit that does a part of the work for everybody sees the cases of all units, any other its own. Whose turn a case is
follows the arrangement: the unit whose work the next act is (``unit_in_turn``).

Every question is asked of the whole set at once: the number of queries never grows with the number of cases.
What a stage further down knows of a case (the amount asked for, an open supplement request) it joins itself:
see ``lending.applications.queues`` and ``lending.changes.queues``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from lending.basics.actor import Actor
from lending.cases.authority import arrangement_of
from lending.cases.model import Case
from lending.cases.states import CASE, NEXT_ACT, QUEUES
from lending.people.model import Citizen
from lending.people.names import sort_name
from lending.policy.policies import Arrangement

#: Every submitted case of the unit, in work or not: where a case that has left the queues is found.
EVERY = "all"
WHOSE = ("all", "mine", "unassigned", "our-turn")
TEXT_CHARACTERS_MAX = 100


@dataclass(frozen=True, slots=True)
class Filters:
    """What of a queue is looked for: ``whose`` cases, in which ``state``, with ``text`` in the number or the name.

    ``whose``: one of ``WHOSE``; ``our-turn`` are those whose next step is the work of the reader's unit.
    """

    whose: str = "all"
    text: str = ""
    state: str | None = None


def counts(db: Session, by: Actor) -> dict[str, int]:
    """How many cases in each queue wait for the actor's unit. The queue of change requests is counted elsewhere."""
    arrangement = arrangement_of(db, by.organisation)
    query = select(Case.state, Case.unit, func.count()).where(*in_unit(db, by)).group_by(Case.state, Case.unit)
    found = dict.fromkeys((queue for queue in QUEUES if queue != "change_requests"), 0)
    for state, unit, count in db.execute(query):
        queue = CASE.states[state].queue
        if queue is not None and unit_in_turn(arrangement, state, unit) == by.unit:
            found[queue] += count
    return found


def unit_in_turn(arrangement: Arrangement | None, state: str, unit: str | None) -> str | None:
    """The unit whose work the next step is on a case of ``unit`` in ``state``; ``None`` where no step is left."""
    act = NEXT_ACT.get(state)
    if act is None or unit is None or arrangement is None:
        return None
    return arrangement.unit_for(act, unit)


def is_central(db: Session, by: Actor) -> bool:
    """Whether the actor's unit does a part of the work for everybody's cases."""
    arrangement = arrangement_of(db, by.organisation)
    return arrangement is not None and by.unit in arrangement.central_units


def shares_work(db: Session, by: Actor) -> bool:
    """Whether the actor's organisation has given parts of the work to different units."""
    arrangement = arrangement_of(db, by.organisation)
    return arrangement is not None and bool(arrangement.central_units)


def in_unit(db: Session, by: Actor) -> tuple[ColumnElement[bool], ...]:
    """What a member of staff may see in a list: submitted cases of their organisation that their unit has work on."""
    everywhere = (Case.organisation == by.organisation, Case.number.is_not(None))
    return everywhere if is_central(db, by) else (*everywhere, Case.unit == by.unit)


def narrowed(
    db: Session, query: Select[*tuple[Any, ...]], by: Actor, queue: str, filters: Filters
) -> Select[*tuple[Any, ...]]:
    """``query`` over ``Case`` joined with ``Citizen``, narrowed to the actor's unit, the queue and the filters."""
    query = query.where(*in_unit(db, by))
    if queue != EVERY:
        query = query.where(Case.state.in_(CASE.in_queue(queue)))
    if filters.state:
        query = query.where(Case.state == filters.state)
    return query.where(*of_whom(filters.whose, by, Case.handler_id, lambda: _our_turn(db, by)), *matching(filters.text))


def of_whom(
    whose: str, by: Actor, handler_id: InstrumentedAttribute[UUID | None], our_turn: Callable[[], ColumnElement[bool]]
) -> list[ColumnElement[bool]]:
    """Conditions for what ``by`` handles, nobody handles, or the unit of ``by`` does next: as ``whose`` (``WHOSE``)."""
    if whose == "mine":
        return [handler_id == by.id]
    if whose == "unassigned":
        return [handler_id.is_(None)]
    return [our_turn()] if whose == "our-turn" else []


def _our_turn(db: Session, by: Actor) -> ColumnElement[bool]:
    """Cases whose next step is the work of the actor's unit: as ``unit_in_turn``, asked of all at once."""
    arrangement = arrangement_of(db, by.organisation)
    if arrangement is None or by.unit is None:
        return false()
    # "" is no unit's key: where it comes back, the work is done by the unit of each case itself.
    turns = {state: arrangement.unit_for(act, "") for state, act in NEXT_ACT.items()}
    for_all = [state for state, unit in turns.items() if unit == by.unit]
    for_own = [state for state, unit in turns.items() if unit == ""]
    return or_(Case.state.in_(for_all), and_(Case.state.in_(for_own), Case.unit == by.unit))


def matching(text: str) -> list[ColumnElement[bool]]:
    """Conditions for cases whose number holds ``text`` or whose applicant's name holds every word of it."""
    text = text.strip()[:TEXT_CHARACTERS_MAX]
    if not text:
        return []
    by_number = Case.number.contains(text.upper(), autoescape=True)
    words = [sort_name(word, "").strip() for word in text.replace(",", " ").split()]
    by_name = [Citizen.sort_name.contains(word, autoescape=True) for word in words if word]
    if not by_name:
        return [by_number]
    together = by_name[0]
    for word in by_name[1:]:
        together = together & word
    return [or_(by_number, together)]
