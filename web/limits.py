"""How often the same address may try: signing in, sending forms, uploading. Too often is answered with 429."""

from flask import Flask, g, request
from flask_limiter import Limiter

from web.config import Config, UnsafeStart
from web.wiring import wiring

#: Each is counted per address and, for the signed in, per person.
SIGN_IN = "20 per minute; 200 per hour"
UPLOADS = "30 per minute; 300 per hour"
POSTS = "120 per minute"


def _who() -> str:
    person = g.get("person")
    return f"person:{person.id}" if person else f"address:{request.remote_addr}"


def _not_counted() -> bool:
    return request.method in ("GET", "HEAD", "OPTIONS") or not wiring().config.limits


limiter = Limiter(_who, default_limits=[POSTS], default_limits_exempt_when=_not_counted, strategy="moving-window")


def init_app(app: Flask, config: Config) -> None:
    """Count per worker (``memory://``), or together in the storage that ``VAKAA_LIMITS_STORAGE`` names."""
    app.config.update(RATELIMIT_STORAGE_URI=config.limits_storage)
    try:
        limiter.init_app(app)
    except Exception:
        # Whatever the storage says, it is about this setting. The address may hold a password: it is not repeated.
        raise UnsafeStart(
            "VAKAA_LIMITS_STORAGE names no storage that can be used here: leave it out to count in each worker, "
            "or install the client of the storage that it names."
        ) from None


def sign_in_limit():
    """Decorator for a route that signs people in."""
    return limiter.limit(SIGN_IN, exempt_when=_not_counted)


def upload_limit():
    """Decorator for a route that takes files."""
    return limiter.limit(UPLOADS, exempt_when=_not_counted)
