"""The agent is told to read a token where the container has none."""

import posixpath

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Location, flag_value_of, value_of
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule

_AUTOMATIC = tuple(
    f"{folder}/secrets/kubernetes.io/serviceaccount/" for folder in ("/var/run", "/run")
)


@rule(
    "KL183",
    "token-path-not-mounted",
    since="0.1",
    edge="login",
    needs=("agents",),
    args=("path",),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/agent/app/options/options.go: Validate",
        "https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/",
    ),
)
def token_path_not_mounted(connector: Connector) -> Findings:
    """Follow ``--service-account-token-path`` through mounts to the files of the volume."""
    for agent in connector.agents:
        flag = agent.flag("service-account-token-path")
        if flag is None or flag.open or not flag.text.startswith("/") or not agent.whole:
            continue
        path = posixpath.normpath(flag.text)
        if _is_missing(agent, path):
            yield token_path_not_mounted.report(
                flag_value_of(flag), *_what_is_there(agent, path), path=path
            )


def _is_missing(agent: Component, path: str) -> bool:
    mount = agent.mount_over(path)
    if mount is None:
        automatic = agent.pod.spec.at("automountServiceAccountToken")
        off = automatic is not None and automatic.value is False
        by_itself = path.startswith(_AUTOMATIC) and not off
        return not by_itself and not agent.may_mount(_other_name(path))
    backing = agent.backing(path)
    files = backing.volume.files() if backing is not None else None
    if backing is None or files is None or has_placeholder(backing.path):
        return False
    return backing.path.lstrip("/") not in files


def _other_name(path: str) -> str:
    """Return the same path through the link from /var/run to /run that many images have."""
    if path.startswith("/var/run/"):
        return path.removeprefix("/var")
    return f"/var{path}" if path.startswith("/run/") else path


def _what_is_there(agent: Component, path: str) -> list[Location]:
    backing = agent.backing(path)
    if backing is None:
        return []
    for source in backing.volume.node.items_at("projected", "sources"):
        written = source.at("serviceAccountToken", "path")
        if written is not None:
            return [value_of(written, "file")]
    return [value_of(backing.mount.node.at("mountPath") or backing.mount.node, "mount")]
