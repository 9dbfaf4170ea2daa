"""A loan from the agreement to the last payment, on both databases."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event, select, text, update
from sqlalchemy.exc import DBAPIError

from lending.basics.errors import NotAllowed, NotFound, Refused
from lending.cases import timeline
from lending.cases.model import Notice
from lending.loans import agreements, billing, disbursement, payments
from lending.loans.agreements import Offer
from lending.loans.disbursement import Payee
from lending.loans.ledger import balances_of, fold
from lending.loans.model import BilledRow, LedgerEntry, PlanVersion
from lending.loans.plan import calculator
from lending.loans.position import own_loan, own_loans, position, staff_loan
from lending.loans.replay import replay
from tests.builders import a_citizen, a_colleague
from tests.workflow.loan_life import START, a_granted_case, a_loan, agree, borrower, noon, render, some_staff


def entries(life, kind=None):
    found = life.db.scalars(
        select(LedgerEntry).where(LedgerEntry.loan_id == life.loan.id).order_by(LedgerEntry.id)
    ).all()
    return [entry for entry in found if kind in (None, entry.kind)]


def invariants(life):
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


# --- The agreement ---------------------------------------------------------------------------------------------------


def test_an_agreement_is_offered_accepted_and_concluded(db):
    staff = some_staff(db)
    case = a_granted_case(db, staff)
    agreement, plan = agreements.offer_agreement(db, case, Offer("15"), render, staff.preparer.actor, noon(START))
    assert (case.state, agreement.state) == ("agreement_offered", "offered")
    assert agreement.instalment_cents == plan.instalment_cents
    assert agreement.first_due_on == date(2026, 2, 15) and agreement.last_due_on == date(2028, 1, 15)
    assert agreement.rate_percent == Decimal("2.5") and agreement.rate_from == date(2026, 1, 1)
    accepted = agreements.accept_agreement(
        db, case, borrower(db, case).actor, noon(START), document_sha256=agreement.document_sha256
    )
    assert accepted.accepted_by_id == case.citizen_id
    concluded = agreements.conclude_agreement(db, case, staff.decider.actor, noon(START))
    assert (case.state, concluded.state) == ("agreement_concluded", "concluded")
    kinds = [event.kind for event in timeline.events_of(db, case, for_citizen=True)]
    assert kinds[:3] == ["agreement-concluded", "agreement-accepted", "agreement-offered"]


def test_the_agreements_plan_is_the_calculators(db):
    staff = some_staff(db)
    case = a_granted_case(db, staff)
    agreement, plan = agreements.preview_offer(db, case, Offer("last"), noon(START))
    assert plan == calculator(3000_00, 24, Decimal("2.5"), "actual/365", "last", START, limits=None)
    assert db.scalars(select(type(agreement))).all() == []


def test_a_new_offer_lets_the_earlier_one_lapse_and_the_old_document_cannot_be_accepted(db):
    staff = some_staff(db)
    case = a_granted_case(db, staff)
    first, _ = agreements.offer_agreement(db, case, Offer("15"), render, staff.preparer.actor, noon(START))
    second, _ = agreements.offer_agreement(
        db, case, Offer("last", other_terms="Two grace months."), render, staff.preparer.actor, noon(START)
    )
    assert (first.state, second.state, second.number) == ("lapsed", "offered", 2)
    second.document_sha256 = "0" * 64
    with pytest.raises(Refused, match="agreement-changed"):
        agreements.accept_agreement(db, case, borrower(db, case).actor, noon(START), first.document_sha256)


def test_a_document_that_is_not_what_was_accepted_stops_the_agreement(db):
    staff = some_staff(db)
    case = a_granted_case(db, staff)
    agreement, _ = agreements.offer_agreement(db, case, Offer("15"), render, staff.preparer.actor, noon(START))
    agreements.accept_agreement(db, case, borrower(db, case).actor, noon(START))
    agreement.document_sha256 = "0" * 64
    with pytest.raises(Refused, match="document-broken"):
        agreements.conclude_agreement(db, case, staff.decider.actor, noon(START))


def test_an_offer_is_refused_without_a_grant_or_against_the_rules(db):
    staff = some_staff(db)
    case = a_granted_case(db, staff)
    by, at = staff.preparer.actor, noon(START)
    with pytest.raises(Refused, match="rate-above-reference") as refused:
        agreements.preview_offer(db, case, Offer("15", percent=Decimal("2.51")), at)
    assert refused.value.facts["reference"] == Decimal("2.5")
    with pytest.raises(Refused, match="due-day-not-allowed"):
        agreements.preview_offer(db, case, Offer("20"), at)
    with pytest.raises(Refused, match="expected-in-past"):
        agreements.preview_offer(db, case, Offer("15", expected_on=START - timedelta(days=1)), at)
    free, plan = agreements.preview_offer(db, case, Offer("15", percent=Decimal(0)), at)
    assert free.rate_percent == 0 and plan.totals.interest_cents == 0
    with pytest.raises(NotAllowed):
        agreements.offer_agreement(db, case, Offer("15"), render, staff.payments.actor, at)
    elsewhere = a_colleague(db, "preparer", unit="team-2")
    with pytest.raises(NotFound):
        agreements.offer_agreement(db, case, Offer("15"), render, elsewhere.actor, at)
    case.state = "submitted"
    with pytest.raises(Refused, match="not-in-this-state"):
        agreements.offer_agreement(db, case, Offer("15"), render, by, at)


def test_a_small_instalment_names_the_longest_term_that_fits(db):
    staff = some_staff(db)
    case = a_granted_case(db, staff, amount_cents=500_00, months=48)
    with pytest.raises(Refused, match="instalment-too-small") as refused:
        agreements.preview_offer(db, case, Offer("15"), noon(START))
    assert refused.value.facts["minimum_cents"] == 20_00
    assert refused.value.facts["longest_months"] == 25


def test_only_the_borrower_accepts_and_only_the_official_concludes(db):
    staff = some_staff(db)
    case = a_granted_case(db, staff)
    agreements.offer_agreement(db, case, Offer("15"), render, staff.preparer.actor, noon(START))
    with pytest.raises(NotFound):
        agreements.accept_agreement(db, case, a_citizen(db).actor, noon(START))
    with pytest.raises(NotFound):
        agreements.accept_agreement(db, case, staff.decider.actor, noon(START))
    agreements.accept_agreement(db, case, borrower(db, case).actor, noon(START))
    with pytest.raises(NotAllowed):
        agreements.conclude_agreement(db, case, staff.preparer.actor, noon(START))


# --- Paying out ------------------------------------------------------------------------------------------------------


def test_a_loan_begins_when_it_is_paid_out(db):
    life = a_loan(db)
    assert life.case.state == "running" and life.loan.state == "running"
    assert life.loan.principal_balance_cents == 3000_00
    version = db.scalars(select(PlanVersion)).one()
    assert (version.number, version.reason, version.from_due) == (1, "disbursement", date(2026, 2, 15))
    standing = position(db, life.loan, START)
    assert [row.state for row in standing.rows] == ["planned"] * 24
    assert standing.rows[-1].closing_cents == 0
    assert standing.next_instalment.due_date == date(2026, 2, 15)
    assert life.loan.next_step_on == date(2026, 2, 1)
    invariants(life)


def test_debts_are_paid_straight_to_the_creditors(db):
    payees = [Payee(1800_00, "Luottoyhtiö Oy", "1234"), Payee(1200_00, "Pankki Abp")]
    life = a_loan(db, purpose="debts", payees=payees)
    assert [entry.principal_cents for entry in entries(life, "disbursement")] == [1800_00, 1200_00]
    paid = disbursement.disbursements_of(db, life.loan)
    assert {row.creditor_name for row in paid} == {"Luottoyhtiö Oy", "Pankki Abp"}
    invariants(life)


@pytest.mark.parametrize(
    ("purpose", "payees", "code"),
    [
        ("home", [Payee(2999_99)], "disbursement-not-whole"),
        ("home", [Payee(3000_00, "Pankki Abp")], "payee-wrong"),
        ("home", [Payee(1500_00), Payee(1500_00)], "one-sum-to-borrower"),
        ("debts", [Payee(3000_00)], "payee-wrong"),
        ("debts", [Payee(3100_00, "A"), Payee(-100_00, "B")], "amount-not-positive"),
    ],
)
def test_a_payment_out_that_is_not_the_agreements_is_refused(db, purpose, payees, code):
    staff = some_staff(db)
    case = a_granted_case(db, staff, purpose=purpose)
    agree(db, case, staff)
    with pytest.raises(Refused, match=code):
        disbursement.record_disbursement(db, case, payees, START, staff.payments.actor, noon(START))


def test_money_is_not_recorded_as_paid_before_the_agreement_or_in_the_future(db):
    staff = some_staff(db)
    case = a_granted_case(db, staff)
    agree(db, case, staff)
    for day, code in ((-1, "value-date-before-agreement"), (1, "value-date-in-future")):
        with pytest.raises(Refused, match=code), db.begin_nested():
            disbursement.record_disbursement(
                db, case, [Payee(3000_00)], START + timedelta(days=day), staff.payments.actor, noon(START)
            )
        db.refresh(case)


def test_paid_out_later_than_planned_the_first_due_date_moves(db):
    staff = some_staff(db)
    case = a_granted_case(db, staff)
    agree(db, case, staff)
    day = date(2026, 2, 5)
    loan = disbursement.record_disbursement(db, case, [Payee(3000_00)], day, staff.payments.actor, noon(day))
    rows = position(db, loan, day).rows
    assert (rows[0].due_date, len(rows)) == (date(2026, 3, 15), 24)


# --- Billing ---------------------------------------------------------------------------------------------------------


def test_a_row_is_billed_fourteen_days_before_it_is_due_and_charged_on_the_due_date(db):
    life = a_loan(db)
    assert billing.bring_up_to(db, life.loan, date(2026, 1, 31), noon(date(2026, 1, 31))) == []
    (row,) = billing.bring_up_to(db, life.loan, date(2026, 2, 1), noon(date(2026, 2, 1)))
    assert (row.n, row.due_date, row.interest_cents) == (1, date(2026, 2, 15), 740)
    assert entries(life, "interest_charge") == []
    assert billing.bring_up_to(db, life.loan, date(2026, 2, 15), noon(date(2026, 2, 15))) == []
    (charge,) = entries(life, "interest_charge")
    assert (charge.interest_cents, charge.value_date, charge.period_from) == (740, date(2026, 2, 15), START)
    invariants(life)


def test_a_daily_run_that_comes_late_leaves_the_same_ledger(db):
    on_time, late = a_loan(db), a_loan(db)
    day, end = START, date(2026, 8, 20)
    while day <= end:
        billing.bring_up_to(db, on_time.loan, day, noon(day))
        day += timedelta(days=1)
    billing.bring_up_to(db, late.loan, end, noon(end))
    for life in (on_time, late):
        invariants(life)
    same = [
        [
            (row.n, row.due_date, row.billed_on, row.instalment_cents, row.interest_cents)
            for row in position(db, life.loan, end).book.rows
        ]
        for life in (on_time, late)
    ]
    assert same[0] == same[1]
    assert [(e.kind, e.value_date, e.interest_cents) for e in entries(on_time)] == [
        (e.kind, e.value_date, e.interest_cents) for e in entries(late)
    ]


def test_the_daily_run_brings_up_every_loan_once(db):
    lives = [a_loan(db) for _ in range(3)]
    day = date(2026, 2, 1)
    run = billing.bring_all_up_to(db, day, noon(day))
    assert (run.loans, run.billed, run.refused) == (3, 3, ())
    again = billing.bring_all_up_to(db, day, noon(day))
    assert (again.loans, again.billed) == (0, 0)
    assert len(db.scalars(select(Notice).where(Notice.kind == "instalment-billed")).all()) == len(lives)


def test_a_rate_that_is_not_known_stops_its_loan_and_no_other(db):
    life = a_loan(db)
    db.info["figures"] = type(db.info["figures"])(
        rates=[row for row in db.info["figures"].rates if row.valid_from < date(2026, 7, 1)],
        debt_adjustment=(),
        social_assistance=(),
        pension_index=(),
        allow_unconfirmed=True,
    )
    day = date(2026, 7, 2)
    run = billing.bring_all_up_to(db, day, noon(day))
    assert run.refused == ((life.loan.id, "figure-missing"),)
    assert db.scalars(select(BilledRow)).all() == []


def test_the_plan_follows_a_new_reference_rate_from_the_first_row_not_yet_billed(db):
    life = a_loan(db, on=date(2025, 6, 2), due_day="last")
    life.pay_instalments(date(2025, 6, 30))
    before = life.on(date(2025, 6, 30))
    after = life.on(date(2025, 7, 2))
    assert [version.reason for version in after.versions] == ["disbursement", "reference-rate"]
    assert after.versions[1].from_due == date(2025, 7, 31)
    assert after.instalment_cents < before.instalment_cents
    assert len(after.rows) == len(before.rows) == 24
    assert len(life.on(date(2025, 7, 3)).versions) == 2
    charged = life.on(date(2025, 7, 31))
    line = next(line for line in charged.lines if line.value_date == date(2025, 7, 31))
    assert [segment["percent"] for segment in line.facts["segments"]] == [Decimal("3.5"), Decimal("2.5")]
    assert [segment["days"] for segment in line.facts["segments"]] == [1, 30]
    invariants(life)


def test_a_payment_is_recorded_even_where_the_rate_of_the_day_is_not_known_yet(db):
    life = a_loan(db)
    day = date(2027, 1, 20)
    life.on(date(2026, 12, 31))
    with pytest.raises(Refused, match="figure-missing"):
        billing.bring_up_to(db, life.loan, day, noon(day))
    life.pay(day, 100_00)
    assert life.loan.interest_balance_cents >= 0
    invariants(life)


# --- Payments --------------------------------------------------------------------------------------------------------


def test_a_payment_on_the_due_date_pays_interest_and_then_principal(db):
    life = a_loan(db)
    life.on(date(2026, 2, 15))
    instalment = position(db, life.loan, date(2026, 2, 15)).rows[0].instalment_cents
    entry = life.pay(date(2026, 2, 15), instalment)
    assert (entry.interest_cents, entry.principal_cents) == (-740, -(instalment - 740))
    standing = position(db, life.loan, date(2026, 2, 15))
    assert standing.rows[0].state == "paid" and standing.rows[0].paid_on == date(2026, 2, 15)
    assert standing.principal_cents == 3000_00 - instalment + 740
    assert standing.rows[0].closing_cents == standing.principal_cents
    assert standing.next_instalment.n == 2
    invariants(life)


def test_paid_on_time_to_the_end_the_loan_closes_with_the_plans_own_interest(db):
    life = a_loan(db, months=6, amount_cents=600_00)
    planned = calculator(600_00, 6, Decimal("2.5"), "actual/365", "15", START)
    life.pay_instalments(date(2026, 12, 31))
    assert (life.loan.state, life.case.state, life.loan.closed_on) == ("closed", "closed", date(2026, 7, 15))
    assert [row.instalment_cents for row in position(db, life.loan, date(2026, 8, 1)).rows] == [
        row.instalment_cents for row in planned.rows
    ]
    assert sum(e.interest_cents for e in entries(life, "interest_charge")) == planned.totals.interest_cents
    assert "loan-paid-off" in [event.kind for event in timeline.events_of(db, life.case, for_citizen=True)]
    assert life.loan.next_step_on is None
    invariants(life)


def test_money_that_comes_after_the_loan_has_closed_is_a_credit_and_opens_it_until_it_is_refunded(db):
    life = a_loan(db, months=3, amount_cents=600_00)
    life.pay_instalments(date(2026, 12, 31))
    day = date(2026, 8, 1)
    life.pay(day, 100)
    assert (life.loan.state, life.case.state, life.loan.credit_balance_cents) == ("running", "running", 100)
    assert life.loan.closed_on is None
    invariants(life)
    payments.record_refund(db, life.loan, day, life.staff.payments.actor, noon(day))
    assert (life.loan.state, life.case.state, life.loan.closed_on) == ("closed", "closed", day)
    invariants(life)


def test_paid_early_the_days_after_the_payment_go_with_the_next_instalment(db):
    life = a_loan(db)
    first = life.on(date(2026, 2, 10)).rows[0]
    life.pay(date(2026, 2, 10), first.instalment_cents)
    (charge,) = entries(life, "interest_charge")
    assert (charge.value_date, charge.interest_cents) == (date(2026, 2, 10), 637)
    standing = life.on(date(2026, 2, 15))
    assert standing.rows[0].state == "paid" and len(entries(life, "interest_charge")) == 1
    life.on(date(2026, 3, 15))
    assert entries(life, "interest_charge")[1].period_from == date(2026, 2, 10)
    assert len(standing.versions) == 1
    invariants(life)


def test_paid_late_interest_follows_the_real_days_and_the_instalment_stays(db):
    life = a_loan(db)
    life.on(date(2026, 3, 20))
    late = position(db, life.loan, date(2026, 3, 20))
    assert [row.state for row in late.rows[:3]] == ["overdue", "overdue", "planned"]
    assert late.overdue_cents == late.rows[0].instalment_cents + late.rows[1].instalment_cents
    assert late.rows[0].instalment_cents == late.rows[1].instalment_cents
    assert late.rows[1].interest_cents == 575, "28 days on the whole 3 000 euros"
    life.pay(date(2026, 3, 20), late.overdue_cents)
    after = position(db, life.loan, date(2026, 3, 20))
    assert after.overdue_cents == 0 and len(after.rows) == 24
    assert after.rows[-1].instalment_cents > after.rows[-2].instalment_cents
    invariants(life)


def test_a_payment_on_the_banking_day_after_a_weekend_is_in_time(db):
    life = a_loan(db)
    assert life.on(date(2026, 2, 16)).rows[0].state == "due", "15 February 2026 is a Sunday"
    assert life.on(date(2026, 2, 17)).rows[0].state == "overdue"


def test_part_of_an_instalment_leaves_the_rest_open(db):
    life = a_loan(db)
    life.on(date(2026, 2, 15))
    entry = life.pay(date(2026, 2, 15), 5_00)
    assert (entry.interest_cents, entry.principal_cents) == (-5_00, 0)
    standing = position(db, life.loan, date(2026, 2, 15))
    assert standing.rows[0].open_cents == standing.rows[0].instalment_cents - 5_00
    invariants(life)


def test_an_extra_payment_shortens_the_term_unless_the_borrower_says_otherwise(db):
    shorter, lower = a_loan(db), a_loan(db)
    for life in (shorter, lower):
        life.pay_instalments(date(2026, 3, 15))
    before = position(db, shorter.loan, date(2026, 3, 20))
    shorter.pay(date(2026, 3, 20), 600_00)
    lower.pay(date(2026, 3, 20), 600_00, effect="lower_instalment")
    short, low = (position(db, life.loan, date(2026, 3, 20)) for life in (shorter, lower))
    assert short.instalment_cents == before.instalment_cents and len(short.rows) < 24
    assert low.instalment_cents < before.instalment_cents and len(low.rows) == 24
    assert [version.reason for version in short.versions] == ["disbursement", "extra-payment"]
    for life, standing in ((shorter, short), (lower, low)):
        invariants(life)
        assert standing.lines[-1].explanation == "paid-extra"
        assert standing.lines[-1].facts["extra_cents"] == 600_00
        assert standing.rows[-1].closing_cents == 0


def test_a_lowered_instalment_never_goes_below_the_policys_minimum(db):
    life = a_loan(db, amount_cents=600_00, months=24)
    life.pay(date(2026, 1, 20), 400_00, effect="lower_instalment")
    standing = position(db, life.loan, date(2026, 1, 20))
    assert standing.instalment_cents == 20_00 and len(standing.rows) == 11


def test_the_pay_off_quote_pays_the_loan_off_to_the_day(db):
    life = a_loan(db)
    life.pay_instalments(date(2026, 4, 15))
    day = date(2026, 4, 27)
    quote = life.on(day).payoff
    assert quote.total_cents == quote.principal_cents + quote.accrued_cents
    assert (quote.accrued_from, quote.interest_cents) == (date(2026, 4, 15), 0)
    assert quote.accrued_cents == round(quote.principal_cents * 12 * 0.025 / 365)
    life.pay(day, quote.total_cents)
    assert life.loan.state == "closed"
    assert position(db, life.loan, day).lines[-1].explanation == "paid-off"
    invariants(life)


def test_what_is_paid_beyond_everything_is_a_credit_and_the_loan_closes_when_it_is_refunded(db):
    life = a_loan(db)
    day = date(2026, 3, 3)
    total = life.on(day).payoff.total_cents
    life.pay(day, total + 12_34)
    assert life.loan.state == "running" and life.loan.credit_balance_cents == 12_34
    assert position(db, life.loan, day).next_instalment is None
    invariants(life)
    entry = payments.record_refund(db, life.loan, day, life.staff.payments.actor, noon(day))
    assert entry.amount_cents == -12_34
    assert life.loan.state == "closed"
    invariants(life)
    with pytest.raises(Refused, match="no-credit"):
        payments.record_refund(db, life.loan, day, life.staff.payments.actor, noon(day))


def test_the_same_command_twice_is_booked_once(db):
    life = a_loan(db)
    first = life.pay(date(2026, 2, 15), 50_00, idempotency_key="bank-1")
    again = life.pay(date(2026, 2, 15), 50_00, idempotency_key="bank-1")
    assert first.id == again.id and len(entries(life, "payment")) == 1


def test_a_back_dated_payment_is_booked_as_a_difference(db):
    life, prompt = a_loan(db), a_loan(db)
    for one in (life, prompt):
        one.on(date(2026, 2, 15))
    prompt.pay(date(2026, 2, 15), 130_00)
    for one in (life, prompt):
        one.on(date(2026, 3, 15))
    life.pay(date(2026, 2, 15), 130_00, booked=date(2026, 3, 20))
    prompt.on(date(2026, 3, 20))
    (correction,) = entries(life, "correction")
    assert correction.reason == "recalculated" and correction.interest_cents < 0
    for balance in ("principal_balance_cents", "interest_balance_cents", "credit_balance_cents"):
        assert getattr(life.loan, balance) == getattr(prompt.loan, balance)
    codes = [line.explanation for line in position(db, life.loan, date(2026, 3, 20)).lines]
    assert "interest-recalculated" in codes
    invariants(life)


def test_a_payment_that_cannot_be_is_refused(db):
    life = a_loan(db)
    for payment, code in (
        ({"cents": 0, "day": START}, "amount-not-positive"),
        ({"cents": 100, "day": START + timedelta(days=9), "booked": START}, "value-date-in-future"),
        ({"cents": 100, "day": START - timedelta(days=1), "booked": START}, "value-date-before-loan"),
        ({"cents": 100, "day": START, "effect": "magic"}, "effect-unknown"),
    ):
        with pytest.raises(Refused, match=code):
            life.pay(**payment)
    with pytest.raises(NotAllowed):
        payments.record_payment(db, life.loan, payments.Payment(100, START), life.staff.preparer.actor, noon(START))


def test_after_the_last_instalment_was_late_its_days_are_billed_once_more(db):
    life = a_loan(db, months=3, amount_cents=1000_00)
    life.pay_instalments(date(2026, 3, 15))
    last = life.on(date(2026, 4, 29)).rows[2]
    life.pay(date(2026, 4, 29), last.open_cents)
    standing = position(db, life.loan, date(2026, 4, 29))
    assert life.loan.state == "running" and standing.principal_cents == 0
    rest = standing.rows[-1]
    assert (rest.n, rest.principal_cents, rest.instalment_cents) == (4, 0, 32), "14 days"
    life.pay_instalments(date(2026, 6, 30))
    assert life.loan.state == "closed"
    invariants(life)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_paid_and_when_the_ledger_holds_and_the_end_is_reached(db, seed):
    rng = random.Random(seed)
    life = a_loan(db, due_day=rng.choice(["15", "last"]), months=rng.choice([6, 12]), amount_cents=1200_00)
    day = START
    for _ in range(14):
        day += timedelta(days=rng.randint(3, 24))
        standing = life.on(day)
        if life.loan.state == "closed":
            break
        amount = rng.choice([1, 20_00, 100_00, standing.overdue_cents, standing.instalment_cents, 350_00])
        if amount:
            back = rng.choice([0, 0, 0, 12])
            life.pay(max(START, day - timedelta(days=back)), amount, booked=day)
        invariants(life)
    if life.loan.state == "running":
        standing = life.on(day)
        if standing.payoff.total_cents:
            life.pay(day, standing.payoff.total_cents)
        if life.loan.credit_balance_cents:
            payments.record_refund(db, life.loan, day, life.staff.payments.actor, noon(day))
    assert life.loan.state == "closed"
    invariants(life)


# --- Reading ---------------------------------------------------------------------------------------------------------


def test_a_loan_is_its_borrowers_and_its_units_alone(db):
    life = a_loan(db)
    assert own_loan(db, life.loan.id, life.borrower.actor) is life.loan
    assert own_loans(db, life.borrower.actor) == [life.loan]
    with pytest.raises(NotFound):
        own_loan(db, life.loan.id, a_citizen(db).actor)
    assert staff_loan(db, life.loan.id, life.staff.preparer.actor) is life.loan
    with pytest.raises(NotFound):
        staff_loan(db, life.loan.id, a_colleague(db, "decider", unit="team-2").actor)
    with pytest.raises(NotAllowed):
        staff_loan(db, life.loan.id, a_colleague(db, "auditor").actor)


def test_a_position_takes_the_same_few_queries_however_long_the_history(db):
    counts = []
    for until in (date(2026, 2, 28), date(2026, 12, 31)):
        life = a_loan(db)
        life.pay_instalments(until)
        db.expire_all()
        loan = own_loans(db, life.borrower.actor)[0]
        seen = []

        def note(*args, seen=seen):
            seen.append(args[2])

        connection = db.connection()
        event.listen(connection, "before_cursor_execute", note)
        position(db, loan, until)
        event.remove(connection, "before_cursor_execute", note)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 5


@pytest.mark.parametrize("table", ["ledger_entry", "billed_row", "plan_version", "disbursement"])
def test_the_database_itself_refuses_to_change_what_has_been_booked(db, table):
    life = a_loan(db)
    life.on(date(2026, 2, 15))
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET loan_id = loan_id"):
        with pytest.raises(DBAPIError, match="append-only"), db.begin_nested():
            db.execute(text(statement))


def test_the_database_knows_no_kind_of_entry_for_a_fee(db):
    life = a_loan(db)
    with pytest.raises(DBAPIError), db.begin_nested():
        db.execute(update(LedgerEntry).where(LedgerEntry.loan_id == life.loan.id).values(kind="late_interest"))
