"""The money there is to lend: what is left under each cap, whether it lasts, and the appropriation of the year."""

from typing import Any

from flask import g, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import office
from backoffice.acting import acted, done
from lending.fund.appropriation import YEARS_AHEAD, YEARS_BACK, set_appropriation
from lending.fund.position import position
from lending.people import staff
from web.clock import today
from web.forms import DateField, Form, LongText, MoneyField
from web.guard import may, staff_may
from web.render import render, see_other

#: How many years back one can look from the tabs.
SHOWN_YEARS = 3
APPROPRIATION_MAX_CENTS = 1_000_000_000_00


class AppropriationForm(Form):
    """What may be granted in a year."""

    amount = MoneyField(_l("Appropriation of the year"), maximum_cents=APPROPRIATION_MAX_CENTS)
    decided_on = DateField(_l("Decided on"))
    source = LongText(
        _l("Who decided, and where it stands"),
        limit=300,
        hint=_l("For example the county council, budget of 2027, page 40."),
        missing=_l("Write who decided on the appropriation, and in which document it stands."),
    )


@office.get("/fund")
@staff_may("view-fund")
def fund() -> ResponseReturnValue:
    """Where the money of a year stands."""
    return _show(_year(), AppropriationForm(formdata=None) if may("set-appropriation") else None)


@office.post("/fund")
@staff_may("set-appropriation")
def enter_appropriation() -> ResponseReturnValue:
    """Enter what may be granted in the year."""
    year, form = _year(), AppropriationForm()

    def enter() -> None:
        set_appropriation(g.db, year, form.amount.data, form.source.data, form.decided_on.data, g.actor, g.now)

    if acted(form, enter):
        done(_("The appropriation of %(year)s has been entered.", year=year))
        return see_other("office.fund", year=year)
    return _show(year, form)


def _show(year: int, form: AppropriationForm | None) -> ResponseReturnValue:
    stands = position(g.db, g.actor.organisation, year, today())
    return render(
        "backoffice/fund.html",
        form=form,
        position=stands,
        years=_years(year),
        names=staff.names_of(g.db, [each.entered_by_id for each in stands.appropriations]),
    )


def _year() -> int:
    """The year asked for, or this one. What makes no sense is let be."""
    text, now = request.args.get("year", ""), today().year
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else now
    return year if now - YEARS_BACK <= year <= now + YEARS_AHEAD else now


def _years(current: int) -> list[dict[str, Any]]:
    now = today().year
    return [
        {"text": str(year), "href": url_for("office.fund", year=year), "current": year == current}
        for year in sorted({current, *range(now - SHOWN_YEARS, now + 2)})
    ]
