"""The credit agreement: offered with its plan, read, concluded. Its words are in templates/letters/agreement.*."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from backoffice import office
from backoffice.acting import acted, done
from backoffice.case_page import CasePage
from backoffice.letters import paragraphs, together_in_letter
from lending.applications.model import Application
from lending.basics.errors import Refused
from lending.cases import documents
from lending.cases.authority import policy_of
from lending.cases.deadlines import local_day
from lending.cases.model import Case, CoBorrower
from lending.decisions.decision import decision_of
from lending.loans import agreements
from lending.loans.agreements import Offer, Render
from lending.loans.model import Agreement
from lending.loans.plan import Plan
from lending.people import citizens, staff
from lending.policy.figures import figures_of
from lending.policy.policies import Policy
from web.clock import today
from web.forms import ChoiceField, DateField, Form, LongText, form_refused
from web.guard import staff_may
from web.labels import label
from web.letters import as_written, write_letter
from web.render import see_other

#: How far ahead the money can be expected to be paid out; a year that was mistyped is further.
PAID_WITHIN_DAYS_MAX = 365


class OfferForm(Form):
    """What the official chooses; the rest follows from the decision and the criteria."""

    due_day = ChoiceField(_l("Due day"), missing=_l("Choose the due day."))
    expected_on = DateField(
        _l("The day the money is expected to be paid out"), hint=_l("The plan in the agreement starts from this day.")
    )
    other_terms = LongText(
        _l("Other terms"),
        optional=True,
        limit=2000,
        hint=_l(
            "They are written in the agreement, so write in the borrower's language. "
            "The conditions of the decision stand here to begin with."
        ),
    )


@office.get("/cases/<uuid:case_id>/agreement")
@staff_may("view-case")
def agreement(case_id: UUID) -> ResponseReturnValue:
    """The agreement as it was offered, who has accepted it, and what is to be done next."""
    page = CasePage(case_id)
    offers = agreements.agreements_of(g.db, page.case)
    newest = offers[-1] if offers else None
    document = documents.document_of(g.db, page.case, newest.document_id) if newest else None
    return page.show(
        "agreement",
        agreement=newest,
        earlier=offers[:-1],
        document=document,
        letter=as_written(document.html) if document else None,
        together=g.db.get(CoBorrower, newest.co_borrower_id) if newest and newest.co_borrower_id else None,
        is_intact=documents.is_intact(document) if document else True,
        names=staff.names_of(g.db, [newest.offered_by_id, newest.concluded_by_id] if newest else []),
        may_offer=page.may("prepare") and page.case.state in ("granted", "agreement_offered"),
        may_conclude=page.may("conclude-agreement") and page.case.state == "agreement_accepted",
        may_pay=page.may("disburse") and page.case.state == "agreement_concluded",
    )


@office.route("/cases/<uuid:case_id>/agreement/offer", methods=["GET", "POST"])
@staff_may("prepare")
def offer_agreement(case_id: UUID) -> ResponseReturnValue:
    """Choose the due day, see the plan, and offer the agreement to the borrower."""
    page = CasePage(case_id, "prepare")
    decision = decision_of(g.db, page.case)
    told = {"other_terms": decision and decision.conditions}
    form = OfferForm(data={"due_day": page.policy.due_days[0], "expected_on": today(), **told})
    form.expected_on.latest = today() + timedelta(days=PAID_WITHIN_DAYS_MAX)
    form.due_day.choices = [(day, label("due-day", day)) for day in page.policy.due_days]
    only_looked_at = "look" in request.form
    if not only_looked_at and acted(form, lambda: _offer(page.case, form)):
        done(_("The agreement has been offered. The borrower can read and accept it now."))
        return see_other("office.agreement", case_id=case_id)
    if only_looked_at:
        form.validate()
    made = _previewed(page, form)
    return page.show("agreement_offer", what="agreement", form=form, **made)


@office.post("/cases/<uuid:case_id>/agreement/conclude")
@staff_may("conclude-agreement")
def conclude_agreement(case_id: UUID) -> ResponseReturnValue:
    """Accept the agreement for the lender, after the borrower."""
    page = CasePage(case_id, "conclude-agreement")
    agreements.conclude_agreement(g.db, page.case, g.actor, g.now)
    done(_("The agreement has been concluded. The loan can be paid out."))
    return see_other("office.agreement", case_id=case_id)


def agreement_letter(db: Session, case: Case) -> Render:
    """What ``offer_agreement`` takes as ``render``: writes the agreement as HTML in the language of the case."""

    def render(offered: Agreement, plan: Plan) -> str:
        return write_letter("agreement", case.language, **_context(db, case, offered, plan))

    return render


def _offer(case: Case, form: OfferForm) -> None:
    agreements.offer_agreement(g.db, case, _chosen(form), agreement_letter(g.db, case), g.actor, g.now)


def _chosen(form: OfferForm) -> Offer:
    return Offer(form.due_day.data, form.expected_on.data, other_terms=form.other_terms.data or "")


def _previewed(page: CasePage, form: OfferForm) -> dict[str, Any]:
    """The plan and the words of the agreement as they would be offered; nothing where something is wrong."""
    if form.errors:
        return {"plan": None, "letter": None}
    try:
        offered, plan = agreements.preview_offer(g.db, page.reload(), _chosen(form), g.now)
    except Refused as refused:
        form_refused(form, refused)
        return {"plan": None, "letter": None}
    letter = agreement_letter(g.db, page.case)(offered, plan)
    return {"plan": plan, "offered": offered, "letter": as_written(letter)}


def _context(db: Session, case: Case, offered: Agreement, plan: Plan) -> dict[str, Any]:
    policy: Policy = policy_of(db, case)
    decision = decision_of(db, case)
    assert decision is not None
    application = db.get(Application, case.id)
    # A loan without interest needs no reference rate, also where none is known for the day.
    rate = figures_of(db).reference_rate(local_day(offered.offered_at)) if not policy.is_interest_free else None
    borrower = citizens.get(db, case.citizen_id)
    purpose = policy.purposes[offered.purpose]
    return {
        "language": case.language,
        "organisation": policy.organisation,
        "policy": policy,
        "case_number": case.number,
        "offered_on": local_day(offered.offered_at),
        "decided_on": local_day(decision.decided_at),
        "borrower_name": borrower.display_name,
        "borrower_code": citizens.masked_hetu(db, borrower),
        "together": together_in_letter(
            db, db.get(CoBorrower, offered.co_borrower_id) if offered.co_borrower_id else None
        ),
        "amount_cents": offered.principal_cents,
        "purpose": purpose.names[case.language],
        "purpose_details": application.purpose_details if application else None,
        "payee": purpose.payee,
        "rate": offered.rate_percent,
        "rate_from": rate.valid_from if rate else None,
        "rate_until": rate.valid_until if rate else None,
        "due_day": offered.due_day,
        "expected_on": offered.expected_on,
        "instalment_cents": offered.instalment_cents,
        "interest_cents": plan.totals.interest_cents,
        "rows": plan.rows,
        "other_terms": paragraphs(offered.other_terms),
        "may_accelerate": offered.may_accelerate,
    }
