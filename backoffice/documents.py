"""The frozen documents of a case: decisions and agreements as they were sent or signed."""

from uuid import UUID

from flask import g
from flask.typing import ResponseReturnValue

from backoffice import office
from backoffice.case_page import CasePage
from lending.cases import documents as frozen
from web.guard import staff_may
from web.letters import as_written


@office.get("/cases/<uuid:case_id>/documents")
@staff_may("view-case")
def documents(case_id: UUID) -> ResponseReturnValue:
    """Every document of the case."""
    page = CasePage(case_id)
    return page.show("documents", documents=frozen.documents_of(g.db, page.case))


@office.get("/cases/<uuid:case_id>/documents/<uuid:document_id>")
@staff_may("view-case")
def document(case_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """One document, word for word as it was frozen, and whether it still is what it was."""
    page = CasePage(case_id)
    found = frozen.document_of(g.db, page.case, document_id)
    return page.show("document", document=found, letter=as_written(found.html), is_intact=frozen.is_intact(found))
