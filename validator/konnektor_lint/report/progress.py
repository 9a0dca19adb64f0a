"""A line on standard error that counts files, where somebody is waiting for them."""

from __future__ import annotations

import os
import time

from konnektor_lint import texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

DELAY, INTERVAL = 1.0, 0.1
"""Seconds before the first line, and between two."""


class Progress:
    """Counts the files that are read; a short run, or one without a reader, shows nothing."""

    def __init__(self, language: str, out: TextIO | None) -> None:
        """Start counting; nothing is written to a stream that is no terminal."""
        self._language = language
        self._out = out if out is not None and _is_watched(out) else None
        self._count = self._shown = 0
        self._next = time.monotonic() + DELAY

    def __call__(self, path: str) -> None:  # noqa: ARG002  (the name of a file may be anything)
        """Count a file."""
        self._count += 1
        if self._out is None or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + INTERVAL
        text = texts.counted(self._language, "progress.files", self._count)
        self._out.write(f"\r{text}")
        self._out.flush()
        self._shown = len(text)

    def clear(self) -> None:
        """Take the line away before something else is written."""
        if self._out is not None and self._shown:
            self._out.write(f"\r{' ' * self._shown}\r")
            self._out.flush()
            self._shown = 0


def _is_watched(out: TextIO) -> bool:
    return out.isatty() and os.environ.get("TERM") != "dumb" and not os.environ.get("CI")
