"""The files of a run as they come in: read, sifted, and cut into portions."""

from __future__ import annotations

import errno
import os
import sys

from konnektor_lint import files, limits, source
from konnektor_lint.examination import Given, Portion, SkippedFile, holds
from konnektor_lint.source import Unreadable
from konnektor_lint.tunnel_words import WORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from konnektor_lint.host import Tree
    from konnektor_lint.readings import Readings

PORTION = 200
"""So many files that may hold a part are examined at a time; it is cut where the least is torn."""

_PARTNER_KINDS = ((b"Service",), (b"NetworkPolicy",), (b"Role",))
"""What every Service, ServiceAccount, policy, role and binding holds: only these are kept."""

_KEPT = (*_PARTNER_KINDS, *((word.encode(),) for word in WORDS))


class Intake:
    """Reads the files of one run as far as they need to be."""

    def __init__(
        self, host: Tree | None, contents: Mapping[str, bytes], kept: Readings | None = None
    ) -> None:
        """Read from ``contents`` what is there by its path, and through ``kept`` if there is one.

        ``host``: of a node, links lead as they do there.
        """
        self.count = 0
        """How many files came in."""
        self.candidates: list[Given] = []
        """What may turn out to belong to a connector by what it is called."""
        self.skipped: list[SkippedFile] = []
        self._host = host
        self._contents = contents
        self._kept = kept
        self._found: dict[str, files.Found] = {}
        self._named: dict[str, Given] = {}

    def portions(
        self, found: Iterable[files.Found], *, whole: bool, watch: Callable[[str], None] | None
    ) -> Iterator[Portion]:
        """Yield the files in portions, at least one; with ``whole`` it is one of all files.

        ``watch`` is told of each file before it is read.
        """
        pending: list[tuple[Given, bool]] = []
        parted = 0
        for item in found:
            if watch is not None:
                watch(item.path)
            self.count += 1
            taken = self._sifted(item)
            if taken is None:
                continue
            pending.append(taken)
            parted += taken[1]
            if parted > PORTION and not whole:
                at = _seam([given.path for given, _ in pending])
                yield self._portion(pending[:at])
                pending = pending[at:]
                parted = sum(may_hold_part for _, may_hold_part in pending)
        yield self._portion(pending)

    def _portion(self, taken: list[tuple[Given, bool]]) -> Portion:
        candidates = tuple(given for given, may_hold_part in taken if not may_hold_part)
        self.candidates += candidates
        return Portion(tuple(given for given, may_hold_part in taken if may_hold_part), candidates)

    def _sifted(self, found: files.Found) -> tuple[Given, bool] | None:
        """Return a file and whether it may hold a part; None: nothing in it matters."""
        try:
            data: bytes | Unreadable = self._bytes(found)
        except Unreadable as error:
            data = error
        given = Given(found.path, data)
        if found.named:
            self._named[found.path] = given
            return given, True
        if isinstance(data, Unreadable):
            self.skipped.append(SkippedFile(found.path, data.kind))
            return None
        may_hold_part = self._may_hold_part(found, data)
        if may_hold_part is None:
            return None
        self._found[found.path] = found
        return given, may_hold_part

    def _may_hold_part(self, found: files.Found, data: bytes) -> bool | None:
        """Tell whether a file may hold a part; None: it cannot even be a partner of one."""
        if self._host is not None and _is_kubeconfig(data):
            return None
        if files.may_hold_part(data):
            return True
        if holds(data, _KEPT):
            return False
        if self._kept is not None:
            self._kept.pass_over(self._place(found))
        return None

    def again(self, path: str) -> Given:
        """Read a file once more; not one that was named, for it may be a pipe."""
        if path in self._named:
            return self._named[path]
        try:
            return Given(path, self._bytes(self._found[path]))
        except Unreadable as error:
            return Given(path, error)

    def _bytes(self, found: files.Found) -> bytes:
        if found.path in self._contents:
            data = self._contents[found.path]
            if len(data) > limits.FILE_BYTES:
                raise source.too_large(len(data))
            return data
        if found.path == "-":
            return standard_input()
        place = self._place(found)
        if self._kept is None:
            return self._read(place, found)
        return self._kept.bytes_of(place, lambda: self._read(place, found))

    def _read(self, place: str, found: files.Found) -> bytes:
        if found.named or self._host is not None:
            return source.read_bytes(place, pipes=found.named)
        try:
            return source.read_bytes(place, links=False)
        except Unreadable as error:
            if error.kind != "link":
                raise
        if files.leads_outside(place, found.folder):
            raise Unreadable("link-outside")
        return source.read_bytes(place)

    def _place(self, found: files.Found) -> str:
        """Return where to read a file: of a node, links lead as they do there."""
        return found.path if self._host is None or found.named else self._host.place(found.path)


def _seam(paths: list[str]) -> int:
    """Return where to cut: in the second half, between the two files that are least related."""
    parts = [path.split(os.sep) for path in paths]
    return min(
        range(max(1, len(parts) // 2), len(parts)),
        key=lambda at: (_shared(parts[at - 1], parts[at]), -at),
    )


def _shared(one: list[str], other: list[str]) -> int:
    """Return how many folders two paths begin with alike."""
    return next(
        (at for at, (mine, yours) in enumerate(zip(one, other, strict=False)) if mine != yours),
        len(one),
    )


def _is_kubeconfig(data: bytes) -> bool:
    """Tell whether a file of a node is a kubeconfig: no part, and no line of it is to be shown."""
    return b"current-context" in data and b"clusters" in data and b"users" in data


def standard_input() -> bytes:
    """Return what standard input holds; raises Unreadable where it is too much."""
    if sys.stdin is None:  # closed by the caller: <&-
        raise Unreadable("unreadable-file", reason=os.strerror(errno.EBADF))
    data = sys.stdin.buffer.read(limits.FILE_BYTES + 1)
    if len(data) > limits.FILE_BYTES:
        raise source.too_large(len(data))
    return data
