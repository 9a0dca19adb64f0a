"""Text in, text out: everything the site does to its pages, without MkDocs."""

from __future__ import annotations

import html
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

RULES_INDEX = "lint/rules/index.md"
WORDS_FILE = Path(__file__).with_name("words.toml")

Words = Mapping[str, Mapping[str, str]]
Index = Mapping[str, Any]

_MARKER = re.compile(
    r"^<!-- (benchmarks|cli|conformance|flags|playground|rules|schemas|modeline|symptoms"
    r"|(?:output|diagram|symptoms): [a-z][a-z-]*|file: \S+) -->$",
    re.MULTILINE,
)
_COLOR = re.compile(r"\x1b\[([\d;]*)m")
_COLORS = {
    "1": "t-strong",
    "2": "t-dim",
    "1;31": "t-error",
    "1;32": "t-ok",
    "1;33": "t-warning",
    "1;36": "t-info",
    "1;34": "t-frame",
}
_CODE_LANGUAGES = {
    ".conf": "ini",
    ".json": "json",
    ".md": "markdown",
    ".py": "python",
    ".sh": "bash",
    ".toml": "toml",
    ".yaml": "yaml",
    ".yml": "yaml",
}
_ALTERNATE = re.compile(r'^\s*<link rel="alternate" href="[^"]*" hreflang="[^"]*">\n', re.MULTILINE)
_SEARCH_DIALOG = '<div class="md-search" data-md-component="search" role="dialog">'
_HEADING_LINK = 'title="Permanent link"'


def load_words() -> dict[str, Words]:
    """Return the words of the page frames, by language and topic."""
    return tomllib.loads(WORDS_FILE.read_text(encoding="utf-8"))


def fence(text: str, language: str, title: str = "") -> str:
    """Return a code block whose fence is longer than any run of backticks in the text."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    ticks = "`" * max(3, longest + 1)
    head = f'{language} title="{title}"' if title else language
    return f"{ticks}{head}\n{text.rstrip()}\n{ticks}"


def included(path: str, text: str) -> str:
    """Return a file of the repository as a code block with its path as the title."""
    return fence(text, _CODE_LANGUAGES.get(PurePosixPath(path).suffix, "text"), path)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(text: str) -> str:
    return _outside_code(" ".join(text.split()), {"|": "\\|"})


def escaped(text: str) -> str:
    """Return prose for a page: backticks mean code, every other sign means itself."""
    return _outside_code(text, {"<": "&lt;", "*": "\\*", "_": "\\_", "[": "\\["})


def _outside_code(text: str, replaced: Mapping[str, str]) -> str:
    signs = str.maketrans(dict(replaced))
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(part if part.startswith("`") else part.translate(signs) for part in parts)


def printable(text: str) -> str:
    """Return a text whose control characters are shown instead of sent."""
    return re.sub(r"[\x00-\x08\x0b-\x1f]", lambda found: chr(0x2400 + ord(found[0])), text)


def terminal(text: str) -> str:
    """Return what a program wrote with its colors as a code block.

    Sentences wrap; quoted source lines with the marks below them and the rows of a table do not,
    or they would part.
    """
    lines = (_terminal_line(line) for line in text.strip().splitlines())
    code = "\n".join(lines)
    return f'<div class="highlight terminal"><pre><code>{code}</code></pre></div>'


def _terminal_line(line: str) -> str:
    parts = _COLOR.split(line)  # text, code, text, code, ..., text
    shown = html.escape(printable(parts[0]), quote=False)
    for code, part in zip(parts[1::2], parts[2::2], strict=True):
        inner = html.escape(printable(part), quote=False)
        shown += f'<span class="{_COLORS[code]}">{inner}</span>' if code in _COLORS else inner
    if not line.strip() or re.match(r"[ \d]+ (?:\||[✓!✗?] )", _COLOR.sub("", line)):
        return shown
    linked = re.sub(r"https?://(?:(?!&[lg]t;)[^\s<])+", r'<a href="\g<0>">\g<0></a>', shown)
    return f'<span class="t-say">{linked}</span>'


def fill_markers(markdown: str, content: Callable[[str], str]) -> str:
    """Replace each marker comment on a line of its own by the content of that name."""
    return _MARKER.sub(lambda found: content(found.group(1)), markdown)


def schema_table(index: Index, words: Mapping[str, str]) -> str:
    """Return one row per format with its schemas, the newest version first.

    The index is schemas/index.json; the formats of the connector come before those of Kubernetes.
    """
    formats: dict[str, list[str]] = {}
    for entry in sorted(index["schemas"], key=_schema_order):
        formats.setdefault(entry["path"].partition("/")[0], []).append(entry["path"])
    rows = [
        (f"`{name}`", ", ".join(_schema_link(path) for path in reversed(paths)))
        for name, paths in formats.items()
    ]
    return table((words["format"], words["files"]), rows)


def _schema_order(entry: Mapping[str, str]) -> tuple[bool, list[tuple[int, str]]]:
    return "Kubernetes" in entry["title"], natural(entry["path"])


def _schema_link(path: str) -> str:
    return f"[{PurePosixPath(path).stem}](../../schemas/{path})"


def modeline(index: Index) -> str:
    """Return the comment by which the YAML language server finds the schema of an egress file."""
    paths = sorted((entry["path"] for entry in index["schemas"]), key=natural)
    newest = [path for path in paths if path.startswith("egress-selector-configuration/")][-1]
    return fence(f"# yaml-language-server: $schema={index['base']}{newest}", "yaml")


def natural(text: str) -> list[tuple[int, str]]:
    """Return a sort key that puts v0.9 before v0.10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", text)]


def with_rule_pages(nav: Any, rule_pages: Mapping[str, str]) -> Any:
    """Return the navigation with the rule pages after the rules' index, however often called.

    The keys of rule_pages are the short titles for the navigation.
    """
    if isinstance(nav, dict):
        return {title: with_rule_pages(item, rule_pages) for title, item in nav.items()}
    if not isinstance(nav, list):
        return nav
    if RULES_INDEX in nav:
        return [RULES_INDEX, *({title: path} for title, path in rule_pages.items())]
    return [with_rule_pages(item, rule_pages) for item in nav]


def translate_heading_links(page: str, title: str) -> str:
    """Give the link beside each heading a title in the page's language."""
    return page.replace(_HEADING_LINK, f'title="{title}"')


def drop_alternates(page: str) -> str:
    """Drop the alternate links of the head; the sitemap carries them."""
    return _ALTERNATE.sub("", page)


def name_search_dialog(page: str, label: str) -> str:
    """Give the search dialog the name that assistive technology reads."""
    return page.replace(_SEARCH_DIALOG, f'{_SEARCH_DIALOG[:-1]} aria-label="{label}">')


def split_search_index(index: Index, languages: Iterable[str]) -> dict[str, str]:
    """Return one search index as JSON per language, its locations relative to the language."""
    return {language: _index_of(index, language) for language in languages}


def _index_of(index: Index, language: str) -> str:
    prefix = f"{language}/"
    docs = [
        {**doc, "location": doc["location"].removeprefix(prefix)}
        for doc in index["docs"]
        if doc["location"].startswith(prefix)
    ]
    return json.dumps(
        {"config": {**index["config"], "lang": [language]}, "docs": docs},
        ensure_ascii=False,
        separators=(",", ":"),
    )
