"""Every route with who may open it: written down in ``routes.txt``, so that a new one is seen in review.

.venv/bin/python -m tests.web.inventory     writes the list anew; read what has changed before you commit it
"""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from flask import Flask

from web.guard import guard_of
from web.wiring import wiring

LIST = Path(__file__).with_name("routes.txt")
HEADING = """\
# method, path: who may open it | what the access log says of it
# Roles in brackets are those that keusote-2025 delegates the acts to.
"""
ORGANISATION, DAY = "keusote", date(2026, 9, 1)


def routes(app: Flask) -> list[str]:
    """One line for every route, in the order of paths."""
    return sorted(_lines(app), key=lambda line: line.split(" ", 1)[1])


def written_down() -> list[str]:
    """The lines of the list."""
    return [line for line in LIST.read_text().splitlines() if line and not line.startswith("#")]


def _lines(app: Flask) -> Iterable[str]:
    policy = wiring(app).policies.for_organisation(ORGANISATION, DAY)
    for rule in app.url_map.iter_rules():
        guard = guard_of(app, rule)
        assert guard is not None
        who = str(guard)
        if guard.acts:
            roles = frozenset().union(*(policy.roles_for(act) for act in guard.acts))
            who = f"{who} [{', '.join(sorted(roles))}]"
        names_somebody = any(argument.endswith("_id") for argument in rule.arguments)
        logged = guard.realm == "staff" and names_somebody and not guard.shows_nobody
        for method in sorted(rule.methods or ()):
            if method not in ("HEAD", "OPTIONS"):
                yield f"{method} {rule.rule}: {who} | {'logged' if logged else '-'}"


def main() -> None:
    from tempfile import TemporaryDirectory

    from tests.web.conftest import config_for_tests
    from web.app import create_app

    with TemporaryDirectory() as folder:
        LIST.write_text(HEADING + "\n".join(routes(create_app(config_for_tests(Path(folder))))) + "\n")
    print(f"{len(written_down())} routes")


if __name__ == "__main__":
    main()
