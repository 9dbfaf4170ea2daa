"""Forms as they are sent."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from web.forms import Form


@pytest.fixture
def sent(app: Flask):
    """``sent(Form, name=value)``: the form as it is after a browser sent these fields."""
    contexts = []

    def send(form: type[Form], **fields: Any) -> Any:
        context = app.test_request_context("/", method="POST", data=MultiDict(_pairs(fields)))
        context.push()
        contexts.append(context)
        return form()

    yield send
    for context in reversed(contexts):
        context.pop()


def _pairs(fields: dict[str, Any]) -> list[tuple[str, str]]:
    pairs = []
    for name, value in fields.items():
        name = name.replace("__", "-")
        pairs += [(name, each) for each in value] if isinstance(value, list) else [(name, value)]
    return pairs
