"""``vakaa policy``: what the criteria say, what changes between versions, and every mistake by name."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lending.basics.database import make_sessions
from lending.basics.vault import KEY_BYTES, Vault
from lending.people.model import ROLES
from lending.policy.policies import load_policies
from lending.policy.policy import ACTS, CHECKS, OPTIONAL_ACTS, TOPICS
from tests.builders import a_case
from tests.databases import engine_of
from web.cli import main

FOLDER = Path(__file__).parents[2] / "policies"
KEUSOTE = "keusote/2025-06-01.toml"
GUIDE = Path(__file__).parents[2] / "docs" / "policies.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the policies that a test may spoil."""
    shutil.copytree(FOLDER, tmp_path / "policies")
    return tmp_path / "policies"


def edit(folder: Path, old: str, new: str, file: str = KEUSOTE) -> None:
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))


def next_version(folder: Path, *changes: tuple[str, str]) -> Path:
    """A version of 2027 that differs by ``changes``; the one of 2025 ends before it."""
    newer = folder / "keusote" / "2027-01-01.toml"
    shutil.copy(folder / KEUSOTE, newer)
    dates = (("valid_from = 2025-06-01", "valid_from = 2027-01-01"), ('id = "keusote-2025"', 'id = "keusote-2027"'))
    for old, new in (*dates, *changes):
        edit(folder, old, new, "keusote/2027-01-01.toml")
    edit(folder, "valid_from = 2025-06-01", "valid_from = 2025-06-01\nvalid_until = 2026-12-31")
    return newer


def run(*words: str, folder: Path | None = None) -> Result:
    result = CliRunner().invoke(main, ["policy", *words], env={"VAKAA_POLICIES": str(folder or FOLDER)})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_a_set_in_order_is_told_version_by_version() -> None:
    result = run("check")
    assert result.exit_code == 0
    assert "kemi-2016: City of Kemi, in force from 2016-02-22." in result.stdout
    assert "Everything is in order." in result.stdout


def test_every_mistake_is_named_and_not_only_the_first(folder: Path) -> None:
    edit(folder, "amount_max_euros = 10000", "amount_max_euro = 10000")
    edit(folder, "term_months_max = 96", "term_months_max = 0")
    edit(folder, 'hours.sv = "Måndag till fredag kl. 9–12"\n', "")
    edit(folder, 'clause = "9a"', 'clause = "9b"', "kemi/2016-02-22.toml")
    edit(folder, 'percent = "2.5"', 'percent = "two"', "figures/reference_rates.toml")
    result = run("check", str(folder))
    assert result.exit_code == 1
    for told in (
        "keusote/2025-06-01.toml: limits.amount_max_euros is missing; is amount_max_euro a misspelling of it?",
        "limits.amount_max_euro is not a key that is known here; do you mean amount_max_euros?",
        "keusote/2025-06-01.toml: limits.term_months_max is 0, but must be at least 1 and at most 600.",
        "keusote/2025-06-01.toml: organisation.contact.hours.sv is missing: the text is needed in Swedish too.",
        "kemi/2016-02-22.toml: review.clause is '9b', but must be one of: 2a, 2b,",
        "is 'two', which is not a percentage.",
    ):
        assert told in result.stdout, told
    assert len(result.stdout.splitlines()) == 6
    assert "6 mistakes." in result.stderr


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[limits]", "[limitz]", "limits is missing"),
        (
            'fi = "Keski-Uudenmaan hyvinvointialue"',
            'fi = ""',
            "organisation.names.fi must be a text that is not empty.",
        ),
        ("term_months_max = 96", 'term_months_max = "96"', "limits.term_months_max must be a whole number."),
        (
            'due_days = ["15", "last"]',
            'due_days = ["15", "16"]',
            "repayment.due_days has '16', but only these are known",
        ),
        ('languages = ["fi", "sv", "en"]', 'languages = ["fi", "se"]', "organisation.languages has 'se'"),
        (
            'municipalities = ["106", "543"]',
            'municipalities = ["106"]',
            "must serve municipality 543 by exactly one unit",
        ),
        ("billed_in_grace_months = true", 'billed_in_grace_months = "yes"', "must be true or false."),
        ("instalment_min_euros = 20", "instalment_min_euros = 20000", "is more than amount_max_euros"),
        (
            "instalment_min_euros = 20",
            "instalment_min_euros = -20",
            "limits.instalment_min_euros must not be negative.",
        ),
        (
            '"handling_time_months",',
            '"handling_time",',
            "not_in_criteria names 'handling_time', which is not in the file.",
        ),
    ],
)
def test_one_mistake_is_one_sentence(folder: Path, old: str, new: str, told: str) -> None:
    edit(folder, old, new)
    result = run("check", str(folder))
    assert result.exit_code == 1
    assert told in result.stdout.splitlines()[0]


