"""The timeline of a case in the words of its owner: what happened, when, and who did it."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from lending.applications.co_borrowers import may_borrow_together
from lending.applications.consent import uses_of
from lending.cases.deadlines import local_day
from lending.cases.model import Case, Event
from lending.cases.timeline import told_as
from lending.people import staff
from lending.policy.policies import Policy
from web.context import language
from web.formats import day, money, months
from web.labels import LABELS, label

GOOD = frozenset({"credit-granted", "agreement-concluded", "credit-disbursed", "loan-paid-off", "grace-granted"})
TOLD_AS_ONE = "attachment-added"
ATTENTION = frozenset({"supplement-requested", "agreement-offered", "credit-refused"})


def told_to_owner(case: Case, events: Sequence[Event], policy: Policy) -> list[dict[str, Any]]:
    """The events as the ``timeline`` component takes them. One query for the names of the staff in them.

    Documents added one after another are told as one event: ten lines of papers would hide what matters.
    """
    names = staff.names_of(g.db, (event.actor_id for event in events if event.actor_kind == "staff"))
    others = _of_the_spouse(case, events, policy)
    told = []
    for (kind, _same), group in groupby(events, key=_together):
        together = list(group)
        event = together[0]
        told.append(
            {
                "title": _documents(together) if kind == TOLD_AS_ONE else _title(event, event.id in others),
                "when": event.at,
                "who": _who(event, names),
                "text": _about(event, policy) if len(together) == 1 else None,
                "tone": "good" if told_as(event) in GOOD else "attention" if event.kind in ATTENTION else "plain",
            }
        )
    return told


def _together(event: Event) -> tuple[str, Any]:
    """Events with the same key, one after another, are told as one."""
    return event.kind, (
        event.actor_kind,
        event.actor_id,
        local_day(event.at),
    ) if event.kind == TOLD_AS_ONE else event.id


def _documents(events: Sequence[Event]) -> str:
    return ngettext("A document was added", "%(num)s documents were added", len(events))


def _of_the_spouse(case: Case, events: Sequence[Event], policy: Policy) -> frozenset[Any]:
    """The ids of the events that are the other borrower's: what they did, what was asked of them and of their debts."""
    if not may_borrow_together(policy):
        return frozenset()
    used = any(event.kind == "consent-used" for event in events)
    of_others = {use.id for use in uses_of(g.db, case) if use.whose != g.actor.id} if used else set()
    return frozenset(
        event.id
        for event in events
        if (event.actor_kind == "citizen" and event.actor_id not in (None, g.actor.id))
        or (event.kind == "supplement-requested" and case.citizen_id != g.actor.id)
        or (event.kind == "consent-used" and event.facts.get("use") in of_others)
    )


def _title(event: Event, of_spouse: bool) -> Any:
    """What happened. Of what is the other borrower's it is not said that it is the reader's."""
    of_spouse = of_spouse and event.kind in LABELS["spouse-event"]
    return label("spouse-event" if of_spouse else "own-event", told_as(event))


def _who(event: Event, names: Mapping[Any, str]) -> str | None:
    if event.actor_kind == "citizen":
        return _("You") if event.actor_id in (None, g.actor.id) else _("Your spouse")
    return names.get(event.actor_id)


def _about(event: Event, policy: Policy) -> str | None:
    facts = event.facts
    if kind := facts.get("attachment_kind"):
        names = policy.attachment_kinds.get(kind)
        return names[language()] if names else None
    if event.kind == "supplement-requested" and "answer_by" in facts:
        return _("To be answered by %(day)s.", day=day(date.fromisoformat(facts["answer_by"])))
    if event.kind == "credit-granted" and "amount_cents" in facts:
        return _("%(amount)s for %(months)s.", amount=money(facts["amount_cents"]), months=months(facts.get("months")))
    amount, reasons = facts.get("amount_cents"), facts.get("reasons")
    told = [money(amount) if isinstance(amount, int) else None, reasons]
    return Markup("<br>").join(each for each in told if each) or None
