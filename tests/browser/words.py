"""What the pages say in each language, looked up by the English sentence: tests read as English and run in any."""

import re
from functools import cache
from typing import Any

from babel.messages.catalog import Catalog

from lending.policy.policies import Policy, load_policies
from tools import translations

POLICY = "keusote-2025"


class AsIs(str):
    """Text that stands on a page in every language as it is: a name, an amount, what somebody wrote."""

    __slots__ = ()


class Words:
    """The words of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalog = _catalog(language)

    def say(self, message: str, **facts: Any) -> str:
        """``message`` in the language, with ``facts`` in its placeholders. Fails when it has no translation."""
        if isinstance(message, AsIs):
            return message
        said = self._found(message, 0)
        return said % facts if facts else said.replace("%%", "%")

    def say_many(self, one: str, many: str, number: int, **facts: Any) -> str:
        """The message for this ``number`` of things."""
        return self._found(one, 0 if number == 1 else 1, many) % {"num": number, **facts}

    def pattern(self, message: str) -> re.Pattern[str]:
        """``message`` with anything in its placeholders."""
        parts = re.split(r"%\(\w+\)s", self._found(message, 0))
        return re.compile(".+?".join(re.escape(part) for part in parts))

    def _found(self, message: str, form: int, many: str = "") -> str:
        if self.language == "en":
            return many if form else message
        found = self._catalog.get(message)
        assert found is not None, f"no page says {message!r}: has the message changed?"
        texts = [found.string] if isinstance(found.string, str) else list(found.string)
        assert all(texts), f"{message!r} is not translated to {self.language}"
        return texts[min(form, len(texts) - 1)]

    # --- What the criteria call things: theirs are not messages of the program ---

    def purpose(self, key: str) -> AsIs:
        """A purpose of the criteria."""
        return AsIs(_policy().purposes[key].names[self.language])

    def document(self, key: str) -> AsIs:
        """A kind of attachment."""
        return AsIs(_policy().attachment_kinds[key][self.language])

    def clause(self, key: str) -> AsIs:
        """A clause as one chooses it: its number and its words."""
        return AsIs(self.say("%(number)s: %(text)s", number=key, text=_policy().clause(key).texts[self.language]))


@cache
def _catalog(language: str) -> Catalog:
    return translations.read(language)


@cache
def _policy() -> Policy:
    policies = load_policies(translations.ROOT / "policies")
    return policies.by_id(POLICY)
