"""A form that came too late: its token has expired, or its sender was signed out meanwhile. Nothing typed is lost.

The page holds everything that was sent and sends it again with a fresh token. A form that came from another site is
not kept: showing it here would be putting a stranger's words into the reader's mouth.
"""

from dataclasses import dataclass

from flask import Response, current_app, g, request, url_for
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import RequestEntityTooLarge

from web.paths import HOME
from web.render import render

#: Fields whose names hold one of these are not kept.
NEVER_KEPT = ("password", "pin-code", "csrf_token")

csrf = CSRFProtect()


@dataclass(frozen=True, slots=True)
class Kept:
    """What had been typed and chosen."""

    fields: tuple[tuple[str, str], ...]
    files: tuple[str, ...]


def from_elsewhere() -> bool:
    """Whether the browser says that another site sent this."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none")


def expired_form(status: int = 400) -> Response:
    """The page for a form whose token has expired."""
    g.failed = True
    return render("web/expired.html", status=status, kept=_kept(), signed_out=False)


def signed_out_form() -> Response:
    """The page for a form whose sender has been signed out: sign in in another window, then send it again here."""
    g.failed = True
    sign_in = url_for("web.sign_in", realm=g.realm, to=HOME[g.realm])
    return render("web/expired.html", status=401, kept=_kept(), signed_out=True, sign_in=sign_in)


def _kept() -> Kept | None:
    if from_elsewhere():
        return None
    try:
        return _typed_and_chosen()
    except RequestEntityTooLarge:
        # Files of somebody signed out: they are not read.
        return None


def _typed_and_chosen() -> Kept:
    fields = tuple(
        (name, value)
        for name, values in request.form.lists()
        for value in values
        if not any(secret in name.lower() for secret in NEVER_KEPT)
    )
    files = tuple(file.filename for file in request.files.values() if file.filename)
    return Kept(fields, files)


def protect() -> None:
    """Check the token of everything that is not a reading, and that no other site sent it. Raises ``CSRFError``."""
    if request.url_rule is not None and current_app.config["WTF_CSRF_ENABLED"]:
        if request.method in current_app.config["WTF_CSRF_METHODS"] and from_elsewhere():
            raise CSRFError("sent by another site")
        csrf.protect(apply_exemptions=True)
