"""Every user of the node may read a private key."""

from typing import TYPE_CHECKING

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity
from konnektor_lint.rule import Findings, rule

if TYPE_CHECKING:
    from konnektor_lint.named import Named

_OTHERS_READ_OR_WRITE = 0o006


@rule(
    "KL406",
    "host-key-exposed",
    since="0.1",
    severity=Severity.WARNING,
    needs=("host",),
    args=("file", "mode"),
    references=(
        "https://kubernetes.io/docs/setup/best-practices/certificates/#certificate-paths",
        "https://www.cisecurity.org/benchmark/kubernetes: key files with permissions 600",
    ),
)
def host_key_exposed(connector: Connector) -> Findings:
    """Look at the mode of keys and of kubeconfigs with credentials, and of all folders above."""
    if connector.host is None:
        return
    seen: set[str] = set()
    for item in connector.host.of_kind("key", "kubeconfig"):
        if _is_secret(item) and item.entry.path not in seen:
            seen.add(item.entry.path)
            if item.entry.open_path and item.entry.mode & _OTHERS_READ_OR_WRITE:
                yield host_key_exposed.report(
                    item.place, file=item.entry.path, mode=item.entry.permissions
                )


def _is_secret(item: "Named") -> bool:
    if item.entry.kind != "file" or item.empty:
        return False
    if item.kind == "kubeconfig":
        return item.kubeconfig is not None and item.kubeconfig.secret
    return True
