"""Static files: served with a year's life when their address tells their content."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask
from whitenoise import WhiteNoise

from web.config import ROOT

FOLDER = ROOT / "static"
PREFIX = "/static/"
FOREVER = "public, max-age=31536000, immutable"
#: Style sheets name fonts without a version; a changed font gets another name instead.
UNVERSIONED = ("fonts/",)


def asset(path: str) -> str:
    """The address of a static file, with a digest of its content: ``/static/css/vakaa.css?v=1f2e3d4c``."""
    if path.startswith(UNVERSIONED):
        return PREFIX + path
    file = FOLDER / path
    try:
        return f"{PREFIX}{path}?v={_digest(file, file.stat().st_mtime_ns)}"
    except FileNotFoundError:
        return PREFIX + path


@lru_cache(maxsize=256)
def _digest(file: Path, _changed: int) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


class Assets(WhiteNoise):
    """WhiteNoise that lets what carries a digest be kept for good."""

    @staticmethod
    def serve(static_file: Any, environ: dict[str, Any], start_response: Any) -> Any:
        forever = environ.get("QUERY_STRING", "").startswith("v=") or environ["PATH_INFO"].startswith(
            tuple(PREFIX + folder for folder in UNVERSIONED)
        )

        def start(status: str, headers: list[tuple[str, str]]) -> Any:
            if forever and status.startswith("2"):
                headers = [(name, value) for name, value in headers if name.lower() != "cache-control"]
                headers.append(("Cache-Control", FOREVER))
            return start_response(status, headers)

        return WhiteNoise.serve(static_file, environ, start)


def init_app(app: Flask, debug: bool) -> None:
    """Serve ``static/`` in front of ``app``, and give templates ``asset(path)``."""
    served = Assets(
        app.wsgi_app, max_age=3600, autorefresh=debug, allow_all_origins=False, add_headers_function=_strict
    )
    if FOLDER.is_dir():
        served.add_files(str(FOLDER), prefix=PREFIX)
    app.wsgi_app = served
    app.jinja_env.globals["asset"] = asset


def _strict(headers: Any, _path: str, _url: str) -> None:
    headers["Content-Security-Policy"] = "default-src 'none'"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
