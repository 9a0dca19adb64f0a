"""A container mounts a volume that its Pod does not have."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Location, value_of
from konnektor_lint.limits import SUGGESTIONS, shortened
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.pod import Pod
from konnektor_lint.rule import Findings, rule
from konnektor_lint.source import Node
from konnektor_lint.spelling import closest
from konnektor_lint.workload import is_closed, whole_pods


@rule(
    "KL158",
    "mount-without-volume",
    since="0.1",
    about=("api_servers", "proxies"),
    args=("name",),
    references=("kubernetes v1.36.0 pkg/apis/core/validation/validation.go: ValidateVolumeMounts",),
)
def mount_without_volume(connector: Connector) -> Findings:
    """Compare the names of ``volumeMounts`` with the volumes and a StatefulSet's claims."""
    left = SUGGESTIONS
    for pod in whole_pods(connector):
        names = _volume_names(pod)
        missing = [node for node in _mounted(pod) if (node.text or "") not in names]
        if not missing or not _all_are_seen(pod) or any(map(has_placeholder, names)):
            continue
        for node in missing:
            meant = closest(node.text or "", list(names)) if left > 0 else ""
            left -= 1
            yield mount_without_volume.report(
                value_of(node), *_named(names, meant), name=shortened(node.text or "")
            )


def _all_are_seen(pod: Pod) -> bool:
    """Tell whether the list of volumes is there as it is meant; a misspelled one is no gap."""
    if pod.spec.at("volumes") is None and closest("volumes", list(pod.spec.fields())):
        return False
    return is_closed(pod.spec.at("volumes"))


def _volume_names(pod: Pod) -> dict[str, Node]:
    names = {name: volume.node.at("name") for name, volume in pod.volumes.items()}
    if pod.kind == "StatefulSet":
        for claim in pod.document.root.items_at("spec", "volumeClaimTemplates"):
            names[claim.text_at("metadata", "name") or ""] = claim.at("metadata", "name")
    return {name: node for name, node in names.items() if node is not None}


def _mounted(pod: Pod) -> list[Node]:
    mounts = [mount for item in pod.containers() for mount in item.items_at("volumeMounts")]
    named = [mount.at("name") for mount in mounts]
    return [node for node in named if node is not None and node.text and not _is_open(node)]


def _is_open(node: Node) -> bool:
    return has_placeholder(node.text or "")


def _named(names: dict[str, Node], meant: str) -> list[Location]:
    return [value_of(names[meant], "meant")] if meant else []
