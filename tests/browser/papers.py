"""Files that people add, made on the spot."""

from functools import cache
from io import BytesIO

from PIL import Image
from playwright.sync_api import FilePayload

from tests.files import a_pdf


def a_document(name: str) -> FilePayload:
    """A PDF of one page."""
    return FilePayload(name=name, mimeType="application/pdf", buffer=a_pdf())


def a_photo(name: str) -> FilePayload:
    """A JPEG as a telephone takes it, with a note of where it was taken."""
    return FilePayload(name=name, mimeType="image/jpeg", buffer=_jpeg())


def a_text(name: str) -> FilePayload:
    """Not what is asked for, whatever its name says."""
    return FilePayload(name=name, mimeType="application/pdf", buffer=b"Dear reader, this is only text.")


@cache
def _jpeg() -> bytes:
    out, exif = BytesIO(), Image.Exif()
    exif[0x010E] = "taken at home"
    Image.new("RGB", (640, 480), (238, 236, 228)).save(out, "JPEG", exif=exif)
    return out.getvalue()
