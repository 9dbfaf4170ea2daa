"""Doors to the outside: identity, storage, bank files, letters, mail."""
