"""Publish every JSON file below schemas/ at /schemas/ under the same path."""

from __future__ import annotations

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files


def schema_root(config: MkDocsConfig) -> Path:
    """Return the folder of the schemas, beside mkdocs.yml."""
    return Path(config.config_file_path).parent / "schemas"


@event_priority(-150)
def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the schemas after the i18n plug-in, which knows only files of the docs folder."""
    root = schema_root(config)
    for path in sorted(root.rglob("*.json")):
        source = f"schemas/{path.relative_to(root).as_posix()}"
        files.append(File.generated(config, source, abs_src_path=str(path)))
    return files
