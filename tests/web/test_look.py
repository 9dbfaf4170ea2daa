"""The look: the base page, its weight, whether its colours can be read, whether the style sheet is the built one."""

import gzip
import hashlib
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from tests.web.bare import Piece, bare_app, render, text
from web.config import ROOT

STATIC = ROOT / "static"
SOURCES = STATIC / "src"
FIRST_VISIT_MAX_BYTES = 60_000
TEXT_CONTRAST = 4.5
SIGN_CONTRAST = 3.0


class County:
    key = "keusote"

    def name(self, _language: str) -> str:
        return "Keski-Uudenmaan hyvinvointialue"


PAGE = """{% extends "base.html" %}{% block title %}My cases{% endblock %}
{% block content %}<h1 class="govuk-heading-l">My cases</h1>{% endblock %}"""


@pytest.fixture(scope="module")
def app() -> Flask:
    return bare_app()


@pytest.fixture(autouse=True)
def request_context(app: Flask) -> Iterator[None]:
    with app.test_request_context("/my/cases?page=2"):
        yield


def page(source: str = PAGE, **changes: Any) -> Piece:
    person = SimpleNamespace(display_name="Aino Esimerkki")
    given = {
        "language": "en",
        "languages": ("fi", "sv", "en"),
        "organisation": County(),
        "person": person,
        "realm": "citizen",
        "config": SimpleNamespace(demo=True),
    }
    return render(source, **{**given, **changes})


class TestBasePage:
    def test_the_title_tells_page_organisation_and_service(self) -> None:
        assert text(page().one("title")) == "My cases – Keski-Uudenmaan hyvinvointialue – Vakaa"

    def test_the_title_begins_with_the_error_when_the_form_has_one(self) -> None:
        form = SimpleNamespace(errors={"amount": ["Missing"]})
        assert text(page(form=form).one("title")).startswith("Error: My cases")

    def test_the_first_link_skips_to_the_content(self) -> None:
        piece = page()
        assert piece.all("a")[0].get("href") == "#main-content"
        assert piece.by_id("main-content").tag == "main"

    def test_the_language_is_changed_without_losing_the_place(self) -> None:
        links = page().all("a[@hreflang]")
        assert [(each.get("hreflang"), each.get("lang"), text(each)) for each in links] == [
            ("fi", "fi", "Suomi"),
            ("sv", "sv", "Svenska"),
            ("en", "en", "English"),
        ]
        assert links[0].get("href") == "/language/fi?to=/my/cases?page%3D2"
        assert [each.get("aria-current") for each in links] == [None, None, "true"]

    def test_signing_out_is_a_form_with_a_token(self) -> None:
        form = page().one("form[@action='/sign-out']")
        assert form.get("method") == "post"
        assert form.find(".//input[@name='csrf_token']") is not None

    def test_nobody_is_signed_out_who_is_not_in(self) -> None:
        assert not page(person=None).all("form")

    def test_the_demo_says_that_it_is_one(self) -> None:
        demo = "All people and cases are fictional."
        assert demo in page().source
        assert demo not in page(config=SimpleNamespace(demo=False)).source

    def test_the_footer_leads_to_the_statement_privacy_and_feedback(self) -> None:
        assert [each.get("href") for each in page().all("footer//a")] == ["/accessibility", "/privacy", "/feedback"]

    def test_nothing_is_inline_and_nothing_comes_from_elsewhere(self) -> None:
        piece = page()
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style|https?://", piece.source)
        assert all((script.get("src") or "").startswith("/static/") for script in piece.all("script"))

    def test_a_page_without_organisation_stands_too(self) -> None:
        assert text(page(organisation=None, person=None).one("title")) == "My cases – Vakaa"


class TestWeight:
    def test_a_first_visit_weighs_at_most_60_kilobytes_compressed(self) -> None:
        front = page().source.encode() + (ROOT / "templates/portal/front.html").read_bytes() * 2
        parts = [front, *((STATIC / each).read_bytes() for each in ("css/vakaa.css", "js/htmx.min.js", "js/vakaa.js"))]
        weight = sum(len(gzip.compress(part, 6)) for part in parts)
        assert weight <= FIRST_VISIT_MAX_BYTES, f"a first visit weighs {weight} bytes"

    def test_the_font_has_the_two_weights_and_the_letters_we_need(self) -> None:
        fonts = sorted(each.name for each in (STATIC / "fonts").glob("*.woff2"))
        assert fonts == [
            f"source-sans-3-{subset}-{weight}.woff2" for subset in ("latin", "latin-ext") for weight in (400, 600)
        ]


