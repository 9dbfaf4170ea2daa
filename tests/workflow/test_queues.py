"""The work queues: what stands in each, who sees it, how it is found and sorted, and at what cost."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from lending.applications.model import SupplementRequest
from lending.applications.queues import page_of_queue
from lending.basics.actor import Actor
from lending.cases.deadlines import days_waited, handling_due, local_day
from lending.cases.model import Case
from lending.cases.queues import EVERY, Filters, counts
from lending.cases.states import CASE, QUEUES
from lending.changes import queues as changes
from lending.people import staff
from lending.people.model import Citizen, StaffMember
from lending.people.names import sort_name
from tests.clock import NOW
from tests.statements import queries_in, statements_of
from tests.workflow.queued import a_request_for_grace, some_cases

TODAY = date(2026, 9, 1)


def a_colleague(db: Session, username: str = "preparer", unit: str = "team-1", **other: str) -> StaffMember:
    return staff.register(
        db,
        organisation=other.get("organisation", "keusote"),
        unit=unit,
        username=username,
        given_names="Veera",
        family_name="Valmistelija",
        title="sosiaaliohjaaja",
        email="v@example.org",
        phone="1",
        roles=["preparer"],
    )


def test_every_open_state_of_a_case_that_needs_work_is_counted_in_exactly_one_queue(db: Session) -> None:
    by = a_colleague(db).actor
    for position, state in enumerate(state for state in CASE.states if state != "draft"):
        some_cases(db, 1, state, first=position + 1)
    found = counts(db, by)
    assert set(found) == set(QUEUES) - {"change_requests"}
    assert found == {
        "new": 1,
        "in_preparation": 1,
        "waiting_for_citizen": 1,
        "waiting_for_decision": 1,
        "decided": 4,
    }


def test_a_queue_shows_only_the_cases_of_ones_own_unit_and_organisation(db: Session) -> None:
    by = a_colleague(db).actor
    own = some_cases(db, 2)
    some_cases(db, 3, first=10, unit="team-2")
    some_cases(db, 4, first=20, organisation="elsewhere")
    page = page_of_queue(db, by, "new", Filters(), "oldest", 1, TODAY)
    assert {row.case_id for row in page.rows} == set(own)
    assert counts(db, by)["new"] == 2


def test_a_draft_stands_in_no_queue_and_in_no_list(db: Session) -> None:
    by = a_colleague(db).actor
    some_cases(db, 1, "draft", number=None, unit=None, pending_since=None)
    assert page_of_queue(db, by, EVERY, Filters(), "oldest", 1, TODAY).total == 0


def test_mine_and_unassigned_narrow_the_queue(db: Session) -> None:
    me, other = a_colleague(db), a_colleague(db, "colleague")
    [mine] = some_cases(db, 1, "in_preparation", handler_id=me.id)
    [theirs] = some_cases(db, 1, "in_preparation", first=2, handler_id=other.id)
    [nobodys] = some_cases(db, 1, "in_preparation", first=3)

    def found(whose: str) -> set[UUID]:
        page = page_of_queue(db, me.actor, "in_preparation", Filters(whose=whose), "oldest", 1, TODAY)
        return {row.case_id for row in page.rows}

    assert found("mine") == {mine}
    assert found("unassigned") == {nobodys}
    assert found("all") == {mine, theirs, nobodys}


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("2026-000003", [3]),
        ("keusote-2026-000003", [3]),
        ("suku00002", [2]),
        ("Etu2 Suku00002", [2]),
        ("Suku00002, Etu2", [2]),
        ("%", []),
        ("_", []),
        ("   ", [1, 2, 3]),
        ("nobody", []),
    ],
)
def test_a_case_is_found_by_its_number_or_the_name_in_any_order(db: Session, text: str, numbers: list[int]) -> None:
    by = a_colleague(db).actor
    some_cases(db, 3)
    page = page_of_queue(db, by, "new", Filters(text=text), "oldest", 1, TODAY)
    assert [row.number for row in page.rows] == [f"KEUSOTE-2026-{number:06d}" for number in numbers]


def test_the_oldest_comes_first_unless_one_asks_otherwise(db: Session) -> None:
    by = a_colleague(db).actor
    some_cases(db, 3)

    def order(sort: str) -> list[str]:
        rows = page_of_queue(db, by, "new", Filters(), sort, 1, TODAY).rows
        return [row.number.removeprefix("KEUSOTE-2026-00000") for row in rows]

    assert order("oldest") == ["1", "2", "3"]
    assert order("newest") == ["3", "2", "1"]
    assert order("amount") == ["3", "2", "1"]
    assert order("name") == ["1", "2", "3"]


def test_names_sort_as_finns_sort_them(db: Session) -> None:
    by = a_colleague(db).actor
    ids = some_cases(db, 3)
    for case_id, family in zip(ids, ("Öhman", "Åberg", "Ziegler"), strict=True):
        citizen = db.get_one(Citizen, db.get_one(Case, case_id).citizen_id)
        citizen.family_name, citizen.sort_name = family, sort_name(family, "A")
    db.flush()
    rows = page_of_queue(db, by, "new", Filters(), "name", 1, TODAY).rows
    assert [row.name.split()[-1] for row in rows] == ["Ziegler", "Åberg", "Öhman"]


def test_a_page_has_twenty_five_cases_and_a_page_too_far_shows_the_last(db: Session) -> None:
    by = a_colleague(db).actor
    some_cases(db, 60)
    first = page_of_queue(db, by, "new", Filters(), "oldest", 1, TODAY)
    last = page_of_queue(db, by, "new", Filters(), "oldest", 99, TODAY)
    assert (first.total, first.pages, len(first.rows), first.first) == (60, 3, 25, 1)
    assert (last.number, len(last.rows), last.first) == (3, 10, 51)
    assert page_of_queue(db, by, "new", Filters(), "oldest", -4, TODAY).number == 1


def test_an_unanswered_request_is_marked_late_after_its_day_and_not_on_it(db: Session) -> None:
    member = a_colleague(db)
    [case_id] = some_cases(db, 1, "waiting_for_citizen")
    db.add(
        SupplementRequest(
            case_id=case_id, asked_by=member.id, asked_at=NOW, answer_by=TODAY, message="Please.", state="open"
        )
    )
    db.flush()

    def row(today: date):
        return page_of_queue(db, member.actor, "waiting_for_citizen", Filters(), "oldest", 1, today).rows[0]

    assert row(TODAY).due == TODAY
    assert not row(TODAY).is_late
    assert row(TODAY + timedelta(days=1)).is_late


def test_the_handling_time_runs_from_the_completed_application_in_finnish_days() -> None:
    # Half past midnight in Finland on the 1st is still the last day of May in UTC.
    came = datetime(2026, 5, 31, 21, 30, tzinfo=UTC)
    assert local_day(came) == date(2026, 6, 1)
    assert handling_due("in_preparation", came, None, 3) == date(2026, 9, 1)
    complete = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)
    assert handling_due("waiting_for_decision", came, complete, 3) == date(2026, 9, 10)
    assert handling_due("granted", came, complete, 3) is None
    assert days_waited(came, datetime(2026, 6, 2, 21, 1, tzinfo=UTC)) == 2


def test_a_queue_costs_as_many_queries_with_ten_cases_as_with_two_thousand(db: Session) -> None:
    by: Actor = a_colleague(db).actor

    def cost() -> int:
        db.expunge_all()
        with statements_of(db) as sent:
            counts(db, by)
            page_of_queue(db, by, "new", Filters(text="suku"), "name", 1, TODAY)
        return len(queries_in(sent))

    some_cases(db, 10)
    few = cost()
    some_cases(db, 1990, first=11)
    assert cost() == few == 3


def test_change_requests_wait_in_a_queue_of_their_own_until_they_have_been_decided(db: Session) -> None:
    by = a_colleague(db).actor
    request = a_request_for_grace(db)
    assert changes.count(db, by) == 1
    [row] = changes.page_of_change_requests(db, by, Filters(), "oldest", 1).rows
    assert (row.request_id, row.kind, row.state, row.handler) == (request.id, "grace", "requested", None)
    request.state = "granted"
    db.flush()
    assert changes.count(db, by) == 0
    assert changes.page_of_change_requests(db, by, Filters(), "oldest", 1).rows == ()


def test_change_requests_are_found_filtered_and_kept_within_the_unit(db: Session) -> None:
    me = a_colleague(db)
    request = a_request_for_grace(db)
    number = db.get_one(Case, request.case_id).number or ""

    def total(**filters: str) -> int:
        return changes.page_of_change_requests(db, me.actor, Filters(**filters), "name", 1).total

    assert (total(text=number), total(text="virtanen"), total(text="nobody")) == (1, 1, 0)
    assert (total(whose="mine"), total(whose="unassigned")) == (0, 1)
    request.handler_id, request.state = me.id, "in_preparation"
    db.flush()
    assert (total(whose="mine"), total(whose="unassigned"), total(state="requested")) == (1, 0, 0)
    elsewhere = a_colleague(db, "elsewhere", unit="team-2").actor
    assert changes.count(db, elsewhere) == 0
