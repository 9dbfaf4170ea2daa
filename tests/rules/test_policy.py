"""Policies as data: what the criteria of 2025 say, and how a mistake in a file is told."""

import shutil
import tomllib
from datetime import date
from pathlib import Path

import pytest

from lending.basics.errors import NotFound, Refused
from lending.people.model import ROLES
from lending.policy.organisation import FUNCTIONS
from lending.policy.policies import Policies, PolicyError, load_policies
from lending.policy.policy import (
    ATTACHMENT_SITUATIONS,
    CHECKS,
    CLAUSE_KINDS,
    CLAUSE_ROLES,
    OPTIONAL_ACTS,
    TOPICS,
)

FOLDER = Path(__file__).parents[2] / "policies"

#: Every rule of the published criteria, as the organisation numbers them.
_CLAUSES = """
1a 1b 1c 1d 1e 3a 3b 3c 3d 4.1a 4.1b 4.1c 4.1d 4.1e 4.1f 4.1g 4.1h 4.2a 4.2b 4.3a 4.3b 4.4a 4.4b 4.4c 4.5a 4.5b 4.5c
4.5d 4.5e 4.5f 4.5g 4.6a 4.6b 4.6c 4.6d 4.6e 4.6f 4.6g 4.6h 5.1a 5.1b 5.1c 5.1d 5.1e 5.1f 6a 6b 6c 6d
"""
KEUSOTE_CLAUSES = _CLAUSES.split()

#: Words of Sweden, where Finland has its own.
SWEDENS_WORDS = ("Kronofogden", "försörjningsstöd", "socialbidrag", "Försäkringskassan", "personnummer", "kommunens")


