"""Proxy servers tell the agents a wrong number of servers."""

from collections.abc import Iterator

from konnektor_lint.connector import Connector
from konnektor_lint.contract import keep_searching, lease_sides, place_of_flag
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.fix import mend
from konnektor_lint.flagfix import set_flag
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule

_SAME = (
    "mode", "uds-name", "server-port", "agent-port", "agent-namespace", "agent-service-account",
    "authentication-audience", "cluster-ca-cert", "proxy-strategies",
)  # fmt: skip


@rule(
    "KL210",
    "server-count-mismatch",
    since="0.1",
    edge="count",
    needs=("servers",),
    args=("count", "expected"),
    references=(
        "apiserver-network-proxy v0.36.0 pkg/agent/clientset.go: as many connections as servers",
        "https://github.com/kubernetes/website/pull/50975",
    ),
    fix="sometimes",
)
def server_count_mismatch(connector: Connector) -> Findings:
    """Compare ``--server-count`` with the replicas and with the other servers' value."""
    if lease_sides(connector) != (False, False):
        return
    if len(connector.servers) == 1:
        yield from _against_replicas(connector.servers[0], connector.agents)
    else:
        yield from _among_each_other(connector.servers)


def _against_replicas(server: Component, agents: tuple[Component, ...]) -> Findings:
    written = server.pod.document.root.at("spec", "replicas")
    replicas, count = server.pod.replicas, server.number("server-count")
    if server.pod.kind == "Pod" or written is None or not replicas or count in (None, replicas):
        return
    too_low = (count or 0) < replicas
    if too_low and keep_searching(agents):
        return
    yield server_count_mismatch.report(
        place_of_flag(server, "server-count"),
        value_of(written, "replicas"),
        severity=Severity.ERROR if too_low and agents else Severity.WARNING,
        count=count or 0,
        expected=replicas,
        fix=mend(set_flag(server, "server-count", str(replicas)), safe=too_low and bool(agents)),
    )


def _among_each_other(servers: tuple[Component, ...]) -> Findings:
    """Compare servers that are alike in all else: one set, not versions or several clusters."""
    first = servers[0]
    for server in _alike(first, servers[1:]):
        expected, count = first.number("server-count"), server.number("server-count")
        if expected is not None and count is not None and expected != count:
            yield server_count_mismatch.report(
                place_of_flag(server, "server-count"),
                place_of_flag(first, "server-count", "server"),
                severity=Severity.WARNING,
                count=count,
                expected=expected,
                fix=mend(set_flag(server, "server-count", str(expected)), safe=False),
            )


def _alike(first: Component, others: tuple[Component, ...]) -> Iterator[Component]:
    for server in others:
        same_pod = first.pod.kind == server.pod.kind and first.pod.namespace == server.pod.namespace
        image = first.container.text_at("image")
        if (
            same_pod
            and image == server.container.text_at("image")
            and all(first.text(name) == server.text(name) for name in _SAME)
        ):
            yield server
