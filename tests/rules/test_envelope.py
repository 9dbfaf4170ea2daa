"""The envelope of a blob: what was put in comes out whole, or nothing does."""

import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.basics.vault import BrokenSeal
from lending.cases.envelope import FRAME_BYTES, new_key, opened, sealed

KEY = new_key()
SEALED_FRAME_BYTES = FRAME_BYTES + 16


def blob(content: bytes, blob_id: str = "a") -> bytes:
    return b"".join(sealed([content], KEY, blob_id))


def content_of(sealed_bytes: bytes, key: bytes = KEY, blob_id: str = "a") -> bytes:
    return b"".join(opened(io.BytesIO(sealed_bytes), key, blob_id))


@given(st.lists(st.binary(max_size=40), max_size=6))
def test_chunks_of_any_size_come_out_as_they_went_in(chunks: list[bytes]) -> None:
    assert content_of(b"".join(sealed(chunks, KEY, "a"))) == b"".join(chunks)


@pytest.mark.parametrize("size", [0, 1, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 2 * FRAME_BYTES, 700_000])
def test_a_content_of_any_number_of_frames_comes_out_whole(size: int) -> None:
    content = os.urandom(size)
    assert content_of(blob(content)) == content


def test_the_content_does_not_show_in_the_blob() -> None:
    assert b"bank statement" not in blob(b"bank statement " * 100)


def test_a_changed_byte_is_noticed() -> None:
    changed = bytearray(blob(b"x" * 1000))
    changed[500] ^= 1
    with pytest.raises(BrokenSeal):
        content_of(bytes(changed))


def test_a_blob_cut_off_between_frames_is_noticed() -> None:
    whole = blob(os.urandom(3 * FRAME_BYTES))
    with pytest.raises(BrokenSeal):
        content_of(whole[: 4 + 2 * SEALED_FRAME_BYTES])


def test_a_blob_cut_off_inside_a_frame_is_noticed() -> None:
    with pytest.raises(BrokenSeal):
        content_of(blob(os.urandom(FRAME_BYTES + 100))[:-50])


def test_frames_that_changed_places_are_noticed() -> None:
    whole = blob(os.urandom(3 * FRAME_BYTES))
    head, frames = whole[:4], whole[4:]
    first, second = frames[:SEALED_FRAME_BYTES], frames[SEALED_FRAME_BYTES : 2 * SEALED_FRAME_BYTES]
    with pytest.raises(BrokenSeal):
        content_of(head + second + first + frames[2 * SEALED_FRAME_BYTES :])


def test_a_blob_does_not_open_as_another_or_with_another_key() -> None:
    whole = blob(b"secret")
    with pytest.raises(BrokenSeal):
        content_of(whole, blob_id="b")
    with pytest.raises(BrokenSeal):
        content_of(whole, key=new_key())


def test_something_that_is_no_blob_does_not_open() -> None:
    for strange in (b"", b"VKB1", b"%PDF-1.7"):
        with pytest.raises(BrokenSeal):
            content_of(strange)


def test_a_stream_that_gives_little_at_a_time_opens_all_the_same() -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(size or 1, 1000))

    content = os.urandom(FRAME_BYTES + 10)
    assert b"".join(opened(Slow(blob(content)), KEY, "a")) == content
