"""The values of vCluster set up Konnectivity, but no private nodes."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Severity, key_of, value_of
from konnektor_lint.distribution import Distribution
from konnektor_lint.rule import Findings, rule
from konnektor_lint.source import Node

_DEFAULTS = {"enabled": True, "replicas": 1}


@rule(
    "KL252",
    "vcluster-without-private-nodes",
    since="0.1",
    about=("distributions",),
    severity=Severity.WARNING,
    args=("field",),
    references=(
        "vcluster v0.27 pkg/k8s/k8s.go: the egress file only with private nodes",
        "https://www.vcluster.com/docs/vcluster/0.27.0/deploy/worker-nodes/private-nodes/",
    ),
)
def vcluster_without_private_nodes(connector: Connector) -> Findings:
    """Look for settings that differ from the default.

    Where ``privateNodes`` is not mentioned, another file may do so: advice. The Docker driver and
    a standalone control plane always have private nodes.
    """
    for found in connector.distributions:
        if found.product != "vcluster" or _has_nodes_of_its_own(found):
            continue
        switch = found.at("privateNodes", "enabled")
        if switch is not None and switch.value is not False:
            continue
        setting = _first_setting(found)
        if setting is not None:
            yield vcluster_without_private_nodes.report(
                key_of(setting),
                *([value_of(switch, "switch")] if switch is not None else []),
                severity=None if switch is not None else Severity.INFO,
                field=setting.key.text or "" if setting.key is not None else "",
            )


def _has_nodes_of_its_own(found: Distribution) -> bool:
    standalone = found.at("controlPlane", "standalone", "enabled")
    docker = found.at("experimental", "docker")
    return docker is not None or (standalone is not None and standalone.value is not False)


def _first_setting(found: Distribution) -> Node | None:
    """Return the first setting with a value that is neither empty nor the default."""
    for side in ("server", "agent"):
        block = found.at("controlPlane", "advanced", "konnectivity", side)
        for name, node in (block.fields() if block is not None else {}).items():
            if node.value not in (None, "", [], {}, _DEFAULTS.get(name)) and name != "enabled":
                return node
    return None
