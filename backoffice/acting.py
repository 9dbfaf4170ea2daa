"""How a page of the back office does one thing: try the act, put a refusal where it belongs, say what was done."""

from collections.abc import Callable

from flask import flash

from lending.basics.errors import Refused
from web.forms import Form, form_refused


def acted(form: Form, act: Callable[[], object]) -> bool:
    """Whether the form was sent sound and ``act`` was done. A refusal stands at its field and what was typed stays."""
    if not form.submitted():
        return False
    try:
        act()
    except Refused as refused:
        form_refused(form, refused)
        return False
    return True


def done(sentence: str) -> None:
    """Say ``sentence`` at the top of the next page, as something that has succeeded."""
    flash(sentence, "success")
