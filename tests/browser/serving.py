"""A real Vakaa for browser tests: the same command that `make run` gives, on a free port and data of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.clock import NOW
from tests.databases import once

ROOT = Path(__file__).parents[2]
VAKAA = Path(sys.executable).with_name("vakaa")
READY_SECONDS = 60


@dataclass(frozen=True)
class Server:
    """A Vakaa that is serving: its data folder, with the database in it, its log, and the process that was started."""

    url: str
    data: Path
    log: Path
    process: int


@contextmanager
def serving(run: Path, data: Path) -> Iterator[Server]:
    """Serve a copy of the demo data in ``data``. The demo is seeded once for all workers of the run."""
    shutil.copytree(once(run, "demo", lambda: _seed(run / "demo")), data)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log_file = data.with_suffix(".log")
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            [VAKAA, "serve", "--demo"],
            cwd=ROOT,
            env=_environment(data) | {"PORT": str(port)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    server = Server(f"http://127.0.0.1:{port}", data, log_file, process.pid)
    try:
        _wait(server, process)
        yield server
    finally:
        process.send_signal(signal.SIGINT)
        ended_with = process.wait(timeout=30)
    if ended_with:
        raise RuntimeError(f"Vakaa ended with {ended_with} when it was stopped:\n{server.log.read_text()[-4000:]}")


def _seed(data: Path) -> str:
    subprocess.run([VAKAA, "demo"], cwd=ROOT, env=_environment(data), check=True, stdin=subprocess.DEVNULL)
    return str(data)


def _environment(data: Path) -> dict[str, str]:
    ours = {"VAKAA_DATA": str(data), "VAKAA_DEMO": "1", "VAKAA_DEMO_NOW": NOW.isoformat(), "VAKAA_LIMITS": "0"}
    return {name: value for name, value in os.environ.items() if not name.startswith("VAKAA_")} | ours


def _wait(server: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(f"{server.url}/healthz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except URLError:
            time.sleep(0.1)
    raise RuntimeError(f"Vakaa did not start:\n{server.log.read_text()[-4000:]}")
