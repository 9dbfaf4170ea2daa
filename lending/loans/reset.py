"""The half-yearly reset: a new plan for every running loan whose policy follows the reference rate, in batches.

It makes of each loan what the daily run makes of it one by one (``lending.loans.rates``), but reads and writes whole
batches: the number of statements grows with the batches, not with the loans. Each batch is a transaction, so a reset
that was stopped half-way goes on where it was; a loan that has the rate already is left as it is.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Table, and_, case, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, sessionmaker

from lending.basics.actor import SYSTEM
from lending.basics.bulk import insert_rows
from lending.basics.database import Base
from lending.basics.errors import Refused
from lending.basics.money import Cents
from lending.cases.deadlines import local_day
from lending.cases.model import Notice
from lending.loans.ahead import rest_of
from lending.loans.billing import bring_up_to
from lending.loans.histories import histories_of
from lending.loans.interest import RatePath
from lending.loans.model import BilledRow, Loan, PlanVersion
from lending.loans.plan import plan
from lending.loans.rates import RATE_CHANGED, after_rate_change, follows, path_until, rate_facts
from lending.loans.reset_quick import QuickReset
from lending.loans.reset_terms import Kept, rest_of_kept
from lending.loans.terms import Terms, from_json, to_json
from lending.people.model import Citizen
from lending.policy.figures import figures_of, hold_figures
from lending.policy.policies import Policy, policies_of

#: Loans in a transaction: few enough that a payment never waits long for its loan.
BATCH = 2000


@dataclass
class Reset:
    """What a reset did, or would do (``dry_run``). Sums are of the regular instalments of the loans changed, in cents.

    ``brought_up`` loans had bills or interest from before the day, which were booked first. ``refused`` counts loans
    that could not be brought so far, by the code of the reason.
    """

    on: date
    percent: Decimal
    dry_run: bool
    loans: int = 0
    changed: int = 0
    brought_up: int = 0
    higher: int = 0
    lower: int = 0
    before_cents: Cents = 0
    after_cents: Cents = 0
    refused: Counter[str] = field(default_factory=Counter)

    @property
    def unchanged(self) -> int:
        """Loans that had the rate already."""
        return self.loans - self.changed - sum(self.refused.values())

    def count(self, before: Cents, after: Cents) -> None:
        """Count a loan whose plan changed."""
        self.changed += 1
        self.before_cents += before
        self.after_cents += after
        self.higher += after > before
        self.lower += after < before


def reset_rates(
    sessions: sessionmaker[Session],
    on: date,
    at: datetime,
    dry_run: bool = False,
    batch: int = BATCH,
    tell: Callable[[int, int], object] | None = None,
) -> Reset:
    """Make every running loan that follows the reference rate follow that of day ``on``; twice changes nothing.

    ``tell`` is told after each batch how many loans have been looked at, and of how many. A dry run may look ahead.
    Raises ``Refused``: ``reset-in-future`` with ``today``, ``figure-missing``, ``figure-not-confirmed``.
    """
    with sessions() as db:
        figures = figures_of(db)
        percent = figures.reference_rate(on).percent
        if on > local_day(at) and not dry_run:
            raise Refused("reset-in-future", field="on", on=on, today=local_day(at))
        total = db.scalar(select(func.count()).select_from(Loan).where(Loan.state == "running")) or 0
    done = Reset(on, percent, dry_run)
    seen, last = 0, None
    while True:
        with sessions() as db:
            # The same for every loan, whatever is confirmed while this goes on.
            hold_figures(db, figures)
            found = _Batch(db, done, at).run(last, batch)
            if dry_run:
                db.rollback()
            else:
                db.commit()
        if found is None:
            return done
        last, looked_at = found
        seen += looked_at
        if tell:
            tell(seen, max(total, seen))


class _Batch:
    """One transaction of the reset."""

    def __init__(self, db: Session, done: Reset, at: datetime) -> None:
        self.db, self.done, self.at = db, done, at
        self.policies, self.figures = policies_of(db), figures_of(db)
        #: The day as of which plans are made: the reset's, or today where a dry run looks ahead of it.
        self.day = min(done.on, local_day(at))
        self.on_time = self.day == done.on
        self.quick = QuickReset(self.day)
        self.paths: dict[tuple[str, RatePath], RatePath] = {}
        self.rates: dict[tuple[tuple[str, str], ...], RatePath] = {}
        self.versions: list[dict[str, Any]] = []
        self.notices: list[dict[str, Any]] = []

    def run(self, after: UUID | None, size: int) -> tuple[UUID, int] | None:
        """Reset the next ``size`` loans; returns the last one's id and how many there were."""
        loans = self._lock(after, size)
        if not loans:
            return None
        last = loans[-1].id
        following = {loan.id: loan for loan in loans if follows(self._policy(loan))}
        self.done.loans += len(following)
        for loan in list(following.values()):
            if loan.next_step_on is not None and loan.next_step_on < self.day:
                del following[loan.id]
                self._bring_up(loan.id)
        self._follow_whole(self._follow(following, self._plans(after, last)))
        insert_rows(self.db, _table(PlanVersion), self.versions)
        insert_rows(self.db, _table(Notice), self.notices)
        return last, len(loans)

    def _lock(self, after: UUID | None, size: int) -> Sequence[Any]:
        """The next loans in the order of their ids, held until the transaction ends."""
        query = (
            select(
                Loan.id,
                Loan.case_id,
                Loan.citizen_id,
                Loan.policy,
                Loan.principal_balance_cents,
                Loan.interest_balance_cents,
                Loan.stands_on,
                Loan.charged_until,
                Loan.accrued,
                Loan.open_cents,
                Loan.next_step_on,
                Citizen.language,
            )
            .join(Citizen, Citizen.id == Loan.citizen_id)
            .where(Loan.state == "running", _after(Loan.id, after))
            .order_by(Loan.id)
            .limit(size)
        )
        return self.db.execute(query.with_for_update(of=Loan)).all()

    def _plans(self, after: UUID | None, last: UUID) -> Iterable[Any]:
        """The plan version in force of each loan of the batch, with what is known of its billed rows."""
        newest = (
            select(PlanVersion.loan_id, func.max(PlanVersion.number).label("number"))
            .where(_after(PlanVersion.loan_id, after), PlanVersion.loan_id <= last)
            .group_by(PlanVersion.loan_id)
            .subquery()
        )
        pays = BilledRow.kind != "grace"
        billed = (
            select(
                BilledRow.loan_id,
                func.max(BilledRow.n).label("last_n"),
                func.max(BilledRow.due_date).label("last_due"),
                func.sum(case((and_(pays, BilledRow.n >= PlanVersion.from_n), 1), else_=0)).label("done"),
                func.sum(case((pays, 1), else_=0)).label("principal_rows"),
            )
            .join(newest, newest.c.loan_id == BilledRow.loan_id)
            .join(PlanVersion, and_(PlanVersion.loan_id == newest.c.loan_id, PlanVersion.number == newest.c.number))
            .group_by(BilledRow.loan_id)
            .subquery()
        )
        query = (
            select(
                PlanVersion.loan_id,
                PlanVersion.number,
                PlanVersion.terms,
                billed.c.last_n,
                billed.c.last_due,
                billed.c.done,
                billed.c.principal_rows,
            )
            .join(newest, and_(PlanVersion.loan_id == newest.c.loan_id, PlanVersion.number == newest.c.number))
            .outerjoin(billed, billed.c.loan_id == PlanVersion.loan_id)
        )
        return self.db.execute(query)

    def _follow(self, loans: dict[UUID, Any], plans: Iterable[Any]) -> list[tuple[Any, Any]]:
        """Make new plans of what the loans keep; returns the loans whose whole history is needed, with their plans."""
        whole = []
        for found in plans:
            loan = loans.get(found.loan_id)
            if loan is None:
                continue
            rates = self._rates(found.terms["rates"])
            path = self._path(loan.policy, rates)
            if path is rates:
                continue
            if loan.open_cents or loan.stands_on > self.day:
                whole.append((loan, found))
                continue
            kept = Kept(
                stands_on=loan.stands_on,
                charged_until=loan.charged_until,
                accrued=loan.accrued,
                principal_cents=loan.principal_balance_cents,
                interest_cents=loan.interest_balance_cents,
                last_n=found.last_n or 0,
                last_due=found.last_due,
                done=found.done or 0,
            )
            policy = self._policy(loan)
            quick = self.quick.terms(found.terms, kept, rates, path, policy.instalment_min_cents)
            if quick and self.on_time:
                self._write(loan, found.number + 1, found.terms["instalment_cents"], quick)
                continue
            terms = from_json(found.terms)
            self._follow_one(loan, found, terms, rest_of_kept(kept, terms, self.day))
        return whole

    def _follow_whole(self, loans: list[tuple[Any, Any]]) -> None:
        """The same for loans with something open, from their histories, which are read together."""
        if not loans:
            return
        known = {loan.id: (from_json(found.terms), self._policy(loan).interest_on_overdue) for loan, found in loans}
        histories = dict(histories_of(self.db, known))
        for loan, found in loans:
            terms, _ = known[loan.id]
            rest = rest_of(histories[loan.id], terms, max(self.day, loan.stands_on))
            self._follow_one(loan, found, terms, rest)

    def _follow_one(self, loan: Any, found: Any, terms: Terms, rest: Terms | None) -> None:
        """Let a loan with these terms, of which ``rest`` is not yet billed, follow the rate."""
        policy, path = self._policy(loan), self._path(loan.policy, self._rates(found.terms["rates"]))
        rows = max(1, policy.term_months_max - (found.principal_rows or 0))
        self._add(loan, found.number + 1, terms, after_rate_change(terms, rest, path, rows, policy))

    def _bring_up(self, loan_id: UUID) -> None:
        """Bring up a loan that is behind the day: with its bills it follows the rate, as in the daily run."""
        loan = self.db.get_one(Loan, loan_id)
        before = self._version_of(loan_id)
        try:
            with self.db.begin_nested():
                bring_up_to(self.db, loan, self.day, self.at)
        except Refused as refused:
            self.done.refused[refused.code] += 1
            return
        self.done.brought_up += 1
        after = self._version_of(loan_id)
        if after.number > before.number:
            self.done.count(before.instalment_cents, after.instalment_cents)

    def _version_of(self, loan_id: UUID) -> PlanVersion:
        query = select(PlanVersion).where(PlanVersion.loan_id == loan_id).order_by(PlanVersion.number.desc()).limit(1)
        return self.db.scalars(query).one()

    def _add(self, loan: Any, number: int, before: Terms, after: Terms) -> None:
        """Note the new version and the notice of a loan, to be written with the others."""
        assert before.instalment_cents is not None
        if not self.on_time:
            self.done.count(before.instalment_cents, self._instalment(after))
            return
        self._write(loan, number, before.instalment_cents, to_json(after))

    def _write(self, loan: Any, number: int, instalment_before: Cents, terms: dict[str, Any]) -> None:
        self.done.count(instalment_before, terms["instalment_cents"])
        if self.done.dry_run:
            return
        self.versions.append(
            {
                "id": uuid4(),
                "loan_id": loan.id,
                "number": number,
                "reason": "reference-rate",
                "cause_id": None,
                "from_n": terms["first_n"],
                "from_due": date.fromisoformat(terms["first_due"]),
                "instalment_cents": terms["instalment_cents"],
                "terms": terms,
                "made_at": self.at,
                "made_by_kind": SYSTEM.kind,
                "made_by_id": None,
            }
        )
        facts = rate_facts(loan.id, instalment_before, terms)
        self.notices.append(
            {
                "case_id": loan.case_id,
                "citizen_id": loan.citizen_id,
                "kind": RATE_CHANGED,
                "language": loan.language,
                "facts": {name: str(value) for name, value in facts.items()},
                "queued_at": self.at,
                "sent_at": None,
            }
        )

    def _instalment(self, terms: Terms) -> Cents:
        """The regular instalment once the rate has changed; a dry run may look ahead of the change."""
        assert terms.instalment_cents is not None
        if not terms.principal_cents:
            return terms.instalment_cents
        rows = [row for row in plan(terms).rows if row.due_date > self.done.on and row.kind == "regular"]
        return rows[0].instalment_cents if rows else terms.instalment_cents

    def _policy(self, loan: Any) -> Policy:
        return self.policies.by_id(loan.policy)

    def _path(self, policy_id: str, rates: RatePath) -> RatePath:
        """The path with the changes up to the day: loans of one time share theirs."""
        key = policy_id, rates
        if key not in self.paths:
            path = path_until(self.figures, self.policies.by_id(policy_id), rates, self.done.on)
            self.paths[key] = rates if path == rates else path
        return self.paths[key]

    def _rates(self, stored: list[list[str]]) -> RatePath:
        """The rate path of stored terms: one and the same for loans that share it."""
        key = tuple((day, percent) for day, percent in stored)
        if key not in self.rates:
            self.rates[key] = tuple((date.fromisoformat(day), Decimal(percent)) for day, percent in key)
        return self.rates[key]


def _after(column: InstrumentedAttribute[UUID], last: UUID | None) -> ColumnElement[bool]:
    return true() if last is None else column > last


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table
