"""Which parts belong together in a tree of files: one connector for each cluster.

What a kind of document needs is imported when the first of it is there: most runs see few kinds.
"""

from __future__ import annotations

import posixpath
import re

from konnektor_lint.connector import Connector, Settings
from konnektor_lint.egress import EgressConfiguration, looks_like_egress, without_rest
from konnektor_lint.embedded import documents_in
from konnektor_lint.record import NamedTuple
from konnektor_lint.release import NEWEST_KUBERNETES
from konnektor_lint.tunnel_words import mentions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from konnektor_lint.cluster import ConfigMap
    from konnektor_lint.distribution import Distribution
    from konnektor_lint.patterns import Patterns
    from konnektor_lint.pod import Component
    from konnektor_lint.source import Document, Reading


class _Parts:
    """What one file holds; the raw material of the grouping."""

    __slots__ = (
        "components", "config_maps", "distributions", "documents", "egress", "folder", "others",
        "patches", "reading", "tunnel",
    )  # fmt: skip

    def __init__(self, reading: Reading, settings: Settings) -> None:
        self.reading = reading
        # Two leading slashes (a share of Windows) are a root of their own that ends no climb.
        slashed = re.sub("^//+", "/", reading.source.path.replace("\\", "/"))
        self.folder = posixpath.dirname(slashed)
        self.documents: list[Document] = []
        self.egress: list[Document] = []
        self.components: list[Component] = []
        self.others: list[Document] = []
        self.config_maps: list[ConfigMap] = []
        self.distributions: list[Distribution] = []
        self.patches: list[tuple[Document, list[Component]]] = []
        self.tunnel: list[Document] = []
        """What may be left of a tunnel over OpenVPN."""
        may_be_left = mentions(reading.source.text)
        for whole in reading.documents:
            for document in documents_in(whole):
                self._take(document, settings)
                if may_be_left:
                    self.tunnel.append(document)
                if document.kind == "ConfigMap":
                    from konnektor_lint.cluster import config_map_of

                    self.config_maps.append(config_map_of(document))
        self._stop_where_the_loader_does()

    def _take(self, document: Document, settings: Settings) -> None:
        if looks_like_egress(document):
            self.egress.append(document)
            self.documents.append(document)
            return
        from konnektor_lint.distribution import distribution_of
        from konnektor_lint.recognise import components_of

        own = distribution_of(document, settings.component_version, settings.upgrade_to)
        if own is not None:
            self.distributions.append(own)
            return
        found = list(components_of(document, settings.component_version, settings.upgrade_to))
        if found and all(item.is_piece for item in found):
            self.patches.append((document, found))
        elif found:
            self.components.extend(found)
            self.documents.append(document)
        elif document.kind in _OTHER_KINDS:
            self.others.append(document)
        elif _shows_no_container(document):
            self.patches.append((document, []))

    def _stop_where_the_loader_does(self) -> None:
        """Of an egress file only the first document is read; a rule tells of the rest."""
        first = self.egress[0] if self.egress else None
        others = self.others or self.patches or self.config_maps or self.distributions
        alone = not (self.components or others)
        if alone and first is not None and first.outer is None and first.index == 0:
            self.reading = without_rest(self.reading)
            self.egress = self.documents = [first]

    def roles(self) -> set[str]:
        roles = {item.role for item in self.components}
        return roles | ({"egress"} if self.egress else set())

    def sides(self) -> set[str]:
        return {"workers" if role == "agent" else "control plane" for role in self.roles()}


def _shows_no_container(document: Document) -> bool:
    """Tell whether a workload of the connector has no container: a patch, or a misspelled field."""
    if document.kind not in _WORKLOADS:
        return False
    from konnektor_lint.pod import pod_of

    pod = pod_of(document)
    named = document.name == "kube-apiserver" or "konnectivity" in document.name.lower()
    return named and (pod is None or not pod.containers())


_WORKLOADS = frozenset(("Pod", "Deployment", "DaemonSet", "StatefulSet", "ReplicaSet"))

