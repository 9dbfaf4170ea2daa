"""The catalogues against the source. English is the source; Finnish and Swedish are translations.

``update`` takes new messages in and gone ones out; ``missing fi`` lists what waits for a translator; ``check`` tells
what is not as it should be; ``compile`` writes what the program reads, where it is older than the catalogue.
"""

import io
import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
LANGUAGES = {"fi": "Finnish", "sv": "Swedish"}
FOLDERS = ("web", "portal", "backoffice", "integrations", "templates")
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
#: As the application reads templates (web/context.py): line breaks in a translated block are not part of the message.
TEMPLATE = {"trimmed": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
OPTIONS = {"**.html": TEMPLATE, "**.txt": TEMPLATE}
KEYWORDS = DEFAULT_KEYWORDS | {
    "_l": None,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}
#: What a translator needs to know beside the message is written in a comment that begins so.
COMMENT = "Translators:"
WIDTH = 120

#: Lines of the header that say when and with what, and so would differ from one machine to the next.
CHANGING_HEADER = re.compile(
    rb'^"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Report-Msgid-Bugs-To|Generated-By):.*\n',
    re.MULTILINE,
)
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
TAG = re.compile(r"</?[a-z]+[^>]*>")


def extract() -> Catalog:
    """Every message of the source, with the files it is used in."""
    catalog = Catalog(charset="utf-8", fuzzy=False)
    for folder in FOLDERS:
        found = extract_from_dir(
            ROOT / folder, METHODS, OPTIONS, KEYWORDS, comment_tags=(COMMENT,), strip_comment_tags=True
        )
        for name, line, message, comments, context in found:
            place = (f"{folder}/{Path(name).as_posix()}", line)
            catalog.add(message, None, [place], auto_comments=comments, context=context)
    return catalog


def catalogue(language: str) -> Path:
    """Where the translations to ``language`` are."""
    return ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"


def read(language: str) -> Catalog:
    """The catalogue of ``language``, empty when there is none yet."""
    path = catalogue(language)
    if not path.exists():
        return Catalog(locale=language, charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language, charset="utf-8")


def brought_up_to_date(language: str, source: Catalog) -> bytes:
    """The catalogue of ``language`` as it must read after the source: same messages, same order, nothing guessed."""
    catalog = read(language)
    catalog.update(source, no_fuzzy_matching=True)
    catalog.project, catalog.version = "Vakaa", ""
    catalog.header_comment = f"# Vakaa in {LANGUAGES[language]}."
    catalog.fuzzy = False
    written = io.BytesIO()
    write_po(written, catalog, width=WIDTH, sort_by_file=True, ignore_obsolete=True, include_lineno=False)
    return CHANGING_HEADER.sub(b"", written.getvalue()).rstrip() + b"\n"


def update() -> int:
    """Bring both catalogues up to date with the source."""
    source = extract()
    for language in LANGUAGES:
        path = catalogue(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(brought_up_to_date(language, source))
        waiting = sum(1 for message in read(language) if message.id and not _translated(message))
        print(f"{path.relative_to(ROOT)}: {len(source)} messages, {waiting} without translation")
    return 0


def missing(language: str) -> int:
    """Print the messages that wait for a translator."""
    for message in read(language):
        if message.id and not _translated(message):
            print(" | ".join([*_forms(message.id), *(place for place, _ in message.locations)]))
    return 0


def check() -> int:
    """Print everything that is wrong with the catalogues; 1 when something is."""
    source = extract()
    complaints = [*_mistakes_of_the_source(source)]
    for language in LANGUAGES:
        path = catalogue(language)
        name = path.relative_to(ROOT)
        if not path.exists() or path.read_bytes() != brought_up_to_date(language, source):
            complaints.append(f"{name}: differs from the source; run `.venv/bin/python -m tools.translations update`")
        catalog = read(language)
        complaints += [f"{name}: {complaint}" for message in catalog if message.id for complaint in _mistakes(message)]
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


def compile_stale() -> int:
    """Write the compiled catalogues that are older than their source, each in one piece."""
    for path in ROOT.glob("translations/*/LC_MESSAGES/messages.po"):
        compiled = path.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= path.stat().st_mtime:
            continue
        unfinished = path.with_suffix(f".{os.getpid()}.mo")
        with unfinished.open("wb") as file:
            write_mo(file, read(path.parts[-3]))
        unfinished.replace(compiled)
    return 0


def _mistakes_of_the_source(source: Catalog) -> Iterator[str]:
    for message in source:
        if not message.id:
            continue
        in_template = any(place.startswith("templates/") for place, _ in message.locations)
        for form in _forms(message.id):
            # In a template every message is filled in, so a percent sign of its own has to be doubled.
            if in_template and "%" in PLACEHOLDER.sub("", form).replace("%%", ""):
                yield f"{_quoted(message)} has a % that is neither %% nor a named placeholder"


def _mistakes(message: Message) -> Iterator[str]:
    if message.fuzzy:
        yield f"{_quoted(message)} is marked fuzzy"
    if not _translated(message):
        yield f"{_quoted(message)} is not translated"
        return
    wanted, translations = _forms(message.id), _forms(message.string)
    allowed = set().union(*map(_placeholders, wanted))
    for translation in translations:
        if extra := _placeholders(translation) - allowed:
            yield f"{_quoted(message)} has a translation with {', '.join(sorted(extra))}, which the source has not"
        if sorted(TAG.findall(translation)) != sorted(TAG.findall(wanted[-1])):
            yield f"{_quoted(message)} has a translation with other tags"
        if translation.strip() != translation and wanted[-1].strip() == wanted[-1]:
            yield f"{_quoted(message)} has a translation with a space at its end or beginning"
        if "%%" in wanted[-1] and "%%" not in translation:
            yield f"{_quoted(message)} has a translation without its %%"
    # The last form is the one for many; a singular may say "one" in words.
    if lost := _placeholders(wanted[-1]) - _placeholders(translations[-1]):
        yield f"{_quoted(message)} has a translation without {', '.join(sorted(lost))}"


def _forms(text: str | Sequence[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def _placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def _translated(message: Message) -> bool:
    return bool(message.string) and all(_forms(message.string))


def _quoted(message: Message) -> str:
    return repr(_forms(message.id)[0])


def main() -> int:
    match sys.argv[1:]:
        case ["update"]:
            return update()
        case ["missing", language] if language in LANGUAGES:
            return missing(language)
        case ["check"]:
            return check()
        case ["compile"]:
            return compile_stale()
        case _:
            print("usage: python -m tools.translations update | missing fi | check | compile", file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main())
