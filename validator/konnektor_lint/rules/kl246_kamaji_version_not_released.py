"""Kamaji derives a proxy release from the Kubernetes version that is not known to exist."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.distribution import proxy_tag
from konnektor_lint.limits import shortened
from konnektor_lint.release import table, version
from konnektor_lint.rule import Findings, rule


@rule(
    "KL246",
    "kamaji-version-not-released",
    since="0.1",
    about=("distributions",),
    severity=Severity.WARNING,
    args=("kubernetes", "tag", "newest"),
    references=(
        "kamaji 01f82d8 internal/builders/controlplane/konnectivity_server.go: serverVersion",
        "kamaji 065e145 internal/resources/konnectivity/agent.go: agentVersion",
        "https://github.com/clastix/kamaji/pull/934",
    ),
)
def kamaji_version_not_released(connector: Connector) -> Findings:
    """Look the derived tag up; a newer one than all that are known may be out by now."""
    tags: list[str] = table("proxy-server")["tags"]
    for found in connector.distributions:
        node = found.version if found.product == "kamaji" else None
        if node is None or found.minor is None:
            continue
        tag = f"v0.{found.minor}.0"
        if tag in tags or tag not in (proxy_tag(found, "server"), proxy_tag(found, "agent")):
            continue
        ahead = (version(tag) or (0, 0, 0)) > (version(tags[-1]) or (0, 0, 0))
        yield kamaji_version_not_released.report(
            value_of(node),
            severity=Severity.INFO if ahead else None,
            kubernetes=shortened(node.text or ""),
            tag=tag,
            newest=tags[-1],
        )
