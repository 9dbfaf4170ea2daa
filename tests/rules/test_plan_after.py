"""The plan after money has come beyond the bills, or such a payment was undone; and what each version changed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from lending.basics.actor import SYSTEM
from lending.loans.ahead import rest_of, side_of
from lending.loans.plan import plan
from lending.loans.plan_after import extras, follow_extras, rows_allowed
from lending.loans.planning import lower_instalment, make_version, shorten_term, with_effect
from lending.loans.terms import from_json
from lending.loans.versions import effects_of
from tests.rules.books import (
    DAY,
    DUES,
    TERMS,
    Nowhere,
    a_book,
    bill,
    enter,
    noon,
    pay_bills,
    under,
    version,
)

LOWER = "lower_instalment"
#: After three instalments; a day on which nothing is billed and unpaid.
QUIET = date(2026, 4, 20)


def a_loan(terms=TERMS):
    return pay_bills(a_book(billed=3, terms=terms), QUIET)


def follow(book, before, effect="shorten_term", day=QUIET, reason="extra-payment"):
    return follow_extras(Nowhere(), book, before, effect, reason, SYSTEM, noon(day))


def pay_extra(book, cents, effect="shorten_term", day=QUIET):
    """Pay beyond the bills, and let the plan follow; the entry."""
    before = extras(book, day)
    entry = enter(book, "payment", day, cents)
    assert follow(book, before, effect, day)
    return entry


def undo(book, *entries, effect="shorten_term", day=QUIET + 5 * DAY):
    """Reverse payments, and let the plan follow; its terms."""
    before = extras(book, day)
    for entry in entries:
        enter(book, "reversal", entry.value_date, 0, booked=day, reverses_id=entry.id)
    return from_json(follow(book, before, effect, day, "correction").terms)


# --- The plan follows ------------------------------------------------------------------------------------------------


def test_only_what_goes_beyond_the_bills_is_extra():
    book = a_loan()
    assert extras(book, QUIET) == {}
    entry = enter(book, "payment", QUIET, 500_00)
    assert extras(book, QUIET) == {entry.id: 500_00}
    assert extras(book, QUIET - DAY) == {}


def test_the_plan_follows_an_extra_payment_once():
    book = a_loan()
    assert follow(book, {}) is None
    entry = enter(book, "payment", QUIET, 500_00)
    made = follow(book, {})
    assert (made.number, made.reason, made.from_n, made.from_due) == (2, "extra-payment", 4, DUES[3])
    assert (made.instalment_cents, made.terms["instalments"]) == (101_38, 4)
    assert follow(book, {entry.id: 500_00}) is None and len(book.versions) == 2


def test_the_instalment_is_lowered_where_the_borrower_chose_so():
    book = a_loan()
    pay_extra(book, 500_00, LOWER)
    assert book.terms.instalments == 9 and book.terms.instalment_cents < 50_00


def test_there_is_no_plan_to_change_where_nothing_is_left():
    paid = a_loan()
    enter(paid, "payment", QUIET, 1000_00)
    assert follow(paid, {99: 5_00}) is None
    # All rows are billed, and only interest of late days is left.
    late = pay_bills(a_book(billed=12), DUES[10])
    assert late.rest(DUES[11] + 20 * DAY).principal_cents == 0
    assert follow(late, {99: 5_00}, day=DUES[11] + 20 * DAY) is None


def test_where_as_much_is_extra_as_before_the_rows_are_not_those_of_before():
    book = a_loan(replace(TERMS, instalment_cents=90_00))
    entry = enter(book, "payment", QUIET, 1_00)
    made = follow(book, {entry.id: 60, 99: 40})
    # As the plan says, the twelfth row takes what is left; it does not run on.
    assert made.terms["instalments"] == 9


# --- A payment undone ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("effect", ["shorten_term", LOWER])
def test_undone_an_extra_payment_leaves_the_plan_as_it_was(effect):
    book = a_loan()
    terms = undo(book, pay_extra(book, 500_00, effect), effect=effect)
    assert (terms.instalments, terms.first_n) == (9, 4)
    assert abs(terms.instalment_cents - 101_38) <= 1
    assert plan(terms).rows[-1].due_date == DUES[11]


def test_undone_with_the_other_effect_the_rows_are_those_of_before_the_payment():
    book = a_loan()
    entry = pay_extra(book, 500_00)
    assert book.terms.instalments == 4
    assert undo(book, entry, effect=LOWER).instalments == 9


def test_of_several_payments_undone_the_first_says_what_was_before():
    book = a_loan()
    entries = [pay_extra(book, 300_00), pay_extra(book, 200_00, day=QUIET + DAY)]
    assert undo(book, *entries, effect=LOWER).instalments == 9


def test_where_a_payment_counts_for_less_the_rows_stay_or_follow_by_its_effect():
    book = a_loan()
    entry = pay_extra(book, 500_00)
    # A bill that had been paid no longer is: the extra payment goes to it first.
    enter(book, "reversal", DUES[2], 0, booked=QUIET + DAY, reverses_id=book.entries[3].id)
    assert 390_00 < extras(book, QUIET + DAY)[entry.id] < 400_00
    rows = [
        follow(replace(book, versions=[*book.versions]), {entry.id: 500_00}, effect, QUIET + DAY)
        for effect in (LOWER, "shorten_term")
    ]
    assert [(row.terms["instalments"], row.instalment_cents > 101_38) for row in rows] == [(4, True), (6, False)]


def test_rows_billed_since_are_counted_and_grace_months_are_not():
    terms = replace(TERMS, grace=(DUES[1],))
    book = a_loan(terms)
    assert [row.kind for row in book.rows] == ["regular", "grace", "regular"]
    entry = pay_extra(book, 500_00)
    bill(book, 4, DUES[3], 101_38)
    pay_bills(replace(book, rows=book.rows[3:]), DUES[3])
    # Of twelve rows with principal three have been billed: two before the payment and one after it.
    assert undo(book, entry, effect=LOWER, day=date(2026, 5, 20)).instalments == 9


def test_rows_of_an_earlier_version_are_not_counted():
    book = a_loan()
    book.versions.append(
        version(book, replace(TERMS, first_n=3, first_due=DUES[2], instalments=14), "extension", DUES[1])
    )
    entry = pay_extra(book, 500_00)
    assert undo(book, entry, effect=LOWER).instalments == 13


def test_grace_months_that_fell_away_come_back_if_they_are_still_ahead():
    book = a_loan(replace(TERMS, grace=(DUES[1], DUES[3], DUES[9])))
    entry = pay_extra(book, 500_00)
    assert book.terms.grace == (DUES[3],)
    assert undo(book, entry).grace == (DUES[3], DUES[9])


def test_grace_months_of_another_due_day_do_not_come_back():
    book = a_loan(replace(TERMS, grace=(DUES[9],)))
    entry = pay_extra(book, 500_00)
    last = replace(book.terms, due_day="last", first_due=date(2026, 5, 31))
    book.versions.append(version(book, last, "due-day", QUIET + DAY))
    assert undo(book, entry).grace == ()


def test_the_term_leaves_room_for_the_rows_with_principal_not_yet_billed():
    book = a_loan(replace(TERMS, grace=(DUES[1],)))
    assert rows_allowed(book) == 94
    assert rows_allowed(under(book, term_months_max=3)) == 1
    assert rows_allowed(under(book, term_months_max=2)) == 1


# --- New terms -------------------------------------------------------------------------------------------------------

REST = replace(TERMS, disbursements=((QUIET, 900_00),), first_due=DUES[3], first_n=4, instalments=9)


def test_an_instalment_is_lowered_to_the_least_and_not_below_it():
    cents = plan(replace(REST, instalment_cents=None)).smallest_cents
    assert lower_instalment(REST, cents).instalments == 9
    fewer = lower_instalment(REST, cents + 1)
    assert (fewer.instalment_cents, fewer.instalments) == (cents + 1, 9)
    assert lower_instalment(REST, 200_00).instalments == 5
    two = replace(REST, disbursements=((QUIET, 10_00),), instalments=2)
    assert (lower_instalment(two, 20_00).instalment_cents, lower_instalment(two, 20_00).instalments) == (20_00, 1)


def test_falling_instalments_may_fall_to_the_least():
    falling = replace(REST, method="equal_principal", instalment_cents=None)
    made = plan(falling)
    assert made.smallest_cents < made.instalment_cents
    assert lower_instalment(falling, made.smallest_cents).instalment_cents == made.instalment_cents


def test_a_single_row_is_as_small_as_what_is_left():
    only = lower_instalment(replace(REST, disbursements=((QUIET, 10_00),), instalments=1), 20_00)
    assert 10_00 <= only.instalment_cents < 10_10


def test_the_effect_says_whether_the_term_or_the_instalment_changes():
    assert with_effect(REST, LOWER, 20_00) == lower_instalment(REST, 20_00)
    short = replace(REST, disbursements=((QUIET, 101_00),))
    assert with_effect(short, "shorten_term", 20_00) == shorten_term(short)
    assert shorten_term(short).instalments == 1
    assert with_effect(REST, "shorten_term", 20_00).instalments == 9


def test_a_version_is_the_next_of_its_loan_from_its_first_row():
    db, book = Nowhere(), a_loan()
    made = make_version(db, book, replace(REST, instalment_cents=100_00), "grace", None, SYSTEM, noon(QUIET))
    assert (made.number, made.from_n, made.from_due, made.instalment_cents) == (2, 4, DUES[3], 100_00)
    assert (made.reason, made.made_at, made.made_by_kind) == ("grace", noon(QUIET), "system")
    assert book.version is made and db.added == [made] and book.terms == replace(REST, instalment_cents=100_00)


# --- What each version changed ---------------------------------------------------------------------------------------


def test_each_version_tells_the_rest_of_the_loan_just_before_and_after_it():
    book = a_loan()
    first = a_loan()
    pay_extra(book, 300_00)
    bill(book, 4, DUES[3], 101_38)
    enter(book, "payment", DUES[3], 101_38)
    shorter = book.terms
    resting = replace(book.rest(DUES[3] + DAY), grace=(DUES[5],))
    book.versions.append(version(book, resting, "grace", DUES[3] + DAY))
    # A payment in the very moment of a version that changes the terms alone is not of it.
    enter(book, "payment", DUES[3] + DAY, 50_00)
    begun, extra, grace = effects_of(book)
    assert (begun.made_on, extra.made_on, grace.made_on) == (TERMS.start, QUIET, DUES[3] + DAY)
    assert (begun.before, begun.after) == (None, side_of(TERMS))
    assert extra.before == side_of(rest_of(first.history(), TERMS, QUIET))
    with_payment = a_loan()
    enter(with_payment, "payment", QUIET, 300_00)
    assert extra.after == side_of(rest_of(with_payment.history(), shorter, QUIET))
    assert extra.after.last_due < extra.before.last_due
    known = a_loan()
    enter(known, "payment", QUIET, 300_00)
    known.versions.append(version(known, shorter, "extra-payment", QUIET))
    bill(known, 4, DUES[3], 101_38)
    enter(known, "payment", DUES[3], 101_38)
    day = DUES[3] + timedelta(days=1)
    assert grace.before == side_of(rest_of(known.history(), shorter, day))
    assert grace.after == side_of(rest_of(known.history(), resting, day)) != grace.before
