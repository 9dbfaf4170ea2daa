"""When a row is billed. Pure."""

from datetime import date, timedelta

from lending.policy.policies import Policy


def bill_date(due: date, policy: Policy, started_on: date) -> date:
    """The day on which the row due on ``due`` is billed: so many days before, but not before the loan began."""
    return max(due - timedelta(days=policy.bill_days_before_due), started_on)
