"""Benchmarks: numbers to look at, never tests that fail on a slow machine. ``make bench`` runs them.

A benchmark is a function in a module of this package, marked with ``bench``. It prepares what it needs, and yields a
name and what to measure, as often as it has sizes to compare. An act that returns a number has its rate shown. ::

    @bench
    def plans() -> Measurements:
        terms = ...
        yield "plan of 60 months", lambda: plan(terms)

What cannot be repeated, or takes long to prepare, is yielded as ``Once``. An act that returns a ``Peak`` has measured
the most memory that a process of its own took.

CPU seconds are those of this process: on a machine that others use they say more than the clock. What a database server
does meanwhile is not in them.
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
    #: Of this process, of the whole measurement where it was made once, else of the median.
    cpu_ms: float | None = None
    #: The most memory that a process of its own took, in MiB.
    peak_mib: int | None = None
    #: How many times as long as its yardstick it took, measured in the same run: see ``Once``.
    ratio: float | None = None


@dataclass(frozen=True)
class Peak:
    """The most memory that something took, in MiB, and how many things it did."""

    mib: int
    done: int


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
    used: list[float] = []
    while len(taken) < AT_LEAST or (sum(taken) < SECONDS and len(taken) < AT_MOST):
        begun, cpu = time.perf_counter(), time.process_time()
        act()
        taken.append(time.perf_counter() - begun)
        used.append(time.process_time() - cpu)
    p95 = sorted(taken)[int(len(taken) * 0.95)]
    median = statistics.median(taken)
    rate = round(done / median) if isinstance(done, int) else None
    return Result(name, _ms(median), _ms(p95), len(taken), rate, _ms(statistics.median(used)))


def _measure_once(name: str, act: Once) -> Result:
    if act.prepare:
        act.prepare()
    begun, cpu = time.perf_counter(), time.process_time()
    done = act()
    taken, used = time.perf_counter() - begun, time.process_time() - cpu
    ratio = round(taken / act.yardstick(), 2) if act.yardstick else None
    if isinstance(done, Peak):
        return Result(name, _ms(taken), _ms(taken), 1, round(done.done / taken), None, done.mib)
    rate = round(done / taken) if isinstance(done, int) else None
    return Result(name, _ms(taken), _ms(taken), 1, rate, _ms(used), None, ratio)


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)
