"""The lock files: what is installed, with hashes and without addresses.

``update`` resolves ``pyproject.toml`` anew (needs uv); ``check`` says what in the locks does not fit it.
"""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parent.parent
RUNTIME = ROOT / "requirements.lock"
DEVELOPMENT = ROOT / "requirements-dev.lock"
COMPILE = [
    *("uv", "pip", "compile", "pyproject.toml", "--group", "build", "--python-version", "3.11", "--quiet"),
    *("--universal", "--generate-hashes", "--no-header", "--no-emit-index-url", "--no-annotate"),
]
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")


def update(*options: str) -> int:
    """Write both locks. ``options`` go to uv: ``--upgrade``, or ``--upgrade-package flask``."""
    runtime = [*COMPILE, "--output-file", RUNTIME.name, *options]
    development = [
        *COMPILE,
        "--group",
        "dev",
        "--constraint",
        RUNTIME.name,
        "--output-file",
        DEVELOPMENT.name,
        *options,
    ]
    for command in (runtime, development):
        subprocess.run(command, cwd=ROOT, check=True)
    return check()


def check() -> int:
    """Print every way in which the locks do not fit ``pyproject.toml``; 1 when there is one."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    runtime = [*project["project"]["dependencies"], *_group(groups, "build")]
    complaints = [*_compare(RUNTIME, runtime), *_compare(DEVELOPMENT, [*runtime, *_group(groups, "dev")])]
    pinned, also_pinned = _pins(RUNTIME), _pins(DEVELOPMENT)
    complaints += [
        f"{DEVELOPMENT.name}: {name} differs from {RUNTIME.name}"
        for name in pinned
        if pinned[name] != also_pinned.get(name)
    ]
    for complaint in complaints:
        print(complaint)
    if complaints:
        print("Run `make lock`.")
    return 1 if complaints else 0


def _group(groups: dict[str, list[Any]], name: str) -> Iterator[str]:
    for entry in groups[name]:
        if isinstance(entry, dict):
            yield from _group(groups, entry["include-group"])
        else:
            yield entry


def _pins(lock: Path) -> dict[str, set[str]]:
    pins: dict[str, set[str]] = {}
    for line in lock.read_text().splitlines():
        if found := PIN.match(line):
            pins.setdefault(canonicalize_name(found[1]), set()).add(found[2])
    return pins


def _compare(lock: Path, requirements: list[str]) -> Iterator[str]:
    text = lock.read_text()
    if "://" in text:
        yield f"{lock.name}: records an address"
    if re.search(r"^[^\s#].*==[^\\]*$", text, re.MULTILINE):
        yield f"{lock.name}: a package without hashes"
    pins = _pins(lock)
    for requirement in map(Requirement, requirements):
        versions = pins.get(canonicalize_name(requirement.name), set())
        if not any(Version(version) in requirement.specifier for version in versions):
            yield f"{lock.name}: nothing that satisfies {requirement}"


def main() -> int:
    match sys.argv[1:]:
        case ["check"]:
            return check()
        case ["update", *options]:
            return update(*options)
        case _:
            print("usage: python -m tools.lock check | update [uv options]", file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main())
