"""Letters and agreements: written with this service's own templates, and shown as they were written."""

from typing import Any

from flask import render_template
from flask_babel import force_locale
from markupsafe import Markup


def write_letter(kind: str, language: str, /, **facts: Any) -> str:
    """The letter ``kind`` (``decision``, ``agreement``, ``reminder``) in ``language``, whatever the page's language is.

    The letter is a fragment (``h2`` and below), ready to be frozen.
    """
    with force_locale(language):
        return render_template(f"letters/{kind}.{language}.html", **facts)


def as_written(letter: str) -> Markup:
    """The letter for a page to show: only what ``write_letter`` wrote, or a frozen document that it wrote.

    The template escaped what people wrote when the letter was written; escaped once more it could not be read.
    """
    return Markup(letter)  # noqa: S704 - never anything but a letter of this service's own templates
