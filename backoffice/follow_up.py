"""Repayments that need attention: the list of the unit, and the follow-up of one loan."""

from datetime import date
from uuid import UUID

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import office
from backoffice.acting import acted, done
from backoffice.loan import LoanPage, loan_page
from backoffice.units import unit_name
from lending.cases.queues import is_central
from lending.collection import disturbances, reminders
from lending.collection.model import HOW
from lending.loans.book import open_book
from lending.people import staff
from web.clock import today
from web.formats import day
from web.forms import ChoiceField, Form, LongText
from web.guard import staff_may
from web.labels import label
from web.render import render, see_other


class FollowUpForm(Form):
    """That somebody has seen to it, and what they know."""

    how = ChoiceField(
        _l("What you have done"),
        choices=[(each, label("follow-up", each)) for each in HOW],
        missing=_l("Choose what you have done."),
    )
    note = LongText(
        _l("What you know or have agreed on"),
        hint=_l("It is kept among the notes of the case. The borrower may ask to read it."),
        missing=_l("Write what you know or have agreed on."),
    )


@office.get("/follow-up")
@staff_may("view-case")
def follow_up() -> ResponseReturnValue:
    """Repayments of the unit's clients that need attention."""
    page = disturbances.page_of_attention(g.db, g.actor, request.args.get("page", 1, type=int), today())
    return render("backoffice/follow_up.html", page=page, unit_name=unit_name, is_central=is_central(g.db, g.actor))


@office.get("/loans/<uuid:loan_id>/follow-up")
@staff_may("view-case")
def loan_follow_up(loan_id: UUID) -> ResponseReturnValue:
    """What is wrong with the repayment of one loan, and who has seen to it."""
    return _show(loan_page(loan_id), FollowUpForm(formdata=None))


@office.post("/loans/<uuid:loan_id>/follow-up")
@staff_may("add-note")
def mark_followed_up(loan_id: UUID) -> ResponseReturnValue:
    """Say that it has been seen, or that the borrower has been contacted."""
    page, form = loan_page(loan_id, "add-note"), FollowUpForm()
    if acted(form, lambda: disturbances.follow_up(g.db, page.loan, form.how.data, form.note.data, g.actor, g.now)):
        done(_("The follow-up has been noted."))
        return see_other("office.loan_follow_up", loan_id=loan_id)
    return _show(loan_page(loan_id), form)


def _show(page: LoanPage, form: FollowUpForm) -> ResponseReturnValue:
    disturbed = disturbances.open_disturbances(g.db, page.loan)
    sent, transfers = reminders.reminders_of(g.db, page.loan), reminders.transfers_of(g.db, page.loan)
    people = [
        *(each.followed_by_id for each in disturbed),
        *(each.sent_by_id for each in sent),
        *(each.decided_by_id for each in transfers),
    ]
    return page.show(
        "loan_follow_up",
        "follow-up",
        form=form,
        disturbed=disturbed,
        late=disturbances.late_on(open_book(g.db, page.loan), today()),
        on=today(),
        sent=sent,
        transfers=transfers,
        due_days=lambda dates: ", ".join(day(date.fromisoformat(each)) for each in dates),
        names=staff.names_of(g.db, people),
    )
