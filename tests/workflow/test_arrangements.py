"""Six ways to organise the work, one workflow: each act is the right unit's, and refused to everybody else."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from lending.applications import consent, sections, submission
from lending.applications.queues import page_of_queue
from lending.assessment import grounds, worksheet
from lending.basics.actor import Actor
from lending.basics.errors import NotAllowed, NotFound
from lending.cases import casework
from lending.cases.model import Case
from lending.cases.queues import EVERY, Filters, counts
from lending.changes import grace
from lending.changes import queues as changes
from lending.changes.model import ChangeRequest
from lending.decisions import decision, proposal
from lending.loans import agreements, disbursement
from lending.loans.agreements import Offer
from lending.loans.disbursement import Payee
from lending.loans.listing import loans_of_unit
from lending.loans.model import Loan
from lending.loans.payments import Payment, record_payment
from lending.loans.position import position, staff_loan
from lending.people.model import ROLES, Citizen
from lending.policy.policies import Policies, Policy, load_policies
from tests.arrangements import making
from tests.builders import a_citizen, a_colleague, a_purpose, colleagues
from tests.clock import NOW
from tests.conftest import ROOT
from tests.workflow import applying
from tests.workflow.loan_life import noon, render

TODAY = NOW.date()
AMOUNT = 1500_00


@dataclass(frozen=True)
class Arranged:
    """Who does what in one arrangement, as criteria.md tells it and not as the code reads it."""

    organisation: str
    municipality: str
    own: str
    elsewhere: str | None
    prepares: str
    decides: str
    concludes: tuple[str, str]
    pays: str


#: ``concludes``: the unit and the role that conclude the agreement.
ARRANGEMENTS = (
    Arranged("keusote", "106", "team-1", "team-2", "team-1", "team-1", ("team-1", "decider"), "team-1"),
    Arranged("kemi", "240", "team-1", None, "team-1", "team-1", ("team-1", "decider"), "team-1"),
    Arranged(
        "pohjois-savo",
        "297",
        "local-1",
        "local-2",
        "finance-team",
        "local-1",
        ("finance-team", "preparer"),
        "finance-team",
    ),
    Arranged("area", "991", "local-2", "local-1", "local-2", "local-2", ("local-2", "decider"), "area-unit"),
    Arranged("kela-model", "992", "local-1", "local-2", "local-1", "local-1", ("local-1", "decider"), "kela"),
    Arranged(
        "guarantee-model",
        "994",
        "local-1",
        "local-2",
        "foundation",
        "foundation",
        ("foundation", "decider"),
        "foundation",
    ),
)


@pytest.fixture(scope="module")
def policies() -> Policies:
    """The real organisations and the fictional ones in one installation."""
    both = (load_policies(ROOT / "policies"), load_policies(making.FOLDER))
    versions = [each.by_id(policy.id) for each in both for policy in _newest(each)]
    return Policies(versions)


def _newest(policies: Policies) -> Iterator[Policy]:
    for organisation in policies.organisations():
        yield policies.for_organisation(organisation.key, TODAY)


class House:
    """Everybody who works for the organisations, and one case on its way through one of them."""

    def __init__(self, db: Session, arranged: Arranged, policies: Policies) -> None:
        self.db, self.arranged = db, arranged
        self.policy = policies.for_organisation(arranged.organisation, TODAY)
        units = self.policy.organisation.units
        places = ((unit, (role,)) for unit in units for role in ROLES)
        people = colleagues(db, places, organisation=arranged.organisation)
        self.people: list[Actor] = [member.actor for member in people]
        # A namesake of the unit in another organisation, with every role there is.
        other = "kemi" if arranged.organisation != "kemi" else "keusote"
        self.stranger = a_colleague(db, *ROLES, unit=arranged.own, organisation=other).actor
        self.citizen: Citizen = a_citizen(db, municipality=arranged.municipality)

    def who(self, unit: str, role: str) -> Actor:
        return next(each for each in self.people if each.unit == unit and role in each.roles)

    def only(self, unit: str, role: str, also: tuple[str, ...], act: Callable[[Actor], object]) -> Actor:
        """Let everybody but the unit's people with ``role`` or ``also`` try the act in vain, and then the right one."""
        roles = {role, *also}
        for person in [*self.people, self.stranger]:
            if person is not self.stranger and person.unit == unit and person.roles & roles:
                continue
            with pytest.raises((NotFound, NotAllowed)) as refused:
                act(person)
            assert (refused.type is NotFound) == (person is self.stranger or not self.knows(person)), (person, unit)
        right = self.who(unit, role)
        act(right)
        return right

    def knows(self, person: Actor) -> bool:
        """Whether the unit has any work on the case: then it is told that it may not, not that there is no case."""
        arranged = self.arranged
        return person.unit in (arranged.own, arranged.prepares, arranged.decides, arranged.pays)


