"""One policy file into one ``Policy``: every key read by its type, every reference followed."""

from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lending.people.model import ROLES
from lending.policy.policy import (
    ACTS,
    ATTACHMENT_SITUATIONS,
    CHECKS,
    CLAUSE_KINDS,
    CLAUSE_ROLES,
    AttachmentRule,
    Clause,
    ConsentText,
    Contact,
    NormChoice,
    Organisation,
    Policy,
    Purpose,
    ReviewRoute,
    Unit,
)
from lending.policy.reading import LANGUAGES, Table, read_file

DAY_COUNTS = ("actual/365", "actual/360", "30E/360", "rate/12")
DUE_DAYS = ("15", "last")
NORMS = ("debt_adjustment", "social_assistance")


def read_policy(path: Path) -> Policy:
    """Read one file, and the consent texts beside it. Raises ``PolicyError``."""
    file = read_file(path)
    clauses = {key: _clause(key, table) for key, table in file.by_key("clauses").items()}
    consents = _consents(path.parent / "consents.toml")
    policy = Policy(
        id=file.text("id"),
        organisation=_organisation(file.table("organisation")),
        valid_from=file.day("valid_from"),
        valid_until=file.day_if_given("valid_until"),
        approved_on=file.day("approved_on"),
        approved_by=file.texts("approved_by"),
        handling_time_months=file.whole("handling_time_months", 1, 12),
        clauses=MappingProxyType(clauses),
        purposes=MappingProxyType({key: _purpose(key, t, clauses) for key, t in file.by_key("purposes").items()}),
        attachment_rules=tuple(_attachment(key, t, clauses) for key, t in file.by_key("attachments").items()),
        delegation=_delegation(file.table("delegation")),
        review=_review(file.table("review"), clauses),
        norm=_norm(file.table("norm"), clauses),
        consent=consents[file.choice("consent", consents)],
        consents=consents,
        **_limits(file.table("limits")),
        **_interest(file.table("interest")),
        **_repayment(file.table("repayment")),
    )
    file.done()
    if policy.valid_until is not None and policy.valid_until < policy.valid_from:
        raise file.fail("valid_until", "is before valid_from")
    _check_checks(file, clauses)
    return policy


def _clause(key: str, table: Table) -> Clause:
    clause = Clause(
        id=key,
        texts=table.languages(),
        kind=table.choice("kind", CLAUSE_KINDS),
        role=table.choice("role", CLAUSE_ROLES),
        check=table.choice("check", CHECKS) if "check" in table else None,
    )
    table.done()
    return clause


def _check_checks(file: Table, clauses: Mapping[str, Clause]) -> None:
    seen: dict[str, str] = {}
    for clause in clauses.values():
        if clause.check is None:
            continue
        if clause.check in seen:
            raise file.fail(
                f"clauses.{clause.id}.check", f"{clause.check!r} is used by clause {seen[clause.check]} too"
            )
        seen[clause.check] = clause.id


def _organisation(table: Table) -> Organisation:
    municipalities = {code: _municipality(t) for code, t in table.by_key("municipalities").items()}
    units = {key: _unit(key, t, municipalities) for key, t in table.by_key("units").items()}
    for code in municipalities:
        serving = [unit.key for unit in units.values() if code in unit.municipalities]
        if len(serving) != 1:
            raise table.fail("units", f"municipality {code} must be served by exactly one unit")
    organisation = Organisation(
        key=table.text("key"),
        names=table.texts("names"),
        languages=table.words("languages", LANGUAGES),
        contact=_contact(table.table("contact")),
        municipalities=MappingProxyType(municipalities),
        units=MappingProxyType(units),
        protected_unit=table.choice("protected_unit", units),
    )
    table.done()
    return organisation


def _municipality(table: Table) -> Mapping[str, str]:
    names = table.languages(("fi", "sv"))
    table.done()
    return names


def _unit(key: str, table: Table, municipalities: Collection[str]) -> Unit:
    unit = Unit(key, table.texts("names"), frozenset(table.words("municipalities", municipalities)))
    table.done()
    return unit


def _contact(table: Table) -> Contact:
    contact = Contact(table.text("email"), table.text("phone"), table.text("address"), table.texts("hours"))
    table.done()
    return contact


