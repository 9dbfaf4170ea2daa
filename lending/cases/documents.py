"""Frozen documents: what was shown, sent or signed stays as it was, and its hash proves it."""

import hashlib
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lending.basics.errors import NotFound
from lending.cases.model import Case, FrozenDocument


def freeze(db: Session, case: Case, kind: str, language: str, html: str, at: datetime) -> FrozenDocument:
    """Keep ``html`` for good as the document of ``kind`` in ``language``."""
    document = FrozenDocument(
        case_id=case.id,
        kind=kind,
        language=language,
        html=html,
        sha256=hashlib.sha256(html.encode()).hexdigest(),
        frozen_at=at,
    )
    db.add(document)
    db.flush()
    return document


def documents_of(db: Session, case: Case) -> list[FrozenDocument]:
    """The frozen documents of the case, newest first."""
    return list(
        db.scalars(
            select(FrozenDocument).where(FrozenDocument.case_id == case.id).order_by(FrozenDocument.frozen_at.desc())
        )
    )


def document_of(db: Session, case: Case, document_id: UUID) -> FrozenDocument:
    """The frozen document of this case. Raises ``NotFound`` where it is another case's."""
    document = db.scalar(
        select(FrozenDocument).where(FrozenDocument.id == document_id, FrozenDocument.case_id == case.id)
    )
    if document is None:
        raise NotFound
    return document


def is_intact(document: FrozenDocument) -> bool:
    """Whether the document still is what was frozen."""
    return hashlib.sha256(document.html.encode()).hexdigest() == document.sha256
