"""What a borrower reckons before paying: a pay-off quote, the effect of an extra payment, and how plans came to be."""

from datetime import date, timedelta
from uuid import UUID

from flask import Response, flash, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lending.basics.errors import Refused
from lending.basics.money import Cents
from lending.changes.extra_effect import choose_effect
from lending.collection.disturbances import late_instalments
from lending.loans.book import open_book
from lending.loans.extra_payment import ExtraPreview, preview_extra
from lending.loans.model import EFFECTS
from lending.loans.payoff import quote
from lending.loans.versions import effects_of
from portal import portal
from portal.loan import OwnLoan, own
from web.clock import today
from web.forms import ChoiceField, DateField, Form, MoneyField, QueryForm, form_refused
from web.guard import citizen_only
from web.labels import label
from web.payoff import DAYS_AHEAD, PayOffForm
from web.render import see_other


class ExtraPaymentForm(QueryForm):
    """How much beyond the bills, and when. In the address: nothing is paid here."""

    amount = MoneyField(_l("Extra payment"), minimum_cents=1, missing=_l("Write how much you would pay."))
    on = DateField(_l("Day of the payment"))

    def __init__(self, on: date) -> None:
        super().__init__(_asked(), data={"on": on})
        self.on.earliest, self.on.latest = on, on + timedelta(days=DAYS_AHEAD)


class ExtraEffectForm(Form):
    """What extra payments do from now on: the borrower's own choice."""

    effect = ChoiceField(
        _l("What should your extra payments do?"),
        choices=[(effect, label("effect", effect)) for effect in EFFECTS],
        missing=_l("Choose what the payment should do."),
    )


@portal.get("/my/loans/<uuid:loan_id>/pay-off")
@citizen_only
def pay_off(loan_id: UUID) -> ResponseReturnValue:
    """What pays the whole loan off on a chosen day, and what it is made of."""
    mine = own(loan_id)
    form = PayOffForm(today())
    book = open_book(g.db, mine.loan)
    return mine.show("pay_off", form=form, quote=quote(book.history(), form.day(today())))


@portal.get("/my/loans/<uuid:loan_id>/extra-payment")
@citizen_only
def extra_payment(loan_id: UUID) -> ResponseReturnValue:
    """What an extra payment would do by either choice, before it is paid, and which of them is chosen."""
    return _extra_payment(loan_id)


@portal.post("/my/loans/<uuid:loan_id>/extra-payment")
@citizen_only
def choose_extra_effect(loan_id: UUID) -> ResponseReturnValue:
    """Choose what extra payments do from now on."""
    mine, form = own(loan_id), ExtraEffectForm()
    if form.submitted():
        try:
            choose_effect(g.db, mine.loan, form.effect.data, g.actor, g.now)
        except Refused as refused:
            form_refused(form, refused)
        else:
            flash(_("Your choice has been saved."), "success")
            return see_other("portal.extra_payment", loan_id=loan_id, **_asked())
    return _extra_payment(loan_id, form)


def _extra_payment(loan_id: UUID, choice: ExtraEffectForm | None = None) -> Response:
    mine = own(loan_id)
    form, previews = ExtraPaymentForm(today()), {}
    if not mine.is_paid and form.asked():
        try:
            previews = _previews(mine, form)
        except Refused as refused:
            form_refused(form, refused)
            mine = own(loan_id)
    chosen = mine.loan.extra_effect or EFFECTS[0]
    return mine.show(
        "extra_payment",
        form=form,
        late_cents=_late(mine, form) if previews else 0,
        asked=_asked(),
        previews=previews,
        chosen=chosen,
        choice=choice or ExtraEffectForm(formdata=None, data={"effect": chosen}),
        status=422 if choice and choice.has_errors else None,
    )


def _previews(mine: OwnLoan, form: ExtraPaymentForm) -> dict[str, ExtraPreview]:
    """The payment's effect by each choice."""
    book = open_book(g.db, mine.loan)
    return {effect: preview_extra(book, form.amount.data, effect, form.on.data, today()) for effect in EFFECTS}


def _late(mine: OwnLoan, form: ExtraPaymentForm) -> Cents:
    """What is late now and is taken as paid before the day of the payment."""
    day = form.on.data
    return 0 if day == today() else sum(each.cents for each in late_instalments(open_book(g.db, mine.loan), today()))


def _asked() -> dict[str, list[str]]:
    """The payment that the address asks about."""
    return {name: request.args.getlist(name) for name in ("amount", "on") if name in request.args}


@portal.get("/my/loans/<uuid:loan_id>/plans")
@citizen_only
def plans(loan_id: UUID) -> ResponseReturnValue:
    """Every version of the plan, what made it, and what it changed."""
    mine = own(loan_id)
    book = open_book(g.db, mine.loan)
    return mine.show("plans", effects=effects_of(book))
