"""Reports written to files: whole or not at all."""

import errno
import os
import re
import stat
import tempfile
from collections.abc import Container, Iterable
from typing import NamedTuple

STANDARD_OUTPUT = "-"


class Target(NamedTuple):
    """A file to write and its format; an empty format is that of standard output."""

    format: str
    path: str


class BadTarget(Exception):  # noqa: N818
    """A target that makes no sense: ``key`` and ``fields`` name the text."""

    def __init__(self, key: str, **fields: str) -> None:
        """Keep what to say."""
        super().__init__(key)
        self.key = key
        self.fields = fields


def targets(given: Iterable[str], formats: Container[str]) -> list[Target]:
    """Return what ``FORMAT=FILE`` and ``FILE`` ask for. Raises BadTarget.

    A word before ``=`` is a format, so that a misspelled one does not become part of a file name;
    ``./a=b`` names a file with that character.
    """
    found = [_target(one, formats) for one in given]
    paths = [os.path.realpath(target.path) for target in found]
    for number, target in enumerate(found):
        if paths[number] in paths[:number] and not _is_stream(target.path):
            raise BadTarget("output-twice", file=target.path)
    return found


def _target(given: str, formats: Container[str]) -> Target:
    name, mark, path = given.partition("=")
    if not mark or not re.fullmatch(r"[a-z]+", name):
        name, path = "", given
    elif name not in formats:
        raise BadTarget("output-format", name=name)
    if path in ("", STANDARD_OUTPUT):
        raise BadTarget("output-no-file", value=given)
    return Target(name, path)


def is_same_file(path: str, other: str) -> bool:
    """Tell whether two names are of one file."""
    try:
        return os.path.samefile(path, other)
    except OSError:
        return False


def write(path: str, text: str) -> None:
    """Write a file as a whole: until it is complete, what was there before stays. Raises OSError.

    A symbolic link keeps pointing where it does, and the file keeps its mode. What is no regular
    file (a pipe, a device) is written to.
    """
    data = text.encode("utf-8", "backslashreplace")
    if os.path.isdir(path):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    if _is_stream(path):
        with open(path, "wb") as stream:
            stream.write(data)
        return
    _replace(os.path.realpath(path), data)


def _replace(path: str, data: bytes) -> None:
    folder = os.path.dirname(path)
    handle, made = tempfile.mkstemp(prefix=".konnektor-lint-", suffix=".tmp", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(made, _mode(path))
        os.replace(made, path)
    except BaseException:
        os.unlink(made)
        raise


def _mode(path: str) -> int:
    """Return the mode the file has, or would have been made with."""
    try:
        return stat.S_IMODE(os.stat(path).st_mode)
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def _is_stream(path: str) -> bool:
    try:
        return not stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return False
