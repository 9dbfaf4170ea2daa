"""The case itself: its overview, taking and releasing it, what the applicant told, notes."""

from uuid import UUID

from flask import g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import office
from backoffice.acting import acted, done
from backoffice.case_page import CasePage
from backoffice.timeline import told_to_staff
from backoffice.units import other_unit_in_turn
from lending.applications import consent as consents
from lending.applications.co_borrowers import co_borrower_of, may_borrow_together
from lending.applications.sections import application_of
from lending.cases import casework, timeline
from lending.cases.model import CoBorrower
from lending.decisions.casefile import casefile
from lending.decisions.proposal import given_back
from lending.people import citizens, staff
from web.access import viewing
from web.forms import Form, LongText
from web.guard import staff_may
from web.render import see_other

LATEST_EVENTS = 6


class NoteForm(Form):
    """A note on the case."""

    text = LongText(
        _l("New note"),
        hint=_l("Notes are part of the client record. The applicant may ask to read them."),
        missing=_l("Write the note."),
    )


@office.get("/cases/<uuid:case_id>")
@staff_may("view-case")
def case(case_id: UUID) -> ResponseReturnValue:
    """Where the case stands and what to do next."""
    page = CasePage(case_id)
    events = timeline.events_of(g.db, page.case, for_citizen=False)
    residence = page.head.residence
    protected = residence is not None and page.case.citizen.safety_ban
    together = _together(page)
    return page.show(
        "case",
        what="protected" if protected else "case",
        municipality=page.municipality(residence.municipality) if residence else None,
        file=casefile(g.db, page.case, g.now),
        given_back=given_back(g.db, page.case),
        loan_id=page.loan.id if page.loan else None,
        together=together,
        consent_is_over=page.case.state in consents.OVER,
        spouse_consent=consents.valid_consent(g.db, page.case, g.now, together.citizen_id)
        if together and together.citizen_id
        else None,
        waits_for=other_unit_in_turn(page.case),
        events=told_to_staff(g.db, page.case, events)[:LATEST_EVENTS],
        has_more=len(events) > LATEST_EVENTS,
    )


def _together(page: CasePage) -> CoBorrower | None:
    """Who borrows together with the applicant, or has been asked to; the reader sees them too, so it is logged."""
    if not may_borrow_together(page.policy):
        return None
    together = co_borrower_of(g.db, page.case)
    if together is not None and together.citizen_id is not None:
        viewing(citizens.get(g.db, together.citizen_id), "case")
    return together


@office.post("/cases/<uuid:case_id>/take")
@staff_may("take-case")
def take_case(case_id: UUID) -> ResponseReturnValue:
    """Take the case to work on."""
    page = CasePage(case_id, "take-case")
    casework.take_case(g.db, page.case, g.actor, g.now)
    done(_("You have taken the case."))
    return see_other("office.case", case_id=case_id)


@office.post("/cases/<uuid:case_id>/release")
@staff_may("take-case")
def release_case(case_id: UUID) -> ResponseReturnValue:
    """Release the case for a colleague."""
    page = CasePage(case_id, "take-case")
    casework.release_case(g.db, page.case, g.actor, g.now)
    done(_("You have released the case. A colleague can take it now."))
    return see_other("office.case", case_id=case_id)


@office.get("/cases/<uuid:case_id>/application")
@staff_may("view-case")
def application(case_id: UUID) -> ResponseReturnValue:
    """What the applicant told, section by section."""
    page = CasePage(case_id)
    return page.show("application", application=application_of(g.db, page.case))


@office.get("/cases/<uuid:case_id>/timeline")
@staff_may("view-case")
def timeline_of_case(case_id: UUID) -> ResponseReturnValue:
    """Everything that has happened to the case."""
    page = CasePage(case_id)
    events = timeline.events_of(g.db, page.case, for_citizen=False)
    return page.show("timeline", events=told_to_staff(g.db, page.case, events))


@office.get("/cases/<uuid:case_id>/notes")
@staff_may("view-case")
def notes(case_id: UUID) -> ResponseReturnValue:
    """Read the notes on the case."""
    return _show_notes(CasePage(case_id), NoteForm(formdata=None))


@office.post("/cases/<uuid:case_id>/notes")
@staff_may("add-note")
def add_note(case_id: UUID) -> ResponseReturnValue:
    """Write a note on the case."""
    page, form = CasePage(case_id, "add-note"), NoteForm()
    if acted(form, lambda: casework.add_note(g.db, page.case, form.text.data, g.actor, g.now)):
        return see_other("office.notes", case_id=case_id)
    return _show_notes(page, form)


def _show_notes(page: CasePage, form: NoteForm) -> ResponseReturnValue:
    written = casework.notes_of(g.db, page.reload())
    authors = staff.names_of(g.db, [note.author_id for note in written])
    return page.show("notes", form=form, notes=written, authors=authors)
