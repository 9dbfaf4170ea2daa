"""Where a loan stands on a day: all that a page about it shows, in a number of queries that never grows."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lending.basics.actor import Actor
from lending.basics.dates import is_overdue
from lending.basics.errors import NotFound
from lending.basics.money import Cents
from lending.cases import authority
from lending.cases.model import Case
from lending.loans.ahead import as_hoped, rows_ahead
from lending.loans.book import Book, open_book
from lending.loans.ledger import StatementLine, statement
from lending.loans.model import Loan, PlanVersion
from lending.loans.payoff import PayOff, quote
from lending.loans.replay import RowStanding, Standing, replay
from lending.policy.policies import Policy


@dataclass(frozen=True, slots=True)
class PositionRow:
    """A row of the plan as it stands.

    ``state``: ``paid``, ``overdue``, ``due`` (the last day to pay in time has not passed), ``billed`` or ``planned``.
    ``is_released``: there is nothing to pay of it because of a decision, wholly or in part.
    ``interest_cents`` is what was charged where it has been, else what is foreseen. ``closing_cents`` is the principal
    after the row, as it really was where its due date has passed. ``open_cents`` is unpaid. ``postponed_until``: the
    new day, where it was postponed.
    """

    n: int
    due_date: date
    kind: str
    state: str
    instalment_cents: Cents
    interest_cents: Cents
    principal_cents: Cents
    closing_cents: Cents
    open_cents: Cents
    paid_on: date | None
    postponed_until: date | None = None
    is_released: bool = False

    @property
    def last_day(self) -> date:
        """The day to pay by: the due date, or a later one where it was postponed."""
        return self.postponed_until or self.due_date

    @property
    def is_paid(self) -> bool:
        return self.state == "paid"

    @property
    def is_billed(self) -> bool:
        return self.state != "planned"


@dataclass(frozen=True, slots=True)
class NextInstalment:
    """What to pay next: cents still open, by which day, and whether its bill has been sent."""

    n: int
    last_day: date
    amount_cents: Cents
    billed: bool


@dataclass(frozen=True)
class Position:
    """Where the loan stands on day ``on``. Every amount comes from the ledger and the plan in force."""

    on: date
    loan: Loan
    case: Case
    policy: Policy
    book: Book
    standing: Standing
    payoff: PayOff
    rows: tuple[PositionRow, ...]
    lines: tuple[StatementLine, ...]

    @property
    def principal_cents(self) -> Cents:
        """The principal outstanding."""
        return self.standing.principal_cents

    @property
    def repaid_cents(self) -> Cents:
        """The principal that has been paid back."""
        return self.loan.principal_cents - self.principal_cents - self.released_cents

    @property
    def released_cents(self) -> Cents:
        """The principal that a decision has released from: what was waived or written off."""
        released = (entry for entry in self.book.movement_entries() if entry.kind in ("waiver", "write_off"))
        return sum(self.book.booked_split(entry).principal_cents for entry in released)

    @property
    def ended_by(self) -> str | None:
        """What ended a loan that has ended: ``payment``, ``waiver`` or ``write_off``."""
        if self.loan.state != "closed":
            return None
        undone = self.book.reversed_ids()
        # What came after it has paid nothing of the loan, and was paid back.
        paying = (each for each in self.book.movement_entries() if each.principal_cents + each.interest_cents)
        return [each.kind for each in paying if each.id not in undone][-1]

    @property
    def owed_cents(self) -> Cents:
        """Principal, charged interest and accrued interest: the one balance to show, with ``on`` as its date."""
        return self.standing.owed_cents

    @property
    def overdue_rows(self) -> list[PositionRow]:
        """Instalments whose last day to pay in time has passed, the longest late first."""
        return sorted((row for row in self.rows if row.state == "overdue"), key=lambda row: row.last_day)

    @property
    def overdue_cents(self) -> Cents:
        """What is unpaid of them."""
        return sum(row.open_cents for row in self.overdue_rows)

    @property
    def next_instalment(self) -> NextInstalment | None:
        """The instalment to pay first of those that are not overdue; ``None`` where nothing is to come."""
        ahead = (row for row in self.rows if row.state in ("due", "billed", "planned") and row.open_cents)
        row = min(ahead, key=lambda row: row.last_day, default=None)
        return None if row is None else NextInstalment(row.n, row.last_day, row.open_cents, row.is_billed)

    @property
    def instalment_cents(self) -> Cents:
        """The regular instalment of the plan in force."""
        return self.book.version.instalment_cents

    @property
    def last_due(self) -> date | None:
        """The day by which the last of the plan is to be paid."""
        return max((row.last_day for row in self.rows), default=None)

    @property
    def interest_ahead_cents(self) -> Cents:
        """The interest of the rows not yet billed, as the rate stands."""
        return sum(row.interest_cents for row in self.rows if row.state == "planned")

    @property
    def versions(self) -> list[PlanVersion]:
        """Every plan version, the first one first."""
        return self.book.versions


def position(db: Session, loan: Loan, on: date) -> Position:
    """Where the loan stands on the day, for the borrower's page and for staff. Reads only."""
    return position_of(open_book(db, loan), on)


