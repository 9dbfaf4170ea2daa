"""The proposal of the preparer: put forward, taken back; and the page that shows where the decision stands."""

from typing import Any
from uuid import UUID

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from backoffice import office
from backoffice.acting import acted, done
from backoffice.case_page import CasePage
from backoffice.decision_forms import CHANNELS, GrantForm, RefusalForm, SendForm
from lending.applications.model import Application
from lending.applications.sections import application_of
from lending.assessment.grounds import findings_of
from lending.decisions import proposal as proposals
from lending.decisions.casefile import casefile, clauses_against, outline
from lending.decisions.decision import may_decide
from lending.decisions.time_limits import known_on
from lending.fund.caps import short_caps
from lending.fund.position import caps_now
from lending.loans.outlook import outlook
from lending.people import staff
from web.clock import today
from web.formats import day
from web.guard import staff_may
from web.render import see_other


@office.get("/cases/<uuid:case_id>/decision")
@staff_may("view-case")
def decision(case_id: UUID) -> ResponseReturnValue:
    """What has been proposed and decided, and what the reader may do about it."""
    return show_decision(CasePage(case_id), SendForm())


@office.route("/cases/<uuid:case_id>/decision/propose-grant", methods=["GET", "POST"])
@staff_may("propose")
def propose_grant(case_id: UUID) -> ResponseReturnValue:
    """Propose that the loan be granted."""
    page = CasePage(case_id, "propose")
    asked = application_of(g.db, page.case)
    form = GrantForm(data=_put_forward_before(page, "grant") or _asked(asked))
    form.offer(page.policy)

    def propose() -> None:
        proposals.propose_grant(
            g.db,
            page.case,
            amount_cents=form.amount.data,
            months=form.months.data,
            purpose=form.purpose.data,
            conditions=form.conditions.data,
            reasons=form.reasons.data,
            by=g.actor,
            at=g.now,
        )

    if acted(form, propose):
        done(_("The proposal waits for a decision by another person."))
        return see_other("office.decision", case_id=case_id)
    case = page.reload()
    caps = caps_now(g.db, page.policy, today())
    return page.show("grant", what="proposal", form=form, file=outline(g.db, case), caps=caps, deciding=False)


@office.route("/cases/<uuid:case_id>/decision/propose-refusal", methods=["GET", "POST"])
@staff_may("propose")
def propose_refusal(case_id: UUID) -> ResponseReturnValue:
    """Propose that the application be refused."""
    page = CasePage(case_id, "propose")
    against = {"clauses": clauses_against(findings_of(g.db, page.case))}
    form = RefusalForm(data=_put_forward_before(page, "refusal") or against)
    form.offer(page.policy)

    def propose() -> None:
        proposals.propose_refusal(
            g.db, page.case, clauses=form.clauses.data, reasons=form.reasons.data, by=g.actor, at=g.now
        )

    if acted(form, propose):
        done(_("The proposal waits for a decision by another person."))
        return see_other("office.decision", case_id=case_id)
    return page.show("refusal", what="proposal", form=form, file=outline(g.db, page.reload()), deciding=False)


@office.post("/cases/<uuid:case_id>/decision/withdraw-proposal")
@staff_may("propose")
def withdraw_proposal(case_id: UUID) -> ResponseReturnValue:
    """Take the proposal back to go on preparing."""
    page = CasePage(case_id, "propose")
    proposals.withdraw_proposal(g.db, page.case, g.actor, g.now)
    done(_("You have taken the proposal back. The case is in preparation again."))
    return see_other("office.decision", case_id=case_id)


def _asked(application: Application) -> dict[str, Any]:
    """What the applicant asks for, to begin the proposal of a grant with."""
    return {"amount": application.amount_cents, "months": application.months, "purpose": application.purpose}


def _put_forward_before(page: CasePage, kind: str) -> dict[str, Any] | None:
    """What was proposed when the case came back to preparation: one goes on from there instead of typing it again."""
    # What has been sent stands for itself.
    before = proposals.given_back(g.db, page.case) if request.method == "GET" else None
    if before is None or before.kind != kind:
        return None
    told: dict[str, Any] = {"reasons": before.reasons or ""}
    if kind == "refusal":
        return told | {"clauses": [cited.rpartition(":")[2] for cited in before.clauses]}
    sums = {"amount": before.amount_cents, "months": before.months, "purpose": before.purpose}
    return told | sums | {"conditions": before.conditions or ""}


def show_decision(page: CasePage, form: SendForm) -> ResponseReturnValue:
    """The page that shows proposal and decision."""
    case = page.reload()
    file = casefile(g.db, case, g.now)
    shown = file.proposal
    earlier = [each for each in proposals.proposals_of(g.db, case) if each is not shown]
    people = [file.decision.decided_by_id if file.decision else None, shown.proposed_by_id if shown else None]
    people += [person for each in earlier for person in (each.proposed_by_id, each.ended_by_id)]
    context: dict[str, Any] = {
        "form": form,
        "file": file,
        "earlier": earlier,
        "names": staff.names_of(g.db, people),
        "may_propose": page.may("propose") and case.handler_id == g.actor.id and case.state == "in_preparation",
        "may_decide": may_decide(g.db, case, g.actor),
        "hints": {
            channel: _("Sent today, it counts as known on %(day)s.", day=day(known_on(today(), channel)))
            for channel in CHANNELS
        },
        "prepared_it": shown is not None and shown.proposed_by_id == g.actor.id,
    }
    if shown is not None and shown.kind == "grant":
        context["short"] = short_caps(caps_now(g.db, page.policy, today()), shown.amount_cents or 0)
    if shown is not None and shown.kind == "grant" and file.capacity is not None:
        after = file.capacity.after_cents
        context["outlook"] = outlook(g.db, page.policy, after, shown.amount_cents, shown.months, today())
    return page.show("decision", **context)