def test_a_cap_under_the_largest_loan_is_impossible(folder: Path) -> None:
    edit(folder, "granted_in_year_max_euros = 140000", "granted_in_year_max_euros = 4000", "kemi/2016-02-22.toml")
    assert "caps.granted_in_year_max_euros is less than limits.amount_max_euros" in run("check", str(folder)).stdout


def test_a_municipality_leads_to_one_organisation_at_a_time(folder: Path) -> None:
    kemi = "kemi/2016-02-22.toml"
    edit(folder, '240 = { fi = "Kemi", sv = "Kemi" }', '297 = { fi = "Kuopio", sv = "Kuopio" }', kemi)
    edit(folder, 'municipalities = ["240"]', 'municipalities = ["297"]', kemi)
    result = run("check", str(folder))
    assert "organisation.municipalities.297 is served by kemi-2016 at the same time." in result.stdout


def test_a_unit_with_cases_in_it_stays_in_later_versions(folder: Path) -> None:
    newer = next_version(folder, ("[organisation.units.team-2]", "[organisation.units.team-3]"))
    result = run("check", str(folder))
    assert result.stdout == (
        f"keusote/{newer.name}: organisation.units.team-2 is missing, and keusote-2025 has placed cases in it.\n"
    )


def test_what_is_in_force_on_a_day_can_be_read(folder: Path) -> None:
    next_version(folder, ("amount_max_euros = 10000", "amount_max_euros = 12000"))
    before = run("show", "keusote", "--on", "2026-12-31", folder=folder).stdout
    after = run("show", "keusote", "--on", "2027-01-01", folder=folder).stdout
    assert "Largest amount: 10 000 €" in before
    assert "In force until: 31.12.2026" in before
    assert "Largest amount: 12 000 €" in after
    assert "Clause 4.2a in English: A loan can be from 200 to 10,000 euros." in after


def test_what_the_criteria_leave_open_is_told_to_be_a_default() -> None:
    shown = run("show", "kemi", "--on", "2026-09-01").stdout
    default = "  [a default of the service: the criteria do not say]"
    assert f"Smallest instalment: 10 € a month{default}\n" in shown
    assert "Largest amount: 5 000 €\n" in shown
    assert f"Grace months at most: 12{default}\n" in shown
    assert "approve-extension: accounting manager up to 2 000 € and up to 6 months (8d); legal counsel (8d)\n" in shown
    shown = run("show", "pohjois-savo", "--on", "2026-09-01").stdout
    assert f"Interest: the reference rate of the Interest Act, section 12{default}\n" in shown
    assert "Act conclude-agreement: done where preparation is\n" in shown


