"""A Service in front of several proxy servers sends an agent to the same one every time."""

from konnektor_lint import limits
from konnektor_lint.cluster import Service, ServicePort, numbers_behind
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.fix import mend, replace_value
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule


@rule(
    "KL215",
    "session-affinity",
    since="0.1",
    edge="tunnel",
    severity=Severity.WARNING,
    needs=("servers", "services"),
    args=("service",),
    references=(
        "apiserver-network-proxy v0.36.0 pkg/agent/clientset.go: dials until it has all servers",
        "https://github.com/k0sproject/k0s/issues/5503",
    ),
    fix="unsafe",
)
def session_affinity(connector: Connector) -> Findings:
    """Look for ``sessionAffinity: ClientIP`` where agents must find several servers."""
    for service in connector.services[: limits.PARTNERS]:
        node = service.document.root.at("spec", "sessionAffinity")
        if node is None or node.text != "ClientIP" or service.headless:
            continue
        servers = _behind(service, connector)
        if _are_several(servers):
            yield session_affinity.report(
                value_of(node),
                value_of(servers[0].pod.node, "server"),
                service=service.name,
                fix=mend(replace_value(node, "None"), safe=False),
            )


def _behind(service: Service, connector: Connector) -> list[Component]:
    hosts = [agent.text("proxy-server-host") for agent in connector.agents]
    if any(host and service.answers_to(host) for host in hosts):
        return list(connector.servers)
    return [
        server
        for server in connector.servers
        if service.selects(server.pod) and any(_leads_to(item, server) for item in service.ports)
    ]


def _leads_to(port: ServicePort, server: Component) -> bool:
    return server.number("agent-port") in numbers_behind(port.target, server.pod)


def _are_several(servers: list[Component]) -> bool:
    """Tell whether more than one server surely runs."""
    return any(
        (server.pod.replicas or 0) > 1
        or (server.number("server-count") or 0) > 1
        or server.is_on("enable-lease-controller") is True
        for server in servers
    )
