"""The capacity worksheet: computed from the application, every line with its source, changed only with a reason."""

from typing import Any
from uuid import UUID

from flask import g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import office
from backoffice.acting import acted, done
from backoffice.case_page import CasePage
from backoffice.line_facts import line_facts
from backoffice.timeline import line_name
from lending.applications.sections import application_of
from lending.assessment import worksheet as sheets
from lending.assessment.capacity import SIDES
from lending.assessment.checks import arranges_debts
from lending.assessment.model import Worksheet, WorksheetLine
from lending.assessment.norm_choice import clauses_of_sides, exception_fits
from lending.assessment.saving import presaving_of, saving_of
from lending.basics.errors import NotFound
from lending.loans.outlook import outlook
from lending.people import staff
from lending.policy.policies import Policy
from web.clock import today
from web.forms import CheckField, ChoiceField, Form, LongText, MoneyField, TextField
from web.guard import staff_may
from web.labels import label
from web.render import see_other


class LineForm(Form):
    """A change of one line."""

    amount = MoneyField(_l("Amount a month"))
    arranged = CheckField(
        _l("This loan pays the debt off"), optional=True, hint=_l("The debt then costs nothing after the arrangement.")
    )
    reason = LongText(_l("Reason for the change"), limit=1000, missing=_l("Write the reason for the change."))


class AddedLineForm(LineForm):
    """A line that the application does not have."""

    last = ("amount", "arranged", "reason")
    side = ChoiceField(
        _l("What kind of line"), choices=[(side, label("worksheet-side", side)) for side in ("income", "cost", "debt")]
    )
    details = TextField(_l("Name of the line"), limit=200, missing=_l("Write what the line is."))
    arranged = CheckField(_l("It is a debt, and this loan pays it off"), optional=True)
    reason = LongText(_l("Reason for the line"), limit=1000, missing=_l("Write the reason for the line."))


class NormForm(Form):
    """Which living-cost norm the worksheet is computed by."""

    norm = ChoiceField(_l("Which norm is used?"), missing=_l("Choose the norm."))
    reason = LongText(
        _l("Why the exception is used"),
        optional=True,
        limit=1000,
        hint=_l("Needed only for the exception. It stays on the worksheet."),
    )

    def offer(self, policy: Policy) -> None:
        """Give the form the norms of the criteria."""
        self.norm.choices = [
            (norm, _("%(norm)s (clause %(clause)s)", norm=label("norm", norm), clause=clause or "–"))
            for norm, clause in (
                (policy.norm.main, policy.norm.clause),
                (policy.norm.exception, policy.norm.exception_clause),
            )
            if norm
        ]


@office.get("/cases/<uuid:case_id>/worksheet")
@staff_may("view-case")
def worksheet(case_id: UUID) -> ResponseReturnValue:
    """The worksheet with its lines, sums, and what the capacity carries."""
    page = CasePage(case_id)
    sheet = sheets.current(g.db, page.case)
    application = application_of(g.db, page.case)
    context: dict[str, Any] = {"sheet": sheet, "application": application, "may_edit": _may_edit(page, sheet)}
    if sheet is not None:
        policy, capacity = page.policy, sheets.capacity_on(sheet)
        asked = application.amount_cents, application.months
        carried = outlook(g.db, policy, capacity.after_cents, *asked, today(), sheet.norm)
        context |= {
            "capacity": capacity,
            "sides": [(side, sheet.of_side(side)) for side in SIDES],
            "outlook": carried,
            "saving": saving_of(policy, application.amount_cents, capacity.before_cents),
            "arranges_debts": arranges_debts(policy, application),
            "presaving": presaving_of(policy, carried.instalment_cents if carried else None),
            "exception_fits": exception_fits(policy, *asked),
            "names": staff.names_of(g.db, [sheet.prepared_by_id, *(line.edited_by_id for line in sheet.lines)]),
            "line_name": line_name,
            "line_facts": line_facts,
            "clauses": clauses_of_sides(policy, sheet.norm),
        }
    return page.show("worksheet", **context)


