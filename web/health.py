"""For those who watch over the service: is the process alive, and is it ready to serve."""

from collections.abc import Callable

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from lending.basics import schema
from web.guard import public
from web.limits import limiter
from web.log import log
from web.wiring import wiring


def register(bp: Blueprint) -> None:
    """``/healthz`` and ``/readyz``."""

    @bp.get("/healthz")
    @public
    @limiter.exempt
    def healthz() -> ResponseReturnValue:
        return jsonify(status="ok")

    @bp.get("/readyz")
    @public
    @limiter.exempt
    def readyz() -> ResponseReturnValue:
        checks = {name: _passes(name, check) for name, check in CHECKS.items()}
        ready = all(checks.values())
        return jsonify(status="ready" if ready else "not ready", checks=checks), 200 if ready else 503


def _database_answers() -> bool:
    with wiring().engine.connect() as connection:
        return connection.exec_driver_sql("SELECT 1").scalar() == 1


def _database_is_migrated() -> bool:
    with wiring().engine.connect() as connection:
        return schema.stands_at(connection) == schema.newest()


CHECKS: dict[str, Callable[[], bool]] = {
    "database": _database_answers,
    "migrations": _database_is_migrated,
    "store": lambda: wiring().store.is_writable(),
}


def _passes(name: str, check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception as error:
        log.error("not ready", check=name, exc_info=error)
        return False
