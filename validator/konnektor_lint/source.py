"""From bytes to positioned nodes: the only module that knows YAML.

Events of the C parser are put together here, not by PyYAML's composer: no recursion (a run of
100,000 ``[`` cannot reach the C stack), anchors may be redefined as Go's reader allows, an alias
keeps its own position, and each scalar is read as the Go programs read it (``scalar.py``).
"""

from __future__ import annotations

import codecs
import errno
import os
import stat
from bisect import bisect_right
from itertools import pairwise
from sys import intern

from konnektor_lint import libyaml, limits
from konnektor_lint.expression import expression
from konnektor_lint.record import NamedTuple
from konnektor_lint.scalar import Scalar, TagError, resolve
from konnektor_lint.term import Term

libyaml.alone()
import yaml  # noqa: E402  (as much of it as was not loaded yet)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from konnektor_lint.secrecy import Veil

LIBYAML = bool(yaml.__with_libyaml__)
if LIBYAML:
    from yaml._yaml import CParser as _Loader  # the resolver and constructor are not used
else:  # the same result, more than ten times slower
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]


class Position(NamedTuple):
    """A place in a file; line and column count from 1, columns in characters."""

    line: int
    column: int


class Span(NamedTuple):
    """A half-open range of a file."""

    start: Position
    end: Position


class Problem(NamedTuple):
    """Something that reading found; the rule of that ``kind`` words it."""

    kind: str
    source: Source
    span: Span
    args: dict[str, str | int]
    related: Span | None = None


class Placement(NamedTuple):
    """Where a text sits in its file: what to add to its own lines and columns.

    ``fixed`` is the span of the whole outer scalar when its inside cannot be mapped.
    """

    line: int = 0
    column: int = 0
    fixed: Span | None = None

    def span(self, start: tuple[int, int], end: tuple[int, int]) -> Span:
        """Return the span of 0-based (line, column) pairs of the text."""
        if self.fixed is not None:
            return self.fixed
        return Span(
            Position(start[0] + self.line + 1, start[1] + self.column + 1),
            Position(end[0] + self.line + 1, end[1] + self.column + 1),
        )


AT_TOP = Placement()
Extent = tuple[int, int, int, int]
"""Line and column of the start, and of the end."""

_INNER_BREAK = expression(r"\n(?!\Z)")
_BREAK = expression("\r\n|[\r\n\x85\u2028\u2029]")


def _split(text: str) -> list[str]:
    """Return the lines of a text: most have no other breaks than the one of Unix."""
    if any(mark in text for mark in _OTHER_BREAKS):
        return _BREAK.split(text)
    return text.split("\n")


_OTHER_BREAKS = ("\r", "\x85", "\u2028", "\u2029")


