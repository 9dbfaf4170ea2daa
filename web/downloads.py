"""Sending an attachment: decrypted as it goes, always to be saved, never shown inside a page of this site."""

from flask import Response
from sqlalchemy.orm import Session

from lending.cases.attachments import open_attachment
from lending.cases.model import Attachment


def attachment_response(db: Session, attachment: Attachment) -> Response:
    """The attachment as a file to save. Whoever asks has found it through a case that is theirs to see."""
    response = Response(open_attachment(db, attachment), mimetype=attachment.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=attachment.file_name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.content_length = attachment.size_bytes
    return response
