"""A figure is entered by one person and confirmed by another; only then is it used, by everybody at once."""

import threading
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lending.basics.database import make_sessions
from lending.basics.errors import NotAllowed, NotFound, Refused
from lending.loans.model import PlanVersion
from lending.loans.reset import reset_rates
from lending.policy.entries import (
    NewRow,
    confirm_figure,
    enter_figure,
    entries_of,
    entry_for,
    reject_figure,
    replaced_by,
)
from lending.policy.figures import figures_of, load_figures
from lending.policy.model import FigureEntry, FigureVerdict
from tests.builders import a_colleague
from tests.clock import NOW
from tests.statements import statements_of
from tests.workflow.loan_life import a_loan, noon

FOLDER = Path(__file__).parents[2] / "policies" / "figures"
H2 = date(2026, 7, 1)


@pytest.fixture
def resources(resources):
    """Production's figures: what nobody has confirmed is not used."""
    return {**resources, "figures": load_figures(FOLDER, allow_unconfirmed=False)}


def rate(percent: str = "2.5", since: date = H2, source: str = "Suomen Pankki") -> NewRow:
    return NewRow("reference_rate", since, None, {"percent": percent}, source)


def entered(db: Session, row: NewRow | None = None) -> FigureEntry:
    return enter_figure(db, row or rate(), a_colleague(db, "payments").actor, NOW)


def test_a_rate_that_nobody_has_verified_stops_until_two_people_have_entered_and_confirmed_it(db: Session) -> None:
    with pytest.raises(Refused, match="figure-not-confirmed"):
        figures_of(db).reference_rate(NOW.date())
    one, other = a_colleague(db, "payments"), a_colleague(db, "decider")
    entry = enter_figure(db, rate("3.0"), one.actor, NOW)
    assert (entry.state, entry.valid_until) == ("entered", date(2026, 12, 31))
    with pytest.raises(Refused, match="figure-not-confirmed"):
        figures_of(db).reference_rate(NOW.date())
    verdict = confirm_figure(db, entry, other.actor, NOW)
    row = figures_of(db).reference_rate(NOW.date())
    assert (str(row.percent), row.status, row.source, row.entry_id) == ("3.0", "official", "Suomen Pankki", entry.id)
    assert (entry.state, verdict.given_by_id, entry.entered_by_id) == ("confirmed", other.id, one.id)


def test_nobody_confirms_what_they_have_entered_whatever_roles_they_have(db: Session) -> None:
    everything = a_colleague(db, "payments", "decider").actor
    entry = enter_figure(db, rate(), everything, NOW)
    for judge in (
        lambda: confirm_figure(db, entry, everything, NOW),
        lambda: reject_figure(db, entry, "No", everything, NOW),
    ):
        with pytest.raises(Refused, match="figure-own-entry"):
            judge()
    assert entry.state == "entered"


def test_a_rejected_row_is_never_used_and_says_why(db: Session) -> None:
    entry, judge = entered(db), a_colleague(db, "decider").actor
    with pytest.raises(Refused, match="reason-missing"):
        reject_figure(db, entry, "  ", judge, NOW)
    verdict = reject_figure(db, entry, " The notice says 3.0. ", judge, NOW)
    assert (entry.state, verdict.reason) == ("rejected", "The notice says 3.0.")
    with pytest.raises(Refused, match="figure-not-confirmed"):
        figures_of(db).reference_rate(NOW.date())
    for again in (lambda: confirm_figure(db, entry, judge, NOW), lambda: reject_figure(db, entry, "x", judge, NOW)):
        with pytest.raises(Refused, match="not-in-this-state"):
            again()
    assert enter_figure(db, rate("3.0"), a_colleague(db, "payments").actor, NOW).state == "entered"


def test_only_those_with_the_right_enter_and_confirm(db: Session) -> None:
    with pytest.raises(NotAllowed):
        enter_figure(db, rate(), a_colleague(db, "preparer").actor, NOW)
    entry = entered(db)
    for role in ("payments", "preparer", "auditor"):
        with pytest.raises(NotAllowed):
            confirm_figure(db, entry, a_colleague(db, role).actor, NOW)


def test_an_entry_belongs_to_the_organisation_that_made_it_and_the_figure_to_all(db: Session) -> None:
    entry = entered(db)
    stranger = a_colleague(db, "decider", organisation="kemi").actor
    with pytest.raises(NotFound):
        entry_for(db, entry.id, stranger)
    with pytest.raises(NotFound):
        confirm_figure(db, entry, stranger, NOW)
    assert entries_of(db, "kemi") == []
    assert entries_of(db, "keusote") == [entry]
    confirm_figure(db, entry, a_colleague(db, "decider").actor, NOW)
    assert figures_of(db).reference_rate(NOW.date()).entry_id == entry.id


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (rate("2.4"), "rate-not-half-point"),
        (rate("2.5", since=date(2026, 8, 1)), "rate-not-half-year"),
        (rate("3.0", since=date(2026, 1, 1)), "figure-contradicts-official"),
        (rate(source="  "), "figure-source-missing"),
        (NewRow("reference_rate", H2, None, {}, "x"), "figure-incomplete"),
        (NewRow("moon", H2, None, {}, "x"), "figure-unknown"),
        (NewRow("pension_index", date(2027, 1, 1), date(2026, 1, 1), {"value": 1965}, "x"), "figure-days-reversed"),
    ],
)
def test_what_cannot_be_is_refused_when_it_is_entered(db: Session, row: NewRow, code: str) -> None:
    with pytest.raises(Refused, match=code):
        entered(db, row)
    assert entries_of(db, "keusote") == []


