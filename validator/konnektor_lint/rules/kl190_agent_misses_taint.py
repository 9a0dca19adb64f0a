"""Agents are pinned to control plane nodes and do not tolerate their taint."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Location, Severity, key_of, value_of
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.pod import Pod
from konnektor_lint.rule import Findings, rule
from konnektor_lint.source import Node

_NEW, _OLD = "node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"
_KEYS = (_NEW, _OLD)
_ONLY_NEW_SINCE = 24
"""From this Kubernetes minor on kubeadm's control plane nodes have the newer taint."""


@rule(
    "KL190",
    "agent-misses-taint",
    since="0.1",
    edge="reach",
    severity=Severity.WARNING,
    needs=("agents",),
    args=("label", "taint", "key"),
    references=(
        "kubernetes v1.36.0 cmd/kubeadm/app/constants/constants.go: ControlPlaneTaint",
        "https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/",
    ),
)
def agent_misses_taint(connector: Connector) -> Findings:
    """Compare where agents must run with what they tolerate."""
    minor = connector.kubernetes
    taints = (_NEW,) if minor is not None and minor >= _ONLY_NEW_SINCE else _KEYS
    seen: set[int] = set()
    for agent in connector.agents:
        pod = agent.pod
        if id(pod.root) in seen or not agent.whole or pod.spec.at("nodeName") is not None:
            continue
        seen.add(id(pod.root))
        pinned = _pinned_to(pod)
        if pinned is not None and not any(_is_tolerated(pod, taint) for taint in taints):
            label, place = pinned
            yield agent_misses_taint.report(
                place, *_tolerations(pod),
                label=label, taint=f"{taints[0]}:NoSchedule", key=taints[0],
            )  # fmt: skip


def _pinned_to(pod: Pod) -> tuple[str, Location] | None:
    """Return the label of control plane nodes that a pod demands, and where."""
    selected = pod.spec.at("nodeSelector")
    for key, node in (selected.fields() if selected is not None else {}).items():
        if key in _KEYS:
            return key, key_of(node)
    terms = pod.spec.items_at(
        "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution",
        "nodeSelectorTerms",
    )  # fmt: skip
    demands = [_demand_of(term) for term in terms]  # one term that holds is enough
    if not demands or None in demands:
        return None
    first = demands[0]
    return None if first is None else (first.text or "", value_of(first))


def _demand_of(term: Node) -> Node | None:
    for item in term.items_at("matchExpressions"):
        key = item.at("key")
        if key is not None and key.text in _KEYS and item.text_at("operator") in ("Exists", "In"):
            return key
    return None


def _is_tolerated(pod: Pod, taint: str) -> bool:
    listed = pod.spec.at("tolerations")
    if listed is not None and has_placeholder(listed.raw):
        return True
    return any(_tolerates(item, taint) for item in pod.spec.items_at("tolerations"))


def _tolerates(item: Node, taint: str) -> bool:
    """Tell whether a toleration is, or may be, for a taint that has no value."""
    parts = [item.text_at(field) or "" for field in ("key", "effect", "value")]
    if any(map(has_placeholder, (item.raw, *parts))):
        return True
    key, effect, value = parts
    exists = item.text_at("operator") == "Exists"
    if effect not in ("", "NoSchedule"):
        return False
    return exists if not key else key == taint and (exists or not value)


def _tolerations(pod: Pod) -> list[Location]:
    listed = pod.spec.at("tolerations")
    return [] if listed is None else [key_of(listed, "tolerations")]