_OTHER_KINDS = frozenset((
    "Service", "ServiceAccount", "ClusterRoleBinding", "RoleBinding", "ClusterRole", "Role",
    "NetworkPolicy",
))  # fmt: skip


REASONS = ("clusters", "folder", "file", "patch", "distribution")
"""Why parts are one connector: the configuration says so, they lie in one folder, they are all in
one file, or it is a patch or an object of a distribution, which are looked at alone."""


class Cluster(NamedTuple):
    """The files of one cluster, as the configuration names them."""

    name: str
    files: Patterns


def _common(folders: list[str]) -> str:
    """Return the deepest folder that all lie in."""
    shared = folders[0]
    while not all(folder == shared or _is_below(folder, shared) for folder in folders):
        shared = posixpath.dirname(shared)
    return shared


_OF_ONE_CLUSTER = frozenset(("Service", "NetworkPolicy"))
"""What would mislead in another cluster's connector."""


class _Group:
    """Files that are joined; ``root`` is the folder they were joined in."""

    __slots__ = ("child", "cluster", "files", "near", "old", "root")

    def __init__(self, root: str, files: list[_Parts], child: str = "") -> None:
        self.root = root
        self.files = files
        self.child = child
        """The name of the folder it came up from; empty for a folder's own files."""
        self.cluster = ""
        """The name of the cluster, where the configuration names it."""
        self.near: list[Document] = []
        """Services, accounts and RBAC objects of other files that may belong to it."""
        self.old: list[Document] = []
        """What of an OpenVPN tunnel in other files may have been left beside it."""

    @property
    def name(self) -> str:
        if self.reason == "file":
            return self.files[0].reading.source.path
        folders = [parts.folder for parts in self.files]
        return self.cluster or _common(folders) or "."

    @property
    def reason(self) -> str:
        if self.cluster:
            return "clusters"
        return "folder" if self.files[1:] else "file"

    @property
    def roles(self) -> set[str]:
        return {role for parts in self.files for role in parts.roles()}

    @property
    def complete(self) -> bool:
        return len({side for parts in self.files for side in parts.sides()}) > 1


def group(
    readings: Iterable[Reading], settings: Settings, clusters: Sequence[Cluster] = ()
) -> list[Connector]:
    """Return the connectors of all files.

    Files of ``clusters`` are joined as it says; one that several of them name is a part of each.
    All other parts are in exactly one connector: they are joined within the nearest common folder
    that holds both sides. Never joined are folders that are each complete, that bring the same
    part twice, or that may as well be clusters of their own by their names and neighbours: a
    comparison that is missed does less harm than one across two clusters. A patch is a connector
    by itself, and so is each object of a distribution: it stands for a whole cluster.
    """
    files = [_Parts(reading, settings) for reading in readings]
    named, free = _declared(files, clusters)
    rest = [parts for parts in free if not parts.sides()]
    found = _by_folder([parts for parts in free if parts.sides()])
    for at, documents in _near(found, rest).items():
        found[at].near = documents
    for at, documents in _near_tunnels(found, rest).items():
        found[at].old = documents
    connectors = [_connector(item, settings) for item in (*named, *found)]
    patches = [_patch(*patch, settings) for parts in files for patch in parts.patches]
    for patch in patches:
        patch.fragment = bool(connectors)
    connectors += patches
    connectors += [_built(item, settings) for parts in files for item in parts.distributions]
    lonely = [problem for parts in rest for problem in parts.reading.problems]
    if lonely or not connectors:
        connectors.append(Connector(settings, lonely))
    return connectors


def _declared(
    files: list[_Parts], clusters: Sequence[Cluster]
) -> tuple[list[_Group], list[_Parts]]:
    """Return the groups of the clusters that are named, and the files that none of them names."""
    groups: list[_Group] = []
    free = {id(parts): parts for parts in files}
    for cluster in clusters:
        members = [parts for parts in files if cluster.files.holds(parts.reading.source.path)]
        made = _Group("", [parts for parts in members if parts.sides()])
        made.cluster = cluster.name
        made.near = [item for parts in members if not parts.sides() for item in parts.others]
        made.old = [item for parts in members if not parts.sides() for item in parts.tunnel]
        if made.files:
            groups.append(made)
            for parts in members:
                free.pop(id(parts), None)
    return groups, list(free.values())


