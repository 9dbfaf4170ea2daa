"""Which documents an applicant must attach: the policy's rules, by the situation the applicant is in. Pure."""

from collections.abc import Set

from lending.applications.model import Application
from lending.policy.policies import AttachmentRule, Policy


def situations_of(application: Application) -> frozenset[str]:
    """The situations (``lending.policy.policy.ATTACHMENT_SITUATIONS``) that the applicant has told to be in."""
    told = {
        "always": True,
        "debts": bool(application.debts),
        "assets": bool(application.of_section("assets")),
        "real_estate": bool(application.owns_property),
        "entrepreneur": bool(application.entrepreneur),
    }
    return frozenset(situation for situation, holds in told.items() if holds)


def required_attachments(policy: Policy, application: Application) -> list[AttachmentRule]:
    """What this applicant must attach, in the policy's order."""
    situations = situations_of(application)
    return [rule for rule in policy.required_attachments if rule.when in situations]


def missing_attachments(policy: Policy, application: Application, attached: Set[str]) -> list[str]:
    """The kinds of attachment that this applicant must give and that are not among ``attached``."""
    return [rule.key for rule in required_attachments(policy, application) if rule.key not in attached]
