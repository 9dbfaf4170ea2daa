"""When something is wrong: a page in the reader's language, with a way on."""

from typing import Any

from flask import Flask, Response, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from lending.basics.errors import NotAllowed, NotFound, Refused
from web.expired import expired_form
from web.log import log
from web.paths import HOME
from web.refusals import say
from web.render import render
from web.transaction import abandon

WITH_A_PAGE = frozenset({400, 403, 404, 405, 413, 429, 500})


def init_app(app: Flask) -> None:
    """Answer every error of ``app``."""
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(NotAllowed, lambda error: error_page(403))
    app.register_error_handler(NotFound, lambda error: error_page(404))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(500, _broken)


def error_page(status: int, **context: Any) -> Response:
    """The page for ``status``."""
    _begin()
    return render("web/error.html", status=status, code=status, **context)


def _begin() -> None:
    # The page must not depend on what went wrong, nor write anything of it.
    g.failed = True
    abandon()


def _expired(_error: CSRFError) -> ResponseReturnValue:
    _begin()
    return expired_form()


def _refused(refused: Refused) -> ResponseReturnValue:
    _begin()
    return render("web/refused.html", status=422, sentence=say(refused), home=HOME[g.realm], back=_subject())


def _subject() -> str | None:
    """The page of the loan or the case that the refused request was about: whoever sent it may look again there."""
    given = request.view_args or {}
    for name, page in (("loan_id", "loan"), ("case_id", "case")):
        if name in given:
            return url_for(f"{'office' if g.realm == 'staff' else 'portal'}.{page}", **{name: given[name]})
    return None


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    status = error.code if error.code in WITH_A_PAGE else (500 if error.code >= 500 else 400)
    # Whoever sent too much goes back to where they sent it from.
    page = error_page(status, back=_subject() if status == 413 else None)
    page.status_code = error.code
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after", "www-authenticate"):
            page.headers[name] = value
    return page


def _broken(_error: Exception) -> ResponseReturnValue:
    try:
        return error_page(500)
    except Exception as second:
        # The database or the templates themselves are away: say it without them.
        log.error("broken error page", exc_info=second)
        page = make_response(render_template("web/plain_error.html", request_id=g.get("request_id", "")), 500)
        return page
