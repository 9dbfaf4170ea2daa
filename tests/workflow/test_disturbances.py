"""Repayments that need attention: noticed in the night, told to those who know the borrower, followed up."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from lending.basics.errors import NotAllowed, NotFound, Refused
from lending.cases import casework, timeline
from lending.changes import new_terms
from lending.changes.new_terms import Wish
from lending.collection import disturbances
from lending.collection.disturbances import count_new, open_disturbances, page_of_attention, watch
from lending.collection.model import Disturbance
from lending.loans.billing import bring_all_up_to
from lending.loans.payments import record_refund
from lending.loans.reversal import reverse_payment
from lending.policy.policies import policies_of
from tests.builders import a_colleague
from tests.statements import queries_in, statements_of
from tests.workflow.loan_life import DUE, LATE, Life, a_loan, noon


def night(db: Session, on: date) -> disturbances.Watched:
    """What ``vakaa daily`` does."""
    bring_all_up_to(db, on, noon(on))
    return watch(db, on, noon(on))


def kinds(life: Life) -> list[str]:
    """The events of repayment, the oldest first."""
    events = timeline.events_of(life.db, life.case, for_citizen=False)
    return [event.kind for event in reversed(events) if event.kind.startswith("repayment-")]


def rows(life: Life, on: date = LATE):
    return page_of_attention(life.db, life.staff.preparer.actor, 1, on).rows


def test_an_instalment_is_noticed_when_it_has_become_late_and_not_before(db: Session) -> None:
    life = a_loan(db)
    assert night(db, LATE - timedelta(days=1)) == disturbances.Watched(0, 0, 0)
    assert night(db, LATE) == disturbances.Watched(1, 0, 0)
    assert night(db, LATE) == disturbances.Watched(0, 0, 0), "twice does nothing more"
    [row] = rows(life)
    instalment = life.on(LATE).rows[0].open_cents
    assert (row.kind, row.day, row.late_cents, row.days_late) == ("late", DUE, instalment, 2)
    assert (row.followed_at, row.followed_by) == (None, None)
    assert kinds(life) == ["repayment-late"]
    own = timeline.events_of(db, life.case, for_citizen=True)
    assert not [event for event in own if event.kind.startswith("repayment-")], "the borrower is told by a reminder"


def test_each_further_instalment_that_is_missed_is_told_again(db: Session) -> None:
    life = a_loan(db)
    night(db, LATE)
    disturbances.follow_up(db, life.loan, "seen", "Soitan huomenna.", life.staff.preparer.actor, noon(LATE))
    assert count_new(db, life.staff.preparer.actor) == 0
    later = date(2026, 3, 20)
    assert night(db, later).late == 1
    assert kinds(life) == ["repayment-late", "repayment-followed-up", "repayment-late"]
    assert len(open_disturbances(db, life.loan)) == 1
    assert count_new(db, life.staff.preparer.actor) == 1, "what has been seen before has become worse"
    assert rows(life, later)[0].day == DUE


def test_it_ends_when_what_is_late_has_been_paid(db: Session) -> None:
    life = a_loan(db)
    night(db, LATE)
    paid = date(2026, 2, 20)
    life.pay(paid, life.on(paid).overdue_cents)
    [row] = rows(life, paid)
    assert (row.late_cents, row.days_late) == (0, 0), "the list tells at once that it has been paid"
    assert night(db, paid) == disturbances.Watched(0, 0, 1)
    assert rows(life, paid) == () and kinds(life) == ["repayment-late", "repayment-in-order"]
    night(db, date(2026, 3, 20))
    assert [each.day for each in open_disturbances(db, life.loan)] == [date(2026, 3, 15)]


def test_a_loan_that_is_paid_off_needs_no_attention(db: Session) -> None:
    life = a_loan(db)
    night(db, LATE)
    life.pay(LATE, life.on(LATE).payoff.total_cents)
    assert life.loan.state == "closed"
    assert night(db, LATE).in_order == 1


def test_a_postponed_instalment_is_late_after_its_new_day_only(db: Session) -> None:
    life = a_loan(db, organisation="kemi")
    until = date(2026, 3, 13)
    request = new_terms.request_change(
        db,
        life.loan,
        Wish("postponement", due_date=DUE, until=until),
        "Palkka viivästyy.",
        life.borrower.actor,
        noon(date(2026, 2, 10)),
    )
    new_terms.grant_change(db, request, life.staff.decider.actor, noon(date(2026, 2, 10)))
    assert night(db, LATE).late == 0
    assert night(db, until + timedelta(days=1)).late == 1
    assert rows(life, until + timedelta(days=1))[0].day == until


def test_a_payment_that_the_bank_took_back_is_told_until_somebody_has_seen_it(db: Session) -> None:
    life = a_loan(db)
    life.on(DUE)
    paid = life.pay(DUE, life.on(DUE).rows[0].open_cents)
    mistake = life.pay(DUE, 10_00)
    payer = life.staff.payments.actor
    reverse_payment(db, life.loan, mistake.id, "wrong-amount", payer, noon(DUE))
    reverse_payment(db, life.loan, paid.id, "returned-by-bank", payer, noon(LATE))
    assert night(db, LATE) == disturbances.Watched(1, 1, 0), "a slip of the staff's own is no disturbance"
    assert night(db, LATE) == disturbances.Watched(0, 0, 0)
    assert [row.kind for row in rows(life)] == ["late", "returned"]
    disturbances.follow_up(
        db, life.loan, "contacted", "Tilillä ei ollut katetta.", life.staff.decider.actor, noon(LATE)
    )
    [row] = rows(life)
    assert (row.kind, row.followed_how, row.followed_by) == ("late", "contacted", life.staff.decider.display_name)


def test_a_refund_that_the_bank_sends_back_is_no_payment_returned(db: Session) -> None:
    life = a_loan(db)
    life.pay(DUE, life.on(DUE).payoff.total_cents + 10_00)
    payer = life.staff.payments.actor
    refund = record_refund(db, life.loan, DUE, payer, noon(DUE))
    reverse_payment(db, life.loan, refund.id, "returned-by-bank", payer, noon(LATE))
    assert night(db, LATE) == disturbances.Watched(0, 0, 0)


def test_an_old_return_is_not_told(db: Session) -> None:
    life = a_loan(db)
    paid = life.pay(DUE, 100_00)
    reverse_payment(db, life.loan, paid.id, "returned-by-bank", life.staff.payments.actor, noon(LATE))
    assert night(db, LATE + timedelta(days=disturbances.RETURNED_DAYS + 1)).returned == 0


def test_following_up_leaves_a_note_and_an_event(db: Session) -> None:
    life = a_loan(db)
    night(db, LATE)
    disturbances.follow_up(db, life.loan, "contacted", " Sovittu maksusta. ", life.staff.preparer.actor, noon(LATE))
    assert [note.text for note in casework.notes_of(db, life.case)] == ["Sovittu maksusta."]
    event = next(e for e in timeline.events_of(db, life.case, for_citizen=False) if e.kind == "repayment-followed-up")
    assert event.facts["how"] == "contacted" and "note_id" in event.facts


def test_a_follow_up_says_what_was_done_and_has_something_to_follow(db: Session) -> None:
    life = a_loan(db)
    by = life.staff.preparer.actor
    with pytest.raises(Refused, match="nothing-to-follow-up"):
        disturbances.follow_up(db, life.loan, "seen", "Kaikki hyvin.", by, noon(LATE))
    night(db, LATE)
    with pytest.raises(Refused, match="follow-up-unknown"):
        disturbances.follow_up(db, life.loan, "ignored", "Ei mitään.", by, noon(LATE))
    with pytest.raises(Refused, match="follow-up-note-missing"):
        disturbances.follow_up(db, life.loan, "seen", " ", by, noon(LATE))
    with pytest.raises(NotAllowed):
        disturbances.follow_up(db, life.loan, "seen", "Nähty.", life.staff.payments.actor, noon(LATE))
    with pytest.raises(NotFound):
        stranger = a_colleague(db, unit="team-2").actor
        disturbances.follow_up(db, life.loan, "seen", "Nähty.", stranger, noon(LATE))


def test_the_own_unit_is_told_and_the_finance_team_sees_everything(db: Session) -> None:
    """In Pohjois-Savo the own social worker is told of what the finance team sees (pohjois-savo-plan:d)."""
    life = a_loan(db, organisation="keusote")
    life.case.organisation = life.loan.organisation = "pohjois-savo"
    life.case.unit = "local-2"
    db.flush()
    night(db, LATE)
    event = next(e for e in timeline.events_of(db, life.case, for_citizen=False) if e.kind == "repayment-late")
    assert event.facts["unit"] == "local-2"
    by = {unit: a_colleague(db, "decider", unit=unit, organisation="pohjois-savo").actor for unit in _units(db)}
    seen = {unit: page_of_attention(db, actor, 1, LATE).total for unit, actor in by.items()}
    assert seen == {unit: int(unit in ("local-2", "finance-team")) for unit in seen}
    assert {unit: count_new(db, actor) for unit, actor in by.items()} == seen
    db.info["tampered"] = True


def test_the_list_asks_the_database_as_often_for_many_as_for_one(db: Session) -> None:
    by = a_loan(db).staff.preparer.actor
    night(db, LATE)
    db.expire_all()
    with statements_of(db) as one:
        assert len(page_of_attention(db, by, 1, LATE).rows) == 1
    for _ in range(4):
        a_loan(db)
    assert night(db, LATE).late == 4
    db.expire_all()
    with statements_of(db) as many:
        assert len(page_of_attention(db, by, 1, LATE).rows) == 5
    assert len(queries_in(many)) == len(queries_in(one))


def test_the_night_asks_in_batches(db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disturbances, "BATCH", 2)
    for _ in range(3):
        a_loan(db)
    assert night(db, LATE).late == 3
    assert db.query(Disturbance).count() == 3


def _units(db: Session) -> list[str]:
    return list(policies_of(db).organisation("pohjois-savo").units)
