"""Unified diffs that ``git apply`` and ``patch -p1`` take."""

import difflib
import os
import re
from collections.abc import Iterator

from konnektor_lint.source import decode

_QUOTED = re.compile(r'[\x00-\x1f"\\\x7f]')
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def unified(path: str, before: bytes, after: bytes) -> str:
    """Return the change of one file; paths are relative to the current folder.

    A text in UTF-16 is shown decoded: no tool applies patches to it.
    """
    old, new = _lines(before), _lines(after)
    found = difflib.unified_diff(old, new, _name("a", path), _name("b", path))
    return "".join(_finished(found))


def _lines(data: bytes) -> list[str]:
    """Return the lines with their ends, broken at line feeds only, as the tools see them."""
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = decode(data) if utf16 else data.decode("utf-8", "surrogateescape")
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _finished(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _name(side: str, path: str) -> str:
    shown = path if path == "-" else f"{side}/{os.path.relpath(path).replace(os.sep, '/')}"
    if _QUOTED.search(shown):
        return '"' + _QUOTED.sub(_escaped, shown) + '"'
    return f"{shown}\t" if " " in shown else shown


def _escaped(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[0], f"\\{ord(found[0]):03o}")