class Source:
    """One file as it was read."""

    __slots__ = (
        "_lines", "anchored", "embedded", "events", "expanded", "inflated", "marked", "path",
        "text", "unpacked", "veil",
    )  # fmt: skip

    def __init__(self, path: str, text: str, *, marked: bool = False) -> None:
        """Keep the path as the user gave it (``-`` for standard input) and the decoded text.

        ``marked``: the file begins with a byte order mark, which is not in the text.
        """
        self.path = path
        self.text = text
        self.marked = marked
        self.embedded = 0
        """How many characters of its strings were parsed as documents of their own."""
        self.unpacked: dict[str, bool] = {}
        """Which of its strings were decoded, and whether that gave anything."""
        self.inflated = 0
        """How many characters these unpacked to."""
        self.events = 0
        """How many events of YAML were read of it, with aliases and documents in its strings."""
        self.expanded = 0
        """How many characters variables added to the arguments of its containers."""
        self.anchored: list[Span] = []
        """Where values stand that an alias may repeat elsewhere."""
        self.veil: Veil | None = None
        """What is never shown of it, once somebody asked (``secrecy``)."""
        self._lines: list[str] | None = None

    @property
    def lines(self) -> list[str]:
        """Return the lines without their ends, broken where YAML breaks them."""
        if self._lines is None:
            self._lines = _split(self.text)
        return self._lines

    def line(self, number: int) -> str:
        """Return line ``number`` (from 1), or nothing beyond the end."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""


class Node:
    """One YAML value with its place; a mapping keeps the node of each key in ``key``.

    ``value`` is what the Go programs read: dict, list, str, int, float, bool or None.
    """

    __slots__ = (
        "_extent", "_inside", "_place", "anchor_weight", "key", "raw", "source", "style", "value",
    )  # fmt: skip

    def __init__(self, source: Source, place: Placement, extent: Extent = (0, 0, 0, 0)) -> None:
        """Place an empty node; ``extent`` counts from 0 inside the parsed text."""
        self.source = source
        self._place = place
        self._extent = extent
        self.value: dict[str, Node] | list[Node] | Scalar = None
        self.raw = ""
        self.style = ""
        self.key: Node | None = None
        self.anchor_weight = 1
        self._inside: tuple[Placement, list[int]] | None = None  # a script has many parts

    @property
    def span(self) -> Span:
        """Return where the value is written."""
        return self._place.span(self._extent[:2], self._extent[2:])

    @property
    def key_span(self) -> Span:
        """Return where the key of this value is written, else the value itself."""
        return self.key.span if self.key is not None else self.span

    def at(self, *path: str | int) -> Node | None:
        """Follow keys and indexes; None where the path leads nowhere."""
        node = self
        for step in path:  # rules ask this more often than anything else
            value = node.value
            found: Node | None = None
            if isinstance(value, dict):
                found = value.get(step)  # type: ignore[arg-type]  # no key is a number
            elif isinstance(value, list) and isinstance(step, int):
                found = value[step] if -len(value) <= step < len(value) else None
            if found is None:
                return None
            node = found
        return node

    def items(self) -> list[Node]:
        """Return the elements of a sequence, else nothing."""
        return self.value if isinstance(self.value, list) else []

    def fields(self) -> dict[str, Node]:
        """Return the fields of a mapping, else nothing."""
        return self.value if isinstance(self.value, dict) else {}

    def items_at(self, *path: str | int) -> list[Node]:
        """Return the elements of the sequence at a path, else nothing."""
        node = self.at(*path)
        return node.value if node is not None and isinstance(node.value, list) else []

    @property
    def text(self) -> str | None:
        """Return the value if it is a string."""
        return self.value if isinstance(self.value, str) else None

    def text_at(self, *path: str | int) -> str | None:
        """Return the string at a path, or None."""
        node = self.at(*path)
        return node.value if node is not None and isinstance(node.value, str) else None

    @property
    def integer(self) -> int | None:
        """Return the value if it is an integer."""
        value = self.value
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def plain(self) -> Any:
        """Return plain data, as a JSON Schema validator wants it."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def part(self, start: int, length: int) -> Span:
        """Return the span of a part of the string value, by character offset.

        Exact for one-line scalars without escapes and for literal blocks; else the whole span.
        """
        if self._inside is None:
            self._inside = self._mapped()
        place, starts = self._inside
        end = start + length
        first, last = bisect_right(starts, start) - 1, bisect_right(starts, end) - 1
        return place.span((first, start - starts[first]), (last, end - starts[last]))

    def _mapped(self) -> tuple[Placement, list[int]]:
        """Return where the text stands and at which offsets its lines begin."""
        text, whole = self.text, Placement(fixed=self.span)
        if text is None or self._place.fixed is not None:
            return whole, [0]
        if self.style == "|":
            breaks = _INNER_BREAK.finditer(text)  # behind the last one the text has no line
            return self.inner(), [0, *(found.end() for found in breaks)]
        line, column = self.span.start
        first = column - 1 + (1 if self.style in ("'", '"') else 0)
        written = self.source.line(line).startswith(text, first)
        return Placement(line - 1, first) if written else whole, [0]

    def inner(self) -> Placement:
        """Return where the lines of this string's own text stand in the file."""
        if self._place.fixed is not None:
            return self._place
        if self.style != "|" or not isinstance(self.value, str):
            return Placement(fixed=self.span)
        first = self.span.start.line
        for offset, line in enumerate(self.value.split("\n")):
            written = self.source.line(first + 1 + offset)
            if line and written.endswith(line):
                return Placement(first, len(written) - len(line))
        return Placement(fixed=self.span)


