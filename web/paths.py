"""Addresses that came from outside and may be gone to: only local ones, only within the reader's own realm."""

from urllib.parse import urlsplit

OFFICE = "/office"
HOME = {"citizen": "/my", "staff": OFFICE}


def realm_of(path: str) -> str:
    """Whose side of the house a path is on: ``citizen`` or ``staff``."""
    return "staff" if path == OFFICE or path.startswith(f"{OFFICE}/") else "citizen"


def safe_path(text: str | None, default: str = "/", realm: str | None = None) -> str:
    """``text`` when it is a path of this site (and of ``realm``, when given), else ``default``.

    Browsers read ``\\`` as ``/`` and drop control characters, so neither may occur.
    """
    if not text or not text.startswith("/") or text.startswith("//") or len(text) > 2000:
        return default
    if "\\" in text or any(ord(each) < 32 or ord(each) == 127 for each in text):
        return default
    parts = urlsplit(text)
    if parts.scheme or parts.netloc or (realm and realm_of(parts.path) != realm):
        return default
    return text.removesuffix("?")
