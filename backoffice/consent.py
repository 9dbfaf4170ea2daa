"""Consent and debt investigation: what the applicant has allowed, and whom the staff have asked with it."""

from typing import Any
from uuid import UUID

from flask import g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import office
from backoffice.acting import acted, done
from backoffice.case_page import CasePage
from lending.applications import consent as consents
from lending.applications.co_borrowers import co_borrower_of, may_borrow_together
from lending.assessment.investigation import investigate
from lending.cases.model import CoBorrower
from lending.people import citizens
from web.access import viewing
from web.forms import ChoiceField, Form, LongText, TextField
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
    whose = ChoiceField(_l("Whose debts"), optional=True, default="applicant")
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
    page = CasePage(case_id)
    return _show(page, _form(page, formdata=None))


@office.post("/cases/<uuid:case_id>/consent")
@staff_may("prepare")
def record_use(case_id: UUID) -> ResponseReturnValue:
    """Record a use of the consent."""
    page = CasePage(case_id, "prepare")
    form = _form(page)

    def record() -> None:
        spouse = _spouse(page) if "whose" in form and form.whose.data == "spouse" else None
        whose = spouse.citizen_id if spouse else None
        investigate(g.db, page.case, form.asked_of.data, form.purpose.data, g.actor, g.now, whose)

    if acted(form, record):
        done(
            _("The use of the consent has been recorded, and the spouse can see it.")
            if "whose" in form and form.whose.data == "spouse"
            else _("The use of the consent has been recorded, and the applicant can see it.")
        )
        return see_other("office.consent", case_id=case_id)
    return _show(page, form)


def _spouse(page: CasePage) -> CoBorrower | None:
    """The spouse who borrows together with the applicant, if there is one."""
    spouse = co_borrower_of(g.db, page.reload()) if may_borrow_together(page.policy) else None
    return spouse if spouse is not None and spouse.state == "accepted" else None


def _form(page: CasePage, **options: Any) -> UseForm:
    """The form; whose debts are asked about is a question only where two borrow together, and of consents in force."""
    form, spouse = UseForm(**options), _spouse(page)
    if spouse is None:
        del form.whose
    else:
        both = [
            ("applicant", page.case.citizen.display_name, page.case.citizen_id),
            ("spouse", spouse.display_name, spouse.citizen_id),
        ]
        in_force = [each for each in both if consents.valid_consent(g.db, page.case, g.now, each[2])]
        form.whose.choices = [each[:2] for each in in_force or both]
        form.purpose.description = _("The one whose debts they are sees this in their own service.")
        if "formdata" in options:
            form.whose.data = form.whose.choices[0][0]
    return form


def _show(page: CasePage, form: UseForm) -> ResponseReturnValue:
    case, spouse = page.reload(), _spouse(page)
    valid = consents.valid_consent(g.db, case, g.now)
    if spouse is not None and spouse.citizen_id is not None:
        viewing(citizens.get(g.db, spouse.citizen_id), "consent")
    return page.show(
        "consent",
        form=form,
        valid=valid,
        is_over=case.state in consents.OVER,
        valid_until=consents.last_day_of(g.db, case, valid) if valid else None,
        consents=consents.consents_of(g.db, case),
        uses=consents.uses_of(g.db, case),
        spouse=spouse,
        spouse_consent=consents.valid_consent(g.db, case, g.now, spouse.citizen_id) if spouse else None,
        spouse_consents=consents.consents_of(g.db, case, spouse.citizen_id) if spouse else [],
        may_record=page.may("prepare") and case.handler_id == g.actor.id,
    )
