"""A loan and its twin through whatever can happen to loans, in any order: after each step the books hold.

The twin hears of the same payments in another order, and follows the reference rate by its daily run where the loan
has the reset of all loans: they always owe the same. ``VAKAA_MACHINE=nightly`` tries far more, in longer lives; a
number instead of the word tries so many of these.
"""

import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.orm import Session, sessionmaker

from lending.basics.database import make_sessions
from lending.basics.errors import Refused
from lending.changes import extra_effect, grace, new_terms, requests, waiver
from lending.changes.new_terms import Wish
from lending.changes.waiver import Release
from lending.loans import billing, payments, reversal, write_off
from lending.loans.book import Book, open_book
from lending.loans.model import LedgerEntry
from lending.loans.reset import reset_rates
from lending.loans.verify import derived_again, faults
from lending.policy.policies import Policies
from tests.workflow.loan_life import START, Life, a_loan, noon
from tests.workflow.new_rates import with_rate

RATES = {date(2026, 7, 1): "4", date(2027, 1, 1): "3", date(2027, 7, 1): "0.5", date(2028, 1, 1): "6"}
LAST_DAY = date(2028, 6, 20)
MACHINE = os.environ.get("VAKAA_MACHINE", "")
SETTINGS = settings(
    max_examples=400 if MACHINE == "nightly" else int(MACHINE or 8),
    stateful_step_count=50 if MACHINE else 14,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)

#: What may be said of a wish that does not fit the loan as it stands.
NO_ROOM = {
    "change-nothing-left",
    "extension-too-long",
    "extension-instalment-too-small",
    "instalment-above-rest",
    "instalment-too-small",
    "instalment-unchanged",
    "instalment-term-too-long",
    "postponement-already",
    "postponement-not-possible",
    "postponement-too-short",
}

amounts = st.sampled_from([1, 5_00, 20_00, 60_00, 130_00, 260_00, 700_00])
back = st.sampled_from([0, 0, 1, 3, 12, 30])


