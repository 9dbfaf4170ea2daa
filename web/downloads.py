"""Sending an attachment: decrypted as it goes, always to be saved, never shown inside a page of this site."""

import unicodedata
from urllib.parse import quote

from flask import Response
from sqlalchemy.orm import Session

from lending.cases.attachments import open_attachment
from lending.cases.model import Attachment


def attachment_response(db: Session, attachment: Attachment) -> Response:
    """The attachment as a file to save. Whoever asks has found it through a case that is theirs to see."""
    response = Response(open_attachment(db, attachment), mimetype=attachment.media_type)
    response.headers["Content-Disposition"] = _to_be_saved_as(attachment.file_name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.content_length = attachment.size_bytes
    return response


def _to_be_saved_as(file_name: str) -> str:
    """The header for any name: plain letters for old browsers, all of it for the others (RFC 6266)."""
    plain = unicodedata.normalize("NFKD", file_name).encode("ascii", "ignore").decode()
    plain = "".join(each for each in plain if each.isprintable() and each not in '"\\')
    return f"attachment; filename=\"{plain or 'file'}\"; filename*=UTF-8''{quote(file_name, safe='')}"
