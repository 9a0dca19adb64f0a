"""A workload's selector does not match the labels of its own Pods."""

from collections.abc import Iterator

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import Location, key_of, value_of
from konnektor_lint.limits import shortened
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.pod import Pod
from konnektor_lint.rule import Findings, rule
from konnektor_lint.selector import requirements
from konnektor_lint.workload import whole_pods

_KINDS = frozenset(("Deployment", "DaemonSet", "StatefulSet", "ReplicaSet"))


@rule(
    "KL159",
    "selector-not-matching-labels",
    since="0.1",
    about=("api_servers", "proxies"),
    args=("wanted", "kind"),
    references=(
        (
            "kubernetes v1.36.0 pkg/apis/apps/validation/validation.go: "
            "`selector` does not match template `labels`"
        ),
    ),
)
def selector_not_matching_labels(connector: Connector) -> Findings:
    """Compare each requirement of ``spec.selector`` with the labels of the template."""
    for pod in whole_pods(connector):
        selector = pod.document.root.at("spec", "selector")
        if pod.kind not in _KINDS or selector is None or _labels_are_open(pod):
            continue
        labels = pod.labels
        for wanted in requirements(selector):
            if wanted.holds(labels) is False:
                yield selector_not_matching_labels.report(
                    value_of(wanted.node),
                    *_label(pod, wanted.key),
                    wanted=shortened(str(wanted)),
                    kind=pod.kind,
                )


def _labels_are_open(pod: Pod) -> bool:
    """Tell whether a placeholder, or a value that is no text, stands among the labels."""
    labels = pod.root.at("metadata", "labels")
    if labels is None or labels.value is None:
        return False
    return not isinstance(labels.value, dict) or any(
        node.text is None or has_placeholder(f"{key} {node.text}")
        for key, node in labels.fields().items()
    )


def _label(pod: Pod, key: str) -> Iterator[Location]:
    labels = pod.root.at("metadata", "labels")
    label = labels.at(key) if labels is not None else None
    if label is not None:
        yield value_of(label, "label")
    elif labels is not None:
        yield key_of(labels, "labels")
