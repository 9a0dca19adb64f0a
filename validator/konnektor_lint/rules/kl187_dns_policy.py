"""An agent on the host network looks up a cluster name in the node's DNS, which has none."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Location, Severity, flag_value_of, value_of
from konnektor_lint.fix import Fix, insert_entry, mend, replace_value
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule


@rule(
    "KL187",
    "dns-policy",
    since="0.1",
    severity=Severity.WARNING,
    needs=("agents",),
    args=("host", "policy"),
    references=(
        "kubernetes v1.36.0 pkg/kubelet/network/dns/dns.go: getPodDNSType",
        "https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy",
    ),
    fix="sometimes",
)
def dns_policy(connector: Connector) -> Findings:
    """Compare ``--proxy-server-host`` with what the pod's DNS can answer."""
    names = {name for service in connector.services for name in service.hostnames()}
    for agent in connector.agents:
        flag = agent.flag("proxy-server-host")
        if flag is None or flag.open or not agent.whole or not agent.pod.host_network:
            continue
        host = flag.text.rstrip(".").lower()
        inside = host.endswith(".svc") or ".svc." in host or host in names
        policy = agent.pod.spec.text_at("dnsPolicy") or "ClusterFirst"
        if inside and policy in ("ClusterFirst", "Default") and not _has_alias(agent, host):
            yield dns_policy.report(
                flag_value_of(flag),
                _place(agent),
                host=flag.text,
                policy=policy,
                fix=_fix(agent, sure=policy == "ClusterFirst"),
            )


def _fix(agent: Component, *, sure: bool) -> Fix | None:
    """Let the pod ask the cluster's DNS, which the policy already means to do elsewhere."""
    given, network = agent.pod.spec.at("dnsPolicy"), agent.pod.spec.at("hostNetwork")
    if given is not None:
        return mend(replace_value(given, _POLICY), safe=sure)
    return None if network is None else mend(insert_entry(network, "dnsPolicy", _POLICY), safe=sure)


_POLICY = "ClusterFirstWithHostNet"


def _has_alias(agent: Component, host: str) -> bool:
    return any(
        name.text is not None and name.text.lower() == host
        for alias in agent.pod.spec.items_at("hostAliases")
        for name in (alias.at("hostnames") or alias).items()
    )


def _place(agent: Component) -> Location:
    spec = agent.pod.spec
    return value_of(spec.at("dnsPolicy") or spec.at("hostNetwork") or spec, "policy")