class Document:
    """One YAML document of a file, or one inside a string of another."""

    __slots__ = ("index", "kind", "outer", "path", "problems", "root", "source")

    def __init__(
        self,
        source: Source,
        index: int,
        root: Node,
        problems: tuple[Problem, ...],
        outer: Node | None = None,
    ) -> None:
        """Hold the root; ``outer`` is the string node this document was found in.

        ``path``: where the string will be written as a file, if its carrier says so.
        """
        self.source = source
        self.index = index
        self.root = root
        self.problems = problems
        self.outer = outer
        self.path: Node | None = None
        self.kind = root.text_at("kind") or ""
        """An empty string where there is none."""

    @property
    def api_version(self) -> str:
        """Return ``apiVersion``, or an empty string."""
        return self.root.text_at("apiVersion") or ""

    @property
    def name(self) -> str:
        """Return ``metadata.name``, or an empty string."""
        return self.root.text_at("metadata", "name") or ""

    @property
    def namespace(self) -> str:
        """Return ``metadata.namespace``, or an empty string: not given."""
        return self.root.text_at("metadata", "namespace") or ""


class Reading(NamedTuple):
    """What one text gave: its documents, and what kept the rest of it from being read."""

    source: Source
    documents: tuple[Document, ...]
    problems: tuple[Problem, ...]


TOP = Span(Position(1, 1), Position(1, 1))


class Unreadable(Exception):  # noqa: N818  (reads well at the raise)
    """A file that cannot be taken in; ``kind`` and ``args`` become a Problem.

    ``text`` is as much of the file as can be shown, ``at`` the place in it.
    """

    def __init__(
        self, kind: str, text: str = "", at: Position = TOP.start, **args: str | int
    ) -> None:
        """Keep what the finding needs."""
        super().__init__(kind)
        self.kind = kind
        self.text = text
        self.at = at
        self.args_of_problem: dict[str, str | int] = args


# O_NONBLOCK: opening a FIFO must not wait for a writer.
_OPENING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_OPENING_NO_LINK = _OPENING | getattr(os, "O_NOFOLLOW", 0)


def read_bytes(path: str, *, pipes: bool = False, links: bool = True) -> bytes:
    """Return the bytes of a regular file; raises Unreadable for anything else.

    ``pipes``: read those as well, as a shell gives them for ``<(command)``. ``links``: follow a
    symbolic link, else it is refused as ``link``.
    """
    flags = _OPENING if links else _OPENING_NO_LINK
    try:
        handle = os.open(path, flags)
    except (OSError, ValueError) as error:  # ValueError: a zero byte
        if not links and os.path.islink(path):
            raise Unreadable("link") from error
        raise Unreadable("unreadable-file", reason=_reason(error)) from error
    try:
        status = os.fstat(handle)
        if pipes and stat.S_ISFIFO(status.st_mode):
            os.set_blocking(handle, True)  # without a writer this is the end at once
        elif not stat.S_ISREG(status.st_mode):
            folder = stat.S_ISDIR(status.st_mode)
            what = os.strerror(errno.EISDIR) if folder else Term("not a regular file")
            raise Unreadable("unreadable-file", reason=what)
        size = status.st_size
        if size > limits.FILE_BYTES:
            raise too_large(size)
        try:
            # Not the limit at once: Python would make room for all of it.
            data = os.read(handle, size + 1)
            if len(data) != size:  # a pipe, /proc, or a file that grows
                with open(handle, "rb", closefd=False) as file:
                    data += file.read(limits.FILE_BYTES)
        except OSError as error:
            raise Unreadable("unreadable-file", reason=_reason(error)) from error
    finally:
        os.close(handle)
    if len(data) > limits.FILE_BYTES:
        raise too_large(len(data))
    return data


