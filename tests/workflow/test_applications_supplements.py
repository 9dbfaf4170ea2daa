"""Requests to complete an application: asked, answered item by item, passed over."""

import io
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lending.applications import supplements
from lending.applications.model import SupplementItem, SupplementRequest
from lending.applications.supplements import Wish
from lending.basics.actor import Actor
from lending.basics.errors import NotAllowed, NotFound, Refused
from lending.cases import casework
from lending.cases.model import Case, Event, Notice
from tests.builders import a_case, a_citizen, a_colleague, add_attachment
from tests.clock import NOW
from tests.files import a_picture

LATER = NOW + timedelta(days=3)
BY = date(2026, 9, 15)
WISHES = (Wish("document", "A payslip of August", "income"), Wish("explanation", "What is the fee of 40 euros?"))


def own(case: Case) -> Actor:
    return Actor("citizen", case.citizen_id)


def asked(db: Session, wishes: tuple[Wish, ...] = WISHES) -> tuple[Case, Actor, SupplementRequest]:
    case = a_case(db)
    handler = a_colleague(db).actor
    casework.take_case(db, case, handler, NOW)
    request = supplements.request_supplement(db, case, "Two things are missing.", wishes, BY, handler, NOW)
    return case, handler, request


def sent(db: Session, case: Case, item: SupplementItem) -> None:
    add_attachment(
        db, case, "income", "slip.jpg", io.BytesIO(a_picture()), own(case), LATER, supplement_item_id=item.id
    )


def test_a_request_makes_the_case_wait_for_the_citizen_and_tells_them(db: Session) -> None:
    case, _, request = asked(db)
    assert case.state == "waiting_for_citizen"
    assert supplements.open_request(db, case) is request
    assert [(item.wanted, item.attachment_kind) for item in request.items] == [
        ("document", "income"),
        ("explanation", None),
    ]
    notice = db.scalars(select(Notice).where(Notice.case_id == case.id)).one()
    assert (notice.kind, notice.facts["answer_by"]) == ("supplement-requested", "2026-09-15")
    event = db.scalars(select(Event).where(Event.case_id == case.id, Event.kind == "supplement-requested")).one()
    assert event.facts == {"request": str(request.id), "items": 2, "answer_by": "2026-09-15"}


def test_a_second_request_waits_for_the_first(db: Session) -> None:
    case, handler, _ = asked(db)
    with pytest.raises(Refused, match="not-in-this-state"):
        supplements.request_supplement(db, case, "More", WISHES, BY, handler, NOW)


@pytest.mark.parametrize(
    ("message", "wishes", "by_day", "code", "field"),
    [
        (" ", WISHES, BY, "text-missing", "message"),
        ("x", (), BY, "items-missing", "items"),
        ("x", WISHES * 11, BY, "too-many-rows", "items"),
        ("x", (Wish("explanation", " "),), BY, "text-missing", "items-0-question"),
        ("x", (Wish("song", "x"),), BY, "choice-unknown", "items-0-wanted"),
        ("x", (Wish("document", "x", "love-letter"),), BY, "attachment-kind-unknown", "items-0-attachment_kind"),
        ("x", WISHES, date(2026, 9, 1), "deadline-too-soon", "answer_by"),
    ],
)
def test_a_request_must_be_sound(
    db: Session, message: str, wishes: tuple[Wish, ...], by_day: date, code: str, field: str
) -> None:
    case, handler = a_case(db), a_colleague(db).actor
    casework.take_case(db, case, handler, NOW)
    with pytest.raises(Refused) as refused:
        supplements.request_supplement(db, case, message, wishes, by_day, handler, NOW)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert case.state == "in_preparation"


