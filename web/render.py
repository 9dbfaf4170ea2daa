"""Answering: a page, a block of it for htmx, or a redirect."""

from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from jinja2_fragments.flask import render_block


def render(template: str, block: str | None = None, *, status: int | None = None, **context: Any) -> Response:
    """The page ``template``, or only its ``block`` when htmx asks for a piece.

    With a ``form`` in the context that was sent and has errors the answer is 422, whose writes are rolled back.
    """
    if block and wants_block():
        response = make_response(render_block(template, block, **context))
    else:
        response = make_response(render_template(template, **context))
    response.status_code = status or _status(context.get("form"))
    return response


def wants_block() -> bool:
    """Whether htmx asks for a piece: not for a whole page, as it does when it restores the history."""
    return request.headers.get("HX-Request") == "true" and not (
        request.headers.get("HX-Boosted") == "true" or request.headers.get("HX-History-Restore-Request") == "true"
    )


def see_other(endpoint: str, **values: Any) -> Response:
    """Redirect with 303 to the page of ``endpoint``: how every POST that did something ends."""
    response = redirect(url_for(endpoint, **values), 303)
    assert isinstance(response, Response)
    return response


def redirect_to(endpoint: str, **values: Any) -> Response:
    """Redirect the whole page to ``endpoint``, also when htmx asked for a piece."""
    address = url_for(endpoint, **values)
    if request.headers.get("HX-Request") == "true":
        # A redirect would be followed silently and the sign-in page swapped into the piece.
        return Response(status=401, headers={"HX-Redirect": address})
    response = redirect(address, 303)
    assert isinstance(response, Response)
    return response


def _status(form: Any) -> int:
    return 422 if form is not None and request.method == "POST" and form.errors else 200