def _reason(error: OSError | ValueError) -> str:
    return getattr(error, "strerror", None) or str(error)


def too_large(size: int) -> Unreadable:
    """Return what is raised for a text of so many bytes."""
    limit = limits.FILE_BYTES
    return Unreadable("over-limit", what=Term("file size in bytes"), limit=limit, found=size)


_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes) -> str:
    """Return the text of a file: UTF-8, or UTF-16 with a byte order mark, as Go's reader takes it.

    Raises Unreadable with the first wrong byte's place.
    """
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        # utf-8-sig counts from behind the byte order mark.
        read, encoding = error.object, encoding.removesuffix("-sig")
        before = _BREAK.split(read[: error.start].decode(encoding, "replace"))
        raise Unreadable(
            "bad-encoding",
            read.decode(encoding, "replace"),
            Position(len(before), len(before[-1]) + 1),
            encoding=encoding.upper(),
            byte=f"0x{read[error.start]:02x}",
            offset=len(data) - len(read) + error.start,
        ) from error


def is_marked(data: bytes) -> bool:
    """Tell whether a file begins with a byte order mark."""
    return any(data.startswith(bom) for bom, _ in _BOMS)


def unreadable(path: str, error: Unreadable) -> Reading:
    """Return the reading of a file that could not be taken in."""
    source = Source(path, error.text)
    span = Span(error.at, Position(error.at.line, error.at.column + 1))
    return Reading(source, (), (Problem(error.kind, source, span, error.args_of_problem),))


_LEAD = expression(r"\A[ \t\r\n]*\t[ \t\r\n]*(?=\{)")


def _without_tabs_ahead(text: str) -> str:
    """Return a text without tabs before JSON: programs that know JSON take them."""
    if "\t" not in text or "{" not in text:
        return text
    return _LEAD.sub(lambda lead: lead[0].replace("\t", " "), text)


_BOUNDARY = expression(r"(?m)^---(?=[ \t\r\n]|\Z)")


def parse(source: Source) -> Reading:
    """Parse a file once into documents; what is wrong becomes problems, never an exception.

    Documents are parsed one by one, so a broken one does not hide the others. A problem inside a
    readable document (a duplicate key) stays with the document.
    """
    return _read(source, _without_tabs_ahead(source.text), AT_TOP)


def parse_inside(outer: Node, document: Document, text: str | None = None) -> Reading:
    """Parse the documents inside a string of a document.

    ``text`` is what the string encodes; then all of it stands where the string does.
    """
    source = outer.source
    place = outer.inner() if text is None else Placement(fixed=outer.span)
    written = (outer.text or "") if text is None else text
    source.embedded += len(written)
    if source.embedded > limits.EMBEDDED_SHARE * len(source.text) or source.events > limits.NODES:
        return Reading(source, (), ())  # only aliases (or a bomb) can repeat a text that often
    found = _read(source, written, place)
    inner = (
        Document(source, document.index, item.root, item.problems, outer)
        for item in found.documents
    )
    return found._replace(documents=tuple(inner))


def _read(source: Source, text: str, place: Placement) -> Reading:
    documents: list[Document] = []
    problems: list[Problem] = []
    for number, (piece, at) in enumerate(_pieces(text, place)):
        if number == limits.DOCUMENTS:
            problems.append(_too_many_documents(source, at, text))
            break
        for item in _Composer(source, piece, at).documents():
            if isinstance(item, Problem):
                problems.append(item)
            else:
                root, found = item
                documents.append(Document(source, len(documents), root, tuple(found)))
        if source.events > limits.NODES:
            break  # the problem is among the others
    return Reading(source, tuple(documents), tuple(problems))


