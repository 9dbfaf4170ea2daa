"""How far a mandate reaches: extensions that a second official approves (kemi-2016:8d), and decisions by amount."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from lending.basics.errors import NotAllowed, Refused
from lending.cases import authority, timeline
from lending.changes import new_terms, queues, requests
from lending.changes.new_terms import Wish
from lending.decisions.decision import Grant, confirm_proposal, decide
from lending.loans.book import open_book
from lending.loans.position import position
from lending.people.model import StaffMember
from lending.policy.policies import Mandate, Policies, policies_of
from tests.builders import a_colleague
from tests.workflow.cases_in_work import LATER, a_case_in_work, a_proposed_grant
from tests.workflow.loan_life import Life, a_loan, invariants, noon

DAY = date(2026, 4, 20)


class Kemi:
    """A loan of Kemi's, and the two officials who approve its extensions."""

    def __init__(self, db: Session, cents: int) -> None:
        self.db = db
        self.life: Life = a_loan(db, organisation="kemi", amount_cents=cents)
        self.life.on(DAY)
        self.worker: StaffMember = self.life.staff.decider
        self.manager = a_colleague(db, "accounting_manager", organisation="kemi", family_name="Talous")
        self.lawyer = a_colleague(db, "legal_counsel", organisation="kemi", family_name="Laki")

    def asked(self, months: int):
        wish = Wish("extension", months=months)
        return new_terms.request_change(
            self.db, self.life.loan, wish, "Olen sairaana.", self.life.borrower.actor, noon(DAY)
        )

    def proposed(self, months: int, **given):
        request = self.asked(months)
        self.propose(request, **given)
        return request

    def propose(self, request, by: StaffMember | None = None, **given):
        actor = (by or self.worker).actor
        new_terms.propose_extension(self.db, request, "Sairaus.", ["8a"], actor, noon(DAY), **given)

    def grant(self, request, by: StaffMember, **given):
        return new_terms.grant_change(self.db, request, by.actor, noon(DAY), **given)

    def refuse(self, request, by: StaffMember):
        return new_terms.refuse_change(self.db, request, by.actor, noon(DAY), "Ei perusteita.", ["8d"])


@pytest.fixture
def small(db: Session) -> Kemi:
    """A loan with less than 2 000 € owed."""
    return Kemi(db, 1500_00)


@pytest.fixture
def large(db: Session) -> Kemi:
    """A loan with more than 2 000 € owed."""
    return Kemi(db, 3000_00)


def test_an_extension_is_proposed_by_one_and_approved_by_another(small: Kemi) -> None:
    request = small.proposed(6)
    assert (request.state, request.proposal, request.proposed_terms["months"]) == ("proposed", "grant", 6)
    assert request.proposal_clauses == ["kemi-2016:8a"] and request.proposed_by_id == small.worker.id
    before = position(small.db, small.life.loan, DAY)
    small.grant(request, small.manager)
    after = position(small.db, small.life.loan, DAY)
    assert request.state == "granted" and request.decided_by_id == small.manager.id
    assert len(after.rows) == len(before.rows) + 6
    kinds = [event.kind for event in timeline.events_of(small.db, small.life.case, for_citizen=False)]
    assert kinds[:3] == ["change-granted", "extension-proposed", "change-requested"]
    own = [event.kind for event in timeline.events_of(small.db, small.life.case, for_citizen=True)]
    assert "extension-proposed" not in own
    invariants(small.life)


def test_nobody_grants_an_extension_that_has_not_been_proposed(small: Kemi) -> None:
    request = small.asked(6)
    with pytest.raises(Refused, match="extension-not-proposed"):
        small.grant(request, small.worker)
    for other in (small.manager, small.lawyer):
        with pytest.raises(NotAllowed):
            small.grant(request, other)


def test_whoever_proposed_cannot_approve_whatever_roles_they_have(small: Kemi) -> None:
    both = a_colleague(small.db, "decider", "legal_counsel", organisation="kemi")
    request = small.asked(6)
    small.propose(request, by=both)
    for act in (small.grant, small.refuse):
        with pytest.raises(Refused, match="proposer-cannot-decide"):
            act(request, both)
    small.grant(request, small.lawyer)


def test_the_social_worker_proposes_but_does_not_approve(small: Kemi) -> None:
    request = small.proposed(6)
    another = a_colleague(small.db, "decider", organisation="kemi")
    for act in (small.grant, small.refuse):
        with pytest.raises(NotAllowed):
            act(request, another)
    with pytest.raises(NotAllowed):
        small.propose(small_request(small), by=small.manager)


