"""The decision: another person confirms the proposal, decides otherwise with reasons, or returns the case."""

from typing import Any
from uuid import UUID

from flask import g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from backoffice import office
from backoffice.acting import acted, done
from backoffice.case_page import CasePage
from backoffice.decision import show_decision
from backoffice.decision_forms import OtherGrantForm, OtherRefusalForm, ReturnForm, SendForm
from backoffice.letters import decision_letter, preview_letter
from lending.applications.sections import application_of
from lending.assessment.grounds import findings_of
from lending.cases.model import Case
from lending.decisions.casefile import clauses_against, outline
from lending.decisions.decision import Grant, Refusal, confirm_proposal, decide
from lending.decisions.proposal import open_proposal, return_proposal
from lending.fund.position import caps_now
from web.clock import today
from web.guard import staff_may
from web.render import see_other


@office.post("/cases/<uuid:case_id>/decision/confirm")
@staff_may("decide")
def confirm(case_id: UUID) -> ResponseReturnValue:
    """Decide as proposed."""
    page, form = CasePage(case_id, "decide"), SendForm()
    if acted(
        form,
        lambda: confirm_proposal(g.db, page.case, decision_letter(g.db), g.actor, g.now, form.channel.data),
    ):
        return _decided(case_id)
    return show_decision(page, form)


@office.route("/cases/<uuid:case_id>/decision/decide-grant", methods=["GET", "POST"])
@staff_may("decide")
def decide_grant(case_id: UUID) -> ResponseReturnValue:
    """Grant otherwise than was proposed."""
    page = CasePage(case_id, "decide")
    form = OtherGrantForm(data=_proposed(page.case))
    form.offer(page.policy)

    def grant() -> None:
        outcome = Grant(form.amount.data, form.months.data, form.purpose.data, form.conditions.data, form.reasons.data)
        decide(g.db, page.case, outcome, decision_letter(g.db), g.actor, g.now, form.channel.data)

    if acted(form, grant):
        return _decided(case_id)
    case = page.reload()
    caps = caps_now(g.db, page.policy, today())
    return page.show("grant", what="decision", form=form, file=outline(g.db, case), caps=caps, deciding=True)


@office.route("/cases/<uuid:case_id>/decision/decide-refusal", methods=["GET", "POST"])
@staff_may("decide")
def decide_refusal(case_id: UUID) -> ResponseReturnValue:
    """Refuse otherwise than was proposed."""
    page = CasePage(case_id, "decide")
    form = OtherRefusalForm(data={"clauses": clauses_against(findings_of(g.db, page.case)), "channel": "letter"})
    form.offer(page.policy)

    def refuse() -> None:
        outcome = Refusal(form.clauses.data, form.reasons.data)
        decide(g.db, page.case, outcome, decision_letter(g.db), g.actor, g.now, form.channel.data)

    if acted(form, refuse):
        return _decided(case_id)
    return page.show("refusal", what="decision", form=form, file=outline(g.db, page.reload()), deciding=True)


@office.route("/cases/<uuid:case_id>/decision/return", methods=["GET", "POST"])
@staff_may("decide")
def return_to_preparation(case_id: UUID) -> ResponseReturnValue:
    """Return the case to preparation, telling what is missing."""
    page, form = CasePage(case_id, "decide"), ReturnForm()
    if acted(form, lambda: return_proposal(g.db, page.case, form.note.data, g.actor, g.now)):
        done(_("The case has been returned to preparation."))
        return see_other("office.decision", case_id=case_id)
    return page.show("return_to_preparation", what="proposal", form=form)


@office.get("/cases/<uuid:case_id>/decision/preview")
@staff_may("decide", "propose")
def preview_decision(case_id: UUID) -> ResponseReturnValue:
    """The letter as it would be sent, were the proposal confirmed now."""
    page = CasePage(case_id)
    proposal = open_proposal(g.db, page.case)
    letter = preview_letter(g.db, page.case, proposal, g.actor, g.now)
    return page.show("preview_decision", what="decision", letter=letter)


def _decided(case_id: UUID) -> ResponseReturnValue:
    done(_("The decision has been made, and its letter is kept as it was sent."))
    return see_other("office.decision", case_id=case_id)


def _proposed(case: Case) -> dict[str, Any]:
    """The grant to begin with: what was proposed, or else what the applicant asks for."""
    proposal, application = open_proposal(g.db, case), application_of(g.db, case)
    return {
        "amount": proposal.amount_cents or application.amount_cents,
        "months": proposal.months or application.months,
        "purpose": proposal.purpose or application.purpose,
        "conditions": proposal.conditions or "",
        "channel": "letter",
    }
