"""Attachments: received, opened for real, cleaned, encrypted into the store, and given out only as a stream.

The blob is written before its row: a transaction that fails leaves no row, and at most a blob that nobody has the key
of. Such orphans are harmless. Removing an attachment throws its key away in the same transaction, so that its content
is beyond reading at once; ``sweep`` deletes its blob later.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol, runtime_checkable
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from lending.basics.actor import Actor
from lending.basics.database import vault_of
from lending.basics.errors import NotFound, Refused
from lending.cases import authority, casework, envelope, timeline
from lending.cases.inspection import CHUNK_BYTES, Inspected
from lending.cases.model import Attachment, Case

#: So many attachments fit on one case. The limit protects the store; it is no business rule.
MAX_ATTACHMENTS = 40
PURPOSE = "attachment"

_OPEN = frozenset({"draft", "submitted", "in_preparation", "waiting_for_citizen"})


@runtime_checkable
class Store(Protocol):
    """Where blobs lie. Knows nothing of what they are: they come and go encrypted."""

    def write(self, blob_id: str, chunks: Iterable[bytes]) -> None:
        """Keep the bytes of ``chunks`` as ``blob_id``, all or nothing."""
        ...

    def open(self, blob_id: str) -> BinaryIO:
        """The bytes of ``blob_id`` as a stream that the caller closes. Raises ``NotFound``."""
        ...

    def delete(self, blob_id: str) -> None:
        """Remove ``blob_id``; no error where there is none."""
        ...

    def is_writable(self) -> bool:
        """Whether blobs can be kept now."""
        ...


def store_of(db: Session) -> Store:
    """The store that this session keeps attachments in."""
    store = db.info["store"]
    assert isinstance(store, Store)
    return store


def attach(
    db: Session,
    case: Case,
    kind: str,
    file: Inspected,
    by: Actor,
    at: datetime,
    supplement_item_id: UUID | None = None,
) -> Attachment:
    """Attach an inspected file to the case, as the answer to ``supplement_item_id`` where that asked for it.

    The citizen may add until the case has been prepared, staff who prepare it whenever it is open. Raises ``Refused``:
    ``attachments-closed``, ``attachment-kind-unknown``, ``too-many-files`` (with the ``file_name``).
    """
    # Two uploads at once must not both take the last place.
    casework.locked(db, case)
    require_may_add(db, case, kind, by)
    if len(attachments_of(db, case)) >= MAX_ATTACHMENTS:
        raise Refused("too-many-files", field="files", most=MAX_ATTACHMENTS, file_name=file.file_name)
    key, blob_id = envelope.new_key(), uuid4().hex
    store_of(db).write(blob_id, envelope.sealed(_chunks(file.path), key, blob_id))
    attachment = Attachment(
        case_id=case.id,
        kind=kind,
        supplement_item_id=supplement_item_id,
        file_name=file.file_name,
        media_type=file.media_type,
        size_bytes=file.size_bytes,
        pages=file.pages,
        sha256=file.sha256,
        blob_id=blob_id,
        blob_key_sealed=vault_of(db).seal(key, PURPOSE),
        added_at=at,
        added_by_kind=by.kind,
        added_by_id=by.id,
    )
    db.add(attachment)
    db.flush()
    timeline.append(db, case, "attachment-added", by, at, attachment=attachment.id, attachment_kind=kind)
    return attachment


def require_may_add(db: Session, case: Case, kind: str, by: Actor) -> None:
    """Check that ``by`` may attach a document of ``kind`` to the case now; ``attach`` says what is raised.

    The citizen may add on their own until the case has been prepared (a party may always add to their matter).
    """
    if by.is_staff:
        policy = authority.require(db, by, "prepare", case)
        is_open = case.state in _OPEN - {"draft"}
    else:
        authority.require_own(by, case)
        policy = authority.policy_of(db, case)
        is_open = case.state in _OPEN
    if not is_open:
        raise Refused("attachments-closed")
    if kind not in policy.attachment_kinds:
        raise Refused("attachment-kind-unknown", field="kind")


def remove_attachment(db: Session, case: Case, attachment: Attachment, by: Actor, at: datetime) -> None:
    """Remove an attachment of one's own, while the application is a draft or the request it answers is open.

    Raises ``NotFound``, or ``Refused("attachment-stays")`` once staff may have read it.
    """
    authority.require_own(by, case)
    if attachment.case_id != case.id or attachment.removed_at is not None:
        raise NotFound
    casework.locked(db, case)
    if not may_remove(case, attachment, by):
        raise Refused("attachment-stays")
    attachment.removed_at = at
    attachment.blob_key_sealed = b""
    db.flush()
    timeline.append(db, case, "attachment-removed", by, at, attachment=attachment.id, attachment_kind=attachment.kind)


def may_remove(case: Case, attachment: Attachment, by: Actor) -> bool:
    """Whether the citizen may still take their attachment back."""
    if attachment.added_by_kind != "citizen" or attachment.added_by_id != by.id:
        return False
    if case.state == "draft":
        return True
    # While the case waits for the citizen exactly one request is open, and it was made when the waiting began.
    answers_open_request = attachment.supplement_item_id is not None and attachment.added_at >= case.state_since
    return case.state == "waiting_for_citizen" and answers_open_request


def attachments_of(db: Session, case: Case) -> list[Attachment]:
    """The attachments of the case in the order they came, without the removed ones."""
    return list(
        db.scalars(
            select(Attachment)
            .where(Attachment.case_id == case.id, Attachment.removed_at.is_(None))
            .order_by(Attachment.added_at, Attachment.id)
        )
    )


def attachment_of(db: Session, case: Case, attachment_id: UUID) -> Attachment:
    """The attachment of this case. Raises ``NotFound`` where it is another case's or was removed."""
    attachment = db.scalar(
        select(Attachment).where(
            Attachment.id == attachment_id, Attachment.case_id == case.id, Attachment.removed_at.is_(None)
        )
    )
    if attachment is None:
        raise NotFound
    return attachment


def open_attachment(db: Session, attachment: Attachment) -> Iterator[bytes]:
    """The content of the attachment, decrypted little by little.

    Authority is the caller's: get the attachment through its case. Raises ``NotFound`` at once where the blob is gone,
    and ``BrokenSeal`` as soon as it is met where the blob is not what was written.
    """
    key = vault_of(db).open(attachment.blob_key_sealed, PURPOSE)
    stream = store_of(db).open(attachment.blob_id)
    return _content(stream, key, attachment.blob_id)


def sweep(db: Session, removed_before: datetime) -> int:
    """Delete the blobs of attachments removed before the moment; their keys are gone already. Returns how many."""
    blob_ids = db.scalars(select(Attachment.blob_id).where(Attachment.removed_at < removed_before)).all()
    for blob_id in blob_ids:
        store_of(db).delete(blob_id)
    return len(blob_ids)


def _content(stream: BinaryIO, key: bytes, blob_id: str) -> Iterator[bytes]:
    with stream:
        yield from envelope.opened(stream, key, blob_id)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