def test_the_criteria_can_be_read_by_a_program_too() -> None:
    shown = json.loads(run("show", "kemi", "--on", "2026-09-01", "--language", "sv", "--json").stdout)
    assert shown["policy"] == "kemi-2016"
    assert shown["keys"]["limits.term_months_max"] == {"says": "5 years", "default": False}
    assert shown["keys"]["clauses.6.5a.sv"]["says"].startswith("Den sociala krediten är räntefri.")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("show", "nowhere"), "There is no organisation 'nowhere' here; there are kemi, keusote, pohjois-savo."),
        (
            ("show", "keusote", "--on", "2020-01-01"),
            "keusote has no criteria in force on 2020-01-01; it has keusote-2025",
        ),
        (("diff", "keusote-2025", "keusote-1999"), "There is no version 'keusote-1999'; there are kemi-2016,"),
        (("diff", "keusote-2025", "no-such.toml"), "no-such.toml: the file is missing."),
    ],
)
def test_a_question_without_an_answer_says_what_there_is(words: tuple[str, ...], told: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert told in result.stderr


def test_what_changes_between_two_versions_is_told_in_words(folder: Path) -> None:
    newer = next_version(
        folder,
        ("amount_max_euros = 10000", "amount_max_euros = 12000"),
        ('fi = "Luottoa voi saada 200–10 000 euroa."', 'fi = "Luottoa voi saada 200–12 000 euroa."'),
        ('decide-change = ["decider"]', 'decide-change = ["decider", "preparer"]'),
        ('[clauses.1e]\nkind = "guidance"', '[clauses.1f]\nkind = "guidance"'),
        ('when = "real_estate"', 'when = "where_needed"'),
    )
    result = run("diff", "keusote-2025", str(newer), folder=folder)
    assert result.exit_code == 0
    for told in (
        "From keusote-2025 to keusote-2027:",
        "In force from: was “1.6.2025”, becomes “1.1.2027”",
        "Largest amount: was “10 000 €”, becomes “12 000 €”",
        "decide-change: was “decider”, becomes “decider, preparer”",
        "Clause 1e is gone. It was: guidance, rule",
        "Clause 1f is new: guidance, rule",
        "Clause 4.2a in Finnish: was “Luottoa voi saada 200–10 000 euroa.”, becomes “Luottoa voi saada 200–12 000",
        "asked for where a home or other property is owned (4.1b)”, becomes “Your latest property tax return; given",
    ):
        assert told in result.stdout, told
    assert run("diff", "keusote-2025", "keusote-2025", folder=folder).stdout == (
        "Nothing changes from keusote-2025 to keusote-2025.\n"
    )


def test_the_default_of_the_service_can_become_the_criterias_own_word(folder: Path) -> None:
    newer = next_version(folder, ('    "handling_time_months",\n', ""))
    told = run("diff", "keusote-2025", str(newer), folder=folder).stdout
    assert "A decision comes within: still “3 months”, now said by the criteria" in told


@pytest.mark.parametrize("command", ["serve", "migrate"])
def test_a_mistake_stops_the_start_with_one_sentence(folder: Path, command: str, tmp_path: Path) -> None:
    edit(folder, "term_months_max = 96", "term_months_max = 0")
    settings = {
        "VAKAA_DEMO": "1",
        "VAKAA_DATA": str(tmp_path / "data"),
        "VAKAA_POLICIES": str(folder),
        "VAKAA_DATABASE_URL": f"sqlite:///{tmp_path / 'nothing.sqlite'}",
    }
    result = CliRunner().invoke(main, [command], env=settings)
    assert result.exit_code == 2
    assert result.stderr == (
        "Vakaa does not start: keusote/2025-06-01.toml: "
        "limits.term_months_max is 0, but must be at least 1 and at most 600.\n"
    )
    assert not (tmp_path / "nothing.sqlite").exists()


def test_criteria_that_cases_were_made_under_cannot_be_left_out(folder: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'vakaa.sqlite'}"
    settings = {
        "VAKAA_DEMO": "1",
        "VAKAA_DATA": str(tmp_path / "data"),
        "VAKAA_POLICIES": str(folder),
        "VAKAA_DATABASE_URL": url,
    }
    assert CliRunner().invoke(main, ["migrate"], env=settings).exit_code == 0
    with engine_of(url) as engine:
        sessions = make_sessions(engine, vault=Vault([bytes(range(KEY_BYTES))]), policies=load_policies(folder))
        with sessions.begin() as db:
            a_case(db)
    assert CliRunner().invoke(main, ["migrate"], env=settings).exit_code == 0
    shutil.rmtree(folder / "keusote")
    result = CliRunner().invoke(main, ["migrate"], env=settings)
    assert result.exit_code == 2
    assert result.stderr == (
        "Vakaa does not start: there are cases under the criteria keusote-2025, "
        f"and {folder} has no file for that version.\n"
    )


@pytest.mark.parametrize("names", [ACTS, OPTIONAL_ACTS, ROLES, CHECKS, TOPICS])
def test_the_guide_to_writing_criteria_knows_every_name_that_they_may_use(names: tuple[str, ...]) -> None:
    told = GUIDE.read_text()
    assert [name for name in names if f"`{name}`" not in told] == []
