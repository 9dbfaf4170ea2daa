"""Where a reset takes the short ways, from what a loan keeps, they lead to the very terms of the long one."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from lending.loans.ahead import rest_of, rows_ahead
from lending.loans.plan import plan
from lending.loans.rates import after_rate_change
from lending.loans.replay import Billed, History, Movement, replay
from lending.loans.reset_quick import QuickReset
from lending.loans.reset_terms import Kept, rest_of_kept
from lending.loans.terms import to_json
from tests.rules.books import DAY, DUES, KEUSOTE, START, TERMS

JULY = date(2026, 7, 1)
OLD = TERMS.rates
NEW = (*OLD, (JULY, Decimal(4)))
ROWS = plan(TERMS).rows


def paid(rows: int, *more: Movement, due: int | None = None) -> History:
    """So many rows billed and paid on their due dates, the last perhaps on another day; what else happened."""
    moved = [Movement(0, "disbursement", START, amount_cents=1200_00)]
    moved += [Movement(n, "payment", DUES[n - 1], amount_cents=101_38) for n in range(1, rows + 1)]
    billed = [Billed(row.n, row.due_date, row.due_date - 14 * DAY, row.instalment_cents) for row in ROWS[:rows]]
    return History(OLD, "actual/365", "15", tuple(billed), (*moved, *more))


def kept_of(history: History, stands_on: date, terms=TERMS) -> Kept:
    """What a loan with this history keeps of its standing on the day."""
    standing = replay(history, stands_on)
    assert not standing.open_rows()
    last = history.rows[-1] if history.rows else None
    return Kept(
        stands_on=stands_on,
        charged_until=standing.charged_until,
        accrued=standing.accrued,
        principal_cents=standing.principal_cents,
        interest_cents=standing.interest_cents,
        last_n=last.n if last else 0,
        last_due=last.due_date if last else None,
        done=sum(row.n >= terms.first_n for row in history.rows),
    )


FIVE = paid(5)
KEPT = kept_of(FIVE, DUES[4])
#: The sixth was billed on 1 July and paid at once.
SIX = replace(paid(6), movements=(*FIVE.movements, Movement(6, "payment", JULY, amount_cents=101_38)))


# --- From what is kept -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("history", "stands_on", "on"),
    [
        (paid(0), START, START + 10 * DAY),
        (paid(0), START + 10 * DAY, DUES[0] + 3 * DAY),
        (FIVE, DUES[4], JULY),
        (FIVE, DUES[4] + 3 * DAY, JULY),
        (FIVE, DUES[4], DUES[5] + 3 * DAY),
        (SIX, JULY, JULY),
        (paid(5, Movement(9, "payment", DUES[4] + DAY, amount_cents=200_00)), DUES[4] + DAY, JULY),
    ],
)
def test_what_is_left_is_the_same_from_what_is_kept_as_from_the_whole_history(history, stands_on, on):
    for terms in (TERMS, replace(TERMS, grace=(DUES[2], DUES[6], DUES[8]))):
        assert rest_of_kept(kept_of(history, stands_on), terms, on) == rest_of(history, terms, on) is not None


def test_rows_of_an_earlier_version_are_not_counted_among_those_of_the_new():
    later = replace(TERMS, first_n=4, first_due=DUES[3], instalments=9)
    assert rest_of_kept(kept_of(FIVE, DUES[4], later), later, JULY) == rest_of(FIVE, later, JULY)
    ahead = replace(TERMS, first_n=7, first_due=date(2026, 8, 31), due_day="last", instalments=6)
    rest = rest_of_kept(replace(KEPT, done=0), ahead, JULY)
    assert (rest.first_n, rest.first_due, rest.instalments) == (7, date(2026, 8, 31), 6)


def test_interest_that_is_owed_is_carried():
    rest = rest_of_kept(replace(KEPT, interest_cents=2_00), TERMS, DUES[4])
    assert (rest.carried, rest.carried_from) == (KEPT.accrued + 2_00, KEPT.charged_until)


def test_where_everything_is_billed_half_a_cent_of_interest_is_still_asked_for():
    over = replace(KEPT, principal_cents=0, last_n=12, last_due=DUES[11], done=12)
    rest = rest_of_kept(replace(over, accrued=Fraction(1, 2)), replace(TERMS, grace=(DUES[13],)), DUES[11])
    assert (rest.first_n, rest.instalments, rest.grace) == (13, 1, ())
    assert [row.instalment_cents for row in rows_ahead(rest)] == [1]
    assert rest_of_kept(replace(over, accrued=Fraction(49, 100)), TERMS, DUES[11]) is None
    assert rest_of_kept(replace(over, principal_cents=1), TERMS, DUES[11]).principal_cents == 1


def test_the_last_row_may_still_wait_for_its_grace_month():
    terms = replace(TERMS, instalments=6, grace=(DUES[5],))
    assert rest_of_kept(KEPT, terms, JULY).grace == (DUES[5],)
    assert rest_of_kept(replace(KEPT, done=6), terms, JULY).grace == ()


# --- Quicker still ---------------------------------------------------------------------------------------------------


def quick(kept=KEPT, terms=TERMS, day=JULY, new=NEW, least=20_00, **data):
    return QuickReset(day).terms({**to_json(terms), **data}, kept, terms.rates, new, least)


def long_way(kept, terms, day, new, least):
    policy = replace(KEUSOTE, instalment_min_cents=least)
    return to_json(after_rate_change(terms, rest_of_kept(kept, terms, day), new, 96, policy))


@pytest.mark.parametrize(
    ("kept", "terms", "day"),
    [
        (KEPT, TERMS, JULY),
        (kept_of(FIVE, DUES[4] + 3 * DAY), TERMS, JULY),
        (kept_of(FIVE, JULY), TERMS, JULY),
        # On a later day, when a bill has been missed.
        (KEPT, TERMS, DUES[5] + 3 * DAY),
        (KEPT, TERMS, DUES[5] - DAY),
        # The next bill has been sent and paid already.
        (kept_of(SIX, JULY), TERMS, JULY),
        (replace(KEPT, interest_cents=2_00), TERMS, JULY),
        (replace(KEPT, last_n=0, last_due=None, done=0), replace(TERMS, first_due=DUES[5]), JULY),
        (replace(KEPT, done=2), replace(TERMS, first_n=4, first_due=DUES[3], instalments=9), JULY),
        (KEPT, replace(TERMS, grace=(DUES[2],)), JULY),
        (KEPT, replace(TERMS, day_count="30E/360"), JULY),
        (KEPT, replace(TERMS, due_day="last", first_due=date(2026, 2, 28)), JULY),
        # Three rows left, and as little as the instalment may be.
        (replace(KEPT, done=9), TERMS, JULY),
        (replace(KEPT, principal_cents=140_00), TERMS, JULY),
    ],
)
def test_a_quiet_loan_gets_the_very_terms_of_the_long_way(kept, terms, day):
    for path in (NEW, (*OLD, (JULY, Decimal("1.5"))), (*OLD, (date(2026, 2, 1), Decimal(3)), (JULY, Decimal(0)))):
        old = path[:-1]
        before = replace(terms, rates=old)
        assert quick(kept, before, day, path) == long_way(kept, before, day, path, 20_00) is not None


def test_one_reset_makes_the_terms_of_many_loans():
    together = QuickReset(JULY)
    for kept in (KEPT, kept_of(SIX, JULY), KEPT, replace(KEPT, principal_cents=500_00)):
        for terms in (TERMS, replace(TERMS, day_count="actual/360")):
            made = together.terms(to_json(terms), kept, OLD, NEW, 20_00)
            assert made == long_way(kept, terms, JULY, NEW, 20_00)


def test_an_instalment_below_the_least_is_left_to_the_long_way():
    cents = quick()["instalment_cents"]
    assert quick(least=cents) == quick()
    assert quick(least=cents + 1) is None


def test_a_loan_of_cents_is_paid_by_the_cent_and_not_by_less():
    rates = ((START, Decimal(0)), (JULY, Decimal(0)))
    free = replace(TERMS, rates=rates[:1])
    for principal, instalment in ((3, 1), (2, 1), (1, None)):
        kept = replace(KEPT, principal_cents=principal, accrued=Fraction(0), done=9)
        made = quick(kept, free, new=rates, least=0)
        assert (made and made["instalment_cents"]) == instalment


@pytest.mark.parametrize(
    ("kept", "data"),
    [
        (replace(KEPT, principal_cents=0), {}),
        (KEPT, {"postponed": [[5, "2026-07-10"]]}),
        (KEPT, {"counted_by": "last"}),
        (KEPT, {"method": "equal_principal"}),
        (KEPT, {"on_rate_change": "term"}),
        (replace(KEPT, done=10), {}),
        (KEPT, {"grace": [DUES[5].isoformat()]}),
        (KEPT, {"grace": [DUES[2].isoformat(), DUES[7].isoformat()]}),
        (replace(KEPT, stands_on=JULY + DAY), {}),
        (replace(KEPT, accrued=Fraction(1, 7)), {}),
        # Nothing has been billed, and the first bill is due today or was due yesterday.
        (replace(KEPT, last_n=0, last_due=None, done=0), {"first_due": "2026-07-01"}),
        (replace(KEPT, last_n=0, last_due=None, done=0), {"first_due": "2026-06-30"}),
        # Due before the rate changed, and not yet billed.
        (replace(KEPT, last_n=0, done=0), {"first_due": "2026-07-01"}),
    ],
)
def test_a_loan_with_something_special_is_left_to_the_long_way(kept, data):
    assert quick(kept, **data) is None
