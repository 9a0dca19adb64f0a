"""Which Services, policies, accounts and RBAC objects around the pods belong to a connector."""

from __future__ import annotations

from konnektor_lint import limits
from konnektor_lint.cluster import Service, binding_of, service_of
from konnektor_lint.network_policy import NetworkPolicy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from konnektor_lint.connector import Connector
    from konnektor_lint.pod import Component, Pod
    from konnektor_lint.source import Document


def partners_of(connector: Connector, others: list[Document]) -> Iterator[Document]:
    """Yield the Services, policies, accounts and RBAC objects that belong to the connector."""
    wanted = _names_referred_to(connector.proxies)
    bindings = [binding_of(item) for item in others if item.kind.endswith("Binding")]
    roles = {
        binding.role
        for binding in bindings
        if _is_ours(binding.document.name, wanted)
        or any(_is_ours(subject.name, wanted) for subject in binding.subjects)
    }
    pods = _by_label(connector)
    yield from _policies(connector, others)
    for document in (item for item in others if item.kind != "NetworkPolicy"):
        if document.kind == "Service":
            if _selects_any(service_of(document), pods) or _is_ours(document.name, wanted):
                yield document
        elif document.kind in ("ClusterRole", "Role"):
            if document.name in roles:
                yield document
        elif document.kind.endswith("Binding"):
            subjects = binding_of(document).subjects
            if any(_is_ours(name, wanted) for name in (document.name, *(s.name for s in subjects))):
                yield document
        elif _is_ours(document.name, wanted):
            yield document


def _policies(connector: Connector, others: list[Document]) -> Iterator[Document]:
    pods = [(pod.namespace, pod.labels) for pod in _pods_of(connector.proxies)]
    for document in others:
        if document.kind == "NetworkPolicy":
            policy = NetworkPolicy(document)
            if any(policy.selects(*pod) for pod in pods):
                yield document


def _pods_of(proxies: Iterable[Component]) -> list[Pod]:
    """Return the pods that policies may keep apart: not those on the node's network."""
    pods = {id(item.pod.root): item.pod for item in proxies}
    return [pod for pod in pods.values() if pod.own_network][: limits.PARTNERS]


_ByLabel = dict[tuple[str, str], list[dict[str, str]]]
"""The labels of pods by each of them."""


def _by_label(connector: Connector) -> _ByLabel:
    pods: _ByLabel = {}
    for labels in (pod.labels for pod in connector.pods()):
        for pair in labels.items():
            pods.setdefault(pair, []).append(labels)
    return pods


def _selects_any(service: Service, pods: _ByLabel) -> bool:
    wanted = service.selector.items()
    likely = min((pods.get(pair, []) for pair in wanted), key=len, default=[])
    return any(wanted <= labels.items() for labels in likely)


def _is_ours(name: str, wanted: set[str]) -> bool:
    return name in wanted or "konnectivity" in name.lower()


def _names_referred_to(proxies: Iterable[Component]) -> set[str]:
    """Return the names of accounts and Services that the components refer to."""
    names: set[str] = set()
    for component in proxies:
        names.add(component.pod.service_account)
        for flag in ("agent-service-account", "proxy-server-host"):
            given = component.flag(flag)
            if given is not None and not given.open:
                names.add(given.text.partition(".")[0])
    return names - {"", "default"}


def words_wanted(proxies: Sequence[Component]) -> set[tuple[str, ...]]:
    """Return words: every file that may belong to the proxies holds all words of one tuple.

    They are the names the components refer to, the labels a Service may select servers by, and
    the namespaces of Pods that policies may select; one for all Pods names nothing else.
    """
    servers = [item for item in proxies if item.role == "server"]
    labels = {value for server in servers for value in server.pod.labels.values()}
    names = {item for item in labels if len(item) > len("false")} | _names_referred_to(proxies)
    spaces = {pod.namespace for pod in _pods_of(proxies)}
    policies = {("NetworkPolicy", *filter(None, [space])) for space in spaces}
    return {(name,) for name in names} | policies
