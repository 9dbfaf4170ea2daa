"""Paying the loan out: to the borrower in one sum, or straight to the creditors whose debts it arranges."""

from typing import Any
from uuid import UUID

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import office
from backoffice.acting import acted, done
from backoffice.case_page import CasePage
from lending.applications.model import Application
from lending.loans.agreements import agreement_of
from lending.loans.disbursement import Payee, first_due_if_paid, payee_kind, record_disbursement
from lending.loans.model import Agreement
from lending.loans.position import loan_of
from web.bank_fields import IbanField
from web.clock import today
from web.forms import DateField, Form, MoneyField, RowForm, RowsField, TextField
from web.guard import staff_may
from web.render import see_other


class BorrowerForm(Form):
    """One sum to the borrower's own account."""

    iban = IbanField(_l("The borrower's account number (IBAN)"), missing=_l("Write the borrower's account number."))
    value_date = DateField(
        _l("Value date"), hint=_l("The day the money left the account. The loan begins on this day.")
    )

    def payees(self, agreement: Agreement) -> list[Payee]:
        return [Payee(agreement.principal_cents, iban=self.iban.data)]


class CreditorRow(RowForm):
    """One debt that is paid."""

    creditor_name = TextField(_l("Creditor"), missing=_l("Write who is paid."))
    iban = IbanField(_l("Account number (IBAN)"), missing=_l("Write the creditor's account number."))
    reference = TextField(_l("Reference number or message"), optional=True, limit=140)
    amount = MoneyField(_l("Amount"), minimum_cents=1, missing=_l("Write how much is paid to the creditor."))


class CreditorsForm(Form):
    """The debts that the loan arranges, each paid to its creditor."""

    creditors = RowsField(CreditorRow, _l("Payments to creditors"), least=1, missing=_l("Add at least one creditor."))
    value_date = BorrowerForm.value_date

    def payees(self, _agreement: Agreement) -> list[Payee]:
        return [
            Payee(row["amount"], row["creditor_name"], row["reference"] or None, row["iban"])
            for row in self.creditors.filled
        ]


@office.route("/cases/<uuid:case_id>/disbursement", methods=["GET", "POST"])
@staff_may("disburse")
def disbursement(case_id: UUID) -> ResponseReturnValue:
    """Record that the loan has been paid out. With it the loan begins."""
    page = CasePage(case_id, "disburse")
    if page.case.state != "agreement_concluded":
        # Sent when it had been paid already: said so, and nothing is recorded twice.
        status = 200 if request.method == "GET" else 422
        return page.show("disbursement", form=None, loan=loan_of(g.db, page.case), status=status)
    agreement = agreement_of(g.db, page.case)
    to_creditors = payee_kind(page.policy, agreement.purpose) == "creditor"
    form: Any = CreditorsForm(data=_arranged(page)) if to_creditors else BorrowerForm(data={"value_date": today()})

    def pay() -> None:
        record_disbursement(g.db, page.case, form.payees(agreement), form.value_date.data, g.actor, g.now)

    if acted(form, pay):
        done(_("The payment has been recorded, and the loan has begun."))
        loan = loan_of(g.db, page.case)
        assert loan is not None
        return see_other("office.loan", loan_id=loan.id)
    agreement, paid_on = agreement_of(g.db, page.reload()), form.value_date.data or today()
    return page.show(
        "disbursement",
        form=form,
        loan=None,
        agreement=agreement,
        paid_on=paid_on,
        first_due_on=first_due_if_paid(agreement, page.policy, paid_on),
        to_creditors=to_creditors,
        given_cents=sum(row.form.amount.data or 0 for row in form.creditors.entries) if to_creditors else 0,
    )


def _arranged(page: CasePage) -> dict[str, Any]:
    """The debts that the applicant asked to be arranged, as the rows to begin with."""
    application = g.db.get(Application, page.case.id)
    debts = [debt for debt in application.debts if debt.to_be_arranged] if application else []
    rows = [{"creditor_name": debt.creditor, "amount": debt.amount_cents} for debt in debts]
    return {"creditors": rows, "value_date": today()}