class LoanMachine(RuleBasedStateMachine):
    """Two loans of the same terms in one database, and the day it is."""

    def __init__(self, engine, sessions: sessionmaker[Session]) -> None:
        super().__init__()
        self.stack = ExitStack()
        connection = self.stack.enter_context(engine.connect())
        everything = connection.begin()
        self.stack.callback(everything.rollback)
        on_connection = {"bind": connection, "join_transaction_mode": "create_savepoint"}
        self.sessions = sessionmaker(**{**sessions.kw, **on_connection})
        self.db = self.stack.enter_context(self.sessions())
        self.day = START
        self.paid = 0

    def teardown(self) -> None:
        self.stack.close()

    @initialize(due_day=st.sampled_from(["15", "last"]), months=st.sampled_from([6, 12, 24]))
    def disburse(self, due_day: str, months: int) -> None:
        self.loan, self.twin = (a_loan(self.db, due_day=due_day, months=months, amount_cents=1200_00) for _ in "ab")
        self.db.commit()

    @property
    def both(self) -> tuple[Life, Life]:
        return self.loan, self.twin

    # --- Time --------------------------------------------------------------------------------------------------------

    @rule(days=st.integers(1, 45))
    def time_passes(self, days: int) -> None:
        until = min(self.day + timedelta(days=days), LAST_DAY)
        while changed := next((day for day in RATES if self.day < day <= until), None):
            self._to(changed - timedelta(days=1))
            self.day = changed
            billing.bring_up_to(self.db, self.twin.loan, changed, noon(changed))
            self._reset(changed)
        self._to(until)

    def _to(self, day: date) -> None:
        self.day = day
        for life in self.both:
            billing.bring_up_to(self.db, life.loan, day, noon(day))

    @rule()
    def rates_are_reset_once_more(self) -> None:
        last = max((day for day in RATES if day <= self.day), default=None)
        if last:
            assert self._reset(last).changed == 0

    def _reset(self, day: date):
        self.db.commit()
        done = reset_rates(self.sessions, day, noon(self.day))
        self.db.expire_all()
        return done

    # --- Money -------------------------------------------------------------------------------------------------------

    @rule(
        paid=st.lists(st.tuples(amounts, back), min_size=1, max_size=3),
        effect=st.sampled_from(["shorten_term", "shorten_term", "lower_instalment", None]),
    )
    def payments_arrive(self, paid: list[tuple[int, int]], effect: str | None) -> None:
        named = []
        for cents, days in paid:
            self.paid += 1
            named.append((f"p{self.paid}", cents, max(START, self.day - timedelta(days=days))))
        for life, order in ((self.loan, named), (self.twin, named[::-1])):
            for name, cents, day in order:
                self._pay(life, cents, day, name, effect)

    @rule()
    def what_is_due_is_paid(self) -> None:
        self.paid += 1
        for life in self.both:
            due = [row.open_cents for row in life.on(self.day).rows if row.is_billed]
            if sum(due):
                self._pay(life, sum(due), self.day, f"p{self.paid}", "shorten_term")

    @rule(beyond=st.sampled_from([0, 0, 7_00]))
    def everything_is_paid(self, beyond: int) -> None:
        self.paid += 1
        for life in self.both:
            if total := life.on(self.day).payoff.total_cents:
                self._pay(life, total + beyond, self.day, f"p{self.paid}", "shorten_term")

    def _pay(self, life: Life, cents: int, day: date, name: str, effect: str | None) -> None:
        key = f"{life.loan.id}:{name}"
        try:
            first = life.pay(day, cents, booked=self.day, effect=effect, idempotency_key=key)
        except Refused as refused:
            assert refused.code == "loan-written-off"
            return
        assert life.pay(day, cents, booked=self.day, effect=effect, idempotency_key=key).id == first.id

    @rule(which=st.integers(0, 50), reason=st.sampled_from(reversal.REASONS))
    def a_payment_is_reversed(self, which: int, reason: str) -> None:
        if not self.paid:
            return
        codes = set()
        for life in self.both:
            key = f"{life.loan.id}:p{1 + which % self.paid}"
            entry = self.db.query(LedgerEntry).filter_by(idempotency_key=key).one_or_none()
            if entry is None:
                return
            by, at = life.staff.payments.actor, noon(self.day)
            try:
                done = reversal.reverse_payment(self.db, life.loan, entry.id, reason, by, at)
            except Refused as refused:
                assert refused.code in ("credit-refunded", "loan-written-off")
                codes.add(refused.code)
                continue
            codes.add("reversed")
            assert reversal.reverse_payment(self.db, life.loan, entry.id, reason, by, at).id == done.id
        assert len(codes) == 1

    @rule()
    def credit_is_refunded(self) -> None:
        for life in self.both:
            if life.loan.credit_balance_cents:
                payments.record_refund(self.db, life.loan, self.day, life.staff.payments.actor, noon(self.day))

    # --- Decisions ---------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.loan.loan.state == "running")
    @rule(first=st.sampled_from([0, 0, 1, 5, 9]), months=st.integers(1, 2))
    def grace_is_given(self, first: int, months: int) -> None:
        for life in self.both:
            billing.bring_up_to(self.db, life.loan, self.day, noon(self.day))
            chosen = grace.grace_choices(open_book(self.db, life.loan), self.day)[first : first + months]
            if chosen:
                at = noon(self.day)
                asked = grace.request_grace(self.db, life.loan, chosen, "Ill.", life.borrower.actor, at)
                grace.grant_grace(self.db, asked, life.staff.decider.actor, at)

    @precondition(lambda self: self.loan.loan.state == "running")
    @rule(effect=st.sampled_from(["shorten_term", "lower_instalment"]))
    def the_borrower_chooses_what_extra_payments_do(self, effect: str) -> None:
        for life in self.both:
            extra_effect.choose_effect(self.db, life.loan, effect, life.borrower.actor, noon(self.day))

    @precondition(lambda self: self.loan.loan.state == "running")
    @rule(months=st.integers(1, 8))
    def the_time_is_extended(self, months: int) -> None:
        self._change(lambda book: Wish("extension", months=months))

    @precondition(lambda self: self.loan.loan.state == "running")
    @rule(percent=st.sampled_from([60, 80, 130]))
    def the_instalment_is_changed(self, percent: int) -> None:
        self._change(lambda book: Wish("instalment", instalment_cents=book.version.instalment_cents * percent // 100))

    @precondition(lambda self: self.loan.loan.state == "running")
    @rule()
    def the_due_day_is_changed(self) -> None:
        other = {"15": "last", "last": "15"}
        self._change(lambda book: Wish("due_day", due_day=other[book.loan.due_day]))

    @precondition(lambda self: self.loan.loan.state == "running")
    @rule(days=st.integers(3, 28))
    def an_instalment_is_postponed(self, days: int) -> None:
        def later(book: Book) -> Wish:
            due = next((row.due_date for row in new_terms.open_rows(book, self.day)), self.day)
            return Wish("postponement", due_date=due, until=due + timedelta(days=days))

        self._change(later)

    def _change(self, wish_of: Callable[[Book], Wish]) -> None:
        """Ask for new terms and grant them; neither loan gets what would be refused to either."""
        wishes = []
        for life in self.both:
            billing.bring_up_to(self.db, life.loan, self.day, noon(self.day))
            book = open_book(self.db, life.loan)
            wishes.append(wish_of(book))
            try:
                new_terms.preview_change(book, wishes[-1], self.day)
            except Refused as refused:
                assert refused.code in NO_ROOM
                return
        for life, wish in zip(self.both, wishes, strict=True):
            at = noon(self.day)
            asked = new_terms.request_change(self.db, life.loan, wish, "Less work.", life.borrower.actor, at)
            new_terms.grant_change(self.db, asked, life.staff.decider.actor, at)

    @precondition(lambda self: self.loan.loan.principal_balance_cents > 0)
    @rule(part=st.sampled_from([1, 2, 3, 10]), effect=st.sampled_from(["shorten_term", "lower_instalment"]))
    def a_part_is_waived(self, part: int, effect: str) -> None:
        for life in self.both:
            release = Release(principal_cents=max(1, life.loan.principal_balance_cents // part), effect=effect)
            at = noon(self.day)
            asked = waiver.request_waiver(self.db, life.loan, release, "Ill.", life.borrower.actor, at)
            waiver.propose_waiver(self.db, asked, release, "Ill.", ["5.1e"], life.staff.decider.actor, at)
            waiver.grant_waiver(self.db, asked, release, life.staff.waiver_decider.actor, at)
            assert requests.open_request(self.db, life.loan, "waiver") is None

    @precondition(lambda self: self.day > date(2026, 12, 1) and self.loan.loan.state == "running")
    @rule()
    def the_rest_is_written_off(self) -> None:
        for life in self.both:
            by, at = life.staff.decider.actor, noon(self.day)
            if life.on(self.day).owed_cents:
                entry = write_off.write_off(self.db, life.loan, "Died without means.", by, at)
                assert write_off.write_off(self.db, life.loan, "Again.", by, at).id == entry.id

    # --- What always holds -------------------------------------------------------------------------------------------

    @invariant()
    def the_books_hold(self) -> None:
        self.db.flush()
        self.db.expire_all()
        assert [*faults(self.db), *derived_again(self.db)] == []

    @invariant()
    def the_twin_owes_the_same(self) -> None:
        one, other = (
            (
                life.loan.state,
                life.loan.principal_balance_cents,
                life.loan.interest_balance_cents,
                life.loan.credit_balance_cents,
                life.loan.accrued,
                life.loan.open_cents,
            )
            for life in self.both
        )
        assert one == other


@pytest.fixture
def machine_sessions(databases, dialect, resources, figures, monkeypatch):
    by_id = Policies.by_id
    monkeypatch.setattr(Policies, "by_id", lambda self, name: replace(by_id(self, name), postponement_months_max=1))
    for day, percent in RATES.items():
        figures = with_rate(figures, day, percent)
    engine = databases.shared(dialect)
    return engine, make_sessions(engine, **{**resources, "figures": figures})


def test_whatever_happens_to_a_loan_the_books_hold_and_its_twin_owes_the_same(machine_sessions):
    run_state_machine_as_test(lambda: LoanMachine(*machine_sessions), settings=SETTINGS)