def _too_many_documents(source: Source, at: Placement, text: str) -> Problem:
    found = len(_BOUNDARY.findall(text)) + (not text.startswith("---"))
    args: dict[str, str | int] = {
        "what": Term("documents"), "limit": limits.DOCUMENTS, "found": found
    }  # fmt: skip
    return Problem("over-limit", source, at.span((0, 0), (0, 1)), args)


class Text(NamedTuple):
    """A scalar as written; ``dashed``: begins with a dash, ``open_flag``: and has no value."""

    span: Span
    style: str
    open_flag: bool
    dashed: bool


def texts_of_file(source: Source) -> tuple[list[Text], list[tuple[int, int]]]:
    """Return every scalar of a file, and the lines (first, last) of what is not YAML.

    The nodes of a document do not show them all: a key given twice hides its first value.
    """
    texts: list[Text] = []
    broken: list[tuple[int, int]] = []
    for text, place in _pieces(_without_tabs_ahead(source.text), AT_TOP):
        try:
            texts += _texts(text, place)
        except yaml.YAMLError:
            lines = len(_BREAK.split(text)) - text.endswith(("\n", "\r"))
            broken.append((place.line + 1, place.line + lines))
    return texts, broken


def texts_inside(outer: Node) -> list[Text]:
    """Return every scalar of a document that stands in a literal block."""
    try:
        return list(_texts(outer.text or "", outer.inner()))
    except yaml.YAMLError:
        return []


def _texts(text: str, place: Placement) -> Iterator[Text]:
    loader = _Loader(text)
    try:
        while loader.check_token():
            token = loader.get_token()
            if isinstance(token, yaml.ScalarToken):
                start, end = token.start_mark, token.end_mark
                span = place.span((start.line, start.column), (end.line, end.column))
                value, style = token.value, token.style or ""
                dashed = value.startswith("-")
                yield Text(span, style, dashed and "=" not in value, dashed)
    finally:
        loader.dispose()


def _pieces(text: str, place: Placement) -> Iterator[tuple[str, Placement]]:
    """Split at document boundaries; a file with directives stays whole (they span boundaries)."""
    starts = [match.start() for match in _BOUNDARY.finditer(text)] if "---" in text else []
    if not starts or text.startswith("%") or "\n%" in text:
        yield text, place
        return
    edges = [0, *[start for start in starts if start > 0], len(text)]
    line = place.line
    for start, end in pairwise(edges):
        piece = text[start:end]
        yield piece, place._replace(line=line)
        line += len(_BREAK.findall(piece))


class _Frame:
    """A collection that is being read."""

    __slots__ = ("anchor", "key", "merged", "node", "seen")

    def __init__(self, node: Node, anchor: str | None) -> None:
        self.node = node
        self.anchor = anchor
        self.key: Node | None = None
        self.seen: dict[str, Node] = {}
        self.merged: dict[str, Node] = {}


