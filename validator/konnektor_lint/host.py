"""The files of a node below a folder, looked at and never changed.

``--host-root`` is ``/`` on the node itself, or the folder of a copy. Paths are the node's own:
links are followed inside the folder as the node would follow them, and never lead out of it.
"""

import errno
import os
import posixpath
import stat
from typing import NamedTuple

from konnektor_lint import limits

_LINKS = 40
"""How many links Linux follows in one path."""

_ABSENT = (FileNotFoundError, NotADirectoryError)
_EVERYONE_ENTERS = 0o001


class Entry(NamedTuple):
    """What lies at a path of the node.

    ``kind``: ``file``, ``folder``, ``socket`` or ``other`` (a device, a pipe); ``missing``;
    ``loop`` of links; ``hidden`` by a folder that may not be entered; ``uncopied``: not even its
    topmost folder is in the tree. ``path`` is where the links led. ``open_path``: every folder
    above it lets everyone in. ``listed``: access is decided by a list (ACL) beside the mode.
    """

    kind: str
    path: str
    mode: int = 0
    uid: int = 0
    gid: int = 0
    open_path: bool = False
    listed: bool = False

    @property
    def exists(self) -> bool:
        """Tell whether something is there."""
        return self.kind in ("file", "folder", "socket", "other")

    @property
    def unseen(self) -> bool:
        """Tell whether nothing can be said about it."""
        return self.kind in ("hidden", "uncopied")

    @property
    def permissions(self) -> str:
        """Return the mode as ``chmod`` takes it."""
        return f"{stat.S_IMODE(self.mode):04o}"


class Contents(NamedTuple):
    """The bytes of a file, or why there are none (a key of the vocabulary)."""

    data: bytes | None
    reason: str = ""


class Tree:
    """A folder that holds a node's files."""

    __slots__ = ("root",)

    def __init__(self, root: str) -> None:
        """Take a folder. Raises NotADirectoryError or FileNotFoundError."""
        self.root = os.path.realpath(root)
        if not os.path.isdir(self.root):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), root)

    def place(self, path: str) -> str:
        """Return where to read a file of this machine: a link in the tree stays in the tree."""
        folder, name = os.path.split(path)
        here = os.path.join(os.path.realpath(folder), name)
        inside = here.startswith(self.root.rstrip(os.sep) + os.sep)
        if not inside or not os.path.islink(path):
            return path
        found = self.look("/" + os.path.relpath(here, self.root).replace(os.sep, "/"))
        return self._place(found.path.strip("/").split("/"))

    @property
    def knows_owners(self) -> bool:
        """Tell whether files belong to whom they belong on the node.

        A copy that another user than root unpacked belongs to that user; ``/etc`` of a node is
        always root's.
        """
        found = self._status(["etc"])
        return not isinstance(found, str) and found.st_uid == 0

    def look(self, path: str) -> Entry:
        """Return what lies at an absolute path of the node, behind all links."""
        here: list[str] = []
        ahead = path.split("/")[::-1]
        links = 0
        open_path = True
        found: os.stat_result | None = None
        while ahead:
            name = ahead.pop()
            if name in ("", "."):
                continue
            if name == "..":
                here, found = here[:-1], None
                continue
            if found is not None:
                if not stat.S_ISDIR(found.st_mode):
                    return Entry("missing", _joined([*here, name]))
                open_path &= bool(found.st_mode & _EVERYONE_ENTERS)
            status = self._status([*here, name])
            if isinstance(status, str):
                missing = status == "missing" and not here
                return Entry("uncopied" if missing else status, _joined([*here, name]))
            if stat.S_ISLNK(status.st_mode):
                links += 1
                target = self._target([*here, name])
                if links > _LINKS or not target:
                    return Entry("loop", _joined([*here, name]))
                if target.startswith("/"):
                    here, found = [], None
                ahead += target.split("/")[::-1]
                continue
            here.append(name)
            found = status
        return self._entry(here, found, open_path=open_path)

    def _entry(self, here: list[str], found: os.stat_result | None, *, open_path: bool) -> Entry:
        status = found if found is not None else self._status(here)
        if isinstance(status, str):
            return Entry(status, _joined(here))
        return Entry(
            _kind(status.st_mode), _joined(here), status.st_mode, status.st_uid, status.st_gid,
            open_path, self._has_list(here),
        )  # fmt: skip

    def _place(self, here: list[str]) -> str:
        return os.path.join(self.root, *here)

    def _status(self, here: list[str]) -> os.stat_result | str:
        try:
            return os.lstat(self._place(here))
        except _ABSENT:
            return "missing"
        except PermissionError:
            return "hidden"
        except (OSError, ValueError):  # a name that is too long, or holds a zero byte
            return "missing"

    def _target(self, here: list[str]) -> str:
        try:
            return os.readlink(self._place(here))
        except OSError:
            return ""

    def _has_list(self, here: list[str]) -> bool:
        listed = getattr(os, "listxattr", None)  # Linux only
        try:
            return listed is not None and "system.posix_acl_access" in listed(self._place(here))
        except OSError:
            return False

    def read(self, entry: Entry) -> Contents:
        """Return what a regular file holds, up to a limit."""
        if entry.kind != "file":
            return Contents(None, "not a regular file")
        flags = os.O_RDONLY
        for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC"):
            flags |= getattr(os, name, 0)
        place = self._place(entry.path.strip("/").split("/"))
        try:
            opened = os.open(place, flags)
            with os.fdopen(opened, "rb") as file:
                regular = stat.S_ISREG(os.fstat(opened).st_mode)
                data = file.read(limits.HOST_FILE_BYTES + 1) if regular else None
        except PermissionError:
            return Contents(None, "no permission to read")
        except OSError:
            return Contents(None, "cannot be read")
        if data is None:
            return Contents(None, "not a regular file")
        if len(data) > limits.HOST_FILE_BYTES:
            return Contents(None, "larger than 1 MiB")
        return Contents(data)

    def names_in(self, entry: Entry) -> list[str] | None:
        """Return what a folder holds; None where it may not be listed."""
        try:
            return os.listdir(self._place(entry.path.strip("/").split("/")))
        except OSError:
            return None


def _joined(names: list[str]) -> str:
    return "/" + posixpath.join("", *names)


def _kind(mode: int) -> str:
    for kind, is_one in (
        ("file", stat.S_ISREG), ("folder", stat.S_ISDIR), ("socket", stat.S_ISSOCK),
    ):  # fmt: skip
        if is_one(mode):
            return kind
    return "other"
