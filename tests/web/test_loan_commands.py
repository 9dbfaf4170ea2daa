"""The commands that read the database: figures of one loan with a line in the access log, resets and the proof."""

import json
from datetime import date
from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from lending.basics.money import euros
from lending.loans.model import Loan
from lending.loans.position import position
from lending.people import access_log
from lending.people.model import AccessLogEntry, Citizen, StaffMember
from tests.workflow.loan_life import Life, a_loan, noon
from web.cli import main

Sessions = sessionmaker[Session]
TODAY = date(2026, 4, 20)
LATE = date(2026, 4, 10)


@pytest.fixture(autouse=True)
def installed(engine: Engine, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line finds this test's database, on a day of the test's own, with Maija at the keyboard."""
    monkeypatch.setenv("VAKAA_DATA", str(tmp_path))
    monkeypatch.setenv("VAKAA_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("VAKAA_DEMO", "1")
    monkeypatch.setenv("VAKAA_DEMO_NOW", noon(TODAY).isoformat())
    monkeypatch.setenv("SUDO_USER", "maija")


@pytest.fixture
def life(sessions: Sessions, citizen: Citizen) -> Life:
    """A loan paid on time but for April, whose money came early and was booked late."""
    with sessions.begin() as db:
        life = a_loan(db, citizen=citizen)
        life.pay_instalments(date(2026, 3, 20))
        life.pay(date(2026, 4, 2), 300_00, booked=LATE)
        life.on(TODAY)
        return life


@pytest.fixture
def number(life: Life) -> str:
    assert life.case.number
    return life.case.number


def run(*words: str) -> tuple[list[dict], int]:
    """Run a command: what it writes, line by line, and its exit status."""
    result = CliRunner().invoke(main, list(words))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return [json.loads(line) for line in result.stdout.splitlines()], result.exit_code


def ask(*words: str) -> dict:
    """The one answer of a command that works."""
    (answer,), status = run(*words)
    assert status == 0, answer
    return answer


def refusal(*words: str) -> str:
    """The code of what a command refuses."""
    (answer,), status = run(*words)
    assert status == 2 and set(answer) == {"error", "message", "facts"}
    return answer["error"]


# --- One loan --------------------------------------------------------------------------------------------------------


def test_a_statement_explains_each_entry_with_the_balances_after_it(life: Life, number: str, sessions: Sessions):
    answer = ask("loan", "statement", number)
    with sessions() as db:
        stands = position(db, db.get_one(Loan, life.loan.id), TODAY)
    assert (answer["case"], answer["on"], answer["state"]) == (number, "2026-04-20", "running")
    assert answer["balances"] == {"principal": euros(stands.principal_cents), "interest": "0.00", "credit": "0.00"}
    lines = answer["lines"]
    assert [line["value_date"] for line in lines] == sorted(line["value_date"] for line in lines)
    assert [line["explanation"] for line in lines[:3]] == ["disbursed", "interest-for-days", "paid-instalments"]
    assert lines[0]["after"] == {"principal": "3000.00", "interest": "0.00", "credit": "0.00"}
    assert lines[1]["facts"]["segments"][0] == {
        "from": "2026-01-10",
        "until": "2026-02-15",
        "days": 36,
        "percent": "2.5",
    }
    assert lines[-1]["after"] == answer["balances"]


def test_a_statement_of_an_earlier_day_leaves_out_what_came_later(number: str):
    answer = ask("loan", "statement", number, "--on", "2026-02-14")
    assert [line["kind"] for line in answer["lines"]] == ["disbursement"]
    assert ask("loan", "statement", number, "--on", "2026-01-01")["lines"] == []
    assert refusal("loan", "statement", number, "--on", "1.2.2026") == "date-invalid"


def test_a_pay_off_is_to_the_day_and_adds_up(life: Life, number: str, sessions: Sessions):
    answer = ask("loan", "payoff", number, "--on", "2026-05-03")
    with sessions() as db:
        owed = position(db, db.get_one(Loan, life.loan.id), date(2026, 5, 3)).payoff
    assert (answer["total"], answer["principal"]) == (euros(owed.total_cents), euros(owed.principal_cents))
    assert answer["accrued"] == euros(owed.accrued_cents) != "0.00"
    assert refusal("loan", "payoff", number, "--on", "2026-01-09") == "value-date-before-loan"
    assert refusal("loan", "payoff", number, "--on", "soon") == "date-invalid"


def test_a_history_knows_what_had_been_booked_by_the_day(number: str):
    before, after = (ask("loan", "history", number, "--as-of", day) for day in ("2026-04-09", "2026-04-10"))
    came = [entry for entry in after["entries"] if entry["value_date"] == "2026-04-02"]
    assert [entry["booked_on"] for entry in came if entry["kind"] == "payment"] == ["2026-04-10"]
    assert all(entry["booked_on"] < "2026-04-10" for entry in before["entries"])
    assert before["balances"]["principal"] > after["balances"]["principal"]
    # By value dates the money counts from the day it came.
    assert ask("loan", "statement", number, "--on", "2026-04-09")["balances"] == after["balances"]
    assert refusal("loan", "history", number, "--as-of", "") == "date-invalid"


@pytest.mark.parametrize(
    "words", [("statement",), ("payoff", "--on", "2026-04-20"), ("history", "--as-of", "2026-04-20")]
)
def test_a_case_without_a_loan_is_told(words: tuple[str, ...]):
    assert refusal("loan", words[0], "KEUSOTE-2026-999999", *words[1:]) == "loan-unknown"


def test_a_database_that_does_not_answer_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path):
    monkeypatch.setenv("VAKAA_DATABASE_URL", f"sqlite:///{tmp_path / 'nowhere' / 'x.sqlite'}")
    for words in (("loan", "statement", "KEUSOTE-2026-000001"), ("verify",), ("rates", "reset", "--on", "2026-07-01")):
        result = CliRunner().invoke(main, list(words))
        assert (result.exit_code, result.stdout) == (2, "")
        assert "does not answer" in result.stderr and "Traceback" not in result.stderr


# --- Who looked ------------------------------------------------------------------------------------------------------


def looks(sessions: Sessions, citizen_id: UUID) -> list[tuple[AccessLogEntry, StaffMember]]:
    with sessions() as db:
        return access_log.views_of(db, citizen_id)


def test_each_look_is_in_the_access_log_by_the_name_the_operating_system_knows(
    citizen: Citizen, number: str, sessions: Sessions
):
    ask("loan", "statement", number)
    ask("loan", "payoff", number, "--on", "2026-05-03", "--reason", "Asked by telephone, ticket 4711")
    ask("loan", "history", number, "--as-of", "2026-04-20")
    found = looks(sessions, citizen.id)
    assert [entry.reason for entry, _ in found] == ["vakaa loan", "Asked by telephone, ticket 4711", "vakaa loan"]
    assert {entry.what for entry, _ in found} == {"loan"}
    (operator,) = {member.id: member for _, member in found}.values()
    assert (operator.username, operator.display_name, operator.active) == ("maija", "IT maija", False)
    assert operator.roles == []


def test_a_member_of_staff_at_the_keyboard_is_named_as_such(
    life: Life, citizen: Citizen, number: str, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SUDO_USER", life.staff.payments.username)
    ask("loan", "statement", number)
    ((_, member),) = looks(sessions, citizen.id)
    assert member.id == life.staff.payments.id and member.active


def test_without_sudo_it_is_whoever_the_process_runs_as(
    citizen: Citizen, number: str, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("SUDO_USER")
    monkeypatch.setenv("USER", "somebody-else")
    monkeypatch.setattr("web.commands.loan.os.getuid", lambda: 4_000_000_001)
    ask("loan", "statement", number)
    ((_, member),) = looks(sessions, citizen.id)
    assert member.username == "4000000001"


def test_a_look_that_cannot_be_logged_shows_nothing(
    citizen: Citizen, number: str, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
):
    def full(*_words: object, **_more: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    assert refusal("loan", "statement", number, "--reason", "x" * 301) == "text-too-long"
    monkeypatch.setattr(access_log, "record", full)
    result = CliRunner().invoke(main, ["loan", "statement", number])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "disk is full" in result.stderr
    assert looks(sessions, citizen.id) == []


def test_no_name_and_no_identity_code_is_printed(citizen: Citizen, number: str):
    for words in (
        ("statement", number),
        ("payoff", number, "--on", "2026-05-03"),
        ("history", number, "--as-of", "2026-04-20"),
    ):
        said = CliRunner().invoke(main, ["loan", *words]).output
        assert citizen.family_name not in said and citizen.given_names not in said
        assert str(citizen.id) not in said


# --- Every loan ------------------------------------------------------------------------------------------------------


def test_a_reset_may_look_ahead_dry_and_is_done_once(life: Life, sessions: Sessions, monkeypatch: pytest.MonkeyPatch):
    assert refusal("rates", "reset", "--on", "2026-07-01") == "reset-in-future"
    assert refusal("rates", "reset", "--on", "2099-07-01") == "figure-missing"
    assert refusal("rates", "reset", "--on", "July") == "date-invalid"
    ahead = ask("rates", "reset", "--on", "2026-07-01", "--dry-run")
    monkeypatch.setenv("VAKAA_DEMO_NOW", noon(date(2026, 7, 1)).isoformat())
    first, again = (ask("rates", "reset", "--on", "2026-07-01") for _ in range(2))
    assert (ahead["dry_run"], first["dry_run"]) == (True, False)
    assert set(first) == {
        "on", "percent", "dry_run", "loans", "changed", "unchanged", "brought_up_first", "instalment_higher",
        "instalment_lower", "instalments_before", "instalments_after", "refused",
    }  # fmt: skip
    assert (ahead["loans"], first["loans"], again["loans"]) == (1, 1, 1)
    assert (again["changed"], again["unchanged"]) == (0, 1)
    assert first["changed"] == ahead["changed"]
    with sessions() as db:
        reasons = [version.reason for version in position(db, db.get_one(Loan, life.loan.id), TODAY).versions]
    assert reasons.count("reference-rate") == first["changed"]


def test_the_proof_finds_nothing_in_books_that_hold(life: Life):
    assert run("verify") == ([], 0)
    assert run("verify", "--deep") == ([], 0)


def test_the_proof_writes_a_line_for_each_fault_and_says_so_by_its_exit_status(
    life: Life, number: str, sessions: Sessions
):
    with sessions.begin() as db:
        kept = db.scalar(select(Loan.principal_balance_cents))
        db.execute(text("UPDATE loan SET principal_balance_cents = principal_balance_cents + 100"))
    lines, status = run("verify")
    assert status == 1
    assert lines == [
        {"fault": "principal-differs", "case": number, "facts": {"kept": euros(kept + 100), "ledger": euros(kept)}}
    ]
    deep, status = run("verify", "--deep")
    assert status == 1 and [line["fault"] for line in deep] == ["principal-differs", "standing-differs"]
