"""Pods that can be seen as a whole, so that what they lack is missing."""

from __future__ import annotations

from konnektor_lint import limits
from konnektor_lint.placeholder import has_placeholder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from konnektor_lint.connector import Connector
    from konnektor_lint.pod import Component, Pod
    from konnektor_lint.source import Node

TOKEN_FOLDERS = tuple(
    f"{folder}/secrets/kubernetes.io/serviceaccount" for folder in ("/var/run", "/run")
)
"""Where Kubernetes mounts a service account's token by itself; the second is often a link."""


def whole_pods(connector: Connector) -> Iterator[Pod]:
    """Yield the pods of the connector's parts that nothing is merged into."""
    pieces = {id(item.pod.root) for item in connector.components if item.is_piece}
    for pod in connector.pods():
        if id(pod.root) not in pieces and not _is_patch(pod):
            yield pod


def _is_patch(pod: Pod) -> bool:
    if "patch" in pod.document.source.path.lower() or pod.spec.at("$patch") is not None:
        return True
    return any(item.at("image") is None or item.at("$patch") for item in pod.containers())


def is_closed(listed: Node | None) -> bool:
    """Tell whether all of a list of objects is written, and no placeholder stands for some."""
    if listed is None or listed.value is None:
        return True
    return isinstance(listed.value, list) and all(
        isinstance(item.value, dict) for item in listed.items()
    )


def no_token(component: Component, connector: Connector) -> Node | None:
    """Return what keeps Kubernetes from mounting its token in a component's pod, if anything does.

    The pod's own word counts, then the service account's, where that is given.
    """
    own = component.pod.spec.at("automountServiceAccountToken")
    if own is not None and own.value is not None:
        return own if own.value is False else None
    pod = component.pod
    wanted = (pod.service_account, pod.namespace)
    if has_placeholder(" ".join(wanted)):
        return None
    for account in connector.service_accounts[: limits.PARTNERS]:
        document = account.document
        node = document.root.at("automountServiceAccountToken")
        if (
            node is not None
            and node.value is False
            and wanted == (document.name, document.namespace)
        ):
            return node
    return None


def lacks_file(component: Component, path: str, connector: Connector) -> bool:
    """Tell whether a container surely has no file at a path: no volume brings one there."""
    if component.mount_over(path) is None:
        by_itself = path.startswith(TOKEN_FOLDERS) and not no_token(component, connector)
        return not by_itself and not component.may_mount(_other_name(path))
    backing = component.backing(path)
    files = backing.volume.files() if backing is not None else None
    if backing is None or files is None or has_placeholder(backing.path):
        return False
    return backing.path.lstrip("/") not in files


def _other_name(path: str) -> str:
    """Return the same path through the link from /var/run to /run that many images have."""
    if path.startswith("/var/run/"):
        return path.removeprefix("/var")
    return f"/var{path}" if path.startswith("/run/") else path
