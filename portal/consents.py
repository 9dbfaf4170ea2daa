"""Consent to debt investigation: read, given, withdrawn, and every use of it told."""

from uuid import UUID

from flask import Response, g
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from lending.applications import consent as consents
from lending.applications.progress import SECTIONS
from lending.basics.errors import Refused
from portal import portal
from portal.application_sections import after_saving
from portal.own import OwnCase, OwnDraft
from web.context import language
from web.forms import CheckField, EmptyForm, Form, HiddenField, form_refused
from web.guard import citizen_only
from web.render import see_other


class ConsentForm(Form):
    """A tick under the text."""

    agreed = CheckField(
        _l("I have read the text above, and I give my consent"),
        missing=_l("To give your consent, tick that you have read the text."),
    )
    #: Which text the page showed, and in which language: the consent is to that and to nothing else.
    version = HiddenField()
    shown_in = HiddenField()


@portal.get("/my/cases/<uuid:case_id>/consent")
@citizen_only
def consent(case_id: UUID) -> ResponseReturnValue:
    """The consent in its own words, whether it is in force, and what it has been used for."""
    return _page(OwnCase(case_id, shared=True), ConsentForm(formdata=None))


@portal.post("/my/cases/<uuid:case_id>/consent")
@citizen_only
def give_consent(case_id: UUID) -> ResponseReturnValue:
    """Give the consent, in the words and the language that the page showed."""
    own = OwnCase(case_id, shared=True)
    form = ConsentForm()
    if form.submitted():
        try:
            consents.give_consent(g.db, own.case, form.shown_in.data, g.actor, g.now, shown=form.version.data or "")
        except Refused as refused:
            form_refused(form, refused)
        else:
            if own.case.state == "draft":
                return after_saving(OwnDraft(case_id), "consent")
            return see_other("portal.consent", case_id=case_id)
    return _page(own, form)


@portal.post("/my/cases/<uuid:case_id>/consent/withdraw")
@citizen_only
def withdraw_consent(case_id: UUID) -> ResponseReturnValue:
    """Withdraw the consent; nothing else changes."""
    own = OwnCase(case_id, shared=True)
    consents.withdraw_consent(g.db, own.case, g.actor, g.now)
    return see_other("portal.consent", case_id=case_id)


def _page(own: OwnCase, form: ConsentForm) -> Response:
    given = consents.valid_consent(g.db, own.case, g.now, g.actor.id)
    earlier = [each for each in consents.consents_of(g.db, own.case, g.actor.id) if each is not given]
    return own.show(
        "consent",
        form=form,
        withdraw_form=EmptyForm(formdata=None),
        text=own.policy.consents[given.text_version] if given else own.policy.consent,
        text_language=given.language if given else language(),
        given=given,
        last_day=consents.last_day_of(g.db, own.case, given) if given else None,
        earlier=earlier,
        uses=[use for use in consents.uses_of(g.db, own.case) if use.whose == g.actor.id],
        may_give=own.case.state not in consents.OVER,
        number=SECTIONS.index("consent") + 1,
        count=len(SECTIONS),
    )
