"""One policy file into one ``Policy``: every key read by its type, every reference followed."""

from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lending.people.model import ROLES
from lending.policy.organisation import FUNCTIONS, Arrangement, Contact, Organisation, Unit
from lending.policy.policy import (
    ACTS,
    ATTACHMENT_SITUATIONS,
    CHECKS,
    CLAUSE_KINDS,
    CLAUSE_ROLES,
    OPTIONAL_ACTS,
    TOPICS,
    AttachmentRule,
    Caps,
    Clause,
    ConsentText,
    Mandate,
    NormChoice,
    Policy,
    Purpose,
    ReviewRoute,
)
from lending.policy.reading import LANGUAGES, PolicyError, Table, Texts, read_file

DAY_COUNTS = ("actual/365", "actual/360", "30E/360", "rate/12")
DUE_DAYS = ("15", "last")
NORMS = ("debt_adjustment", "social_assistance")

#: The word by which an arrangement names the unit that serves the citizen.
OWN_UNIT = "own"


def read_policy(path: Path) -> Policy:
    """Read one file, and the consent texts beside it. Raises ``PolicyError`` with every mistake in them."""
    file = read_file(path, mistakes=[])
    clauses = {key: _clause(key, table) for key, table in file.by_key("clauses").items()}
    consents = _consents(path.parent / "consents.toml", file)
    parts: dict[str, Any] = {
        "id": file.text("id"),
        "organisation": _organisation(file.table("organisation")),
        "valid_from": file.day("valid_from"),
        "valid_until": file.day_if_given("valid_until"),
        "approved_on": file.day_if_given("approved_on"),
        "approved_by": file.texts("approved_by"),
        "handling_time_months": file.whole("handling_time_months", 1, 12),
        "clauses": MappingProxyType(clauses),
        "purposes": MappingProxyType({key: _purpose(key, t, clauses) for key, t in file.by_key("purposes").items()}),
        "attachment_rules": tuple(_attachment(key, t, clauses) for key, t in file.by_key("attachments").items()),
        "chapters": MappingProxyType({key: _titles(t) for key, t in file.by_key("chapters").items()}),
        "delegation": _delegation(file.table("delegation"), clauses),
        "borrowers": file.choice("borrowers", ("one", "spouses")),
        "caps": _caps(file),
        "review": _review(file.table("review"), clauses),
        "norm": _norm(file.table("norm"), clauses),
        "consents": consents,
        **_limits(file.table("limits")),
        **_interest(file.table("interest")),
        **_repayment(file.table("repayment")),
        "defaults": _defaults(file),
    }
    asked = file.choice("consent", consents) if consents else file.text("consent")
    file.done()
    _check_days(file, parts)
    _check_caps(file, parts)
    _check_references(file, clauses, parts["chapters"])
    file.settle()
    return Policy(consent=consents[asked], **parts)


def _clause(key: str, table: Table) -> Clause:
    clause = Clause(
        id=key,
        texts=table.languages(),
        kind=table.choice("kind", CLAUSE_KINDS),
        role=table.choice("role", CLAUSE_ROLES),
        checks=_checks(table),
        governs=table.words("governs", TOPICS) if "governs" in table else (),
    )
    table.done()
    return clause


def _checks(table: Table) -> tuple[str, ...]:
    """One name, a list of names, or none."""
    if "check" not in table:
        return ()
    return table.words("check", CHECKS) if table.holds_list("check") else (table.choice("check", CHECKS),)


def _titles(table: Table) -> Texts:
    titles = table.languages()
    table.done()
    return titles


def _check_days(file: Table, parts: Mapping[str, Any]) -> None:
    until = parts["valid_until"]
    if until is not None and file.sound("valid_from", "valid_until") and until < parts["valid_from"]:
        file.wrong("valid_until", "is before valid_from")


