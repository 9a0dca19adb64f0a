"""Fill the markers of the pages and mend what the theme leaves untranslated."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

import playground
from diagram import DiagramError, draw
from markup import (
    drop_alternates,
    fill_markers,
    included,
    load_words,
    modeline,
    name_search_dialog,
    schema_table,
    terminal,
    translate_heading_links,
)

INCLUDABLE = ("examples", "schemas")

_words = load_words()


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Replace the markers by what was generated; a missing part stops the build."""
    language = _language(config)
    if Path(page.file.src_uri).match("lint/rules/kl*.md"):
        page.edit_url = None
    return fill_markers(markdown, lambda name: _content(name, language, config))


@event_priority(-200)
def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Translate the heading links, name the search dialog, drop the alternate links."""
    words = _words[_language(config)]["page"]
    output = translate_heading_links(output, words["heading_link"])
    return drop_alternates(name_search_dialog(output, words["search"]))


def _language(config: MkDocsConfig) -> str:
    i18n: Any = config.plugins["i18n"]
    return str(i18n.current_language)


def _content(name: str, language: str, config: MkDocsConfig) -> str:
    made = {
        "playground": lambda: playground.filled(config, language),
        "schemas": lambda: schema_table(_schema_index(config), _words[language]["schemas"]),
        "modeline": lambda: modeline(_schema_index(config)),
    }
    if name in made:
        return made[name]()
    if name.startswith("output: "):
        return terminal(_generated(f"{name.removeprefix('output: ')}.txt", language, config))
    if name.startswith("diagram: "):
        return _diagram(name.removeprefix("diagram: "), language, config)
    if name.startswith("file: "):
        return _included(name.removeprefix("file: "), config)
    return _generated(f"{name.replace(': ', '-')}.md", language, config)


def _diagram(name: str, language: str, config: MkDocsConfig) -> str:
    path = _root(config) / "diagrams" / f"{name}.toml"
    if not path.is_file():
        raise PluginError(f"diagrams/{name}.toml is missing")
    try:
        return draw(path.read_text(encoding="utf-8"), name, language)
    except DiagramError as error:
        raise PluginError(str(error)) from error


def _included(name: str, config: MkDocsConfig) -> str:
    root = _root(config).resolve()
    path = (root / name).resolve()
    if not any(path.is_relative_to(root / folder) for folder in INCLUDABLE):
        raise PluginError(f"file: {name}: only files below {' or '.join(INCLUDABLE)} are included")
    if not path.is_file():
        raise PluginError(f"file: {name}: missing")
    return included(name, path.read_text(encoding="utf-8"))


def _root(config: MkDocsConfig) -> Path:
    return Path(config.config_file_path).parent


def _generated(name: str, language: str, config: MkDocsConfig) -> str:
    path = Path(config.docs_dir, "_generated", language, name)
    if not path.is_file():
        raise PluginError(
            f"docs/_generated/{language}/{name} is missing: "
            "run `python tools/rule_pages.py` before the build"
        )
    return path.read_text(encoding="utf-8").strip("\n")


def _schema_index(config: MkDocsConfig) -> dict[str, Any]:
    path = _root(config) / "schemas" / "index.json"
    index: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return index
