"""What is done to very many loans: the reset of the rates, the proof of the books, and one payment among them.

``VAKAA_BENCH_LOANS`` is how many loans the reset has, 200 000 unless given; the proof has a tenth of them, and memory
is compared between a tenth and a half. The ratio is to the database's own bulk load of the same bytes in the same run.
"""

import io
import os
import subprocess
import sys
import time
from datetime import date, timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from lending.basics.actor import Actor
from lending.loans.model import Loan
from lending.loans.payments import Payment, record_payment
from lending.loans.reset import reset_rates
from lending.loans.verify import faults
from lending.people.model import StaffMember
from tests.bench import Measurements, Once, Peak, bench
from tests.bench.portfolio import both_databases, multiply, sessions_of
from tests.workflow.loan_life import a_loan, noon
from tests.workflow.new_rates import with_rate

LOANS = int(os.environ.get("VAKAA_BENCH_LOANS", "200000"))
VERIFIED, FEW, MANY = LOANS // 10, LOANS // 10, LOANS // 2
JULY = date(2026, 7, 1)
RATES = {date(2026, 7, 1): "4", date(2027, 1, 1): "3", date(2027, 7, 1): "2.5", date(2028, 1, 1): "2"}


def with_rates(figures):
    """The figures with a rate for each half-year of the benchmark."""
    for since, percent in RATES.items():
        figures = with_rate(figures, since, percent)
    return figures


@bench
def reset() -> Measurements:
    with both_databases() as engines:
        for name, engine in engines.items():
            sessions = sessions_of(engine, with_rates)
            yield (
                f"reset of {LOANS} loans, {name}",
                Once(
                    lambda sessions=sessions: reset_rates(sessions, JULY, noon(JULY)).changed,
                    lambda sessions=sessions: running(sessions),
                    lambda engine=engine: bulk_limit(engine),
                ),
            )
            yield (
                f"reset once more, {name}",
                Once(lambda sessions=sessions: reset_rates(sessions, JULY, noon(JULY)).loans),
            )


@bench
def verify() -> Measurements:
    with both_databases() as engines:
        for name, engine in engines.items():
            sessions = sessions_of(engine, with_rates)
            yield (
                f"verify {VERIFIED} loans of 50 entries, {name}",
                Once(lambda sessions=sessions: proved(sessions), lambda sessions=sessions: long_lived(sessions)),
            )


@bench
def memory() -> Measurements:
    for count in (FEW, MANY):
        with both_databases() as engines:
            for name, engine in engines.items():
                sessions, url = sessions_of(engine, with_rates), engine.url.render_as_string(hide_password=False)
                yield (
                    f"memory of a reset of {count} loans, {name}",
                    Once(
                        lambda url=url, count=count: peak_of("reset", url, count),
                        lambda sessions=sessions, count=count: running(sessions, count),
                    ),
                )
                yield (
                    f"memory of a proof of {count} loans, {name}",
                    Once(lambda url=url, count=count: peak_of("verify", url, count)),
                )


@bench
def posting() -> Measurements:
    with both_databases() as engines:
        for name, engine in engines.items():
            sessions = sessions_of(engine, with_rates)
            poster = Poster(sessions)
            yield f"one payment among {len(poster.loans)} loans, {name}", poster.pay


def running(sessions: sessionmaker[Session], count: int = LOANS) -> None:
    """Running loans on the last day of June: of every length, most paid on time, one in twelve late."""
    last = JULY - timedelta(days=1)
    with sessions.begin() as db:
        for number in range(24):
            life = a_loan(
                db,
                on=date(2026, 5, 4) + timedelta(days=number),
                due_day=("15", "last")[number % 2],
                months=4 * (number + 1),
                amount_cents=(2500 + 250 * number) * 100,
            )
            if number % 12 != 11:
                life.pay_instalments(last)
            life.on(last)
    multiply(sessions, count)


def long_lived(sessions: sessionmaker[Session]) -> None:
    """Loans with two years of bills and payments behind them: about fifty entries each."""
    with sessions.begin() as db:
        for number in range(8):
            life = a_loan(db, due_day=("15", "last")[number % 2], months=60 + number, amount_cents=600000)
            life.pay_instalments(date(2028, 2, 29))
    multiply(sessions, VERIFIED)


def proved(sessions: sessionmaker[Session]) -> int:
    """Prove the books, and say of how many loans."""
    with sessions() as db:
        assert next(faults(db), None) is None
    return VERIFIED


class Poster:
    """Pays a little on one loan after the other."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self.sessions = sessions
        with sessions.begin() as db:
            for number in range(8):
                a_loan(db, months=24 + number).pay_instalments(date(2026, 12, 15))
        multiply(sessions, 400)
        with sessions() as db:
            self.loans = list(db.scalars(select(Loan.id)))
            staff = db.scalars(select(StaffMember)).all()
            self.by: Actor = next(each.actor for each in staff if "payments" in each.actor.roles)
        self.number = 0

    def pay(self) -> int:
        self.number += 1
        payment = Payment(1_00, date(2026, 12, 20), idempotency_key=f"bench-{self.number}")
        with self.sessions.begin() as db:
            loan = db.get_one(Loan, self.loans[self.number % len(self.loans)])
            record_payment(db, loan, payment, self.by, noon(date(2026, 12, 20)))
        return 1


def peak_of(what: str, url: str, done: int) -> Peak:
    """Do it in a process of its own, which tells the most memory it took."""
    told = subprocess.run([sys.executable, "-m", "tests.bench.alone", what, url], check=True, stdout=subprocess.PIPE)
    return Peak(int(told.stdout), done)


def bulk_limit(engine: Engine) -> float:
    """Seconds the database itself needs to write the rows of the reset once more, into tables of the same shape."""
    if engine.dialect.name == "postgresql":
        return _copied_back(engine)
    taken = 0.0
    with engine.begin() as connection:
        for table, where in WRITTEN.items():
            connection.exec_driver_sql(_shape(connection, table))
            begun = time.perf_counter()
            connection.exec_driver_sql(f"INSERT INTO again_{table} SELECT * FROM {table} WHERE {where}")
            taken += time.perf_counter() - begun
    return taken


#: The tables that a reset writes to, and which of their rows are its.
WRITTEN = {"plan_version": "reason = 'reference-rate'", "notice": "kind = 'rate-changed'"}


def _shape(connection, table: str) -> str:
    made = connection.exec_driver_sql(f"SELECT sql FROM sqlite_master WHERE name = '{table}'").scalar_one()
    return made.replace(f"TABLE {table} ", f"TABLE again_{table} ", 1)


def _copied_back(engine: Engine) -> float:
    taken = 0.0
    with engine.begin() as connection:
        driver = connection.connection.driver_connection
        for table, where in WRITTEN.items():
            connection.exec_driver_sql(f"CREATE TABLE again_{table} (LIKE {table} INCLUDING ALL)")
            rows = io.BytesIO()
            with driver.cursor() as cursor:
                with cursor.copy(f"COPY (SELECT * FROM {table} WHERE {where}) TO STDOUT") as out:
                    for data in out:
                        rows.write(data)
                begun = time.perf_counter()
                with cursor.copy(f"COPY again_{table} FROM STDIN") as into:
                    into.write(rows.getvalue())
                taken += time.perf_counter() - begun
    return taken
