"""The API server still takes the way through OpenVPN, although Konnectivity is there."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.openvpn import is_switched
from konnektor_lint.rule import Findings, rule


@rule(
    "KL925",
    "openvpn-still-in-use",
    since="0.1",
    about=("leftovers",),
    severity=Severity.WARNING,
    args=("container",),
    references=(
        "kubermatic/kubermatic docs/proposals/konnectivity-openvpn.md: the phases",
        "kubernetes/apiserver v0.36.0 pkg/server/options/egress_selector.go: no file, no egress",
    ),
)
def openvpn_still_in_use(connector: Connector) -> Findings:
    """Look for an OpenVPN client in the pod of an API server without an egress configuration."""
    if is_switched(connector):
        return
    pods = {id(item.pod.root): item for item in connector.api_servers}
    for item in connector.leftovers:
        api_server = pods.get(id(item.pod.root)) if item.pod is not None else None
        if item.kind == "sidecar" and api_server is not None:
            yield openvpn_still_in_use.report(
                value_of(item.node),
                value_of(api_server.node, "api_server"),
                value_of(connector.proxies[0].node, "konnectivity"),
                container=item.name,
            )
