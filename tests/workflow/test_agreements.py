"""An agreement is offered, accepted by the borrower and concluded by an official, on both databases."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from lending.basics.errors import NotAllowed, NotFound, Refused
from lending.cases import timeline
from lending.loans import agreements
from lending.loans.agreements import Offer
from lending.loans.plan import calculator
from tests.builders import a_citizen, a_colleague
from tests.workflow.loan_life import START, a_granted_case, borrower, noon, render, some_staff


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
