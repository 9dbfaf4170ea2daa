"""How far an application has come: which sections are complete, and what is still missing, in codes. Pure."""

from collections.abc import Set
from dataclasses import dataclass

from lending.applications.attachment_duty import missing_attachments
from lending.applications.model import Application
from lending.policy.policies import Policy

#: The sections in the order in which they are best told.
SECTIONS = ("household", "purpose", "income", "expenses", "assets", "debts", "attachments", "consent")
_SAVED = ("household", "purpose", "income", "expenses", "assets", "debts")


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that is missing from a section. ``attachment_kind`` is given for ``attachment-missing``.

    Codes: ``section-not-saved``, ``no-debt-to-arrange`` (the loan is for arranging debts, and none is marked),
    ``attachment-missing``, ``consent-missing``.
    """

    section: str
    code: str
    attachment_kind: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """What is missing, in the order of the sections; and which sections have been begun."""

    missing: tuple[Missing, ...]
    begun: frozenset[str]

    @property
    def is_complete(self) -> bool:
        """Whether the application can be sent."""
        return not self.missing

    @property
    def complete(self) -> frozenset[str]:
        """The sections from which nothing is missing."""
        return frozenset(SECTIONS) - {each.section for each in self.missing}

    def state_of(self, section: str) -> str:
        """``complete``, ``begun`` or ``not_begun``."""
        if section in self.complete:
            return "complete"
        return "begun" if section in self.begun else "not_begun"


def progress(application: Application, policy: Policy, attached: Set[str], has_consent: bool) -> Progress:
    """How far the application has come, with attachments of the kinds ``attached`` and the consent given or not."""
    saved = {section for section in _SAVED if getattr(application, f"{section}_saved_at") is not None}
    missing = [Missing(section, "section-not-saved") for section in _SAVED if section not in saved]
    if "debts" in saved and _lacks_a_debt_to_arrange(application, policy):
        missing.append(Missing("debts", "no-debt-to-arrange"))
    missing += [
        Missing("attachments", "attachment-missing", kind)
        for kind in missing_attachments(policy, application, attached)
    ]
    if not has_consent:
        missing.append(Missing("consent", "consent-missing"))
    begun = saved | ({"attachments"} if attached else set())
    return Progress(tuple(missing), frozenset(begun))


def _lacks_a_debt_to_arrange(application: Application, policy: Policy) -> bool:
    purpose = policy.purposes.get(application.purpose or "")
    arranges = purpose is not None and purpose.payee == "creditors"
    return arranges and not any(debt.to_be_arranged for debt in application.debts)
