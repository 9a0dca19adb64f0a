"""A distribution is told a port that its Konnectivity server refuses."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import value_of
from konnektor_lint.distribution import K0S_ON_HOSTS, Distribution, Port
from konnektor_lint.rule import Findings, rule

_FIRST, _LAST = 1024, 49151


@rule(
    "KL257",
    "proxy-port-refused",
    since="0.1",
    about=("distributions",),
    args=("field", "port"),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/options/options.go: Validate",
        "k0s 006b7b6 pkg/component/controller/konnectivity.go: --agent-port, --admin-port",
        "kamaji 01f82d8 internal/builders/controlplane/konnectivity_server.go: --agent-port",
        "k0smotron 0ba5e6d internal/controller/k0smotron.io/k0smotroncluster_configmap.go: ports",
    ),
)
def proxy_port_refused(connector: Connector) -> Findings:
    """Check the ports that a product hands on as they are."""
    for found in connector.distributions:
        for port in _ports(found):
            if port.node is None or port.number is None or _FIRST <= port.number <= _LAST:
                continue
            yield proxy_port_refused.report(
                value_of(port.node), field=_shown(port.field), port=port.number
            )


def _shown(field: str) -> str:
    """Return the last name of a field's path, or two where one says too little."""
    names = field.split(".")
    return names[-1] if names[-1] != "port" else ".".join(names[-2:])


def _ports(found: Distribution) -> list[Port]:
    if found.product == "kamaji":
        return [found.port("addons", "konnectivity", "server", "port", default=8132)]
    if found.product == "k0smotron":
        return [found.port("service", "konnectivityPort", default=30132)]
    if found.product in K0S_ON_HOSTS:
        return [
            found.k0s_port("konnectivity", name, default=_FIRST)
            for name in ("agentPort", "adminPort")
        ]
    return []
