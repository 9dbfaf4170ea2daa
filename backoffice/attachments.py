"""The attachments of a case: what came, what is missing, and the files themselves."""

from uuid import UUID

from flask import g
from flask.typing import ResponseReturnValue

from backoffice import office
from backoffice.case_page import CasePage
from lending.applications.attachment_duty import missing_attachments
from lending.applications.sections import application_of
from lending.applications.supplements import requests_of
from lending.cases import attachments as attached
from lending.people import staff
from web.access import viewing
from web.downloads import attachment_response
from web.guard import staff_may


@office.get("/cases/<uuid:case_id>/attachments")
@staff_may("view-case")
def attachments(case_id: UUID) -> ResponseReturnValue:
    """The attachments by kind, and the kinds that are missing."""
    page = CasePage(case_id)
    found = attached.attachments_of(g.db, page.case)
    kinds = {attachment.kind for attachment in found}
    asked = {item.id: item for request in requests_of(g.db, page.case) for item in request.items}
    return page.show(
        "attachments",
        attachments=found,
        media={"application/pdf": "PDF", "image/jpeg": "JPEG", "image/png": "PNG"},
        missing=missing_attachments(page.policy, application_of(g.db, page.case), kinds),
        asked=asked,
        names=staff.names_of(g.db, [each.added_by_id for each in found if each.added_by_kind == "staff"]),
    )


@office.get("/cases/<uuid:case_id>/attachments/<uuid:attachment_id>")
@staff_may("view-case")
def attachment(case_id: UUID, attachment_id: UUID) -> ResponseReturnValue:
    """The file itself, to be saved: never shown inside a page of this site."""
    page = CasePage(case_id)
    found = attached.attachment_of(g.db, page.case, attachment_id)
    viewing(page.case, "attachment")
    return attachment_response(g.db, found)
