"""The borrower asks for a change of the payments, sees what it would do before sending, and how it goes."""

from types import new_class
from typing import Any, ClassVar
from uuid import UUID

from flask import Response, flash, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lending.basics.errors import NotFound, Refused
from lending.basics.money import Cents
from lending.cases.deadlines import local_day
from lending.changes import grace, new_terms, requests, reshape, waiver
from lending.changes.model import ChangeRequest
from lending.changes.offered import kinds_offered
from lending.changes.states import CHANGE_REQUEST
from lending.changes.waiver import Release
from lending.decisions.time_limits import known_on, last_day
from lending.loans.book import Book, open_book
from lending.people import staff
from portal import portal
from portal.loan import OwnLoan, own
from web.clock import today
from web.forms import ChoiceField, Form, LongText, MoneyField, QueryForm, form_refused
from web.guard import citizen_only
from web.render import see_other
from web.wishes import WISHES, rows_after

#: Decisions on changes are told in the portal.
CHANNEL = "electronic"


class WishQuery(QueryForm):
    """What is wished, in the address: the effect is looked at before anything is sent. Mixed with a ``Wished``."""

    names: ClassVar[tuple[str, ...]]

    def __init__(self) -> None:
        super().__init__({name: request.args.getlist(name) for name in self.names if name in request.args})

    @property
    def query(self) -> dict[str, list[str]]:
        """What stands in the address of it."""
        return {name: request.args.getlist(name) for name in self.names}


#: The form of each kind of wish.
FORMS: dict[str, Any] = {kind: new_class(f"{wish.__name__}Query", (wish, WishQuery)) for kind, wish in WISHES.items()}
KIND = '<any(grace,extension,instalment,"due-day",postponement):kind>'


class ReasonForm(Form):
    """Why it is needed."""

    reason = LongText(
        _l("Why do you need the change?"),
        limit=2000,
        hint=_l("For example illness, unemployment or an unexpected cost, and how long you think it lasts."),
        missing=_l("Write why you need the change."),
    )


class GraceReasonForm(Form):
    """Why grace months are needed."""

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

    def validate(self, extra_validators: Any = None) -> bool:
        """Where a part is asked for, how large a part is needed too."""
        sound = super().validate(extra_validators)
        if self.scope.data == "part" and not self.amount.data and not self.amount.errors:
            self.amount.errors = [_("Write how much of the loan you ask to be released from.")]
        return bool(sound and not self.amount.errors)


@portal.get("/my/loans/<uuid:loan_id>/change")
@citizen_only
def change_payments(loan_id: UUID) -> ResponseReturnValue:
    """What can be changed in the loan, and what each choice is good for."""
    mine = own(loan_id)
    book = open_book(g.db, mine.loan)
    return mine.show(
        "change_payments",
        kinds=kinds_offered(mine.policy),
        grace_left=grace.grace_left(book),
        least_cents=_least_instalment(book),
        room=new_terms.room_left(book, today()),
        waiting={each.kind: each for each in requests.requests_of(g.db, mine.loan) if _is_open(each)},
    )


@portal.get(f"/my/loans/<uuid:loan_id>/{KIND}")
@citizen_only
def choose_change(loan_id: UUID, kind: str) -> ResponseReturnValue:
    """Say what is wished."""
    mine, form = _asked_in_address(loan_id, kind)
    return _choose(mine, form)


@portal.get(f"/my/loans/<uuid:loan_id>/{KIND}/preview")
@citizen_only
def preview_change(loan_id: UUID, kind: str) -> ResponseReturnValue:
    """What the wish would do; nothing has been sent yet."""
    mine, form = _asked_in_address(loan_id, kind)
    if requests.open_request(g.db, mine.loan, form.kind):
        return _choose(mine, form)
    return _preview(mine, form, _reason_form(form)(formdata=None))


@portal.post(f"/my/loans/<uuid:loan_id>/{KIND}/preview")
@citizen_only
def ask_for_change(loan_id: UUID, kind: str) -> ResponseReturnValue:
    """Send the request for what the address says."""
    mine, wished = _asked_in_address(loan_id, kind)
    form = _reason_form(wished)()
    if form.submitted() and wished.asked():
        try:
            sent = wished.ask(g.db, mine.loan, form.reason.data, g.actor, g.now)
        except Refused as refused:
            form_refused(form, refused)
        else:
            flash(_("Your request has been sent."), "success")
            return see_other("portal.change_request", loan_id=loan_id, request_id=sent.id)
    return _preview(*_asked_in_address(loan_id, kind), form)


@portal.route("/my/loans/<uuid:loan_id>/waiver", methods=["GET", "POST"])
@citizen_only
def ask_for_waiver(loan_id: UUID) -> ResponseReturnValue:
    """Ask to be released from a part or all of the loan."""
    mine, form = own(loan_id), WaiverForm()
    if form.submitted():
        try:
            sent = waiver.request_waiver(g.db, mine.loan, _release(form), form.reason.data, g.actor, g.now)
        except Refused as refused:
            # The borrower asks for one amount, which is of the principal.
            refused.field = "amount" if refused.field == "principal" else refused.field
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


def _asked_in_address(loan_id: UUID, kind: str) -> tuple[OwnLoan, Any]:
    """The loan and the wish in the address. Raises ``NotFound`` for a kind that the criteria have no room for."""
    mine, code = own(loan_id), kind.replace("-", "_")
    if code not in kinds_offered(mine.policy):
        raise NotFound
    form = FORMS[code]()
    form.offer_wishes(open_book(g.db, mine.loan), today())
    return mine, form


def _reason_form(wished: Any) -> type[Form]:
    return GraceReasonForm if wished.kind == "grace" else ReasonForm


def _choose(mine: OwnLoan, form: Any) -> Response:
    book = open_book(g.db, mine.loan)
    return mine.show(
        "change",
        form=form,
        kind=form.kind,
        instalment_cents=book.version.instalment_cents,
        waiting=requests.open_request(g.db, mine.loan, form.kind),
        **_limits(book, form.kind),
    )


def _limits(book: Book, kind: str) -> dict[str, Any]:
    """What the criteria still leave room for, told before one chooses."""
    if kind == "grace":
        return {"left": grace.grace_left(book)}
    if kind == "instalment":
        return {"least_cents": _least_instalment(book)}
    return {}


def _least_instalment(book: Book) -> Cents:
    """The smallest instalment that still repays the loan in the time the criteria allow."""
    rest, room = book.rest(today()), new_terms.room_left(book, today())
    least = reshape.least_instalment(rest, room) if rest and rest.principal_cents else 0
    return max(least, book.policy.instalment_min_cents)


def _preview(mine: OwnLoan, wished: Any, form: Form) -> Response:
    if not wished.asked():
        if not any(name in request.args for name in wished.names):
            field = wished[wished.names[0]]
            field.errors = [field.missing]
        return _choose(mine, wished)
    try:
        preview = wished.preview(open_book(g.db, mine.loan), today())
    except Refused as refused:
        form_refused(wished, refused)
        return _choose(own(mine.loan.id), wished)
    return mine.show(
        "change_preview",
        form=form,
        kind=wished.kind,
        preview=preview,
        rows=rows_after(preview),
        chosen=wished.query,
    )


def _is_open(asked: ChangeRequest) -> bool:
    return not CHANGE_REQUEST.states[asked.state].final


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
