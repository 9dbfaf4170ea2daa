"""Configuration: safe by default, and no start where a door would stand open."""

import base64
import sqlite3
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from web.cli import main
from web.config import Config, UnsafeStart

KEY = base64.b64encode(bytes(32)).decode()
SOUND = {"VAKAA_SECRET_KEY": "x" * 40, "VAKAA_VAULT_KEYS": KEY}


def from_environment(tmp_path: Path, **changes: str) -> Config:
    return Config.from_environment({"VAKAA_DATA": str(tmp_path), **SOUND, **changes})


def test_the_defaults_are_those_of_production(tmp_path: Path):
    config = from_environment(tmp_path)
    assert (config.demo, config.debug, config.sign_in, config.cookie_secure) == (False, False, "none", True)
    assert config.limits and config.trusted_proxies == 0
    assert config.database_url == f"sqlite:///{tmp_path}/vakaa.sqlite3"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"VAKAA_SECRET_KEY": ""}, "VAKAA_SECRET_KEY"),
        ({"VAKAA_SECRET_KEY": "short"}, "VAKAA_SECRET_KEY"),
        ({"VAKAA_VAULT_KEYS": ""}, "VAKAA_VAULT_KEYS"),
        ({"VAKAA_VAULT_KEYS": "c2hvcnQ="}, "32 bytes"),
        ({"VAKAA_VAULT_KEYS": "not base64!"}, "base64"),
        ({"VAKAA_SIGN_IN": "demo"}, "lets anyone in"),
        ({"VAKAA_SIGN_IN": "magic"}, "none or demo"),
        ({"VAKAA_DEBUG": "1"}, "VAKAA_DEBUG"),
        ({"VAKAA_DEBUG": "maybe"}, "1 or 0"),
        ({"VAKAA_COOKIE_SECURE": "0"}, "VAKAA_COOKIE_SECURE"),
        ({"VAKAA_DEMO_NOW": "2026-03-05T12:00"}, "VAKAA_DEMO_NOW"),
        ({"VAKAA_SESSION_IDLE_MINUTES": "ten"}, "whole number"),
        ({"VAKAA_DEMO": "1", "VAKAA_DEMO_NOW": "yesterday"}, "a moment such as"),
        ({"VAKAA_VAULT_KEYS": "säilö"}, "base64"),
        ({"VAKAA_SESSION_IDLE_MINUTES": "0"}, "VAKAA_SESSION_IDLE_MINUTES is 0"),
        ({"VAKAA_SESSION_ABSOLUTE_MINUTES": "9" * 30}, "VAKAA_SESSION_ABSOLUTE_MINUTES"),
        ({"VAKAA_LOG_LEVEL": "loud"}, "VAKAA_LOG_LEVEL is 'LOUD'; it can be DEBUG, INFO"),
    ],
)
def test_production_refuses_an_unsafe_start_and_says_what_to_change(tmp_path: Path, changes: dict, sentence: str):
    with pytest.raises(UnsafeStart, match=sentence):
        from_environment(tmp_path, **changes)


@pytest.mark.parametrize("command", ["serve", "migrate", "daily", "demo"])
def test_the_command_line_tells_it_in_a_sentence_and_ends_with_2(tmp_path: Path, command: str):
    environment = {"VAKAA_DATA": str(tmp_path), "VAKAA_SECRET_KEY": None, "VAKAA_DEMO": None, "VAKAA_VAULT_KEYS": None}
    result = CliRunner().invoke(main, [command], env=environment)
    assert result.exit_code == 2
    assert "VAKAA_SECRET_KEY" in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "address", ["nonsense", "postgresql://me:secret@host:port/name", "mysql://me:secret@host/name"]
)
def test_an_address_that_is_of_no_database_is_told_without_its_password(tmp_path: Path, address: str):
    result = start(tmp_path, "migrate", VAKAA_DATABASE_URL=address)
    assert result.exit_code == 2
    assert "VAKAA_DATABASE_URL" in result.stderr and "secret" not in result.stderr


def test_a_counting_place_that_is_not_there_is_told_with_its_setting(tmp_path: Path):
    result = start(tmp_path, "serve", VAKAA_LIMITS_STORAGE="nowhere://me:secret@host")
    assert result.exit_code == 2
    assert "VAKAA_LIMITS_STORAGE" in result.stderr and "secret" not in result.stderr


@pytest.mark.parametrize("more", [{}, {"VAKAA_DEMO": "1", "VAKAA_SECRET_KEY": ""}])
def test_a_data_folder_that_cannot_be_made_is_told_with_its_setting(tmp_path: Path, more: dict):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    result = start(tmp_path, "migrate", VAKAA_DATA=str(in_the_way), **more)
    assert result.exit_code == 2
    assert f"VAKAA_DATA is {in_the_way}, and no folder can be used there: File exists." in result.stderr


def test_a_database_of_a_newer_version_is_told_and_left_alone(tmp_path: Path):
    assert start(tmp_path, "migrate").exit_code == 0
    with sqlite3.connect(tmp_path / "vakaa.sqlite3") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    result = start(tmp_path, "migrate")
    assert result.exit_code == 2
    assert "is of a newer version of Vakaa: it stands at 9999" in result.stderr


def test_tables_that_are_in_the_way_are_not_called_a_database_that_does_not_answer(tmp_path: Path):
    assert start(tmp_path, "migrate").exit_code == 0
    with sqlite3.connect(tmp_path / "vakaa.sqlite3") as database:
        database.execute("DROP TABLE alembic_version")
    result = start(tmp_path, "migrate")
    assert result.exit_code == 2
    assert "could not be brought to the tables of this version" in result.stderr
    assert "does not answer" not in result.stderr


@pytest.mark.parametrize("words", [("--port", "0"), ("--port", "70000"), ("--workers", "0")])
def test_a_port_that_cannot_be_and_no_process_at_all_are_refused(tmp_path: Path, words: tuple[str, str]):
    # Were it not refused, it would not come as far as to serve: there is no key.
    result = start(tmp_path, "serve", *words, VAKAA_SECRET_KEY="")
    assert result.exit_code == 2
    assert words[0] in result.stderr and "not in the range" in result.stderr


def start(tmp_path: Path, *words: str, **changes: str):
    """A command with sound settings, but for these; told in words, whatever is wrong."""
    environment = {"VAKAA_DATA": str(tmp_path), "VAKAA_DEMO": "0", "VAKAA_DATABASE_URL": "", **SOUND, **changes}
    result = CliRunner().invoke(main, list(words), env=environment)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_the_demo_makes_its_keys_once_for_the_owners_eyes_only(tmp_path: Path):
    demo = {"VAKAA_DATA": str(tmp_path / "new"), "VAKAA_DEMO": "1"}
    first, second = Config.from_environment(demo), Config.from_environment(demo)
    assert (first.secret_key, first.vault_keys) == (second.secret_key, second.vault_keys)
    for name in ("secret-key", "vault-key"):
        assert stat.S_IMODE((tmp_path / "new" / name).stat().st_mode) == 0o600


def test_keys_are_not_shown_with_the_configuration(tmp_path: Path):
    assert "x" * 40 not in repr(from_environment(tmp_path))


def test_demo_mode_is_asked_for_on_the_command_line_too(tmp_path: Path):
    assert Config.from_environment({"VAKAA_DATA": str(tmp_path)}, demo=True).sign_in == "demo"
