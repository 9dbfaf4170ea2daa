"""The half-yearly reset: all loans at once come out as they would one by one, once, and whatever stops it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from lending.basics.database import make_sessions
from lending.basics.errors import Refused
from lending.cases.model import Case, Notice
from lending.changes import grace
from lending.loans import billing, payments, reversal
from lending.loans.book import open_book
from lending.loans.histories import histories_of
from lending.loans.model import LedgerEntry, Loan, PlanVersion
from lending.loans.reset import reset_rates
from lending.loans.reset_terms import Kept, rest_of_kept
from lending.policy.policies import Policies
from tests.statements import statements_of
from tests.workflow.loan_life import START, Life, a_loan, noon, some_staff
from tests.workflow.new_rates import before, with_rate

JULY = date(2026, 7, 1)


@pytest.fixture
def resources(resources):
    """As everywhere, but with a reference rate that rises to 4 % in July 2026."""
    return {**resources, "figures": with_rate(resources["figures"], JULY, "4")}


@pytest.fixture
def engine(request, databases, dialect, resources):
    """A database of the test's own; with ``lives``, one in which they have been told already."""

    def tell(engine):
        with make_sessions(engine, **resources)() as db:
            some_loans(db)

    wanted = databases.copied(dialect, "reset", tell) if "lives" in request.fixturenames else databases.own(dialect)
    with wanted as engine:
        yield engine


@pytest.fixture
def sessions(engine, resources):
    return make_sessions(engine, **resources)


@pytest.fixture
def lives(engine, db):
    """``some_loans``, in the order in which they were told."""
    paid_out = select(LedgerEntry.loan_id).where(LedgerEntry.kind == "disbursement").order_by(LedgerEntry.id)
    loans = [db.get_one(Loan, loan_id) for loan_id in db.scalars(paid_out).all()]
    staff = some_staff(db)
    lives = [Life(db, staff, db.get_one(Case, loan.case_id), loan) for loan in loans]
    # What is read once more after this begins a transaction of its own; the reset must not wait for this one.
    db.commit()
    return lives


def some_loans(db):
    """Loans of every kind on the last day of June: punctual, late, ahead, in grace, part of the way, nearly over."""
    lives = [
        a_loan(db),
        a_loan(db, due_day="last"),
        a_loan(db, months=48, amount_cents=5000_00),
        a_loan(db, due_day="last", months=9, amount_cents=700_00),
        a_loan(db),
        a_loan(db, months=12),
        a_loan(db, due_day="last", amount_cents=600_00, months=24),
    ]
    last = before(JULY)
    for life in lives[:4]:
        life.pay_instalments(last)
    lives[4].pay_instalments(date(2026, 4, 15))
    lives[5].pay_instalments(date(2026, 5, 15))
    lives[5].pay(date(2026, 6, 5), 300_00)
    lives[6].pay_instalments(date(2026, 4, 30))
    life = lives[6]
    at = noon(date(2026, 5, 4))
    asked = grace.request_grace(db, life.loan, [date(2026, 6, 30), date(2026, 7, 31)], "Ill.", life.borrower.actor, at)
    grace.grant_grace(db, asked, life.staff.decider.actor, at)
    life.pay_instalments(last)
    for life in lives:
        life.on(last)
    db.commit()


def plans(db, lives):
    """The plan in force of each loan: why it was made, its first row and its terms."""
    found = []
    for life in lives:
        version = open_book(db, life.loan).version
        found.append((version.number, version.reason, version.from_n, version.instalment_cents, version.terms))
    return found


def test_the_reset_makes_of_each_loan_what_the_daily_run_makes_of_it(db, sessions, lives):
    for life in lives:
        billing.bring_up_to(db, life.loan, JULY, noon(JULY))
    one_by_one = plans(db, lives)
    assert {reason for _, reason, *_ in one_by_one} == {"reference-rate"}
    notices = select(Notice.facts).where(Notice.kind == "rate-changed")
    told = sorted(map(str, db.scalars(notices)))
    db.rollback()
    done = reset_rates(sessions, JULY, noon(JULY), batch=3)
    db.expire_all()
    assert plans(db, lives) == one_by_one
    assert sorted(map(str, db.scalars(notices))) == told
    assert (done.loans, done.changed, done.unchanged, done.brought_up) == (7, 7, 0, 0)
    assert done.percent == Decimal(4) and done.after_cents > done.before_cents and done.higher >= 5
    for life in lives:
        billing.bring_up_to(db, life.loan, JULY, noon(JULY))
    assert plans(db, lives) == one_by_one


@pytest.mark.usefixtures("lives")
def test_a_second_reset_changes_nothing(db, sessions):
    reset_rates(sessions, JULY, noon(JULY))
    versions = db.scalar(select(func.count()).select_from(PlanVersion))
    db.rollback()
    again = reset_rates(sessions, JULY, noon(JULY))
    assert (again.loans, again.changed, again.unchanged) == (7, 0, 7)
    assert db.scalar(select(func.count()).select_from(PlanVersion)) == versions
    assert db.scalar(select(func.count()).select_from(Notice).where(Notice.kind == "rate-changed")) == 7


