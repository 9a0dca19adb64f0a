"""Put every language into its own folder and let all languages share the assets.

The i18n plug-in leaves the default language at the root, and without fallback it hides files
outside a language folder from the other languages. Both are set right around it: it runs at
priority -100. It runs the whole build once per language, so everything here is repeatable.
"""

from __future__ import annotations

import json
import os
from collections.abc import Container
from pathlib import Path, PurePosixPath
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import CombinedEvent, event_priority
from mkdocs.structure.files import File, Files

from markup import with_rule_pages

_shared: list[File] = []


@event_priority(100)
def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """List the generated rule pages in the navigation; one that is missing then warns."""
    listed = Path(config.docs_dir, "_generated", "rules.json")
    if listed.is_file():
        pages = json.loads(listed.read_text(encoding="utf-8"))
        config.nav = with_rule_pages(config.nav, pages)
    return config


@event_priority(100)
def _remember_shared(files: Files, config: MkDocsConfig) -> Files:
    i18n: Any = config.plugins["i18n"]
    _shared[:] = [file for file in files if _is_shared(file, i18n.all_languages)]
    return files


def _is_shared(file: Any, languages: Container[str]) -> bool:
    return (
        not file.is_documentation_page()
        and file.inclusion.is_included()
        and PurePosixPath(file.src_uri).parts[0] not in languages
    )


@event_priority(-200)
def _restore_and_prefix(files: Files, config: MkDocsConfig) -> Files:
    for file in _shared:
        if file.src_uri not in files.src_uris:
            files.append(file)
    i18n: Any = config.plugins["i18n"]
    default = i18n.default_language
    for file in files:
        _prefix(file, default, config)
        _prefix(getattr(file, "alternates", {}).get(default), default, config)
    return files


def _prefix(file: Any, language: str, config: MkDocsConfig) -> None:
    localized = getattr(file, "localization", None) == language
    if not localized or file.dest_uri.startswith(f"{language}/"):
        return
    file.dest_uri = f"{language}/{file.dest_uri}"
    file.abs_dest_path = os.path.normpath(os.path.join(config.site_dir, file.dest_uri))
    file.url = file._get_url(config.use_directory_urls)


on_files = CombinedEvent(_remember_shared, _restore_and_prefix)
