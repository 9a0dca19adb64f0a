"""Keys, certificates or settings of OpenVPN are still there."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.openvpn import Leftover, removable
from konnektor_lint.rule import Findings, rule


@rule(
    "KL924",
    "openvpn-credentials-left",
    since="0.1",
    about=("leftovers",),
    severity=Severity.WARNING,
    args=("kind", "name"),
    references=(
        "kubermatic/kubermatic pkg/resources/openvpn/deletion.go: Secrets and ConfigMap",
        "kubermatic/kubermatic pkg/resources/resources.go: the names",
    ),
)
def openvpn_credentials_left(connector: Connector) -> Findings:
    """Report what each namespace holds, by known names, in one finding."""
    by_namespace: dict[str, list[Leftover]] = {}
    for item in removable(connector, "credential"):
        by_namespace.setdefault(item.document.namespace, []).append(item)
    for first, *others in by_namespace.values():
        yield openvpn_credentials_left.report(
            value_of(first.node),
            *(value_of(other.node, "also") for other in others),
            kind=first.document.kind,
            name=first.name,
        )
