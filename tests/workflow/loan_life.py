"""A loan's life for tests: granted, agreed on and paid out, with defaults for everything a test does not care about."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lending.cases.model import Case
from lending.decisions.model import Decision, Proposal
from lending.fund import booking as fund
from lending.loans import agreements, billing, disbursement, payments
from lending.loans.agreements import Offer
from lending.loans.disbursement import Payee
from lending.loans.ledger import balances_of, fold
from lending.loans.model import LedgerEntry, Loan
from lending.loans.payments import Payment
from lending.loans.position import Position, position
from lending.loans.replay import replay
from lending.people.model import Citizen, StaffMember
from lending.policy.policies import policies_of
from tests.builders import a_case, a_citizen, a_purpose, colleagues

#: The day loans of tests are paid out unless they say otherwise.
START = date(2026, 1, 10)
#: Its first instalment is due on Sunday 15 February 2026; it can be paid on Monday and is late on Tuesday.
DUE = date(2026, 2, 15)
LATE = date(2026, 2, 17)


def noon(day: date) -> datetime:
    """Noon in Finland, about."""
    return datetime(day.year, day.month, day.day, 10, tzinfo=UTC)


def render(agreement, plan) -> str:
    """The agreement's document, as short as can be."""
    return f"<h2>{agreement.principal_cents} {agreement.months} {plan.instalment_cents}</h2>"


@dataclass
class Staff:
    """One colleague for each role."""

    preparer: StaffMember
    decider: StaffMember
    waiver_decider: StaffMember
    payments: StaffMember


def some_staff(db: Session, organisation: str = "keusote") -> Staff:
    """The staff of the unit that serves the cases of tests."""
    roles = ("preparer", "decider", "waiver_decider", "payments")
    return Staff(*colleagues(db, (("team-1", (role,)) for role in roles), organisation=organisation))


def a_granted_case(
    db: Session,
    staff: Staff,
    *,
    amount_cents: int = 3000_00,
    months: int = 24,
    purpose: str | None = None,
    on: date = START,
    citizen: Citizen | None = None,
) -> Case:
    """A case whose application has been granted, without what came before the grant."""
    at = noon(on)
    case = a_case(db, citizen or a_citizen(db), state="granted", at=at, organisation=staff.preparer.organisation)
    case.unit = staff.preparer.unit
    purpose = purpose or a_purpose(policies_of(db).by_id(case.policy))
    proposal = Proposal(
        case_id=case.id,
        kind="grant",
        state="confirmed",
        amount_cents=amount_cents,
        months=months,
        purpose=purpose,
        proposed_by_id=staff.preparer.id,
        proposed_at=at,
    )
    db.add(proposal)
    db.flush()
    decision = Decision(
        case_id=case.id,
        proposal_id=proposal.id,
        policy=case.policy,
        kind="grant",
        amount_cents=amount_cents,
        months=months,
        purpose=purpose,
        prepared_by_id=staff.preparer.id,
        decided_by_id=staff.decider.id,
        decided_at=at,
        language="fi",
        channel="letter",
        sent_on=on,
        known_on=on + timedelta(days=7),
        last_day_to_claim=on + timedelta(days=37),
    )
    db.add(decision)
    db.flush()
    fund.grant(db, case.organisation, case.id, amount_cents, at)
    return case


def borrower(db: Session, case: Case) -> Citizen:
    """Who borrows in the case."""
    return db.get_one(Citizen, case.citizen_id)


def agree(db: Session, case: Case, staff: Staff, *, due_day: str = "15", on: date = START) -> None:
    """Offer, accept and conclude the agreement on one day."""
    at = noon(on)
    agreements.offer_agreement(db, case, Offer(due_day), render, staff.preparer.actor, at)
    agreements.accept_agreement(db, case, borrower(db, case).actor, at)
    agreements.conclude_agreement(db, case, staff.decider.actor, at)


@dataclass
class Life:
    """A running loan with short words for what happens to it."""

    db: Session
    staff: Staff
    case: Case
    loan: Loan

    def pay(self, day: date, cents: int, booked: date | None = None, **given: object) -> LedgerEntry:
        """Record a payment, booked on its value date unless told otherwise."""
        payment = Payment(cents, day, **given)
        return payments.record_payment(self.db, self.loan, payment, self.staff.payments.actor, noon(booked or day))

    def on(self, day: date) -> Position:
        """Bring the loan up to the day and look at it."""
        billing.bring_up_to(self.db, self.loan, day, noon(day))
        return position(self.db, self.loan, day)

    def pay_instalments(self, until: date) -> None:
        """Pay every instalment on its due date, up to a day."""
        while row := next((r for r in position(self.db, self.loan, until).rows if r.open_cents), None):
            if row.due_date > until:
                return
            self.pay(row.due_date, self.on(row.due_date).rows[row.n - 1].open_cents)

    @property
    def borrower(self) -> Citizen:
        return borrower(self.db, self.case)


def a_loan(
    db: Session,
    *,
    due_day: str = "15",
    on: date = START,
    payees: list[Payee] | None = None,
    organisation: str = "keusote",
    **given,
) -> Life:
    """A loan that was agreed on and paid out on ``on``: 3 000 € over 24 months unless told otherwise."""
    staff = some_staff(db, organisation)
    case = a_granted_case(db, staff, on=on, **given)
    agree(db, case, staff, due_day=due_day, on=on)
    paid = payees or [Payee(given.get("amount_cents", 3000_00))]
    loan = disbursement.record_disbursement(db, case, paid, on, staff.payments.actor, noon(on))
    return Life(db, staff, case, loan)


def policy(life: Life):
    """The policy the loan is under."""
    return policies_of(life.db).by_id(life.loan.policy)


def entries(life: Life, kind: str | None = None) -> list[LedgerEntry]:
    """What has been booked of the loan, the first entry first; of one kind, or all."""
    query = select(LedgerEntry).where(LedgerEntry.loan_id == life.loan.id).order_by(LedgerEntry.id)
    return [entry for entry in life.db.scalars(query) if kind in (None, entry.kind)]


def invariants(life: Life) -> None:
    """What holds of every ledger after every act."""
    loan, all_entries = life.loan, entries(life)
    balances = fold(all_entries)
    assert balances == balances_of(life.db, loan)
    assert (balances.principal_cents, balances.interest_cents, balances.credit_cents) == (
        loan.principal_balance_cents,
        loan.interest_balance_cents,
        loan.credit_balance_cents,
    )
    assert balances.principal_cents >= 0 and balances.interest_cents >= 0 and balances.credit_cents >= 0
    # Every entry has its other side: money, the interest account or the losses account.
    assert sum(e.amount_cents + e.principal_cents + e.interest_cents - e.credit_cents for e in all_entries) == 0
    charged = sum(e.interest_cents for e in all_entries if e.kind == "interest_charge")
    corrected = sum(-e.amount_cents for e in all_entries if e.kind == "correction")
    standing = replay(position(life.db, loan, all_entries[-1].booked_on).book.history(), all_entries[-1].booked_on)
    assert charged + corrected == sum(charge.cents for charge in standing.charges)
    if loan.state == "closed":
        assert balances == fold([]) and life.case.state == "closed"
