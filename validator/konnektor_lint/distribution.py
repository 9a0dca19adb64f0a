"""What the settings of a distribution say about the connector that it builds by itself.

k0s, Kamaji and others write the egress configuration, the proxy server and the agents themselves;
people only see a few fields of an object or of a configuration file. Those fields are read here.
"""

from __future__ import annotations

from konnektor_lint.argument import parse_flags, words_of
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.pod import Component, Pod
from konnektor_lint.record import NamedTuple
from konnektor_lint.release import kubernetes_minor, release_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from konnektor_lint.source import Document, Node

_CAPI = "controlplane.cluster.x-k8s.io"
_PRODUCTS = {
    ("k0s.k0sproject.io", "ClusterConfig"): "k0s",
    ("k0sctl.k0sproject.io", "Cluster"): "k0sctl",
    ("k0smotron.io", "Cluster"): "k0smotron",
    (_CAPI, "K0sControlPlane"): "k0s-machines",
    (_CAPI, "K0sControlPlaneTemplate"): "k0s-machines",
    (_CAPI, "K0smotronControlPlane"): "k0smotron",
    (_CAPI, "K0smotronControlPlaneTemplate"): "k0smotron",
    ("kamaji.clastix.io", "TenantControlPlane"): "kamaji",
    (_CAPI, "KamajiControlPlane"): "kamaji",
    (_CAPI, "KamajiControlPlaneTemplate"): "kamaji",
    ("kubermatic.k8c.io", "Cluster"): "kkp",
    ("kubermatic.k8c.io", "ClusterTemplate"): "kkp",
    ("kubermatic.k8c.io", "Seed"): "kkp",
}
_SCHEMAS = {
    "k0s": "cluster-config/k0s-v1beta1.json",
    "k0sctl": "cluster/k0sctl-v1beta1.json",
    "k0s-machines": "k0s-control-plane/controlplane-v1beta2.json",
    "k0smotron": "cluster/k0smotron-v1beta2.json",
    "kamaji": "tenant-control-plane/kamaji-v1alpha1.json",
    "kkp": "cluster/kubermatic-v1.json",
    "vcluster": "vcluster/values.json",
    "k3s": "k3s/config.json",
}
_K0S_CONFIG = {
    "k0s": (),
    "k0sctl": ("k0s", "config", "spec"),
    "k0s-machines": ("k0sConfigSpec", "k0s", "spec"),
    "k0smotron": ("k0sConfig", "spec"),
}
_VERSIONS = {
    "k0sctl": ("k0s", "version"),
    "k0s-machines": ("version",),
    "k0smotron": ("version",),
    "kkp": ("version",),
}
K0S_ON_HOSTS = frozenset(("k0s", "k0sctl", "k0s-machines"))
"""The products that hand the ports of a k0s ClusterConfig on as they are written."""

_LOAD_BALANCING = ("network", "nodeLocalLoadBalancing")


class Port(NamedTuple):
    """A port: the name of its field, its number (None: a placeholder), and where it is written.

    ``node`` is None where the product's default holds.
    """

    field: str
    number: int | None
    node: Node | None


class ExtraArguments(Component):
    """Arguments that a product adds to those it gives a program itself: a piece, never a whole."""

    __slots__ = ("list_node",)

    def __init__(
        self, role: str, pod: Pod, listed: Node, tag: str | None, upgrade_to: str | None
    ) -> None:
        """Read the list; ``tag`` is the release in use, ``upgrade_to`` one that replaces it."""
        program = f"proxy-{role}"
        running = release_for(program, tag)
        wanted = release_for(program, upgrade_to) if upgrade_to else running
        command = parse_flags(words_of(listed.items(), {}), wanted)
        super().__init__(role, pod, pod.spec, command, wanted, running=running, shell=False)
        self.list_node = listed

    @property
    def node(self) -> Node:
        """Return the list of the arguments."""
        return self.list_node

    @property
    def is_piece(self) -> bool:
        """Tell that the product says the rest of the command line."""
        return True


class Distribution:
    """One cluster's settings in a product's own object or file.

    ``product`` is k0s, k0sctl, k0s-machines (Cluster API), k0smotron, kamaji, kkp, vcluster or k3s
    (RKE2 too); ``object`` is the node that the schema is for, ``settings`` its ``spec``, or the
    whole file.
    """

    __slots__ = ("arguments", "document", "object", "product", "settings")

    def __init__(self, document: Document, product: str, object_: Node, settings: Node) -> None:
        """Hold the nodes; ``arguments`` are filled in by ``distribution_of``."""
        self.document = document
        self.product = product
        self.object = object_
        self.settings = settings
        self.arguments: tuple[Component, ...] = ()

    @property
    def schema(self) -> str:
        """Return the schema's path below ``schemas/``."""
        return _SCHEMAS[self.product]

    @property
    def whole(self) -> bool:
        """Tell whether nothing seems to be merged into it, so that defaults hold.

        A patch (kustomize) lacks what the API server demands of a whole object, or is named so.
        """
        if "patch" in self.document.source.path.lower():
            return False
        demanded = {"kamaji": ("kubernetes", "version"), "k0sctl": ("hosts",)}.get(self.product)
        return demanded is None or any(self.settings.at(name) for name in demanded)

    def at(self, *path: str | int) -> Node | None:
        """Return a setting that is written, even if only as a placeholder; null is not."""
        node = self.settings.at(*path)
        return None if node is None or node.value is None else node

    def port(self, *path: str, default: int) -> Port:
        """Return a port of the settings."""
        return _port(self.settings, path, default)

    @property
    def k0s(self) -> Node | None:
        """Return the ``spec`` of the k0s ClusterConfig that is here or embedded here."""
        path = _K0S_CONFIG.get(self.product)
        return None if path is None else self.settings.at(*path)

    def k0s_port(self, *path: str, default: int) -> Port:
        """Return a port of the k0s ClusterConfig."""
        return _port(self.k0s, path, default)

    @property
    def version(self) -> Node | None:
        """Return where the version of Kubernetes, or of k0s, is written, if it is known."""
        path = _VERSIONS.get(self.product)
        if self.product == "kamaji":
            path = ("kubernetes", "version") if self.at("kubernetes") else ("version",)
        node = self.at(*path) if path is not None else None
        return node if node is not None and node.text and not has_placeholder(node.text) else None

    @property
    def minor(self) -> int | None:
        """Return the Kubernetes minor of ``version``, if it is known."""
        node = self.version
        return kubernetes_minor(node.text or "") if node is not None else None


