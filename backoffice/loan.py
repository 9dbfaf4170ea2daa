"""A running loan as staff see it: where it stands, its plan and ledger, its changes; and payments recorded."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from flask import Response, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import office
from backoffice.acting import acted, done
from lending.applications.co_borrowers import co_borrower_of, may_borrow_together
from lending.cases import authority
from lending.cases.model import Case, CoBorrower
from lending.changes import requests
from lending.changes.grace import grace_left
from lending.collection.disturbances import open_disturbances
from lending.loans.agreements import agreement_of
from lending.loans.disbursement import disbursements_of
from lending.loans.listing import loans_of_unit
from lending.loans.model import EFFECTS, LedgerEntry, Loan
from lending.loans.payments import Payment, record_payment
from lending.loans.payoff import quote
from lending.loans.position import Position, position, staff_loan
from lending.loans.reversal import REVERSIBLE
from lending.loans.states import LOAN
from lending.people import citizens, staff
from lending.people.model import Citizen
from lending.policy.policies import Policy, policies_of
from web.access import viewing
from web.clock import today
from web.formats import day, money
from web.forms import ChoiceField, DateField, Form, HiddenField, MoneyField, QueryForm, SelectField, TextField
from web.guard import staff_may
from web.labels import label
from web.payoff import PayOffForm
from web.render import render, see_other


class PaymentForm(Form):
    """A payment as the bank tells it. ``command`` names this very form: sent twice, it is booked once."""

    amount = MoneyField(_l("Amount"), minimum_cents=1, missing=_l("Write how much was paid."))
    value_date = DateField(_l("Value date"), hint=_l("The day the bank counts it from."))
    reference = TextField(_l("Reference number or message"), optional=True, limit=140)
    effect = ChoiceField(
        _l("If more is paid than has been billed"),
        default="shorten_term",
        choices=[(effect, label("effect", effect)) for effect in EFFECTS],
        hint=_l("As the borrower wishes."),
    )
    command = HiddenField(limit=100)


@dataclass
class LoanPage:
    """A loan as the member of staff signed in may see it. Raises ``NotFound``, ``NotAllowed``."""

    loan: Loan
    case: Case
    policy: Policy
    borrower: Citizen

    def together(self) -> CoBorrower | None:
        """The spouse who borrows together with the borrower, where there is one."""
        other = co_borrower_of(g.db, self.case) if may_borrow_together(self.policy) else None
        return other if other is not None and other.state == "accepted" else None

    def may(self, *acts: str) -> bool:
        """Whether the reader may do one of ``acts`` on the loan's case: by role, and by whose work it is."""
        return any(authority.allows(g.db, g.actor, act, self.case) for act in acts)

    def show(self, name: str, what: str, **context: Any) -> Response:
        """The page ``backoffice/<name>.html``, and a line in the access log."""
        viewing(self.case, what)
        together = self.together()
        if together is not None and together.citizen_id is not None:
            viewing(citizens.get(g.db, together.citizen_id), what)
        context |= {"loan": self.loan, "case": self.case, "policy": self.policy, "borrower": self.borrower}
        context["together"] = together
        # What the reader may do anywhere says less than what they may do on this loan.
        context["may"] = self.may
        return render(f"backoffice/{name}.html", masked_hetu=citizens.masked_hetu(g.db, self.borrower), **context)


def loan_page(loan_id: UUID, act: str = "view-case") -> LoanPage:
    """The loan with what every page about it shows."""
    loan = staff_loan(g.db, loan_id, g.actor, act)
    case = g.db.get_one(Case, loan.case_id)
    return LoanPage(loan, case, policies_of(g.db).by_id(loan.policy), citizens.get(g.db, loan.citizen_id))


class LoansForm(QueryForm):
    """Which loans to list."""

    text = TextField(_l("Name or case number"), optional=True, limit=100)
    state = SelectField(
        _l("State"),
        optional=True,
        choices=[("", _l("All loans")), *((state, label("loan-state", state)) for state in LOAN.states)],
    )


@office.get("/loans")
@staff_may("view-case")
def loans() -> ResponseReturnValue:
    """The loans of the unit."""
    form = LoansForm()
    sound = form.asked()
    found = loans_of_unit(
        g.db,
        g.actor,
        form.state.data if sound else None,
        (form.text.data or "") if sound else "",
        request.args.get("page", 1, type=int),
    )
    return render("backoffice/loans.html", "found", filters=form, page=found)


@office.get("/loans/<uuid:loan_id>")
@staff_may("view-case")
def loan(loan_id: UUID) -> ResponseReturnValue:
    """Where the loan stands today."""
    page = loan_page(loan_id)
    return _show(page, _new_payment(page.loan))


@office.post("/loans/<uuid:loan_id>/payments")
@staff_may("record-payment")
def record_loan_payment(loan_id: UUID) -> ResponseReturnValue:
    """Record a payment; allocation, balance and plan follow."""
    page, form = loan_page(loan_id, "record-payment"), PaymentForm()

    def record() -> None:
        payment = Payment(
            amount_cents=form.amount.data,
            value_date=form.value_date.data,
            reference=form.reference.data or None,
            effect=form.effect.data,
            idempotency_key=f"payment:{loan_id}:{form.command.data}" if form.command.data else None,
        )
        record_payment(g.db, page.loan, payment, g.actor, g.now)

    if acted(form, record):
        done(_("The payment has been recorded."))
        return see_other("office.loan", loan_id=loan_id)
    return _show(loan_page(loan_id), form)


def _new_payment(loan: Loan) -> PaymentForm:
    chosen = loan.extra_effect or EFFECTS[0]
    return PaymentForm(formdata=None, data={"value_date": today(), "command": uuid4().hex, "effect": chosen})


def _show(page: LoanPage, form: PaymentForm) -> Response:
    stands: Position = position(g.db, page.loan, today())
    pay_off = PayOffForm(today())
    changes = requests.requests_of(g.db, page.loan)
    paid_out = disbursements_of(g.db, page.loan)
    return page.show(
        "loan",
        "loan",
        form=form,
        position=stands,
        pay_off=pay_off,
        quote=quote(stands.book.history(), pay_off.day(today())),
        undoable=_undoable(stands) if page.may("reverse-payment") else [],
        agreement=agreement_of(g.db, page.case),
        changes=changes,
        disturbed=bool(open_disturbances(g.db, page.loan)),
        paid_out=paid_out,
        grace_left=grace_left(stands.book),
        versions=[
            [
                each.number,
                label("plan-reason", each.reason),
                day(each.made_at),
                # A postponement makes no new plan: it holds for one instalment, and its request says which.
                day(each.from_due) if each.reason != "postponement" else "–",
                money(each.instalment_cents),
            ]
            for each in reversed(stands.versions)
        ],
        names=staff.names_of(g.db, [each.recorded_by_id for each in paid_out]),
    )


def _undoable(stands: Position) -> list[LedgerEntry]:
    """Payments and refunds that can be cancelled, the newest first."""
    if stands.book.is_written_off:
        return []
    undone = stands.book.reversed_ids()
    return [each for each in reversed(stands.book.entries) if each.kind in REVERSIBLE and each.id not in undone]