@pytest.fixture(params=ARRANGEMENTS, ids=[each.organisation for each in ARRANGEMENTS])
def house(request: pytest.FixtureRequest, db: Session, policies: Policies) -> House:
    return House(db, request.param, policies)


def apply(house: House) -> Case:
    """Send an application by the ordinary way."""
    db, by = house.db, house.citizen.actor
    case = submission.start_application(db, house.citizen, house.policy, by, NOW)
    asked = replace(applying.PURPOSE, purpose=a_purpose(house.policy), amount_cents=AMOUNT, months=24)
    has_ban = True if sections.asks_credit_ban(house.policy) else None
    applying.told(db, case, household=replace(applying.HOUSEHOLD, credit_ban=has_ban), purpose=asked, debts=())
    applying.attached(db, case)
    consent.give_consent(db, case, "fi", by, NOW)
    with pytest.raises(NotFound):
        submission.submit(db, case, a_citizen(db).actor, NOW)
    submission.submit(db, case, by, NOW)
    assert case.unit == house.arranged.own
    return case


def assess(house: House, case: Case, by: Actor) -> None:
    db = house.db
    worksheet.prepare_worksheet(db, case, by, NOW)
    found = grounds.check_grounds(db, case, by, NOW)
    judgments = [(clause, "met", "Selvitetty hakijan kanssa.") for clause in grounds.open_clauses(found)]
    grounds.judge_several(db, case, judgments, by, NOW)


def grant(house: House, case: Case) -> None:
    """From the application to a grant."""
    db, arranged = house.db, house.arranged
    preparer = house.only(arranged.prepares, "preparer", ("decider",), lambda by: casework.take_case(db, case, by, NOW))
    assert case.handler_id == preparer.id
    house.only(arranged.prepares, "preparer", (), lambda by: assess(house, case, by))
    application = sections.application_of(db, case)
    house.only(
        arranged.prepares,
        "preparer",
        (),
        lambda by: proposal.propose_grant(
            db, case, amount_cents=AMOUNT, months=24, purpose=application.purpose, reasons="Tarve.", by=by, at=NOW
        ),
    )
    decided = house.only(
        arranged.decides, "decider", (), lambda by: decision.confirm_proposal(db, case, lambda made: "<p></p>", by, NOW)
    )
    assert case.state == "granted" and decision.decision_of(db, case).decided_by_id == decided.id


def agree(house: House, case: Case) -> None:
    """From the grant to an agreement."""
    db, arranged = house.db, house.arranged
    house.only(
        arranged.prepares,
        "preparer",
        (),
        lambda by: agreements.offer_agreement(db, case, Offer("15"), render, by, NOW),
    )
    with pytest.raises(NotFound):
        agreements.accept_agreement(db, case, a_citizen(db).actor, NOW)
    agreements.accept_agreement(db, case, house.citizen.actor, NOW)
    unit, role = arranged.concludes
    house.only(unit, role, (), lambda by: agreements.conclude_agreement(db, case, by, NOW))


def lend(house: House, case: Case) -> Loan:
    """From the agreement to a payment."""
    db, pays = house.db, house.arranged.pays
    house.only(
        pays, "payments", (), lambda by: disbursement.record_disbursement(db, case, [Payee(AMOUNT)], TODAY, by, NOW)
    )
    loan = db.query(Loan).filter_by(case_id=case.id).one()
    later = TODAY + timedelta(days=50)
    house.only(
        pays,
        "payments",
        (),
        lambda by: record_payment(db, loan, Payment(100_00, later, idempotency_key="one"), by, noon(later)),
    )
    return loan


def change(house: House, loan: Loan) -> ChangeRequest:
    """From the borrower's request to the decision on it."""
    db, on = house.db, TODAY + timedelta(days=51)
    due = next(row.due_date for row in position(db, loan, on).rows if row.state == "planned")
    request = grace.request_grace(db, loan, [due], "Olen lomautettu.", house.citizen.actor, noon(on))
    queued = {unit: changes.count(db, house.who(unit, "decider")) for unit in house.policy.organisation.units}
    assert queued == {unit: int(unit == house.arranged.decides) for unit in queued}
    house.only(house.arranged.decides, "decider", (), lambda by: grace.grant_grace(db, request, by, noon(on)))
    return request


