"""Routes that take files may be sent more than a form weighs; files go to disk as they come, never to memory."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Request, current_app, g

from web.wiring import wiring

View = TypeVar("View", bound=Callable[..., Any])


def takes_files(view: View) -> View:
    """Mark a view that takes files: its requests may weigh what ``max_upload_request_bytes`` says."""
    vars(view)["takes_files"] = True
    return view


def upload_bytes_of(request: Request) -> int | None:
    """How big this request may be when its route takes files; ``None`` when it does not.

    Only somebody signed in may send so much: nobody else's files are read at all.
    """
    view = current_app.view_functions.get(request.endpoint or "")
    if g.get("person") is None or not getattr(view, "takes_files", False):
        return None
    return wiring().config.max_upload_request_bytes
