"""What a loan's page shows of each instalment: paid, late, billed or planned, and the principal after it."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from uuid import uuid4

import pytest

from lending.basics.actor import Actor
from lending.basics.errors import NotFound
from lending.loans.plan import plan
from lending.loans.position import loan_of, own_loan, own_loans, position_of, staff_loan
from tests.rules.books import DAY, DUES, TERMS, Nowhere, a_book, bill, enter, pay_bills

ROWS = plan(TERMS).rows
#: The fourth instalment, due on 15 May, was billed on 1 May.
BILLED = date(2026, 5, 5)


def a_loan(billed=4, paid=2, terms=TERMS):
    """Some instalments billed, and the first of them paid on time."""
    return pay_bills(a_book(billed, terms), DUES[paid - 1])


def test_every_instalment_has_the_state_it_is_in():
    found = position_of(a_loan(), BILLED)
    assert [row.state for row in found.rows] == ["paid", "paid", "overdue", "billed", *["planned"] * 8]
    assert [row.is_paid for row in found.rows] == [True, True, *[False] * 10]
    assert [row.is_billed for row in found.rows] == [*[True] * 4, *[False] * 8]
    assert [row.n for row in found.overdue_rows] == [3] and found.overdue_cents == 101_38
    assert found.last_due == DUES[11]
    assert found.interest_ahead_cents == sum(row.interest_cents for row in found.rows[4:]) > 0


def test_next_to_pay_is_the_first_that_is_not_late_and_not_paid():
    late = position_of(a_loan(), BILLED).next_instalment
    assert (late.n, late.last_day, late.amount_cents, late.billed) == (4, DUES[3], 101_38, True)
    on_time = position_of(a_loan(3, 3), DUES[2]).next_instalment
    assert (on_time.n, on_time.amount_cents, on_time.billed) == (4, 101_38, False)
    today = position_of(a_loan(3), DUES[2])
    assert (today.rows[2].state, today.next_instalment.n) == ("due", 3)
    assert position_of(a_loan(3), DUES[2] - DAY).rows[2].state == "billed"
    over = pay_bills(a_book(12), DUES[11])
    assert position_of(over, DUES[11]).next_instalment is None


def test_a_loan_that_was_paid_off_before_its_first_bill_has_no_rows():
    paid = a_book()
    enter(paid, "payment", TERMS.start, 1200_00)
    assert (position_of(paid, BILLED).rows, position_of(paid, BILLED).last_due) == ((), None)


def test_an_instalment_shows_the_interest_that_was_charged_once_it_is_known_and_before_that_what_is_foreseen():
    book = a_loan()
    before = position_of(book, BILLED).rows
    assert before[0].interest_cents == 2_96 and before[0].principal_cents == 98_42
    # The third is late, and bears interest until the day it is paid.
    assert ROWS[3].interest_cents < before[3].interest_cents < position_of(book, DUES[3]).rows[3].interest_cents
    # Paid ahead of its due date it is known; open by a cent it is not.
    enter(book, "payment", BILLED, 2 * 101_38 - 1)
    foreseen = position_of(book, BILLED).rows[3].interest_cents
    enter(book, "payment", BILLED, 1)
    assert 0 < position_of(book, BILLED).rows[3].interest_cents < foreseen


@pytest.mark.parametrize("paid", range(5))
def test_the_instalments_of_a_loan_that_is_late_repay_it_to_the_cent(paid):
    rows = position_of(a_loan(5, paid) if paid else a_book(5), DUES[3] + 5 * DAY).rows
    assert sum(row.principal_cents for row in rows) == 1200_00
    for row, after in pairwise(rows[4:]):
        assert after.closing_cents == row.closing_cents - after.principal_cents
    assert rows[-1].closing_cents == 0


def test_no_more_interest_is_shown_than_the_instalment_holds():
    book = a_book()
    bill(book, 1, DUES[0], 1_00, 1_00)
    row = position_of(book, DUES[0]).rows[0]
    assert (row.interest_cents, row.principal_cents) == (1_00, 0)


def test_the_principal_after_an_instalment_is_what_it_was_or_what_it_will_be_once_all_before_it_is_paid():
    found = position_of(a_loan(), BILLED)
    first, second, late, billed = found.rows[:4]
    # The ledger of this test books every payment as principal.
    assert (first.closing_cents, second.closing_cents) == (1200_00 - 101_38, 1200_00 - 2 * 101_38)
    assert late.closing_cents == 1200_00 - 2 * 101_38
    assert billed.closing_cents == found.principal_cents - late.principal_cents - billed.principal_cents
    on_the_day = position_of(a_loan(), DUES[3]).rows[3]
    assert on_the_day.closing_cents == 1200_00 - 2 * 101_38


def test_the_last_instalment_leaves_nothing_and_never_less():
    sent = DUES[11] - 14 * DAY
    on_time = pay_bills(a_book(12), DUES[10])
    assert position_of(on_time, sent).rows[11].closing_cents == 0
    less = position_of(on_time, sent)
    assert less.rows[11].open_cents == ROWS[11].instalment_cents
    extra = pay_bills(a_book(12), DUES[10])
    extra.rows[11].instalment_cents = 150_00
    assert position_of(extra, sent).rows[11].closing_cents == 0


def test_a_grace_month_leaves_the_principal_as_it_is():
    resting = replace(TERMS, grace=(DUES[3],))
    found = position_of(a_loan(4, 3, resting), BILLED)
    assert (found.rows[3].kind, found.rows[3].principal_cents) == ("grace", 0)
    assert found.rows[3].closing_cents == found.principal_cents


def test_a_postponed_instalment_is_late_after_its_new_day():
    later = replace(TERMS, postponed=((3, date(2026, 5, 5)),))
    assert position_of(a_loan(terms=later), BILLED).rows[2].state == "due"
    row = position_of(a_loan(terms=later), BILLED + DAY).rows[2]
    assert (row.state, row.postponed_until, row.last_day) == ("overdue", date(2026, 5, 5), date(2026, 5, 5))


@pytest.mark.parametrize(("until", "first"), [(date(2026, 5, 10), 3), (date(2026, 6, 5), 4)])
def test_next_to_pay_is_what_has_the_first_day_even_where_an_instalment_was_postponed(until: date, first: int):
    found = position_of(a_loan(terms=replace(TERMS, postponed=((3, until),))), BILLED)
    assert (found.next_instalment.n, found.next_instalment.last_day) == (first, min(until, DUES[3]))


def test_an_instalment_not_yet_billed_can_have_been_postponed_and_the_last_one_ends_the_loan_later():
    until = DUES[11] + 20 * DAY
    found = position_of(a_loan(terms=replace(TERMS, postponed=((12, until),))), BILLED)
    assert (found.rows[11].due_date, found.rows[11].last_day, found.last_due) == (DUES[11], until, until)


def test_what_is_late_the_longest_comes_first():
    later = replace(TERMS, postponed=((3, date(2026, 5, 20)),))
    found = position_of(a_loan(4, 2, later), date(2026, 5, 25))
    assert [row.n for row in found.overdue_rows] == [4, 3]


class Asked(Nowhere):
    """A session that has nothing, and remembers what it was asked for."""

    def get(self, *_: object) -> None:
        """There is none."""

    def scalars(self, query: object) -> list[object]:
        """None either."""
        self.added.append(str(query))
        return []

    scalar = scalars


def test_a_loan_that_is_not_there_is_not_found():
    for find in (own_loan, staff_loan):
        with pytest.raises(NotFound):
            find(Asked(), uuid4(), Actor("citizen", uuid4()))


def test_loans_are_looked_for_by_who_borrows_and_by_their_case():
    db = Asked()
    own_loans(db, Actor("citizen", uuid4()))
    loan_of(db, a_book().case)
    assert "WHERE loan.citizen_id = :" in db.added[0] and "WHERE loan.case_id = :" in db.added[1]
