"""Asking the applicant for further information: what to give, by when; seeing the answer, or going on without it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import office
from backoffice.acting import acted, done
from backoffice.case_page import CasePage
from lending.applications import supplements as asking
from lending.applications.attachment_duty import missing_attachments
from lending.applications.sections import application_of
from lending.applications.supplements import MAX_ITEMS, TEXT_MAX_CHARACTERS, Wish
from lending.cases import attachments
from lending.policy.policies import Policy
from web.clock import today
from web.context import language
from web.forms import DateField, Form, LongText, RowForm, RowsField, SelectField
from web.guard import staff_may
from web.render import see_other

#: How long the applicant has to answer unless staff choose another day.
ANSWER_WITHIN_DAYS = 14
ANSWER_WITHIN_DAYS_MAX = 365
EXPLANATION = "explanation"


class WishRow(RowForm):
    """One thing to ask for."""

    what = SelectField(_l("What"), default=EXPLANATION)
    question = LongText(
        _l("What you ask for, in words"),
        limit=TEXT_MAX_CHARACTERS,
        render_kw={"rows": 2},
        missing=_l("Write what you ask for."),
    )


class SupplementForm(Form):
    """A request for further information."""

    message = LongText(
        _l("Message to the applicant"),
        limit=TEXT_MAX_CHARACTERS,
        hint=_l("Say why you need the information. Write in the applicant's language."),
        missing=_l("Write a message to the applicant."),
    )
    items = RowsField(
        WishRow,
        _l("What the applicant must give"),
        least=1,
        most=MAX_ITEMS,
        missing=_l("Add at least one thing to ask for."),
    )
    answer_by = DateField(_l("Answer by"), missing=_l("Choose the day by which the applicant must answer."))

    def offer(self, policy: Policy) -> None:
        """Give every row the kinds of document of the policy."""
        choices = [(EXPLANATION, _l("An explanation in words"))]
        choices += [(kind, names[language()]) for kind, names in policy.attachment_kinds.items()]
        for entry in self.items.entries:
            entry.form.what.choices = choices

    def wishes(self) -> list[Wish]:
        """What was asked for, for the domain."""
        return [_wish(row["what"], row["question"]) for row in self.items.filled]


class PassOverForm(Form):
    """Why the handling goes on without an answer."""

    reason = LongText(
        _l("Why you go on without an answer"),
        limit=TEXT_MAX_CHARACTERS,
        hint=_l("For example: the applicant could not be reached, or the matter can be decided without the answer."),
        missing=_l("Write why you go on without an answer."),
    )


@office.get("/cases/<uuid:case_id>/supplements")
@staff_may("view-case")
def supplements(case_id: UUID) -> ResponseReturnValue:
    """Every request on the case with its answers."""
    page = CasePage(case_id)
    mine = page.may("request-supplement") and page.case.handler_id == g.actor.id
    return page.show(
        "supplements",
        requests=asking.requests_of(g.db, page.case),
        documents=asking.documents_by_item(g.db, page.case),
        may_ask=mine and page.case.state == "in_preparation",
        may_pass_over=mine and page.case.state == "waiting_for_citizen",
        today=today(),
    )


@office.route("/cases/<uuid:case_id>/supplements/new", methods=["GET", "POST"])
@staff_may("request-supplement")
def request_supplement(case_id: UUID) -> ResponseReturnValue:
    """Ask the applicant for further information."""
    page = CasePage(case_id, "request-supplement")
    form = SupplementForm(data=None if request.method == "POST" else _suggested(page))
    form.offer(page.policy)
    form.answer_by.earliest = today() + timedelta(days=1)
    form.answer_by.latest = today() + timedelta(days=ANSWER_WITHIN_DAYS_MAX)

    def ask() -> None:
        asking.request_supplement(
            g.db, page.case, form.message.data, form.wishes(), form.answer_by.data, g.actor, g.now
        )

    if acted(form, ask):
        done(_("The request has been sent to the applicant."))
        return see_other("office.supplements", case_id=case_id)
    form.offer(page.policy)
    return page.show("request_supplement", what="supplements", form=form)


@office.route("/cases/<uuid:case_id>/supplements/<uuid:request_id>/pass-over", methods=["GET", "POST"])
@staff_may("request-supplement")
def pass_over_supplement(case_id: UUID, request_id: UUID) -> ResponseReturnValue:
    """Go on without the answer, with a reason."""
    page, form = CasePage(case_id, "request-supplement"), PassOverForm()
    asked = asking.request_of(g.db, page.case, request_id)
    if acted(form, lambda: asking.pass_over(g.db, asked, form.reason.data, g.actor, g.now)):
        done(_("The case is in preparation again."))
        return see_other("office.supplements", case_id=case_id)
    return page.show("pass_over_supplement", what="supplements", form=form, asked=asked)


def _wish(what: str, question: str) -> Wish:
    if what == EXPLANATION:
        return Wish("explanation", question)
    return Wish("document", question, what)


def _suggested(page: CasePage) -> dict[str, Any]:
    """A request to begin with: the attachments that are missing, named in the applicant's language."""
    case, policy = page.case, page.policy
    kinds = {attachment.kind for attachment in attachments.attachments_of(g.db, case)}
    missing = missing_attachments(policy, application_of(g.db, case), kinds)
    names = policy.attachment_kinds
    rows = [{"what": kind, "question": names[kind][case.language]} for kind in missing]
    return {"answer_by": today() + timedelta(days=ANSWER_WITHIN_DAYS), "items": rows[:MAX_ITEMS]}
