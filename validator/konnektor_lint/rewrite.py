"""Files with edits in them: from bytes to bytes, and onto the disk whole or not at all."""

import codecs
import os
import re
import stat
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from konnektor_lint.fix import Edit
from konnektor_lint.source import Position, decode

_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_MARKED = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Change(NamedTuple):
    """One edit by character offsets: what lies between is replaced by a text."""

    start: int
    end: int
    text: str


class NotWritten(Exception):  # noqa: N818
    """A file that could not be replaced; ``reason`` is a key of the texts or the system's words."""

    def __init__(self, path: str, reason: str, written: Iterable[str] = ()) -> None:
        """``written``: the files that had been replaced before."""
        super().__init__(path)
        self.path = path
        self.reason = reason
        self.written = tuple(written)


class Layout:
    """Where the lines of a text begin and how they end."""

    __slots__ = ("breaks", "starts", "text")

    def __init__(self, text: str) -> None:
        """Look for the line breaks where YAML sees them."""
        found = list(_BREAK.finditer(text))
        self.text = text
        self.starts = [0, *(match.end() for match in found)]
        self.breaks = [match[0] for match in found]

    def offset(self, at: Position) -> int:
        """Return the offset of a place in characters."""
        return min(self.starts[at.line - 1] + at.column - 1, len(self.text))

    def changes(self, edits: Iterable[Edit]) -> list[Change]:
        """Return edits by offset, in order, their line breaks written as those around."""
        made = []
        for edit in edits:
            start, end = map(self.offset, edit.span)
            text = edit.text
            if "\n" in text:
                line = bisect_right(self.starts, start) - 1
                ending = self.breaks[min(line, len(self.breaks) - 1)] if self.breaks else "\n"
                text = text.replace("\n", ending)
            made.append(Change(start, end, text))
        return sorted(made)


def changed(data: bytes, edits: Iterable[Edit]) -> tuple[bytes, list[Change]] | None:
    """Return a file with edits in it, in its own encoding, and the changes by offset.

    None where the bytes are not those that were linted, or cannot be given back as they were.
    """
    mark, encoding = next((item for item in _MARKED if data.startswith(item[0])), (b"", "utf-8"))
    text = decode(data)
    edits = tuple(edits)
    if mark + text.encode(encoding) != data or any(edit.source.text != text for edit in edits):
        return None
    changes = Layout(text).changes(edits)
    parts: list[str] = []
    at = 0
    for change in changes:
        if change.start < at:
            return None
        parts += (text[at : change.start], change.text)
        at = change.end
    return mark + "".join((*parts, text[at:])).encode(encoding), changes


def check_writable(path: str) -> None:
    """Raise NotWritten for what must not be replaced: no regular file, or a read-only one."""
    try:
        status = os.stat(path)
    except OSError as error:
        raise NotWritten(path, error.strerror or "missing") from error
    if not stat.S_ISREG(status.st_mode):
        raise NotWritten(path, "irregular")
    if not status.st_mode & 0o222 or not os.access(path, os.W_OK):
        raise NotWritten(path, "read-only")


def write_all(contents: Mapping[str, bytes], before: Mapping[str, bytes]) -> None:
    """Replace files; raises NotWritten.

    Everything is written beside its file and checked first, so that a full disk changes nothing;
    then each file is replaced in one step. A link stays, the file it leads to is replaced.
    """
    pending: list[tuple[str, str, str]] = []
    done: list[str] = []
    path = ""
    try:
        for path, data in contents.items():
            check_writable(path)
            target = os.path.realpath(path)
            pending.append((path, target, _beside(target, data)))
        for path in contents:
            _check_unchanged(path, before[path])
        for path, target, temporary in list(pending):
            os.replace(temporary, target)
            pending.pop(0)
            done.append(path)
    except OSError as error:
        raise NotWritten(path, error.strerror or type(error).__name__, done) from error
    finally:
        for _, _, temporary in pending:
            _discard(temporary)


def _check_unchanged(path: str, before: bytes) -> None:
    with open(path, "rb") as file:
        if file.read() != before:
            raise NotWritten(path, "changed")


def _beside(target: str, data: bytes) -> str:
    """Write bytes to a new file in the same folder, with the mode and owner of the old one."""
    import tempfile  # only writing needs it

    folder = os.path.dirname(target)
    status = os.stat(target)
    handle, temporary = tempfile.mkstemp(prefix=".konnektor-lint-", suffix=".tmp", dir=folder)
    try:
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, stat.S_IMODE(status.st_mode))
        if (status.st_uid, status.st_gid) != (os.stat(temporary).st_uid, os.stat(temporary).st_gid):
            _give_to(temporary, status)
    except BaseException:
        _discard(temporary)
        raise
    return temporary


def _give_to(path: str, status: os.stat_result) -> None:
    if hasattr(os, "chown"):
        try:
            os.chown(path, status.st_uid, status.st_gid)
        except PermissionError:
            return  # only the superuser gives files away
        os.chmod(path, stat.S_IMODE(status.st_mode))  # chown clears set-user-id bits


def _discard(temporary: str) -> None:
    try:
        os.unlink(temporary)
    except FileNotFoundError:
        return
