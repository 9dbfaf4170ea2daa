"""The applicant's own documents: uploaded by what they are asked for, listed, taken back, saved."""

from dataclasses import dataclass
from uuid import UUID

from flask import Response, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lending.applications.attachment_duty import required_attachments
from lending.applications.progress import SECTIONS
from lending.cases import attachments
from lending.cases.inspection import MAX_FILE_BYTES
from lending.cases.model import Attachment
from lending.policy.policy import AttachmentRule
from portal import portal
from portal.application_sections import after_saving
from portal.own import OwnCase, OwnDraft
from portal.uploads import ACCEPT, Chosen, Outcome, UploadForm, add_files, remember, remembered, upload_form
from web.context import language
from web.downloads import attachment_response
from web.forms import EmptyForm
from web.guard import citizen_only
from web.limits import upload_limit
from web.render import see_other
from web.uploads import takes_files


@dataclass(frozen=True, slots=True)
class Wanted:
    """A kind of document on the page: what it is, whether it is required, and what has come."""

    kind: str
    name: str
    required: bool
    there: list[Attachment]
    form: UploadForm
    added_now: int

    @property
    def place(self) -> str:
        """The id of its part of the page."""
        return place_of(self.kind)


@portal.get("/my/cases/<uuid:case_id>/application/attachments")
@citizen_only
def application_attachments(case_id: UUID) -> ResponseReturnValue:
    """What has to be attached, what has been, and a way to add each."""
    return _page(OwnDraft(case_id), remembered())


@portal.post("/my/cases/<uuid:case_id>/application/attachments")
@citizen_only
def leave_attachments(case_id: UUID) -> ResponseReturnValue:
    """Go on to the next section: what has been uploaded is saved already."""
    return after_saving(OwnDraft(case_id), "attachments")


@portal.post("/my/cases/<uuid:case_id>/attachments")
@citizen_only
@takes_files
@upload_limit()
def upload_attachments(case_id: UUID) -> ResponseReturnValue:
    """Add files of one kind; the sound ones are kept even when another is not."""
    own = OwnCase(case_id)
    form = UploadForm()
    place = place_of(form.kind.data)
    if form.submitted():
        chosen = [Chosen(form.kind.data, file) for file in form.files.data]
        outcome = add_files(own.case, chosen, place)
    else:
        outcome = Outcome(place, problems=[_("Choose a file first.")])
    remember(outcome)
    # With an anchor the browser would take the focus away from the summary of what is wrong.
    if own.case.state == "draft":
        anchor = None if outcome.problems else place
        return see_other("portal.application_attachments", case_id=case_id, _anchor=anchor)
    return see_other("portal.case", case_id=case_id, _anchor=None if outcome.problems else "documents")


@portal.post("/my/cases/<uuid:case_id>/attachments/<uuid:attachment_id>/remove")
@citizen_only
def remove_attachment(case_id: UUID, attachment_id: UUID) -> ResponseReturnValue:
    """Take a document back while the application is a draft."""
    own = OwnDraft(case_id)
    found = attachments.attachment_of(g.db, own.case, attachment_id)
    attachments.remove_attachment(g.db, own.case, found, g.actor, g.now)
    return see_other("portal.application_attachments", case_id=case_id, _anchor=place_of(found.kind))


@portal.get("/my/cases/<uuid:case_id>/attachments/<uuid:attachment_id>")
@citizen_only
def attachment(case_id: UUID, attachment_id: UUID) -> Response:
    """The document itself, to be saved."""
    own = OwnCase(case_id, shared=True)
    return attachment_response(g.db, attachments.attachment_of(g.db, own.case, attachment_id))


def place_of(kind: str) -> str:
    """The id of the part of the page that is about documents of ``kind``."""
    return f"document-{kind}"


def _page(own: OwnDraft, outcome: Outcome | None) -> Response:
    outcome = outcome or Outcome("")
    by_kind: dict[str, list[Attachment]] = {}
    for each in own.attachments:
        by_kind.setdefault(each.kind, []).append(each)
    required = [rule.key for rule in required_attachments(own.policy, own.application)]
    names = {key: texts[language()] for key, texts in own.policy.attachment_kinds.items()}

    def wanted(kind: str) -> Wanted:
        place = place_of(kind)
        return Wanted(
            kind=kind,
            name=names[kind],
            required=kind in required,
            there=by_kind.get(kind, []),
            form=upload_form(kind, outcome.problems_at(place)),
            added_now=outcome.added if outcome.place == place else 0,
        )

    # What was asked for under an earlier answer stays in sight where something was added for it.
    optional = {
        rule.key for rule in own.policy.attachment_rules if rule.when == "where_needed" and _concerns(own, rule)
    }
    others = [kind for kind in names if kind not in required and (kind in optional or kind in by_kind)]
    return own.show(
        "application_attachments",
        form=EmptyForm(),
        section="attachments",
        number=SECTIONS.index("attachments") + 1,
        count=len(SECTIONS),
        needed=[wanted(kind) for kind in required],
        others=[wanted(kind) for kind in others],
        outcome=outcome,
        accept=ACCEPT,
        max_bytes=MAX_FILE_BYTES,
        most=attachments.MAX_ATTACHMENTS,
    )


def _concerns(own: OwnDraft, rule: AttachmentRule) -> bool:
    """Whether the applicant may have such a document: those of the clause on entrepreneurs only an entrepreneur has."""
    for_entrepreneurs = {each.clause for each in own.policy.attachment_rules if each.when == "entrepreneur"}
    return rule.clause not in for_entrepreneurs or bool(own.application.entrepreneur)
