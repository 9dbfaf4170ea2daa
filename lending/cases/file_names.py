"""File names as people wrote them, made safe to show and to save under."""

import re
import unicodedata

FILE_NAME_MAX_CHARACTERS = 120
_PATH = re.compile(r"[/\\]")
_RESERVED = re.compile(r'[<>:"|?*]')


def clean_file_name(name: str) -> str:
    """The last part of ``name`` without what could deceive a reader or a file system.

    Control characters and the marks that turn the direction of writing go (``invoice\\u202Efdp.exe`` shows as
    ``invoiceexe.pdf``), as do leading dots; a long name keeps its ending. Nothing left: ``file``.
    """
    last = _PATH.split(unicodedata.normalize("NFC", name))[-1]
    visible = "".join(each for each in last if unicodedata.category(each) not in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp"))
    plain = " ".join(_RESERVED.sub("_", visible).split()).lstrip(". ")
    if len(plain) > FILE_NAME_MAX_CHARACTERS:
        stem, dot, ending = plain.rpartition(".")
        kept = dot + ending if dot and len(ending) <= 10 else ""
        plain = (stem if kept else plain)[: FILE_NAME_MAX_CHARACTERS - len(kept)] + kept
    return plain or "file"
