"""Where attachments lie: a folder of encrypted blobs. The domain's ``Store`` says what is asked of it."""

import os
import re
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from lending.basics.errors import NotFound

_BLOB_ID = re.compile(r"[0-9a-f]{32,64}")


class FolderStore:
    """Blobs as files, spread over 256 folders, readable by the service's own user only.

    A file appears under its name only when all of it is on the disk.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, blob_id: str, chunks: Iterable[bytes]) -> None:
        """Keep the bytes of ``chunks`` as ``blob_id``, all or nothing."""
        path = self._path(blob_id)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = path.with_name(f".{blob_id}.{secrets.token_hex(4)}")
        try:
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                for chunk in chunks:
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise

    def open(self, blob_id: str) -> BinaryIO:
        """The bytes of ``blob_id`` as a stream that the caller closes. Raises ``NotFound``."""
        try:
            return self._path(blob_id).open("rb")
        except FileNotFoundError:
            raise NotFound from None

    def delete(self, blob_id: str) -> None:
        """Remove ``blob_id``; no error where there is none."""
        self._path(blob_id).unlink(missing_ok=True)

    def is_writable(self) -> bool:
        """Whether blobs can be kept now: in the folder, or where the first of them will make it."""
        folder = self.folder if self.folder.exists() else self.folder.parent
        return folder.is_dir() and os.access(folder, os.W_OK)

    def _path(self, blob_id: str) -> Path:
        # Ids are of our own making; a path must not be made of anything else.
        if not _BLOB_ID.fullmatch(blob_id):
            raise NotFound
        return self.folder / blob_id[:2] / blob_id