def test_a_case_goes_its_way_through_the_hands_of_the_right_units_only(house: House) -> None:
    case = apply(house)
    grant(house, case)
    agree(house, case)
    loan = lend(house, case)
    assert change(house, loan).state == "granted"


def test_everybody_who_works_on_a_case_may_read_it_and_write_notes(house: House) -> None:
    case, db = apply(house), house.db
    for person in [*house.people, house.stranger]:
        [role] = person.roles if person is not house.stranger else ["decider"]
        if person is house.stranger or not house.knows(person):
            with pytest.raises(NotFound):
                casework.staff_case(db, case.id, person)
            with pytest.raises(NotFound):
                note(house, case, person)
            continue
        if role in house.policy.roles_for("view-case"):
            assert casework.staff_case(db, case.id, person) is case
        else:
            with pytest.raises(NotAllowed):
                casework.staff_case(db, case.id, person)
        if role in house.policy.roles_for("add-note"):
            note(house, case, person)


def note(house: House, case: Case, by: Actor) -> None:
    casework.add_note(house.db, case, "Puhuttu hakijan kanssa.", by, NOW)


def test_a_list_shows_a_central_unit_everything_and_a_local_one_its_own(house: House) -> None:
    case, db = apply(house), house.db
    for unit in house.policy.organisation.units:
        by = house.who(unit, "preparer")
        rows = page_of_queue(db, by, EVERY, Filters(), "oldest", 1, TODAY).rows
        assert [row.case_id for row in rows] == ([case.id] if house.knows(by) else []), unit
    stranger = page_of_queue(db, house.stranger, EVERY, Filters(), "oldest", 1, TODAY)
    assert stranger.total == 0


def test_a_queue_counts_a_case_for_the_unit_whose_turn_it_is(house: House) -> None:
    case, db, arranged = apply(house), house.db, house.arranged
    units = list(house.policy.organisation.units)

    def turn(queue: str) -> set[str]:
        counted = {unit for unit in units if counts(db, house.who(unit, "decider"))[queue]}
        filters = Filters(whose="our-turn")
        found = {
            unit
            for unit in units
            if page_of_queue(db, house.who(unit, "decider"), queue, filters, "oldest", 1, TODAY).rows
        }
        assert counted == found
        return counted

    assert turn("new") == {arranged.prepares}
    case.state = "waiting_for_decision"
    db.flush()
    assert turn("waiting_for_decision") == {arranged.decides}
    rows = page_of_queue(
        db, house.who(arranged.prepares, "preparer"), "waiting_for_decision", Filters(), "oldest", 1, TODAY
    ).rows
    assert [row.waits_for for row in rows] == [arranged.decides if arranged.decides != arranged.prepares else None]
    assert [row.is_ours_to_take for row in rows] == [True]
    for state, unit in (
        ("granted", arranged.prepares),
        ("agreement_accepted", arranged.concludes[0]),
        ("agreement_concluded", arranged.pays),
    ):
        case.state = state
        db.flush()
        assert turn("decided") == {unit}, state


def test_loans_are_listed_and_opened_by_whoever_works_on_their_cases(house: House) -> None:
    case, db = apply(house), house.db
    grant(house, case)
    agree(house, case)
    loan = lend(house, case)
    for unit in house.policy.organisation.units:
        by = house.who(unit, "payments")
        assert loans_of_unit(db, by).total == int(house.knows(by))
        if house.knows(by):
            assert staff_loan(db, loan.id, by) is loan
        else:
            with pytest.raises(NotFound):
                staff_loan(db, loan.id, by)


def test_a_case_under_a_safety_ban_stays_in_the_protected_unit(house: House) -> None:
    house.citizen = a_citizen(house.db, municipality=house.arranged.municipality, safety_ban=True)
    house.arranged = replace(house.arranged, own=house.policy.organisation.protected_unit)
    case = apply(house)
    assert case.unit == house.policy.organisation.protected_unit


def test_the_files_of_the_fictional_organisations_are_as_their_base_makes_them() -> None:
    for path, text in making.texts().items():
        assert path.read_text() == text, f"{path}: run python -m tests.arrangements.making"


def test_each_arrangement_is_another() -> None:
    assert load_policies(making.FOLDER).for_organisation("area", date(2026, 9, 1)).id == "area-2026"
    ways = {(each.prepares == each.own, each.decides == each.own, each.pays == each.own) for each in ARRANGEMENTS}
    # One team and lending staff do all in one unit; the area and Kela differ in who they are, not in what they do.
    assert len(ways) == 4
