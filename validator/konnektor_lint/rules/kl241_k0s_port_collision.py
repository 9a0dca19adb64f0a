"""Two ports of a k0s controller are the same."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import value_of
from konnektor_lint.distribution import K0S_ON_HOSTS, Distribution, Port
from konnektor_lint.rule import Findings, rule


@rule(
    "KL241",
    "k0s-port-collision",
    since="0.1",
    about=("distributions",),
    args=("field", "other", "port"),
    references=(
        "k0s 006b7b6 pkg/component/controller/konnectivity.go: --agent-port, --admin-port",
        "k0s 0a2e0e6 pkg/apis/k0s/v1beta1/api.go: port 6443, k0sApiPort 9443",
    ),
)
def k0s_port_collision(connector: Connector) -> Findings:
    """Compare the ports of Konnectivity with each other and with those of the API.

    k0smotron puts its own ports in place of those of the embedded configuration.
    """
    for found in connector.distributions:
        if found.product not in K0S_ON_HOSTS or found.k0s is None:
            continue
        for port, other in _pairs(found):
            if port.number is None or port.number != other.number:
                continue
            first, second = (port, other) if port.node is not None else (other, port)
            if first.node is None or (second.node is None and not found.whole):
                continue
            yield k0s_port_collision.report(
                value_of(first.node),
                *([value_of(second.node, "other")] if second.node is not None else []),
                field=first.field,
                other=second.field,
                port=port.number,
            )


def _pairs(found: Distribution) -> list[tuple[Port, Port]]:
    agent = found.k0s_port("konnectivity", "agentPort", default=8132)
    admin = found.k0s_port("konnectivity", "adminPort", default=8133)
    apis = (
        found.k0s_port("api", "port", default=6443),
        found.k0s_port("api", "k0sApiPort", default=9443),
    )
    pairs = [(agent, admin), *((agent, api) for api in apis)]
    narrow = found.k0s.at("api", "onlyBindToAddress") if found.k0s is not None else None
    # The admin port is on the loopback address, which the API may leave free.
    return pairs if narrow is not None else [*pairs, *((admin, api) for api in apis)]
