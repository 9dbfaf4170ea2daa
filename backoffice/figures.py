"""Figures of the state: what counts and where it is from; rows entered by one person and confirmed by another."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import office
from backoffice.acting import acted, done
from lending.people import staff
from lending.policy.entries import (
    NewRow,
    as_confirmed,
    confirm_figure,
    enter_figure,
    entries_of,
    entry_for,
    reject_figure,
    replaced_by,
)
from lending.policy.figure import DEBT_ADJUSTMENT_KEYS, KEYS, NORMS, SOCIAL_ASSISTANCE_KEYS, Figures, NormRow
from lending.policy.figures import figures_of
from lending.policy.model import FigureEntry
from lending.policy.outlook import Lack, lacks
from lending.policy.overlay import AnyRow, half_year, open_half_years, row_of
from web.clock import today
from web.formats import day, money, number, percent
from web.forms import DateField, EmptyForm, Form, IntegerField, LongText, MoneyField, PercentField, SelectField
from web.guard import may, staff_may
from web.labels import label, source_in_words
from web.render import render, see_other

#: The figures as addresses name them.
_NAMES = ",".join(f'"{figure.replace("_", "-")}"' for figure in KEYS)

#: How many rows of a figure are shown at once; earlier ones are folded away.
SHOWN = 4
SOURCE_CHARACTERS = 300


class EntryForm(Form):
    """What every row has besides its figures."""

    last = ("source",)
    valid_from = DateField(_l("First day"))
    valid_until = DateField(
        _l("Last day"),
        optional=True,
        hint=_l("Leave it empty if no last day has been published: the row holds until the next one begins."),
    )
    source = LongText(
        _l("Source"),
        limit=SOURCE_CHARACTERS,
        hint=_l(
            "Where it has been published, so that your colleague can check it: for example the number of the decree."
        ),
        missing=_l("Write where the figure is from, for example the number of the decree."),
    )


class RateForm(Form):
    """A reference rate of a half-year."""

    last = ("source",)
    valid_from = SelectField(_l("Half-year"))
    percent = PercentField(_l("Reference rate"), hint=_l("For example 2,5. It is always a full or a half per cent."))
    source = EntryForm.source

    def offer(self, figures: Figures) -> None:
        """Give the half-years whose rate is not official in the files, the newest first."""
        self.valid_from.choices = [(begin.isoformat(), _half(begin)) for begin in open_half_years(figures, today())]


class IndexForm(EntryForm):
    """A value of the national pension index."""

    value = IntegerField(_l("National pension index"), minimum=1, maximum=100_000, hint=_l("For example 1 939."))


def _norm_form(name: str, keys: Iterable[str]) -> type[EntryForm]:
    fields = {key: MoneyField(label("norm-figure", key), minimum_cents=1) for key in keys}
    return type(name, (EntryForm,), {"__doc__": "Every figure of a norm, euros a month.", **fields})


FORMS: dict[str, type[Form]] = {
    "reference_rate": RateForm,
    "debt_adjustment": _norm_form("DebtAdjustmentForm", DEBT_ADJUSTMENT_KEYS),
    "social_assistance": _norm_form("SocialAssistanceForm", SOCIAL_ASSISTANCE_KEYS),
    "pension_index": IndexForm,
}


class RejectForm(Form):
    """Why a row is not confirmed."""

    reason = LongText(
        _l("Reason"),
        limit=1000,
        hint=_l("The one who entered it sees this."),
        missing=_l("Write the reason."),
    )


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row as the page shows it: its days, its figures by key, and where it is from."""

    days: str
    amounts: dict[str, str]
    statuses: dict[str, str]
    status: str
    source: str
    is_now: bool
    entry: FigureEntry | None

    @property
    def is_even(self) -> bool:
        """Whether all figures of the row are as sure as each other."""
        return len(set(self.statuses.values())) <= 1


@office.context_processor
def figure_notices() -> dict[str, Any]:
    """For templates: what is lacking, told to those who can mend it."""
    return {
        "figure_lacks": lambda: _lacks() if may("enter-figure", "confirm-figure") else (),
        "lacking_figures": lambda found: list(dict.fromkeys(label("figure", lack.figure) for lack in found)),
    }


@office.get("/figures")
@staff_may("view-case", "view-fund", "enter-figure", "confirm-figure")
def figures() -> ResponseReturnValue:
    """Every figure that the service reckons with, and what has been entered."""
    entered = entries_of(g.db, g.actor.organisation)
    people = [person for entry in entered for person in (entry.entered_by_id, _judge(entry))]
    return render(
        "backoffice/figures.html",
        rows={figure: _shown(figure, entered) for figure in KEYS},
        keys=KEYS,
        norms=NORMS,
        shown=SHOWN,
        lacks=_lacks(),
        entered=entered,
        names=staff.names_of(g.db, people),
        days_of=days_of,
    )


