"""Logs never hold a personal identity code, whatever was written into them."""

import io
import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import a_hetu
from web import log
from web.log import HIDDEN, mask

SIGNS = "+-ABCDEFYXWVU"


def hetu(day: int, month: int, year: int, sign: str, individual: int) -> str:
    digits = f"{day:02d}{month:02d}{year:02d}"
    return f"{digits}{sign}{individual:03d}{log._CONTROL[int(f'{digits}{individual:03d}') % 31]}"


hetus = st.builds(
    hetu, st.integers(1, 28), st.integers(1, 12), st.integers(0, 99), st.sampled_from(SIGNS), st.integers(2, 999)
)


@given(hetus, st.text(max_size=10), st.text(max_size=10), st.booleans())
def test_a_code_is_hidden_wherever_it_stands(code: str, before: str, after: str, lower: bool):
    written = code.lower() if lower else code
    assert written not in mask(before + written + after)


@pytest.mark.parametrize("sign", SIGNS)
def test_every_sign_of_the_century_is_known(sign: str):
    code = hetu(1, 2, 3, sign, 904)
    assert mask(f"/find?hetu={code}&page=1") == f"/find?hetu={HIDDEN}&page=1"


def test_a_code_with_its_plus_encoded_is_hidden():
    code = hetu(1, 2, 3, "+", 904).replace("+", "%2B")
    assert mask(f"hetu={code}") == f"hetu={HIDDEN}"


@pytest.mark.parametrize("harmless", ["5f0c9a1e-1234-4abc-8def-0123456789ab", "2026-03-05T12:00:00Z", "19055501234"])
def test_ids_and_moments_are_left_alone(harmless: str):
    assert mask(harmless) == harmless


def test_a_line_of_the_log_is_json_and_masked_even_in_what_an_error_says():
    code, written = a_hetu(), io.StringIO()
    handlers, level = logging.getLogger().handlers, logging.getLogger().level
    try:
        log.configure()
        logging.getLogger().handlers[0].stream = written
        try:
            raise ValueError(f"no such person: {code}")
        except ValueError:
            log.log.error("failed", person=code, listed=[{"hetu": code}], exc_info=True)
        logging.getLogger("elsewhere").warning("looked up %s", code)
    finally:
        logging.getLogger().handlers = handlers
        logging.getLogger().setLevel(level)
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [line["message"] for line in lines] == ["failed", f"looked up {HIDDEN}"]
    assert code not in written.getvalue()
    assert "no such person" in lines[0]["exception"]
