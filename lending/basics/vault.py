"""Sealing of personal data at rest: AES-GCM envelopes and blind indexes, with keys from configuration."""

import hashlib
import hmac
import os
from collections.abc import Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
KEY_BYTES = 32
_VERSION = b"\x01"


class BrokenSeal(Exception):
    """What was sealed has been changed, or was sealed with a key that is not configured."""


class Vault:
    """Seals small secrets and derives the keys of blobs. The newest key seals, older keys still open."""

    def __init__(self, keys: Iterable[bytes]) -> None:
        self._keys = tuple(keys)
        if not self._keys or any(len(key) != KEY_BYTES for key in self._keys):
            raise ValueError(f"a vault needs keys of {KEY_BYTES} bytes")
        self._index_key = _derive(self._keys[-1], b"vakaa blind index")

    def seal(self, plain: bytes, purpose: str) -> bytes:
        """Encrypt ``plain`` for ``purpose``, which must be named again to open it."""
        nonce = os.urandom(NONCE_BYTES)
        cipher = AESGCM(_derive(self._keys[0], b"vakaa seal"))
        return _VERSION + nonce + cipher.encrypt(nonce, plain, purpose.encode())

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """Decrypt what ``seal`` made for the same ``purpose``. Raises ``BrokenSeal``."""
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        for key in self._keys:
            try:
                return AESGCM(_derive(key, b"vakaa seal")).decrypt(nonce, body, purpose.encode())
            except InvalidTag:
                continue
        raise BrokenSeal(purpose)

    def blind_index(self, text: str, purpose: str) -> str:
        """A keyed digest by which an encrypted text can be looked up. Made with the oldest key, so it never moves."""
        return hmac.new(self._index_key, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(key)
