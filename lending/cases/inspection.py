"""Inspection of an uploaded file: what it really is, and a clean copy of it to keep.

The type is judged by the content and by really opening the file, never by its name. Parsing happens in a process of
its own (``lending.cases.cleaning``), so the web worker's memory does not depend on what somebody uploads.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import lending
from lending.basics.errors import Refused
from lending.cases.file_names import clean_file_name

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_SECONDS = 60
CHUNK_BYTES = 64 * 1024

# A process that cleans may use much memory for a moment: no more than two at once beside one web worker.
_PLACES = threading.BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class Inspected:
    """A clean copy at ``path``: its media type, pages (a picture is one), size in bytes and SHA-256.

    ``file_name`` is what its owner called it, made safe to show.
    """

    path: Path
    file_name: str
    media_type: str
    pages: int
    size_bytes: int
    sha256: str


@contextmanager
def inspected(stream: BinaryIO, file_name: str) -> Iterator[Inspected]:
    """Receive the file, open it for real and give its clean copy, which lives as long as the context.

    Takes seconds for a large file: call it outside a transaction where others may be waiting for it to end. Raises
    ``Refused``, with the ``file_name`` that it is about: ``file-empty``, ``file-too-large``, ``file-type-unknown``
    (not PDF, JPEG or PNG), ``file-broken``, ``file-locked`` (a PDF that needs a password), ``image-too-large`` (in
    pixels).
    """
    name = clean_file_name(file_name)
    with tempfile.TemporaryDirectory(prefix="vakaa-upload-") as folder:
        received, target = Path(folder, "received"), Path(folder, "clean")
        try:
            _receive(stream, received)
            with _PLACES:
                answer = _cleaned(received, target)
            if "refused" in answer:
                raise Refused(answer["refused"], field="files", **answer["facts"])
        except Refused as reason:
            raise Refused(reason.code, reason.field, file_name=name, **reason.facts) from None
        yield Inspected(
            path=target,
            file_name=name,
            media_type=answer["media_type"],
            pages=answer["pages"],
            size_bytes=target.stat().st_size,
            sha256=_sha256(target),
        )


def _receive(stream: BinaryIO, target: Path) -> None:
    """Write what comes from ``stream`` to ``target``, a little at a time, and stop as soon as it is too much."""
    size = 0
    with target.open("wb") as file:
        while chunk := stream.read(CHUNK_BYTES):
            size += len(chunk)
            # The limit protects disk and memory; it is no business rule.
            if size > MAX_FILE_BYTES:
                raise Refused("file-too-large", field="files", megabytes_max=MAX_FILE_BYTES // (1024 * 1024))
            file.write(chunk)
    if size == 0:
        raise Refused("file-empty", field="files")


def _cleaned(source: Path, target: Path) -> dict[str, Any]:
    """What the cleaning process says; a process that dies or does not come to an end has met a broken file."""
    broken: dict[str, Any] = {"refused": "file-broken", "facts": {}}
    try:
        done = subprocess.run(  # noqa: S603 - our own module, and paths of our own making
            [sys.executable, "-m", "lending.cases.cleaning", os.fspath(source), os.fspath(target)],
            cwd=Path(lending.__file__).parent.parent,
            env={"PYTHONDONTWRITEBYTECODE": "1"},  # no configuration, no keys
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=MAX_SECONDS,
            check=False,
        )
        answer = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return broken
    return answer if isinstance(answer, dict) and done.returncode == 0 else broken


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
