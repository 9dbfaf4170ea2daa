"""The application as a whole: begun, its list of tasks, its answers checked, sent, the receipt, withdrawn."""

from typing import Any
from uuid import UUID

from flask import g, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lending.applications import co_borrowers
from lending.applications.progress import SECTIONS, Missing
from lending.applications.submission import lenders_for, start_application, submit, withdraw_application
from lending.basics.errors import NotFound, Refused
from lending.cases.states import CASE
from lending.policy.policies import Policy, policies_of
from portal import portal
from portal.application_sections import page_of
from portal.home import municipalities_of
from portal.own import OwnCase, OwnDraft
from portal.stages import stages
from web.clock import today
from web.context import language
from web.forms import CheckField, ChoiceField, EmptyForm, Form, form_refused
from web.guard import citizen_only
from web.labels import label
from web.labels_portal import SECTION_COLOURS
from web.render import render, see_other


class CheckForm(Form):
    """The applicant vouches for the answers."""

    truthful = CheckField(
        _l("What I have told is true and complete, as far as I know"),
        missing=_l("To send the application, tick that what you have told is true."),
    )


class StartForm(Form):
    """With whom to apply: asked only of those whose home municipality does not tell it."""

    organisation = ChoiceField(
        _l("Where do you apply?"),
        hint=_l("Choose the one that serves your home municipality."),
        missing=_l("Choose where you apply."),
    )

    def __init__(self, lenders: list[Policy], **given: Any) -> None:
        super().__init__(**given)
        if len(lenders) == 1:
            del self.organisation
        else:
            self.organisation.choices = [
                (lender.organisation.key, lender.organisation.name(language())) for lender in lenders
            ]


@portal.route("/my/applications", methods=["GET", "POST"])
@citizen_only
def start_own_application() -> ResponseReturnValue:
    """Begin an application, or go on with the draft that is there; ask where to, if the home municipality is not
    known or not served here."""
    lenders = lenders_for(g.db, g.person, today())
    form = StartForm(lenders)
    if not form.submitted():
        places = {lender.organisation.key: ", ".join(municipalities_of(lender.organisation)) for lender in lenders}
        return render("portal/start.html", form=form, lenders=lenders, places=places)
    chosen = form.organisation.data if "organisation" in form else lenders[0].organisation.key
    policy = policies_of(g.db).for_organisation(chosen, today())
    case = start_application(g.db, g.person, policy, g.actor, g.now)
    return see_other("portal.application", case_id=case.id)


@portal.get("/my/cases/<uuid:case_id>/application")
@citizen_only
def application(case_id: UUID) -> ResponseReturnValue:
    """The list of tasks while the application is a draft; what was sent, once it was."""
    own = OwnCase(case_id, shared=True)
    if own.case.state != "draft":
        return own.show("application_as_sent", attachments=own.attachments)
    if not own.is_applicant:
        # The draft is its writer's alone, also where a spouse has already agreed to borrow together.
        raise NotFound
    progress = own.progress
    return own.show(
        "application",
        together=co_borrowers.co_borrower_of(g.db, own.case) if own.may_be_shared else None,
        tasks=[_task(own, section, progress.state_of(section)) for section in SECTIONS],
        missing=_told(progress.missing, own.policy, case_id),
        progress=progress,
        total=len(SECTIONS),
    )


@portal.route("/my/cases/<uuid:case_id>/application/check", methods=["GET", "POST"])
@citizen_only
def check_application(case_id: UUID) -> ResponseReturnValue:
    """Every answer on one page, and the button that sends them."""
    own = OwnDraft(case_id)
    form = CheckForm()
    if form.submitted():
        try:
            submit(g.db, own.case, g.actor, g.now)
        except Refused as refused:
            form_refused(form, refused)
        else:
            return see_other("portal.receipt", case_id=case_id)
    return own.show(
        "application_check",
        form=form,
        missing=_told(own.progress.missing, own.policy, case_id),
        attachments=own.attachments,
        together=co_borrowers.co_borrower_of(g.db, own.case) if own.may_be_shared else None,
    )


@portal.get("/my/cases/<uuid:case_id>/application/sent")
@citizen_only
def receipt(case_id: UUID) -> ResponseReturnValue:
    """The receipt: the number of the case, what happens next, and how long it takes. Later the case itself tells it."""
    own = OwnCase(case_id)
    if own.case.pending_since is None:
        return see_other("portal.application", case_id=case_id)
    if own.case.state not in ("submitted", "in_preparation"):
        return see_other("portal.case", case_id=case_id)
    together = co_borrowers.co_borrower_of(g.db, own.case) if own.may_be_shared else None
    return own.show("application_sent", stages=stages(own.case, own.policy), together=together)


@portal.route("/my/cases/<uuid:case_id>/withdraw", methods=["GET", "POST"])
@citizen_only
def withdraw(case_id: UUID) -> ResponseReturnValue:
    """Withdraw the application, after a page that asks whether it is meant."""
    own = OwnCase(case_id)
    form = EmptyForm()
    if form.submitted():
        withdraw_application(g.db, own.case, g.actor, g.now)
        return see_other("portal.case", case_id=case_id)
    if not CASE.allows("withdraw", own.case.state):
        return see_other("portal.case", case_id=case_id)
    return own.show("withdraw", form=form)


def _task(own: OwnCase, section: str, state: str) -> dict[str, Any]:
    return {
        "title": label("section", section),
        "hint": label("section-hint", section),
        "href": url_for(page_of(section), case_id=own.case.id),
        "status": label("section-state", state),
        "colour": SECTION_COLOURS[state],
    }


def _told(missing: tuple[Missing, ...], policy: Policy, case_id: UUID) -> list[tuple[Any, str]]:
    """What is missing in words, each with the address where it can be put right."""
    return [(_sentence(each, policy), url_for(page_of(each.section), case_id=case_id)) for each in missing]


def _sentence(missing: Missing, policy: Policy) -> Any:
    if missing.code == "section-not-saved":
        return label("missing-section", missing.section)
    if missing.code == "attachment-missing" and missing.attachment_kind:
        return _("Attach: %(document)s.", document=policy.attachment_kinds[missing.attachment_kind][language()])
    if missing.code == "no-debt-to-arrange":
        return _("You apply for a loan to arrange debts. Mark at least one debt to be paid with it.")
    return _("Give your consent to the debt investigation.")
