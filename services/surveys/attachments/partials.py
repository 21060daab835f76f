"""Uploads that are not whole yet, as files on this machine's disk: what has arrived stays, whoever dies.

The size of the file is the offset of the upload; nothing else says how far it is, so nothing can contradict it. The
file's lock lets one writer at a time append, also from several processes.
"""

import fcntl
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from services.surveys.problems import UploadBusy


class Partials:
    """The uploads under way in a folder, one file each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def offset(self, id: UUID) -> int:
        """How many bytes of an upload are here to stay; 0 when nothing is."""
        try:
            size = self._path(id).stat().st_size
        except FileNotFoundError:
            return 0
        unproven = _read(self._path(id).with_suffix(".from"))
        return size if unproven is None else min(size, unproven)

    def touched(self, id: UUID) -> datetime | None:
        """When something was last written to an upload; None when nothing is here."""
        try:
            return datetime.fromtimestamp(self._path(id).stat().st_mtime, UTC)
        except FileNotFoundError:
            return None

    def open(self, id: UUID) -> "Partial":
        """An upload's file, locked until it is closed. Raises UploadBusy when somebody else has it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return Partial(self._path(id))

    def idle(self, before: float) -> Iterator[UUID]:
        """Uploads that nothing was written to since a moment (of the clock of files)."""
        for path in self.folder.glob("*.part"):
            try:
                if path.stat().st_mtime < before:
                    yield UUID(path.stem)
            except (FileNotFoundError, ValueError):
                continue

    def _path(self, id: UUID) -> Path:
        return self.folder / f"{id}.part"


class Partial:
    """One upload's file, held by its lock. Use as a context."""

    def __init__(self, path: Path) -> None:
        """Raises UploadBusy."""
        self.path = path
        self._unproven = path.with_suffix(".from")
        while True:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(self._file)
                raise UploadBusy from None
            if self._is_still_there():
                break
            os.close(self._file)  # whoever had it removed it while we opened it
        # A process died between a chunk and the proof of its checksum.
        proven = _read(self._unproven)
        if proven is not None and proven < self.size:
            os.ftruncate(self._file, proven)
        self._unproven.unlink(missing_ok=True)

    def __enter__(self) -> "Partial":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)

    @property
    def size(self) -> int:
        """Bytes that are here."""
        return os.fstat(self._file).st_size

    def append(self, data: bytes | bytearray) -> None:
        """Add bytes at the end. Raises OSError; what was written of them then stays."""
        rest, at = memoryview(data), self.size
        while rest:
            written = os.pwrite(self._file, rest, at)
            rest, at = rest[written:], at + written

    def doubt(self) -> None:
        """What comes from here on counts only after `trust`."""
        self._unproven.write_text(str(self.size))

    def trust(self) -> None:
        """What came is as it should be."""
        self._unproven.unlink(missing_ok=True)

    def cut(self, size: int) -> None:
        """Forget what is behind `size`."""
        os.ftruncate(self._file, size)
        self._unproven.unlink(missing_ok=True)

    def sync(self) -> None:
        """Wait until it is on the disk."""
        os.fsync(self._file)

    def remove(self) -> None:
        """Delete the file, still under its lock."""
        self._unproven.unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)

    def _is_still_there(self) -> bool:
        try:
            there = self.path.stat()
        except FileNotFoundError:
            return False
        return os.path.samestat(there, os.fstat(self._file))


def _read(path: Path) -> int | None:
    try:
        text = path.read_text()
    except FileNotFoundError:
        return None
    # An empty one was being written when the process died: before the first byte of the chunk.
    return int(text) if text.isdigit() else None
