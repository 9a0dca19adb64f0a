"""An anti-affinity is to spread the replicas, but its selector matches none of them."""

from collections.abc import Iterator

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Location, Severity, key_of, value_of
from konnektor_lint.limits import PARTNERS, shortened
from konnektor_lint.pod import Pod
from konnektor_lint.rule import Findings, rule
from konnektor_lint.selector import Requirement, matches, requirements
from konnektor_lint.source import Node
from konnektor_lint.workload import whole_pods

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


@rule(
    "KL177",
    "affinity-misses-own-pods",
    since="0.1",
    about=("api_servers", "proxies"),
    severity=Severity.WARNING,
    args=("wanted", "kind"),
    references=(
        (
            "https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/"
            "#inter-pod-affinity-and-anti-affinity"
        ),
    ),
)
def affinity_misses_own_pods(connector: Connector) -> Findings:
    """Look for terms that name a value of the Pod's own labels under another label.

    A term against other Pods is as it should be, so any other sign is too weak.
    """
    others = [(pod, pod.labels) for pod in connector.pods()[:PARTNERS]]
    for pod in whole_pods(connector):
        terms = list(_terms(pod)) if (pod.replicas or 1) > 1 else []
        labels = pod.labels
        if any(matches(term, labels) is not False for term in terms):
            continue
        for term in terms:
            missed = _missed(term, labels)
            if missed is not None and not _is_for_others(others, term, pod):
                yield affinity_misses_own_pods.report(
                    value_of(missed.node),
                    *_own(pod, missed),
                    wanted=shortened(str(missed)),
                    kind=pod.kind,
                )


def _terms(pod: Pod) -> Iterator[Node]:
    """Yield the label selectors of the anti-affinity that look into the Pod's own namespace."""
    rules = pod.spec.at("affinity", "podAntiAffinity")
    if rules is None:
        return
    preferred = [item.at("podAffinityTerm") for item in rules.items_at(_PREFERRED)]
    for term in (*rules.items_at(_REQUIRED), *preferred):
        if term is None or term.at("namespaces") or term.at("namespaceSelector"):
            continue
        selector = term.at("labelSelector")
        if selector is not None and selector.fields():
            yield selector


def _missed(selector: Node, labels: dict[str, str]) -> Requirement | None:
    """Return what the Pod does not meet although the value is one of its own."""
    for wanted in requirements(selector):
        own = wanted.operator == "In" and set(wanted.values) & set(labels.values())
        if own and wanted.holds(labels) is False:
            return wanted
    return None


def _is_for_others(others: list[tuple[Pod, dict[str, str]]], selector: Node, pod: Pod) -> bool:
    """Tell whether other Pods that are given, each with its labels, are, or may be, meant."""
    return any(
        other.root is not pod.root and matches(selector, labels) is not False
        for other, labels in others
    )


def _own(pod: Pod, missed: Requirement) -> list[Location]:
    labels = pod.root.at("metadata", "labels")
    found = labels.fields() if labels is not None else {}
    return [key_of(node, "own") for node in found.values() if node.text in missed.values][:1]
