"""Where a case stands, for its owner: five stages, who acts in each, and by when."""

from datetime import date
from typing import Any

from flask import g
from flask_babel import gettext as _

from lending.cases.deadlines import handling_due, local_day
from lending.cases.model import Case
from lending.policy.policies import Policy
from portal.own import is_asked
from web.clock import today
from web.formats import day

#: Which of the five stages is the present one in each state. All are behind in ``closed``.
_STAGE = {
    "draft": 0,
    "submitted": 1,
    "in_preparation": 1,
    "waiting_for_citizen": 1,
    "waiting_for_decision": 2,
    "refused": 2,
    "granted": 3,
    "agreement_offered": 3,
    "agreement_accepted": 3,
    "agreement_concluded": 3,
    "running": 4,
    "closed": 5,
}


def decision_due(case: Case, policy: Policy, answer_by: date | None = None) -> date | None:
    """The day by which the decision, or what was asked of the applicant, is due; ``None`` where no time runs."""
    if case.pending_since is None:
        return None
    return handling_due(case.state, case.pending_since, case.complete_since, policy.handling_time_months, answer_by)


def stages(case: Case, policy: Policy, answer_by: date | None = None) -> list[dict[str, Any]]:
    """The stages for the ``steps`` component; none for an application that was withdrawn."""
    if case.state == "withdrawn":
        return []
    asked = is_asked(case, policy)
    found = [
        {"title": _("Apply"), "who": _("You") if case.citizen_id == g.actor.id else _("Your spouse")},
        {"title": _("Looking into it together"), "who": _who_looks(case, asked), "when": _answer_by(case, answer_by)},
        {"title": _("Decision"), "who": _("An official"), "when": _decided_by(case, policy)},
        {"title": _("Agreement and payment"), "who": _who_agrees(case, asked)},
        {"title": _("Repayment"), "who": _("You")},
    ]
    if case.pending_since is not None:
        found[0]["when"] = local_day(case.pending_since)
    if case.state == "refused":
        found = found[:3]
        found[2] |= {"when": local_day(case.state_since), "text": _("Not granted.")}
    present = _STAGE[case.state]
    for place, stage in enumerate(found):
        ended = place < present or case.state == "refused"
        stage["state"] = "done" if ended else "current" if place == present else "coming"
    return found


def _who_looks(case: Case, asked: bool) -> str:
    if case.state == "waiting_for_citizen":
        return _("You") if asked else _("Your spouse")
    return _("A counsellor") if _STAGE[case.state] == 1 else _("You and a counsellor")


def _who_agrees(case: Case, asked: bool) -> str:
    if case.state == "agreement_offered":
        return _("You") if asked else _("Your spouse")
    return _("An official") if _STAGE[case.state] == 3 else _("You and an official")


def _answer_by(case: Case, answer_by: date | None) -> str | None:
    if case.state != "waiting_for_citizen" or answer_by is None:
        return None
    return _("Answer by %(day)s", day=day(answer_by))


def _decided_by(case: Case, policy: Policy) -> str | None:
    if case.state == "waiting_for_citizen":
        # The time to decide starts anew when the last answer has come in.
        return None
    due = decision_due(case, policy)
    if due is None:
        return None
    return (
        _("Should have come by %(day)s", day=day(due)) if due < today() else _("By %(day)s at the latest", day=day(due))
    )
