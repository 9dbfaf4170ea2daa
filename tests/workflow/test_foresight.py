"""What a borrower is shown before paying is what comes of it; and every plan tells what it changed."""

from datetime import date, timedelta

import pytest

from lending.basics.errors import Refused
from lending.changes import grace, new_terms
from lending.changes.new_terms import Wish
from lending.loans.book import open_book
from lending.loans.extra_payment import preview_extra
from lending.loans.model import EFFECTS
from lending.loans.position import position
from lending.loans.versions import effects_of
from tests.workflow.loan_life import a_loan, noon

#: A day on which nothing is billed and unpaid, and one on which the instalment of 15 May is.
QUIET, BILLED = date(2026, 4, 20), date(2026, 5, 5)


@pytest.fixture
def life(db):
    """A loan with three instalments paid."""
    life = a_loan(db)
    life.pay_instalments(date(2026, 4, 15))
    return life


def preview(life, cents, effect, on, today=None):
    return preview_extra(open_book(life.db, life.loan), cents, effect, on, today or on)


def interest_paid(stands):
    return sum(charge.cents for charge in stands.standing.charges)


@pytest.mark.parametrize("effect", EFFECTS)
@pytest.mark.parametrize("day", [QUIET, BILLED])
def test_the_effect_of_an_extra_payment_is_what_comes_of_it(life, day, effect):
    life.on(day)
    shown = preview(life, 500_00, effect, day)
    life.pay(day, 500_00, effect=effect)
    after = position(life.db, life.loan, day)
    planned = [row for row in after.rows if row.state == "planned"]
    assert [(row.due_date, row.instalment_cents, row.interest_cents) for row in shown.rows] == [
        (row.due_date, row.instalment_cents, row.interest_cents) for row in planned
    ]
    assert (shown.after.instalment_cents, shown.after.last_due) == (after.instalment_cents, after.last_due)
    assert shown.billed_cents + shown.extra_cents == 500_00
    assert (shown.billed_cents > 0) == (day == BILLED)


@pytest.mark.parametrize("effect", EFFECTS)
@pytest.mark.parametrize("day", [QUIET, BILLED])
def test_the_interest_saved_is_the_difference_of_two_whole_lives(life, day, effect):
    # Short, so that the rate stays the same to the end.
    without, other = (a_loan(life.db, months=5) for _ in range(2))
    for each in (without, other):
        each.pay_instalments(date(2026, 4, 15))
    last_due = without.on(day).last_due
    other.on(day)
    shown = preview(other, 500_00, effect, day)
    other.pay(day, 500_00, effect=effect)
    assert _lived(without, last_due) - _lived(other, last_due) == shown.saved_cents


def test_a_payment_of_a_later_day_is_reckoned_as_if_the_bills_before_it_were_paid(life):
    today, on = QUIET, date(2026, 6, 5)
    life.on(today)
    shown = preview(life, 500_00, "shorten_term", on, today)
    life.pay_instalments(date(2026, 5, 15))
    life.on(on)
    assert preview(life, 500_00, "shorten_term", on) == shown
    assert shown.billed_cents > 0


def test_a_payment_of_more_than_everything_ends_the_loan_and_comes_back(life):
    owed = life.on(QUIET).payoff.total_cents
    shown = preview(life, owed + 10_00, "shorten_term", QUIET)
    assert (shown.pays_off, shown.credit_cents, shown.rows) == (True, 10_00, ())
    assert shown.after.last_due == QUIET
    assert shown.saved_cents > 0


def test_a_payment_within_the_bill_changes_no_plan(life):
    life.on(BILLED)
    shown = preview(life, 20_00, "lower_instalment", BILLED)
    assert (shown.extra_cents, shown.billed_cents) == (0, 20_00)
    assert shown.after.instalment_cents == shown.before.instalment_cents


@pytest.mark.parametrize(
    ("cents", "effect", "on", "code"),
    [
        (0, "shorten_term", QUIET, "amount-not-positive"),
        (1, "longer", QUIET, "effect-unknown"),
        (1, "shorten_term", QUIET - timedelta(days=1), "extra-day-passed"),
    ],
)
def test_what_cannot_be_paid_is_refused(life, cents, effect, on, code):
    with pytest.raises(Refused) as refused:
        preview(life, cents, effect, on, QUIET)
    assert refused.value.code == code


def test_every_version_tells_the_rest_of_the_loan_before_and_after_it(life):
    life.on(QUIET)
    asked = grace.request_grace(life.db, life.loan, [date(2026, 6, 15)], "I am ill.", life.borrower.actor, noon(QUIET))
    shown_grace = grace.preview_grace(open_book(life.db, life.loan), [date(2026, 6, 15)], QUIET)
    grace.grant_grace(life.db, asked, life.staff.decider.actor, noon(QUIET))
    life.pay_instalments(date(2026, 6, 15))
    later = date(2026, 6, 20)
    life.on(later)
    wish = Wish("extension", months=6)
    shown_longer = new_terms.preview_change(open_book(life.db, life.loan), wish, later)
    asked = new_terms.request_change(life.db, life.loan, wish, "I earn less.", life.borrower.actor, noon(later))
    new_terms.grant_change(life.db, asked, life.staff.decider.actor, noon(later))
    paid_on = date(2026, 6, 25)
    life.on(paid_on)
    before = preview(life, 300_00, "lower_instalment", paid_on)
    life.pay(paid_on, 300_00, effect="lower_instalment")
    effects = {each.version.reason: each for each in effects_of(open_book(life.db, life.loan))}
    assert effects["disbursement"].before is None and effects["disbursement"].after.last_due == date(2028, 1, 15)
    assert (effects["grace"].before, effects["grace"].after) == (shown_grace.before, shown_grace.after)
    assert (effects["extension"].before, effects["extension"].after) == (shown_longer.before, shown_longer.after)
    extra = effects["extra-payment"]
    assert extra.before.instalment_cents == before.before.instalment_cents
    assert (extra.after.instalment_cents, extra.after.last_due) == (
        before.after.instalment_cents,
        before.after.last_due,
    )


def _lived(life, until):
    """All the interest of the loan, when every instalment is paid on its due date to the end."""
    day = until + timedelta(days=1)
    life.pay_instalments(until)
    stands = life.on(day)
    assert stands.owed_cents == 0
    return interest_paid(stands)
