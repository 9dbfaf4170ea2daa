"""The application: what a request goes through, in order."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from flask import Flask, Request, g, request
from flask.globals import request_ctx
from flask.sessions import SecureCookieSessionInterface
from werkzeug.middleware.proxy_fix import ProxyFix

import backoffice
import portal
from web import (
    assets,
    context,
    errors,
    expired,
    guard,
    headers,
    language,
    limits,
    log,
    pages,
    reloading,
    signin,
    transaction,
)
from web.config import Config
from web.paths import realm_of
from web.uploads import upload_bytes_of
from web.wiring import EXTENSION, Wiring, wire, wiring

FORM_MEMORY_BYTES = 512 * 1024
FORM_PARTS = 3000


def create_app(config: Config, wired: Wiring | None = None) -> Flask:
    """The application that ``config`` describes. ``wired``: what it is wired to, when that has been made already.

    Raises ``UnsafeStart``, ``PolicyError``, and ``RuntimeError`` for a route that does not say who may open it.
    """
    config.refuse_unsafe()
    log.configure(config.log_level)
    app = Flask("web", static_folder=None, template_folder=None)
    _configure(app, config)
    app.extensions[EXTENSION] = wired or wire(config)
    _connect(app, config)
    _open_routes(app)
    if config.trusted_proxies:
        count = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)
    return app


def _configure(app: Flask, config: Config) -> None:
    app.config.update(
        SECRET_KEY=config.secret_key,
        DEBUG=config.debug,
        TESTING=config.testing,
        MAX_CONTENT_LENGTH=config.max_form_bytes,
        MAX_FORM_MEMORY_SIZE=FORM_MEMORY_BYTES,
        MAX_FORM_PARTS=FORM_PARTS,
        SESSION_COOKIE_SECURE=config.cookie_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # Checked in ``_begin`` in its place. The Referer that it could compare is never sent here.
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_SSL_STRICT=False,
        WTF_CSRF_TIME_LIMIT=config.session_absolute_minutes * 60,
    )
    app.session_interface = _RealmSessions(config)
    app.request_class = _LimitedRequest


def _connect(app: Flask, config: Config) -> None:
    # Answers pass the functions registered here last first: the view is judged, then the transaction ends, then
    # whatever came of that gets its headers and its line in the log.
    log.init_app(app, trust_proxy=config.trusted_proxies > 0)
    headers.init_app(app, secure=config.cookie_secure)
    reloading.init_app(app)
    transaction.init_app(app)
    app.after_request(guard.check_viewed)
    language.init_app(app)
    expired.csrf.init_app(app)
    app.before_request(_begin)
    limits.init_app(app, config)
    context.init_app(app)
    errors.init_app(app)
    assets.init_app(app, config.debug)


def _begin() -> Any:
    """What happens before a view: when it is, who asks, may they, and did the form come from here."""
    g.now = wiring().clock()
    g.realm = realm_of(request.path)
    g.failed = False
    signin.identify()
    g.language = language.select_language()
    context.find_organisation()
    answer = guard.check()
    if answer is None:
        expired.protect()
    return answer


def _open_routes(app: Flask) -> None:
    app.url_map.redirect_defaults = False
    app.register_blueprint(pages.bp)
    app.register_blueprint(_with_every_module(portal).portal)
    app.register_blueprint(_with_every_module(backoffice).office, url_prefix="/office")
    pages.stay_on_this_side(app)
    guard.check_routes(app)


def _with_every_module(face: Any) -> Any:
    """Import the modules of ``portal`` or ``backoffice``: each adds its routes to the blueprint of the package."""
    for module in sorted(iter_modules(face.__path__), key=lambda module: module.name):
        import_module(f"{face.__name__}.{module.name}")
    return face


class _LimitedRequest(Request):
    """A request that may be as big as a form is, or as big as the route that takes files allows."""

    @property
    def max_content_length(self) -> int | None:
        allowed = upload_bytes_of(self)
        return super().max_content_length if allowed is None else allowed


class _RealmSessions(SecureCookieSessionInterface):
    """Flask's session (form tokens and messages only), one for each realm, so that neither ends the other's."""

    def __init__(self, config: Config) -> None:
        self._prefix = "__Host-" if config.cookie_secure else ""

    def get_cookie_name(self, app: Flask) -> str:
        realm = realm_of(request_ctx.request.path) if request_ctx else "citizen"
        return f"{self._prefix}vakaa-{realm}-form"
