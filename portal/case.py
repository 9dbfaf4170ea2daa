"""The citizen's own case: where it stands, what next, by when and by whom; what has happened; its documents."""

from uuid import UUID

from flask import g
from flask.typing import ResponseReturnValue

from lending.applications import co_borrowers, supplements
from lending.applications import consent as consents
from lending.cases import attachments, documents, timeline
from lending.cases.states import CASE
from lending.loans.agreements import lapsed_documents_of
from lending.loans.position import loan_of
from portal import portal
from portal.own import OwnCase
from portal.stages import decision_due, stages
from portal.timeline import told_to_owner
from portal.uploads import ACCEPT, Outcome, remembered, upload_form
from web.clock import today
from web.context import language
from web.guard import citizen_only
from web.letters import as_written
from web.render import see_other

#: Until the proposal is made the applicant may add what they have forgotten.
_MORE_DOCUMENTS = frozenset({"submitted", "in_preparation"})


@portal.get("/my/cases/<uuid:case_id>")
@citizen_only
def case(case_id: UUID) -> ResponseReturnValue:
    """The case on one page. A draft has nothing to tell yet but its own list of tasks."""
    own = OwnCase(case_id, shared=True)
    if own.case.state == "draft":
        return see_other("portal.application", case_id=case_id)
    asked = supplements.open_request(g.db, own.case) if own.is_applicant else None
    answer_by = asked.answer_by if asked else None
    due = decision_due(own.case, own.policy, answer_by)
    outcome = remembered() or Outcome("")
    return own.show(
        "case",
        asked=asked,
        loan=loan_of(g.db, own.case) if own.case.state in ("running", "closed") else None,
        stages=stages(own.case, own.policy, answer_by),
        due=due,
        is_late=due is not None and due < today(),
        acts_next=CASE.states[own.case.state].acts_next,
        events=told_to_owner(own.case, timeline.events_of(g.db, own.case, for_citizen=True), own.policy),
        attachments=own.attachments,
        documents=documents.documents_of(g.db, own.case),
        lapsed=lapsed_documents_of(g.db, own.case),
        kinds={key: texts[language()] for key, texts in own.policy.attachment_kinds.items()},
        together=co_borrowers.co_borrower_of(g.db, own.case) if own.may_be_shared else None,
        consent=consents.valid_consent(g.db, own.case, g.now, g.actor.id),
        may_withdraw=own.is_applicant and CASE.allows("withdraw", own.case.state),
        may_add=own.is_applicant and own.case.state in _MORE_DOCUMENTS,
        upload=upload_form("more", outcome.problems),
        outcome=outcome,
        accept=ACCEPT,
        most=attachments.MAX_ATTACHMENTS,
    )


@portal.get("/my/cases/<uuid:case_id>/documents/<uuid:document_id>")
@citizen_only
def document(case_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """A decision or an agreement as it was frozen, in its own language."""
    own = OwnCase(case_id, shared=True)
    found = documents.document_of(g.db, own.case, document_id)
    lapsed = found.id in lapsed_documents_of(g.db, own.case)
    return own.show("document", document=found, lapsed=lapsed, letter=as_written(found.html))