def _port(settings: Node | None, path: tuple[str, ...], default: int) -> Port:
    node = settings.at(*path) if settings is not None else None
    written = node is not None and node.value is not None
    number = node.integer if node is not None and written else default
    return Port(".".join(path), number, node if written else None)


def distribution_of(
    document: Document, component_version: str | None = None, upgrade_to: str | None = None
) -> Distribution | None:
    """Return the settings of a product about the connector, or None.

    ``component_version`` and ``upgrade_to`` are releases as in ``recognise.components_of``.
    """
    found = _of_object(document) if document.kind else _of_file(document)
    if found is not None:
        found.arguments = tuple(_arguments(found, component_version, upgrade_to))
    return found


def _of_object(document: Document) -> Distribution | None:
    group = document.api_version.partition("/")[0]
    product = _PRODUCTS.get((group, document.kind))
    if product is None:
        return None
    inner = document.root.at("spec", "template")
    is_template = product != "kkp" and document.kind.endswith("Template") and inner is not None
    object_ = inner if is_template and inner is not None else document.root
    settings = object_.at("spec")
    if settings is None:
        return None
    found = Distribution(document, product, object_, settings)
    return found if _speaks_of_it(found) else None


def _of_file(document: Document) -> Distribution | None:
    """Recognise files that name no kind: the values of vCluster, the config of k3s and RKE2."""
    root = document.root
    if document.api_version:
        return None
    if root.at("controlPlane", "advanced", "konnectivity") is not None:
        return Distribution(document, "vcluster", root, root)
    if root.at("egress-selector-mode") is not None:
        return Distribution(document, "k3s", root, root)
    return None


def _speaks_of_it(found: Distribution) -> bool:
    """Tell whether the object says anything about the connector."""
    match found.product:
        case "kamaji":
            return found.at("addons", "konnectivity") is not None
        case "kkp":
            return any((
                found.at("clusterNetwork", "konnectivityEnabled"),
                found.at("componentsOverride", "konnectivityProxy"),
                found.at("defaultComponentSettings", "konnectivityProxy"),
            ))  # fmt: skip
        case "k0smotron":
            own = (found.at("service", "konnectivityPort"), found.at("ingress"))
            return any(node is not None for node in own) or _in_k0s(found.k0s)
        case _:
            return _in_k0s(found.k0s)


def _in_k0s(spec: Node | None) -> bool:
    if spec is None:
        return False
    block = spec.at("konnectivity")
    balancers = (spec.at(*_LOAD_BALANCING) or spec).fields().values()
    bound = any(item.at("konnectivityServerBindPort") is not None for item in balancers)
    return (block is not None and block.value is not None) or bound


def proxy_tag(found: Distribution, role: str) -> str | None:
    """Return the tag of the image that Kamaji runs; None where it cannot be known.

    Without a ``version`` it is made of the Kubernetes minor.
    """
    given = written_version(found, role)
    if given is not None:
        return None if has_placeholder(given.raw) else given.text
    return None if found.minor is None else f"v0.{found.minor}.0"


def written_version(found: Distribution, role: str) -> Node | None:
    """Return where Kamaji is told the tag of an image; an empty text tells nothing."""
    node = found.at("addons", "konnectivity", role, "version")
    return None if node is None or node.text == "" else node


_ARGUMENTS: dict[str, dict[str, tuple[str, ...]]] = {
    "kamaji": {
        "server": ("addons", "konnectivity", "server", "extraArgs"),
        "agent": ("addons", "konnectivity", "agent", "extraArgs"),
    },
    "vcluster": {
        "server": ("controlPlane", "advanced", "konnectivity", "server", "extraArgs"),
        "agent": ("controlPlane", "advanced", "konnectivity", "agent", "extraArgs"),
    },
    "kkp": {  # a Seed's list goes to the servers, that of a cluster to its agents
        "server": ("defaultComponentSettings", "konnectivityProxy", "args"),
        "agent": ("componentsOverride", "konnectivityProxy", "args"),
    },
}


def _arguments(
    found: Distribution, component_version: str | None, upgrade_to: str | None
) -> Iterator[Component]:
    for role, path in _ARGUMENTS.get(found.product, {}).items():
        listed = found.at(*path)
        block = found.at(*path[:-1])
        if listed is None or block is None or not listed.items():
            continue
        tag = proxy_tag(found, role) if found.product == "kamaji" else None
        pod = Pod(found.document, found.document.root, block)
        yield ExtraArguments(role, pod, listed, tag or component_version, upgrade_to)