class _Stop(Exception):  # noqa: N818
    """Reading of this text ends here; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.kind)
        self.problem = problem


class _Composer:
    """Puts the parser's events together into nodes, without recursion."""

    def __init__(self, source: Source, text: str, place: Placement) -> None:
        self.source = source
        self.text = text
        self.place = place
        self.problems: list[Problem] = []
        self.anchors: dict[str, Node] = {}
        self.stack: list[_Frame] = []
        self.root: Node | None = None
        self.aliased = 0

    def documents(self) -> Iterator[tuple[Node, list[Problem]] | Problem]:
        """Yield each document's root with its problems; a problem alone ends the text."""
        try:
            loader = _Loader(self.text)
        except yaml.YAMLError as error:  # the pure parser looks at the characters at once
            yield self._syntax(error)
            return
        try:
            yield from self._read(loader)
        except yaml.YAMLError as error:
            yield self._syntax(error)
        except _Stop as stop:
            self.source.events += self.aliased  # the same bomb may stand in many strings
            yield stop.problem
        finally:
            loader.dispose()

    def _read(self, loader: Any) -> Iterator[tuple[Node, list[Problem]]]:
        handlers = {
            yaml.ScalarEvent: self._scalar,
            yaml.AliasEvent: self._alias,
            yaml.MappingStartEvent: self._open_mapping,
            yaml.SequenceStartEvent: self._open_sequence,
            yaml.MappingEndEvent: self._close,
            yaml.SequenceEndEvent: self._close,
        }
        next_event = loader.get_event
        left = limits.NODES - self.source.events
        while True:
            event = next_event()
            left -= 1
            if left < 0:
                self.source.events = limits.NODES + 1
                raise _Stop(self._over(self._node(event), Term("nodes"), limits.NODES))
            kind = type(event)
            handler = handlers.get(kind)
            if handler is not None:
                handler(event)
            elif kind is yaml.DocumentStartEvent:
                self._version(event)
            elif kind is yaml.DocumentEndEvent and self.root is not None:
                left -= self.aliased
                self.source.events = limits.NODES - left
                yield self.root, self.problems
                self.root, self.problems, self.anchors, self.aliased = None, [], {}, 0
            elif kind is yaml.StreamEndEvent:
                return

    def _version(self, event: Any) -> None:
        """Stop at ``%YAML 1.2``, which libyaml takes and Go's reader refuses."""
        if event.version not in (None, (1, 1)):
            words: dict[str, str | int] = {"problem": "found incompatible YAML document"}
            raise _Stop(Problem("yaml-syntax", self.source, self._node(event).span, words))

    def _node(self, event: Any) -> Node:
        start, end = event.start_mark, event.end_mark
        return Node(self.source, self.place, (start.line, start.column, end.line, end.column))

    def _problem(self, kind: str, node: Node, **args: str | int) -> Problem:
        return Problem(kind, self.source, node.span, args)

    def _scalar(self, event: Any) -> None:
        start, end = event.start_mark, event.end_mark
        place = (start.line, start.column, end.line, end.column)
        node = Node(self.source, self.place, place)  # half of all work: no call more than needed
        # Files repeat each other's keys and values: one copy of each is kept.
        node.value = node.raw = written = intern(event.value)
        node.style = event.style or ""
        tag = event.tag if event.tag != "!" else None
        if tag is not None or event.implicit[0]:
            try:
                node.value = resolve(written, tag, plain=True)
            except TagError as error:
                self.problems.append(
                    self._problem("bad-tag", node, tag=str(error), value=limits.shortened(written))
                )
        if event.anchor is not None:
            self._named(node, event.anchor)
        self._place(node)

    def _alias(self, event: Any) -> None:
        node = self._node(event)
        if any(frame.anchor == event.anchor for frame in self.stack):
            raise _Stop(self._problem("self-containing-anchor", node, anchor=event.anchor))
        target = self.anchors.get(event.anchor)
        if target is None:
            raise _Stop(self._problem("unknown-anchor", node, anchor=event.anchor))
        node.value, node.raw, node.style = target.value, target.raw, target.style
        node.anchor_weight = target.anchor_weight
        self._count(node, target.anchor_weight)
        self._place(node)

    def _open_mapping(self, event: Any) -> None:
        self._open(event, {})

    def _open_sequence(self, event: Any) -> None:
        self._open(event, [])

    def _open(self, event: Any, value: dict[str, Node] | list[Node]) -> None:
        node = self._node(event)
        node.value = value
        if len(self.stack) >= limits.DEPTH:
            raise _Stop(self._over(node, Term("nesting depth"), limits.DEPTH))
        self.stack.append(_Frame(node, event.anchor))

    def _close(self, event: Any) -> None:
        frame = self.stack.pop()
        node, end = frame.node, event.end_mark
        node._extent = (*node._extent[:2], end.line, end.column)
        if frame.anchor is not None:
            self._named(node, frame.anchor)
        self._place(node)

    def _named(self, node: Node, anchor: str) -> None:
        self.anchors[anchor] = node
        self.source.anchored.append(node.span)

    def _count(self, node: Node, weight: int) -> None:
        """Count nodes that an alias or a merge key adds."""
        self.aliased += weight
        if self.aliased > limits.ALIASED_NODES:
            raise _Stop(self._over(node, Term("nodes after aliases"), limits.ALIASED_NODES))

    def _over(self, node: Node, what: str, limit: int) -> Problem:
        return self._problem("over-limit", node, what=what, limit=limit, found=limit + 1)

    def _place(self, node: Node) -> None:
        """Put a finished node into the collection that is open, or make it the root."""
        if not self.stack:
            self.root = node
            return
        frame = self.stack[-1]
        parent = frame.node
        parent.anchor_weight += node.anchor_weight
        items = parent.value
        if isinstance(items, list):
            items.append(node)
        elif frame.key is None:
            frame.key = node
        else:
            key, frame.key = frame.key, None
            self._enter(frame, key, node)

    def _enter(self, frame: _Frame, key: Node, node: Node) -> None:
        if key.value == "<<" and key.style == "":
            self._merge(frame, key, node)
            return
        name = _key_name(key)
        if name is None:
            raise _Stop(self._problem("bad-key", key, key=limits.shortened(key.raw)))
        first = frame.seen.get(name) or frame.merged.get(name)
        if first is not None:
            # A key that overrides a merged one is fine YAML; only strict readers refuse it.
            kind = "duplicate-key" if name in frame.seen else "merged-key"
            self.problems.append(Problem(kind, self.source, key.span, {"key": name}, first.span))
        frame.seen[name] = key
        if node.key is not None:
            node = self._again(node)
        node.key = key
        frame.node.fields()[name] = node

    def _again(self, node: Node) -> Node:
        """Return the node once more, so that each of its places can have its own key."""
        copy = Node(self.source, node._place, node._extent)
        copy.value, copy.raw, copy.style = node.value, node.raw, node.style
        copy.anchor_weight = node.anchor_weight
        return copy

    def _merge(self, frame: _Frame, key: Node, node: Node) -> None:
        """Write out ``<<``: Go's reader takes merges in order, a later key wins."""
        for part in node.items() if isinstance(node.value, list) else [node]:
            if not isinstance(part.value, dict):
                raise _Stop(self._problem("bad-merge", part))
            for name, child in part.value.items():
                self._count(child, child.anchor_weight)
                frame.node.anchor_weight += child.anchor_weight
                if name in frame.node.fields():
                    first = frame.node.fields()[name].key_span
                    self.problems.append(
                        Problem("merged-key", self.source, key.span, {"key": name}, first)
                    )
                frame.merged[name] = key
                merged = self._again(child)
                merged.key = child.key
                frame.node.fields()[name] = merged

    def _syntax(self, error: yaml.YAMLError) -> Problem:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        at = (mark.line, mark.column) if mark is not None else (0, 0)
        words = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
        if mark is None and isinstance(getattr(error, "position", None), int):
            at = self._place_of(error.position)  # type: ignore[attr-defined]
        at = min(at, self._place_of(len(self.text)))  # libyaml counts a line more at the end
        context = getattr(error, "context", None)
        detail = f"{context}: {words}" if context else str(words)
        return Problem(
            "yaml-syntax",
            self.source,
            self.place.span(at, (at[0], at[1] + 1)),
            {"problem": limits.shortened(detail)},
        )

    def _place_of(self, offset: int) -> tuple[int, int]:
        before = _BREAK.split(self.text[:offset])
        return len(before) - 1, len(before[-1])


def _key_name(key: Node) -> str | None:
    """Return a key as JSON spells it, or None for keys that JSON cannot have."""
    value = key.value
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(value)
    return None
