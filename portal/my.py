"""The citizen's own front page: cases, loans, a way to begin; and who has looked at their data."""

from typing import Any

from flask import g, request
from flask.typing import ResponseReturnValue

from lending.applications.co_borrowers import invitations_for
from lending.applications.submission import lenders_for
from lending.cases import casework
from lending.cases.model import Case
from lending.cases.states import CASE
from lending.loans.position import own_loans
from lending.people import access_log
from lending.policy.policies import policies_of
from portal import portal
from portal.own import is_asked
from web.clock import today
from web.forms import EmptyForm
from web.guard import citizen_only
from web.labels_portal import OWN_CASE_COLOURS
from web.render import render

VIEWS_ON_A_PAGE = 50


@portal.get("/my")
@citizen_only
def my() -> ResponseReturnValue:
    """What waits for the citizen first, then the rest."""
    cases = casework.own_cases(g.db, g.actor)
    shown = [_shown(case) for case in cases]
    loans = own_loans(g.db, g.actor)
    return render(
        "portal/my.html",
        lenders=lenders_for(g.db, g.person, today()),
        form=EmptyForm(formdata=None),
        waiting=[each for each in shown if each["waits"]],
        others=[each for each in shown if not each["waits"]],
        loans=loans,
        interest_free={each.id for each in loans if policies_of(g.db).by_id(each.policy).is_interest_free},
        invited=bool(invitations_for(g.db, g.person, g.now)),
        numbers={case.id: case.number for case in cases},
        has_draft=any(case.state == "draft" for case in cases),
    )


@portal.get("/my/access-log")
@citizen_only
def my_access_log() -> ResponseReturnValue:
    """Who has looked at the citizen's data, what and when (703/2023 11 §)."""
    pages = max(1, -(-access_log.count_of_views(g.db, g.person.id) // VIEWS_ON_A_PAGE))
    # An address with a page that is not there shows the last one: never that nobody has looked.
    page = max(1, min(request.args.get("page", 1, type=int), pages))
    views = access_log.views_of(g.db, g.person.id, VIEWS_ON_A_PAGE, (page - 1) * VIEWS_ON_A_PAGE)
    numbers = {case.id: case.number for case in casework.own_cases(g.db, g.actor)}
    return render(
        "portal/access_log.html",
        views=views,
        numbers=numbers,
        page=page,
        pages=pages,
    )


def _shown(case: Case) -> dict[str, Any]:
    asks_spouse = not is_asked(case, policies_of(g.db).by_id(case.policy)) if case.state != "draft" else False
    return {
        "case": case,
        # A running loan waits for nothing, and some things are for a spouse to do.
        "waits": CASE.states[case.state].acts_next == "citizen" and case.state != "running" and not asks_spouse,
        "asks_spouse": asks_spouse,
        "colour": OWN_CASE_COLOURS[case.state],
    }
