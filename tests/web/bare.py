"""The components without the frame: a small application that knows the templates, the filters and nothing else."""

from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask, render_template_string
from flask_babel import Babel
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader

from web.assets import asset
from web.config import ROOT
from web.formats import FILTERS

SVG = "{http://www.w3.org/2000/svg}"
ADDRESSES = {
    "web.switch_language": "/language/<language>",
    "web.sign_out": "/sign-out",
    "web.accessibility": "/accessibility",
    "web.privacy": "/privacy",
    "web.feedback": "/feedback",
    "cases": "/office/cases",
}


def bare_app() -> Flask:
    """An application for rendering components in English."""
    app = Flask("bare", static_folder=None, template_folder=str(ROOT / "templates"))
    app.config.update(SECRET_KEY="components", WTF_CSRF_ENABLED=False, TESTING=True)
    Babel(app, default_locale="en")
    environment = app.jinja_env
    environment.trim_blocks = environment.lstrip_blocks = True
    own = environment.loader
    assert own is not None
    package = PackageLoader("govuk_frontend_jinja")
    environment.loader = ChoiceLoader([own, PrefixLoader({"govuk_frontend_jinja": package})])
    environment.filters.update(FILTERS)
    environment.globals.update(asset=asset, csrf_token=lambda: "token-of-this-session")
    for endpoint, address in ADDRESSES.items():
        app.add_url_rule(address, endpoint=endpoint, view_func=lambda **_values: "")
    return app


class Piece:
    """A rendered piece of a page: its source, and a few ways to look into it."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.root: Element = html5lib.parse(source, namespaceHTMLElements=False)

    def all(self, path: str) -> list[Element]:
        return self.root.findall(f".//{path}")

    def one(self, path: str) -> Element:
        found = self.all(path)
        assert len(found) == 1, f"{len(found)} times {path} in:\n{self.source}"
        return found[0]

    def by_id(self, name: str) -> Element:
        return self.one(f"*[@id='{name}']")

    def described(self, element: Element) -> str:
        """What assistive technology reads as the element's description."""
        return " ".join(text(self.by_id(each)) for each in (element.get("aria-describedby") or "").split())


def text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def classes(element: Element) -> set[str]:
    return set((element.get("class") or "").split())


def render(source: str, **context: Any) -> Piece:
    """Render ``source`` in the application that is pushed."""
    return Piece(render_template_string(source, **context))