@office.route(f"/figures/enter/<any({_NAMES}):name>", methods=["GET", "POST"])
@staff_may("enter-figure")
def enter_row(name: str) -> ResponseReturnValue:
    """Enter a row of a figure."""
    figure = name.replace("-", "_")
    form: Any = FORMS[figure]()
    if isinstance(form, RateForm):
        form.offer(figures_of(g.db))
    made: list[FigureEntry] = []

    def act() -> None:
        made.append(enter_figure(g.db, _new_row(figure, form), g.actor, g.now))

    if acted(form, act):
        done(_("The row has been entered. It is used when another person has confirmed it."))
        return see_other("office.figure_row", entry_id=made[0].id)
    return render("backoffice/enter_figure.html", form=form, figure=figure, keys=KEYS[figure])


@office.get("/figures/rows/<uuid:entry_id>")
@staff_may("view-case", "view-fund", "enter-figure", "confirm-figure", shows_nobody=True)
def figure_row(entry_id: UUID) -> ResponseReturnValue:
    """One row that has been entered, with what has become of it."""
    return _show_entry(entry_for(g.db, entry_id, g.actor), RejectForm())


@office.post("/figures/rows/<uuid:entry_id>/confirm")
@staff_may("confirm-figure", shows_nobody=True)
def confirm_row(entry_id: UUID) -> ResponseReturnValue:
    """Confirm that the row is as its source says."""
    entry, form = entry_for(g.db, entry_id, g.actor), EmptyForm()
    if acted(form, lambda: confirm_figure(g.db, entry, g.actor, g.now)):
        done(_("The row has been confirmed. From now on it is used."))
        return see_other("office.figure_row", entry_id=entry_id)
    return _show_entry(entry_for(g.db, entry_id, g.actor), form, RejectForm(formdata=None))


@office.post("/figures/rows/<uuid:entry_id>/reject")
@staff_may("confirm-figure", shows_nobody=True)
def reject_row(entry_id: UUID) -> ResponseReturnValue:
    """Reject the row with a reason."""
    entry, form = entry_for(g.db, entry_id, g.actor), RejectForm()
    if acted(form, lambda: reject_figure(g.db, entry, form.reason.data, g.actor, g.now)):
        done(_("The row has been rejected. It is not used."))
        return see_other("office.figure_row", entry_id=entry_id)
    return _show_entry(entry_for(g.db, entry_id, g.actor), form)


def days_of(row: Any) -> str:
    """The days on which a row holds."""
    if row.valid_until is None:
        return _("from %(day)s on", day=day(row.valid_from))
    return _("%(first)s–%(last)s", first=day(row.valid_from), last=day(row.valid_until))


def _half(begin: date) -> str:
    return _("%(first)s–%(last)s", first=day(begin), last=day(half_year(begin)[1]))


def _lacks() -> tuple[Lack, ...]:
    return lacks(figures_of(g.db), today())


def _new_row(figure: str, form: Any) -> NewRow:
    amounts = {key: form[key].data for key in KEYS[figure]}
    if figure == "reference_rate":
        amounts["percent"] = format(amounts["percent"], "f")
        return NewRow(figure, date.fromisoformat(form.valid_from.data), None, amounts, form.source.data)
    return NewRow(figure, form.valid_from.data, form.valid_until.data, amounts, form.source.data)


def _shown(figure: str, entered: list[FigureEntry]) -> list[ShownRow]:
    """The rows of a figure, the newest first."""
    own = {entry.id: entry for entry in entered}
    now = today()
    return [
        ShownRow(
            days=days_of(row),
            amounts=amounts_in_words(figure, row),
            statuses={key: each.status for key, each in row.amounts.items()} if isinstance(row, NormRow) else {},
            status=row.status,
            source=source_in_words(row.source),
            is_now=row.valid_from <= now and (row.valid_until is None or now <= row.valid_until),
            entry=own.get(row.entry_id) if row.entry_id else None,
        )
        for row in reversed(figures_of(g.db).rows_of(figure))
    ]


def amounts_in_words(figure: str, row: AnyRow) -> dict[str, str]:
    """The figures of a row by key, as they are read."""
    if isinstance(row, NormRow):
        return {key: money(amount.cents) for key, amount in row.amounts.items()}
    return {KEYS[figure][0]: percent(row.value) if figure == "reference_rate" else number(Decimal(row.value))}


def _judge(entry: FigureEntry) -> UUID | None:
    return entry.verdict.given_by_id if entry.verdict else None


def _show_entry(entry: FigureEntry, form: Form, reject: Form | None = None) -> ResponseReturnValue:
    before = replaced_by(g.db, entry) if entry.state == "entered" else None
    return render(
        "backoffice/figure_row.html",
        form=form,
        reject=reject or form,
        entry=entry,
        amounts=amounts_in_words(entry.figure, row_of(as_confirmed(entry))),
        before=before,
        before_amounts=amounts_in_words(entry.figure, before) if before else {},
        before_source=source_in_words(before.source) if before else "",
        amount_label="norm-figure" if entry.figure in NORMS else "figure-amount",
        days_of=days_of,
        names=staff.names_of(g.db, [entry.entered_by_id, _judge(entry)]),
        may_judge=entry.state == "entered" and may("confirm-figure") and entry.entered_by_id != g.actor.id,
        is_own=entry.entered_by_id == g.actor.id,
    )
