"""What every page of a case shares: the case is found for the reader, its head is read, the view is logged.

::

    @office.get("/cases/<uuid:case_id>/notes")
    @staff_may("view-case")
    def notes(case_id):
        return CasePage(case_id).show("notes", notes=notes_of(...))
"""

from functools import cached_property
from typing import Any
from uuid import UUID

from flask import Response, g, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import inspect

from lending.applications.supplements import open_request
from lending.cases import authority, casework
from lending.cases.model import Case
from lending.cases.overview import Overview, overview
from lending.loans.model import Loan
from lending.loans.position import loan_of
from lending.policy.policies import Policy, policies_of
from web.access import viewing
from web.context import language
from web.guard import may
from web.render import render

#: The pages of a case in the order of the work: endpoint, name, what opens it.
PAGES = (
    ("office.case", _l("Overview"), "view-case"),
    ("office.application", _l("Application"), "view-case"),
    ("office.attachments", _l("Attachments"), "view-case"),
    ("office.consent", _l("Debt investigation"), "view-case"),
    ("office.supplements", _l("Further information"), "view-case"),
    ("office.worksheet", _l("Worksheet"), "view-case"),
    ("office.grounds", _l("Grounds"), "view-case"),
    ("office.decision", _l("Decision"), "view-case"),
    ("office.agreement", _l("Agreement"), "view-case"),
    ("office.documents", _l("Documents"), "view-case"),
    ("office.notes", _l("Notes"), "view-case"),
    ("office.timeline_of_case", _l("Timeline"), "view-case"),
)


class CasePage:
    """A case as the member of staff signed in may see it. Raises ``NotFound``, ``NotAllowed``."""

    def __init__(self, case_id: UUID, act: str = "view-case") -> None:
        self.case_id, self.act = case_id, act
        self.case: Case = casework.staff_case(g.db, case_id, g.actor, act)

    @cached_property
    def policy(self) -> Policy:
        """The criteria the case is handled under."""
        return policies_of(g.db).by_id(self.case.policy)

    def reload(self) -> Case:
        """The case as it is now: read again where an act was refused and what it had begun rolled back."""
        if inspect(self.case).expired_attributes:
            self.case = casework.staff_case(g.db, self.case_id, g.actor, self.act)
        return self.case

    def may(self, *acts: str) -> bool:
        """Whether the reader may do one of ``acts`` on this case: by role, and by whose work it is."""
        case = self.reload()
        return any(authority.allows(g.db, g.actor, act, case) for act in acts)

    def show(self, name: str, *, what: str | None = None, block: str | None = None, **context: Any) -> Response:
        """The page ``backoffice/<name>.html``, and a line in the access log that ``what`` of the person was seen."""
        case = self.reload()
        viewing(case, what or name)
        context |= {"case": case, "policy": self.policy, "head": self.head, "pages": self.pages()}
        # What the reader may do anywhere says less than what they may do on this case.
        context["may"] = self.may
        return render(f"backoffice/{name}.html", block, **context)

    @cached_property
    def loan(self) -> Loan | None:
        """The loan that the case has led to, once it has been paid out."""
        return loan_of(g.db, self.case) if self.case.state in ("running", "closed") else None

    @property
    def head(self) -> Overview:
        """What stands at the top of every page of the case."""
        asked = open_request(g.db, self.case) if self.case.state == "waiting_for_citizen" else None
        return overview(g.db, self.case, g.actor, g.now, asked.answer_by if asked else None)

    def municipality(self, code: str | None) -> str | None:
        """The name of the municipality in the reader's language, or its code where the area does not have it."""
        names = self.policy.organisation.municipalities.get(code or "")
        return (names.get(language()) or names["fi"]) if names else code

    def pages(self) -> list[tuple[Any, str]]:
        """The other pages of the case that the reader may open."""
        found = [(text, url_for(endpoint, case_id=self.case_id)) for endpoint, text, act in PAGES if may(act)]
        if self.loan is not None:
            found.append((_l("Loan"), url_for("office.loan", loan_id=self.loan.id)))
        return found
