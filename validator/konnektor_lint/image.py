"""References to images: where they come from, and which images the project publishes."""

from __future__ import annotations

import posixpath

from konnektor_lint.record import NamedTuple

RELEASES = "registry.k8s.io/kas-network-proxy"
"""Where the released images of proxy-server and proxy-agent are."""

FROZEN = (
    "k8s.gcr.io", "us.gcr.io/k8s-artifacts-prod", "eu.gcr.io/k8s-artifacts-prod",
    "asia.gcr.io/k8s-artifacts-prod",
)  # fmt: skip
"""Registries that get no new images since April 2023, not even for security fixes."""

STAGING = "gcr.io/k8s-staging-kas-network-proxy"
"""Where images are built before they are released."""


class Image(NamedTuple):
    """A reference in its parts; ``tag`` and ``digest`` are empty where they are not given."""

    name: str
    tag: str
    digest: str

    def lies_in(self, folder: str) -> bool:
        """Tell whether the image comes from a registry, or a folder of one."""
        return self.name.startswith(f"{folder}/")

    @property
    def is_published(self) -> bool:
        """Tell whether it is the project's own image: nothing was added to it."""
        return any(self.lies_in(folder) for folder in (RELEASES, STAGING, *FROZEN))


def image(reference: str) -> Image:
    """Take a reference apart: ``host:port/path:tag@digest``."""
    named, _, digest = reference.partition("@")
    folder, last = posixpath.split(named)
    base, _, tag = last.partition(":")
    return Image(posixpath.join(folder, base), tag, digest)
