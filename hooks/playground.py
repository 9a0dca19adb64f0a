"""Publish the playground's files and fill its page; without them the page says so.

tools/playground_assets.py puts the files together. They are published below the name of their
state, so a browser may keep them for good; only the service worker lies at the root of the site.
"""

from __future__ import annotations

import html
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files

FOLDER = "assets/playground"
SERVICE = "playground-service.js"
PAGE = """\
<link rel="stylesheet" href="{base}/playground.css">
<noscript><p>{noscript}</p></noscript>
<div id="playground" data-words="{words}" data-sizes="{sizes}"></div>
<p class="p-licenses"><a href="{base}/licenses.txt">{licenses}</a></p>
<script type="module" src="{base}/playground.js"></script>
"""


def manifest(config: MkDocsConfig) -> dict[str, Any] | None:
    """Return what tools/playground_assets.py made; None where it could not."""
    path = _folder(config) / "manifest.json"
    if not path.is_file():
        return None
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


def _folder(config: MkDocsConfig) -> Path:
    return Path(config.config_file_path).parent / "build" / "playground"


@event_priority(-150)
def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the files after the i18n plug-in, which knows only files of the docs folder."""
    made = manifest(config)
    if made is None:
        return files
    folder = _folder(config)
    for name in made["sizes"]:
        source = f"{FOLDER}/{made['version']}/{name}"
        files.append(File.generated(config, source, abs_src_path=str(folder / name)))
    files.append(File.generated(config, SERVICE, abs_src_path=str(folder / "service.js")))
    return files


def filled(config: MkDocsConfig, language: str) -> str:
    """Return what stands on the page: HTML, or that there is nothing to start."""
    words = load_words()[language]
    made = manifest(config)
    if made is None:
        return words["without"]
    return page(made, words)


def load_words() -> dict[str, dict[str, str]]:
    """Return the words of the page by language."""
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def page(made: Mapping[str, Any], words: Mapping[str, str]) -> str:
    """Return the HTML of the page, which lies three folders below the root."""
    return PAGE.format(
        base=f"../../../{FOLDER}/{made['version']}",
        noscript=html.escape(words["noscript"]),
        licenses=html.escape(words["licenses"]),
        words=_attribute(words),
        sizes=_attribute(made["sizes"]),
    )


def _attribute(value: Mapping[str, Any]) -> str:
    return html.escape(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
