"""What one version of an organisation's criteria says, as frozen data. Codes and the organisation's own texts only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lending.basics.money import Cents
from lending.policy.organisation import Organisation
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
    "decide-extension",
    "add-note",
    "view-case",
    "view-protected",
    "view-access-log",
    "view-fund",
    "set-appropriation",
    "enter-figure",
    "confirm-figure",
)
#: Acts that only some organisations have: a second official who approves a longer repayment time (kemi-2016:8d),
#: reminders of what is late, and the decision to transfer it to collection (kemi-2016:8f).
OPTIONAL_ACTS = ("approve-extension", "remind", "transfer")

CLAUSE_KINDS = ("data", "judgment", "guidance")
CLAUSE_ROLES = ("ground", "obstacle", "condition", "rule")

#: What the code can find out by itself (``lending.assessment.checks``).
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
    "unarranged-debts",
    "credit-ban",
)

#: What a clause may rule besides a check, so that code finds the clause to cite without knowing its number.
TOPICS = (
    "interest",
    "norm",
    "expenses",
    "pre-saving",
    "payee",
    "use-of-money",
    "borrowers",
    "early-repayment",
    "change-of-terms",
    "grace",
    "extension",
    "postponement",
    "extension-approval",
    "waiver-part",
    "waiver-all",
    "follow-up",
    "acceleration",
    "collection",
    "granted-in-year",
    "outstanding",
    "capital",
    "review",
)
ATTACHMENT_SITUATIONS = ("always", "debts", "assets", "real_estate", "entrepreneur", "where_needed")


@dataclass(frozen=True, slots=True)
class Clause:
    """One rule of the criteria. ``kind``: checked from ``data``, needs a person's ``judgment``, or is ``guidance``.

    ``role``: a ``ground`` that must be met, an ``obstacle`` that must not be, a ``condition`` of a grant, or another
    ``rule``. ``checks`` name the facts the code gathers for it, where it can: several where one clause rules several
    things (pohjois-savo-plan:b). ``governs`` are the topics (``TOPICS``) for which code cites it.
    """

    id: str
    texts: Texts
    kind: str
    role: str
    checks: tuple[str, ...] = ()
    governs: tuple[str, ...] = ()

    @property
    def chapter(self) -> str:
        """The number of its chapter: ``4.2a`` stands in ``4.2``; ``k``, in criteria without numbers, in ``-``."""
        return self.id.rstrip("abcdefghijklmnopqrstuvwxyz") or "-"


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
class Mandate:
    """Who may do an act: the ``roles``, up to an amount in cents and a number of months where those are given.

    ``clause`` is the id of the clause that says so, where the criteria have one (kemi-2016:8d).
    """

    roles: frozenset[str]
    amount_max_cents: Cents | None = None
    months_max: int | None = None
    clause: str | None = None

    def covers(self, amount_cents: Cents | None, months: int | None) -> bool:
        """Whether the mandate reaches the amount and the months; ``None`` asks nothing."""
        return not (
            (amount_cents is not None and self.amount_max_cents is not None and amount_cents > self.amount_max_cents)
            or (months is not None and self.months_max is not None and months > self.months_max)
        )


@dataclass(frozen=True, slots=True)
class Caps:
    """How much may be lent, in cents: granted in a calendar year, outstanding as principal, capital in all.

    ``None`` where the criteria set no such cap; a year's appropriation is entered in the back office.
    """

    granted_in_year_max_cents: Cents | None = None
    outstanding_max_cents: Cents | None = None
    capital_cents: Cents | None = None


@dataclass(frozen=True, slots=True)
class ReviewRoute:
    """How a decision is challenged. ``kind``: ``rectification`` (then court) or ``court``; ``days`` from notice.

    ``bodies`` decide first: the county's own, or the court itself. ``clause`` is ``None`` where the criteria do not
    tell the way and the law alone does.
    """

    kind: str
    days: int
    clause: str | None
    bodies: Texts
    courts: Texts


@dataclass(frozen=True, slots=True)
class NormChoice:
    """Which living-cost norm the capacity is computed by: ``main``; for small loans ``exception`` may be used.

    ``clause`` is ``None`` where the criteria name no norm.
    """

    main: str
    clause: str | None
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
    """One version of an organisation's granting criteria (Act 1133/2002 § 2). Money in cents, terms in months.

    ``amount_max_per``: the most is of one ``loan``, or of all loans of a ``client`` added up. ``rate_review``: a
    running loan follows the reference rate ``half-yearly``, ``yearly`` (each January) or ``never``. ``borrowers``:
    ``one``, or ``spouses`` who divide the liability in the agreement. ``chapters``: titles by the number with which
    the ids of their clauses begin. ``defaults``: the keys of the file (``limits.amount_min_euros``) whose value the
    criteria do not say and the service sets. ``approved_on`` is ``None`` where nobody has told it.
    """

    id: str
    organisation: Organisation
    valid_from: date
    valid_until: date | None
    approved_on: date | None
    approved_by: Texts
    amount_min_cents: Cents
    amount_max_cents: Cents
    amount_max_per: str
    term_months_max: int
    instalment_min_cents: Cents
    due_days: tuple[str, ...]
    first_due_after_days: int
    bill_days_before_due: int
    day_count: str
    interest: str
    rate_review: str
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
    borrowers: str
    caps: Caps
    chapters: Mapping[str, Texts]
    purposes: Mapping[str, Purpose]
    clauses: Mapping[str, Clause]
    attachment_rules: tuple[AttachmentRule, ...]
    delegation: Mapping[str, tuple[Mandate, ...]]
    review: ReviewRoute
    consent: ConsentText
    consents: Mapping[str, ConsentText]
    defaults: frozenset[str] = frozenset()

    def clause(self, clause_id: str) -> Clause:
        """The clause ``clause_id`` (without the policy's own id). Raises ``KeyError``."""
        return self.clauses[clause_id]

    def cite(self, clause_id: str) -> str:
        """The full citation: ``keusote-2025:5.1c``."""
        return f"{self.id}:{self.clauses[clause_id].id}"

    @property
    def is_interest_free(self) -> bool:
        """Whether loans under these criteria bear no interest."""
        return self.interest == "none"

    def clause_checked_by(self, check: str) -> Clause | None:
        """The clause whose facts ``check`` gathers, or ``None`` where this organisation has no such rule."""
        return next((clause for clause in self.clauses.values() if check in clause.checks), None)

    def clause_governing(self, topic: str) -> Clause | None:
        """The clause that rules ``topic`` (``TOPICS``), or ``None`` where this organisation has no such rule."""
        return next((clause for clause in self.clauses.values() if topic in clause.governs), None)

    def cite_governing(self, topic: str) -> str | None:
        """The full citation of the clause that rules ``topic``, where there is one."""
        clause = self.clause_governing(topic)
        return self.cite(clause.id) if clause else None

    def roles_for(self, act: str, amount_cents: Cents | None = None, months: int | None = None) -> frozenset[str]:
        """The roles that may do ``act``, for the amount in cents and the months where those are given.

        None where the act is not delegated.
        """
        mandates = self.delegation.get(act, ())
        return frozenset().union(*(mandate.roles for mandate in mandates if mandate.covers(amount_cents, months)))

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
