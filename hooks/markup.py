"""Text in, text out: everything the site does to its pages, without MkDocs."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

RULES_INDEX = "lint/rules/index.md"
WORDS_FILE = Path(__file__).with_name("words.toml")

Words = Mapping[str, Mapping[str, str]]
Index = Mapping[str, Any]

_MARKER = re.compile(r"^<!-- (cli|rules|schemas|modeline|output: [a-z][a-z-]*) -->$", re.MULTILINE)
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


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(text: str) -> str:
    """Return the text on one line; a pipe outside a code span would end the cell."""
    parts = re.split(r"(`[^`]*`)", " ".join(text.split()))
    return "".join(part if part.startswith("`") else part.replace("|", "\\|") for part in parts)


def fill_markers(markdown: str, content: Callable[[str], str]) -> str:
    """Replace each marker comment on a line of its own by the content of that name."""
    return _MARKER.sub(lambda found: content(found.group(1)), markdown)


def schema_table(schemas: Mapping[str, Index], words: Mapping[str, str]) -> str:
    """Return the table of published schemas; keys are paths below schemas/."""
    if not schemas:
        return words["none"]
    rows = [
        (f"[`{path}`](../../schemas/{path})", str(schema.get("title", "")))
        for path, schema in sorted(schemas.items(), key=lambda item: natural(item[0]))
    ]
    return table((words["file"], words["title"]), rows)


def modeline(schemas: Iterable[str], site_url: str) -> str:
    """Return the comment by which the YAML language server finds a schema."""
    paths = sorted(schemas, key=natural)
    chosen = [path for path in paths if "egress" in path] or paths or ["name.json"]
    address = f"{site_url.rstrip('/')}/schemas/{chosen[-1]}"
    return fence(f"# yaml-language-server: $schema={address}", "yaml")


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


def translate_heading_links(html: str, title: str) -> str:
    """Give the link beside each heading a title in the page's language."""
    return html.replace(_HEADING_LINK, f'title="{title}"')


def drop_alternates(html: str) -> str:
    """Drop the alternate links of the head; the sitemap carries them."""
    return _ALTERNATE.sub("", html)


def name_search_dialog(html: str, label: str) -> str:
    """Give the search dialog the name that assistive technology reads."""
    return html.replace(_SEARCH_DIALOG, f'{_SEARCH_DIALOG[:-1]} aria-label="{label}">')


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
