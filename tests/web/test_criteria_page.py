"""The criteria page and the front page of each organisation say what its own policy says, and nothing of another's."""

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from lending.policy.policies import Policies, Policy, load_policies
from tests.clock import Clock
from tests.web.conftest import a_client
from tests.web.police import page_of, text_of
from web.wiring import wiring

ORGANISATIONS = ("kemi", "keusote", "pohjois-savo")
FOLDER = Path(__file__).parents[2] / "policies"


def text(app: Flask, path: str, language: str = "en") -> str:
    response = a_client(app, language).get(path)
    assert response.status_code == 200, path
    return text_of(page_of(response))


def current(app: Flask, organisation: str) -> Policy:
    (policy,) = wiring(app).policies.versions(organisation)
    return policy


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("organisation", ORGANISATIONS)
def test_every_rule_stands_on_the_page_in_the_readers_language(app: Flask, organisation: str, language: str) -> None:
    page = page_of(a_client(app, language).get(f"/{organisation}/criteria"))
    policy = current(app, organisation)
    for clause in policy.clauses.values():
        item = page.find(f".//div[@id='clause-{clause.id}']")
        assert item is not None, clause.id
        assert " ".join(clause.texts[language].split()) in text_of(item)
    said = text_of(page)
    for told in (
        policy.organisation.name(language),
        policy.approved_by[language],
        policy.organisation.contact.phone,
        policy.organisation.contact.hours[language],
        policy.organisation.people["decision"][language],
        policy.review.courts[language],
        *(names[language] for names in (rule.names for rule in policy.attachment_rules)),
        *(purpose.names[language] for purpose in policy.purposes.values()),
    ):
        assert " ".join(told.split()) in said, told


def test_criteria_without_numbers_stand_under_one_heading_without_one(app: Flask) -> None:
    page = page_of(a_client(app, "en").get("/pohjois-savo/criteria"))
    headings = [text_of(heading) for heading in page.iter("h2")]
    assert "Granting a loan, and who does what" in headings
    assert not any(heading.startswith("-") for heading in headings)


def test_the_main_points_are_the_organisations_own(app: Flask) -> None:
    kemi = text(app, "/kemi/criteria")
    for told in ("at most 5 000 €", "All your loans together count.", "The loan is interest-free.", "at most 5 years"):
        assert told in kemi, told
    assert "You can appeal within 30 days. Court: the Administrative Court of Northern Finland." in kemi
    assert "rectification" not in kemi
    keusote = text(app, "/keusote/criteria")
    for told in ("200–10 000 €", "At least 20,00 € a month.", "on the 15th or on the last day", "at most 8 years"):
        assert told in keusote, told
    assert "You can claim rectification within 30 days. It is decided by: the individual affairs section" in keusote
    assert "All your loans together" not in keusote


def test_what_the_criteria_leave_open_is_said_to_be_the_services_own(app: Flask) -> None:
    told = "The criteria do not say this: it is how the service works."
    # Interest, grace months, the norm and the review route.
    assert text(app, "/pohjois-savo/criteria").count(told) == 4
    assert text(app, "/kemi/criteria").count(told) == 1
    assert told not in text(app, "/keusote/criteria")
    undated = "The criteria themselves do not name the first day."
    assert [undated in text(app, f"/{each}/criteria") for each in ORGANISATIONS] == [True, False, True]


@pytest.mark.parametrize(
    ("organisation", "said", "unsaid"),
    [
        (
            "kemi",
            (
                "at most 5 000 €",
                "at most 5 years",
                "the loan is interest-free",
                "A social worker",
                "appeal to the admin",
            ),
            ("10 000", "8 years", "reference rate", "rectification", "a car", "a private person", "one loan at a time"),
        ),
        (
            "pohjois-savo",
            ("at most 8 000 €", "at most 7 years", "a business", "a voluntary credit ban", "Your own social worker"),
            ("10 000", "8 years", "a car", "a private person", "one loan at a time", "interest-free"),
        ),
        (
            "keusote",
            ("200–10 000 €", "at most 8 years", "a car, a motorcycle", "a private person", "claim rectification"),
            ("all your loans together", "credit ban", "interest-free", "appeal to the admin"),
        ),
    ],
)
def test_the_front_page_says_nothing_of_another_organisation(
    app: Flask, organisation: str, said: tuple[str, ...], unsaid: tuple[str, ...]
) -> None:
    page = text(app, f"/{organisation}")
    assert [words for words in said if words not in page] == []
    assert [words for words in unsaid if words in page] == []
    names = {each.key: each.name("en") for each in wiring(app).policies.organisations()}
    assert [name for key, name in names.items() if key != organisation and name in page] == []


@pytest.fixture
def coming(app: Flask, tmp_path: Path) -> Policies:
    """Criteria of keusote that come into force at the turn of the year."""
    folder = tmp_path / "policies"
    shutil.copytree(FOLDER, folder)
    old = folder / "keusote" / "2025-06-01.toml"
    words = old.read_text()
    old.write_text(words.replace("valid_from = 2025-06-01", "valid_from = 2025-06-01\nvalid_until = 2026-12-31"))
    newer = words.replace('id = "keusote-2025"', 'id = "keusote-2027"').replace("2025-06-01", "2027-01-01", 1)
    newer = re.sub("A loan can be from 200 to 10,000 euros", "A loan can be from 200 to 12,000 euros", newer)
    (folder / "keusote" / "2027-01-01.toml").write_text(
        newer.replace("valid_from = 2025-06-01", "valid_from = 2027-01-01")
    )
    policies = load_policies(folder)
    for sessions in (wiring(app).sessions, wiring(app).readers):
        sessions.configure(info={**sessions.kw["info"], "policies": policies})
    return policies


def test_a_coming_version_is_announced_and_can_be_read(app: Flask, coming: Policies) -> None:
    now = text(app, "/keusote/criteria")
    assert "New criteria come into force on 1.1.2027." in now
    assert "In force until 31.12.2026" in now
    assert "from 200 to 10,000 euros" in now
    later = text(app, "/keusote/criteria?version=keusote-2027")
    assert "These criteria come into force on 1.1.2027." in later
    assert "from 200 to 12,000 euros" in later


def test_on_its_day_the_new_version_is_shown_and_the_old_one_stays_readable(
    app: Flask, coming: Policies, clock: Clock
) -> None:
    clock.now = datetime(2026, 12, 31, 22, tzinfo=UTC)
    now = text(app, "/keusote/criteria")
    assert "from 200 to 12,000 euros" in now
    assert "New criteria come into force" not in now
    earlier = text(app, "/keusote/criteria?version=keusote-2025")
    assert "These are earlier criteria." in earlier
    assert "from 200 to 10,000 euros" in earlier


def test_a_version_of_another_organisation_or_none_is_not_found(app: Flask) -> None:
    client = a_client(app, "en")
    for version in ("kemi-2016", "keusote-1999", ""):
        assert client.get(f"/keusote/criteria?version={version}").status_code == 404


def test_what_is_of_no_use_on_paper_is_left_out_of_it(app: Flask, coming: Policies) -> None:
    page = page_of(a_client(app, "en").get("/keusote/criteria"))
    hidden = [text_of(each) for each in page.iter() if "vk-no-print" in (each.get("class") or "").split()]
    assert any("Chapters" in (each or "") or "In short" in each for each in hidden)
    assert any("Read the coming criteria" in each for each in hidden)
    assert any("Other versions" in each for each in hidden)
    assert not any("from 200 to 10,000 euros" in each for each in hidden)
