"""The reader's language: the person's own setting, else the one chosen here, else the browser's, else Finnish."""

from flask import Blueprint, Flask, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel

from lending.people.model import LANGUAGES, Citizen, StaffMember
from web.config import ROOT, Config
from web.guard import public
from web.paths import realm_of, safe_path
from web.transaction import afterwards
from web.wiring import wiring

DEFAULT = "fi"
COOKIE = "vakaa-language"
A_YEAR = 365 * 24 * 3600

babel = Babel()


def select_language() -> str:
    """The language this request is answered in."""
    if signed_in := g.get("signed_in"):
        return signed_in.language
    if (chosen := request.cookies.get(COOKIE)) in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(LANGUAGES) or DEFAULT


def init_app(app: Flask) -> None:
    """Translate what ``app`` says; English is the source."""
    babel.init_app(
        app,
        default_locale="en",
        default_timezone="Europe/Helsinki",
        default_translation_directories=str(ROOT / "translations"),
        locale_selector=select_language,
    )


def register(bp: Blueprint) -> None:
    """The route that switches the language."""

    @bp.get("/language/<any(fi,sv,en):language>")
    @public
    def switch_language(language: str) -> ResponseReturnValue:
        """Go back to where the reader was, in another language; remembered for the person, else in a cookie.

        A link, not a form, so that it works everywhere; what it changes is harmless and undone by the next link.
        """
        to = safe_path(request.args.get("to"))
        _remember_for_person(language, realm_of(to))
        response = redirect(to, 303)
        config: Config = wiring().config
        response.set_cookie(
            COOKIE, language, max_age=A_YEAR, secure=config.cookie_secure, httponly=True, samesite="Lax"
        )
        return response


def _remember_for_person(language: str, realm: str) -> None:
    from web.signin import identify

    g.realm = realm
    identify()
    if g.person is None or request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return
    model: type[Citizen] | type[StaffMember] = type(g.person)
    person_id = g.person.id

    def remember(db) -> None:
        person = db.get(model, person_id)
        if person is not None:
            person.language = language

    afterwards(remember)
