"""The connector works with the administrator's credentials."""

import posixpath

from konnektor_lint.commandline import ADMIN_KUBECONFIGS
from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, flag_value_of, value_of
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule


@rule(
    "KL305",
    "server-uses-admin-kubeconfig",
    since="0.1",
    about=("api_servers", "proxies"),
    severity=Severity.WARNING,
    args=("program", "file"),
    references=(
        "apiserver-network-proxy v0.36.0 pkg/server/server.go: the kubeconfig serves TokenReview",
        "https://kubernetes.io/docs/setup/best-practices/certificates/#configure-certificates-for-user-accounts",
    ),
)
def server_uses_admin_kubeconfig(connector: Connector) -> Findings:
    """Look at the file's name in the container and at what is mounted there."""
    for component in connector.proxies:
        flag = component.flag("kubeconfig")
        if flag is None or flag.open or not flag.text:
            continue
        file = _admin_file(component, flag.text)
        if file is not None:
            backing = component.backing(flag.text)
            mounted = backing is not None and posixpath.basename(flag.text) not in ADMIN_KUBECONFIGS
            yield server_uses_admin_kubeconfig.report(
                flag_value_of(flag),
                *([value_of(backing.volume.node, "file")] if backing and mounted else []),
                program=component.program,
                file=file,
            )


def _admin_file(component: Component, path: str) -> str | None:
    backing = component.backing(path)
    paths = [path, backing.path if backing is not None else ""]
    return next((item for item in paths if posixpath.basename(item) in ADMIN_KUBECONFIGS), None)
