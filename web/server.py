"""The web server: gunicorn, with the application loaded once and shared by its workers."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from web.wiring import wiring

THREADS = 4
#: A worker that hangs is replaced; an upload of the largest size over a slow line still fits.
TIMEOUT_SECONDS = 120
STOP_SECONDS = 10
#: A worker is replaced now and then, so that what leaks somewhere does not add up.
REQUESTS_PER_WORKER = 5000


class Server(BaseApplication):
    """Serves ``app`` at ``host``:``port`` until it is stopped (Ctrl-C, SIGTERM).

    ``when_ready`` is called once, when the first request would be answered.
    """

    def __init__(self, app: Flask, host: str, port: int, workers: int, when_ready: Callable[[], None]) -> None:
        self._app = app
        self._options: dict[str, Any] = {
            "bind": f"{host}:{port}",
            "workers": workers,
            "worker_class": "gthread",
            "threads": THREADS,
            "timeout": TIMEOUT_SECONDS,
            "graceful_timeout": STOP_SECONDS,
            "max_requests": REQUESTS_PER_WORKER,
            "max_requests_jitter": REQUESTS_PER_WORKER // 10,
            "preload_app": True,
            "proc_name": "vakaa",
            "loglevel": "warning",
            "forwarded_allow_ips": "",
            "when_ready": lambda server: when_ready(),
            # Connections opened before the fork belong to the parent: a worker opens its own.
            "post_fork": lambda server, worker: wiring(app).engine.dispose(close=False),
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app
