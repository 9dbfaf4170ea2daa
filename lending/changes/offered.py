"""Which changes of a running loan an organisation's criteria let the borrower ask for. Pure."""

from lending.policy.policies import Policy


def kinds_offered(policy: Policy) -> tuple[str, ...]:
    """The kinds of change request that the policy leaves room for, the gentlest first; a waiver is the last resort."""
    room = {
        "grace": policy.grace_months_max,
        "extension": policy.extension_months_max,
        "instalment": True,
        "due_day": len(policy.due_days) > 1,
        "postponement": policy.postponement_months_max,
        "waiver": True,
    }
    return tuple(kind for kind, left in room.items() if left)