@pytest.fixture(scope="module")
def policies() -> Policies:
    return load_policies(FOLDER)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the policies that a test may spoil."""
    shutil.copytree(FOLDER, tmp_path / "policies")
    return tmp_path / "policies"


def spoil(folder: Path, old: str, new: str, file: str = "keusote/2025-06-01.toml") -> None:
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))


def test_every_clause_of_the_criteria_is_there_in_three_languages(policies: Policies) -> None:
    policy = policies.by_id("keusote-2025")
    assert list(policy.clauses) == KEUSOTE_CLAUSES
    for clause in policy.clauses.values():
        assert set(clause.texts) == {"fi", "sv", "en"}
        assert len(set(clause.texts.values())) == 3
        assert all(text.endswith(".") for text in clause.texts.values())


def test_no_text_uses_the_words_of_sweden() -> None:
    for file in (FOLDER / "keusote").glob("*.toml"):
        text = file.read_text().lower()
        assert [word for word in SWEDENS_WORDS if word.lower() in text] == []


def test_the_limits_are_those_of_the_criteria(policies: Policies) -> None:
    policy = policies.for_organisation("keusote", date(2026, 9, 1))
    assert (policy.amount_min_cents, policy.amount_max_cents) == (200_00, 10_000_00)
    assert policy.term_months_max == 96
    assert policy.instalment_min_cents == 20_00
    assert policy.due_days == ("15", "last")
    assert (policy.grace_months_max, policy.extension_months_max) == (12, 24)
    assert policy.grace_interest_billed
    assert policy.norm.main == "debt_adjustment"
    assert (policy.norm.exception_amount_max_cents, policy.norm.exception_months_max) == (1000_00, 24)
    assert policy.presaving_months == (3, 6)
    assert policy.review.kind == "rectification"
    assert policy.review.days == 30


def test_only_a_loan_that_arranges_debts_goes_to_creditors(policies: Policies) -> None:
    purposes = policies.by_id("keusote-2025").purposes
    assert {key for key, purpose in purposes.items() if purpose.payee == "creditors"} == {"debts"}


def test_every_check_is_asked_for_by_some_clause_of_some_organisation(policies: Policies) -> None:
    policy = policies.by_id("keusote-2025")
    named = {check for each in policies.versions() for clause in each.clauses.values() for check in clause.checks}
    assert named == set(CHECKS)
    capacity = policy.clause_checked_by("capacity")
    assert capacity is not None
    assert policy.cite(capacity.id) == "keusote-2025:4.5b"


def test_the_one_who_prepares_cannot_decide_and_the_one_who_proposes_a_waiver_cannot_grant_it(
    policies: Policies,
) -> None:
    policy = policies.by_id("keusote-2025")
    assert policy.roles_for("propose").isdisjoint(policy.roles_for("decide"))
    assert policy.roles_for("propose-waiver").isdisjoint(policy.roles_for("decide-waiver"))
    assert policy.roles_for("view-access-log") == {"auditor"}
    assert "auditor" not in policy.roles_for("view-case")
    assert policy.roles_for("no-such-act") == frozenset()


def test_each_municipality_is_served_by_one_unit_and_the_protected_by_theirs(policies: Policies) -> None:
    policy = policies.by_id("keusote-2025")
    assert [policy.unit_for(code) for code in ("106", "543")] == ["team-1", "team-1"]
    assert [policy.unit_for(code) for code in ("186", "505", "611", "858")] == ["team-2"] * 4
    assert policy.unit_for("186", protected=True) == policy.unit_for(None) == policy.organisation.protected_unit


def test_no_units_name_tells_where_its_clients_live(policies: Policies) -> None:
    organisation = policies.organisation("keusote")
    places = {name.lower() for names in organisation.municipalities.values() for name in names.values()}
    for unit in organisation.units.values():
        assert not any(place in name.lower() for place in places for name in unit.names.values())


def test_an_entrepreneur_and_an_owner_attach_more(policies: Policies) -> None:
    rules = policies.by_id("keusote-2025").required_attachments
    by_situation = {when: [rule.key for rule in rules if rule.when == when] for when in {rule.when for rule in rules}}
    assert by_situation["always"] == ["income", "expenses", "tax-return", "bank-statements"]
    assert by_situation["real_estate"] == ["property-tax"]
    assert "financial-statements" in by_situation["entrepreneur"]
    assert "other" in policies.by_id("keusote-2025").attachment_kinds


def test_the_consent_has_a_version_and_says_how_to_withdraw_it(policies: Policies) -> None:
    consent = policies.by_id("keusote-2025").consent
    assert consent.version == "debt-investigation-1"
    assert "peruuttaa" in consent.texts["fi"]
    assert "återkalla" in consent.texts["sv"]
    assert "withdraw" in consent.texts["en"]


def test_before_the_first_version_there_are_no_criteria(policies: Policies) -> None:
    with pytest.raises(Refused, match="no-policy-in-force"):
        policies.for_organisation("keusote", date(2025, 5, 31))
    assert policies.for_organisation("keusote", date(2025, 6, 1)).id == "keusote-2025"
    with pytest.raises(NotFound):
        policies.for_organisation("nowhere", date(2026, 1, 1))
    with pytest.raises(NotFound):
        policies.by_id("keusote-1999")


def test_a_new_version_takes_effect_by_itself_and_the_old_one_stays(folder: Path) -> None:
    newer = folder / "keusote" / "2027-01-01.toml"
    shutil.copy(folder / "keusote" / "2025-06-01.toml", newer)
    spoil(folder, 'id = "keusote-2025"', 'id = "keusote-2027"', "keusote/2027-01-01.toml")
    spoil(folder, "valid_from = 2025-06-01", "valid_from = 2027-01-01", "keusote/2027-01-01.toml")
    with pytest.raises(PolicyError, match="keusote-2025 is still in force; give keusote-2025 valid_until = 2026-12-31"):
        load_policies(folder)
    spoil(folder, "valid_from = 2025-06-01", "valid_from = 2025-06-01\nvalid_until = 2026-12-31")
    policies = load_policies(folder)
    assert policies.for_organisation("keusote", date(2026, 12, 31)).id == "keusote-2025"
    assert policies.for_organisation("keusote", date(2027, 1, 1)).id == "keusote-2027"
    assert policies.by_id("keusote-2025").valid_until == date(2026, 12, 31)


def test_the_page_for_those_who_write_criteria_names_every_word_they_may_use() -> None:
    told = (FOLDER.parent / "docs" / "policies.md").read_text()
    words = (*CHECKS, *TOPICS, *ROLES, *FUNCTIONS, *OPTIONAL_ACTS, *ATTACHMENT_SITUATIONS, *CLAUSE_KINDS, *CLAUSE_ROLES)
    assert [word for word in words if not any(f"{sign}{word}{sign}" in told for sign in '`"')] == []


def test_every_key_of_a_policy_file_is_told_there_too() -> None:
    told = (FOLDER.parent / "docs" / "policies.md").read_text()
    file = tomllib.loads((FOLDER / "kemi" / "2016-02-22.toml").read_text())
    keys = {*file, *(key for table in ("limits", "caps", "interest", "repayment", "norm") for key in file[table])}
    keys |= set(file["organisation"]) | {"exception", "bodies", "courts"}
    assert sorted(key for key in keys if key not in told) == []


def test_an_organisation_is_described_by_the_version_of_the_day(folder: Path) -> None:
    newer = folder / "keusote" / "2027-01-01.toml"
    text = (folder / "keusote" / "2025-06-01.toml").read_text().replace("019 555 0100", "019 555 0200")
    newer.write_text(text.replace('id = "keusote-2025"', 'id = "keusote-2027"').replace("2025-06-01", "2027-01-01"))
    spoil(folder, "valid_from = 2025-06-01", "valid_from = 2025-06-01\nvalid_until = 2026-12-31")
    policies = load_policies(folder)
    for day, phone in (
        (date(2020, 1, 1), "019 555 0100"),
        (date(2026, 12, 31), "019 555 0100"),
        (date(2027, 1, 1), "019 555 0200"),
    ):
        policies.today = lambda day=day: day
        assert policies.organisation("keusote").contact.phone == phone
        assert [each.key for each in policies.organisations()] == ["kemi", "keusote", "pohjois-savo"]


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ("amount_max_euros = 10000", "amount_max_euro = 10000", "limits.amount_max_euros", "is missing"),
        ("amount_max_euros = 10000", "amount_max_euros = 100", "limits.amount_min_euros", "is more than"),
        ("term_months_max = 96", "term_months_max = 0", "limits.term_months_max", "at least 1"),
        ("term_months_max = 96", "term_months_max = 96.5", "limits.term_months_max", "whole number"),
        ("term_months_max = 96", "term_months_max = 96\nlate_interest = 7", "limits.late_interest", "misspelt"),
        ('kind = "data"', 'kind = "maybe"', "clauses.1a.kind", "must be one of"),
        ('clause = "4.5c"', 'clause = "9.9"', "norm.clause", "must be one of"),
        ('check = "vehicle"', 'check = "amount"', "clauses.4.2a.check", "as that of clause 3b is"),
        ('decide = ["decider"]', "decide = []", "delegation.decide", "nobody could do it"),
        ('decide = ["decider"]', 'decide = ["chief"]', "delegation.decide", "chief"),
        (
            'municipalities = ["106", "543"]',
            'municipalities = ["106"]',
            "organisation.units",
            "by exactly one unit, not by 0",
        ),
        ('protected_unit = "team-1"', 'protected_unit = "team-9"', "organisation.protected_unit", "must be one of"),
        ('consent = "debt-investigation-1"', 'consent = "other"', "consent", "must be one of"),
        ("valid_from = 2025-06-01", 'valid_from = "2025-06-01"', "valid_from", "without quotes"),
        ("valid_from = 2025-06-01", "valid_from = 2025-06-02", "valid_from", "date in the file's name"),
        ("amount_min_euros = 200", 'amount_min_euros = "200,50"', "limits.amount_min_euros", "amount of euros"),
        ('hours.sv = "Måndag till fredag kl. 9–12"\n', "", "organisation.contact.hours.sv", "needed in Swedish too"),
        ('key = "keusote"', 'key = "kemi"', "organisation.key", "name of the folder"),
    ],
)
def test_a_mistake_is_told_by_file_key_and_reason(folder: Path, old: str, new: str, key: str, reason: str) -> None:
    spoil(folder, old, new)
    with pytest.raises(PolicyError) as wrong:
        load_policies(folder)
    assert wrong.value.file == "keusote/2025-06-01.toml"
    assert wrong.value.key == key
    assert reason in wrong.value.reason


def test_a_file_that_is_not_toml_and_a_missing_one_are_told(folder: Path) -> None:
    spoil(folder, "[limits]", "[limits")
    with pytest.raises(PolicyError, match="cannot be read as TOML"):
        load_policies(folder)
    for organisation in ("keusote", "kemi", "pohjois-savo"):
        for file in (folder / organisation).glob("2*.toml"):
            file.unlink()
    with pytest.raises(PolicyError, match="no policy file"):
        load_policies(folder)
    shutil.copy(FOLDER / "keusote" / "2025-06-01.toml", folder / "keusote")
    (folder / "keusote" / "consents.toml").unlink()
    with pytest.raises(PolicyError, match=r"consents\.toml: the file is missing"):
        load_policies(folder)
