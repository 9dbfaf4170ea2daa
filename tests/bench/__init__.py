"""Benchmarks: numbers to look at, never tests that fail on a slow machine. ``make bench`` runs them.

A benchmark is a function in a module of this package, marked with ``bench``. It prepares what it needs, and yields a
name and what to measure, as often as it has sizes to compare. An act that returns a number has its rate shown. ::

    @bench
    def plans() -> Measurements:
        terms = ...
        yield "plan of 60 months", lambda: plan(terms)

What cannot be repeated, or takes long to prepare, is yielded as ``Once``.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Measurements = Iterator[tuple[str, Callable[[], object]]]

BENCHES: list[Callable[[], Measurements]] = []

#: A measurement is repeated for about so long, but at least and at most so many times.
SECONDS = 1.0
AT_LEAST = 3
AT_MOST = 2000


@dataclass(frozen=True)
class Result:
    """How long one thing took, in milliseconds: the median, the slowest of twenty, and out of how many.

    ``per_second``: how many the measured act said it did, by the second of the median.
    """

    name: str
    median_ms: float
    p95_ms: float
    times: int
    per_second: int | None = None
    #: How many times as long as its yardstick it took, measured in the same run: see ``Once``.
    ratio: float | None = None


@dataclass(frozen=True)
class Once:
    """Something measured once. ``prepare`` is not counted, and only done if this is measured.

    ``yardstick`` does the least that anybody could, such as the database's own bulk load of the same bytes, and returns
    how many seconds that took.
    """

    act: Callable[[], object]
    prepare: Callable[[], object] | None = None
    yardstick: Callable[[], float] | None = None

    def __call__(self) -> object:
        return self.act()


def bench(function: Callable[[], Measurements]) -> Callable[[], Measurements]:
    """Mark ``function`` as a benchmark."""
    BENCHES.append(function)
    return function


def measure(name: str, act: Callable[[], object]) -> Result:
    """Repeat ``act``, once more than counts, because the first time fills caches."""
    if isinstance(act, Once):
        return _measure_once(name, act)
    done = act()
    taken: list[float] = []
    while len(taken) < AT_LEAST or (sum(taken) < SECONDS and len(taken) < AT_MOST):
        begun = time.perf_counter()
        act()
        taken.append(time.perf_counter() - begun)
    p95 = sorted(taken)[int(len(taken) * 0.95)]
    median = statistics.median(taken)
    rate = round(done / median) if isinstance(done, int) else None
    return Result(name, round(median * 1000, 3), round(p95 * 1000, 3), len(taken), rate)


def _measure_once(name: str, act: Once) -> Result:
    if act.prepare:
        act.prepare()
    begun = time.perf_counter()
    done = act()
    taken = time.perf_counter() - begun
    ratio = round(taken / act.yardstick(), 2) if act.yardstick else None
    rate = round(done / taken) if isinstance(done, int) else None
    return Result(name, round(taken * 1000, 3), round(taken * 1000, 3), 1, rate, ratio)
