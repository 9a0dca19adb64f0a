"""The Markdown of the texts on a terminal: code stands out, addresses can be read."""

import re

from konnektor_lint.report.terminal import Look, folded, width

BOLD, DIM, CODE, RESET = "\x1b[1m", "\x1b[2m", "\x1b[1;36m", "\x1b[0m"
_WIDEST = 100
"""Longer lines are hard to read, however wide the window is."""

_LINK = re.compile(r"\[([^]\n]+)\]\((https?://[^)\s]+)\)|<(https?://[^>\s]+)>")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_STRONG = re.compile(r"\*\*([^*\n]+)\*\*")
_ITEM = re.compile(r"(?:[-*]|\d+\.) ")
_SPACE = "\N{NO-BREAK SPACE}"


def painted(text: str, colour: str, look: Look) -> str:
    """Return a text in a colour, if there are any."""
    return f"{colour}{text}{RESET}" if look.colour else text


def paragraphs(markdown: str, look: Look, indent: int = 2) -> list[str]:
    """Return the lines of a text, folded and indented."""
    lines = [
        f"{' ' * indent}{line}".rstrip()
        for source in markdown.strip().splitlines()
        for line in _folded(source, look, indent)
    ]
    return [_with_codes(line, look) for line in lines]


def _folded(source: str, look: Look, indent: int) -> list[str]:
    """Return the lines of one line of the text; what follows the first of an item is indented."""
    text = _STRONG.sub(r"\1", _LINK.sub(lambda found: _address(*found.groups()), source))
    if not look.columns:
        return [text]
    item = _ITEM.match(text)
    hanging = " " * width(item[0]) if item else ""
    # Code keeps its spaces: nobody should have to join a command from two lines.
    kept = _CODE.sub(lambda found: found[0].replace(" ", _SPACE), text)
    columns = min(look.columns, _WIDEST)
    first, *rest = folded(kept, columns, indent + len(hanging)) or [""]
    return [line.replace(_SPACE, " ") for line in (first, *(hanging + line for line in rest))]


def _address(title: str | None, linked: str | None, alone: str | None) -> str:
    return alone or (f"{linked}" if title == linked else f"{title} ({linked})")


def _with_codes(line: str, look: Look) -> str:
    """Return a line with code in colour; without colours the backticks say what is code."""
    if not look.colour:
        return line
    return _CODE.sub(lambda found: f"{CODE}{found[2].strip()}{RESET}", line)