def position_of(book: Book, on: date) -> Position:
    """As ``position``, from a book that has been read."""
    history = book.history()
    standing = replay(history, on)
    return Position(
        on=on,
        loan=book.loan,
        case=book.case,
        policy=book.policy,
        book=book,
        standing=standing,
        payoff=quote(history, on),
        rows=(*_billed(book, standing), *_planned(book, on)),
        lines=tuple(statement(book.entries, book.terms, standing.splits)),
    )


def own_loan(db: Session, loan_id: UUID, by: Actor) -> Loan:
    """The citizen's own loan, or one they borrow together with their spouse. Raises ``NotFound`` for any other."""
    loan = db.get(Loan, loan_id)
    if loan is None:
        raise NotFound
    authority.require_borrower(db, by, db.get_one(Case, loan.case_id))
    return loan


def own_loans(db: Session, by: Actor) -> list[Loan]:
    """The citizen's own loans, newest first, and those they borrow together with their spouse."""
    query = select(Loan).where(or_(Loan.citizen_id == by.id, Loan.case_id.in_(authority.borrowed_together(by))))
    return list(db.scalars(query.order_by(Loan.started_on.desc(), Loan.id)))


def staff_loan(db: Session, loan_id: UUID, by: Actor, act: str = "view-case") -> Loan:
    """The loan for a member of staff who may do ``act`` on its case. Raises ``NotFound``, ``NotAllowed``."""
    loan = db.get(Loan, loan_id)
    if loan is None:
        raise NotFound
    authority.require(db, by, act, db.get_one(Case, loan.case_id))
    return loan


def loan_of(db: Session, case: Case) -> Loan | None:
    """The loan of the case, if it has been paid out."""
    return db.scalar(select(Loan).where(Loan.case_id == case.id))


def _billed(book: Book, standing: Standing) -> list[PositionRow]:
    found = []
    ahead = standing.principal_cents
    later = dict(book.terms.postponed)
    foreseen = as_hoped(book.history(), book.terms, standing.on).rows
    for row, now, hoped in zip(book.rows, standing.rows, foreseen, strict=True):
        is_known = row.due_date <= standing.on or now.open_cents == 0
        charged = now.charged_cents if is_known else hoped.charged_cents
        interest = min(charged, row.instalment_cents)
        # Foreseen: once this row and those before it have been paid.
        ahead -= max(0, now.open_cents - (now.interest_cents + charged - now.charged_cents))
        found.append(
            PositionRow(
                n=row.n,
                due_date=row.due_date,
                kind=row.kind,
                state=_state(now, later.get(row.n, row.due_date), standing.on),
                instalment_cents=row.instalment_cents,
                interest_cents=interest,
                principal_cents=row.instalment_cents - interest,
                closing_cents=_principal_on(book, row.due_date) if row.due_date <= standing.on else max(0, ahead),
                open_cents=now.open_cents,
                paid_on=now.paid_on,
                postponed_until=later.get(row.n),
                is_released=now.is_released and now.open_cents == 0,
            )
        )
    return found


def _principal_on(book: Book, day: date) -> Cents:
    """The principal that really was outstanding at the end of the day."""
    return sum(entry.principal_cents for entry in book.entries if entry.value_date <= day)


def _state(now: RowStanding, last_day: date, on: date) -> str:
    if now.open_cents == 0:
        return "paid"
    if is_overdue(last_day, on):
        return "overdue"
    return "due" if now.due_date <= on else "billed"


def _planned(book: Book, on: date) -> list[PositionRow]:
    later = dict(book.terms.postponed)
    return [
        PositionRow(
            n=row.n,
            due_date=row.due_date,
            kind=row.kind,
            state="planned",
            instalment_cents=row.instalment_cents,
            interest_cents=row.interest_cents,
            principal_cents=row.principal_cents,
            closing_cents=row.closing_cents,
            open_cents=row.instalment_cents,
            paid_on=None,
            postponed_until=later.get(row.n),
        )
        for row in rows_ahead(book.rest(on))
    ]
