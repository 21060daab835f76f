"""Where the content of attachments is kept: by its hash, in a folder or in a bucket, named by one URL.

The same content is one object, however many attachments have it. What was refused is kept aside under its own id.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname
from uuid import UUID

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from services.kit.problems import Unavailable

PIECE = 256 * 1024
PART = 5 * 1024 * 1024


class StorageAway(Unavailable):
    """The place where attachments are kept cannot be reached, or is full."""

    def __init__(self) -> None:
        super().__init__("The place where attachments are kept is not available right now; try again.", retry_after=5)


def by_content(digest: bytes) -> str:
    """The name of the object with this SHA-256."""
    name = digest.hex()
    return f"sha256/{name[:2]}/{name}"


def aside(id: UUID) -> str:
    """The name under which what was refused is kept."""
    return f"aside/{id}"


class Vault:
    """The objects under a URL: `file:///…`, or `s3://bucket/prefix` with the environment variables of AWS."""

    def __init__(self, url: str) -> None:
        self._url = url
        parts = urlsplit(url)
        self._folder = Path(url2pathname(parts.path)) if parts.scheme == "file" else None
        self._opened: ObjectStore | None = None

    async def keep(self, name: str, file: Path, size: int) -> None:
        """Put a file of so many bytes under a name, and wait until it is safe there; one that is there stays."""
        if await self.size(name) == size:
            return
        with _away():
            await obstore.put_async(self._store, name, file, chunk_size=PART, max_concurrency=1)
            if self._folder is not None:
                await asyncio.to_thread(_sync, self._folder, name)

    async def size(self, name: str) -> int | None:
        """Bytes of an object, None when there is none."""
        with _away():
            try:
                return int((await obstore.head_async(self._store, name))["size"])
            except FileNotFoundError:
                return None

    async def drop(self, name: str) -> None:
        """Delete an object, if it is there."""
        with _away():
            try:
                await obstore.delete_async(self._store, name)
            except FileNotFoundError:
                return

    async def pieces(self, name: str, first: int, end: int) -> AsyncIterator[bytes]:
        """The bytes of an object from `first` up to `end`, not held whole. Raises StorageAway before the first piece
        when it is not there."""
        with _away():
            found = await obstore.get_async(self._store, name, options={"range": (first, end)})

        async def read() -> AsyncIterator[bytes]:
            async for piece in found.stream(min_chunk_size=PIECE):
                yield bytes(piece)

        return read()

    @property
    def _store(self) -> ObjectStore:
        if self._opened is None:
            if self._folder is None:
                self._opened = from_url(self._url)
            else:
                self._opened = LocalStore(self._folder, mkdir=True)
        return self._opened


@contextmanager
def _away() -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError) as error:
        raise StorageAway from error


def _sync(folder: Path, name: str) -> None:
    """The object and the folders that it is new in, down to the disk: the library leaves that to the system."""
    path = folder / name
    for each in (path, *path.parents[: len(Path(name).parents)]):
        handle = os.open(each, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
