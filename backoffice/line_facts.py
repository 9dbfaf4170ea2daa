"""How a line of the worksheet was reached, in sentences: its source, the norm, what was taken off, the share."""

from flask_babel import gettext as _

from lending.assessment.model import WorksheetLine
from web.formats import money, number
from web.labels import LABELS, label


def line_facts(line: WorksheetLine) -> list[str]:
    """Where the line is from and how its amount was reached."""
    facts = line.facts
    told = [_source(line)]
    if facts.get("told_per") == "year":
        told.append(
            _("%(amount)s a year was told. The average month of it counts.", amount=money(facts["as_told_cents"]))
        )
    elif facts.get("told_per") == "benefit_day":
        told.append(
            _("%(amount)s a day was told. A month has 21.5 days of benefit.", amount=money(facts["as_told_cents"]))
        )
    if facts.get("not_income"):
        told.append(_("%(amount)s a month was told. It does not count as income.", amount=money(facts["told_cents"])))
    if "norm_cents" in facts:
        told.append(
            _(
                "Age %(age)s. The norm is %(norm)s, less %(benefits)s of benefits and maintenance for the child.",
                age=facts.get("age"),
                norm=money(facts["norm_cents"]),
                benefits=money(facts.get("benefits_cents", 0)),
            )
        )
    elif "share_basis" in facts and "told_cents" in facts:
        told.append(_("%(amount)s a month was told for the household.", amount=money(facts["told_cents"])))
    if "share_together_cents" in facts:
        told.append(
            _(
                "%(basis)s: %(own)s of %(together)s, about %(share)s %%.",
                basis=label("share-basis", facts["share_basis"]),
                own=money(facts["share_own_cents"]),
                together=money(facts["share_together_cents"]),
                share=number(facts["share_permille"] / 10, 1),
            )
        )
    elif "share_basis" in facts:
        told.append(
            _(
                "%(basis)s: %(share)s %%.",
                basis=label("share-basis", facts["share_basis"]),
                share=number(facts["share_permille"] / 10, 1),
            )
        )
    return told


def _source(line: WorksheetLine) -> str:
    if line.source == "application":
        return _("From the application.")
    if line.source == "staff":
        return _("Added by hand.")
    # A figure that staff have entered has the source that they wrote.
    return _("Source: %(source)s", source=LABELS["figure-source"].get(line.source, line.source))
