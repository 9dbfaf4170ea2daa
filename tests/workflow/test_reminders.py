"""Reminders of what is late, and its transfer to collection by a decision (kemi-2016:8f)."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lending.basics.errors import NotAllowed, NotFound, Refused
from lending.cases import documents, timeline
from lending.cases.model import Notice
from lending.collection import reminders
from lending.collection.model import CollectionTransfer, PaymentReminder
from lending.collection.reminders import DAYS_TO_PAY, ReminderFacts, decide_transfer, reminders_of, send_reminder
from lending.loans.model import LedgerEntry
from lending.people.model import StaffMember
from tests.builders import a_colleague
from tests.workflow.loan_life import DUE, LATE, Life, a_loan, noon

#: When a second reminder may be sent of what was reminded of when it was ``LATE``, and when collection be decided on.
SECOND = LATE + timedelta(days=DAYS_TO_PAY)
TRANSFER = SECOND + timedelta(days=DAYS_TO_PAY)
NEXT_DUE = date(2026, 3, 15)


def letter(facts: ReminderFacts) -> str:
    """A letter as short as can be."""
    return f"<h2>{facts.number} {facts.late_cents} {facts.counsellor.display_name} {facts.clerk.display_name}</h2>"


@pytest.fixture
def life(db: Session) -> Life:
    """A loan of Kemi's."""
    return a_loan(db, organisation="kemi")


def remind(life: Life, on: date, by: StaffMember | None = None) -> PaymentReminder:
    life.on(on)
    return send_reminder(life.db, life.loan, letter, (by or life.staff.payments).actor, noon(on))


def transfer(life: Life, on: date, due_date: date | None = None, **given) -> CollectionTransfer:
    by = given.get("by", life.staff.decider).actor
    return decide_transfer(life.db, life.loan, due_date, given.get("reasons", "Ei yhteyttä."), by, noon(on))


def reminded_twice(life: Life) -> None:
    remind(life, LATE)
    remind(life, SECOND)


def test_a_reminder_is_sent_only_of_what_is_late(life: Life) -> None:
    with pytest.raises(Refused, match="nothing-to-remind"):
        remind(life, LATE - timedelta(days=1))
    assert reminders_of(life.db, life.loan) == []
    owed = life.on(LATE).rows[0].open_cents
    sent = remind(life, LATE)
    assert (sent.number, sent.due_dates, sent.late_cents) == (1, [DUE.isoformat()], owed)
    life.pay(LATE, life.on(LATE).overdue_cents)
    with pytest.raises(Refused, match="nothing-to-remind"):
        remind(life, SECOND)


def test_the_letter_is_kept_and_names_the_counsellor_and_the_billing_clerk(life: Life) -> None:
    life.case.handler_id = life.staff.decider.id
    sent = remind(life, LATE)
    kept = documents.document_of(life.db, life.case, sent.document_id)
    assert (kept.kind, kept.language) == ("reminder", "fi") and documents.is_intact(kept)
    assert (
        kept.html
        == f"<h2>1 {sent.late_cents} {life.staff.decider.display_name} {life.staff.payments.display_name}</h2>"
    )
    [event] = [e for e in timeline.events_of(life.db, life.case, for_citizen=True) if e.kind == "reminder-sent"]
    assert event.facts["number"] == 1 and event.facts["document_id"] == str(kept.id)
    assert life.db.scalars(select(Notice).where(Notice.kind == "reminder-sent")).one().citizen_id == life.borrower.id


def test_where_nobody_handles_the_case_a_preparer_of_the_unit_is_named(life: Life) -> None:
    life.case.handler_id = None
    life.on(LATE)
    facts = reminders.preview_reminder(life.db, life.loan, life.staff.payments.actor, noon(LATE))
    assert facts.counsellor == life.staff.preparer and facts.clerk == life.staff.payments
    life.staff.preparer.active = False
    life.db.flush()
    with pytest.raises(Refused, match="counsellor-missing"):
        remind(life, LATE)


def test_the_second_comes_two_weeks_after_the_first_and_there_is_no_third(life: Life) -> None:
    remind(life, LATE)
    with pytest.raises(Refused, match="reminder-too-soon") as refused:
        remind(life, SECOND - timedelta(days=1))
    assert refused.value.facts == {"earliest": SECOND}
    assert remind(life, SECOND).number == 2
    with pytest.raises(Refused, match="reminded-twice"):
        remind(life, date(2026, 3, 14))


