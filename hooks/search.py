"""Split the common search index into one per language."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority

from markup import split_search_index


@event_priority(-200)
def on_post_build(config: MkDocsConfig) -> None:
    """Write <language>/search/search_index.json after the last language was built."""
    i18n: Any = config.plugins["i18n"]
    if i18n.building:
        return
    site = Path(config.site_dir)
    common = site / "search" / "search_index.json"
    index = json.loads(common.read_text(encoding="utf-8"))
    for language, text in split_search_index(index, i18n.build_languages).items():
        target = site / language / "search" / "search_index.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    common.unlink()
