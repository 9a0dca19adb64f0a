"""The agent is told to read a token where the container has none."""

import posixpath

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Location, flag_value_of, value_of
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule
from konnektor_lint.workload import lacks_file


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
        if lacks_file(agent, path, connector):
            yield token_path_not_mounted.report(
                flag_value_of(flag), *_what_is_there(agent, path), path=path
            )


def _what_is_there(agent: Component, path: str) -> list[Location]:
    backing = agent.backing(path)
    if backing is None:
        return []
    for source in backing.volume.node.items_at("projected", "sources"):
        written = source.at("serviceAccountToken", "path")
        if written is not None:
            return [value_of(written, "file")]
    return [value_of(backing.mount.node.at("mountPath") or backing.mount.node, "mount")]
