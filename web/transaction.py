"""One transaction per request.

``g.db`` opens on first use. A GET reads: its transaction is read-only and always rolled back. Any other request
writes: committed when the answer is 2xx or 3xx, rolled back otherwise, so a form that comes back with errors (422)
leaves nothing behind. ::

    @bp.post("/my/cases/<uuid:case_id>/submit")
    def submit_application(case_id):
        submit(g.db, case, by=g.actor, at=g.now)   # committed with the redirect
        return see_other("portal.receipt")

What a GET must note all the same (the access log, when a session was last seen) goes through ``afterwards(note)``:
the notes run in one short transaction of their own after the request's own has ended, and before the answer leaves.
If they cannot be written, the answer is not given.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, g, has_request_context, request
from flask.ctx import _AppCtxGlobals
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session, sessionmaker

from web.wiring import wiring

READING = frozenset({"GET", "HEAD", "OPTIONS"})
Note = Callable[[Session], object]


class RequestGlobals(_AppCtxGlobals):
    """Flask's ``g`` whose ``db`` opens when it is first needed."""

    @property
    def db(self) -> Session:
        if "_db" not in self.__dict__:
            if not has_request_context():
                raise RuntimeError("g.db belongs to a request; open a session from wiring().sessions instead")
            self.__dict__["_db"] = wiring().readers() if request.method in READING else wiring().sessions()
        return self.__dict__["_db"]


def readers_of(engine: Engine, sessions: sessionmaker[Session]) -> sessionmaker[Session]:
    """A maker of sessions that the database itself holds to reading."""
    reading = engine.execution_options(reads_only=True, postgresql_readonly=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "checkout", _let_sqlite_write)
        event.listen(engine, "begin", _hold_sqlite_to_reading)
    return sessionmaker(**{**sessions.kw, "bind": reading})


def _let_sqlite_write(connection: Any, _record: Any, _proxy: Any) -> None:
    # A connection from the pool may have been held to reading by whoever had it before.
    connection.execute("PRAGMA query_only=0")


def _hold_sqlite_to_reading(connection: Connection) -> None:
    if connection.get_execution_options().get("reads_only"):
        connection.connection.cursor().execute("PRAGMA query_only=1")


def afterwards(note: Note) -> None:
    """Run ``note`` in a short transaction of its own once the request's has ended, before the answer leaves."""
    g.setdefault("_notes", []).append(note)


def abandon() -> None:
    """Roll back what this request has done so far. What is read from now on is what the database holds."""
    if db := g.get("_db"):
        db.rollback()


def init_app(app: Flask) -> None:
    """End the transaction of every request of ``app``."""
    app.app_ctx_globals_class = RequestGlobals
    app.after_request(_end)
    app.teardown_appcontext(_close)


def _end(response: Response) -> Response:
    if db := g.get("_db"):
        if request.method not in READING and response.status_code < 400:
            db.commit()
        else:
            db.rollback()
    # Taken out first: if a note fails, the page that says so must not try again.
    if notes := g.pop("_notes", None):
        with wiring().sessions.begin() as db:
            for note in notes:
                note(db)
    return response


def _close(_error: BaseException | None) -> None:
    if db := g.pop("_db", None):
        db.close()