def _by_folder(files: list[_Parts]) -> list[_Group]:
    """Join the files of each folder, deepest first, until both sides are there."""
    pending: dict[str, list[_Group]] = {}
    for parts in files:
        own = pending.setdefault(parts.folder, [_Group(parts.folder, [])])
        own[0].files.append(parts)
    done: list[_Group] = []
    above_clusters: set[str] = set()
    while pending:
        folder = max(pending, key=_depth)
        groups = pending.pop(folder)
        joined = _joined(folder, groups, beside_cluster=folder in above_clusters)
        parent = posixpath.dirname(folder)
        if joined is None:
            done.extend(item for item in groups if item.files)
            if any(item.complete for item in groups):
                above_clusters.update(_ancestors(folder))
        elif joined.complete or folder in ("", "/") or parent == folder:
            done.append(joined)
            above_clusters.update(_ancestors(folder))
        else:
            joined.child = posixpath.basename(folder)
            pending.setdefault(parent, [_Group(parent, [])]).append(joined)
    return done


def _depth(folder: str) -> tuple[int, str]:
    return (folder.count("/") + (folder != ""), folder)


def _ancestors(folder: str) -> Iterator[str]:
    while folder not in ("", "/"):
        folder = posixpath.dirname(folder)
        yield folder


def _is_below(folder: str, ancestor: str) -> bool:
    """Tell whether a folder lies somewhere inside another one."""
    if ancestor in ("", "/"):
        return folder != ancestor
    return folder.startswith(f"{ancestor}/")


def _joined(folder: str, groups: list[_Group], *, beside_cluster: bool) -> _Group | None:
    """Return what a folder's groups are together, or None where they are clusters of their own.

    ``beside_cluster``: a complete connector lies below this folder too.
    """
    groups = [item for item in groups if item.files]
    strange = sum(1 for item in groups if not _names_a_part(item.child))
    # Two halves and nothing else are one connector, whatever their folders are called.
    allowed = 0 if beside_cluster else 1 if groups[2:] else 2
    if len(groups) > 1 and (strange > allowed or _repeats(groups)):
        return None
    return _Group(folder, [parts for item in groups for parts in item.files])


def _repeats(groups: list[_Group]) -> bool:
    """Tell whether two groups bring the same part; agents may come from several node pools."""
    seen: set[str] = set()
    for item in groups:
        roles = item.roles - ({"agent"} if _names_a_part(item.child) else set())
        if roles & seen:
            return True
        seen |= roles
    return False


_PART_WORDS = frozenset((
    "addon", "addons", "agent", "agents", "api", "apiserver", "apps", "base", "central", "child",
    "conf", "config", "configs", "control", "controlplane", "cp", "deploy", "edge", "egress",
    "etc", "files", "guest", "host", "hosted", "hosting", "hub", "k8s", "kas", "konnectivity",
    "kube", "kubernetes", "management", "manager", "manifest", "manifests", "master", "masters",
    "mgmt", "network", "node", "nodes", "parent", "plane", "pods", "pool", "pools", "proxy",
    "rbac", "remote", "seed", "selector", "server", "servers", "shoot", "spoke", "static",
    "system", "tenant", "user", "worker", "workers", "workload",
))  # fmt: skip


def _names_a_part(name: str) -> bool:
    """Tell whether a folder is named for the part it holds; a folder's own files have no name.

    Several that are not (``berlin``, ``hamburg``) may as well be several clusters.
    """
    words = [word.rstrip("0123456789") for word in re.split(r"[^a-z0-9]+", name.lower())]
    return not name or (any(words) and all(word in _PART_WORDS for word in words if word))


