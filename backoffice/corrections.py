"""What puts a loan right: a payment cancelled, an overpayment paid back, what is left written off. Each on a page of
its own, so that nothing happens by a slip.
"""

from uuid import UUID, uuid4

from flask import Response, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import office
from backoffice.acting import acted, done
from backoffice.loan import LoanPage, loan_page
from lending.basics.errors import NotFound
from lending.loans.model import LedgerEntry, Loan
from lending.loans.payments import record_refund
from lending.loans.position import position
from lending.loans.reversal import REASONS, REVERSIBLE, reverse_payment
from lending.loans.write_off import write_off
from web.clock import today
from web.forms import CheckField, ChoiceField, DateField, Form, HiddenField, LongText, TextField
from web.guard import staff_may
from web.labels import label
from web.render import see_other


class ReversalForm(Form):
    """Why the payment is cancelled."""

    reason = ChoiceField(
        _l("Why is the payment cancelled?"),
        choices=[(each, label("reversal-reason", each)) for each in REASONS],
        missing=_l("Choose why the payment is cancelled."),
    )


class RefundForm(Form):
    """The overpayment as it was paid back. ``command`` names this very form, ``shown`` the cents that it told of."""

    value_date = DateField(_l("Value date"), hint=_l("The day the bank counts it from."))
    reference = TextField(_l("Reference number or message"), optional=True, limit=140)
    command = HiddenField(limit=100)
    shown = HiddenField(limit=20)

    def shown_cents(self) -> int:
        """The credit that the page told of, cents; -1 where it tells of none."""
        told = self.shown.data or ""
        return int(told) if told.isascii() and told.isdigit() else -1


class WriteOffForm(Form):
    """Why it is written off, and that it is meant."""

    reasons = LongText(
        _l("Reasons"),
        hint=_l("Why what is left cannot be collected. The borrower may read them."),
        missing=_l("Write the reasons."),
    )
    meant = CheckField(
        _l("I understand that this is final and ends the loan"),
        missing=_l("Tick that you understand that this is final."),
    )


@office.route("/loans/<uuid:loan_id>/entries/<int:entry_id>/reverse", methods=["GET", "POST"])
@staff_may("reverse-payment")
def reverse_loan_payment(loan_id: UUID, entry_id: int) -> ResponseReturnValue:
    """Cancel a payment or a refund by an opposite entry."""
    page, form = loan_page(loan_id, "reverse-payment"), ReversalForm()
    is_refund = _payment(page, entry_id).kind == "refund"
    if is_refund:
        form.reason.missing = _l("Choose why the refund is cancelled.")

    def reverse() -> None:
        reverse_payment(g.db, page.loan, entry_id, form.reason.data, g.actor, g.now)

    if acted(form, reverse):
        done(_("The refund has been cancelled.") if is_refund else _("The payment has been cancelled."))
        return see_other("office.loan", loan_id=loan_id)
    page = loan_page(loan_id, "reverse-payment")
    stands = position(g.db, page.loan, today())
    return page.show(
        "reverse_payment",
        "loan",
        form=form,
        entry=_payment(page, entry_id),
        position=stands,
        is_undone=entry_id in stands.book.reversed_ids(),
    )


@office.route("/loans/<uuid:loan_id>/refund", methods=["GET", "POST"])
@staff_may("disburse")
def refund_loan(loan_id: UUID) -> ResponseReturnValue:
    """Record that what was paid too much has been paid back."""
    page, form = loan_page(loan_id, "disburse"), RefundForm()

    def refund() -> None:
        record_refund(
            g.db,
            page.loan,
            form.value_date.data,
            g.actor,
            g.now,
            reference=form.reference.data or None,
            idempotency_key=f"refund:{loan_id}:{form.command.data}" if form.command.data else None,
            shown_cents=form.shown_cents(),
        )

    if acted(form, refund):
        done(_("The overpayment has been recorded as paid back."))
        return see_other("office.loan", loan_id=loan_id)
    page = loan_page(loan_id, "disburse")
    return page.show("refund", "loan", form=form if form.is_submitted() else _new_refund(page.loan))


def _new_refund(loan: Loan) -> RefundForm:
    shown = str(loan.credit_balance_cents)
    return RefundForm(formdata=None, data={"value_date": today(), "command": uuid4().hex, "shown": shown})


@office.route("/loans/<uuid:loan_id>/write-off", methods=["GET", "POST"])
@staff_may("write-off")
def write_off_loan(loan_id: UUID) -> ResponseReturnValue:
    """Write off what is left of the loan, for good."""
    page, form = loan_page(loan_id, "write-off"), WriteOffForm()

    def act() -> None:
        write_off(g.db, page.loan, form.reasons.data, g.actor, g.now)

    if acted(form, act):
        done(_("The rest of the loan has been written off."))
        return see_other("office.loan", loan_id=loan_id)
    return _show_write_off(loan_page(loan_id, "write-off"), form)


def _show_write_off(page: LoanPage, form: WriteOffForm) -> Response:
    return page.show("write_off", "loan", form=form, position=position(g.db, page.loan, today()))


def _payment(page: LoanPage, entry_id: int) -> LedgerEntry:
    """The payment or refund of this very loan. Raises ``NotFound``."""
    entry = g.db.get(LedgerEntry, entry_id)
    if entry is None or entry.loan_id != page.loan.id or entry.kind not in REVERSIBLE:
        raise NotFound
    return entry
