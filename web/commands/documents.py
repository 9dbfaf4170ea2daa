"""JSON in, JSON out: reading what a command is given, strictly, and answering each document with one line.

Amounts are strings of euros, dates are ISO, and a key that nobody knows is a mistake, not a wish to be passed over.
"""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, TextIO

from lending.basics.errors import Refused
from lending.basics.money import Cents, euros

#: Exit status when any document was refused.
REFUSED = 2

#: No amount is larger: a thousand million euros.
AMOUNT_MAX_CENTS = 100_000_000_000
#: Days outside these years are taken for slips.
YEARS = range(1900, 2201)

_AMOUNT = re.compile(r"-?\d{1,12}(\.\d{1,2})?", re.ASCII)
_PERCENT = re.compile(r"\d{1,3}(\.\d{1,6})?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MISSING = object()


class Wrong(Exception):
    """What is wrong with a document: a code for programs, a sentence for people, and facts."""

    def __init__(self, code: str, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.code, self.message, self.facts = code, message, facts


class Fields:
    """One object of a document. Each key is taken once by its type; ``done`` refuses those nobody took."""

    def __init__(self, value: Any, where: str = "") -> None:
        self.where = where
        if not isinstance(value, dict):
            raise Wrong("not-an-object", f"{self.name('')} must be an object.", where=where)
        self._left = dict(value)
        self._known: list[str] = []

    def name(self, key: str) -> str:
        """The way to a key, for messages."""
        return ".".join(part for part in (self.where, key) if part) or "The document"

    def has(self, key: str) -> bool:
        """Whether the key was given and is not null."""
        return self._left.get(key) is not None

    def take(self, key: str, default: Any = _MISSING) -> Any:
        """The value of a key as it came; null is as if it were not given."""
        self._known.append(key)
        value = self._left.pop(key, None)
        if value is not None:
            return value
        if default is _MISSING:
            raise Wrong("key-missing", f"{self.name(key)} is missing.", key=self.name(key))
        return default

    def amount(self, key: str) -> Cents:
        """Euros as text, such as ``"1234.50"``, in cents; not negative."""
        text = self.take(key)
        if not isinstance(text, str) or not _AMOUNT.fullmatch(text):
            raise self._wrong("amount-invalid", key, 'a string of euros with two decimals, such as "1234.50"', text)
        cents = int(Decimal(text) * 100)
        if not 0 <= cents <= AMOUNT_MAX_CENTS:
            most = euros(AMOUNT_MAX_CENTS)
            raise Wrong("amount-out-of-range", f"{self.name(key)} must be between 0.00 and {most}.", most=most)
        return cents

    def percent(self, key: str) -> Decimal:
        """A rate as text, percent a year."""
        text = self.take(key)
        if not isinstance(text, str) or not _PERCENT.fullmatch(text):
            raise self._wrong("percent-invalid", key, 'a string of percent a year, such as "2.5"', text)
        return Decimal(text)

    def day(self, key: str) -> date:
        """An ISO date."""
        return self.as_day(self.take(key), key)

    def as_day(self, text: Any, key: str) -> date:
        """``text`` as the date of a key."""
        try:
            found = date.fromisoformat(text) if isinstance(text, str) and _DAY.fullmatch(text) else None
        except ValueError:
            found = None
        if found is None or found.year not in YEARS:
            raise self._wrong("date-invalid", key, f"a date such as 2026-01-31, {YEARS[0]} to {YEARS[-1]}", text)
        return found

    def whole(self, key: str, default: Any = _MISSING) -> int:
        """A whole number from 1 to a million."""
        value = self.take(key, default)
        if value is default:
            return value
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 1_000_000:
            raise self._wrong("number-invalid", key, "a whole number from 1 on", value)
        return value

    def choice(self, key: str, choices: Iterable[str], default: Any = _MISSING) -> str:
        """One of some words."""
        value, choices = self.take(key, default), tuple(choices)
        if value not in choices:
            raise self._wrong("choice-invalid", key, f"one of {', '.join(choices)}", value, choices=choices)
        return value

    def flag(self, key: str, default: bool | None) -> bool | None:
        """true or false."""
        value = self.take(key, default)
        if value is not default and not isinstance(value, bool):
            raise self._wrong("flag-invalid", key, "true or false", value)
        return value

    def items(self, key: str) -> list[Any]:
        """A list; not given, an empty one."""
        value = self.take(key, [])
        if not isinstance(value, list):
            raise self._wrong("list-invalid", key, "a list", value)
        return value

    def objects(self, key: str) -> "list[Fields]":
        """A list of objects."""
        return [Fields(each, f"{self.name(key)}[{n}]") for n, each in enumerate(self.items(key))]

    def done(self) -> None:
        """Refuse the keys that nobody took."""
        if self._left:
            unknown, known = sorted(self._left), ", ".join(self._known)
            raise Wrong(
                "key-unknown",
                f"{', '.join(self.name(_short(key)) for key in unknown)}: no such key. Known: {known}.",
                keys=[_short(key) for key in unknown],
            )

    def _wrong(self, code: str, key: str, wanted: str, value: Any, **facts: Any) -> Wrong:
        return Wrong(code, f"{self.name(key)} must be {wanted}.", key=self.name(key), given=_short(value), **facts)


def answer_each(answer: Callable[[Any], Any], lines: TextIO | None = None) -> int:
    """Answer every document of standard input with a line of JSON; the exit status says whether all were answered."""
    status = 0
    for found in _documents(lines or sys.stdin):
        try:
            said = found if isinstance(found, Wrong) else answer(found)
        except Wrong as wrong:
            said = wrong
        except Refused as refused:
            said = wrong_of(refused)
        if isinstance(said, Wrong):
            said, status = told(said), REFUSED
        write(said)
    return status


def wrong_of(refused: Refused) -> Wrong:
    """What a rule of the domain refused, with its English sentence and its facts as this command line writes them."""
    # Only a refusal needs the words, which are slow to load.
    from web.refusals import say

    facts = {_plain_name(name): plain(value, name) for name, value in refused.facts.items()}
    if refused.field:
        facts["field"] = refused.field
    return Wrong(refused.code, str(say(refused)).replace("\u00a0", " "), **facts)


def told(wrong: Wrong) -> dict[str, Any]:
    """An error as JSON data."""
    return {"error": wrong.code, "message": wrong.message, "facts": plain(wrong.facts)}


def plain(value: Any, name: str = "") -> Any:
    """Facts as JSON data: dates ISO, cents (by their name) as euros, keys without ``_cents``."""
    if isinstance(value, dict):
        return {_plain_name(key): plain(each, key) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each, name) for each in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return euros(value) if name.endswith("_cents") else value
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def write(data: Any) -> None:
    """One line of JSON on standard output."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n")


def _documents(lines: TextIO) -> Iterator[Any]:
    """The documents: one a line, or one over all lines. What is no JSON comes out as ``Wrong``, in its place."""
    first = True
    none = True
    try:
        for line in lines:
            if not line.strip():
                continue
            none = False
            found = _parsed(line)
            if first and isinstance(found, Wrong):
                rest = list(lines)
                whole = _parsed(line + "".join(rest)) if rest else found
                if isinstance(whole, Wrong):
                    yield found
                    yield from (_parsed(each) for each in rest if each.strip())
                else:
                    yield whole
                return
            first = False
            yield found
    except UnicodeDecodeError:
        yield Wrong("not-json", "The input is not UTF-8 text.")
        return
    if none:
        yield Wrong("nothing-given", "Give a JSON document on standard input.")


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_once, parse_float=_no_float)
    except Wrong as wrong:
        return wrong
    except json.JSONDecodeError as error:
        return Wrong("not-json", f"This is not JSON: {error.msg}, at character {error.pos}.", position=error.pos)
    except (ValueError, RecursionError):
        return Wrong("not-json", "This is not JSON that can be read: a number is too long or it is nested too deep.")


def _no_constant(name: str) -> Any:
    raise Wrong("not-json", f"{name} is not a number in JSON.", given=name)


def _no_float(text: str) -> Any:
    raise Wrong("number-invalid", f"{_short(text)}: write amounts and percents as strings.", given=_short(text))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        raise Wrong("key-twice", f"{', '.join(map(_short, twice))}: given twice.", keys=[_short(key) for key in twice])
    return found


def _plain_name(name: str) -> str:
    return name.removesuffix("_cents")


def _short(value: Any) -> str:
    """What was given, short enough to be shown."""
    text = value if isinstance(value, str) else type(value).__name__ if isinstance(value, dict | list) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
