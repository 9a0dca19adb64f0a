"""Glob patterns of paths, as the configuration has them."""

from __future__ import annotations

import os

from konnektor_lint.record import NamedTuple


class Patterns(NamedTuple):
    """Glob patterns of files and folders; they are relative to ``folder``."""

    patterns: tuple[str, ...] = ()
    folder: str = ""

    def holds(self, path: str) -> bool:
        """Tell whether a path is meant: it or a folder above it matches."""
        if not self.patterns:
            return False
        import fnmatch

        inside = os.path.relpath(path, self.folder or os.curdir).replace(os.sep, "/")
        return any(
            fnmatch.fnmatch(inside, form)
            for pattern in self.patterns
            for form in (pattern, f"{pattern.rstrip('/')}/*")
        )


NO_PATTERNS = Patterns()
