"""Files as they were read, kept for the next run: what stays as it is is not read again."""

import os
import stat
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from konnektor_lint.source import Reading

Stamp = tuple[int, int, int, int]
"""What changes with a file: time of change in nanoseconds, size in bytes, inode, device."""

_Read = TypeVar("_Read")


def stamp_of(path: str) -> Stamp | None:
    """Return the stamp of a regular file; None where there is none."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino, found.st_dev)


class _Kept(NamedTuple):
    data: bytes
    read: Any
    embedded: int


class Readings:
    """What the last run read, by path; what the next one does not ask for is forgotten."""

    def __init__(self) -> None:
        """Know nothing."""
        self._stamped: dict[str, tuple[Stamp, bytes]] = {}
        self._kept: dict[str, _Kept] = {}
        self._stamped_before = self._stamped
        self._kept_before = self._kept

    def begin(self) -> None:
        """Begin a run."""
        self._stamped_before, self._stamped = self._stamped, {}
        self._kept_before, self._kept = self._kept, {}

    def bytes_of(self, path: str, read: Callable[[], bytes]) -> bytes:
        """Return what a file holds; ``read`` is asked only if its stamp has changed."""
        stamp = stamp_of(path)  # before reading: a change in between is seen the next time
        if stamp is None:
            return read()
        known = self._stamped_before.get(path)
        data = known[1] if known is not None and known[0] == stamp else read()
        self._stamped[path] = (stamp, data)
        return data

    def pass_over(self, path: str) -> None:
        """Keep of a file only that nothing in it matters: no bytes, so it will not matter again."""
        if path in self._stamped:
            self._stamped[path] = (self._stamped[path][0], b"")

    def parsed(self, path: str, data: bytes, parse: Callable[[], _Read]) -> _Read:
        """Return what was made of the bytes; ``parse`` is asked only for others than before."""
        known = self._kept_before.get(path)
        if known is None or known.data != data:
            read = parse()
            embedded = read.source.embedded if isinstance(read, Reading) else 0
            self._kept[path] = _Kept(data, read, embedded)
            return read
        self._kept[path] = known
        read = known.read
        if isinstance(read, Reading):
            # What a run spends of a file's limits is not held against the next one.
            read.source.embedded, read.source.expanded = known.embedded, 0
        return read
