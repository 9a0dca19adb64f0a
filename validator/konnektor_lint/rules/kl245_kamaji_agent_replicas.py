"""The number of agents does not go with their mode in Kamaji."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import value_of
from konnektor_lint.rule import Findings, rule


@rule(
    "KL245",
    "kamaji-agent-replicas",
    since="0.1",
    about=("distributions",),
    args=("mode", "replicas"),
    references=("kamaji 01a99aa api/v1alpha1/tenantcontrolplane_types.go: XValidation",),
)
def kamaji_agent_replicas(connector: Connector) -> Findings:
    """Check as the rule of the CustomResourceDefinition does; the default mode is DaemonSet."""
    for found in connector.distributions:
        if found.product != "kamaji":
            continue
        replicas = found.at("addons", "konnectivity", "agent", "replicas")
        mode = found.at("addons", "konnectivity", "agent", "mode")
        name = mode.text if mode is not None else "DaemonSet" if found.whole else None
        count = replicas.integer if replicas is not None else None
        if replicas is None or count is None or name not in ("DaemonSet", "Deployment"):
            continue
        if (name == "DaemonSet") == (count != 0):
            yield kamaji_agent_replicas.report(
                value_of(replicas),
                *([value_of(mode, "mode")] if mode is not None else []),
                mode=name,
                replicas=count,
            )
