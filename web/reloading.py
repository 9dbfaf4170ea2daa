"""Criteria and figures are read anew when their files change: a good set takes the place of the one in use, whole.

A set with a mistake in it is logged and left alone; the service goes on with the last good one. Each worker looks by
itself, at most every few seconds, at the dates and sizes of the files, and reads them only when those have changed.
"""

import time
from pathlib import Path
from threading import Lock

from flask import Flask

from lending.policy.figures import load_figures
from lending.policy.policies import Policies, PolicyError, load_policies
from web.log import log
from web.wiring import Wiring, wiring

#: How long a worker trusts what it has seen.
SECONDS_BETWEEN_LOOKS = 3.0

#: What tells one state of the files from another: names, times of change, sizes.
Look = tuple[tuple[str, int, int], ...]


class Reloading:
    """Keeps the criteria and figures of one worker those of the files. ``every``: seconds between two looks."""

    def __init__(self, wired: Wiring, every: float = SECONDS_BETWEEN_LOOKS) -> None:
        self.every = every
        self._wired = wired
        self._seen = look_at(wired.config.policies)
        self._looked_at = time.monotonic()
        self._lock = Lock()

    def refresh(self) -> None:
        """Look, if it is time to, and take what has changed into use. Requests that have begun keep what they have."""
        if time.monotonic() - self._looked_at < self.every or not self._lock.acquire(blocking=False):
            return
        try:
            self._looked_at = time.monotonic()
            seen = look_at(self._wired.config.policies)
            if seen != self._seen:
                # A bad set too is read only once: the next try is when somebody has mended it.
                self._seen = seen
                self._read()
        finally:
            self._lock.release()

    def _read(self) -> None:
        wired = self._wired
        try:
            policies = load_policies(wired.config.policies)
            _keeps_what_is_used(wired.policies, policies)
            figures = load_figures(wired.config.policies / "figures", allow_unconfirmed=wired.config.demo)
        except PolicyError as wrong:
            log.error("policies refused, the last good ones stay", mistakes=[str(each) for each in wrong.all])
            return
        except OSError as wrong:
            log.error("policies cannot be read, the last good ones stay", error=str(wrong))
            return
        policies.today = wired.policies.today
        wired.policies, wired.figures = policies, figures
        # Every session opened from now on carries the new set, and only that.
        for sessions in (wired.sessions, wired.readers):
            sessions.kw["info"].update(policies=policies, figures=figures)
        log.info("policies read anew", versions=[policy.id for policy in policies.versions()])


def look_at(folder: Path) -> Look:
    """What the files of ``folder`` look like from outside."""
    found = []
    for path in sorted(folder.glob("*/*.toml")):
        try:
            status = path.stat()
        except FileNotFoundError:
            continue
        found.append((str(path), status.st_mtime_ns, status.st_size))
    return tuple(found)


def _keeps_what_is_used(used: Policies, read: Policies) -> None:
    """Raise ``PolicyError`` where a version in use is gone, or something in it that cases may name."""
    there = {policy.id: policy for policy in read.versions()}
    for policy in used.versions():
        file, now = f"{policy.organisation.key}/{policy.valid_from}.toml", there.get(policy.id)
        if now is None:
            raise PolicyError(file, "", f"the version {policy.id} is gone, and cases may have been made under it")
        for table, before, after in (
            ("clauses", policy.clauses, now.clauses),
            ("purposes", policy.purposes, now.purposes),
            ("attachments", policy.attachment_kinds, now.attachment_kinds),
            ("consents", policy.consents, now.consents),
            ("organisation.units", policy.organisation.units, now.organisation.units),
        ):
            for key in sorted(set(before) - set(after)):
                raise PolicyError(
                    file, f"{table}.{key}", "is gone, and cases may name it; a new version may leave it out"
                )


def init_app(app: Flask) -> None:
    """Refresh before every request of ``app``."""
    reloading = app.extensions["vakaa-reloading"] = Reloading(wiring(app))
    app.before_request(reloading.refresh)
