"""The work queues of a unit: how many cases stand in each, and which of them somebody is looking for.

Every question is asked of the whole set at once: the number of queries never grows with the number of cases.
What a stage further down knows of a case (the amount asked for, an open supplement request) it joins itself:
see ``lending.applications.queues`` and ``lending.changes.queues``.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from lending.basics.actor import Actor
from lending.cases.model import Case
from lending.cases.states import CASE, QUEUES
from lending.people.model import Citizen
from lending.people.names import sort_name

#: Every submitted case of the unit, in work or not: where a case that has left the queues is found.
EVERY = "all"
WHOSE = ("all", "mine", "unassigned")
PAGE_SIZE = 25
TEXT_CHARACTERS_MAX = 100


@dataclass(frozen=True, slots=True)
class Filters:
    """What of a queue is looked for: ``whose`` cases, in which ``state``, with ``text`` in the number or the name."""

    whose: str = "all"
    text: str = ""
    state: str | None = None


def counts(db: Session, by: Actor) -> dict[str, int]:
    """How many cases stand in each queue of the actor's unit. The queue of change requests is counted elsewhere."""
    query = select(Case.state, func.count()).where(*in_unit(by)).group_by(Case.state)
    found = dict(db.execute(query).all())
    return {
        queue: sum(found.get(state, 0) for state in CASE.in_queue(queue))
        for queue in QUEUES
        if queue != "change_requests"
    }


def in_unit(by: Actor) -> tuple[ColumnElement[bool], ...]:
    """What a member of staff may see in a list: submitted cases of their own organisation and unit."""
    return (Case.organisation == by.organisation, Case.unit == by.unit, Case.number.is_not(None))


def narrowed(query: Select[*tuple[Any, ...]], by: Actor, queue: str, filters: Filters) -> Select[*tuple[Any, ...]]:
    """``query`` over ``Case`` joined with ``Citizen``, narrowed to the actor's unit, the queue and the filters."""
    query = query.where(*in_unit(by))
    if queue != EVERY:
        query = query.where(Case.state.in_(CASE.in_queue(queue)))
    if filters.state:
        query = query.where(Case.state == filters.state)
    if filters.whose == "mine":
        query = query.where(Case.handler_id == by.id)
    elif filters.whose == "unassigned":
        query = query.where(Case.handler_id.is_(None))
    return query.where(*matching(filters.text))


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


def page_number(wanted: int, total: int, size: int = PAGE_SIZE) -> int:
    """The page to show for ``wanted``: from one to the last page that ``total`` rows fill."""
    return max(1, min(wanted, pages(total, size)))


def pages(total: int, size: int = PAGE_SIZE) -> int:
    """How many pages ``total`` rows fill; one at least."""
    return max(1, -(-total // size))