def test_an_instalment_that_is_missed_later_is_reminded_of_twice_too(life: Life) -> None:
    reminded_twice(life)
    later = remind(life, TRANSFER + timedelta(days=1))
    assert (later.number, later.due_dates) == (1, [DUE.isoformat(), NEXT_DUE.isoformat()])


def test_who_may_remind_is_said_by_the_criteria(life: Life) -> None:
    assert remind(life, LATE).sent_by_id == life.staff.payments.id
    for other in (life.staff.preparer, life.staff.decider):
        with pytest.raises(NotAllowed):
            remind(life, SECOND, other)
    with pytest.raises(NotFound):
        remind(life, SECOND, a_colleague(life.db, "payments"))


def test_an_organisation_whose_criteria_do_not_name_them_has_neither(db: Session) -> None:
    elsewhere = a_loan(db)
    with pytest.raises(NotAllowed):
        remind(elsewhere, LATE)
    with pytest.raises(NotAllowed):
        transfer(elsewhere, LATE)


def test_a_transfer_needs_two_reminders_and_two_weeks_more(life: Life) -> None:
    life.on(LATE)
    with pytest.raises(Refused, match="not-reminded-twice"):
        transfer(life, LATE)
    reminded_twice(life)
    with pytest.raises(Refused, match="transfer-too-soon") as refused:
        transfer(life, TRANSFER - timedelta(days=1))
    assert refused.value.facts == {"earliest": TRANSFER}
    entries = life.db.scalars(select(LedgerEntry.id)).all()
    made = transfer(life, TRANSFER, DUE, reasons=" Ei yhteyttä kehotuksista huolimatta. ")
    assert (made.due_dates, made.reasons) == ([DUE.isoformat()], "Ei yhteyttä kehotuksista huolimatta.")
    assert life.db.scalars(select(LedgerEntry.id)).all() == entries, "no money moves"
    assert life.loan.state == "running"
    kinds = [event.kind for event in timeline.events_of(life.db, life.case, for_citizen=True)]
    assert kinds[0] == "transfer-decided"
    assert life.db.scalars(select(Notice).where(Notice.kind == "transfer-decided")).one()


def test_a_transfer_is_decided_with_reasons_by_the_social_worker(life: Life) -> None:
    reminded_twice(life)
    with pytest.raises(Refused, match="transfer-reasons-missing"):
        transfer(life, TRANSFER, reasons="  ")
    for other in (life.staff.payments, life.staff.preparer):
        with pytest.raises(NotAllowed):
            transfer(life, TRANSFER, by=other)


def test_one_instalment_is_transferred_while_the_others_stay(life: Life) -> None:
    reminded_twice(life)
    on = TRANSFER + timedelta(days=3)
    life.on(on)
    with pytest.raises(Refused, match="not-reminded-twice"):
        transfer(life, on)
    with pytest.raises(Refused, match="instalment-not-late"):
        transfer(life, on, date(2026, 4, 15))
    assert transfer(life, on, DUE).due_dates == [DUE.isoformat()]
    with pytest.raises(Refused, match="instalment-not-late"):
        transfer(life, on, DUE)
    assert remind(life, on).due_dates == [NEXT_DUE.isoformat()], "what is in collection is not reminded of any more"


def test_everything_late_is_transferred_at_once_when_it_all_has_been_reminded_of_twice(life: Life) -> None:
    remind(life, TRANSFER)
    remind(life, TRANSFER + timedelta(days=DAYS_TO_PAY))
    on = TRANSFER + timedelta(days=2 * DAYS_TO_PAY)
    late = life.on(on).overdue_cents
    made = transfer(life, on)
    assert (made.due_dates, made.late_cents) == ([DUE.isoformat(), NEXT_DUE.isoformat()], late)
    with pytest.raises(Refused, match="nothing-to-transfer"):
        transfer(life, on)


@pytest.mark.parametrize("model", [PaymentReminder, CollectionTransfer])
def test_what_was_sent_or_decided_never_changes(life: Life, model: type) -> None:
    reminded_twice(life)
    transfer(life, TRANSFER, DUE)
    row = life.db.scalars(select(model)).first()
    row.late_cents = 1
    with pytest.raises(DBAPIError, match="append-only"):
        life.db.flush()
    life.db.rollback()


@pytest.mark.parametrize("model", [PaymentReminder, CollectionTransfer])
def test_no_fee_and_no_late_interest_has_a_place(model: type) -> None:
    assert [column.name for column in model.__table__.columns if column.name.endswith("_cents")] == ["late_cents"]
