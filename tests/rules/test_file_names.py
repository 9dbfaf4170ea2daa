"""File names are made safe to show and to save under."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.cases.file_names import FILE_NAME_MAX_CHARACTERS, clean_file_name


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Palkkalaskelma elokuu.pdf", "Palkkalaskelma elokuu.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Aino\\lön.pdf", "lön.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\r\nSet-Cookie: b.pdf", "aSet-Cookie_ b.pdf"),
        ("tili\x00ote.pdf", "tiliote.pdf"),
        ('"><script>.png', "___script_.png"),
        ("...hidden", "hidden"),
        ("  many   spaces .pdf ", "many spaces .pdf"),
        ("", "file"),
        ("..", "file"),
        ("\u200b\u2066", "file"),
    ],
)
def test_a_file_name_is_shown_without_what_deceives(written: str, shown: str) -> None:
    assert clean_file_name(written) == shown


def test_a_long_name_keeps_its_ending() -> None:
    shown = clean_file_name("x" * 500 + ".pdf")
    assert len(shown) == FILE_NAME_MAX_CHARACTERS
    assert shown.endswith("xxx.pdf")


@given(st.text(max_size=300))
def test_every_name_becomes_a_short_visible_one(name: str) -> None:
    shown = clean_file_name(name)
    assert 0 < len(shown) <= FILE_NAME_MAX_CHARACTERS
    assert not set(shown) & set('/\\\n\r\x00\u202e"<>')
    assert clean_file_name(shown) == shown
