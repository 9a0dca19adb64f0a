"""A k3s server without an agent tunnels only to nodes."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, value_of
from konnektor_lint.distribution import Distribution
from konnektor_lint.rule import Findings, rule


@rule(
    "KL254",
    "k3s-egress-mode-without-agent",
    since="0.1",
    about=("distributions",),
    severity=Severity.WARNING,
    references=(
        "https://github.com/k3s-io/k3s/pull/7331",
        "https://github.com/k3s-io/k3s/pull/5577",
    ),
)
def k3s_egress_mode_without_agent(connector: Connector) -> Findings:
    """Report ``agent`` beside ``disable-agent``.

    ``disabled`` says that the server has a way of its own, and a server without an API server
    (etcd alone) calls nobody.
    """
    for found in connector.distributions:
        mode, off = found.at("egress-selector-mode"), found.at("disable-agent")
        if found.product != "k3s" or mode is None or off is None or mode.text != "agent":
            continue
        if _is_on(found, "disable-agent") and not _is_on(found, "disable-apiserver"):
            yield k3s_egress_mode_without_agent.report(value_of(mode), value_of(off, "off"))


def _is_on(found: Distribution, name: str) -> bool:
    node = found.at(name)
    return node is not None and (node.value is True or node.text == "true")