def _check_caps(file: Table, parts: Mapping[str, Any]) -> None:
    """A cap under the largest loan would refuse a loan that the limits allow."""
    caps: Caps = parts["caps"]
    for key, cents in (
        ("granted_in_year_max_euros", caps.granted_in_year_max_cents),
        ("outstanding_max_euros", caps.outstanding_max_cents),
        ("capital_euros", caps.capital_cents),
    ):
        if cents is not None and cents < parts["amount_max_cents"]:
            file.wrong(f"caps.{key}", "is less than limits.amount_max_euros, the largest single loan")


def _check_references(file: Table, clauses: Mapping[str, Clause], chapters: Collection[str]) -> None:
    """What code looks a clause up by must name one clause only, and every clause must belong to a chapter."""
    seen: dict[str, str] = {}
    for clause in clauses.values():
        for key, names in (("check", clause.checks), ("governs", clause.governs)):
            for name in names:
                if name and f"{key}:{name}" in seen:
                    file.wrong(
                        f"clauses.{clause.id}.{key}", f"is {name!r}, as that of clause {seen[f'{key}:{name}']} is"
                    )
                seen[f"{key}:{name}"] = clause.id
        if clause.chapter not in chapters:
            file.wrong("chapters", f"has no title for clause {clause.id}: chapters.{clause.chapter!r} is missing")


def _organisation(table: Table) -> Organisation:
    municipalities = {code: _municipality(t) for code, t in table.by_key("municipalities").items()}
    units = {key: _unit(key, t, municipalities) for key, t in table.by_key("units").items()}
    for code in municipalities:
        serving = [unit.key for unit in units.values() if code in unit.municipalities]
        if len(serving) != 1 and units:
            table.wrong("units", f"must serve municipality {code} by exactly one unit, not by {len(serving)}")
    organisation = Organisation(
        key=table.text("key"),
        names=table.texts("names"),
        languages=table.words("languages", LANGUAGES),
        contact=_contact(table.table("contact")),
        municipalities=MappingProxyType(municipalities),
        units=MappingProxyType(units),
        protected_unit=table.choice("protected_unit", units),
        arrangement=_arrangement(table.table("arrangement"), units),
        people=_people(table),
    )
    table.done()
    return organisation


def _people(table: Table) -> Mapping[str, Texts]:
    if "people" not in table:
        return MappingProxyType({})
    inner = table.table("people")
    people = {function: inner.texts(function) for function in FUNCTIONS if function in inner}
    inner.done()
    return MappingProxyType(people)


def _arrangement(table: Table, units: Collection[str]) -> Arrangement:
    known = (OWN_UNIT, *units)
    doing = {function: table.choice(function, known) for function in FUNCTIONS}
    acts: dict[str, str] = {}
    if "acts" in table:
        inner = table.table("acts")
        acts = {act: inner.choice(act, FUNCTIONS) for act in (*ACTS, *OPTIONAL_ACTS) if act in inner}
        inner.done()
    arrangement = Arrangement(
        units=MappingProxyType({function: None if unit == OWN_UNIT else unit for function, unit in doing.items()}),
        acts=MappingProxyType(acts),
        losses=table.texts("losses"),
    )
    table.done()
    return arrangement


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


def _delegation(table: Table, clauses: Collection[str]) -> Mapping[str, tuple[Mandate, ...]]:
    delegation = {act: _mandates(table, act, clauses) for act in ACTS}
    delegation |= {act: _mandates(table, act, clauses) for act in OPTIONAL_ACTS if act in table}
    table.done()
    return MappingProxyType(delegation)


def _mandates(table: Table, act: str, clauses: Collection[str]) -> tuple[Mandate, ...]:
    """A list of roles, or a list of tables with roles and how far each reaches."""
    if not table.holds_tables(act):
        roles = table.words(act, ROLES)
        if not roles and table.sound(act):
            table.wrong(act, "must name at least one role, or nobody could do it")
        return (Mandate(frozenset(roles)),)
    mandates = tuple(_mandate(inner, clauses) for inner in table.tables(act))
    if not any(mandate.amount_max_cents is None and mandate.months_max is None for mandate in mandates):
        table.wrong(act, "must name somebody without a limit, or nobody could do it above the highest limit")
    return mandates