def _near(groups: list[_Group], rest: list[_Parts]) -> dict[int, list[Document]]:
    """Return, by the group's index, the Services, accounts and RBAC objects that lie closest.

    Where several groups are equally close, Services and policies go only to those whose folder
    they lie in or above: those of another cluster would mislead, while one more permission never
    accuses.
    """
    best = _depths(groups)
    found: dict[int, list[Document]] = {}
    for parts in rest:
        nearest = _nearest(parts.folder, best) if parts.others else ()
        for at in nearest:
            root = groups[at].root
            inside = parts.folder == root or _is_below(parts.folder, root)
            sure = inside or _is_below(root, parts.folder) or len(nearest) == 1
            kept = [item for item in parts.others if sure or item.kind not in _OF_ONE_CLUSTER]
            found.setdefault(at, []).extend(kept)
    return found


def _near_tunnels(groups: list[_Group], rest: list[_Parts]) -> dict[int, list[Document]]:
    """Return, by the group's index, what may be left of OpenVPN where no other group is as close.

    What another cluster still needs must not be called left over.
    """
    files = [parts for parts in rest if parts.tunnel]
    best = _depths(groups) if files else {}
    found: dict[int, list[Document]] = {}
    for parts in files:
        nearest = _nearest(parts.folder, best)
        for at in nearest if len(nearest) == 1 else ():
            found.setdefault(at, []).extend(parts.tunnel)
    return found


def _depths(groups: list[_Group]) -> dict[str, tuple[int, set[int]]]:
    """Return, for each folder, how far below it the next files of a group lie, and whose."""
    best: dict[str, tuple[int, set[int]]] = {}
    for at, item in enumerate(groups):
        for start in {parts.folder for parts in item.files}:
            for depth, folder in enumerate((start, *_ancestors(start))):
                known, owners = best.get(folder, (depth, set()))
                if depth < known:
                    owners = set()
                if depth <= known:
                    owners.add(at)
                    best[folder] = (depth, owners)
    return best


def _nearest(start: str, best: dict[str, tuple[int, set[int]]]) -> list[int]:
    """Return the groups to whose files the fewest steps lead from a folder."""
    ways = [
        (up + best[folder][0], best[folder][1])
        for up, folder in enumerate((start, *_ancestors(start)))
        if folder in best
    ]
    fewest = min((steps for steps, _ in ways), default=0)
    return sorted({at for steps, owners in ways if steps == fewest for at in owners})


def _connector(group_: _Group, settings: Settings) -> Connector:
    members = group_.files
    connector = Connector(
        settings, [problem for parts in members for problem in parts.reading.problems]
    )
    connector.name, connector.joined_by = group_.name, group_.reason
    components = [item for parts in members for item in parts.components]
    copies = _copies(components)
    _sort_components(connector, [item for item in components if id(item.pod.root) not in copies])
    minor = connector.kubernetes or NEWEST_KUBERNETES
    connector.egress = tuple(
        EgressConfiguration(item, minor) for parts in members for item in parts.egress
    )
    connector.config_maps = tuple(item for parts in members for item in parts.config_maps)
    documents = [
        item for parts in members for item in parts.documents if id(item.root) not in copies
    ]
    others = [item for parts in members for item in parts.others]
    partners = _partners(connector, [*others, *group_.near])
    connector.documents = (*documents, *partners)
    _sort_others(connector, partners)
    tunnel = [item for parts in members for item in parts.tunnel]
    if connector.proxies:
        from konnektor_lint.openvpn import leftovers_of

        connector.leftovers = leftovers_of(connector, [*tunnel, *group_.old])
    return connector


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


def _patch(document: Document, components: list[Component], settings: Settings) -> Connector:
    connector = Connector(settings)
    connector.name, connector.joined_by = document.source.path, "patch"
    connector.documents = (document,)
    _sort_components(connector, components)
    return connector


def _built(distribution: Distribution, settings: Settings) -> Connector:
    """Return the connector a distribution builds: the parts are its own, so none is missing."""
    connector = Connector(settings)
    connector.name, connector.joined_by = distribution.document.source.path, "distribution"
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
