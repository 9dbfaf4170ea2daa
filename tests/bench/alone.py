"""One thing done in a process of its own, which then writes the most memory it took, in MiB: ``alone reset URL``."""

import sys
from pathlib import Path

from lending.basics.database import load_models, make_engine
from lending.loans.reset import reset_rates
from lending.loans.verify import faults
from tests.bench.loans import JULY, with_rates
from tests.bench.portfolio import sessions_of
from tests.workflow.loan_life import noon


def main(what: str, url: str) -> None:
    load_models()
    sessions = sessions_of(make_engine(url), with_rates)
    if what == "reset":
        assert reset_rates(sessions, JULY, noon(JULY)).changed
    else:
        with sessions() as db:
            assert next(faults(db), None) is None
    print(peak_kib() // 1024)


def peak_kib() -> int:
    """The most memory this program has had; what ``getrusage`` tells begins with that of the process it came from."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


if __name__ == "__main__":
    main(*sys.argv[1:])
