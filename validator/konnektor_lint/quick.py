"""A short answer for folders without anything of ours, which is what most calls of a hook get.

It comes before the modules are imported that read YAML, and is word for word the same.
"""

from __future__ import annotations

import os
import stat
from itertools import islice

from konnektor_lint import config, files, limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 100
"""So many files are looked at; in more than that the import is not what takes time."""


def passed_over(paths: Sequence[str]) -> int | None:
    """Return how many files there are in folders, if none of them is to be read.

    None: look at them in full, because one may be ours, cannot be read, or because of a
    configuration.
    """
    folders = list(paths) or ["."]
    if not all(os.path.isdir(path) for path in folders):
        return None
    try:
        if config.find(config.start_of(list(paths))) is not None:
            return None
    except config.BadConfiguration:
        return None
    count = 0
    for found in islice(files.discover(folders), MOST + 1):
        count += 1
        if count > MOST or not _is_other(found.path):
            return None
    return count


def _is_other(path: str) -> bool:
    """Tell whether a file is readable and surely holds no part."""
    try:
        status = os.lstat(path)
        if not stat.S_ISREG(status.st_mode) or status.st_size > limits.FILE_BYTES:
            return False
        with open(path, "rb") as file:
            return not files.may_hold_part(file.read())
    except OSError:
        return False