def test_the_same_row_is_not_entered_twice_while_it_waits(db: Session) -> None:
    entered(db)
    with pytest.raises(Refused, match="figure-entered-already"):
        entered(db, rate("3.0"))
    assert entered(db, rate(since=date(2027, 1, 1))).state == "entered"


def test_a_row_that_another_has_made_impossible_meanwhile_is_not_confirmed(db: Session) -> None:
    judge = a_colleague(db, "decider").actor
    year = entered(db, NewRow("pension_index", date(2027, 1, 1), None, {"value": 1965}, "Kela"))
    half = entered(db, NewRow("pension_index", date(2027, 7, 1), None, {"value": 1970}, "Kela"))
    confirm_figure(db, half, judge, NOW)
    with pytest.raises(Refused, match="figure-runs-into-next"):
        confirm_figure(db, year, judge, NOW)


def test_a_confirmed_row_is_mended_by_another_which_shows_what_it_replaces(db: Session) -> None:
    judge = a_colleague(db, "decider").actor
    wrong = entered(db, rate("3.0"))
    assert str(replaced_by(db, wrong).percent) == "2.5"
    confirm_figure(db, wrong, judge, NOW)
    right = entered(db, rate("2.5"))
    assert replaced_by(db, right).entry_id == wrong.id
    confirm_figure(db, right, judge, NOW)
    assert figures_of(db).reference_rate(NOW.date()).entry_id == right.id


def test_rows_and_verdicts_never_change(db: Session) -> None:
    entry = entered(db)
    confirm_figure(db, entry, a_colleague(db, "decider").actor, NOW)
    for table in (FigureEntry.__table__, FigureVerdict.__table__):
        for statement in (table.update().values(id=table.c.id), table.delete()):
            with pytest.raises(DBAPIError, match="append-only"), db.begin_nested():
                db.execute(statement)


def test_figures_are_read_once_in_a_transaction_and_anew_in_the_next(db: Session, engine, resources) -> None:
    sessions = make_sessions(engine, **resources)
    one, other = a_colleague(db, "payments").actor, a_colleague(db, "decider").actor
    db.commit()
    with sessions() as reader, sessions() as writer:
        with statements_of(engine) as sent:
            for _ in range(3):
                assert reader.scalar(select(1)) == 1
                with pytest.raises(Refused):
                    figures_of(reader).reference_rate(NOW.date())
        assert sum("figure_verdict" in each for each in sent) == 1
        reader.rollback()
        confirm_figure(writer, enter_figure(writer, rate(), one, NOW), other, NOW)
        assert figures_of(writer).reference_rate(NOW.date()).percent
        writer.commit()
        assert figures_of(reader).reference_rate(NOW.date()).percent
        first = figures_of(reader)
        reader.rollback()
        assert figures_of(reader) is first, "nothing has been confirmed since: the overlay is made once"


def test_what_was_confirmed_and_rolled_back_is_not_used(db: Session) -> None:
    with db.begin_nested() as attempt:
        confirm_figure(db, entered(db), a_colleague(db, "decider").actor, NOW)
        assert figures_of(db).reference_rate(NOW.date()).percent
        attempt.rollback()
    db.commit()
    with pytest.raises(Refused, match="figure-not-confirmed"):
        figures_of(db).reference_rate(NOW.date())


def test_two_who_judge_at_once_give_one_verdict(db: Session, engine, resources) -> None:
    sessions = make_sessions(engine, **resources)
    entry_id, judges = entered(db).id, [a_colleague(db, "decider").actor for _ in range(4)]
    db.commit()
    start, outcomes = threading.Barrier(len(judges)), []

    def judge(by, number: int) -> None:
        start.wait()
        try:
            with sessions.begin() as own:
                entry = entry_for(own, entry_id, by)
                confirm_figure(own, entry, by, NOW) if number % 2 else reject_figure(own, entry, "No", by, NOW)
            outcomes.append("done")
        except Refused as refused:
            outcomes.append(refused.code)

    threads = [threading.Thread(target=judge, args=(by, number)) for number, by in enumerate(judges)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcomes) == ["done", *["not-in-this-state"] * 3]
    assert db.query(FigureVerdict).count() == 1


def test_a_reset_reckons_every_loan_with_the_rate_it_began_with(db: Session, engine, resources) -> None:
    sessions = make_sessions(engine, **resources)
    for _ in range(3):
        a_loan(db, months=24).on(date(2026, 6, 30))
    one, other = a_colleague(db, "payments").actor, a_colleague(db, "decider").actor
    confirm_figure(db, enter_figure(db, rate("3.0"), one, NOW), other, NOW)
    db.commit()
    confirmed = []

    def meanwhile(_seen: int, _total: int) -> None:
        if not confirmed:
            with sessions.begin() as own:
                confirmed.append(confirm_figure(own, enter_figure(own, rate("4.0"), one, NOW), other, NOW))

    done = reset_rates(sessions, H2, noon(date(2026, 9, 1)), batch=1, tell=meanwhile)
    assert (str(done.percent), done.changed) == ("3.0", 3)
    db.expire_all()
    versions = db.scalars(select(PlanVersion).where(PlanVersion.reason == "reference-rate")).all()
    assert {version.terms["rates"][-1][1] for version in versions} == {"3.0"}
