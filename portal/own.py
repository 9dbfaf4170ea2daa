"""What every page of a citizen's own case shares: the case is found for its owner only, and shown with its policy."""

from functools import cached_property
from typing import Any
from uuid import UUID

from flask import Response, abort, g

from lending.applications.co_borrowers import may_borrow_together
from lending.applications.model import Application
from lending.applications.progress import Progress
from lending.applications.sections import application_of, criteria_of
from lending.applications.submission import progress_of
from lending.cases import attachments, casework
from lending.cases.model import Attachment, Case
from lending.loans import agreements
from lending.policy.policies import Policy
from web.labels_portal import OWN_CASE_COLOURS
from web.render import render, see_other


class OwnCase:
    """The case of the citizen signed in. Raises ``NotFound`` for anybody else's.

    ``shared``: the page is also for a spouse who borrows together with the applicant.
    """

    def __init__(self, case_id: UUID, shared: bool = False) -> None:
        self.case = (casework.shared_case if shared else casework.own_case)(g.db, case_id, g.actor)
        # The page speaks for whoever handles the case, wherever the citizen lives by now.
        g.organisation = self.policy.organisation

    @property
    def is_applicant(self) -> bool:
        """Whether the reader is the applicant, and not their spouse who borrows together with them."""
        return bool(self.case.citizen_id == g.actor.id)

    @property
    def is_asked(self) -> bool:
        """Whether what the case waits for is the reader's to do, and not their spouse's."""
        return is_asked(self.case, self.policy)

    @cached_property
    def policy(self) -> Policy:
        return criteria_of(g.db, self.case, g.now)

    @property
    def may_be_shared(self) -> bool:
        """Whether the criteria let spouses borrow together."""
        return may_borrow_together(self.policy)

    @cached_property
    def application(self) -> Application:
        return application_of(g.db, self.case)

    @cached_property
    def attachments(self) -> list[Attachment]:
        return attachments.attachments_of(g.db, self.case)

    @property
    def progress(self) -> Progress:
        """How far the draft has come; asked anew each time, for it changes when a section is saved."""
        return progress_of(g.db, self.case, g.now)

    def show(self, page: str, **context: Any) -> Response:
        """The page ``portal/<page>.html`` about this case."""
        return render(
            f"portal/{page}.html",
            own=self,
            case=self.case,
            policy=self.policy,
            application=self.application,
            state_colour=OWN_CASE_COLOURS[self.case.state],
            **context,
        )


def is_asked(case: Case, policy: Policy) -> bool:
    """Whether the reader is the one to act where a case waits for its borrowers.

    A request to complete it is the applicant's alone to answer, and so is the application to withdraw; each of two
    borrowers accepts the agreement once.
    """
    is_applicant = case.citizen_id == g.actor.id
    if case.state in ("waiting_for_citizen", "withdrawn"):
        return bool(is_applicant)
    if case.state == "agreement_offered" and may_borrow_together(policy):
        offered = agreements.agreement_of(g.db, case)
        return (offered.accepted_at if is_applicant else offered.co_accepted_at) is None
    return True


class OwnDraft(OwnCase):
    """The citizen's own case while its application can still be changed; a sent one leads to its page."""

    def __init__(self, case_id: UUID) -> None:
        super().__init__(case_id)
        if self.case.state != "draft":
            abort(see_other("portal.case", case_id=case_id))
