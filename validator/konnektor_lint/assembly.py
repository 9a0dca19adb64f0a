"""Connectors, made of the parts of the files that belong together."""

from __future__ import annotations

from konnektor_lint.connector import Connector, Settings
from konnektor_lint.egress import EgressConfiguration
from konnektor_lint.grouping import OF_ONE_CLUSTER, REST, plan
from konnektor_lint.kubernetes import NEWEST_KUBERNETES
from konnektor_lint.parts import Parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from konnektor_lint.distribution import Distribution
    from konnektor_lint.grouping import Cluster, Join
    from konnektor_lint.pod import Component
    from konnektor_lint.source import Document, Problem, Reading


def group(
    readings: Iterable[Reading], settings: Settings, clusters: Sequence[Cluster] = ()
) -> list[Connector]:
    """Return the connectors of all files, as ``grouping.plan`` joins them."""
    files = [Parts(reading, settings) for reading in readings]
    by_path = {item.reading.source.path: item for item in files}
    joins = plan([item.outline for item in files], clusters)
    return [made for join in joins for made in assembled(join, by_path, settings)]


def assembled(join: Join, parts: Mapping[str, Parts], settings: Settings) -> list[Connector]:
    """Return the connectors of a join; ``parts`` holds those of its files by their paths."""
    files = [parts[path] for path in join.files]
    if join.reason == "patch":
        found = (patch for item in files for patch in item.patches)
        return [_patch(*patch, join, settings) for patch in found]
    if join.reason == "distribution":
        return [_built(own, join, settings) for item in files for own in item.distributions]
    if join.reason == REST:
        return [
            Connector(settings, [problem for item in files for problem in item.reading.problems])
        ]
    return [_connector(join, files, parts, settings)]


def _problems_of(files: list[Parts]) -> list[Problem]:
    return [problem for item in files for problem in item.reading.problems]


def _connector(
    join: Join, members: list[Parts], parts: Mapping[str, Parts], settings: Settings
) -> Connector:
    connector = Connector(
        settings, [problem for item in members for problem in item.reading.problems]
    )
    connector.name, connector.joined_by = join.name, join.reason
    components = [item for file in members for item in file.components]
    copies = _copies(components)
    _sort_components(connector, [item for item in components if id(item.pod.root) not in copies])
    minor = connector.kubernetes or NEWEST_KUBERNETES
    connector.egress = tuple(
        EgressConfiguration(item, minor) for file in members for item in file.egress
    )
    connector.config_maps = tuple(item for file in members for item in file.config_maps)
    documents = [item for file in members for item in file.documents if id(item.root) not in copies]
    others = [item for file in members for item in file.others]
    partners = _partners(connector, [*others, *_near(join, parts)])
    connector.documents = (*documents, *partners)
    _sort_others(connector, partners)
    if connector.proxies:
        from konnektor_lint.openvpn import leftovers_of

        old = [*members, *(parts[path] for path in join.old)]
        connector.leftovers = leftovers_of(
            connector, [item for file in old for item in file.tunnel]
        )
    return connector


def _near(join: Join, parts: Mapping[str, Parts]) -> Iterator[Document]:
    """Yield the Services, accounts and RBAC objects of other files that may belong to a join."""
    for path, sure in join.near:
        for document in parts[path].others:
            if sure or document.kind not in OF_ONE_CLUSTER:
                yield document


def _partners(connector: Connector, others: list[Document]) -> list[Document]:
    if not others:
        return []
    from konnektor_lint.partner import partners_of

    return list(partners_of(connector, others))


def _copies(components: list[Component]) -> set[int]:
    """Return the roots of the pods that only repeat what their workload, or another pod, says.

    ``kubectl get pod,daemonset`` lists a pod for each node beside the workload they come from.
    """
    known = {
        (item.pod.namespace, item.pod.kind, item.pod.name)
        for item in components
        if item.pod.root is not item.pod.document.root
    }
    copies: set[int] = set()
    for pod in {id(item.pod.root): item.pod for item in components}.values():
        made_by = pod.owner
        if made_by is None:
            continue
        namespace, kind, name = made_by
        deployment = (namespace, "Deployment", name.rpartition("-")[0])
        if made_by in known or (kind == "ReplicaSet" and deployment in known):
            copies.add(id(pod.root))
        known.add(made_by)
    return copies


def _patch(
    document: Document, components: list[Component], join: Join, settings: Settings
) -> Connector:
    connector = Connector(settings)
    connector.name, connector.joined_by = join.name, join.reason
    connector.fragment = join.fragment
    connector.documents = (document,)
    _sort_components(connector, components)
    return connector


def _built(distribution: Distribution, join: Join, settings: Settings) -> Connector:
    """Return the connector a distribution builds: the parts are its own, so none is missing."""
    connector = Connector(settings)
    connector.name, connector.joined_by = join.name, join.reason
    connector.documents = (distribution.document,)
    connector.distributions = (distribution,)
    connector.fragment = True
    return connector


def _sort_components(connector: Connector, components: list[Component]) -> None:
    connector.api_servers = tuple(item for item in components if item.role == "api-server")
    connector.servers = tuple(item for item in components if item.role == "server")
    connector.agents = tuple(item for item in components if item.role == "agent")


def _sort_others(connector: Connector, others: list[Document]) -> None:
    if not others:
        return
    from konnektor_lint.cluster import ServiceAccount, binding_of, role_of, service_of
    from konnektor_lint.network_policy import NetworkPolicy

    connector.services = tuple(service_of(item) for item in others if item.kind == "Service")
    connector.service_accounts = tuple(
        ServiceAccount(item) for item in others if item.kind == "ServiceAccount"
    )
    connector.bindings = tuple(
        binding_of(item) for item in others if item.kind in ("ClusterRoleBinding", "RoleBinding")
    )
    connector.network_policies = tuple(
        NetworkPolicy(item) for item in others if item.kind == "NetworkPolicy"
    )
    connector.roles = tuple(
        role_of(item) for item in others if item.kind in ("ClusterRole", "Role")
    )
