"""Every route is listed with who may open it, and opens to nobody else."""

import re
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.routing import Rule

from lending.people.model import ROLES
from tests.web.inventory import LIST, routes, written_down
from web.guard import Guard, check_routes, guard_of, public

WHO = re.compile(r"(?P<method>[A-Z]+) (?P<path>\S+): (?P<who>public|citizen|staff: [^|]+?) \| (?P<log>logged|-)")
ROLES_LISTED = re.compile(r"\[(?P<roles>[a-z_, ]*)\]")


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


def test_nobody_who_is_not_signed_in_opens_a_guarded_route(app: Flask, client):
    for method, path, guard in _guarded(app):
        response = client.open(path, method=method)
        assert response.status_code in (303, 401), f"{method} {path} answered {response.status_code}"
        if response.status_code == 303:
            assert "/sign-in" in response.location, guard


def test_staff_open_no_page_of_the_portal(app: Flask, staff_client):
    client = staff_client("preparer", "decider", "waiver_decider", "payments", "auditor")
    for method, path, guard in _guarded(app):
        if guard.realm == "citizen":
            response = client.open(path, method=method)
            assert response.status_code in (303, 401), f"{method} {path} answered {response.status_code}"


def test_citizens_open_no_page_of_the_back_office(app: Flask, citizen_client):
    for method, path, guard in _guarded(app):
        if guard.realm == "staff":
            response = citizen_client.open(path, method=method)
            assert response.status_code in (303, 401), f"{method} {path} answered {response.status_code}"


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_in_the_back_office_what_is_listed_for_it_and_nothing_else(app: Flask, staff_client, role: str):
    client = staff_client(role)
    client.queries_at_most = 200
    token = client.token("/office/feedback")
    for line in written_down():
        listed = WHO.fullmatch(line)
        assert listed, f"{LIST.name} has a line that cannot be read: {line}"
        roles = ROLES_LISTED.search(listed["who"])
        if roles is None:
            continue
        path = _filled_path(listed["path"])
        response = client.open(path, method=listed["method"], data={"csrf_token": token})
        refused = response.status_code == 403
        assert refused == (role not in roles["roles"].split(", ")), (
            f"{role}: {listed['method']} {path} answered {response.status_code}, and the list says {roles[0]}"
        )


def _guarded(app: Flask) -> list[tuple[str, str, Guard]]:
    found = []
    for rule in app.url_map.iter_rules():
        guard = guard_of(app, rule)
        if guard and not guard.is_public:
            methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
            found += [(method, _path(rule), guard) for method in sorted(methods)]
    return found


def _path(rule: Rule) -> str:
    return _filled_path(rule.rule)


def _filled_path(pattern: str) -> str:
    pattern = re.sub(r"<uuid:[^>]+>", lambda _: str(uuid4()), pattern)
    pattern = re.sub(r"<any\(([^,)]+)[^>]*>", r"\1", pattern)
    return re.sub(r"<int:[^>]+>", "1", re.sub(r"<(?:string:)?\w+>", "something", pattern))
