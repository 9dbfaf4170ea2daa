"""By which day a case must move on, and how long it has waited: plain rules on dates."""

from datetime import date, datetime

from lending.basics.dates import add_months, local_day

__all__ = ["days_waited", "handling_due", "local_day"]

#: Where the handling time runs: from the completed application to the decision.
_HANDLED = frozenset({"submitted", "in_preparation", "waiting_for_decision"})


def handling_due(
    state: str,
    pending_since: datetime,
    complete_since: datetime | None,
    handling_time_months: int,
    asked_by: date | None = None,
) -> date | None:
    """The day by which ``state`` must end: what the citizen was asked is due on ``asked_by``; a decision is due
    ``handling_time_months`` from the day the application was complete (keusote-2025:3d). ``None``: no time runs.
    """
    if state == "waiting_for_citizen":
        return asked_by
    if state in _HANDLED:
        return add_months(local_day(complete_since or pending_since), handling_time_months)
    return None


def days_waited(since: datetime, now: datetime) -> int:
    """Whole days in Finland from the day of ``since`` to the day of ``now``."""
    return (local_day(now) - local_day(since)).days
