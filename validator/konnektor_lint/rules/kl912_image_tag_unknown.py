"""The image has a tag under which none was published."""

import re

from konnektor_lint.commandline import release_of
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.image import RELEASES, Image, image
from konnektor_lint.limits import shortened
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.release import OLDEST_KUBERNETES, table, version
from konnektor_lint.rule import Findings, rule

_PROGRAMS = frozenset(("proxy-server", "proxy-agent"))
_FULL = re.compile(r"v\d{1,9}\.\d{1,9}\.\d{1,9}")
_PLAIN = re.compile(r"v?\d{1,9}(?:\.\d{1,9}){0,2}|latest|master|main")
_TAGGED_ONLY = frozenset(("v0.0.34", "v0.1.0"))
"""Releases of the source code whose images were never published."""
_OLDER = frozenset(("v0.0.4", *(f"v0.0.{patch}" for patch in range(6, 12))))
"""Published images older than the oldest release whose flags are known here."""
_MAINTAINED = 4
"""How many of the newest series may still get patches that are not known here."""


@rule(
    "KL912",
    "image-tag-unknown",
    since="0.1",
    about=("api_servers", "proxies"),
    severity=Severity.WARNING,
    args=("tag", "image", "suggestion"),
    references=(
        "kubernetes/k8s.io registry.k8s.io/images/k8s-staging-kas-network-proxy/images.yaml",
        "https://github.com/kubernetes-sigs/apiserver-network-proxy#versioning-and-releases",
    ),
)
def image_tag_unknown(connector: Connector) -> Findings:
    """Compare tags of the project's images with the published ones; what may be newer passes."""
    for component in connector.proxies:
        node = component.container.at("image")
        if node is None or has_placeholder(node.text or ""):
            continue
        found = image(node.text or "")
        if found.digest or not _is_released_here(found):
            continue
        tags: list[str] = table(release_of(component).component)["tags"]
        published = [tag for tag in tags if tag not in _TAGGED_ONLY]
        tag = found.tag or "latest"
        known = tag in published or tag in _OLDER or not _PLAIN.fullmatch(tag)
        if not known and not _may_be_newer(tag, published):
            yield image_tag_unknown.report(
                value_of(node),
                tag=shortened(tag),
                image=found.name,
                suggestion=_meant(tag, published),
            )


def _is_released_here(found: Image) -> bool:
    return any(found.name == f"{RELEASES}/{program}" for program in _PROGRAMS)


def _may_be_newer(tag: str, published: list[str]) -> bool:
    """Tell whether a tag may be of a release after those known here."""
    wanted, newest = version(tag), version(published[-1])
    if not _FULL.fullmatch(tag) or wanted is None or newest is None:
        return False
    if wanted > newest:
        return wanted[0] == 0 or wanted[1] < OLDEST_KUBERNETES  # v1.36.0 is one of Kubernetes
    last = max((found for found in _orders(published) if found[:2] == wanted[:2]), default=wanted)
    return wanted > last and wanted[1] > newest[1] - _MAINTAINED


def _orders(tags: list[str]) -> list[tuple[int, int, int]]:
    return [order for tag in tags if (order := version(tag)) is not None]


def _meant(tag: str, published: list[str]) -> str:
    """Return the same version in the usual form, else the newest of its series, else of all."""
    wanted = version(tag)
    if wanted is None:
        return published[-1]
    if f"v{tag}" in published:
        return f"v{tag}"
    series = [known for known in published if (version(known) or wanted)[:2] == (0, wanted[1])]
    return series[-1] if series else published[-1]