def _mandate(table: Table, clauses: Collection[str]) -> Mandate:
    mandate = Mandate(
        roles=frozenset(table.words("roles", ROLES)),
        amount_max_cents=table.cents_if_given("amount_max_euros"),
        months_max=table.whole("months_max", 1) if "months_max" in table else None,
        clause=table.choice("clause", clauses) if "clause" in table else None,
    )
    if not mandate.roles and table.sound("roles"):
        table.wrong("roles", "must name at least one role, or nobody could do it")
    table.done()
    return mandate


def _defaults(file: Table) -> frozenset[str]:
    """The keys that the criteria leave open; each must stand in the file."""
    if "not_in_criteria" not in file:
        return frozenset()
    named = file.words("not_in_criteria")
    strange = [key for key in named if not file.has(key)]
    if strange:
        file.wrong("not_in_criteria", f"names {strange[0]!r}, which is not in the file")
    return frozenset(named)


def _caps(file: Table) -> Caps:
    if "caps" not in file:
        return Caps()
    table = file.table("caps")
    caps = Caps(
        granted_in_year_max_cents=table.cents_if_given("granted_in_year_max_euros"),
        outstanding_max_cents=table.cents_if_given("outstanding_max_euros"),
        capital_cents=table.cents_if_given("capital_euros"),
    )
    table.done()
    return caps


def _review(table: Table, clauses: Collection[str]) -> ReviewRoute:
    kind, courts = table.choice("kind", ("rectification", "court")), table.texts("courts")
    route = ReviewRoute(
        kind=kind,
        days=table.whole("days", 1, 60),
        clause=table.choice("clause", clauses) if "clause" in table else None,
        # Straight to court: no body of the organisation's own comes in between.
        bodies=table.texts("bodies") if kind == "rectification" else courts,
        courts=courts,
    )
    table.done()
    return route


def _norm(table: Table, clauses: Collection[str]) -> NormChoice:
    main = table.choice("main", NORMS)
    clause = table.choice("clause", clauses) if "clause" in table else None
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
    limits: dict[str, Any] = {
        "amount_min_cents": table.cents("amount_min_euros"),
        "amount_max_cents": table.cents("amount_max_euros"),
        "amount_max_per": table.choice("amount_max_per", ("loan", "client")),
        "term_months_max": table.whole("term_months_max", 1, 600),
        "instalment_min_cents": table.cents("instalment_min_euros"),
        "reasonable_saving_months": table.whole("reasonable_saving_months", 1),
    }
    amounts = table.sound("amount_min_euros", "amount_max_euros")
    if amounts and limits["amount_min_cents"] > limits["amount_max_cents"]:
        table.wrong("amount_min_euros", "is more than amount_max_euros")
    if amounts and limits["instalment_min_cents"] > limits["amount_max_cents"]:
        table.wrong("instalment_min_euros", "is more than amount_max_euros, so no loan could ever be repaid by it")
    least, most = table.whole("presaving_months_min"), table.whole("presaving_months_max")
    if least > most and table.sound("presaving_months_min", "presaving_months_max"):
        table.wrong("presaving_months_min", "is more than presaving_months_max")
    table.done()
    return {**limits, "presaving_months": (least, most)}


def _interest(table: Table) -> dict[str, Any]:
    interest = {
        "interest": table.choice("rate", ("reference_rate", "none")),
        "day_count": table.choice("day_count", DAY_COUNTS),
        "rate_review": table.choice("review", ("half-yearly", "yearly", "never")),
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
    if not repayment["due_days"] and table.sound("due_days"):
        table.wrong("due_days", "must name at least one day")
    table.done()
    return repayment


def _consents(path: Path, beside: Table) -> Mapping[str, ConsentText]:
    """The consent texts; mistakes in them are told with those of the policy ``beside``."""
    assert beside.mistakes is not None
    try:
        file = read_file(path, beside.mistakes)
    except PolicyError as wrong:
        beside.mistakes.append(wrong)
        return {}
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
