"""A Pod asks for a field of itself that Kubernetes does not hand out there."""

from collections.abc import Iterator

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import value_of
from konnektor_lint.limits import SUGGESTIONS, shortened
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.pod import Pod
from konnektor_lint.rule import Findings, rule
from konnektor_lint.source import Node
from konnektor_lint.spelling import closest

_BOTH = frozenset(("metadata.name", "metadata.namespace", "metadata.uid"))
_VARIABLES = _BOTH | {
    "spec.nodeName", "spec.host", "spec.serviceAccountName", "status.hostIP", "status.hostIPs",
    "status.podIP", "status.podIPs",
}  # fmt: skip
"""``spec.host`` is an old name of ``spec.nodeName`` that is still converted."""
_FILES = _BOTH | {"metadata.labels", "metadata.annotations"}
_MAPS = ("metadata.labels", "metadata.annotations")


@rule(
    "KL165",
    "bad-field-path",
    since="0.1",
    about=("api_servers", "proxies"),
    args=("path", "known"),
    references=(
        "kubernetes v1.36.0 pkg/apis/core/validation/validation.go: validateObjectFieldSelector",
        "kubernetes v1.36.0 pkg/apis/core/pods/helpers.go: ConvertDownwardAPIFieldLabel",
        "https://kubernetes.io/docs/concepts/workloads/pods/downward-api/",
    ),
)
def bad_field_path(connector: Connector) -> Findings:
    """Compare each ``fieldPath`` with the list of variables, or that of files."""
    left = SUGGESTIONS
    for pod in connector.pods():
        for node, known in _paths(pod):
            path = node.text or ""
            if not path or has_placeholder(path) or _is_known(path, known):
                continue
            listed = sorted(known - {"spec.host"})
            meant = closest(path, listed, likeness=0.9) if left > 0 else ""
            left -= 1
            yield bad_field_path.report(
                value_of(node), path=shortened(path), known=meant or ", ".join(listed)
            )


def _paths(pod: Pod) -> Iterator[tuple[Node, frozenset[str]]]:
    """Yield each field path with the paths that are known at its place."""
    for container in pod.containers():
        for entry in container.items_at("env"):
            yield from _path(entry.at("valueFrom", "fieldRef"), _VARIABLES)
    for volume in pod.spec.items_at("volumes"):
        for item in volume.items_at("downwardAPI", "items"):
            yield from _path(item.at("fieldRef"), _FILES)
        for source in volume.items_at("projected", "sources"):
            for item in source.items_at("downwardAPI", "items"):
                yield from _path(item.at("fieldRef"), _FILES)


def _path(reference: Node | None, known: frozenset[str]) -> Iterator[tuple[Node, frozenset[str]]]:
    if reference is None or reference.text_at("apiVersion") not in (None, "", "v1"):
        return
    node = reference.at("fieldPath")
    if node is not None:
        yield node, known


def _is_known(path: str, known: frozenset[str]) -> bool:
    """Tell whether a path is listed, or one label or annotation: ``metadata.labels['app']``."""
    field, bracket, key = path.partition("['")
    if bracket and path.endswith("']"):
        return field in _MAPS and len(key) > len("']")
    return path in known
