"""Puts the prepared modules into wheels: see ``validator/konnektor_lint/prepared``."""

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Prepared(BuildHookInterface[Any]):
    """Writes the modules into a folder of their own, from which the wheel takes them."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write them, unless the package is installed as it lies in the checkout."""
        if version == "editable":
            return
        sys.path.insert(0, str(Path(self.root) / "validator"))
        sys.dont_write_bytecode = True
        from konnektor_lint.prepare import modules

        self._folder = Path(tempfile.mkdtemp())
        for name, text in modules().items():
            file = self._folder / f"{name}.py"
            file.write_text(text, encoding="utf-8")
            build_data["force_include"][str(file)] = f"konnektor_lint/prepared/{name}.py"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Take them away again."""
        if version != "editable":
            shutil.rmtree(self._folder)
