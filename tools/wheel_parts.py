"""What a wheel holds beside the package's own files, made anew while it is built.

Called by hatchling with the sources and PyYAML at hand. The examples of the rules come from the
fixtures, the man pages from the parser, what ``validator/konnektor_lint/prepared`` holds from the
rules and their texts; nothing is kept twice. An editable install needs nothing of this: it reads
what they come from.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "validator"), str(ROOT / "tools")]


class WheelParts(BuildHookInterface[Any]):
    """The build hook."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the files and name their places in the wheel."""
        if version == "editable":
            return
        sys.dont_write_bytecode = True
        import man_page
        from konnektor_lint import example, prepare

        self._folder = TemporaryDirectory()
        folder = Path(self._folder.name)
        example.pack(ROOT / "tests" / "fixtures", folder / example.ARCHIVE.name)
        include = {str(folder / example.ARCHIVE.name): f"konnektor_lint/{example.ARCHIVE.name}"}
        for name, text in prepare.modules().items():
            module = folder / f"{name}.py"
            module.write_text(text, encoding="utf-8")
            include[str(module)] = f"konnektor_lint/prepared/{module.name}"
        build_data["force_include"] |= include
        for path in man_page.write(folder / "man"):
            place = path.relative_to(folder).as_posix()
            build_data["shared_data"][str(path)] = f"share/{place}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was made."""
        del build_data, artifact_path
        if version != "editable":
            self._folder.cleanup()
