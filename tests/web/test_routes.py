"""Every route is listed with who may open it. That it opens to nobody else is tried in ``test_authorisation``."""

import pytest
from flask import Flask

from tests.web.inventory import LIST, routes, written_down
from web.guard import Guard, check_routes, public


def test_every_route_is_listed(app: Flask):
    is_now, listed = routes(app), written_down()
    unlisted = [f"+ {line}" for line in is_now if line not in listed]
    gone = [f"- {line}" for line in listed if line not in is_now]
    assert not unlisted + gone, (
        f"{LIST.name} does not say what the application does:\n"
        + "\n".join(unlisted + gone)
        + "\nIf this is meant, run: .venv/bin/python -m tests.web.inventory"
    )


def test_a_route_that_does_not_say_who_may_open_it_stops_the_start(app: Flask):
    other = Flask("other", static_folder=None)
    other.add_url_rule("/secret", "secret", lambda: "")
    with pytest.raises(RuntimeError, match="does not say who may open it"):
        check_routes(other)


def test_a_route_on_the_wrong_side_of_the_house_stops_the_start():
    other = Flask("other", static_folder=None)

    def view() -> str:
        return ""

    vars(view)["guard"] = Guard("citizen")
    other.add_url_rule("/office/mine", "mine", view)
    with pytest.raises(RuntimeError, match="wrong side"):
        check_routes(other)


def test_a_public_route_may_stand_on_either_side():
    other = Flask("other", static_folder=None)

    @public
    def view() -> str:
        return ""

    other.add_url_rule("/office/open", "open", view)
    check_routes(other)
