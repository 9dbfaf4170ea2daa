"""The borrower asks for grace months or for a waiver, sees what it would do before sending, and how it goes."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, flash, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lending.basics.errors import NotFound, Refused
from lending.cases.deadlines import local_day
from lending.changes import grace, requests, waiver
from lending.changes.model import ChangeRequest
from lending.changes.states import CHANGE_REQUEST
from lending.changes.waiver import Release
from lending.decisions.time_limits import known_on, last_day
from lending.loans.book import Book, open_book
from lending.people import staff
from portal import portal
from portal.loan import OwnLoan, own
from web.clock import today
from web.formats import day, months
from web.forms import ChecksField, ChoiceField, Form, LongText, MoneyField, QueryForm, form_refused
from web.guard import citizen_only
from web.render import see_other

#: Decisions on changes are told in the portal.
CHANNEL = "electronic"


class MonthsForm(QueryForm):
    """Which coming months. In the address, so that the effect can be looked at before anything is sent."""

    due_dates = ChecksField(_l("Months without repayment"), missing=_l("Choose at least one month."))

    def __init__(self, choices: list[date]) -> None:
        super().__init__({"due_dates": request.args.getlist("due_dates")} if request.args else {})
        self.due_dates.choices = [(each.isoformat(), day(each)) for each in choices]

    @property
    def chosen(self) -> list[date]:
        """The months chosen, once the form is sound."""
        return [date.fromisoformat(each) for each in self.due_dates.data]


class GraceForm(Form):
    """The months looked at, and why they are needed."""

    reason = LongText(
        _l("Why do you need the grace months?"),
        limit=2000,
        hint=_l("For example illness, unemployment or an unexpected cost, and how long you think it lasts."),
        missing=_l("Write why you need the grace months."),
    )


class WaiverForm(Form):
    """How much, and why."""

    scope = ChoiceField(
        _l("What do you ask to be released from?"),
        choices=[("part", _l("A part of the loan")), ("everything", _l("All that I owe"))],
        missing=_l("Choose whether you ask for a part or for everything."),
    )
    amount = MoneyField(_l("How much of the loan"), optional=True, minimum_cents=1)
    reason = LongText(
        _l("Why can you not repay?"),
        limit=4000,
        hint=_l("Tell about illness, unemployment or other reasons, and how long they have lasted."),
        missing=_l("Write why you cannot repay."),
    )


@portal.get("/my/loans/<uuid:loan_id>/grace")
@citizen_only
def choose_grace(loan_id: UUID) -> ResponseReturnValue:
    """Choose the months."""
    mine = own(loan_id)
    book = open_book(g.db, mine.loan)
    return _choose(mine, book, MonthsForm(grace.grace_choices(book, today())))


@portal.get("/my/loans/<uuid:loan_id>/grace/preview")
@citizen_only
def preview_grace(loan_id: UUID) -> ResponseReturnValue:
    """What the months chosen would do; nothing has been sent yet."""
    mine = own(loan_id)
    return _preview(mine, GraceForm(formdata=None))


@portal.post("/my/loans/<uuid:loan_id>/grace/preview")
@citizen_only
def ask_for_grace(loan_id: UUID) -> ResponseReturnValue:
    """Send the request for the months in the address."""
    mine, form = own(loan_id), GraceForm()
    chosen = MonthsForm(grace.grace_choices(open_book(g.db, mine.loan), today()))
    if form.submitted() and chosen.asked():
        try:
            sent = grace.request_grace(g.db, mine.loan, chosen.chosen, form.reason.data, g.actor, g.now)
        except Refused as refused:
            form_refused(form, refused)
        else:
            flash(_("Your request has been sent."), "success")
            return see_other("portal.change_request", loan_id=loan_id, request_id=sent.id)
    return _preview(own(loan_id), form)


@portal.route("/my/loans/<uuid:loan_id>/waiver", methods=["GET", "POST"])
@citizen_only
def ask_for_waiver(loan_id: UUID) -> ResponseReturnValue:
    """Ask to be released from a part or all of the loan."""
    mine, form = own(loan_id), WaiverForm()
    if form.submitted():
        try:
            sent = waiver.request_waiver(g.db, mine.loan, _release(form), form.reason.data, g.actor, g.now)
        except Refused as refused:
            form_refused(form, refused)
        else:
            flash(_("Your request has been sent."), "success")
            return see_other("portal.change_request", loan_id=loan_id, request_id=sent.id)
    mine = own(loan_id)
    return mine.show("waiver", form=form, waiting=requests.open_request(g.db, mine.loan, "waiver"))


@portal.get("/my/loans/<uuid:loan_id>/changes/<uuid:request_id>")
@citizen_only
def change_request(loan_id: UUID, request_id: UUID) -> ResponseReturnValue:
    """What was asked, where it stands, and the decision with the way to challenge it."""
    mine, asked = _found(loan_id, request_id)
    return mine.show(
        "change_request",
        asked=asked,
        stages=_stages(asked),
        may_withdraw=CHANGE_REQUEST.allows("withdraw", asked.state),
        names=staff.names_of(g.db, [asked.decided_by_id]),
        **_review(mine, asked),
    )


@portal.post("/my/loans/<uuid:loan_id>/changes/<uuid:request_id>/withdraw")
@citizen_only
def withdraw_change_request(loan_id: UUID, request_id: UUID) -> ResponseReturnValue:
    """Take the request back before it is decided."""
    _mine, asked = _found(loan_id, request_id)
    requests.withdraw_request(g.db, asked, g.actor, g.now)
    flash(_("You have withdrawn your request."), "success")
    return see_other("portal.change_request", loan_id=loan_id, request_id=request_id)


def _found(loan_id: UUID, request_id: UUID) -> tuple[OwnLoan, ChangeRequest]:
    mine = own(loan_id)
    asked = requests.own_request(g.db, request_id, g.actor)
    if asked.loan_id != mine.loan.id:
        raise NotFound
    return mine, asked


def _choose(mine: OwnLoan, book: Book, form: MonthsForm) -> Response:
    return mine.show(
        "grace",
        form=form,
        left=grace.grace_left(book),
        waiting=requests.open_request(g.db, mine.loan, "grace"),
    )


def _preview(mine: OwnLoan, form: GraceForm) -> Response:
    book = open_book(g.db, mine.loan)
    chosen = MonthsForm(grace.grace_choices(book, today()))
    if not chosen.asked():
        if not request.args:
            chosen.due_dates.errors = [chosen.due_dates.missing]
        return _choose(mine, book, chosen)
    try:
        preview = grace.preview_grace(book, chosen.chosen, today())
    except Refused as refused:
        form_refused(chosen, refused)
        return _choose(own(mine.loan.id), open_book(g.db, mine.loan), chosen)
    return mine.show(
        "grace_preview",
        form=form,
        preview=preview,
        chosen=[each.isoformat() for each in chosen.chosen],
        in_words=", ".join(day(each) for each in chosen.chosen),
        how_many=months(len(chosen.chosen)),
    )


def _release(form: WaiverForm) -> Release:
    if form.scope.data == "everything":
        return Release(everything=True)
    return Release(principal_cents=form.amount.data or 0)


def _stages(asked: ChangeRequest) -> list[dict[str, Any]]:
    """Sent, handled, decided: for the ``steps`` component; none where the request was withdrawn."""
    if asked.state == "withdrawn":
        return []
    place = {"requested": 1, "in_preparation": 1, "proposed": 2}.get(asked.state, 3)
    found: list[dict[str, Any]] = [
        {"title": _("You asked"), "who": _("You"), "when": asked.requested_at},
        {"title": _("We look into it"), "who": _("A counsellor")},
        {"title": _("Decision"), "who": _("An official"), "when": asked.decided_at},
    ]
    for number, stage in enumerate(found):
        stage["state"] = "done" if number < place else "current" if number == place else "coming"
    return found


def _review(mine: OwnLoan, asked: ChangeRequest) -> dict[str, Any]:
    """How and until when the decision can be challenged."""
    if asked.decided_at is None:
        return {}
    decided_on = local_day(asked.decided_at)
    notice_on = known_on(decided_on, CHANNEL)
    return {
        "decided_on": decided_on,
        "notice_on": notice_on,
        "claim_by": last_day(notice_on, mine.policy.review.days),
    }
