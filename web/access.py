"""The access log: every page of the back office that shows a person says so here, before it is shown."""

from flask import g

from lending.cases.model import Case
from lending.people import access_log
from lending.people.model import Citizen
from web.transaction import afterwards


def viewing(shown: Case | Citizen, what: str, reason: str | None = None) -> None:
    """Write that the member of staff signed in sees ``what`` (``application``, ``worksheet``, …) of the person.

    It is written when the request's own transaction has ended; if it cannot be, the page is not shown (703/2023 § 11).
    """
    case_id = shown.id if isinstance(shown, Case) else None
    citizen_id = shown.citizen_id if isinstance(shown, Case) else shown.id
    by, at, request_id = g.actor, g.now, g.request_id
    g.viewed = True
    afterwards(lambda db: access_log.record(db, by, citizen_id, case_id, what, at, request_id, reason))
