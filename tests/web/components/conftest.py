"""Components are drawn without a database, in an application that has nothing but them."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.web.bare import bare_app


@pytest.fixture(scope="module")
def app() -> Flask:
    return bare_app()


@pytest.fixture(autouse=True)
def request_context(app: Flask) -> Iterator[None]:
    with app.test_request_context("/my/cases/1"):
        yield
