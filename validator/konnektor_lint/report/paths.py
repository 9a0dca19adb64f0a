"""Where files lie in the repository: reports for other programs name them from its root."""

import os
from pathlib import Path
from urllib.parse import quote

STANDARD_INPUT = "-"


def repository_root() -> str:
    """Return the nearest folder upwards that is a repository, else the job's or the current."""
    start = folder = os.getcwd()
    while not os.path.exists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return _job_folder(start)
        folder = parent
    return folder


def _job_folder(start: str) -> str:
    """Return where a CI job has put the project, if the current folder is in there."""
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        folder = os.environ.get(name)
        if folder and f"{start}{os.sep}".startswith(f"{folder.rstrip(os.sep)}{os.sep}"):
            return folder
    return start


def relative(path: str, root: str) -> str:
    """Return a path from the root, with forward slashes; from ``/`` if it lies outside."""
    if path == STANDARD_INPUT:
        return path
    whole = os.path.abspath(path)
    inside = f"{root.rstrip(os.sep)}{os.sep}"
    shown = whole.removeprefix(inside)
    return shown.replace(os.sep, "/")


def address(path: str, root: str) -> str:
    """Return a path as a URI reference: relative to the root, or ``file:`` if it lies outside."""
    shown = relative(path, root)
    if os.path.isabs(shown):
        return Path(shown).as_uri()
    return quote(os.fsencode(shown), safe="/")


def is_inside(uri: str) -> bool:
    """Tell whether an address is relative to the root."""
    return not uri.startswith("file:") and uri != STANDARD_INPUT