def test_only_the_one_who_prepares_the_case_asks_and_passes_over(db: Session) -> None:
    case, _, request = asked(db)
    with pytest.raises(Refused, match="case-not-yours"):
        supplements.pass_over(db, request, "No answer", a_colleague(db).actor, LATER)
    with pytest.raises(NotAllowed):
        supplements.request_supplement(db, case, "x", WISHES, BY, a_colleague(db, "payments").actor, NOW)
    with pytest.raises(NotFound):
        supplements.request_supplement(db, case, "x", WISHES, BY, a_colleague(db, unit="team-2").actor, NOW)


def test_every_item_needs_an_answer_or_a_document(db: Session) -> None:
    case, _, request = asked(db)
    slip, fee = request.items
    with pytest.raises(Refused) as refused:
        supplements.answer_supplement(db, request, {fee.id: "A gym."}, own(case), LATER)
    assert (refused.value.code, refused.value.field) == ("answers-missing", "answer-0")
    assert refused.value.facts["missing"] == (0,)
    sent(db, case, slip)
    supplements.answer_supplement(db, request, {fee.id: "A gym."}, own(case), LATER)
    assert (case.state, request.state, request.ended_at) == ("in_preparation", "answered", LATER)
    assert (case.complete_since, case.pending_since) == (LATER, NOW)
    assert [document.kind for document in supplements.documents_by_item(db, case)[slip.id]] == ["income"]


def test_in_place_of_a_document_the_applicant_may_tell_why_there_is_none(db: Session) -> None:
    case, _, request = asked(db)
    answers = {item.id: f"Answer {item.position}" for item in request.items}
    supplements.answer_supplement(db, request, answers, own(case), LATER)
    assert [item.answer for item in request.items] == ["Answer 0", "Answer 1"]


def test_what_has_been_written_is_kept_while_the_request_is_open(db: Session) -> None:
    case, _, request = asked(db)
    supplements.save_answers(db, request, {request.items[1].id: "  A gym.  "}, own(case), LATER)
    db.expire_all()
    assert [item.answer for item in request.items] == [None, "A gym."]
    assert (case.state, request.state) == ("waiting_for_citizen", "open")


def test_nobody_answers_for_another(db: Session) -> None:
    _, _, request = asked(db)
    for stranger in (a_citizen(db).actor, a_colleague(db).actor):
        with pytest.raises(NotFound):
            supplements.answer_supplement(db, request, {}, stranger, LATER)


def test_an_answered_request_takes_no_more_answers(db: Session) -> None:
    case, handler, request = asked(db)
    answers = {item.id: "Answer" for item in request.items}
    supplements.answer_supplement(db, request, answers, own(case), LATER)
    with pytest.raises(Refused, match="not-in-this-state"):
        supplements.answer_supplement(db, request, answers, own(case), LATER)
    with pytest.raises(Refused, match="not-in-this-state"):
        supplements.pass_over(db, request, "x", handler, LATER)


def test_staff_may_go_on_without_an_answer_for_a_reason(db: Session) -> None:
    case, handler, request = asked(db)
    with pytest.raises(Refused, match="text-missing"):
        supplements.pass_over(db, request, " ", handler, LATER)
    supplements.pass_over(db, request, "The bank told us already", handler, LATER)
    assert (case.state, request.state) == ("in_preparation", "passed_over")
    assert request.passed_over_reason == "The bank told us already"
    assert supplements.open_request(db, case) is None


def test_a_new_request_can_follow_an_answered_one(db: Session) -> None:
    case, handler, first = asked(db)
    supplements.answer_supplement(db, first, {item.id: "x" for item in first.items}, own(case), LATER)
    second = supplements.request_supplement(db, case, "One more", WISHES, BY, handler, LATER)
    assert supplements.requests_of(db, case) == [second, first]
    assert supplements.open_request(db, case) is second


def test_a_request_belongs_to_its_case(db: Session) -> None:
    case, _, request = asked(db)
    other = a_case(db)
    assert supplements.request_of(db, case, request.id) is request
    with pytest.raises(NotFound):
        supplements.request_of(db, other, request.id)