def small_request(kemi: Kemi):
    return requests.requests_of(kemi.db, kemi.life.loan)[0]


def test_more_than_six_months_pass_the_accounting_managers_mandate(small: Kemi) -> None:
    request = small.proposed(7)
    for act in (small.grant, small.refuse):
        with pytest.raises(Refused, match="mandate-months") as refused:
            act(request, small.manager)
        assert refused.value.facts == {"most_months": 6, "clause": "kemi-2016:8d"}
    assert small.grant(request, small.manager, wish=Wish("extension", months=6)).granted_terms["months"] == 6


def test_a_claim_over_two_thousand_passes_the_accounting_managers_mandate(large: Kemi) -> None:
    request = large.proposed(3)
    with pytest.raises(Refused, match="mandate-amount") as refused:
        large.grant(request, large.manager)
    assert refused.value.facts == {"most_cents": 2000_00, "clause": "kemi-2016:8d"}
    large.grant(request, large.lawyer)
    assert request.state == "granted"


@pytest.mark.parametrize(
    ("owed", "months", "roles"),
    [
        (2000_00, 6, {"accounting_manager", "legal_counsel"}),
        (2000_01, 6, {"legal_counsel"}),
        (2000_00, 7, {"legal_counsel"}),
    ],
)
def test_the_page_can_tell_who_may_approve(db: Session, owed: int, months: int, roles: set[str]) -> None:
    kemi = Kemi(db, owed)
    request = kemi.asked(months)
    approval = new_terms.approval_of(open_book(db, kemi.life.loan), request, DAY)
    assert approval is not None
    assert (approval.claim_cents, approval.months, approval.roles) == (owed, months, roles)
    assert {mandate.clause for mandate in approval.mandates} == {"8d"}


def test_refusing_needs_nobodys_approval_before_it_is_proposed(small: Kemi) -> None:
    request = small.asked(6)
    small.refuse(request, small.worker)
    assert request.state == "refused" and request.decided_by_id == small.worker.id


def test_an_approver_may_refuse_what_was_proposed(small: Kemi) -> None:
    request = small.proposed(6)
    small.refuse(request, small.manager)
    assert (request.state, request.decision_clauses) == ("refused", ["kemi-2016:8d"])
    assert len(open_book(small.db, small.life.loan).versions) == 1


def test_a_proposal_needs_reasons_and_can_be_of_other_months(small: Kemi) -> None:
    request = small.asked(6)
    with pytest.raises(Refused, match="reasons-missing"):
        new_terms.propose_extension(small.db, request, " ", [], small.worker.actor, noon(DAY))
    with pytest.raises(Refused, match="wish-incomplete"):
        small.propose(request, wish=Wish("due_day", due_day="last"))
    small.propose(request, wish=Wish("extension", months=4))
    small.grant(request, small.manager)
    assert request.granted_terms == {"kind": "extension", "months": 4}
    with pytest.raises(Refused, match="not-in-this-state"):
        small.propose(request)


def test_the_borrower_can_take_a_proposed_extension_back(small: Kemi) -> None:
    request = small.proposed(6)
    requests.withdraw_request(small.db, request, small.life.borrower.actor, noon(DAY))
    assert request.state == "withdrawn"


def test_a_proposed_extension_still_waits_in_the_queue(small: Kemi) -> None:
    small.proposed(6)
    assert queues.count(small.db, small.manager.actor) == 1


def test_other_changes_of_terms_need_no_second_official(small: Kemi) -> None:
    wish = Wish("due_day", due_day="last")
    request = new_terms.request_change(
        small.db, small.life.loan, wish, "Palkkapäivä.", small.life.borrower.actor, noon(DAY)
    )
    assert new_terms.approval_of(open_book(small.db, small.life.loan), request, DAY) is None
    with pytest.raises(Refused, match="extension-needs-no-approval"):
        small.propose(request)
    small.grant(request, small.worker)
    assert request.state == "granted"


def test_a_smaller_instalment_is_no_way_around_the_second_official(small: Kemi) -> None:
    now = position(small.db, small.life.loan, DAY).instalment_cents
    book = open_book(small.db, small.life.loan)
    with pytest.raises(Refused, match="instalment-lengthens") as refused:
        new_terms.preview_change(book, Wish("instalment", instalment_cents=now - 10_00), DAY)
    assert refused.value.facts == {"clause": "kemi-2016:8d"}
    larger = new_terms.preview_change(book, Wish("instalment", instalment_cents=now + 10_00), DAY)
    assert larger.after.last_due < larger.before.last_due


