"""A program needs the Kubernetes API, but its Pod gets no credentials for it."""

from konnektor_lint.connector import Connector
from konnektor_lint.contract import checks_tokens
from konnektor_lint.diagnostic import flag_of, value_of
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule
from konnektor_lint.workload import TOKEN_FOLDERS, no_token


@rule(
    "KL175",
    "automount-off",
    since="0.1",
    about=("api_servers", "proxies"),
    edge="login",
    args=("program", "flag"),
    references=(
        "apiserver-network-proxy v0.36.0 cmd/agent/app/server.go: BuildConfigFromFlags",
        "apiserver-network-proxy v0.36.0 cmd/server/app/server.go: BuildConfigFromFlags",
        "kubernetes/client-go v0.36.0 rest/config.go: InClusterConfig",
    ),
)
def automount_off(connector: Connector) -> Findings:
    """Look for a program that asks the API without a kubeconfig and without a mounted token."""
    for component in connector.proxies:
        needing = _needs_api(component)
        flag = component.flag(needing) if needing else None
        if flag is None or component.shell or not component.whole or _has_credentials(component):
            continue
        off = no_token(component, connector)
        if off is not None:
            yield automount_off.report(
                value_of(off),
                flag_of(flag, "needs"),
                program=component.program,
                flag=f"--{flag.name}",
            )


def _needs_api(component: Component) -> str:
    """Return the flag that makes a program ask the API; empty: none does."""
    if component.role == "agent":
        return "count-server-leases" if component.is_on("count-server-leases") else ""
    if component.is_on("enable-lease-controller"):
        return "enable-lease-controller"
    return "authentication-audience" if checks_tokens(component) else ""


def _has_credentials(component: Component) -> bool:
    kubeconfig = component.flag("kubeconfig")
    if kubeconfig is not None and (kubeconfig.open or kubeconfig.text):
        return True
    named = "KUBERNETES_MASTER" in component.variables() or component.container.at("envFrom")
    return bool(named) or any(component.may_mount(f"{folder}/token") for folder in TOKEN_FOLDERS)
