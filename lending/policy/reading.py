"""Strict reading of TOML: whatever is missing, misspelt or impossible is named by file, key and reason."""

import tomllib
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lending.basics.money import Cents, cents_from_euros

LANGUAGES = ("fi", "sv", "en")
LANGUAGE_NAMES = {"fi": "Finnish", "sv": "Swedish", "en": "English"}

#: A text in every language of the service, by language code.
Texts = Mapping[str, str]

#: How alike two keys must be for one to be a slip of the other: a letter left out, or one too many.
SLIP = 0.93
_MISSING = object()


class PolicyError(Exception):
    """A policy or figures file that cannot be used: which file, which key, and why, in one plain sentence.

    ``reason`` goes on from the key: ``limits.term_months_max`` ``must be a whole number``. ``all`` are this mistake
    and every other that was found together with it.
    """

    def __init__(self, file: str, key: str, reason: str) -> None:
        sentence = f"{file}: {key} {reason}" if key else f"{file}: {reason}"
        super().__init__(sentence if sentence.endswith("?") else f"{sentence}.")
        self.file = file
        self.key = key
        self.reason = reason
        self.all: tuple[PolicyError, ...] = (self,)


def raise_all(mistakes: Iterable[PolicyError]) -> None:
    """Raise the first of ``mistakes``, carrying them all; nothing where there is none."""
    different = list({str(mistake): mistake for mistake in mistakes}.values())
    if different:
        first = different[0]
        first.all = tuple(different)
        raise first


