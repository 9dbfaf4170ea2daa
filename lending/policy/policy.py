"""What one version of an organisation's criteria says, as frozen data. Codes and the organisation's own texts only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lending.basics.money import Cents
from lending.policy.reading import Texts

#: Acts of staff that a policy delegates to roles.
ACTS = (
    "take-case",
    "prepare",
    "request-supplement",
    "propose",
    "decide",
    "conclude-agreement",
    "disburse",
    "record-payment",
    "reverse-payment",
    "write-off",
    "decide-change",
    "propose-waiver",
    "decide-waiver",
    "view-case",
    "view-protected",
    "view-access-log",
)

CLAUSE_KINDS = ("data", "judgment", "guidance")
CLAUSE_ROLES = ("ground", "obstacle", "condition", "rule")

#: What the code can find out by itself (``lending.assessment.checks``); a clause names one at most.
CHECKS = (
    "home-municipality",
    "amount",
    "term",
    "instalment",
    "capacity",
    "regular-income",
    "purpose-described",
    "purpose-allowed",
    "attachments",
    "realisable-assets",
    "could-be-saved",
    "debts-manageable",
    "private-debt",
    "second-loan",
    "business",
    "vehicle",
    "debt-adjustment",
    "social-assistance",
)
ATTACHMENT_SITUATIONS = ("always", "debts", "assets", "real_estate", "entrepreneur", "where_needed")


@dataclass(frozen=True, slots=True)
class Clause:
    """One rule of the criteria. ``kind``: checked from ``data``, needs a person's ``judgment``, or is ``guidance``.

    ``role``: a ``ground`` that must be met, an ``obstacle`` that must not be, a ``condition`` of a grant, or another
    ``rule``. ``check`` names the facts the code gathers for it, where it can.
    """

    id: str
    texts: Texts
    kind: str
    role: str
    check: str | None


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a loan may be for. ``payee``: the money goes to the ``borrower`` or straight to the ``creditors``."""

    key: str
    clause: str
    names: Texts
    payee: str


@dataclass(frozen=True, slots=True)
class AttachmentRule:
    """A kind of attachment and ``when`` the applicant must give it (``ATTACHMENT_SITUATIONS``)."""

    key: str
    clause: str
    names: Texts
    when: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A team of staff and the municipalities it serves (codes). Its names say nothing of where its clients live."""

    key: str
    names: Texts
    municipalities: frozenset[str]


@dataclass(frozen=True, slots=True)
class Contact:
    """Where to reach the organisation."""

    email: str
    phone: str
    address: str
    hours: Texts


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who lends."""

    key: str
    names: Texts
    languages: tuple[str, ...]
    contact: Contact
    municipalities: Mapping[str, Texts]
    units: Mapping[str, Unit]
    protected_unit: str

    def name(self, language: str) -> str:
        """The organisation's name in ``language``."""
        return self.names[language]

    def unit_for(self, municipality: str | None, protected: bool = False) -> str:
        """The key of the unit that serves ``municipality``.

        People under a safety ban, and those whose municipality is not served here, go to the protected unit:
        the unit must not tell where a person lives.
        """
        if not protected:
            for unit in self.units.values():
                if municipality in unit.municipalities:
                    return unit.key
        return self.protected_unit


@dataclass(frozen=True, slots=True)
class ReviewRoute:
    """How a decision is challenged. ``kind``: ``rectification`` (then court) or ``court``; ``days`` from notice."""

    kind: str
    days: int
    clause: str
    bodies: Texts
    courts: Texts


@dataclass(frozen=True, slots=True)
class NormChoice:
    """Which living-cost norm the capacity is computed by: ``main``; for small loans ``exception`` may be used."""

    main: str
    clause: str
    exception: str | None
    exception_clause: str | None
    exception_amount_max_cents: Cents
    exception_months_max: int


@dataclass(frozen=True, slots=True)
class ConsentText:
    """One version of the consent to debt investigation (valtakirja), in every language."""

    version: str
    scope: str
    valid_months: int
    titles: Texts
    texts: Texts


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of an organisation's granting criteria (Act 1133/2002 § 2). Money in cents, terms in months."""

    id: str
    organisation: Organisation
    valid_from: date
    valid_until: date | None
    approved_on: date
    approved_by: Texts
    amount_min_cents: Cents
    amount_max_cents: Cents
    term_months_max: int
    instalment_min_cents: Cents
    due_days: tuple[str, ...]
    first_due_after_days: int
    bill_days_before_due: int
    day_count: str
    interest: str
    on_rate_change: str
    interest_on_overdue: str
    grace_months_max: int
    grace_interest_billed: bool
    extension_months_max: int
    postponement_months_max: int
    handling_time_months: int
    reasonable_saving_months: int
    presaving_months: tuple[int, int]
    norm: NormChoice
    purposes: Mapping[str, Purpose]
    clauses: Mapping[str, Clause]
    attachment_rules: tuple[AttachmentRule, ...]
    delegation: Mapping[str, frozenset[str]]
    review: ReviewRoute
    consent: ConsentText
    consents: Mapping[str, ConsentText]

    def clause(self, clause_id: str) -> Clause:
        """The clause ``clause_id`` (without the policy's own id). Raises ``KeyError``."""
        return self.clauses[clause_id]

    def cite(self, clause_id: str) -> str:
        """The full citation: ``keusote-2025:5.1c``."""
        return f"{self.id}:{self.clauses[clause_id].id}"

    def clause_checked_by(self, check: str) -> Clause | None:
        """The clause whose facts ``check`` gathers, or ``None`` where this organisation has no such rule."""
        return next((clause for clause in self.clauses.values() if clause.check == check), None)

    def roles_for(self, act: str) -> frozenset[str]:
        """The roles that may do ``act``; none where the act is not delegated."""
        return self.delegation.get(act, frozenset())

    def unit_for(self, municipality: str | None, protected: bool = False) -> str:
        """The key of the unit that serves ``municipality``; ``None``, and people under a safety ban: the protected."""
        return self.organisation.unit_for(municipality, protected)

    @property
    def required_attachments(self) -> tuple[AttachmentRule, ...]:
        """What the applicant must attach, always or in a situation named by ``when``."""
        return tuple(rule for rule in self.attachment_rules if rule.when != "where_needed")

    @property
    def attachment_kinds(self) -> Mapping[str, Texts]:
        """Every kind of attachment by key, with its names: required ones and those given where needed."""
        return {rule.key: rule.names for rule in self.attachment_rules}

    def in_force(self, on: date) -> bool:
        """Whether this version is in force on the day."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)