def _purpose(key: str, table: Table, clauses: Collection[str]) -> Purpose:
    purpose = Purpose(
        key=key,
        clause=table.choice("clause", clauses),
        payee=table.choice("payee", ("borrower", "creditors")),
        names=table.languages(),
    )
    table.done()
    return purpose


def _attachment(key: str, table: Table, clauses: Collection[str]) -> AttachmentRule:
    rule = AttachmentRule(
        key=key,
        clause=table.choice("clause", clauses),
        when=table.choice("when", ATTACHMENT_SITUATIONS),
        names=table.languages(),
    )
    table.done()
    return rule


def _delegation(table: Table) -> Mapping[str, frozenset[str]]:
    delegation = {}
    for act in ACTS:
        roles = table.words(act, ROLES)
        if not roles:
            raise table.fail(act, "must name at least one role, or nobody could do it")
        delegation[act] = frozenset(roles)
    table.done()
    return MappingProxyType(delegation)


def _review(table: Table, clauses: Collection[str]) -> ReviewRoute:
    route = ReviewRoute(
        kind=table.choice("kind", ("rectification", "court")),
        days=table.whole("days", 1, 60),
        clause=table.choice("clause", clauses),
        bodies=table.texts("bodies"),
        courts=table.texts("courts"),
    )
    table.done()
    return route


def _norm(table: Table, clauses: Collection[str]) -> NormChoice:
    main = table.choice("main", NORMS)
    clause = table.choice("clause", clauses)
    if "exception" not in table:
        table.done()
        return NormChoice(main, clause, None, None, 0, 0)
    inner = table.table("exception")
    choice = NormChoice(
        main=main,
        clause=clause,
        exception=inner.choice("norm", NORMS),
        exception_clause=inner.choice("clause", clauses),
        exception_amount_max_cents=inner.cents("amount_max_euros"),
        exception_months_max=inner.whole("term_months_max", 1),
    )
    inner.done()
    table.done()
    return choice


def _limits(table: Table) -> dict[str, Any]:
    limits = {
        "amount_min_cents": table.cents("amount_min_euros"),
        "amount_max_cents": table.cents("amount_max_euros"),
        "term_months_max": table.whole("term_months_max", 1, 600),
        "instalment_min_cents": table.cents("instalment_min_euros"),
        "reasonable_saving_months": table.whole("reasonable_saving_months", 1),
    }
    if limits["amount_min_cents"] > limits["amount_max_cents"]:
        raise table.fail("amount_min_euros", "is more than amount_max_euros")
    least, most = table.whole("presaving_months_min"), table.whole("presaving_months_max")
    if least > most:
        raise table.fail("presaving_months_min", "is more than presaving_months_max")
    table.done()
    return {**limits, "presaving_months": (least, most)}


def _interest(table: Table) -> dict[str, Any]:
    interest = {
        "interest": table.choice("rate", ("reference_rate", "none")),
        "day_count": table.choice("day_count", DAY_COUNTS),
        "on_rate_change": table.choice("on_rate_change", ("instalment", "term")),
        "interest_on_overdue": table.choice("on_overdue", ("actual", "as_planned")),
        "grace_interest_billed": table.flag("billed_in_grace_months"),
    }
    table.done()
    return interest


def _repayment(table: Table) -> dict[str, Any]:
    repayment = {
        "due_days": table.words("due_days", DUE_DAYS),
        "first_due_after_days": table.whole("first_due_after_days", 1, 90),
        "bill_days_before_due": table.whole("bill_days_before_due", 1, 60),
        "grace_months_max": table.whole("grace_months_max"),
        "extension_months_max": table.whole("extension_months_max"),
        # Only some organisations let one instalment be paid later; the law of none of them gives more than a month.
        "postponement_months_max": table.whole("postponement_months_max", 0, 1)
        if "postponement_months_max" in table
        else 0,
    }
    if not repayment["due_days"]:
        raise table.fail("due_days", "must name at least one day")
    table.done()
    return repayment


def _consents(path: Path) -> Mapping[str, ConsentText]:
    file = read_file(path)
    found: dict[str, ConsentText] = {}
    for version, table in file.by_key("consents").items():
        found[version] = ConsentText(
            version=version,
            scope=table.choice("scope", ("debt_investigation",)),
            valid_months=table.whole("valid_months", 1, 60),
            titles=table.texts("titles"),
            texts=table.texts("texts"),
        )
        table.done()
    file.done()
    return MappingProxyType(found)