class Table:
    """One table of a file. Every key is asked for once by its type; ``done`` refuses the keys nobody asked for.

    A mistake is raised where it is found. With ``mistakes`` it is put there instead, a value that harms nothing
    is returned, and reading goes on, so that every mistake of a file is told at once; ``settle`` raises them.
    """

    def __init__(
        self, file: str, path: str, data: Mapping[str, Any], mistakes: list[PolicyError] | None = None
    ) -> None:
        self.file = file
        self.path = path
        self.mistakes = mistakes
        self._data = data
        self._asked: set[str] = set()
        self._bad: set[str] = set()
        #: A table that is not there has been told already: what is asked of it is no mistake of its own.
        self._absent = False

    def fail(self, key: str, reason: str) -> PolicyError:
        """The error for ``key`` of this table; the caller raises it."""
        return PolicyError(self.file, f"{self.path}.{key}".strip("."), reason)

    def wrong(self, key: str, reason: str) -> None:
        """Tell the mistake at ``key``: raised, or kept where mistakes are gathered."""
        self._bad.add(key)
        if self.mistakes is None:
            raise self.fail(key, reason)
        if not self._absent:
            self.mistakes.append(self.fail(key, reason))

    def sound(self, *keys: str) -> bool:
        """Whether the keys held what they should, so that they may be compared."""
        return not self._absent and self._bad.isdisjoint(keys)

    def settle(self) -> None:
        """Raise what has been gathered, if anything."""
        raise_all(self.mistakes or ())

    def __contains__(self, key: str) -> bool:
        return key in self._data

    def names(self) -> list[str]:
        """The keys as written, in order."""
        return list(self._data)

    def text(self, key: str) -> str:
        """A text that is not empty."""
        value = self._value(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if value is not _MISSING:
            self.wrong(key, "must be a text that is not empty")
        return ""

    def choice(self, key: str, allowed: Collection[str]) -> str:
        """One of the ``allowed`` words."""
        value = self.text(key)
        if value and value not in allowed:
            self.wrong(key, f"is {value!r}, but must be one of: {', '.join(sorted(allowed))}")
        return value

    def words(self, key: str, allowed: Collection[str] | None = None) -> tuple[str, ...]:
        """A list of different words, each one of ``allowed`` where that is given."""
        value = self._value(key)
        if value is _MISSING:
            return ()
        if not isinstance(value, list) or not all(isinstance(word, str) and word for word in value):
            self.wrong(key, "must be a list of texts")
            return ()
        if len(set(value)) != len(value):
            self.wrong(key, "names the same thing twice")
        strange = [word for word in value if allowed is not None and word not in allowed]
        if strange:
            self.wrong(key, f"has {strange[0]!r}, but only these are known: {', '.join(sorted(allowed or ()))}")
        return tuple(value)

    def whole(self, key: str, least: int = 0, most: int | None = None) -> int:
        """A whole number from ``least`` to ``most``."""
        value = self._value(key)
        if value is _MISSING:
            return least
        if not isinstance(value, int) or isinstance(value, bool):
            self.wrong(key, "must be a whole number")
            return least
        if value < least or (most is not None and value > most):
            limits = f"at least {least}" + (f" and at most {most}" if most is not None else "")
            self.wrong(key, f"is {value}, but must be {limits}")
            return least
        return value

    def flag(self, key: str) -> bool:
        """``true`` or ``false``."""
        value = self._value(key)
        if value is not _MISSING and not isinstance(value, bool):
            self.wrong(key, "must be true or false")
        return value is True

    def cents(self, key: str) -> Cents:
        """An amount of euros, a whole number or a text such as ``"514.82"``, as cents."""
        value = self._value(key)
        if value is _MISSING:
            return 0
        if isinstance(value, bool) or not isinstance(value, (int, str)):
            self.wrong(key, 'must be euros: a whole number, or a text such as "514.82"')
            return 0
        try:
            amount = cents_from_euros(str(value))
        except ValueError:
            self.wrong(key, f"is {value!r}, which is not an amount of euros")
            return 0
        if amount < 0:
            self.wrong(key, "must not be negative")
        return amount

    def cents_if_given(self, key: str) -> Cents | None:
        """An amount of euros as cents, or ``None`` where the key is left out."""
        return self.cents(key) if key in self else None

    def percent(self, key: str) -> Decimal:
        """A percentage a year, as a text such as ``"2.5"``: never negative, never above 100."""
        value = self.text(key)
        try:
            percent = Decimal(value or "0")
        except InvalidOperation:
            self.wrong(key, f"is {value!r}, which is not a percentage")
            return Decimal(0)
        if not percent.is_finite() or not 0 <= percent <= 100:
            self.wrong(key, f"is {value!r}, which is not a percentage between 0 and 100")
            return Decimal(0)
        return percent

    def day(self, key: str) -> date:
        """A date, written without quotes: ``2025-06-01``."""
        value = self._value(key)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if value is not _MISSING:
            self.wrong(key, "must be a date written without quotes, such as 2025-06-01")
        return date.min

    def day_if_given(self, key: str) -> date | None:
        """A date, or ``None`` where the key is left out."""
        return self.day(key) if key in self else None

    def texts(self, key: str, languages: Collection[str] = LANGUAGES) -> Texts:
        """A text in every language: the table ``key`` with one text for each."""
        inner = self.table(key)
        found = inner.languages(languages)
        inner.done()
        return found

    def languages(self, languages: Collection[str] = LANGUAGES) -> Texts:
        """The texts that stand in this very table under the language codes."""
        found = {}
        for language in languages:
            if language in self:
                found[language] = self.text(language)
            else:
                self._asked.add(language)
                self.wrong(language, f"is missing: the text is needed in {LANGUAGE_NAMES[language]} too")
        return MappingProxyType(found)

    def table(self, key: str) -> "Table":
        """The table under ``key``."""
        value = self._value(key)
        if isinstance(value, dict):
            return self._inner(key, value)
        if value is not _MISSING:
            self.wrong(key, "must be a table")
        absent = self._inner(key, {})
        absent._absent = True
        return absent

    def tables(self, key: str) -> "list[Table]":
        """The list of tables under ``key``, written as ``[[key]]``."""
        value = self._value(key)
        if value is _MISSING:
            return []
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            self.wrong(key, f"must be a list of tables, each beginning with [[{key}]]")
            return []
        return [self._inner(f"{key}[{number}]", row) for number, row in enumerate(value, start=1)]

    def holds_tables(self, key: str) -> bool:
        """Whether ``key`` holds a list of tables, where it may hold something simpler too."""
        value = self._data.get(key)
        return isinstance(value, list) and any(isinstance(row, dict) for row in value)

    def holds_list(self, key: str) -> bool:
        """Whether ``key`` holds a list, where it may hold a single word too."""
        return isinstance(self._data.get(key), list)

    def has(self, path: str) -> bool:
        """Whether a value stands at the dotted ``path`` below this table."""
        value: Any = self._data
        for key in path.split("."):
            if not isinstance(value, dict) or key not in value:
                return False
            value = value[key]
        return True

    def by_key(self, key: str) -> "dict[str, Table]":
        """The tables under ``key`` by their own keys, in the order of the file; at least one."""
        outer = self.table(key)
        if not outer.names() and self.sound(key):
            self.wrong(key, "must not be empty")
        return {name: outer.table(name) for name in outer.names()}

    def done(self) -> None:
        """Refuse keys that nobody asked for: most often a misspelling."""
        for key in self._data:
            if key not in self._asked:
                self.wrong(key, f"is not a key that is known here; {self._meant(key)}")

    def _meant(self, key: str) -> str:
        close = get_close_matches(key, self._asked, 1)
        return f"do you mean {close[0]}?" if close else "is it misspelt?"

    def _inner(self, key: str, data: Mapping[str, Any]) -> "Table":
        inner = Table(self.file, f"{self.path}.{key}".strip("."), data, self.mistakes)
        inner._absent = self._absent
        return inner

    def _value(self, key: str) -> Any:
        self._asked.add(key)
        if key in self._data:
            return self._data[key]
        slips = get_close_matches(key, [each for each in self._data if each not in self._asked], 1, SLIP)
        self.wrong(key, f"is missing; is {slips[0]} a misspelling of it?" if slips else "is missing")
        return _MISSING


def read_file(path: Path, mistakes: list[PolicyError] | None = None) -> Table:
    """The outermost table of a TOML file. The file is named in errors by its folder and name.

    Raises ``PolicyError`` where the file is missing or is no TOML, whether mistakes are gathered or not.
    """
    name = f"{path.parent.name}/{path.name}"
    try:
        return Table(name, "", tomllib.loads(path.read_text(encoding="utf-8")), mistakes)
    except FileNotFoundError:
        raise PolicyError(name, "", "the file is missing") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise PolicyError(name, "", f"cannot be read as TOML: {wrong}") from wrong