def test_a_loan_that_is_behind_is_brought_up_to_the_day_first(db, sessions):
    life, on_time = a_loan(db), a_loan(db)
    life.pay_instalments(date(2026, 4, 15))
    on_time.pay_instalments(date(2026, 4, 15))
    db.commit()
    billing.bring_up_to(db, on_time.loan, JULY, noon(JULY))
    expected = plans(db, [on_time])
    db.rollback()
    done = reset_rates(sessions, JULY, noon(JULY))
    assert (done.changed, done.brought_up) == (2, 2)
    db.expire_all()
    assert plans(db, [life]) == plans(db, [on_time]) == expected


@pytest.mark.usefixtures("lives")
def test_a_dry_run_tells_the_same_and_changes_nothing(db, sessions):
    foreseen = reset_rates(sessions, JULY, noon(JULY), dry_run=True)
    assert db.scalar(select(func.count()).select_from(PlanVersion).where(PlanVersion.reason == "reference-rate")) == 0
    db.rollback()
    assert replace(reset_rates(sessions, JULY, noon(JULY)), dry_run=True) == foreseen


@pytest.mark.usefixtures("lives")
def test_before_its_day_only_a_dry_run_looks_ahead(sessions):
    at = noon(before(JULY))
    with pytest.raises(Refused, match="reset-in-future"):
        reset_rates(sessions, JULY, at)
    ahead = reset_rates(sessions, JULY, at, dry_run=True)
    assert (ahead.loans, ahead.changed, ahead.brought_up) == (7, 7, 0) and ahead.higher >= 5


def test_a_rate_that_nobody_knows_stops_the_reset(db, sessions):
    with pytest.raises(Refused, match="figure-missing"):
        reset_rates(sessions, date(2031, 1, 1), noon(date(2031, 1, 1)))


def test_loans_that_have_closed_are_left_alone(db, sessions):
    life = a_loan(db, months=3, amount_cents=600_00)
    life.pay_instalments(date(2026, 5, 1))
    db.commit()
    assert life.loan.state == "closed"
    assert reset_rates(sessions, JULY, noon(JULY)).loans == 0


@pytest.mark.parametrize(("review", "followed"), [("half-yearly", 7), ("yearly", 0), ("never", 0)])
def test_all_follow_the_rate_as_often_as_the_criteria_say(db, sessions, lives, monkeypatch, review, followed):
    by_id = Policies.by_id
    monkeypatch.setattr(Policies, "by_id", lambda self, name: replace(by_id(self, name), rate_review=review))
    done = reset_rates(sessions, JULY, noon(JULY), batch=3)
    assert (done.loans, done.changed, done.unchanged) == (7, followed, 7 - followed)
    db.expire_all()
    for life in lives:
        billing.bring_up_to(db, life.loan, JULY, noon(JULY))
    assert sum(reason == "reference-rate" for _, reason, *_ in plans(db, lives)) == followed


@pytest.mark.usefixtures("lives")
def test_the_number_of_statements_grows_with_the_batches_alone(db, engine, sessions):
    def statements(batch):
        with statements_of(engine) as sent:
            reset_rates(sessions, JULY, noon(JULY), dry_run=True, batch=batch)
        return len(sent)

    few = statements(100)
    some_loans(db)
    assert statements(100) == few <= 14
    in_twos = statements(2)
    assert few < in_twos <= few * 8


def test_histories_read_together_are_those_of_the_books(db, lives):
    wrong = lives[4].pay(date(2026, 6, 20), 40_00, booked=date(2026, 6, 30))
    at = noon(before(JULY))
    reversal.reverse_payment(db, lives[4].loan, wrong.id, "wrong-amount", lives[4].staff.payments.actor, at)
    lives[0].pay(date(2026, 6, 30), lives[0].on(before(JULY)).payoff.total_cents + 7_00)
    payments.record_refund(db, lives[0].loan, before(JULY), lives[0].staff.payments.actor, at)
    books = {life.loan.id: open_book(db, life.loan) for life in lives}
    asked = {loan_id: (book.terms, book.policy.interest_on_overdue) for loan_id, book in books.items()}
    found = dict(histories_of(db, asked))
    assert found == {loan_id: book.history() for loan_id, book in books.items()}
    kinds = {moved.kind for history in found.values() for moved in history.movements}
    assert {"disbursement", "payment", "refund"} <= kinds
    assert wrong.id not in {moved.key for moved in found[lives[4].loan.id].movements}


@pytest.mark.parametrize("day", [before(JULY), JULY, date(2026, 7, 9)])
def test_what_a_loan_keeps_leads_to_the_same_rest_as_its_history(db, lives, day):
    checked = 0
    for life in lives:
        life.on(day)
        book = open_book(db, life.loan)
        loan: Loan = book.loan
        if loan.open_cents:
            continue
        kept = Kept(
            stands_on=loan.stands_on,
            charged_until=loan.charged_until,
            accrued=loan.accrued,
            principal_cents=loan.principal_balance_cents,
            interest_cents=loan.interest_balance_cents,
            last_n=max((row.n for row in book.rows), default=0),
            last_due=max((row.due_date for row in book.rows), default=None),
            done=sum(row.kind != "grace" and row.n >= book.version.from_n for row in book.rows),
        )
        assert rest_of_kept(kept, book.terms, day) == book.rest(day)
        checked += 1
    assert checked >= 1
    assert day >= START
