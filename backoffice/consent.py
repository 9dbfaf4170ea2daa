"""Consent and debt investigation: what the applicant has allowed, and whom the staff have asked with it."""

from uuid import UUID

from flask import g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import office
from backoffice.acting import acted, done
from backoffice.case_page import CasePage
from lending.applications import consent as consents
from lending.assessment.investigation import investigate
from web.forms import Form, LongText, TextField
from web.guard import staff_may
from web.render import see_other


class UseForm(Form):
    """One question about the applicant's debts to somebody outside."""

    asked_of = TextField(
        _l("Whom did you ask"),
        limit=consents.ASKED_OF_MAX_CHARACTERS,
        hint=_l("For example the enforcement authority, a bank or a collection agency."),
        missing=_l("Write whom you asked."),
    )
    purpose = LongText(
        _l("What did you ask and why"),
        limit=consents.PURPOSE_MAX_CHARACTERS,
        hint=_l("The applicant sees this in their own service."),
        missing=_l("Write what you asked and why."),
    )


@office.get("/cases/<uuid:case_id>/consent")
@staff_may("view-case")
def consent(case_id: UUID) -> ResponseReturnValue:
    """See the consent and its uses."""
    return _show(CasePage(case_id), UseForm(formdata=None))


@office.post("/cases/<uuid:case_id>/consent")
@staff_may("prepare")
def record_use(case_id: UUID) -> ResponseReturnValue:
    """Record a use of the consent."""
    page, form = CasePage(case_id, "prepare"), UseForm()

    def record() -> None:
        investigate(g.db, page.case, form.asked_of.data, form.purpose.data, g.actor, g.now)

    if acted(form, record):
        done(_("The use of the consent has been recorded, and the applicant can see it."))
        return see_other("office.consent", case_id=case_id)
    return _show(page, form)


def _show(page: CasePage, form: UseForm) -> ResponseReturnValue:
    case = page.reload()
    valid = consents.valid_consent(g.db, case, g.now)
    return page.show(
        "consent",
        form=form,
        valid=valid,
        valid_until=consents.last_day_of(g.db, case, valid) if valid else None,
        consents=consents.consents_of(g.db, case),
        uses=consents.uses_of(g.db, case),
        may_record=page.may("prepare") and case.handler_id == g.actor.id,
    )
