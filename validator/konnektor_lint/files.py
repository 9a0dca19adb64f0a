"""Which files are looked at: what was named, and what folders hold."""

from __future__ import annotations

import os
import stat
import sys

from konnektor_lint.config import NAMES
from konnektor_lint.expression import expression
from konnektor_lint.patterns import NO_PATTERNS, Patterns
from konnektor_lint.record import NamedTuple
from konnektor_lint.tokens import PARTS, TOKENS

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator

ENDINGS = (".yaml", ".yml", ".json", ".conf", ".config")
"""What is looked at in folders; a file named explicitly may have any name."""

MARKER = "konnektor-lint"
"""What every file with a comment for the linter holds."""

_GITIGNORE = 1024 * 1024
"""How much of a .gitignore is read, in characters."""

_OWN_FILES = frozenset(NAMES)
_SKIPPED_FOLDERS = frozenset((".git", ".hg", ".svn", "node_modules", ".venv", "__pycache__"))
_ESCAPE = expression(rb"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|\r?\n[ \t]*)")


class Found(NamedTuple):
    """A file to look at; ``named``: by the user, so it is always read in full."""

    path: str
    named: bool
    folder: str = ""
    """The folder that was named, if it was found in one."""


class NoSuchPath(Exception):  # noqa: N818
    """A path the user named is not there."""


def discover(paths: Iterable[str], exclusion: Patterns = NO_PATTERNS) -> Iterator[Found]:
    """Yield the files of the paths, each once, in a stable order. Raises NoSuchPath."""
    seen: set[str] = set()
    for path in paths:
        for found in _expand(path):
            clean = found.path
            if clean not in seen and (found.named or not exclusion.holds(clean)):
                seen.add(clean)
                yield found


def _clean(path: str) -> str:
    """Return the shortest way to name a path: from ``a/b``, ``../../a/b/c`` is ``c``."""
    if path == "-":
        return path
    clean = os.path.normpath(path)
    return os.path.relpath(clean) if clean.startswith(os.pardir) else clean


def _clean_below(folder: str, paths: Iterable[str]) -> Iterator[str]:
    """Yield the shortest ways to name what a walk finds in a folder.

    Only the folder has to be cleaned, but where it leads up: then a path may lead down again.
    """
    clean = os.path.normpath(folder)
    if clean.startswith(os.pardir):
        yield from map(_clean, paths)
        return
    given = len(os.path.join(folder, ""))
    lead = "" if clean == os.curdir else os.path.join(clean, "")
    for path in paths:
        yield clean if path == folder else lead + path[given:]


def _expand(path: str) -> Iterator[Found]:
    if path == "-" or os.path.lexists(path):
        if path != "-" and os.path.isdir(path):
            for file in _clean_below(path, walk(path, _ignores_above(path))):
                yield Found(file, False, path)  # noqa: FBT003  (names would take twice as long)
        else:
            yield Found(_clean(path), named=True)
        return
    matches = sorted(_glob(path)) if any(mark in path for mark in "*?[") else []
    if not matches:
        raise NoSuchPath(path)
    for match in matches:
        yield from _expand(match)


def _glob(pattern: str) -> list[str]:
    import glob  # only a pattern needs it

    return glob.glob(pattern, recursive=True)


def walk(folder: str, ignores: tuple[Ignore, ...] = ()) -> Iterator[str]:
    """Yield the candidate files below a folder; honours .gitignore, follows no folder links.

    A folder that cannot be listed is yielded itself: who reads it learns why.
    """
    listed = _listed(folder, ignores)
    if listed is None:
        yield folder
        return
    open_folders = [listed]  # no recursion: folders may be deeper than Python calls
    while open_folders:
        entries, ignores = open_folders[-1]
        for entry in entries:
            name = entry.name
            if entry.is_dir(follow_symlinks=False):
                if name in _SKIPPED_FOLDERS or _ignored(entry.path, ignores, folder=True):
                    continue
                listed = _listed(entry.path, ignores)
                if listed is not None:
                    open_folders.append(listed)
                    break
                yield entry.path
            elif _may_be_manifest(name) and not _ignored(entry.path, ignores, folder=False):
                yield entry.path
        else:
            open_folders.pop()


def _listed(
    folder: str, ignores: tuple[Ignore, ...]
) -> tuple[Iterator[os.DirEntry[str]], tuple[Ignore, ...]] | None:
    """Return what a folder holds, by name, and what is ignored in it."""
    try:
        entries = {entry.name: entry for entry in os.scandir(folder)}
    except OSError:
        return None
    if ".gitignore" in entries:
        own = _ignores_of(folder)
        ignores = ignores if own is None else (*ignores, own)
    return (entries[name] for name in sorted(entries)), ignores


def leads_outside(path: str, folder: str) -> bool:
    """Tell whether a link leads out of a folder and of the repository the folder is in."""
    home = top = os.path.realpath(folder)
    while not os.path.exists(os.path.join(top, ".git")):
        above = os.path.dirname(top)
        if above == top:
            top = home
            break
        top = above
    target = os.path.realpath(path)
    return target != top and not target.startswith(os.path.join(top, ""))


