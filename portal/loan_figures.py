"""What a borrower reckons before paying: a pay-off quote, the effect of an extra payment, and how plans came to be."""

from datetime import date, timedelta
from uuid import UUID

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from lending.basics.errors import Refused
from lending.loans.book import open_book
from lending.loans.extra_payment import preview_extra
from lending.loans.model import EFFECTS
from lending.loans.payoff import quote
from lending.loans.versions import effects_of
from portal import portal
from portal.loan import own
from web.clock import today
from web.forms import ChoiceField, DateField, MoneyField, QueryForm, form_refused
from web.guard import citizen_only
from web.labels import label
from web.payoff import DAYS_AHEAD, PayOffForm


class ExtraPaymentForm(QueryForm):
    """How much beyond the bills, when, and for what. In the address: nothing is paid here."""

    amount = MoneyField(_l("Extra payment"), minimum_cents=1, missing=_l("Write how much you would pay."))
    on = DateField(_l("Day of the payment"))
    effect = ChoiceField(
        _l("What should the payment do?"),
        choices=[(effect, label("effect", effect)) for effect in EFFECTS],
        default=EFFECTS[0],
        missing=_l("Choose what the payment should do."),
    )

    def __init__(self, on: date) -> None:
        names = ("amount", "on", "effect")
        asked = {name: request.args.getlist(name) for name in names if name in request.args}
        super().__init__(asked, data={"on": on, "effect": EFFECTS[0]})
        self.on.earliest, self.on.latest = on, on + timedelta(days=DAYS_AHEAD)


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
    """What an extra payment would do, before it is paid."""
    mine = own(loan_id)
    form, preview = ExtraPaymentForm(today()), None
    if mine.loan.state == "running" and form.asked():
        try:
            book = open_book(g.db, mine.loan)
            preview = preview_extra(book, form.amount.data, form.effect.data, form.on.data, today())
        except Refused as refused:
            form_refused(form, refused)
            mine = own(loan_id)
    return mine.show("extra_payment", form=form, preview=preview, effect=form.effect.data)


@portal.get("/my/loans/<uuid:loan_id>/plans")
@citizen_only
def plans(loan_id: UUID) -> ResponseReturnValue:
    """Every version of the plan, what made it, and what it changed."""
    mine = own(loan_id)
    book = open_book(g.db, mine.loan)
    return mine.show("plans", effects=effects_of(book))
