"""The image comes from a place, or has a tag, that no release can be relied on."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.image import FROZEN, RELEASES, STAGING, Image, image
from konnektor_lint.limits import shortened
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.rule import Findings, rule
from konnektor_lint.term import Term

_MOVING = frozenset(("", "latest", "master", "main"))


@rule(
    "KL913",
    "image-registry",
    since="0.1",
    about=("api_servers", "proxies"),
    severity=Severity.WARNING,
    args=("image", "fault"),
    references=(
        "https://kubernetes.io/blog/2023/02/06/k8s-gcr-io-freeze-announcement/",
        "https://github.com/kubernetes/k8s.io/blob/main/registry.k8s.io/README.md",
        "https://kubernetes.io/docs/concepts/containers/images/#image-names",
    ),
)
def image_registry(connector: Connector) -> Findings:
    """Look at where each image of a proxy comes from, and whether its tag moves."""
    for component in connector.proxies:
        node = component.container.at("image")
        reference = (node.text or "") if node is not None else ""
        if node is None or not reference or has_placeholder(reference):
            continue
        fault = _fault(image(reference))
        if fault is not None:
            yield image_registry.report(value_of(node), image=shortened(reference), fault=fault)


def _fault(found: Image) -> Term | None:
    if any(found.lies_in(folder) for folder in FROZEN):
        return Term("frozen-registry")
    if found.lies_in(STAGING):
        return Term("staging-registry")
    moving = "/" in found.name and not found.digest and found.tag in _MOVING
    return Term("moving-tag") if moving and not found.lies_in(RELEASES) else None
