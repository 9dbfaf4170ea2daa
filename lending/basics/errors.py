"""How the domain says no. Codes and facts only: the sentence is written where the reader's language is known."""

from typing import Any


class Refused(Exception):
    """A rule says no.

    ``code`` names the rule in kebab-case, ``field`` the input it concerns (a form field's name) and ``facts``
    what the sentence needs: limits, the nearest workable value, the clause. The frame turns it into a sentence.
    """

    def __init__(self, code: str, field: str | None = None, **facts: Any) -> None:
        super().__init__(code, field, facts)
        self.code = code
        self.field = field
        self.facts = facts

    def __str__(self) -> str:
        return f"{self.code} {self.facts}" if self.facts else self.code


class NotAllowed(Exception):
    """The actor has no right to the act. Shown as 403; never says more than the act's name."""

    def __init__(self, act: str) -> None:
        super().__init__(act)
        self.act = act


class NotFound(Exception):
    """No such thing for this actor: it does not exist, or it is somebody else's. Shown as 404 either way."""
