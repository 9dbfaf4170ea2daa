"""Names in Finnish order: å, ä and ö come last, whatever the database's own collation."""

import unicodedata

_LAST = str.maketrans({"å": "\uf001", "ä": "\uf002", "æ": "\uf002", "ö": "\uf003", "ø": "\uf003"})


def sort_name(family_name: str, given_names: str) -> str:
    """A key by which plain comparison sorts names as Finns do: family name first, å ä ö after z."""
    return f"{_key(family_name)} {_key(given_names)}"[:240]


def _key(name: str) -> str:
    lowered = unicodedata.normalize("NFC", name).casefold().translate(_LAST)
    decomposed = unicodedata.normalize("NFD", lowered)
    return "".join(character for character in decomposed if not unicodedata.combining(character)).strip()
