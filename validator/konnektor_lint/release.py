"""The releases of proxy-server and proxy-agent, and the flags each of them knows.

The tables in ``flags/`` and the schemas are generated from what is known of every release.
"""

from __future__ import annotations

import os
import posixpath
import re
from functools import cache, lru_cache

from konnektor_lint.expression import expression
from konnektor_lint.kubernetes import NEWEST_KUBERNETES, OLDEST_KUBERNETES
from konnektor_lint.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["NEWEST_KUBERNETES", "OLDEST_KUBERNETES"]  # known by this module's name, too

_HERE = os.path.dirname(__file__)
_VERSION = expression(r"v?(\d{1,9})\.(\d{1,9})(?:\.(\d{1,9}))?")


def schema_root() -> str:
    """Return the folder of the schemas: inside an installed wheel, else of the checkout."""
    packaged = os.path.join(_HERE, "schemas")
    checkout = os.path.dirname(os.path.dirname(_HERE))
    return packaged if os.path.isdir(packaged) else os.path.join(checkout, "schemas")


@cache
def load_schema(path: str) -> dict[str, Any]:
    """Return one schema file by its path below ``schemas/``."""
    return _json(os.path.join(schema_root(), path))


def _json(path: str) -> dict[str, Any]:
    import json

    with open(path, "rb") as file:
        return json.load(file)  # type: ignore[no-any-return]


class Release(NamedTuple):
    """One release of a component; ``pinned`` when the input names it, else the newest.

    ``ahead``: the input names a release newer than all that are known here.
    """

    component: str
    tag: str
    pinned: bool
    ahead: bool = False

    @property
    def order(self) -> tuple[int, int, int]:
        """Return the version as numbers that compare."""
        return version(self.tag) or (0, 0, 0)

    @property
    def flags(self) -> dict[str, Any]:
        """Return the schema of each flag this release has."""
        return _flags_of(self.component, self.tag)

    def knows(self, flag: str) -> bool:
        """Tell whether the release has the flag; without a version: any release."""
        return flag in self.flags or (not self.pinned and flag in history(self.component))

    def flag(self, name: str) -> dict[str, Any]:
        """Return the schema of a flag, from the newest release that has it; empty if none."""
        known = self.flags.get(name)
        if known is None and not self.pinned:
            known = _last_known(self.component, name)
        return known or {}


@cache
def _flags_of(component: str, tag: str) -> dict[str, Any]:
    return load_schema(table(component)["schema"][tag])["properties"]  # type: ignore[no-any-return]


@cache
def _last_known(component: str, name: str) -> dict[str, Any] | None:
    for tag in reversed(table(component)["tags"]):
        flags = Release(component, tag, pinned=True).flags
        if name in flags:
            return flags[name]  # type: ignore[no-any-return]
    return None


@cache
def table(component: str) -> dict[str, Any]:
    """Return the release table of ``proxy-server`` or ``proxy-agent``."""
    return _json(os.path.join(_HERE, "flags", f"{component}.json"))


def history(component: str) -> dict[str, Any]:
    """Return since when and until when each flag of a component exists."""
    return table(component)["flags"]  # type: ignore[no-any-return]


def releases_with(component: str, flag: str) -> str:
    """Return the releases that have a flag: ``≥ v0.31.0`` or ``v0.31.1, ≥ v0.31.3``."""
    tags: list[str] = table(component)["tags"]
    entry = history(component)[flag]
    first = tags.index(entry["since"])
    last = len(tags) - 1 if entry["until"] is None else tags.index(entry["until"])
    having = [first <= at <= last and tag not in entry["absent_in"] for at, tag in enumerate(tags)]
    spans: list[str] = []
    for at, tag in enumerate(tags):
        if having[at] and not (at and having[at - 1]):
            end = having.index(False, at) if False in having[at:] else len(tags)
            only = "" if end - 1 == at else f"–{tags[end - 1]}"
            spans.append(f"≥ {tag}" if end == len(tags) else f"{tag}{only}")
    return ", ".join(spans)


@lru_cache(maxsize=1000)  # tags: those of all releases, and of a few images
def version(text: str) -> tuple[int, int, int] | None:
    """Return the numbers of a version such as ``v0.36.0``, ``1.36`` or ``v1.30.4-k0s.1``."""
    match = _VERSION.match(text)
    return None if match is None else (int(match[1]), int(match[2]), int(match[3] or 0))


def image_tag(image: str) -> str | None:
    """Return the tag of an image reference, or None."""
    name = posixpath.basename(image.partition("@")[0])
    return name.partition(":")[2] or None


def release_for(component: str, tag: str | None) -> Release:
    """Return the release of an image tag: that one, else the nearest older, else the newest."""
    tags: list[str] = table(component)["tags"]
    wanted = version(tag) if tag else None
    if wanted is None or wanted[0] != 0:
        return Release(component, tags[-1], pinned=False)
    older = [known for known in tags if (version(known) or wanted) <= wanted]
    ahead = wanted > (version(tags[-1]) or wanted)
    return Release(component, older[-1] if older else tags[0], pinned=True, ahead=ahead)


def kubernetes_minor(text: str) -> int | None:
    """Return NN of ``1.NN``, ``v1.NN.P`` or ``1.NN+``; None for anything else."""
    match = re.fullmatch(r"v?1\.(\d{1,3})(?:\.\d+)?(?:[-+].*)?\+?", text)
    return int(match[1]) if match else None
