"""Measure and wrap the texts of a diagram; areas and lines in SVG user units."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

_SIZE = {"name": 13.0, "say": 12.0, "zone": 12.0, "code": 11.0}  # font size by class
_LEADING = 1.22
_SAFETY = 1.05  # fonts a little wider than Arial
_WIDTHS = {  # of Arial, in thousandths of the font size; every other sign counts as 560
    "'ijl": 225, " !,./:;I[\\]ft|": 280, '"()-r„“”·': 340, "Jcksvxyz": 500, "+<=>~×ß": 600,
    "FLTZ": 611, "&ABEKPSVXYÄÈÀ": 667, "CDHNRUwÜ": 722, "GOQÖ": 778, "Mm": 833, "%W": 944,
    "@…→": 1000,
}  # fmt: skip
_EM = {sign: width / 1000 for signs, width in _WIDTHS.items() for sign in signs}


class Area(NamedTuple):
    """A rectangle in SVG user units."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Return the x of the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Return the y of the lower edge."""
        return self.y + self.height

    def holds(self, other: Area) -> bool:
        """Tell whether the other area lies inside this one."""
        across = self.x <= other.x and other.right <= self.right
        return across and self.y <= other.y and other.bottom <= self.bottom

    def touches(self, other: Area) -> bool:
        """Tell whether the areas overlap."""
        across = self.x < other.right and other.x < self.right
        return across and self.y < other.bottom and other.y < self.bottom


class Line(NamedTuple):
    """A line of text and its class: name, say, zone or code."""

    text: str
    look: str

    @property
    def width(self) -> float:
        """Return the estimated width."""
        size = _SIZE[self.look]
        if self.look == "code":
            return len(self.text) * size * 0.605
        bold = 1.08 if self.look in ("name", "zone") else 1.0
        return sum(_EM.get(sign, 0.56) for sign in self.text) * size * _SAFETY * bold

    @property
    def height(self) -> float:
        """Return the height with leading."""
        return _SIZE[self.look] * _LEADING


def wrapped(text: str, look: str, width: float) -> list[Line]:
    """Wrap after blanks, hyphens and slashes into the fewest lines, of about equal width."""
    chunks = text.replace("-", "-\u200b").replace("/", "/\u200b").replace(" ", " \u200b")
    words = [word for word in chunks.split("\u200b") if word]
    best = _greedy(words, look, width)
    for narrower in range(int(width) - 4, 30, -4):
        tried = _greedy(words, look, narrower)
        if len(tried) > len(best) or any(line.width > narrower for line in tried):
            break
        best = tried
    return best


def _greedy(words: Iterable[str], look: str, width: float) -> list[Line]:
    lines: list[str] = []
    for word in words:
        if lines and Line((lines[-1] + word).rstrip(), look).width <= width:
            lines[-1] += word
        else:
            lines.append(word)
    return [Line(line.rstrip(), look) for line in lines]