@office.post("/cases/<uuid:case_id>/worksheet/compute")
@staff_may("prepare")
def compute_worksheet(case_id: UUID) -> ResponseReturnValue:
    """Compute the worksheet by the norm of the day; changes made by hand are kept."""
    page = CasePage(case_id, "prepare")
    sheets.prepare_worksheet(g.db, page.case, g.actor, g.now)
    done(_("The worksheet has been computed from the application."))
    return see_other("office.worksheet", case_id=case_id)


@office.route("/cases/<uuid:case_id>/worksheet/norm", methods=["GET", "POST"])
@staff_may("prepare")
def choose_norm(case_id: UUID) -> ResponseReturnValue:
    """Use the exception of the criteria for a small loan, with a reason, or their main norm again."""
    page = CasePage(case_id, "prepare")
    sheet = sheets.current(g.db, page.case)
    form = NormForm(data={"norm": sheet.norm if sheet else None, "reason": (sheet.norm_reason if sheet else "") or ""})
    form.offer(page.policy)

    def choose() -> None:
        sheets.choose_norm(g.db, page.case, form.norm.data, form.reason.data or "", g.actor, g.now)

    if acted(form, choose):
        done(_("The worksheet has been computed by the norm chosen."))
        return see_other("office.worksheet", case_id=case_id)
    application = application_of(g.db, page.reload())
    fits = exception_fits(page.policy, application.amount_cents, application.months)
    return page.show("worksheet_norm", what="worksheet", form=form, application=application, fits=fits)


@office.route("/cases/<uuid:case_id>/worksheet/lines/<uuid:line_id>", methods=["GET", "POST"])
@staff_may("prepare")
def edit_line(case_id: UUID, line_id: UUID) -> ResponseReturnValue:
    """Change what a line counts, with a reason."""
    page = CasePage(case_id, "prepare")
    line = _line(page, line_id)
    form = LineForm(data={"amount": line.cents, "arranged": not line.in_after, "reason": line.reason or ""})
    if line.side != "debt":
        del form.arranged

    def edit() -> None:
        in_after = not form.arranged.data if line.side == "debt" else None
        sheets.edit_line(
            g.db, page.case, line.id, form.amount.data, form.reason.data, g.actor, g.now, in_after=in_after
        )

    if acted(form, edit):
        done(_("The line has been changed."))
        return see_other("office.worksheet", case_id=case_id)
    return page.show("worksheet_line", what="worksheet", form=form, line=_line(page, line_id), line_name=line_name)


@office.route("/cases/<uuid:case_id>/worksheet/lines/new", methods=["GET", "POST"])
@staff_may("prepare")
def add_line(case_id: UUID) -> ResponseReturnValue:
    """Add a line that the application does not have."""
    page, form = CasePage(case_id, "prepare"), AddedLineForm()

    def add() -> None:
        sheets.add_line(
            g.db,
            page.case,
            form.side.data,
            form.details.data,
            form.amount.data,
            form.reason.data,
            g.actor,
            g.now,
            in_after=not form.arranged.data,
        )

    if acted(form, add):
        done(_("The line has been added."))
        return see_other("office.worksheet", case_id=case_id)
    return page.show("worksheet_line", what="worksheet", form=form, line=None, line_name=line_name)


def _line(page: CasePage, line_id: UUID) -> WorksheetLine:
    sheet = sheets.current(g.db, page.case)
    for line in sheet.lines if sheet else ():
        if line.id == line_id:
            return line
    raise NotFound


def _may_edit(page: CasePage, sheet: Worksheet | None) -> bool:
    case = page.case
    is_open = sheet is None or sheet.state == "open"
    return page.may("prepare") and case.handler_id == g.actor.id and case.state == "in_preparation" and is_open
