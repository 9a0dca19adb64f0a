"""An extra argument is one that Kamaji overwrites with its own."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, flag_of
from konnektor_lint.rule import Findings, rule

_FIXED = {
    "uds-name": "/run/konnectivity/konnectivity-server.socket",
    "cluster-cert": "/etc/kubernetes/pki/apiserver.crt",
    "cluster-key": "/etc/kubernetes/pki/apiserver.key",
    "mode": "grpc",
    "server-port": "0",
    "agent-port": "",
    "admin-port": "8133",
    "health-port": "8134",
    "agent-namespace": "kube-system",
    "agent-service-account": "konnectivity-agent",
    "kubeconfig": "/etc/kubernetes/konnectivity-server.conf",
    "authentication-audience": "system:konnectivity-server",
    "server-count": "",
}
"""What Kamaji gives its server; empty: taken from another field of the object."""

_FIELDS = {"agent-port": "server.port", "server-count": "replicas"}


@rule(
    "KL249",
    "kamaji-flag-overwritten",
    since="0.1",
    about=("distributions",),
    severity=Severity.WARNING,
    args=("flag", "value"),
    references=(
        "kamaji 01f82d8 internal/builders/controlplane/konnectivity_server.go: its arguments",
    ),
)
def kamaji_flag_overwritten(connector: Connector) -> Findings:
    """Look for the server's fixed flags; those of the agents may be replaced."""
    for found in connector.distributions:
        if found.product != "kamaji":
            continue
        for component in (item for item in found.arguments if item.role == "server"):
            for flag in component.flags:
                fixed = _FIXED.get(flag.name)
                if fixed is None or flag.open or (fixed and flag.text == fixed):
                    continue
                yield kamaji_flag_overwritten.report(
                    flag_of(flag), flag=f"--{flag.name}", value=fixed or _FIELDS[flag.name]
                )
