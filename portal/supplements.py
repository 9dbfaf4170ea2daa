"""A request to complete the application, as a checklist: write or add a document for each point, then send."""

from typing import Any
from uuid import UUID

from flask import Response, g, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from lending.applications import supplements
from lending.applications.model import SupplementRequest
from lending.basics.errors import Refused
from lending.cases import attachments
from lending.cases.inspection import MAX_FILE_BYTES
from portal import portal
from portal.own import OwnCase
from portal.uploads import ACCEPT, Chosen, Outcome, add_files, remember, remembered
from web.clock import today
from web.context import language
from web.forms import FilesField, Form, LongText
from web.guard import citizen_only
from web.limits import upload_limit
from web.refusals import say
from web.render import see_other
from web.uploads import takes_files

#: Where a document answers a question that did not say its kind.
OTHER_KIND = "other"


def supplement_form(asked: SupplementRequest, **options: Any) -> Form:
    """A form with a text and a place for files for each item of the request."""
    fields: dict[str, Any] = {}
    for item in asked.items:
        fields[f"answer-{item.position}"] = LongText(
            _l("Your answer"), limit=supplements.TEXT_MAX_CHARACTERS, optional=True
        )
        fields[f"files-{item.position}"] = FilesField(_l("Add files"), optional=True)
    made: Form = type("SupplementForm", (Form,), fields)(**options)
    return made


@portal.get("/my/cases/<uuid:case_id>/supplement")
@citizen_only
def supplement(case_id: UUID) -> ResponseReturnValue:
    """What is asked, by when, and what has been answered so far."""
    own = OwnCase(case_id)
    asked = supplements.open_request(g.db, own.case)
    if asked is None:
        return see_other("portal.case", case_id=case_id)
    told = {f"answer-{item.position}": item.answer for item in asked.items}
    return _page(own, asked, supplement_form(asked, formdata=None, data=told), remembered())


@portal.post("/my/cases/<uuid:case_id>/supplement")
@citizen_only
@takes_files
@upload_limit()
def answer_supplement(case_id: UUID) -> ResponseReturnValue:
    """Keep what was written and added; send it when that was the button, or take a document back.

    Whatever is wrong with one part, the other parts are kept: texts and sound files are saved before anything is judged
    as a whole, and the page that follows says what is missing.
    """
    own = OwnCase(case_id)
    asked = supplements.open_request(g.db, own.case)
    if asked is None:
        return see_other("portal.case", case_id=case_id)
    form = supplement_form(asked)
    if not form.submitted():
        return _page(own, asked, form, None)
    answers = {item.id: form[f"answer-{item.position}"].data or "" for item in asked.items}
    chosen = [
        Chosen(item.attachment_kind or OTHER_KIND, file, item.id, f"item-{item.position}")
        for item in asked.items
        for file in form[f"files-{item.position}"].data or []
    ]
    outcome = add_files(own.case, chosen, chosen[0].place if chosen else "")
    supplements.save_answers(g.db, asked, answers, g.actor, g.now)
    if removed := request.form.get("remove_file"):
        outcome.place = _remove(own, removed)
    elif "send" in request.form and not outcome.problems:
        try:
            supplements.answer_supplement(g.db, asked, answers, g.actor, g.now)
        except Refused as refused:
            # Refused before anything was changed: what was written and added stays.
            outcome.problems.append(str(say(refused)))
            outcome.place = f"item-{refused.facts['missing'][0]}"
        else:
            return see_other("portal.supplement_sent", case_id=case_id)
    remember(outcome)
    # With an anchor the browser would take the focus away from the summary of what is wrong.
    anchor = None if outcome.problems else outcome.place or None
    return see_other("portal.supplement", case_id=case_id, _anchor=anchor)


@portal.get("/my/cases/<uuid:case_id>/supplement/sent")
@citizen_only
def supplement_sent(case_id: UUID) -> ResponseReturnValue:
    """Thanks, and what happens next, for as long as it is true that the handling goes on."""
    own = OwnCase(case_id)
    if own.case.state not in ("in_preparation", "waiting_for_decision") or not any(
        asked.state == "answered" for asked in supplements.requests_of(g.db, own.case)
    ):
        return see_other("portal.case", case_id=case_id)
    return own.show("supplement_sent")


def _remove(own: OwnCase, attachment_id: str) -> str:
    """Take back a document that was added to an open item; the place of the item."""
    try:
        found = attachments.attachment_of(g.db, own.case, UUID(attachment_id))
    except ValueError:
        return ""
    attachments.remove_attachment(g.db, own.case, found, g.actor, g.now)
    asked = supplements.open_request(g.db, own.case)
    items = {item.id: item.position for item in asked.items} if asked else {}
    return f"item-{items.get(found.supplement_item_id, 0)}"


def _page(own: OwnCase, asked: SupplementRequest, form: Form, outcome: Outcome | None) -> Response:
    outcome = outcome or Outcome("")
    if outcome.places:
        for item in asked.items:
            form[f"files-{item.position}"].errors = outcome.problems_at(f"item-{item.position}")
    documents = supplements.documents_by_item(g.db, own.case)
    names = {key: texts[language()] for key, texts in own.policy.attachment_kinds.items()}
    return own.show(
        "supplement",
        asked=asked,
        is_late=asked.answer_by < today(),
        form=form,
        documents=documents,
        names=names,
        outcome=outcome,
        accept=ACCEPT,
        max_bytes=MAX_FILE_BYTES,
    )
