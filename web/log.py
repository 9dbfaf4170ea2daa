"""Structured logs: one JSON object a line, with the request's id and never a personal identity code."""

import logging
import re
import sys
import time
from typing import Any
from uuid import uuid4

import structlog
from flask import Flask, Response, g, request

HIDDEN = "[hetu]"
# Day, month, year, the sign of the century (+, -, the letters in use since 2023), individual number, control character.
# A plus sign comes percent-encoded in addresses.
_LIKE_HETU = re.compile(
    r"(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])[0-9]{2}(?:%2B|[-+A-FU-Y])[0-9]{3}[0-9A-Z]", re.IGNORECASE
)
_LOOSE_HETU = re.compile(r"(?<![0-9A-Z])[0-9]{6}(?:%2B|[-+A-FU-Y])[0-9]{3}[0-9A-Z](?![0-9A-Z])", re.IGNORECASE)
_CONTROL = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,40}")


def mask(text: str) -> str:
    """``text`` with everything that looks like a personal identity code hidden."""
    return _LIKE_HETU.sub(lambda found: HIDDEN if _controlled(found[0]) else found[0], _LOOSE_HETU.sub(HIDDEN, text))


def _controlled(candidate: str) -> bool:
    # In the middle of other letters and digits only a true control character tells a code from, say, a hash.
    return _CONTROL[int(candidate[:6] + candidate[-4:-1]) % 31] == candidate[-1].upper()


class _Masked(structlog.stdlib.ProcessorFormatter):
    def format(self, record: logging.LogRecord) -> str:
        return mask(super().format(record))


def configure(level: str = "INFO") -> None:
    """Send structlog and the standard library's logging to stderr, as JSON, masked."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _Masked(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.EventRenamer("message"),
                structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for chatty in ("alembic", "flask_wtf", "fontTools", "pikepdf", "PIL"):
        logging.getLogger(chatty).setLevel(max(root.level, logging.WARNING))


log = structlog.stdlib.get_logger("vakaa")


def init_app(app: Flask, trust_proxy: bool) -> None:
    """Give every request an id, say it in ``X-Request-ID``, and log one line when it is answered."""

    @app.before_request
    def begin() -> None:
        g.started = time.perf_counter()
        given = request.headers.get("X-Request-ID", "") if trust_proxy else ""
        g.request_id = given if _REQUEST_ID.fullmatch(given) else uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-ID"] = g.request_id
        if request.endpoint not in ("web.healthz", "web.readyz"):
            actor = g.get("actor")
            log.info(
                "request",
                method=request.method,
                # The rule, not the address: a query may hold what a person typed.
                route=request.url_rule.rule if request.url_rule else None,
                status=response.status_code,
                ms=round((time.perf_counter() - g.started) * 1000),
                actor=f"{actor.kind}:{actor.id}" if actor else None,
            )
        return response
