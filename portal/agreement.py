"""The borrower reads the agreement and accepts it."""

from uuid import UUID

from flask import Response, flash, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lending.basics.errors import Refused
from lending.cases import documents
from lending.cases.model import CoBorrower
from lending.loans import agreements
from lending.loans.position import loan_of
from lending.people import staff
from portal import portal
from portal.own import OwnCase
from web.forms import CheckField, Form, HiddenField, form_refused
from web.guard import citizen_only
from web.letters import as_written
from web.render import see_other


class AcceptForm(Form):
    """The borrower's acceptance of exactly the document that the page shows, known by its hash."""

    accepted = CheckField(
        _l("I have read the agreement and the repayment plan, and I accept them."),
        missing=_l("Tick that you have read the agreement and accept it."),
    )
    sha256 = HiddenField()


@portal.get("/my/cases/<uuid:case_id>/agreement")
@citizen_only
def agreement(case_id: UUID) -> ResponseReturnValue:
    """The agreement word for word, and the way to accept it."""
    return _page(OwnCase(case_id, shared=True), AcceptForm(formdata=None))


@portal.post("/my/cases/<uuid:case_id>/agreement")
@citizen_only
def accept_agreement(case_id: UUID) -> ResponseReturnValue:
    """Accept the agreement: the matter moves to the official."""
    own, form = OwnCase(case_id, shared=True), AcceptForm()
    if form.submitted():
        try:
            agreements.accept_agreement(g.db, own.case, g.actor, g.now, form.sha256.data)
        except Refused as refused:
            form_refused(form, refused)
        else:
            flash(
                _("You have accepted the agreement. The other borrower accepts it next.")
                if own.case.state == "agreement_offered"
                else _("You have accepted the agreement. An official accepts it next, and then the loan is paid."),
                "success",
            )
            return see_other("portal.agreement", case_id=case_id)
    # Read again: what a refused act had begun has been rolled back.
    return _page(OwnCase(case_id, shared=True), form)


def _page(own: OwnCase, form: AcceptForm) -> Response:
    offered = agreements.agreement_of(g.db, own.case)
    document = documents.document_of(g.db, own.case, offered.document_id)
    together = g.db.get(CoBorrower, offered.co_borrower_id) if offered.co_borrower_id else None
    accepted = offered.accepted_at if own.is_applicant else offered.co_accepted_at
    return own.show(
        "agreement",
        form=form,
        agreement=offered,
        document=document,
        letter=as_written(document.html),
        official=staff.names_of(g.db, [offered.concluded_by_id]).get(offered.concluded_by_id),
        loan=loan_of(g.db, own.case),
        may_accept=own.case.state == "agreement_offered" and accepted is None,
        together=together,
    )
