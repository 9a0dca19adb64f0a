"""Two entries of a Pod have the same name or the same place."""

from collections.abc import Iterator

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import value_of
from konnektor_lint.limits import shortened
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.pod import Pod
from konnektor_lint.rule import Findings, rule
from konnektor_lint.source import Node


@rule(
    "KL166",
    "pod-names-repeated",
    since="0.1",
    about=("api_servers", "proxies"),
    args=("field", "name"),
    references=(
        (
            "kubernetes v1.36.0 pkg/apis/core/validation/validation.go: ValidateVolumes, "
            "ValidateVolumeMounts, validateContainers, validateContainerPorts"
        ),
    ),
)
def pod_names_repeated(connector: Connector) -> Findings:
    """Compare names of containers, volumes and ports, and the places of mounts."""
    for pod in connector.pods():
        for field, nodes in _lists(pod):
            first: dict[str, Node] = {}
            for node in nodes:
                name = node.text or ""
                if name in first:
                    yield pod_names_repeated.report(
                        value_of(node),
                        value_of(first[name], "first"),
                        field=field,
                        name=shortened(name),
                    )
                elif name and not has_placeholder(name):
                    first[name] = node


def _lists(pod: Pod) -> Iterator[tuple[str, list[Node]]]:
    """Yield what has to differ within one list: the field, and each of its values."""
    yield "containers[].name", _values(pod.containers(), "name")
    yield "volumes[].name", _values(pod.spec.items_at("volumes"), "name")
    for container in pod.containers():
        yield "volumeMounts[].mountPath", _values(container.items_at("volumeMounts"), "mountPath")
        yield "ports[].name", _values(container.items_at("ports"), "name")


def _values(items: list[Node], field: str) -> list[Node]:
    return [node for item in items if (node := item.at(field)) is not None]
