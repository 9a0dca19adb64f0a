"""The DNS resolver that asked through the VPN is still there."""

from collections.abc import Iterator

from konnektor_lint import limits
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Location, Severity, value_of
from konnektor_lint.openvpn import removable
from konnektor_lint.rule import Findings, rule


@rule(
    "KL926",
    "vpn-resolver-left",
    since="0.1",
    about=("leftovers",),
    severity=Severity.WARNING,
    args=("kind", "name"),
    references=(
        "kubermatic/kubermatic pkg/resources/dns/dns.go: forwards cluster.local over the VPN",
        "kubermatic/kubermatic docs/proposals/konnectivity-openvpn.md: dnsConfig goes first",
    ),
)
def vpn_resolver_left(connector: Connector) -> Findings:
    """Look for its workload; show which pods of the connector may ask it."""
    for item in removable(connector, "resolver"):
        yield vpn_resolver_left.report(
            value_of(item.node),
            *_asking(connector),
            kind=item.document.kind or "Deployment",
            name=item.name,
        )


def _asking(connector: Connector) -> Iterator[Location]:
    for pod in connector.pods()[: limits.PARTNERS]:
        servers = pod.spec.at("dnsConfig", "nameservers")
        if servers is not None and pod.spec.text_at("dnsPolicy") == "None":
            yield value_of(servers, "asks")
