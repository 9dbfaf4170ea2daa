"""Strict reading of TOML: whatever is missing, misspelt or impossible is named by file, key and reason."""

import tomllib
from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lending.basics.money import Cents, cents_from_euros

LANGUAGES = ("fi", "sv", "en")

#: A text in every language of the service, by language code.
Texts = Mapping[str, str]


class PolicyError(Exception):
    """A policy or figures file that cannot be used: which file, which key, and why, in one plain sentence."""

    def __init__(self, file: str, key: str, reason: str) -> None:
        super().__init__(f"{file}: {key}: {reason}" if key else f"{file}: {reason}")
        self.file = file
        self.key = key
        self.reason = reason


class Table:
    """One table of a file. Every key is asked for once by its type; ``done`` refuses the keys nobody asked for."""

    def __init__(self, file: str, path: str, data: Mapping[str, Any]) -> None:
        self.file = file
        self.path = path
        self._data = data
        self._asked: set[str] = set()

    def fail(self, key: str, reason: str) -> PolicyError:
        """The error for ``key`` of this table; the caller raises it."""
        return PolicyError(self.file, f"{self.path}.{key}".strip("."), reason)

    def __contains__(self, key: str) -> bool:
        return key in self._data

    def names(self) -> list[str]:
        """The keys as written, in order."""
        return list(self._data)

    def text(self, key: str) -> str:
        """A text that is not empty."""
        value = self._value(key)
        if not isinstance(value, str) or not value.strip():
            raise self.fail(key, "must be a text that is not empty")
        return value.strip()

    def choice(self, key: str, allowed: Collection[str]) -> str:
        """One of the ``allowed`` words."""
        value = self.text(key)
        if value not in allowed:
            raise self.fail(key, f"is {value!r}, but must be one of: {', '.join(sorted(allowed))}")
        return value

    def words(self, key: str, allowed: Collection[str] | None = None) -> tuple[str, ...]:
        """A list of different words, each one of ``allowed`` where that is given."""
        value = self._value(key)
        if not isinstance(value, list) or not all(isinstance(word, str) and word for word in value):
            raise self.fail(key, "must be a list of texts")
        if len(set(value)) != len(value):
            raise self.fail(key, "names the same thing twice")
        strange = [word for word in value if allowed is not None and word not in allowed]
        if strange:
            raise self.fail(key, f"has {strange[0]!r}, but only these are known: {', '.join(sorted(allowed or ()))}")
        return tuple(value)

    def whole(self, key: str, least: int = 0, most: int | None = None) -> int:
        """A whole number from ``least`` to ``most``."""
        value = self._value(key)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.fail(key, "must be a whole number")
        if value < least or (most is not None and value > most):
            raise self.fail(key, f"is {value}, but must be at least {least}" + (f" and at most {most}" if most else ""))
        return value

    def flag(self, key: str) -> bool:
        """``true`` or ``false``."""
        value = self._value(key)
        if not isinstance(value, bool):
            raise self.fail(key, "must be true or false")
        return value

    def cents(self, key: str) -> Cents:
        """An amount of euros, a whole number or a text such as ``"514.82"``, as cents."""
        value = self._value(key)
        if isinstance(value, bool) or not isinstance(value, (int, str)):
            raise self.fail(key, 'must be euros: a whole number, or a text such as "514.82"')
        try:
            amount = cents_from_euros(str(value))
        except ValueError:
            raise self.fail(key, f"{value!r} is not an amount of euros") from None
        if amount < 0:
            raise self.fail(key, "must not be negative")
        return amount

    def cents_if_given(self, key: str) -> Cents | None:
        """An amount of euros as cents, or ``None`` where the key is left out."""
        return self.cents(key) if key in self else None

    def percent(self, key: str) -> Decimal:
        """A percentage a year, as a text such as ``"2.5"``: never negative, never above 100."""
        value = self.text(key)
        try:
            percent = Decimal(value)
        except InvalidOperation:
            raise self.fail(key, f"{value!r} is not a percentage") from None
        if not percent.is_finite() or not 0 <= percent <= 100:
            raise self.fail(key, f"{value!r} is not a percentage between 0 and 100")
        return percent

    def day(self, key: str) -> date:
        """A date, written without quotes: ``2025-06-01``."""
        value = self._value(key)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.fail(key, "must be a date written without quotes, such as 2025-06-01")
        return value

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
        for language in languages:
            if language not in self:
                raise self.fail(language, f"the text in language {language!r} is missing")
        return MappingProxyType({language: self.text(language) for language in languages})

    def table(self, key: str) -> "Table":
        """The table under ``key``."""
        value = self._value(key)
        if not isinstance(value, dict):
            raise self.fail(key, "must be a table")
        return Table(self.file, f"{self.path}.{key}".strip("."), value)

    def tables(self, key: str) -> "list[Table]":
        """The list of tables under ``key``, written as ``[[key]]``."""
        value = self._value(key)
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            raise self.fail(key, f"must be a list of tables, each beginning with [[{key}]]")
        return [Table(self.file, f"{self.path}.{key}[{n}]".strip("."), row) for n, row in enumerate(value, start=1)]

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
        if not outer.names():
            raise self.fail(key, "must not be empty")
        return {name: outer.table(name) for name in outer.names()}

    def done(self) -> None:
        """Refuse keys that nobody asked for: most often a misspelling."""
        strange = [key for key in self._data if key not in self._asked]
        if strange:
            raise self.fail(strange[0], "is not a key that is known here; is it misspelt?")

    def _value(self, key: str) -> Any:
        self._asked.add(key)
        if key not in self._data:
            raise self.fail(key, "is missing")
        return self._data[key]


def read_file(path: Path) -> Table:
    """The outermost table of a TOML file. The file is named in errors by its folder and name."""
    name = f"{path.parent.name}/{path.name}"
    try:
        return Table(name, "", tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise PolicyError(name, "", "the file is missing") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise PolicyError(name, "", f"cannot be read as TOML: {wrong}") from wrong
