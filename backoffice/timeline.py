"""The timeline of a case in the words of staff: what happened, when, who did it, and what it was about."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session

from lending.applications.co_borrowers import co_borrower_of
from lending.cases.model import Case, Event
from lending.cases.timeline import told_as
from lending.people import staff
from lending.policy.policies import Policy, policies_of
from web.context import language
from web.formats import day, money, months
from web.labels import LABELS, label

GOOD = frozenset({"credit-granted", "agreement-concluded", "credit-disbursed", "loan-paid-off", "grace-granted"})
ATTENTION = frozenset(
    {"supplement-requested", "proposal-returned", "credit-refused", "consent-withdrawn", "application-withdrawn"}
)


def told_to_staff(db: Session, case: Case, events: Sequence[Event]) -> list[dict[str, Any]]:
    """The events as the ``timeline`` component takes them. One query for the names of everybody in them."""
    names = staff.names_of(db, (event.actor_id for event in events if event.actor_kind == "staff"))
    policy = policies_of(db).by_id(case.policy)
    if any(_of_the_spouse(case, event) for event in events) and (spouse := co_borrower_of(db, case)):
        names = {**names, spouse.citizen_id: spouse.display_name}
    return [
        {
            "title": label("event", told_as(same[0])),
            "when": same[0].at,
            "who": _who(case, same[0], names),
            "text": _lines(_about(event, policy) for event in same),
            "tone": "good" if told_as(same[0]) in GOOD else "attention" if same[0].kind in ATTENTION else "plain",
        }
        for same in done_at_once(events)
    ]


def done_at_once(events: Iterable[Event]) -> list[list[Event]]:
    """The events in their order, those of one act together: nine judgments saved at once are one thing done."""
    return [list(same) for _, same in groupby(events, key=lambda event: (event.kind, event.at, event.actor_id))]


def _lines(texts: Iterable[str | None]) -> Markup | None:
    told = [text for text in texts if text]
    return Markup("<br>").join(told) if told else None


def _who(case: Case, event: Event, names: dict[Any, str]) -> str:
    if _of_the_spouse(case, event):
        return names.get(event.actor_id) or _("The spouse")
    if event.actor_kind == "citizen":
        return case.citizen.display_name
    if event.actor_kind == "staff" and event.actor_id in names:
        return names[event.actor_id]
    return _("The system")


def _of_the_spouse(case: Case, event: Event) -> bool:
    return event.actor_kind == "citizen" and event.actor_id not in (None, case.citizen_id)


def _about(event: Event, policy: Policy) -> str | None:
    facts = event.facts
    about = _ABOUT.get(event.kind)
    return about(facts, policy) if about and facts else None


def _attachment(facts: dict[str, Any], policy: Policy) -> str | None:
    names = policy.attachment_kinds.get(facts.get("attachment_kind", ""))
    return names[language()] if names else None


def _granted(facts: dict[str, Any], policy: Policy) -> str | None:
    if "amount_cents" not in facts:
        return None
    return _("%(amount)s for %(months)s.", amount=money(facts["amount_cents"]), months=months(facts.get("months")))


def _refused(facts: dict[str, Any], policy: Policy) -> str | None:
    clauses = ", ".join(_cited(each) for each in facts.get("clauses", ()))
    return _("Clauses: %(clauses)s", clauses=clauses) if clauses else None


def _cited(clause: str | None) -> str:
    """The number of a clause that is cited with its criteria: ``5.1c`` of ``keusote-2025:5.1c``."""
    return (clause or "").rpartition(":")[2]


def _edited(facts: dict[str, Any], policy: Policy) -> str | None:
    return _(
        "%(line)s: from %(old)s to %(new)s.",
        line=line_name(facts.get("line", "")),
        old=money(facts.get("from_cents")),
        new=money(facts.get("to_cents")),
    )


def _judged(facts: dict[str, Any], policy: Policy) -> str | None:
    return _(
        "Clause %(clause)s: %(judgment)s",
        clause=_cited(facts.get("clause")),
        judgment=label("finding", facts.get("judgment")),
    )


def _computed(facts: dict[str, Any], policy: Policy) -> str | None:
    return str(label("norm", facts["norm"])) if "norm" in facts else None


def _asked(facts: dict[str, Any], policy: Policy) -> str | None:
    answer_by = facts.get("answer_by")
    return _("To be answered by %(day)s.", day=day(date.fromisoformat(answer_by))) if answer_by else None


def _proposed(facts: dict[str, Any], policy: Policy) -> str | None:
    return str(label("decision-kind", facts.get("proposed")))


def _paid(facts: dict[str, Any], policy: Policy) -> str | None:
    return money(facts["amount_cents"]) if "amount_cents" in facts else None


def _late(facts: dict[str, Any], policy: Policy) -> str | None:
    return money(facts.get("late_cents"))


def _decided(facts: dict[str, Any], policy: Policy) -> str | None:
    return _lines((_paid(facts, policy), facts.get("reasons")))


def _followed_up(facts: dict[str, Any], policy: Policy) -> str | None:
    return str(label("followed-up", facts.get("how")))


#: The kinds of label that name the lines of each side of a worksheet.
_LINES = {"income": ("income",), "norm": ("norm-line",), "cost": ("expense",), "debt": ("debt-basis",)}


def line_name(code: str, side: str | None = None) -> Any:
    """What a worksheet line of this code is called; some codes mean a cost on one side and a debt on the other."""
    kinds = _LINES.get(side or "", ("norm-line", "income", "expense", "debt-basis"))
    return label(next((kind for kind in kinds if code in LABELS[kind]), kinds[0]), code)


_ABOUT = {
    "attachment-added": _attachment,
    "attachment-removed": _attachment,
    "credit-granted": _granted,
    "credit-refused": _refused,
    "worksheet-prepared": _computed,
    "worksheet-line-edited": _edited,
    "ground-judged": _judged,
    "supplement-requested": _asked,
    "proposal-made": _proposed,
    "credit-disbursed": _paid,
    "payment-recorded": _paid,
    "payment-reversed": _paid,
    "refund-recorded": _paid,
    "instalment-billed": _paid,
    "repayment-late": _late,
    "repayment-returned": _paid,
    "repayment-followed-up": _followed_up,
    "reminder-sent": _paid,
    "transfer-decided": _decided,
    "loan-written-off": _decided,
}
