"""How long it takes until a command answers: what every timer and every second start pays."""

import subprocess
import sys
from pathlib import Path

from tests.bench import Measurements, bench

VAKAA = Path(sys.executable).with_name("vakaa")


@bench
def start() -> Measurements:
    yield "vakaa --help", lambda: subprocess.run([VAKAA, "--help"], check=True, capture_output=True)
