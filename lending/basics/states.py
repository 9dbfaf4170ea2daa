"""States and transitions as one table per subject."""

from collections.abc import Iterable
from dataclasses import dataclass

from lending.basics.errors import Refused


@dataclass(frozen=True, slots=True)
class State:
    """A state of a subject: the work queue it stands in (``None``: no work left) and who acts next.

    ``acts_next`` is ``"citizen"``, ``"staff"`` or ``None`` where the subject rests or has ended.
    """

    name: str
    queue: str | None
    acts_next: str | None
    final: bool = False


@dataclass(frozen=True, slots=True)
class Transition:
    """``act`` takes a subject from one of ``sources`` to ``target``; ``who``: ``citizen``, ``staff``, ``system``."""

    act: str
    sources: frozenset[str]
    target: str
    who: str


class StateTable:
    """The states of one subject and the acts that move it between them."""

    def __init__(self, subject: str, states: Iterable[State], transitions: Iterable[Transition]) -> None:
        self.subject = subject
        self.states = {state.name: state for state in states}
        self.transitions = tuple(transitions)
        self._by_act = {transition.act: transition for transition in self.transitions}
        if len(self._by_act) != len(self.transitions):
            raise ValueError(f"{subject}: an act is listed twice")

    def after(self, act: str, state: str) -> str:
        """The state that ``act`` leads to from ``state``. Raises ``Refused("not-in-this-state")``."""
        transition = self._by_act[act]
        if state not in transition.sources:
            raise Refused("not-in-this-state", subject=self.subject, act=act, state=state)
        return transition.target

    def allows(self, act: str, state: str) -> bool:
        """Whether ``act`` can be done in ``state``."""
        return state in self._by_act[act].sources

    def in_queue(self, queue: str) -> frozenset[str]:
        """The states that stand in ``queue``."""
        return frozenset(name for name, state in self.states.items() if state.queue == queue)


def transition(act: str, sources: str, target: str, who: str) -> Transition:
    """A row of a state table; ``sources`` are names separated by spaces."""
    return Transition(act, frozenset(sources.split()), target, who)
