"""NetworkPolicies: which pods they select and which ports they let through.

Policies only ever add to one another: what none of them admits is blocked, in the directions in
which at least one of them selects the pod. Who is at the other end is not looked at.
"""

from __future__ import annotations

from konnektor_lint.cluster import numbers_behind
from konnektor_lint.placeholder import has_placeholder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from konnektor_lint.pod import Pod
    from konnektor_lint.source import Document, Node

INGRESS, EGRESS = "Ingress", "Egress"


class NetworkPolicy:
    """A NetworkPolicy of the cluster a part of the connector runs in."""

    __slots__ = ("_expressions", "_namespace", "_pairs", "document", "is_general")

    def __init__(self, document: Document) -> None:
        """Read whom it selects; ``is_general``: every pod of its namespace."""
        self.document = document
        self._namespace: str | None = document.namespace
        selector = document.root.at("spec", "podSelector")
        labels = selector.at("matchLabels") if selector is not None else None
        self._pairs = {key: node.text for key, node in (labels.fields() if labels else {}).items()}
        self._expressions = selector.items_at("matchExpressions") if selector is not None else []
        self.is_general = not (self._pairs or self._expressions)
        if selector is None or has_placeholder(self._namespace):
            self._namespace = None

    @property
    def node(self) -> Node:
        """Return what stands for the policy in a finding."""
        return self.document.root.at("metadata", "name") or self.document.root

    def selects(self, namespace: str, labels: dict[str, str]) -> bool:
        """Tell whether it surely selects a pod: both in one namespace, and by its labels."""
        return (
            namespace == self._namespace
            and self._pairs.items() <= labels.items()
            and all(_holds(item, labels) for item in self._expressions)
        )

    def isolates(self, direction: str) -> bool:
        """Tell whether it is about a direction; without ``policyTypes`` its rules tell."""
        types = self.document.root.at("spec", "policyTypes")
        if types is not None and types.value:
            return direction in {item.text for item in types.items()}
        return direction == INGRESS or self.document.root.at("spec", "egress") is not None

    def admits(self, direction: str, numbers: Iterable[int], protocol: str, pod: Pod) -> bool:
        """Tell whether a rule lets one of the pod's ports, or ports dialled by it, through.

        What cannot be known is let through: a name of another pod's port, too.
        """
        listed = self.document.root.at("spec", direction.lower())
        if listed is not None and has_placeholder(listed.raw):
            return True
        rules = listed.items() if listed is not None else []
        named = pod if direction == INGRESS else None
        return any(_lets_through(item, set(numbers), protocol, named) for item in rules)


def _holds(expression: Node, labels: dict[str, str]) -> bool:
    key, operator = expression.text_at("key") or "", expression.text_at("operator")
    values = {item.text for item in expression.items_at("values")}
    if operator == "Exists":
        return key in labels
    if operator == "DoesNotExist":
        return key not in labels
    if operator == "In":
        return labels.get(key) in values
    return operator == "NotIn" and labels.get(key) not in values


def _lets_through(item: Node, numbers: set[int], protocol: str, pod: Pod | None) -> bool:
    ports = item.at("ports")
    if has_placeholder(item.raw) or ports is None or not ports.items():
        return True  # no ports: every port
    return any(_is_one_of(port, numbers, protocol, pod) for port in ports.items())


def _is_one_of(port: Node, numbers: set[int], protocol: str, pod: Pod | None) -> bool:
    named, last = port.at("port"), port.at("endPort")
    given = port.text_at("protocol") or "TCP"
    if has_placeholder(given) or (named is not None and has_placeholder(named.raw)):
        return True
    if given != protocol:
        return False
    if named is None or named.value is None:
        return True
    if named.integer is None:
        meant = numbers_behind(named.text, pod) if pod is not None else set()
        return not meant or bool(numbers & meant)
    end = last.integer if last is not None and last.integer is not None else named.integer
    return any(named.integer <= number <= end for number in numbers)
