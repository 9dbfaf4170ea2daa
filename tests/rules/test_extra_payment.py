"""What a payment beyond the bills would do: shown to the borrower before it is paid, to the cent."""

from dataclasses import replace
from datetime import date

import pytest

from lending.basics.errors import Refused
from lending.loans.extra_payment import foreseen, preview_extra
from lending.loans.plan import plan
from lending.loans.replay import replay
from tests.rules.books import DAY, DUES, TERMS, a_book, enter, pay_bills, under

ROWS = plan(TERMS).rows
#: After three instalments: a day on which nothing is billed and unpaid, and one on which the fourth is.
QUIET, BILLED = date(2026, 4, 20), date(2026, 5, 5)


def a_loan(on: date = QUIET):
    """Three instalments paid; the fourth billed when its day to be sent has come."""
    return pay_bills(a_book(billed=3 + (on >= DUES[3] - 14 * DAY)), QUIET)


def preview(cents, effect="shorten_term", on=QUIET, today=None, book=None):
    return preview_extra(book or a_loan(on), cents, effect, on, today or on)


def interest(rows):
    return sum(row.interest_cents for row in rows)


def code(*given, **other):
    with pytest.raises(Refused) as refused:
        preview(*given, **other)
    return refused.value.code


def test_a_payment_is_a_cent_at_least_by_an_effect_there_is_and_not_of_yesterday():
    assert code(0) == code(-1) == "amount-not-positive"
    assert preview(1).extra_cents == 1
    assert code(1, "wish") == "effect-unknown"
    assert code(1, on=QUIET, today=QUIET + DAY) == "extra-day-passed"


def test_nothing_is_shown_of_a_loan_that_is_paid():
    paid = a_loan()
    enter(paid, "payment", QUIET, 1000_00)
    assert code(1, book=paid) == "change-nothing-left"


def test_where_the_term_is_shortened_the_instalment_stays_and_the_interest_of_the_last_months_is_saved():
    found = preview(300_00)
    assert (found.billed_cents, found.extra_cents, found.credit_cents) == (0, 300_00, 0)
    assert (found.before.instalment_cents, found.before.last_due) == (101_38, DUES[11])
    assert found.before.interest_cents == interest(ROWS[3:])
    assert (found.after.instalment_cents, found.after.last_due) == (101_38, DUES[8])
    assert found.after.interest_cents == interest(found.rows)
    assert found.saved_cents == interest(ROWS[3:]) - interest(found.rows) > 0
    assert not found.pays_off


def test_where_the_instalment_is_lowered_the_rows_stay():
    found = preview(300_00, "lower_instalment")
    assert found.after.last_due == DUES[11] and len(found.rows) == 9
    assert found.after.instalment_cents == found.rows[0].instalment_cents < 70_00
    # Never below the least of the criteria: then there are fewer rows.
    least = preview(300_00, "lower_instalment", book=under(a_loan(), instalment_min_cents=80_00))
    assert least.after.instalment_cents == 80_00 and len(least.rows) < 9


def test_the_instalment_that_is_told_is_not_that_of_a_grace_month():
    terms = replace(TERMS, grace=(DUES[3],))
    found = preview(300_00, book=pay_bills(a_book(billed=3, terms=terms), QUIET))
    assert found.before.instalment_cents == found.after.instalment_cents == 101_38 > found.rows[0].instalment_cents


def test_of_falling_instalments_the_next_is_told():
    terms = replace(TERMS, method="equal_principal", instalment_cents=None)
    found = preview(300_00, book=pay_bills(a_book(billed=3, terms=terms), QUIET))
    assert found.before.instalment_cents == plan(terms).rows[3].instalment_cents
    assert found.after.instalment_cents == found.rows[0].instalment_cents > found.rows[1].instalment_cents


def test_what_has_been_billed_is_paid_first():
    found = preview(300_00, on=BILLED)
    assert (found.billed_cents, found.extra_cents) == (101_38, 198_62)
    assert found.before.interest_cents == interest(ROWS[3:])
    less = preview(100_00, "lower_instalment", on=BILLED)
    assert (less.billed_cents, less.extra_cents) == (100_00, 0)
    # Nothing went beyond the bill: the plan is as it was.
    assert (less.after.instalment_cents, less.after.last_due) == (101_38, DUES[11])


def test_what_is_more_than_everything_owed_comes_back():
    owed = replay(a_loan().history(), QUIET).owed_cents
    for more in (0, 10_00):
        found = preview(owed + more)
        assert (found.pays_off, found.credit_cents, found.rows) == (True, more, ())
        assert (found.after.instalment_cents, found.after.last_due) == (0, QUIET)
        assert found.after.interest_cents == owed - replay(a_loan().history(), QUIET).principal_cents
    assert not preview(owed - 1).pays_off


def test_what_pays_all_but_a_bill_ends_with_that_bill():
    due = replay(a_loan(BILLED).history(), BILLED)
    row = due.open_rows()[0]
    assert row.open_cents == 101_38
    found = preview(due.owed_cents, on=BILLED)
    assert (found.pays_off, found.after.last_due) == (True, BILLED)


def test_a_payment_of_a_later_day_takes_it_that_the_bills_before_it_are_paid_in_time():
    history = foreseen(a_loan(), date(2026, 6, 5), QUIET)
    assert [(row.n, row.due_date, row.billed_on) for row in history.rows[3:]] == [
        (4, DUES[3], DUES[3] - 14 * DAY),
        (5, DUES[4], DUES[4] - 14 * DAY),
    ]
    assert [(moved.day, moved.amount_cents) for moved in history.movements[4:]] == [(DUES[3], 101_38)]
    assert len({moved.key for moved in history.movements}) == 5
    later = preview(300_00, on=date(2026, 6, 5), today=QUIET)
    assert (later.billed_cents, later.extra_cents) == (101_38, 198_62)
    assert later.before.interest_cents == interest(ROWS[4:])


def test_a_bill_is_foreseen_from_the_day_it_is_sent_and_its_payment_after_its_due_date():
    sent = DUES[3] - 14 * DAY
    assert [len(foreseen(a_loan(QUIET), day, QUIET).rows) for day in (sent - DAY, sent)] == [3, 4]
    paid = [len(foreseen(a_loan(QUIET), day, QUIET).movements) for day in (DUES[3], DUES[3] + DAY)]
    assert paid == [4, 5]


def test_what_is_late_today_is_taken_as_paid_today_before_a_later_payment():
    late = pay_bills(a_book(billed=3), DUES[0])
    assert foreseen(late, QUIET, QUIET).movements == late.history().movements
    history = foreseen(late, QUIET + DAY, QUIET)
    assert [(moved.day, moved.amount_cents) for moved in history.movements[2:]] == [(QUIET, 101_38), (QUIET, 101_38)]
    assert len({moved.key for moved in history.movements}) == 4
    assert replay(history, QUIET + DAY).open_rows() == []


def test_a_loan_that_ends_before_the_day_has_no_more_bills():
    with pytest.raises(Refused, match="change-nothing-left"):
        preview(1_00, on=date(2027, 6, 1), today=QUIET)
    assert len(foreseen(a_loan(), date(2027, 6, 1), QUIET).rows) == 12
