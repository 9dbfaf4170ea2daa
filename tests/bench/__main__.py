"""Run the benchmarks: a table on the terminal and ``var/bench.json``. With words: only those whose name has one."""

import json
import platform
import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from tests.bench import BENCHES, Result, measure

OUTPUT = Path(__file__).parents[2] / "var" / "bench.json"


def main(words: list[str]) -> None:
    for module in sorted(iter_modules([str(Path(__file__).parent)]), key=lambda module: module.name):
        if module.name != "__main__":
            import_module(f"tests.bench.{module.name}")
    print(f"{'':44} {'median ms':>10} {'p95 ms':>10} {'times':>7} {'a second':>9} {'ratio':>7}")
    results: list[Result] = []
    for bench in BENCHES:
        for name, act in bench():
            if not words or any(word in name for word in words):
                results.append(measure(name, act))
                last = results[-1]
                rate = "" if last.per_second is None else last.per_second
                ratio = "" if last.ratio is None else last.ratio
                print(
                    f"{name:44} {last.median_ms:10.3f} {last.p95_ms:10.3f} {last.times:7} {rate:>9} {ratio:>7}",
                    flush=True,
                )
    OUTPUT.parent.mkdir(exist_ok=True)
    machine = {"python": platform.python_version(), "machine": platform.machine()}
    OUTPUT.write_text(json.dumps({**machine, "results": [asdict(result) for result in results]}, indent=2) + "\n")
    print(f"\nAs JSON: {OUTPUT}")


if __name__ == "__main__":
    main(sys.argv[1:])
