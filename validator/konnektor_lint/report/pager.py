"""Long texts one screen at a time, where somebody sits at a terminal."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
from contextlib import suppress

_NONE = ("", "cat")
_LESS_OPTIONS = "FRX"
"""Quit if all fits on one screen, show colours, leave the text on the screen."""


def show(text: str) -> None:
    """Write a text to standard output, through the reader's pager if that is a terminal.

    ``PAGER`` names the pager (``less -R`` if it is not set); ``cat``, an empty name or
    ``NO_PAGER`` turn it off. No shell is involved.
    """
    command = _pager() if sys.stdout.isatty() else []
    if not command or not _paged(command, text):
        print(text)


def _pager() -> list[str]:
    """Return the call of the pager, nothing if none is wanted or there is none."""
    if os.environ.get("NO_PAGER") or os.environ.get("TERM") == "dumb":
        return []
    try:
        command = shlex.split(os.environ.get("PAGER", "less -R"))
    except ValueError:  # a quote that is not closed
        return []
    if not command or command[0] in _NONE or shutil.which(command[0]) is None:
        return []
    return command


def _paged(command: list[str], text: str) -> bool:
    """Tell whether the pager could be started; it has shown the text then."""
    sys.stdout.flush()
    environment = {"LESS": _LESS_OPTIONS, **os.environ}
    try:
        pager = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)  # noqa: S603
    except OSError:
        return False
    # Ctrl-C is for the pager, which goes on.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with suppress(BrokenPipeError):  # the reader has seen enough
            pager.communicate(f"{text}\n".encode(sys.stdout.encoding or "utf-8", "replace"))
        pager.wait()
    finally:
        signal.signal(signal.SIGINT, before)
    return True
