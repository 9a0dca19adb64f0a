"""NetworkPolicies keep the connector's own connections from coming through."""

from collections.abc import Iterator
from itertools import islice

from konnektor_lint import limits
from konnektor_lint.cluster import numbers_behind
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.listener import is_address, is_loopback
from konnektor_lint.network_policy import EGRESS, INGRESS, NetworkPolicy
from konnektor_lint.pod import Component
from konnektor_lint.record import NamedTuple
from konnektor_lint.rule import Findings, rule

_KUBELET = 10250
_DNS = (53, 5353)
"""Where cluster DNS answers: everywhere, and OpenShift's Pods."""


class _Need(NamedTuple):
    """One connection: the ports it may be seen at, of which the first is named."""

    ports: tuple[int, ...]
    protocols: tuple[str, ...] = ("TCP",)


@rule(
    "KL224",
    "network-policy-blocks-tunnel",
    since="0.1",
    about=("api_servers", "proxies"),
    edge="tunnel",
    severity=Severity.WARNING,
    args=("program", "direction", "ports"),
    references=(
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/",
        "https://github.com/openshift/hypershift/pull/4840",
    ),
)
def network_policy_blocks_tunnel(connector: Connector) -> Findings:
    """Compare what servers and agents need with the policies that are written for their Pods.

    Pods on the node's network are not subject to policies. A policy for all Pods of a namespace
    may be completed by others that were not given; it only counts as far as it admits something.
    """
    for server in connector.servers[: limits.PARTNERS]:
        port = server.number("agent-port")
        if port is not None:
            yield from _check(connector, server, INGRESS, [_Need((port,))])
    for agent in connector.agents[: limits.PARTNERS]:
        yield from _check(connector, agent, EGRESS, list(_needs_of(agent, connector)))


def _check(
    connector: Connector, component: Component, direction: str, needs: list[_Need]
) -> Findings:
    pod = component.pod
    if not component.whole or not pod.own_network:
        return
    labels = pod.labels
    selecting = (
        item
        for item in connector.network_policies
        if item.selects(pod.namespace, labels) and item.isolates(direction)
    )
    policies = list(islice(selecting, limits.PARTNERS + 1))
    meant = [item for item in policies if not item.is_general]
    if not meant or len(policies) > limits.PARTNERS:
        return
    blocked = [
        str(need.ports[0])
        for need in needs
        if not any(_admits(item, direction, need, component) for item in policies)
    ]
    if blocked:
        rules = meant[0].document.root.at("spec", direction.lower())
        yield network_policy_blocks_tunnel.report(
            value_of(meant[0].node if rules is None else rules),
            value_of(component.node, "program"),
            program=component.program,
            direction=direction.lower(),
            ports=", ".join(blocked),
        )


def _admits(policy: NetworkPolicy, direction: str, need: _Need, component: Component) -> bool:
    return any(
        policy.admits(direction, need.ports, protocol, component.pod) for protocol in need.protocols
    )


def _needs_of(agent: Component, connector: Connector) -> Iterator[_Need]:
    """Yield what an agent connects to: the servers, the kubelets, and DNS for a name."""
    host, port = agent.text("proxy-server-host"), agent.number("proxy-server-port")
    known = bool(host) and port is not None and not is_loopback(host or "")
    if known and port is not None:
        yield _Need((port, *_behind_services(connector)))
    yield _Need((_KUBELET,))
    if host and known and not is_address(host) and agent.pod.spec.at("hostAliases") is None:
        yield _Need(_DNS, ("UDP", "TCP"))


def _behind_services(connector: Connector) -> set[int]:
    """Return the servers' own ports: what is seen once a Service's port is translated."""
    known = {server.number("agent-port") for server in connector.servers[: limits.PARTNERS]}
    for service in connector.services[: limits.PARTNERS]:
        for server in connector.servers[: limits.PARTNERS]:
            for item in service.ports if service.selects(server.pod) else ():
                known |= numbers_behind(item.target, server.pod)
    return {number for number in known if number is not None}