class TestStyleSheet:
    css = (STATIC / "css/vakaa.css").read_text(encoding="utf-8")

    def test_it_is_built_from_the_sources_beside_it(self) -> None:
        files = [
            SOURCES / "package.json",
            *sorted((SOURCES / "scss").rglob("*.scss"), key=lambda file: file.relative_to(SOURCES).as_posix()),
        ]
        digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
        assert f"({digest})" in self.css[:200], (
            "static/src has changed: run static/src/build.sh and commit what it writes"
        )

    def test_it_carries_neither_the_font_nor_the_crest_of_another_government(self) -> None:
        assert not re.search(r"gds|transport|crest|crown", self.css[200:], re.IGNORECASE)

    def test_it_loads_nothing_but_our_fonts(self) -> None:
        assert set(re.findall(r"url\(([^)]*)\)", self.css)) == {
            f'"../fonts/{each.name}"' for each in (STATIC / "fonts").glob("*.woff2")
        }
        assert "@import" not in self.css

    def test_every_class_of_ours_that_a_template_names_has_a_style(self) -> None:
        styled = set(re.findall(r"\.(vk-[a-z_-]+)", self.css))
        hooks = {"vk-only-js", "vk-wordmark__name"}
        for template in (ROOT / "templates/components").glob("*.html"):
            named = set(
                re.findall(r"[\"' ](vk-[a-z]+(?:(?:__|--|-)[a-z]+)*)(?=[\"' ])", template.read_text(encoding="utf-8"))
            )
            lost = {each for each in named - styled - hooks if not each.endswith("-")}
            assert not lost, f"{template.name}: {sorted(lost)}"

    def test_no_lock_file_names_a_registry(self) -> None:
        assert "resolved" not in (SOURCES / "package-lock.json").read_text(encoding="utf-8")


def colours() -> dict[str, str]:
    source = (SOURCES / "scss/vakaa/_tokens.scss").read_text(encoding="utf-8")
    return dict(re.findall(r"^\$([a-z0-9-]+): (#[0-9a-f]{6});", source, re.MULTILINE))


def luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """The contrast ratio of WCAG 2.2 between two colours of the palette."""
    palette = colours()
    light, dark = sorted((luminance(palette[first]), luminance(palette[second])), reverse=True)
    return (light + 0.05) / (dark + 0.05)


GROUNDS = ("paper", "sand-50", "sand-100")
TEXT_PAIRS = [
    *((ink, ground) for ground in (*GROUNDS, "spruce-50", "amber-100", "spruce-100") for ink in ("ink", "ink-soft")),
    *((ink, ground) for ground in GROUNDS for ink in ("spruce-700", "spruce-800", "spruce-900", "red-700")),
    ("spruce-700", "spruce-50"),
    ("ink", "sand-200"),
    ("ink-soft", "sand-200"),
    *((f"{name}-800", f"{name}-100") for name in ("spruce", "amber", "red", "green", "blue", "violet")),
    *(("paper", ground) for ground in ("spruce-700", "spruce-800", "spruce-900", "red-700", "red-800", "amber-800")),
    ("spruce-100", "spruce-700"),
    ("spruce-100", "spruce-900"),
    ("spruce-900", "amber-300"),
]
SIGN_PAIRS = [
    *(("sand-600", ground) for ground in GROUNDS),  # the edge of a field
    *(("sand-500", ground) for ground in ("paper", "sand-50")),  # the ring of a coming step, the base of a chart
    *(("spruce-900", ground) for ground in (*GROUNDS, "spruce-100", "spruce-50", "amber-100")),  # focus on light ground
    ("amber-300", "spruce-900"),  # focus on dark ground
    ("spruce-600", "paper"),
    ("spruce-600", "sand-200"),
    ("green-700", "sand-200"),
    ("red-700", "sand-200"),
    ("amber-600", "paper"),
    ("amber-600", "sand-50"),
]


class TestColours:
    @pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
    def test_text_can_be_read_on_its_ground(self, ink: str, ground: str) -> None:
        assert contrast(ink, ground) >= TEXT_CONTRAST, f"{contrast(ink, ground):.2f}"

    @pytest.mark.parametrize(("sign", "ground"), SIGN_PAIRS)
    def test_edges_focus_and_pictures_can_be_told_from_their_ground(self, sign: str, ground: str) -> None:
        assert contrast(sign, ground) >= SIGN_CONTRAST, f"{contrast(sign, ground):.2f}"
