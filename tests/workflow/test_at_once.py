"""Many at the same loans at once, and a reset that is killed: nothing lost, nothing twice, nobody in a ring."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from lending.basics.database import make_sessions
from lending.cases.model import Notice
from lending.loans import billing
from lending.loans.model import LedgerEntry, Loan, PlanVersion
from lending.loans.payments import Payment, record_payment
from lending.loans.reset import reset_rates
from lending.loans.reversal import reverse_payment
from lending.loans.verify import derived_again, faults
from tests.workflow.loan_life import a_loan, noon
from tests.workflow.new_rates import with_rate

ROOT = Path(__file__).parents[2]
JULY = date(2026, 7, 1)
JUNE = date(2026, 6, 30)
THREADS = 8


@pytest.fixture
def resources(resources):
    return {**resources, "figures": with_rate(resources["figures"], JULY, "4")}


@pytest.fixture
def sessions(engine, resources):
    return make_sessions(engine, **resources)


def books_hold(sessions):
    with sessions() as db:
        assert [*faults(db), *derived_again(db)] == []


class Worker(threading.Thread):
    """One of many: payments, the same payment again, reversals, the daily run and the reset, in an order of its own."""

    def __init__(self, number, sessions, loans, by, start):
        super().__init__()
        self.number, self.sessions, self.loans, self.by, self.ready = number, sessions, loans, by, start
        self.rng = random.Random(number)
        self.errors: list[BaseException] = []
        self.paid: Counter[str] = Counter()

    def run(self):
        self.ready.wait()
        try:
            for step in range(6):
                self._step(step)
        except BaseException as error:
            self.errors.append(error)

    def _step(self, step):
        if step == 2 and self.number % 3 == 0:
            reset_rates(self.sessions, JULY, noon(JULY), batch=2)
            return
        if step == 4 and self.number % 4 == 1:
            with self.sessions.begin() as db:
                billing.bring_all_up_to(db, JULY, noon(JULY))
            return
        loan_id = self.rng.choice(self.loans)
        key = f"{self.number}-{step}"
        day = date(2026, 6, 10 + self.rng.randint(0, 18))
        cents = self.rng.choice([5_00, 40_00, 200_00])
        for _ in range(2):
            entry_id = self._pay(loan_id, Payment(cents, day, idempotency_key=key))
        if self.rng.random() < 0.4:
            with self.sessions.begin() as db:
                reverse_payment(db, db.get_one(Loan, loan_id), entry_id, "booked-twice", self.by, noon(JULY))
        else:
            self.paid[key] = cents

    def _pay(self, loan_id, payment):
        with self.sessions.begin() as db:
            return record_payment(db, db.get_one(Loan, loan_id), payment, self.by, noon(JULY)).id


def test_eight_at_the_same_loans_lose_nothing_and_book_nothing_twice(db, engine, dialect, sessions):
    lives = [a_loan(db) for _ in range(4)]
    for life in lives:
        life.pay_instalments(date(2026, 5, 15))
    db.commit()
    by, ready = lives[0].staff.payments.actor, threading.Event()
    loans = [life.loan.id for life in lives]
    count = THREADS if dialect == "postgresql" else 3
    workers = [Worker(number, sessions, loans, by, ready) for number in range(count)]
    for worker in workers:
        worker.start()
    ready.set()
    for worker in workers:
        worker.join(timeout=120)
        assert not worker.is_alive()
    assert [error for worker in workers for error in worker.errors] == []
    reset_rates(sessions, JULY, noon(JULY))
    db.expire_all()
    booked = db.scalars(select(LedgerEntry).where(LedgerEntry.kind == "payment")).all()
    reversed_ids = set(db.scalars(select(LedgerEntry.reverses_id).where(LedgerEntry.kind == "reversal")))
    kept = {
        entry.idempotency_key: entry.amount_cents
        for entry in booked
        if entry.id not in reversed_ids and entry.idempotency_key[0].isdigit() and "-" in entry.idempotency_key[:3]
    }
    assert kept == {key: cents for worker in workers for key, cents in worker.paid.items()}
    changed = select(PlanVersion.loan_id).where(PlanVersion.reason == "reference-rate")
    assert sorted(map(str, db.scalars(changed))) == sorted(map(str, loans))
    db.rollback()
    books_hold(sessions)


KILLED = """
import sys
from datetime import date
from pathlib import Path
from lending.basics.database import load_models, make_engine, make_sessions
from lending.basics.vault import Vault
from lending.policy.figures import load_figures
from lending.policy.policies import load_policies
from lending.loans.reset import reset_rates
from tests.workflow.loan_life import noon
from tests.workflow.new_rates import with_rate

load_models()
figures = with_rate(load_figures(Path("policies/figures"), allow_unconfirmed=True), date(2026, 7, 1), "4")
sessions = make_sessions(make_engine(sys.argv[1]), policies=load_policies(Path("policies")), figures=figures)
print("ready", flush=True)
reset_rates(sessions, date(2026, 7, 1), noon(date(2026, 7, 1)), batch=2, tell=lambda *_: print("batch", flush=True))
"""


def test_a_reset_killed_at_any_moment_goes_on_where_it_was(db, engine, sessions):
    lives = [a_loan(db, months=12 + number) for number in range(24)]
    for life in lives:
        life.on(JUNE)
    db.commit()
    url = engine.url.render_as_string(hide_password=False)
    rng = random.Random(7)
    for _ in range(4):
        killed_in_the_middle(url, batches=rng.randint(0, 3), then=rng.random() * 0.03)
        books_hold(sessions)
    done = reset_rates(sessions, JULY, noon(JULY))
    assert done.loans == len(lives)
    with sessions() as fresh:
        versions = select(PlanVersion.loan_id, func.count()).where(PlanVersion.reason == "reference-rate")
        assert {count for _, count in fresh.execute(versions.group_by(PlanVersion.loan_id))} == {1}
        for what in (PlanVersion.reason == "reference-rate", Notice.kind == "rate-changed"):
            assert fresh.scalar(select(func.count()).where(what)) == len(lives)
    books_hold(sessions)


def killed_in_the_middle(url, batches, then):
    """Start a reset in a process of its own, and kill it after so many batches and so many seconds more."""
    command = [sys.executable, "-W", "ignore", "-c", KILLED, url]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as process:
        assert process.stdout is not None
        for _ in range(1 + batches):
            if not process.stdout.readline():
                break
        time.sleep(then)
        process.send_signal(signal.SIGKILL)
