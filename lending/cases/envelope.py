"""The envelope of a blob: encrypted in frames, so that a large file is sealed and opened in constant memory.

Each blob has a data key of its own, used for nothing else. Frame *n* is sealed with AES-GCM under the nonce
*n* + *whether it is the last*, and is bound to the blob's id: frames that are changed, reordered, left out, cut off
at the end or put into another blob do not open.
"""

import os
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lending.basics.vault import KEY_BYTES, BrokenSeal

FRAME_BYTES = 256 * 1024
_TAG_BYTES = 16
_COUNTER_BYTES = 11
_MAGIC = b"VKB1"


def new_key() -> bytes:
    """A fresh data key, for one blob only."""
    return os.urandom(KEY_BYTES)


def sealed(chunks: Iterable[bytes], key: bytes, blob_id: str) -> Iterator[bytes]:
    """Encrypt the bytes of ``chunks``, of whatever sizes, into the bytes of the blob ``blob_id``."""
    cipher = AESGCM(key)
    yield _MAGIC
    held = bytearray()
    number = 0
    for chunk in chunks:
        held += chunk
        # A full frame is held back until more comes: only then is it certain that it is not the last.
        while len(held) > FRAME_BYTES:
            yield cipher.encrypt(_nonce(number, last=False), bytes(held[:FRAME_BYTES]), _bound_to(blob_id))
            del held[:FRAME_BYTES]
            number += 1
    yield cipher.encrypt(_nonce(number, last=True), bytes(held), _bound_to(blob_id))


def opened(stream: BinaryIO, key: bytes, blob_id: str) -> Iterator[bytes]:
    """Decrypt the blob ``blob_id`` read from ``stream``, frame by frame. Raises ``BrokenSeal``."""
    if _read(stream, len(_MAGIC)) != _MAGIC:
        raise BrokenSeal("blob")
    cipher = AESGCM(key)
    number = 0
    frame = _read(stream, FRAME_BYTES + _TAG_BYTES)
    while True:
        following = _read(stream, FRAME_BYTES + _TAG_BYTES)
        try:
            yield cipher.decrypt(_nonce(number, last=not following), frame, _bound_to(blob_id))
        except InvalidTag:
            raise BrokenSeal("blob") from None
        if not following:
            return
        frame = following
        number += 1


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(_COUNTER_BYTES, "big") + (b"\x01" if last else b"\x00")


def _bound_to(blob_id: str) -> bytes:
    return _MAGIC + blob_id.encode()


def _read(stream: BinaryIO, count: int) -> bytes:
    """Read ``count`` bytes, or what is left: a stream from afar may give less at a time."""
    parts = []
    while count > 0 and (part := stream.read(count)):
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
