"""Sealing: what is sealed opens only whole, for its own purpose, with a configured key."""

import os

import pytest

from lending.basics.vault import KEY_BYTES, BrokenSeal, Vault

OLD, NEW = os.urandom(KEY_BYTES), os.urandom(KEY_BYTES)


def test_a_secret_opens_for_the_purpose_it_was_sealed_for() -> None:
    vault = Vault([NEW])
    assert vault.open(vault.seal(b"130594Y903T", "hetu"), "hetu") == b"130594Y903T"


def test_a_secret_does_not_open_for_another_purpose() -> None:
    vault = Vault([NEW])
    with pytest.raises(BrokenSeal):
        vault.open(vault.seal(b"secret", "hetu"), "address")


def test_a_changed_secret_does_not_open() -> None:
    vault = Vault([NEW])
    sealed = bytearray(vault.seal(b"secret", "hetu"))
    sealed[-1] ^= 1
    with pytest.raises(BrokenSeal):
        vault.open(bytes(sealed), "hetu")


def test_an_older_key_still_opens_and_the_index_does_not_move_when_a_key_is_added() -> None:
    before, after = Vault([OLD]), Vault([NEW, OLD])
    assert after.open(before.seal(b"secret", "hetu"), "hetu") == b"secret"
    assert after.blind_index("x", "hetu") == before.blind_index("x", "hetu")


def test_two_seals_of_one_secret_differ() -> None:
    vault = Vault([NEW])
    assert vault.seal(b"secret", "hetu") != vault.seal(b"secret", "hetu")


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Vault([b"short"])
