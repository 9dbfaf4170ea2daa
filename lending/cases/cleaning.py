"""Open an uploaded file for real and write a clean copy of it. Runs as a process of its own.

Parsers of PDF and images meet hostile files, and a small file can unfold into gigabytes. So the web worker never opens
an upload: ``lending.cases.inspection`` starts this module as a process that has limits of memory and time, no
configuration and no secrets, and reads one line of JSON from it. Run as ``python -m lending.cases.cleaning IN OUT``.
"""

import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

MEMORY_BYTES = 768 * 1024 * 1024
CPU_SECONDS = 40
IMAGE_PIXELS_MAX = 50_000_000
#: The narrower side that a photographed page keeps when a large photograph is scaled down: A4 at 300 dots an inch.
NARROW_SIDE_PIXELS = 2480
JPEG_QUALITY = 88
PDF_PAGES_MAX = 500

#: What a PDF may carry besides its pages, by the names of the dictionary keys that lead there.
_FORBIDDEN_KEYS = frozenset(
    {
        "/AA",
        "/AF",
        "/Collection",
        "/EF",
        "/EmbeddedFiles",
        "/JS",
        "/JavaScript",
        "/OpenAction",
        "/RichMediaContent",
        "/RichMediaSettings",
        "/XFA",
    }
)
_FORBIDDEN_ACTIONS = frozenset(
    {
        "/GoTo3DView",
        "/GoToE",
        "/GoToR",
        "/ImportData",
        "/JavaScript",
        "/Launch",
        "/Movie",
        "/Rendition",
        "/RichMediaExecute",
        "/SetOCGState",
        "/Sound",
        "/SubmitForm",
        "/URI",
    }
)
_FORBIDDEN_ANNOTATIONS = frozenset({"/3D", "/FileAttachment", "/Movie", "/RichMedia", "/Screen", "/Sound"})


class Unusable(Exception):
    """The file cannot be used; ``code`` says why."""

    def __init__(self, code: str, **facts: int) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def clean(source: Path, target: Path) -> dict[str, Any]:
    """Write a clean copy of ``source`` to ``target`` and tell its ``media_type`` and number of ``pages``.

    The type is told by the content alone. Raises ``Unusable``.
    """
    with source.open("rb") as file:
        head = file.read(1024)
    for is_this, cleaner in _CLEANERS:
        if is_this(head):
            return cleaner(source, target)
    raise Unusable("file-type-unknown")


def _clean_pdf(source: Path, target: Path) -> dict[str, Any]:
    """A copy without script, actions, embedded files and forms that run; what unlocks without a password is kept."""
    import pikepdf

    try:
        with _open_pdf(source) as pdf:
            pages = len(pdf.pages)
            if not 0 < pages <= PDF_PAGES_MAX:
                raise Unusable("file-broken")
            for page in pdf.pages:
                _drop_annotations(page)
            for thing in pdf.objects:
                _disarm(thing)
            pdf.save(target, encryption=False, linearize=False)
    except pikepdf.PasswordError:
        raise Unusable("file-locked") from None
    except (pikepdf.PdfError, RuntimeError, TypeError, ValueError, KeyError, AttributeError):
        raise Unusable("file-broken") from None
    return {"media_type": "application/pdf", "pages": pages}


def _open_pdf(source: Path) -> Any:
    """Open as written; repair what a viewer would repair too, but never a file that was cut off on its way here."""
    import pikepdf

    try:
        return pikepdf.open(source, attempt_recovery=False, suppress_warnings=True)
    except pikepdf.PasswordError:
        raise
    except pikepdf.PdfError:
        with source.open("rb") as file:
            file.seek(max(0, source.stat().st_size - 2048))
            if b"%%EOF" not in file.read():
                raise
        return pikepdf.open(source, attempt_recovery=True, suppress_warnings=True)


def _drop_annotations(page: Any) -> None:
    annotations = page.obj.get("/Annots")
    if annotations is None:
        return
    kept = [each for each in annotations if str(each.get("/Subtype")) not in _FORBIDDEN_ANNOTATIONS]
    if len(kept) < len(annotations):
        import pikepdf

        page.obj["/Annots"] = pikepdf.Array(kept)


def _disarm(thing: Any, depth: int = 0) -> None:
    """Take what runs or carries files out of one object and the objects written inside it."""
    import pikepdf

    if depth > 100:
        raise Unusable("file-broken")
    if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        is_action = str(thing.get("/S")) in _FORBIDDEN_ACTIONS and str(thing.get("/Type", "/Action")) == "/Action"
        for key in list(thing.keys()):
            if key in _FORBIDDEN_KEYS or (is_action and key != "/Length"):
                del thing[key]
            elif _is_inside(thing.get(key)):
                _disarm(thing[key], depth + 1)
    elif isinstance(thing, pikepdf.Array):
        for each in list(thing):
            if _is_inside(each):
                _disarm(each, depth + 1)


def _is_inside(thing: Any) -> bool:
    """Whether the object is written inside its parent: the others come by themselves, so nothing is met twice."""
    import pikepdf

    return isinstance(thing, pikepdf.Object) and not thing.is_indirect


def _clean_image(source: Path, target: Path) -> dict[str, Any]:
    """The picture alone, the right way up: no camera, place, time, thumbnail, profile or text inside."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # the limit below is ours, and it is an error instead of a warning
    try:
        with Image.open(source, formats=("JPEG", "PNG")) as image:
            kind = image.format
            if image.width * image.height > IMAGE_PIXELS_MAX:
                raise Unusable("image-too-large", megapixels_max=IMAGE_PIXELS_MAX // 1_000_000)
            image.draft(None, (NARROW_SIDE_PIXELS, NARROW_SIDE_PIXELS))
            image.load()
            ImageOps.exif_transpose(image, in_place=True)
            picture = _plain(image, kind)
            if kind == "JPEG":
                picture.save(target, "JPEG", quality=JPEG_QUALITY)
            else:
                picture.save(target, "PNG")
    except Unusable:
        raise
    # Pillow's decoders raise what they meet; whatever it is, the picture cannot be shown to anybody.
    except (OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, AttributeError, EOFError):
        raise Unusable("file-broken") from None
    return {"media_type": "image/jpeg" if kind == "JPEG" else "image/png", "pages": 1}


def _plain(image: Any, kind: str | None) -> Any:
    """The picture in a mode that every viewer shows, without the notes that Pillow would write along."""
    wanted = ("L", "RGB") if kind == "JPEG" else ("1", "L", "LA", "RGB", "RGBA")
    if image.mode not in wanted:
        has_alpha = kind == "PNG" and ("transparency" in image.info or image.mode in ("PA", "La", "RGBa"))
        image = image.convert("RGBA" if has_alpha else "RGB")
    image.info = {}
    return image


_CLEANERS: tuple[tuple[Callable[[bytes], bool], Callable[[Path, Path], dict[str, Any]]], ...] = (
    # Readers accept a PDF whose header comes after some other bytes, so it is looked for where they look.
    (lambda head: b"%PDF-" in head, _clean_pdf),
    (lambda head: head.startswith(b"\xff\xd8\xff"), _clean_image),
    (lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"), _clean_image),
)


def main(source: str, target: str) -> None:
    """Limit this process, clean the file and print what was found as JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer = clean(Path(source), Path(target))
    except Unusable as reason:
        answer = {"refused": reason.code, "facts": reason.facts}
    except MemoryError:
        answer = {"refused": "file-broken", "facts": {}}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
