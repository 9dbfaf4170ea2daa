"""Reminders of what is late: the letter looked at and sent; and the decision to transfer it to collection."""

from datetime import date
from uuid import UUID

from flask import Response, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import office
from backoffice.acting import acted, done
from backoffice.loan import LoanPage, loan_page
from lending.applications.co_borrowers import co_borrower_of, may_borrow_together
from lending.basics.errors import Refused
from lending.collection import reminders
from lending.collection.reminders import ReminderFacts
from lending.loans.book import open_book
from lending.people import citizens
from lending.policy.policies import policies_of
from web.clock import today
from web.formats import day, money
from web.forms import Form, LongText, SelectField
from web.guard import staff_may
from web.letters import as_written, write_letter
from web.refusals import say
from web.render import see_other


class ReminderForm(Form):
    """Nothing is chosen: the letter is sent as it was shown."""


class TransferForm(Form):
    """What goes to collection, and why."""

    instalment = SelectField(_l("What is transferred"), optional=True, choices=[])
    reasons = LongText(
        _l("Reasons"),
        hint=_l("What has been done to reach the borrower, and why nothing else helps. The borrower may read them."),
        missing=_l("Write the reasons for the transfer."),
    )


@office.route("/loans/<uuid:loan_id>/reminder", methods=["GET", "POST"])
@staff_may("remind")
def remind(loan_id: UUID) -> ResponseReturnValue:
    """Look at the letter that reminds of what is late today, and send it."""
    page, form = loan_page(loan_id, "remind"), ReminderForm()
    if acted(form, lambda: reminders.send_reminder(g.db, page.loan, reminder_letter, g.actor, g.now)):
        done(_("The reminder has been sent."))
        return see_other("office.loan_follow_up", loan_id=loan_id)
    return _show_reminder(loan_page(loan_id, "remind"), form)


@office.route("/loans/<uuid:loan_id>/transfer", methods=["GET", "POST"])
@staff_may("transfer")
def transfer_to_collection(loan_id: UUID) -> ResponseReturnValue:
    """Decide that what is late, or one instalment of it, goes to collection."""
    page, form = loan_page(loan_id, "transfer"), TransferForm()
    late = reminders.in_own_hands(g.db, open_book(g.db, page.loan), today())
    form.instalment.choices = [
        ("", _("Everything that is late")),
        *(
            (each.due_date.isoformat(), _("%(day)s: %(amount)s", day=day(each.due_date), amount=money(each.cents)))
            for each in late
        ),
    ]

    def decide() -> None:
        chosen = date.fromisoformat(form.instalment.data) if form.instalment.data else None
        reminders.decide_transfer(g.db, page.loan, chosen, form.reasons.data, g.actor, g.now)

    if acted(form, decide):
        done(_("The transfer to collection has been decided and recorded."))
        return see_other("office.loan_follow_up", loan_id=loan_id)
    return loan_page(loan_id, "transfer").show("loan_transfer", "follow-up", form=form, late=late)


def reminder_letter(facts: ReminderFacts) -> str:
    """The letter as HTML in the language of the case: what ``send_reminder`` takes as ``render``."""
    policy = policies_of(g.db).by_id(facts.case.policy)
    together = co_borrower_of(g.db, facts.case) if may_borrow_together(policy) else None
    names = [citizens.get(g.db, facts.case.citizen_id).display_name]
    if together is not None and together.state == "accepted":
        names.append(together.display_name)
    return write_letter("reminder", facts.case.language, facts=facts, organisation=policy.organisation, borrowers=names)


def _show_reminder(page: LoanPage, form: ReminderForm) -> Response:
    letter, why_not = None, None
    try:
        facts = reminders.preview_reminder(g.db, page.loan, g.actor, g.now)
        letter = as_written(reminder_letter(facts))
    except Refused as refused:
        why_not = say(refused)
    return page.show("loan_reminder", "follow-up", form=form, letter=letter, why_not=why_not)