def _may_be_manifest(name: str) -> bool:
    return name.lower().endswith(ENDINGS) and name not in _OWN_FILES


class Ignore(NamedTuple):
    """The patterns of one .gitignore: (expression, folders only, negated)."""

    folder: str
    patterns: tuple[tuple[re.Pattern[str], bool, bool], ...]


def _ignores_above(folder: str) -> tuple[Ignore, ...]:
    """Return the patterns that the folders above hold for it, up to the repository's root."""
    here = os.path.abspath(folder)
    found: list[Ignore] = []
    while not os.path.exists(os.path.join(here, ".git")):
        above = os.path.dirname(here)
        if above == here:
            return ()  # in no repository: nothing above speaks for this folder
        here = above
        own = _ignores_of(here)
        if own is not None:
            found.insert(0, own)
    return tuple(found)


def _ignores_of(folder: str) -> Ignore | None:
    path = os.path.join(folder, ".gitignore")
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):  # git follows no link here either
            return None
        with open(path, encoding="utf-8", errors="replace") as file:
            lines = file.read(_GITIGNORE).splitlines()
    except OSError:
        return None
    return Ignore(folder, tuple(filter(None, (_pattern(line) for line in lines))))


def _pattern(line: str) -> tuple[re.Pattern[str], bool, bool] | None:
    line = line.rstrip()
    if not line or line.startswith("#"):
        return None
    negated = line.startswith("!")
    line = line.lstrip("!") if negated else line
    folders = line.endswith("/")
    line = line.rstrip("/")
    parts = line.lstrip("/").split("/") if "/" in line else ["**", line]
    import re

    return re.compile(_expression_of(parts), re.DOTALL), folders, negated


def _expression_of(parts: list[str]) -> str:
    """Return the expression for parts of a path, of which ``**`` is any number of folders.

    Between two of these, the first place that fits is as good as any later one: nothing is tried
    twice, so many of them take no longer.
    """
    tail = ""
    while len(parts) > 1 and parts[-1] == "**":
        parts, tail = parts[:-1], "(?:/.*)?"
    groups: list[list[str]] = [[]]
    for part in parts:
        if part == "**":
            groups.append([])
        else:
            groups[-1].append(_translated(part))
    *before, last = ["/".join(group) for group in groups]
    if not before:
        return last + tail
    first, *middle = before
    text = f"{first}/" if first else ""
    text += "".join(f"(?>(?:[^/]*/)*?{one}/)" for one in middle if one)
    return f"{text}(?:.*/)?{last or '.*'}{tail}"


def _translated(part: str) -> str:
    import fnmatch  # only a .gitignore needs it

    return fnmatch.translate(part).removeprefix("(?s:").removesuffix(r")\Z").replace(".*", "[^/]*")


def _ignored(path: str, ignores: tuple[Ignore, ...], *, folder: bool) -> bool:
    ignored = False
    for ignore in ignores:
        inside = os.path.relpath(path, ignore.folder).replace(os.sep, "/")
        for form, folders, negated in ignore.patterns:
            if (folder or not folders) and form.fullmatch(inside):
                ignored = not negated
    return ignored


def may_hold_part(data: bytes) -> bool:
    """Tell whether the bytes could spell a token of the connector in any way YAML allows.

    Only double-quoted text can respell a word (escapes, joined lines), only UTF-16, ``!!binary``
    and what Secrets and cloud-init encode can hide it; all of these count as a yes.
    """
    if b"\0" in data:
        return True
    lowered = data.lower()
    for part in PARTS:  # loops: this is done for every file, and any() takes twice as long
        if part in lowered:
            for token in TOKENS:
                if token in lowered:
                    return True
            break
    if _may_encode(data):
        return True
    if b"!" in lowered and any(mark in lowered for mark in (b"!!b", b"!<", b"%tag", b"!!%")):
        return True
    return b"\\" in data and any(token in _unescaped(data).lower() for token in TOKENS)


_SECRET = expression(rb"\bSecret(?:List)?\b")


def _may_encode(data: bytes) -> bool:
    """Tell whether a file may carry documents in base64 or gzip."""
    if b"binaryData" in data or b"write_files" in data:
        return True
    if b"encoding" in data and (b"b64" in data or b"base64" in data or b"gz" in data):
        return True
    return b"Secret" in data and b"data" in data and _SECRET.search(data) is not None


def mentions_connector(data: bytes) -> bool:
    """Tell whether a token stands in the bytes as it is (also as UTF-16)."""
    lowered = data.replace(b"\0", b"").lower()
    return any(token in lowered for token in TOKENS)


def _unescaped(data: bytes) -> bytes:
    def character(match: re.Match[bytes]) -> bytes:
        digits = match[1] or match[2] or match[3]
        if digits is None:
            return b""
        number = int(digits, 16)
        return chr(number).encode("utf-8", "replace") if number <= sys.maxunicode else b""

    return _ESCAPE.sub(character, data)
