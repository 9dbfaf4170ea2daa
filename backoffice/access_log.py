"""Who has seen a person's case: for the auditors of the organisation."""

from uuid import UUID

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from backoffice import office
from lending.cases import casework
from lending.cases.model import Case
from lending.cases.viewers import case_numbered, views_of_case
from web.access import viewing
from web.forms import QueryForm, TextField
from web.guard import staff_may
from web.render import render


class CaseNumberForm(QueryForm):
    """The case whose viewers one looks for."""

    number = TextField(_l("Case number"), optional=True, limit=40)


@office.get("/access-log")
@staff_may("view-access-log")
def access_log() -> ResponseReturnValue:
    """Find a case by its number and see who has viewed it."""
    form = CaseNumberForm()
    asked = form.number.data or ""
    case = case_numbered(g.db, asked, g.actor) if asked else None
    return _show(form, asked, case)


@office.get("/cases/<uuid:case_id>/viewers")
@staff_may("view-access-log")
def viewers(case_id: UUID) -> ResponseReturnValue:
    """Who has viewed this case."""
    case = casework.staff_case(g.db, case_id, g.actor, "view-access-log")
    return _show(CaseNumberForm({"number": case.number}), case.number or "", case)


def _show(form: CaseNumberForm, asked: str, case: Case | None) -> ResponseReturnValue:
    if case is not None:
        viewing(case, "access-log")
    page = request.args.get("page", 1, type=int)
    views = views_of_case(g.db, case, g.actor, page) if case else None
    return render("backoffice/access_log.html", filters=form, asked=asked, case=case, views=views)
