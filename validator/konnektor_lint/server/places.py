"""Files as an editor names them, and places as it counts them.

An editor counts lines from 0 and breaks them at line feeds and carriage returns only; YAML breaks
them at three further characters. Columns are UTF-16 code units unless both sides agree otherwise.
"""

import os
import re
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from lsprotocol import types

from konnektor_lint.fix import Edit
from konnektor_lint.rewrite import Layout
from konnektor_lint.source import Position, Source, Span

_BREAK = re.compile("\r\n|[\r\n]")
_BEYOND_ONE_UNIT = 0xFFFF


def path_of(uri: str) -> str | None:
    """Return the file a URI names as a clean absolute path, or None where it names none."""
    parts = urlsplit(uri)
    if parts.scheme != "file" or not parts.path:
        return None
    if os.name == "nt":
        host = f"//{parts.netloc}" if parts.netloc not in ("", "localhost") else ""
        return os.path.normpath(url2pathname(f"{host}{parts.path}"))
    if parts.netloc not in ("", "localhost"):
        return None
    path = unquote(parts.path, errors="surrogateescape")
    return None if "\0" in path else os.path.normpath(path)


def uri_of(path: str) -> str:
    """Return the URI of a file."""
    return Path(os.path.abspath(path)).as_uri()


def units(text: str, encoding: str) -> int:
    """Return how many columns a text takes in ``utf-8``, ``utf-16`` or ``utf-32``."""
    if text.isascii() or encoding == "utf-32":
        return len(text)
    if encoding == "utf-8":
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text) + sum(1 for character in text if ord(character) > _BEYOND_ONE_UNIT)


class Lines:
    """A text in the lines and columns of an editor."""

    def __init__(self, text: str, encoding: str) -> None:
        """Look for the line breaks that editors know."""
        self.text = text
        self.encoding = encoding
        self.starts = [0, *(found.end() for found in _BREAK.finditer(text))]

    def position(self, offset: int) -> types.Position:
        """Return the place of a character offset."""
        line = bisect_right(self.starts, offset) - 1
        before = self.text[self.starts[line] : offset]
        return types.Position(line, units(before, self.encoding))

    def offset(self, at: types.Position) -> int:
        """Return the character offset of a place; one beyond the end of a line is its end."""
        if at.line >= len(self.starts):
            return len(self.text)
        start = self.starts[at.line]
        end = self.starts[at.line + 1] if at.line + 1 < len(self.starts) else len(self.text)
        line = self.text[start:end].rstrip("\r\n")
        if line.isascii() or self.encoding == "utf-32":
            return start + min(at.character, len(line))
        widths = accumulate(units(character, self.encoding) for character in line)
        return start + sum(1 for width in widths if width <= at.character)


class Chart:
    """Translates places between a file as it was read and the same text in an editor."""

    def __init__(self, source: Source, encoding: str, *, marked: bool = False) -> None:
        """Look for lines; ``marked``: the editor counts a byte order mark as a character."""
        self.source = source
        self.lead = 1 if marked else 0
        self.layout = Layout(source.text)
        self.lines = Lines(("\ufeff" if marked else "") + source.text, encoding)

    def range(self, span: Span) -> types.Range:
        """Return where an editor shows a span."""
        start, end = map(self._offset, span)
        return self._range(start, max(start, end))

    def _offset(self, at: Position) -> int:
        """Return the offset of a place; what is said about the end may lie behind it."""
        return (
            len(self.source.text) if at.line > len(self.layout.starts) else self.layout.offset(at)
        )

    def _range(self, start: int, end: int) -> types.Range:
        lines = self.lines
        return types.Range(lines.position(start + self.lead), lines.position(end + self.lead))

    def place(self, at: types.Position) -> Position:
        """Return the line and column that YAML has at a place of the editor."""
        offset = max(0, self.lines.offset(at) - self.lead)
        line = bisect_right(self.layout.starts, offset)
        return Position(line, offset - self.layout.starts[line - 1] + 1)

    def edits(self, edits: Iterable[Edit]) -> list[types.TextEdit]:
        """Return edits of the file as the editor takes them."""
        return [
            types.TextEdit(self._range(change.start, change.end), change.text)
            for change in self.layout.changes(edits)
        ]
