"""Attachments: encrypted at rest, given out whole, removable only while nobody has worked on them."""

import io
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from integrations.storage import FolderStore
from lending.basics.actor import Actor
from lending.basics.errors import NotAllowed, NotFound, Refused
from lending.basics.vault import BrokenSeal
from lending.cases import attachments, casework
from lending.cases.model import Attachment, Case, Event
from tests.builders import a_case, a_citizen, a_colleague, add_attachment
from tests.clock import NOW
from tests.files import a_pdf, a_picture

PDF = a_pdf(pages=2)


def own(case: Case) -> Actor:
    return Actor("citizen", case.citizen_id)


def added(
    db: Session, case: Case, content: bytes = PDF, file_name: str = "tiliote.pdf", kind: str = "bank-statements"
) -> Attachment:
    return add_attachment(db, case, kind, file_name, io.BytesIO(content), own(case), NOW)


def blobs(store: FolderStore) -> list[Path]:
    return [path for path in store.folder.rglob("*") if path.is_file()]


def test_an_attachment_comes_back_whole_and_its_row_tells_what_it_is(db: Session) -> None:
    case = a_case(db, state="draft")
    attachment = added(db, case, file_name="../kesäkuu\u202e.pdf")
    content = b"".join(attachments.open_attachment(db, attachment))
    assert content.startswith(b"%PDF")
    assert (attachment.file_name, attachment.media_type, attachment.pages) == ("kesäkuu.pdf", "application/pdf", 2)
    assert attachment.size_bytes == len(content)
    assert attachments.attachments_of(db, case) == [attachment]
    assert attachments.attachment_of(db, case, attachment.id) is attachment


def test_what_lies_in_the_store_is_encrypted_and_readable_by_its_owner_only(db: Session, store: FolderStore) -> None:
    added(db, a_case(db, state="draft"))
    (blob,) = blobs(store)
    assert b"PDF" not in blob.read_bytes()
    assert blob.stat().st_mode & 0o077 == 0
    assert blob.parent.stat().st_mode & 0o077 == 0


def test_two_attachments_of_the_same_file_lie_in_different_bytes(db: Session, store: FolderStore) -> None:
    case = a_case(db, state="draft")
    added(db, case)
    added(db, case)
    first, second = blobs(store)
    assert first.read_bytes() != second.read_bytes()


def test_a_blob_put_in_the_place_of_another_does_not_open(db: Session, store: FolderStore) -> None:
    case = a_case(db, state="draft")
    mine, other = added(db, case), added(db, a_case(db, state="draft"))
    path = {blob.name: blob for blob in blobs(store)}
    path[mine.blob_id].write_bytes(path[other.blob_id].read_bytes())
    with pytest.raises(BrokenSeal):
        list(attachments.open_attachment(db, mine))


def test_a_blob_that_is_gone_is_told_before_anything_is_sent(db: Session, store: FolderStore) -> None:
    attachment = added(db, a_case(db, state="draft"))
    store.delete(attachment.blob_id)
    with pytest.raises(NotFound):
        attachments.open_attachment(db, attachment)


def test_adding_is_told_on_the_timeline_without_the_name_of_the_file(db: Session) -> None:
    case = a_case(db, state="draft")
    attachment = added(db, case)
    event = db.scalars(select(Event).where(Event.case_id == case.id, Event.kind == "attachment-added")).one()
    assert event.facts == {"attachment": str(attachment.id), "attachment_kind": "bank-statements"}


def test_a_transaction_that_fails_leaves_no_row_and_at_most_a_blob_that_nobody_can_open(db: Session, store) -> None:
    case = a_case(db, state="draft")
    db.commit()
    added(db, case)
    db.rollback()
    assert attachments.attachments_of(db, case) == []
    (orphan,) = blobs(store)
    assert b"PDF" not in orphan.read_bytes()


def test_a_refused_file_leaves_the_others_and_nothing_in_the_store(db: Session, store: FolderStore) -> None:
    case = a_case(db, state="draft")
    kept = added(db, case)
    with pytest.raises(Refused) as refused:
        added(db, case, b"hello", "letter.doc")
    assert (refused.value.code, refused.value.facts["file_name"]) == ("file-type-unknown", "letter.doc")
    assert attachments.attachments_of(db, case) == [kept]
    assert len(blobs(store)) == 1


def test_a_case_takes_forty_attachments_and_no_more(db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "MAX_ATTACHMENTS", 2)
    case = a_case(db, state="draft")
    first = added(db, case, a_picture(), "1.jpg")
    added(db, case, a_picture(), "2.jpg")
    with pytest.raises(Refused, match="too-many-files"):
        added(db, case, a_picture(), "3.jpg")
    attachments.remove_attachment(db, case, first, own(case), NOW)
    added(db, case, a_picture(), "3.jpg")


