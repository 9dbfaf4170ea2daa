"""The files of criteria and figures change while the service runs: a good set is taken into use, a bad one is not."""

import os
import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from lending.policy.figures import figures_of
from lending.policy.policies import policies_of
from tests.clock import Clock
from tests.web.conftest import a_client, config_for_tests
from tests.web.police import Police
from web.app import create_app
from web.reloading import look_at
from web.wiring import wiring

KEUSOTE = "keusote/2025-06-01.toml"
WAS = "A loan can be from 200 to 10,000 euros."
BECOMES = "A loan can be from 200 to 12,000 euros."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the policies that a test may edit."""
    shutil.copytree(Path(__file__).parents[2] / "policies", tmp_path / "policies")
    return tmp_path / "policies"


@pytest.fixture
def running(folder: Path, engine: Engine, clock: Clock, tmp_path: Path) -> Flask:
    """An application that answers by the files of ``folder``, and looks at them before every request."""
    config = replace(config_for_tests(tmp_path, database_url=str(engine.url)), policies=folder)
    app = create_app(config)
    app.test_client_class = Police
    wiring(app).clock = clock
    app.extensions["vakaa-reloading"].every = 0
    return app


def edit(folder: Path, old: str, new: str, file: str = KEUSOTE) -> None:
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))


def criteria(running: Flask) -> str:
    response = a_client(running, "en").get("/keusote/criteria")
    assert response.status_code == 200
    return response.text


def test_an_edited_file_is_taken_into_use_without_a_restart(running: Flask, folder: Path) -> None:
    assert WAS in criteria(running)
    edit(folder, WAS, BECOMES)
    edit(folder, "amount_max_euros = 10000", "amount_max_euros = 12000")
    assert BECOMES in criteria(running)
    for sessions in (wiring(running).sessions, wiring(running).readers):
        with sessions() as db:
            assert policies_of(db).by_id("keusote-2025").amount_max_cents == 12_000_00


def refusals(caplog: pytest.LogCaptureFixture) -> list[list[str]]:
    """The mistakes of every set that was refused, as they were logged."""
    return [record.msg["mistakes"] for record in caplog.records if "policies refused" in str(record.msg)]


def test_a_bad_set_is_refused_whole_and_the_last_good_one_stays(
    running: Flask, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    criteria(running)
    edit(folder, WAS, BECOMES)
    edit(folder, "term_months_max = 60", "term_months_max = 0", "kemi/2016-02-22.toml")
    edit(folder, 'en = "The loan is interest-free.', 'eng = "The loan is interest-free.', "kemi/2016-02-22.toml")
    # One file is good and another is not: neither is taken.
    assert WAS in criteria(running)
    assert WAS in criteria(running)
    (mistakes,) = refusals(caplog)
    assert [mistake.partition(": ")[2] for mistake in mistakes] == [
        "clauses.6.5a.en is missing: the text is needed in English too.",
        "clauses.6.5a.eng is not a key that is known here; do you mean en?",
        "limits.term_months_max is 0, but must be at least 1 and at most 600.",
    ]
    edit(folder, "term_months_max = 0", "term_months_max = 60", "kemi/2016-02-22.toml")
    edit(folder, 'eng = "The loan', 'en = "The loan', "kemi/2016-02-22.toml")
    assert BECOMES in criteria(running)


def test_a_file_that_is_half_written_does_no_harm(running: Flask, folder: Path) -> None:
    text = (folder / KEUSOTE).read_text()
    (folder / KEUSOTE).write_text(text[: len(text) // 2])
    assert WAS in criteria(running)
    (folder / KEUSOTE).write_text(text)
    assert WAS in criteria(running)


def test_a_version_in_use_never_disappears(running: Flask, folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    (folder / KEUSOTE).unlink()
    assert WAS in criteria(running)
    assert refusals(caplog) == [
        ["keusote/2025-06-01.toml: the version keusote-2025 is gone, and cases may have been made under it."]
    ]


@pytest.mark.parametrize(
    ("old", "new", "file", "key"),
    [
        ("[clauses.1e]", "[clauses.1f]", KEUSOTE, "clauses.1e"),
        ("[purposes.fine]", "[purposes.penalty]", KEUSOTE, "purposes.fine"),
        ("[attachments.payroll]", "[attachments.pay]", KEUSOTE, "attachments.payroll"),
    ],
)
def test_what_cases_may_name_stays_in_a_version_in_use(
    running: Flask, folder: Path, caplog: pytest.LogCaptureFixture, old: str, new: str, file: str, key: str
) -> None:
    edit(folder, old, new, file)
    assert WAS in criteria(running)
    ((mistake,),) = refusals(caplog)
    assert f"{key} is gone, and cases may name it" in mistake


def test_figures_are_read_anew_too_and_a_bad_row_keeps_the_old_ones(running: Flask, folder: Path) -> None:
    rates = "figures/reference_rates.toml"
    with wiring(running).readers() as db:
        before = figures_of(db).reference_rate(date(2003, 1, 1)).percent
    text = (folder / rates).read_text()
    edit(folder, f'percent = "{before}"', 'percent = "3.25"', rates)
    criteria(running)
    with wiring(running).readers() as db:
        edited = [row.percent for row in figures_of(db).rates]
    assert Decimal("3.25") in edited
    (folder / rates).write_text(text.replace("percent = ", "per_cent = ", 1))
    criteria(running)
    with wiring(running).readers() as db:
        assert [row.percent for row in figures_of(db).rates] == edited


def test_a_new_version_can_be_added_beside_the_old_one(running: Flask, folder: Path, clock: Clock) -> None:
    text = (folder / KEUSOTE).read_text()
    newer = text.replace('id = "keusote-2025"', 'id = "keusote-2027"').replace(WAS, BECOMES)
    (folder / "keusote" / "2027-01-01.toml").write_text(newer.replace("2025-06-01", "2027-01-01", 1))
    edit(folder, "valid_from = 2025-06-01", "valid_from = 2025-06-01\nvalid_until = 2026-12-31")
    assert WAS in criteria(running)
    clock.forward(days=180)
    assert BECOMES in criteria(running)


def test_nothing_is_read_while_nothing_changes_and_looks_are_rare(
    running: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reloading = running.extensions["vakaa-reloading"]
    read = []
    monkeypatch.setattr(type(reloading), "_read", lambda self: read.append(1))
    criteria(running)
    assert read == []
    os.utime(folder / KEUSOTE)
    reloading.every = 60
    criteria(running)
    assert read == []
    reloading.every = 0
    criteria(running)
    criteria(running)
    assert read == [1]


def test_a_look_sees_names_times_and_sizes(folder: Path) -> None:
    before = look_at(folder)
    assert look_at(folder) == before
    assert any(name.endswith("figures/reference_rates.toml") for name, _, _ in before)
    (folder / "kemi" / "consents.toml").unlink()
    assert len(look_at(folder)) == len(before) - 1