def test_where_nobody_approves_one_official_decides_the_extension(db: Session) -> None:
    life = a_loan(db)
    life.on(DAY)
    wish = Wish("extension", months=12)
    request = new_terms.request_change(db, life.loan, wish, "Sairaus.", life.borrower.actor, noon(DAY))
    with pytest.raises(Refused, match="extension-needs-no-approval"):
        new_terms.propose_extension(db, request, "Sairaus.", [], life.staff.decider.actor, noon(DAY))
    new_terms.grant_change(db, request, life.staff.decider.actor, noon(DAY))
    assert request.state == "granted"


def with_mandates(db: Session, **mandates: tuple[Mandate, ...]) -> None:
    """Let the criteria of the tests give these mandates for acts (``decide``, ``decide_extension``)."""
    policy = policies_of(db).by_id("keusote-2025")
    delegation = {**policy.delegation, **{act.replace("_", "-"): found for act, found in mandates.items()}}
    db.info["policies"] = Policies([replace(policy, delegation=delegation)])


UP_TO = Mandate(frozenset({"decider"}), amount_max_cents=2000_00, months_max=24, clause="6b")
BEYOND = Mandate(frozenset({"waiver_decider"}), clause="6b")


def test_an_official_decides_an_extension_as_far_as_the_mandate_reaches(db: Session) -> None:
    with_mandates(db, decide_extension=(replace(UP_TO, months_max=6), BEYOND))
    life = a_loan(db, amount_cents=1000_00)
    life.on(DAY)
    wish = Wish("extension", months=7)
    request = new_terms.request_change(db, life.loan, wish, "Sairaus.", life.borrower.actor, noon(DAY))
    with pytest.raises(Refused, match="mandate-months") as refused:
        new_terms.grant_change(db, request, life.staff.decider.actor, noon(DAY))
    assert refused.value.facts == {"most_months": 6, "clause": "keusote-2025:6b"}
    new_terms.grant_change(db, request, life.staff.waiver_decider.actor, noon(DAY))


def test_a_grant_beyond_the_deciders_mandate_is_refused_with_the_clause(db: Session) -> None:
    with_mandates(db, decide=(UP_TO, BEYOND))
    work = a_case_in_work(db)
    a_proposed_grant(db, work)
    with pytest.raises(Refused, match="mandate-amount") as refused:
        confirm_proposal(db, work.case, lambda made: "<p></p>", work.decider, LATER)
    assert refused.value.field == "amount"
    assert refused.value.facts == {"most_cents": 2000_00, "clause": "keusote-2025:6b"}
    with pytest.raises(Refused, match="mandate-months"):
        decide(db, work.case, Grant(2000_00, 25, "debts", reasons="Vähemmän."), lambda made: "", work.decider, LATER)
    chief = a_colleague(db, "waiver_decider").actor
    assert confirm_proposal(db, work.case, lambda made: "<p></p>", chief, LATER).decided_by_id == chief.id


def test_a_smaller_grant_within_the_mandate_is_made(db: Session) -> None:
    with_mandates(db, decide=(UP_TO, BEYOND))
    work = a_case_in_work(db)
    a_proposed_grant(db, work)
    grant = Grant(2000_00, 24, "debts", reasons="Vähemmän.")
    made = decide(db, work.case, grant, lambda made: "<p></p>", work.decider, LATER)
    assert (made.amount_cents, made.months) == (2000_00, 24)


def test_of_several_mandates_the_widest_is_told(db: Session) -> None:
    policy = policies_of(db).by_id("keusote-2025")
    narrow = Mandate(frozenset({"decider"}), amount_max_cents=500_00)
    policy = replace(policy, delegation={"decide": (narrow, replace(UP_TO, months_max=None), BEYOND)})
    decider, chief = a_colleague(db, "decider").actor, a_colleague(db, "waiver_decider").actor
    with pytest.raises(Refused) as refused:
        authority.require_mandate(decider, policy, "decide", 2000_01, 1)
    assert refused.value.facts["most_cents"] == 2000_00
    assert authority.require_mandate(decider, policy, "decide", 400_00, 60) is narrow
    assert authority.require_mandate(chief, policy, "decide", 10_000_00, 96) is BEYOND
    with pytest.raises(NotAllowed):
        authority.require_mandate(a_colleague(db).actor, policy, "decide", 1, 1)
    unnamed = replace(policy, delegation={"decide": (narrow,)})
    with pytest.raises(Refused) as refused:
        authority.require_mandate(decider, unnamed, "decide", 501_00, 1)
    assert refused.value.facts["clause"] == "keusote-2025", (
        "a mandate without a clause rests on the criteria as a whole"
    )