def test_a_kind_that_the_policy_does_not_know_is_refused(db: Session) -> None:
    with pytest.raises(Refused, match="attachment-kind-unknown"):
        added(db, a_case(db, state="draft"), kind="love-letters")


def test_anothers_case_takes_no_attachments_and_gives_none(db: Session) -> None:
    case, stranger = a_case(db, state="draft"), a_citizen(db).actor
    attachment = added(db, case)
    with pytest.raises(NotFound):
        add_attachment(db, case, "other", "x.pdf", io.BytesIO(PDF), stranger, NOW)
    with pytest.raises(NotFound):
        attachments.remove_attachment(db, case, attachment, stranger, NOW)
    with pytest.raises(NotFound):
        attachments.attachment_of(db, a_case(db), attachment.id)


def test_an_attachment_of_a_draft_can_be_taken_back_and_its_content_is_beyond_reading(db: Session, store) -> None:
    case = a_case(db, state="draft")
    attachment = added(db, case)
    attachments.remove_attachment(db, case, attachment, own(case), NOW)
    assert attachments.attachments_of(db, case) == []
    with pytest.raises(NotFound):
        attachments.attachment_of(db, case, attachment.id)
    with pytest.raises(NotFound):
        attachments.remove_attachment(db, case, attachment, own(case), NOW)
    assert attachment.blob_key_sealed == b""
    assert attachments.sweep(db, NOW + timedelta(days=1)) == 1
    assert not blobs(store)
    attachments.sweep(db, NOW + timedelta(days=1))


def test_an_attachment_stays_once_the_application_is_in(db: Session) -> None:
    case = a_case(db, state="draft")
    attachment = added(db, case)
    case.state = "submitted"
    with pytest.raises(Refused, match="attachment-stays"):
        attachments.remove_attachment(db, case, attachment, own(case), NOW)


def test_an_answer_to_an_open_request_can_be_taken_back_and_an_answer_to_an_earlier_one_cannot(db: Session) -> None:
    case = a_case(db, state="waiting_for_citizen")
    earlier, later = NOW, NOW + timedelta(days=30)
    case.state_since = earlier

    def answer(at):
        return add_attachment(
            db, case, "other", "a.jpg", io.BytesIO(a_picture()), own(case), at, supplement_item_id=uuid4()
        )

    old = answer(earlier)
    case.state_since = later
    new = answer(later + timedelta(minutes=1))
    attachments.remove_attachment(db, case, new, own(case), later)
    with pytest.raises(Refused, match="attachment-stays"):
        attachments.remove_attachment(db, case, old, own(case), later)


def test_the_citizen_may_still_send_more_while_the_case_is_prepared_but_not_after(db: Session) -> None:
    case = a_case(db, state="in_preparation")
    added(db, case, a_picture())
    for state in ("waiting_for_decision", "granted", "refused", "withdrawn", "closed"):
        case.state = state
        with pytest.raises(Refused, match="attachments-closed"):
            added(db, case, a_picture())


def test_staff_who_prepare_a_case_may_attach_what_came_on_paper_and_others_may_not(db: Session) -> None:
    case = a_case(db)

    def attach(colleague) -> Attachment:
        return add_attachment(db, case, "income", "post.jpg", io.BytesIO(a_picture()), colleague.actor, NOW)

    attachment = attach(a_colleague(db, "preparer"))
    assert attachment.added_by_kind == "staff"
    with pytest.raises(NotAllowed):
        attach(a_colleague(db, "payments"))
    with pytest.raises(NotFound):
        attach(a_colleague(db, "preparer", unit="team-2"))
    case.state = "waiting_for_citizen"
    with pytest.raises(Refused, match="attachment-stays"):
        attachments.remove_attachment(db, case, attachment, own(case), NOW)


def test_removing_from_ones_own_case_does_not_reach_another_case(db: Session) -> None:
    citizen = a_citizen(db)
    mine, also_mine = a_case(db, citizen, state="draft"), a_case(db, citizen, state="draft")
    attachment = added(db, mine)
    with pytest.raises(NotFound):
        attachments.remove_attachment(db, also_mine, attachment, citizen.actor, NOW)
    assert casework.own_case(db, mine.id, citizen.actor) is mine


def test_a_store_makes_no_path_of_a_strange_id(store: FolderStore) -> None:
    for strange in ("../../etc/passwd", "", "A" * 32, "a" * 31):
        with pytest.raises(NotFound):
            store.open(strange)
    with pytest.raises(NotFound):
        store.open("a" * 32)


def test_a_blob_that_could_not_be_written_to_its_end_is_not_there(store: FolderStore) -> None:
    def failing():
        yield b"half"
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        store.write("a" * 32, failing())
    assert not blobs(store)
