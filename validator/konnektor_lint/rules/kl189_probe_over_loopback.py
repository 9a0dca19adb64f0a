"""A probe and the program it asks mean different machines by the loopback address."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Location, flag_value_of, value_of
from konnektor_lint.fix import Fix, mend, remove_entry
from konnektor_lint.listener import is_loopback, opens_host_port
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule
from konnektor_lint.source import Node

_HEALTH_ADDRESS = {"server": "health-bind-address", "agent": "health-server-host"}


@rule(
    "KL189",
    "probe-over-loopback",
    since="0.1",
    about=("api_servers", "proxies"),
    args=("probe", "program", "setting"),
    references=(
        "kubernetes v1.36.0 pkg/kubelet/prober/prober.go: host, else the Pod's address",
        "apiserver-network-proxy v0.36.0 cmd/server/app/server.go: runHealthServer",
    ),
    fix="unsafe",
)
def probe_over_loopback(connector: Connector) -> Findings:
    """Report a loopback address on either side of a probe where the pod has its own network."""
    for component in connector.proxies:
        if component.whole and component.pod.own_network:
            for probe, node in component.probes():
                found = _loopback(component, node)
                if found is not None:
                    place, setting = found
                    yield probe_over_loopback.report(
                        place,
                        _network(component),
                        probe=probe,
                        program=component.program,
                        setting=setting,
                        fix=_fix(node),
                    )


def _fix(probe: Node) -> Fix | None:
    """Leave out the host: the kubelet then asks at the Pod's address."""
    host = probe.at("host")
    return None if host is None else mend(remove_entry(probe, host), safe=False)


def _loopback(component: Component, probe: Node) -> tuple[Location, str] | None:
    """Return where the loopback address is written, and as what."""
    host = probe.at("host")
    if host is not None and is_loopback(host.text or ""):
        return None if opens_host_port(component) else (value_of(host), f"host: {host.text}")
    flag = component.flag(_HEALTH_ADDRESS[component.role])
    if flag is None or flag.open or not is_loopback(flag.text):
        return None
    return (flag_value_of(flag), f"--{flag.name}") if host is None else None


def _network(component: Component) -> Location:
    spec = component.pod.spec
    return value_of(spec.at("hostNetwork") or component.pod.node, "network")
