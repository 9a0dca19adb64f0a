"""A kubeconfig does not lead to a server and a user."""

from konnektor_lint.connector import Connector
from konnektor_lint.rule import Findings, rule
from konnektor_lint.term import Term


@rule(
    "KL414",
    "kubeconfig-unusable",
    since="0.1",
    needs=("host",),
    args=("file", "problem", "name", "program"),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/server/app/server.go: BuildConfigFromFlags",
        "kubernetes/client-go v0.36.0 tools/clientcmd/validation.go",
    ),
)
def kubeconfig_unusable(connector: Connector) -> Findings:
    """Follow the current context, if the program surely loads the file."""
    if connector.host is None:
        return
    for item in connector.host.of_kind("kubeconfig"):
        if item.kubeconfig is None or not item.used or (item.empty and item.made):
            continue
        # With an empty file, client-go takes the Pod's own service account; a static Pod has none.
        own_account = item.kubeconfig.problem == "is empty" and item.owner.pod.kind != "Pod"
        if item.kubeconfig.problem and not own_account:
            name = item.kubeconfig.name
            yield kubeconfig_unusable.report(
                item.place,
                file=item.file,
                problem=Term(item.kubeconfig.problem),
                name=f" {name}" if name else "",
                program=item.owner.program,
            )
