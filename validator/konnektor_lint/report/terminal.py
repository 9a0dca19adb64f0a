"""What a terminal can show: colour, hyperlinks, and lines of its width."""

from __future__ import annotations

import os

from konnektor_lint.expression import expression
from konnektor_lint.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

TAB = 4
_TABS = expression("(\t)")


class Look(NamedTuple):
    """How text is shown. ``columns`` is the width to fold at, 0 for none.

    ``headings``: say before the findings of each connector where it lies.
    """

    colour: bool = False
    links: bool = False
    columns: int = 0
    headings: bool = False


PLAIN = Look()
"""The look of text in a file or a pipe."""


def look_of(out: TextIO, colour: str) -> Look:
    """Return the look of a stream; ``colour`` is auto, always or never."""
    terminal = out.isatty()
    coloured = _coloured(colour, terminal=terminal)
    return Look(
        colour=coloured,
        links=_linked(terminal=terminal and coloured),
        columns=_columns() if terminal else 0,
        headings=terminal,
    )


def _columns() -> int:
    import shutil  # only a terminal needs it

    return shutil.get_terminal_size().columns


def _coloured(when: str, *, terminal: bool) -> bool:
    if when != "auto":
        return when == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return terminal and os.environ.get("TERM") != "dumb"


_WITHOUT_LINKS = ("", "dumb", "linux")


def _linked(*, terminal: bool) -> bool:
    """Tell whether to write hyperlinks; in the log of a CI job the address alone is of use."""
    forced = os.environ.get("FORCE_HYPERLINK")
    if forced:
        return forced != "0"
    return (
        terminal and os.environ.get("TERM", "") not in _WITHOUT_LINKS and not os.environ.get("CI")
    )


def hyperlink(text: str, address: str) -> str:
    """Return a text that terminals link (OSC 8)."""
    return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\"


_NARROWEST = 24


def folded(text: str, columns: int, indent: int) -> list[str]:
    """Return lines that fit a width after an indent; words longer than that stay whole.

    ``columns`` 0, or too few for text: one line.
    """
    room = columns - indent
    if room < _NARROWEST:
        return [text]
    lines: list[str] = []
    cells = 0
    for word in text.split(" "):
        taken = width(word)
        if lines and cells + 1 + taken <= room:
            lines[-1] += f" {word}"
            cells += 1 + taken
        else:
            lines.append(word)
            cells = taken
    return lines


_NO_CELL = ("Mn", "Me")
"""Marks that are drawn onto the character before; Thai vowels are, though they do not combine."""


def width(text: str, column: int = 0) -> int:
    """Return how many terminal cells a text takes that begins at a cell."""
    if text.isascii() and text.isprintable():
        return len(text)
    import unicodedata

    cells = column
    for character in text:
        if character == "\t":
            cells += TAB - cells % TAB
        elif unicodedata.category(character) in _NO_CELL:
            continue
        else:
            cells += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return cells - column


def expanded(text: str) -> str:
    """Return a text with its tabs as spaces; unlike ``str.expandtabs`` it counts cells."""
    parts: list[str] = []
    cells = 0
    for part in _TABS.split(text):
        taken = width(part, cells)
        parts.append(" " * taken if part == "\t" else part)
        cells += taken
    return "".join(parts)
