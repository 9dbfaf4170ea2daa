"""A loan's book without a database, for the rules that read one: 1 200 € in 12 rows from 10 January 2026."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

from lending.basics.dates import due_dates
from lending.cases.model import Case
from lending.loans.ahead import rows_ahead
from lending.loans.billing_dates import bill_date
from lending.loans.book import Book
from lending.loans.model import BilledRow, LedgerEntry, Loan, PlanVersion
from lending.loans.terms import Terms, to_json
from lending.people.model import Citizen
from lending.policy.policies import load_policies

FOLDER = Path(__file__).parents[2] / "policies"
POLICIES = load_policies(FOLDER)
KEUSOTE = POLICIES.by_id("keusote-2025")
START = date(2026, 1, 10)
DUES = due_dates(date(2026, 2, 15), "15", 14)
DAY = timedelta(days=1)
TERMS = Terms(
    disbursements=((START, 1200_00),),
    rates=((date(2026, 1, 1), Decimal("2.5")),),
    due_day="15",
    first_due=DUES[0],
    instalments=12,
    instalment_cents=101_38,
)


def noon(day: date) -> datetime:
    """Noon in Finland, about."""
    return datetime(day.year, day.month, day.day, 10, tzinfo=UTC)


def a_book(billed: int = 0, terms: Terms = TERMS, policy=KEUSOTE) -> Book:
    """A loan just paid out, with so many rows billed and none of them paid."""
    loan = Loan(id=uuid4(), started_on=terms.start)
    case = Case(id=uuid4(), citizen_id=uuid4(), policy=policy.id)
    book = Book(loan, case, policy, [], [], [])
    book.versions.append(version(book, terms, "disbursement", terms.start))
    enter(book, "disbursement", terms.start, -terms.principal_cents)
    for row in rows_ahead(terms)[:billed]:
        bill(book, row.n, row.due_date, row.instalment_cents, row.interest_cents, row.kind)
    return book


def version(book: Book, terms: Terms, reason: str, day: date) -> PlanVersion:
    """A version of the plan made at noon of the day; it is not put in force."""
    return PlanVersion(id=uuid4(), reason=reason, terms=to_json(terms), made_at=noon(day), from_n=terms.first_n)


def bill(book: Book, n: int, due: date, cents: int, interest: int = 0, kind: str = "regular") -> None:
    """Bill a row under the version in force, so much of it interest as far as one knows."""
    sent = bill_date(due, book.policy, book.loan.started_on)
    row = BilledRow(n=n, due_date=due, billed_on=sent, instalment_cents=cents, kind=kind)
    row.plan_version_id, row.interest_cents = book.version.id, interest
    book.rows.append(row)


def enter(book: Book, kind: str, day: date, cents: int, booked: date | None = None, **other: object) -> LedgerEntry:
    """Book money that came (or went, below zero) on the day; all of it as principal, for rules derive the split."""
    entry = LedgerEntry(
        id=book.next_key(),
        kind=kind,
        value_date=day,
        recorded_at=noon(booked or day),
        principal_cents=-cents,
        interest_cents=0,
        credit_cents=0,
        **other,
    )
    book.entries.append(entry)
    return entry


def pay_bills(book: Book, until: date) -> Book:
    """Pay every row on its due date, those due by the day."""
    for row in book.rows:
        if row.due_date <= until:
            enter(book, "payment", row.due_date, row.instalment_cents)
    return book


def under(book: Book, **criteria: object) -> Book:
    """The book under other criteria."""
    return replace(book, policy=replace(book.policy, **criteria))


class Nowhere:
    """A session that stores nothing, and remembers what it was given."""

    def __init__(self) -> None:
        self.info: dict[str, object] = {"policies": POLICIES}
        self.added: list[object] = []

    def add(self, row: object) -> None:
        """As a session does."""
        self.added.append(row)

    def add_all(self, rows: list[object]) -> None:
        """As a session does."""
        self.added += rows

    def flush(self) -> None:
        """Nothing is stored."""

    def get_one(self, _: type[Citizen], key: UUID) -> Citizen:
        """The borrower."""
        return Citizen(id=key, language="fi")
