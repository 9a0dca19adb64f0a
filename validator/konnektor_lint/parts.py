"""What one file holds of connectors, and as much of that as decides what belongs together.

What a kind of document needs is imported when the first of it is there: most runs see few kinds.
"""

from __future__ import annotations

import posixpath

from konnektor_lint.egress import looks_like_egress, without_rest
from konnektor_lint.embedded import documents_in
from konnektor_lint.record import NamedTuple
from konnektor_lint.tunnel_words import mentions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from konnektor_lint.cluster import ConfigMap
    from konnektor_lint.connector import Settings
    from konnektor_lint.distribution import Distribution
    from konnektor_lint.pod import Component
    from konnektor_lint.source import Document, Reading


class Outline(NamedTuple):
    """As much of a file as decides which connector it belongs to; small, for all are kept."""

    path: str
    folder: str
    """Where it lies, with slashes."""
    roles: frozenset[str] = frozenset()
    """Which parts it holds: ``egress`` and the roles of components."""
    others: tuple[str, ...] = ()
    """The kinds of its Services, policies, accounts and RBAC objects."""
    tunnel: bool = False
    """Something in it may be left of an OpenVPN tunnel."""
    patches: bool = False
    distributions: bool = False
    problems: bool = False
    """Reading it found something."""

    @property
    def sides(self) -> frozenset[str]:
        """Return which sides of a connector it has parts of."""
        return frozenset("workers" if role == "agent" else "control plane" for role in self.roles)


class Parts:
    """What one file holds; what connectors are made from."""

    __slots__ = (
        "components", "config_maps", "distributions", "documents", "egress", "others", "patches",
        "reading", "tunnel",
    )  # fmt: skip

    def __init__(self, reading: Reading, settings: Settings) -> None:
        """Look at all documents of a file, also at those in its strings."""
        self.reading = reading
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

    @property
    def outline(self) -> Outline:
        """Return what decides where the file belongs."""
        path = self.reading.source.path
        slashed = path.replace("\\", "/")
        if slashed[:2] == "//":  # a share of Windows: a root of its own that ends no climb
            slashed = f"/{slashed.lstrip('/')}"
        roles = {item.role for item in self.components} | ({"egress"} if self.egress else set())
        return Outline(
            path, posixpath.dirname(slashed), frozenset(roles),
            tuple(item.kind for item in self.others), bool(self.tunnel), bool(self.patches),
            bool(self.distributions), bool(self.reading.problems),
        )  # fmt: skip

    @property
    def proxies(self) -> list[Component]:
        """Return the servers and agents, and what a distribution adds to its own arguments."""
        patches = [item for _, found in self.patches for item in found]
        own = [item for item in (*self.components, *patches) if item.role != "api-server"]
        return [*own, *(item for found in self.distributions for item in found.arguments)]


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
