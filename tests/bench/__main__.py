"""Run the benchmarks: a table on the terminal and ``var/bench.json``. With words: only those whose name has one."""

import json
import os
import platform
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from tests.bench import BENCHES, Result, measure

OUTPUT = Path(__file__).parents[2] / "var" / "bench.json"


HEAD = f"{'':52} {'median ms':>11} {'p95 ms':>10} {'cpu ms':>11} {'times':>6} {'a second':>9} {'ratio':>7} {'MiB':>5}"


def line(found: Result) -> str:
    """A result as a line of the table."""
    optional = (found.per_second, found.ratio, found.peak_mib)
    rate, ratio, peak = ("" if each is None else each for each in optional)
    cpu = "" if found.cpu_ms is None else f"{found.cpu_ms:.3f}"
    times = f"{found.median_ms:11.3f} {found.p95_ms:10.3f} {cpu:>11} {found.times:6}"
    return f"{found.name:52} {times} {rate:>9} {ratio:>7} {peak:>5}"


def main(words: list[str]) -> None:
    for module in sorted(iter_modules([str(Path(__file__).parent)]), key=lambda module: module.name):
        if module.name != "__main__":
            import_module(f"tests.bench.{module.name}")
    print(HEAD)
    results: list[Result] = []
    for bench in BENCHES:
        for name, act in bench():
            if not words or any(word in name for word in words):
                results.append(measure(name, act))
                print(line(results[-1]), flush=True)
    OUTPUT.parent.mkdir(exist_ok=True)
    machine = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    OUTPUT.write_text(json.dumps({**machine, "results": [asdict(result) for result in results]}, indent=2) + "\n")
    print(f"\nAs JSON: {OUTPUT}")


if __name__ == "__main__":
    main(sys.argv[1:])
