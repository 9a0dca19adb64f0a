"""The objects around the connector's pods: Services, accounts and RBAC."""

from __future__ import annotations

from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.record import NamedTuple
from konnektor_lint.scalar import decimal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from konnektor_lint.pod import Pod
    from konnektor_lint.source import Document, Node


class ServicePort(NamedTuple):
    """One port of a Service; ``target`` is a number or a container port's name."""

    node: Node
    port: int | None
    target: int | str | None
    node_port: int | None
    protocol: str


class Service(NamedTuple):
    """A Service of the connector."""

    document: Document
    selector: dict[str, str]
    ports: tuple[ServicePort, ...]

    @property
    def node(self) -> Node:
        """Return what stands for the Service in a finding."""
        return self.document.root.at("metadata", "name") or self.document.root

    @property
    def name(self) -> str:
        """Return the Service's name."""
        return self.document.name

    @property
    def namespace(self) -> str:
        """Return the namespace; empty where it is not written or a placeholder."""
        return _known(self.document.namespace)

    def hostnames(self) -> tuple[str, ...]:
        """Return the names cluster DNS gives it, shortest first."""
        namespace = self.document.namespace or "default"
        short = f"{self.name}.{namespace}"
        return (self.name, short, f"{short}.svc", f"{short}.svc.cluster.local")

    def answers_to(self, host: str) -> bool:
        """Tell whether a host name is this Service's in cluster DNS.

        A namespace that is not written may be any.
        """
        name, *rest = host.rstrip(".").split(".")
        if name != self.name:
            return False
        namespace = self.namespace
        if not rest or (namespace and rest == [namespace]):
            return True
        return rest[1:2] == ["svc"] and namespace in ("", rest[0])

    @property
    def headless(self) -> bool:
        """Tell whether its name resolves to the pods, so that no port is translated."""
        return self.document.root.text_at("spec", "clusterIP") == "None"

    @property
    def type(self) -> str:
        """Return ``spec.type``."""
        return self.document.root.text_at("spec", "type") or "ClusterIP"

    def selects(self, pod: Pod) -> bool:
        """Tell whether it sends to a pod; namespaces that are not known are the same."""
        namespaces = {self.namespace, _known(pod.namespace)} - {""}
        return (
            bool(self.selector)
            and self.selector.items() <= pod.labels.items()
            and len(namespaces) < 2  # noqa: PLR2004
        )


def _known(namespace: str) -> str:
    return "" if has_placeholder(namespace) else namespace


class ConfigMap(NamedTuple):
    """A ConfigMap: the node of each key of its ``data``."""

    document: Document
    data: dict[str, Node]

    @property
    def name(self) -> str:
        """Return the ConfigMap's name."""
        return self.document.name


class ServiceAccount(NamedTuple):
    """A ServiceAccount."""

    document: Document

    @property
    def node(self) -> Node:
        """Return what stands for the account in a finding."""
        return self.document.root.at("metadata", "name") or self.document.root


class Subject(NamedTuple):
    """One subject of a binding."""

    node: Node
    kind: str
    name: str
    namespace: str


class Binding(NamedTuple):
    """A ClusterRoleBinding or RoleBinding."""

    document: Document
    role_kind: str
    role: str
    subjects: tuple[Subject, ...]

    @property
    def node(self) -> Node:
        """Return what stands for the binding in a finding: the role's name."""
        return self.document.root.at("roleRef", "name") or self.document.root

    @property
    def cluster_wide(self) -> bool:
        """Tell whether it grants in every namespace."""
        return self.document.kind == "ClusterRoleBinding"


class PolicyRule(NamedTuple):
    """One rule of a Role."""

    groups: frozenset[str]
    resources: frozenset[str]
    verbs: frozenset[str]

    def allows(self, group: str, resource: str, verb: str) -> bool:
        """Tell whether the rule grants a verb on a resource."""
        return all(
            wanted in given or "*" in given
            for wanted, given in (
                (group, self.groups), (resource, self.resources), (verb, self.verbs),
            )
        )  # fmt: skip


class PolicyRole(NamedTuple):
    """A ClusterRole or Role."""

    document: Document
    rules: tuple[PolicyRule, ...]

    def allows(self, group: str, resource: str, verb: str) -> bool:
        """Tell whether any rule grants a verb on a resource."""
        return any(rule.allows(group, resource, verb) for rule in self.rules)


def config_map_of(document: Document) -> ConfigMap:
    """Read a ConfigMap."""
    data = document.root.at("data")
    return ConfigMap(document, data.fields() if data is not None else {})


def service_of(document: Document) -> Service:
    """Read a Service."""
    selector = document.root.at("spec", "selector")
    return Service(
        document,
        {key: node.text or "" for key, node in (selector.fields() if selector else {}).items()},
        tuple(_service_port(node) for node in document.root.items_at("spec", "ports")),
    )


def _service_port(node: Node) -> ServicePort:
    port, target, node_port = node.at("port"), node.at("targetPort"), node.at("nodePort")
    number = port.integer if port is not None else None
    wanted: int | str | None = number
    if target is not None and target.value is not None:
        wanted = target.integer if target.integer is not None else target.text
    if isinstance(wanted, str) and decimal(wanted) is not None:
        wanted = decimal(wanted)
    return ServicePort(
        node, number, wanted,
        node_port.integer if node_port is not None else None,
        node.text_at("protocol") or "TCP",
    )  # fmt: skip


def numbers_behind(target: int | str | None, pod: Pod) -> set[int]:
    """Return the container ports a Service's target means in a pod; empty: not to be known."""
    if isinstance(target, int):
        return {target}
    found: set[int] = set()
    for container in pod.containers():
        for port in container.items_at("ports"):
            number = port.at("containerPort")
            if target and port.text_at("name") == target and number is not None:
                found |= {number.integer} if number.integer is not None else set()
    return found


def binding_of(document: Document) -> Binding:
    """Read a ClusterRoleBinding or RoleBinding."""
    root = document.root
    return Binding(
        document,
        root.text_at("roleRef", "kind") or "",
        root.text_at("roleRef", "name") or "",
        tuple(
            Subject(
                node, node.text_at("kind") or "", node.text_at("name") or "",
                node.text_at("namespace") or "",
            )
            for node in root.items_at("subjects")
        ),
    )  # fmt: skip


def role_of(document: Document) -> PolicyRole:
    """Read a ClusterRole or Role."""
    return PolicyRole(
        document, tuple(_policy_rule(node) for node in document.root.items_at("rules"))
    )


def _policy_rule(node: Node) -> PolicyRule:
    return PolicyRule(
        frozenset(_texts(node, "apiGroups")),
        frozenset(_texts(node, "resources")),
        frozenset(_texts(node, "verbs")),
    )


def _texts(node: Node, field: str) -> Iterator[str]:
    for item in node.items_at(field):
        if item.text is not None:
            yield item.text
