"""What a page of the site is made of, language aside: to compare its translations.

Two translations of one page have the same headings, code, links, tables and versions in the same
order; only their prose differs.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_FENCE = re.compile(
    r"^(?P<indent> *)(?P<ticks>`{3,}|~{3,})(?P<info>[^\n]*)\n(?P<body>.*?)^ *(?P=ticks)\s*$",
    re.MULTILINE | re.DOTALL,
)
_HEADING = re.compile(r"^(#{1,6}) .*?(?:\{[^}]*?#([\w-]+)[^}]*\})?\s*$", re.MULTILINE)
_MARKER = re.compile(r"^<!-- ([a-z]+(?:: [^>]+?)?) -->$", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_CODE = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)[^)]*\)|<(https?://[^>\s]+)>")
_REFERENCE = re.compile(
    r"\[[^]\n]*\]\(https?://[^)]*\)"  # the title of a page elsewhere stays as it is there
    r"|\]\([^)]*\)|<https?://[^>]*>|\{ ?#[^}]*\}"
)
_ADMONITION = re.compile(r"^ *(?:!!!|\?\?\?\+?) ([a-z]+)", re.MULTILINE)
_TAB = re.compile(r'^ *=== "', re.MULTILINE)
_TOKEN = re.compile(r"\[\[[a-z.]+\]\]")
_VERSION = re.compile(r"(?<![\w./])(?<!\d,)v?\d+\.\d+(?:\.\d+)?(?!\w|\.\d|,\d)")
_LOCAL_SITE = re.compile(r"(https://kubernetes\.io)/(?:de|it)/")


class Part(NamedTuple):
    """One thing that must be the same in each language; ``what`` names its kind."""

    what: str
    value: str


def sections(markdown: str) -> dict[str, str]:
    """Return the normalised text of each section by its id; the beginning has the id ``top``."""
    body = normalised(markdown)
    found: dict[str, str] = {}
    name, start = "top", 0
    for heading in _HEADING.finditer(_without_code(body)):
        if len(heading[1]) == 2 and heading[2]:  # a section is a heading of level 2
            found[name] = body[start : heading.start()].strip()
            name, start = heading[2], heading.start()
    found[name] = body[start:].strip()
    return found


def hashes(markdown: str) -> dict[str, str]:
    """Return a short hash of each section: what it changes with is worth a translator's look."""
    return {
        name: hashlib.sha256(text.encode()).hexdigest()[:16]
        for name, text in sections(markdown).items()
    }


def normalised(markdown: str) -> str:
    """Return a page without what no reader sees: white space at line ends, blank runs, comments."""
    text = markdown.replace("\r\n", "\n")
    front = _FRONT.match(text)
    described = re.findall(r"^(?:title|description):.*$", front[1], re.MULTILINE) if front else []
    text = text[front.end() :] if front else text
    text = _COMMENT.sub(lambda found: found[0] if _MARKER.fullmatch(found[0]) else "", text)
    text = "\n".join([*described, text])
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE))


def parts(markdown: str) -> Iterator[Part]:
    """Yield what has to be equal, in order."""
    body = normalised(markdown)
    for fence in _FENCE.finditer(body):
        info = re.sub(r'title="[^"]*"', "", fence["info"]).strip()
        yield Part("code block", f"{info}\n{fence['body']}")
    body = _FENCE.sub("", body)
    for heading in _HEADING.finditer(body):
        yield Part("heading", f"{heading[1]} #{heading[2] or 'without an id'}")
    for name, expression in (("marker", _MARKER), ("admonition", _ADMONITION)):
        yield from (Part(name, found) for found in expression.findall(body))
    yield from (Part("tab", "") for _ in _TAB.findall(body))
    yield from (Part("table", shape) for shape in _tables(body))


def counted(markdown: str) -> dict[str, Counter[str]]:
    """Return what has to be there as often, in any order: sentences may be built otherwise."""
    body = _FENCE.sub("", normalised(markdown))
    links = [_LOCAL_SITE.sub(r"\1/", one or other) for one, other in _LINK.findall(body)]
    prose = _CODE.sub("", _LINK.sub("]", body))
    return {
        "inline code": Counter(code for _, code in _CODE.findall(body)),
        "link": Counter(links),
        "token": Counter(_TOKEN.findall(body)),
        "version": Counter(_VERSION.findall(prose)),
    }


def prose(markdown: str) -> Iterator[tuple[int, str]]:
    """Yield each line a reader reads with its number, code and addresses taken out."""
    front = _FRONT.match(markdown)
    skipped = front[0].count("\n") if front else 0
    text = _blanked(markdown)
    for number, line in enumerate(text.split("\n"), 1):
        if number > skipped and line.strip():
            yield number, line


def _blanked(markdown: str) -> str:
    """Return the text with code, comments, ids and references blanked out, offsets kept."""
    for expression in (_FENCE, _COMMENT, _CODE, _REFERENCE):
        markdown = expression.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), markdown)
    return markdown


def _without_code(markdown: str) -> str:
    return _FENCE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), markdown)


def _tables(body: str) -> Iterator[str]:
    for block in re.findall(r"(?:^\|.*\|[ \t]*\n?)+", body, re.MULTILINE):
        rows = block.strip().split("\n")
        columns = re.sub(r"\\\||`[^`]*`", "", rows[0]).count("|") - 1
        yield f"{len(rows)} rows, {columns} columns"
