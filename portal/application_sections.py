"""The sections of the application as pages: each is shown, saved on its own, and leads to the next."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, g, request
from flask.typing import ResponseReturnValue

from lending.applications import sections
from lending.applications.progress import SECTIONS
from lending.basics.errors import Refused
from portal import portal
from portal.application_forms import (
    AssetsForm,
    DebtsForm,
    ExpensesForm,
    HouseholdForm,
    IncomeForm,
    ListForm,
    PurposeForm,
)
from portal.own import OwnDraft
from web.context import language
from web.forms import Form, form_refused
from web.guard import citizen_only
from web.render import see_other

PAGES = {
    "attachments": "portal.application_attachments",
    "consent": "portal.consent",
}


@portal.route("/my/cases/<uuid:case_id>/application/household", methods=["GET", "POST"])
@citizen_only
def application_household(case_id: UUID) -> ResponseReturnValue:
    """Who lives in the household."""
    own = OwnDraft(case_id)
    form = HouseholdForm(own.policy, data=HouseholdForm.told(own.application))
    return _answer(own, "household", form, sections.save_household)


@portal.route("/my/cases/<uuid:case_id>/application/purpose", methods=["GET", "POST"])
@citizen_only
def application_purpose(case_id: UUID) -> ResponseReturnValue:
    """What the loan is for, how much and for how long."""
    own = OwnDraft(case_id)
    form = PurposeForm(own.policy, language(), data=PurposeForm.told(own.application))
    return _answer(own, "purpose", form, sections.save_purpose)


@portal.route("/my/cases/<uuid:case_id>/application/income", methods=["GET", "POST"])
@citizen_only
def application_income(case_id: UUID) -> ResponseReturnValue:
    """What the applicant gets a month."""
    own = OwnDraft(case_id)
    return _answer(own, "income", IncomeForm(data=IncomeForm.told(own.application)), sections.save_income)


@portal.route("/my/cases/<uuid:case_id>/application/expenses", methods=["GET", "POST"])
@citizen_only
def application_expenses(case_id: UUID) -> ResponseReturnValue:
    """What the applicant pays a month."""
    own = OwnDraft(case_id)
    return _answer(own, "expenses", ExpensesForm(data=ExpensesForm.told(own.application)), sections.save_expenses)


@portal.route("/my/cases/<uuid:case_id>/application/assets", methods=["GET", "POST"])
@citizen_only
def application_assets(case_id: UUID) -> ResponseReturnValue:
    """What the applicant owns."""
    own = OwnDraft(case_id)
    return _answer(own, "assets", AssetsForm(data=AssetsForm.told(own.application)), sections.save_assets)


@portal.route("/my/cases/<uuid:case_id>/application/debts", methods=["GET", "POST"])
@citizen_only
def application_debts(case_id: UUID) -> ResponseReturnValue:
    """What the applicant owes."""
    own = OwnDraft(case_id)
    return _answer(own, "debts", DebtsForm(data=DebtsForm.told(own.application)), sections.save_debts)


def _answer(own: OwnDraft, section: str, form: Any, save: Callable[..., object]) -> Response:
    """Show the section, or save it and go on."""
    if form.submitted():
        try:
            save(g.db, own.case, form.answers(), g.actor, g.now)
        except Refused as refused:
            form_refused(form, _at_its_row(form, refused))
        else:
            return after_saving(own, section)
    return own.show(
        f"application_{section}", form=form, section=section, number=SECTIONS.index(section) + 1, count=len(SECTIONS)
    )


def after_saving(own: OwnDraft, section: str) -> Response:
    """On to where the applicant was going: back to the answers being checked, to the list, or to the next section."""
    case_id = own.case.id
    if request.args.get("from") == "check":
        return see_other("portal.check_application", case_id=case_id)
    if request.form.get("then") == "list":
        return see_other("portal.application", case_id=case_id)
    following = SECTIONS[SECTIONS.index(section) + 1 :]
    complete = own.progress.complete
    for each in following:
        if each not in complete:
            return see_other(page_of(each), case_id=case_id)
    return see_other("portal.application", case_id=case_id)


def page_of(section: str) -> str:
    """The endpoint of the section's page."""
    return PAGES.get(section, f"portal.application_{section}")


def _at_its_row(form: Form, refused: Refused) -> Refused:
    """The domain counts the rows that it was given; on the page there may be blank ones between them."""
    if not isinstance(form, ListForm) or not refused.field or refused.field.count("-") != 2:
        return refused
    _, place, name = refused.field.split("-")
    filled = [entry for entry in form.rows.entries if not entry.form.is_blank()]
    return Refused(refused.code, f"{filled[int(place)].name}-{name}", **refused.facts)
