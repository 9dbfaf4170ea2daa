"""The timeline of a case in the words of its owner: what happened, when, and who did it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import g
from flask_babel import gettext as _

from lending.cases.model import Event
from lending.people import staff
from lending.policy.policies import Policy
from web.context import language
from web.formats import day, money, months
from web.labels import label

GOOD = frozenset({"credit-granted", "agreement-concluded", "credit-disbursed", "loan-paid-off", "grace-granted"})
ATTENTION = frozenset({"supplement-requested", "agreement-offered", "credit-refused"})


def told_to_owner(events: Sequence[Event], policy: Policy) -> list[dict[str, Any]]:
    """The events as the ``timeline`` component takes them. One query for the names of the staff in them."""
    names = staff.names_of(g.db, (event.actor_id for event in events if event.actor_kind == "staff"))
    return [
        {
            "title": label("own-event", event.kind),
            "when": event.at,
            "who": _("You") if event.actor_kind == "citizen" else names.get(event.actor_id) if event.actor_id else None,
            "text": _about(event, policy),
            "tone": "good" if event.kind in GOOD else "attention" if event.kind in ATTENTION else "plain",
        }
        for event in events
    ]


def _about(event: Event, policy: Policy) -> str | None:
    facts = event.facts
    if kind := facts.get("attachment_kind"):
        names = policy.attachment_kinds.get(kind)
        return names[language()] if names else None
    if event.kind == "supplement-requested" and "answer_by" in facts:
        return _("To be answered by %(day)s.", day=day(date.fromisoformat(facts["answer_by"])))
    if event.kind == "credit-granted" and "amount_cents" in facts:
        return _("%(amount)s for %(months)s.", amount=money(facts["amount_cents"]), months=months(facts.get("months")))
    if isinstance(amount := facts.get("amount_cents"), int):
        return money(amount)
    return None
