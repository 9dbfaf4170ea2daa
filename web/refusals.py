"""The sentence for every refusal of the domain. A test checks that every code in ``lending/`` has one.

Subjects with many have a module of their own, ``refusals_*.py``, with a dictionary named ``*_REFUSALS``. A sentence may
name the facts: ``%(limit)s``. ``"code:field"`` is the sentence for that field alone. Facts whose name ends in
``_cents`` are shown as euros, days as days.
"""

from decimal import Decimal
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lending.basics.errors import Refused
from web.formats import day, money, number
from web.labels import label, source_in_words
from web.log import log
from web.words import gathered

GENERAL = _l("This cannot be done now. Nothing was changed.")

REFUSALS: dict[str, LazyString] = {
    "case-not-yours": _l(
        "You do not handle this case. Take it first, or if a colleague has it, ask them to release it."
    ),
    "case-taken": _l("Another member of staff has already taken this case."),
    "figure-missing": _l(
        "This cannot be computed, because a figure is missing for %(on)s: %(figure)s. Somebody has to enter it under "
        "Figures first."
    ),
    "figure-not-confirmed": _l(
        "A figure valid from %(valid_from)s has not been confirmed, so nothing may be based on it yet: %(figure)s. "
        "Somebody has to confirm it under Figures first."
    ),
    "hetu-invalid": _l("Check the personal identity code: it is not a valid one."),
    "language-unknown": _l("Choose Finnish, Swedish or English."),
    "no-policy-in-force": _l("The organisation has no lending criteria in force on %(on)s."),
    "text-too-long": _l("The text is too long: %(limit)s characters fit."),
    "not-in-this-state": _l("The matter has moved on meanwhile, so this can no longer be done. Look at it again."),
}
REFUSALS |= gathered("refusals", "_REFUSALS")


def say(refused: Refused) -> Any:
    """The sentence for ``refused``, in the reader's language when it is shown. An unknown code gets a general one."""
    sentence = REFUSALS.get(f"{refused.code}:{refused.field}") or REFUSALS.get(refused.code)
    if sentence is None:
        log.error("refusal without a sentence", code=refused.code)
        return GENERAL
    facts = {name: _shown(name, value) for name, value in refused.facts.items()}
    return LazyString(_filled, sentence, facts) if facts else sentence


def _filled(sentence: LazyString, facts: dict[str, Any]) -> str:
    text = str(sentence)
    # A limit that the criteria do not give rests on no clause of theirs.
    if facts.get("clause", "") is None:
        text = text.replace(" (%(clause)s)", "")
    elif ":" in str(facts.get("clause", "")):
        # A citation carries its criteria, ``keusote-2025:4.5d``; whoever reads the sentence has them at hand.
        number = str(facts["clause"]).rpartition(":")[2]
        facts = facts | {"clause": number}
        cited = _("clause %(number)s", number=number)
        text = text.replace("(%(clause)s)", f"({cited})")
    try:
        return text % facts
    except (KeyError, ValueError, TypeError) as error:
        log.error("sentence does not fit its facts", sentence=str(sentence), facts=sorted(facts), error=str(error))
        return str(GENERAL)


def _figure(key: str) -> str:
    norm, _, line = key.partition(".")
    called = str(label("figure", norm))
    return f"{called}, {str(label('norm-figure', line)).lower()}" if line else called


def _shown(name: str, value: Any) -> Any:
    """A fact as it is read: cents as euros, days as days, figures by their name, several one after the other."""
    if name == "figure":
        return LazyString(_figure, value)
    if name == "clauses":
        return ", ".join(str(each).rpartition(":")[2] for each in value)
    if name == "source":
        return LazyString(source_in_words, value)
    if isinstance(value, Decimal):
        return number(value)
    if name.endswith("_cents") and isinstance(value, int):
        return money(value)
    if hasattr(value, "isoformat"):
        return day(value)
    if isinstance(value, list | tuple):
        return ", ".join(str(_shown(name, each)) for each in value)
    return value
