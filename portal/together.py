"""Spouses who borrow together: one invites, the other answers. Only where the criteria let spouses borrow."""

from uuid import UUID

from flask import Response, flash, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lending.applications import co_borrowers
from lending.applications.co_borrowers import Invitation, Spouse
from lending.basics.errors import NotFound, Refused
from lending.cases.model import Case
from portal import portal
from portal.own import OwnCase
from web.context import language
from web.forms import CheckField, ChoiceField, EmptyForm, Form, HiddenField, PercentField, TextField, form_refused
from web.guard import citizen_only
from web.render import render, see_other


class SpouseForm(Form):
    """Whom the applicant borrows together with, and who is liable for how much."""

    given_names = TextField(
        _l("First names of your spouse"),
        limit=co_borrowers.NAME_MAX_CHARACTERS,
        missing=_l("Write the first names of your spouse."),
    )
    family_name = TextField(
        _l("Last name of your spouse"),
        limit=co_borrowers.NAME_MAX_CHARACTERS,
        missing=_l("Write the last name of your spouse."),
    )
    hetu = TextField(
        _l("Personal identity code of your spouse"),
        hint=_l("Only the person with this code can see and answer the invitation."),
        limit=11,
        missing=_l("Write the personal identity code of your spouse."),
    )
    liability = ChoiceField(
        _l("How you are liable for the loan"),
        choices=[
            ("joint", _l("Both of us are liable for the whole loan")),
            ("divided", _l("Each of us is liable for a share")),
        ],
        missing=_l("Choose how you are liable for the loan."),
    )
    share = PercentField(
        _l("Share of your spouse, per cent"), optional=True, hint=_l("The rest is your share. For example 50.")
    )

    def spouse(self) -> Spouse:
        """Who is invited. Raises ``Refused`` where the share is not a part of the whole."""
        permille = None
        if self.liability.data == "divided":
            permille = int((self.share.data or 0) * 10)
            if permille != (self.share.data or 0) * 10:
                raise Refused("share-too-precise", field="share")
        return Spouse(self.given_names.data, self.family_name.data, self.hetu.data, permille)


class AnswerForm(Form):
    """The answer to one invitation. Accepting is also a consent, to the text that the page showed."""

    answer = ChoiceField(
        _l("Your answer"),
        choices=[
            ("accept", _l("I want to borrow together")),
            ("decline", _l("I do not want to borrow together")),
        ],
        missing=_l("Choose your answer."),
    )
    agreed = CheckField(_l("I have read the text above, and I give my consent"), optional=True)
    invitation = HiddenField()
    version = HiddenField()
    shown_in = HiddenField()


@portal.route("/my/cases/<uuid:case_id>/co-borrower", methods=["GET", "POST"])
@citizen_only
def co_borrower(case_id: UUID) -> ResponseReturnValue:
    """Name one's spouse as a second borrower, and see what they have answered."""
    own, form = _own(case_id), SpouseForm()
    if form.submitted():
        try:
            co_borrowers.invite(g.db, own.case, form.spouse(), g.actor, g.now)
        except Refused as refused:
            form_refused(form, refused)
        else:
            flash(_("Your spouse has been invited. They answer when they have signed in here themselves."), "success")
            return see_other("portal.co_borrower", case_id=case_id)
    return _page(_own(case_id), form)


@portal.post("/my/cases/<uuid:case_id>/co-borrower/withdraw")
@citizen_only
def withdraw_co_borrower(case_id: UUID) -> ResponseReturnValue:
    """Leave one's spouse out again."""
    own = _own(case_id)
    co_borrowers.withdraw_invitation(g.db, own.case, g.actor, g.now)
    flash(_("Your spouse has been left out. You borrow alone unless you invite them again."), "success")
    return see_other("portal.co_borrower", case_id=case_id)


@portal.route("/my/invitations", methods=["GET", "POST"])
@citizen_only
def invitations() -> ResponseReturnValue:
    """An invitation to borrow together, and the way to answer it."""
    form = AnswerForm()
    waiting = co_borrowers.invitations_for(g.db, g.person, g.now)
    if form.submitted():
        try:
            case_id = _answer(form, waiting)
        except Refused as refused:
            form_refused(form, refused)
            waiting = co_borrowers.invitations_for(g.db, g.person, g.now)
        else:
            flash(_told(form.answer.data == "accept", g.db.get_one(Case, case_id)), "success")
            return see_other("portal.my")
    return render("portal/invitations.html", form=form, invitation=waiting[0] if waiting else None)


def _told(accepted: bool, case: Case) -> str:
    """What the answer leads to; the case is shown to a spouse once it has been sent."""
    if not accepted:
        return _("You have declined. Your spouse sees it in their application.")
    if case.state == "draft":
        return _("You borrow together now. You see the case here when your spouse has sent the application.")
    return _("You borrow together now. You see the case here among your cases.")


def _answer(form: AnswerForm, waiting: list[Invitation]) -> UUID:
    """Answer as the form says. Returns the id of the case."""
    found = next((each for each in waiting if str(each.co_borrower.id) == form.invitation.data), None)
    if found is None:
        raise Refused("invitation-ended")
    if form.answer.data == "decline":
        return co_borrowers.decline_invitation(g.db, found.co_borrower.id, g.actor, g.now).case_id
    if not form.agreed.data:
        raise Refused("consent-not-ticked", field="agreed")
    accepted = co_borrowers.accept_invitation(
        g.db,
        found.co_borrower.id,
        form.shown_in.data or language(),
        g.actor,
        g.now,
        shown=form.version.data or "",
    )
    return accepted.case_id


def _own(case_id: UUID) -> OwnCase:
    """The citizen's own case, under criteria that let spouses borrow together. Raises ``NotFound``."""
    own = OwnCase(case_id)
    if not co_borrowers.may_borrow_together(own.policy):
        raise NotFound
    return own


def _page(own: OwnCase, form: SpouseForm) -> Response:
    return own.show(
        "co_borrower",
        form=form,
        withdraw_form=EmptyForm(formdata=None),
        invited=co_borrowers.co_borrower_of(g.db, own.case),
        may_change=co_borrowers.may_change(own.case),
        clause=own.policy.clause_governing("borrowers"),
    )
