"""The connector as a whole: the parts that belong together."""

from __future__ import annotations

from konnektor_lint.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from konnektor_lint.cluster import Binding, ConfigMap, PolicyRole, Service, ServiceAccount
    from konnektor_lint.distribution import Distribution
    from konnektor_lint.egress import EgressConfiguration
    from konnektor_lint.named import Host
    from konnektor_lint.network_policy import NetworkPolicy
    from konnektor_lint.openvpn import Leftover
    from konnektor_lint.pod import Component, Pod
    from konnektor_lint.source import Document, Node, Problem

PARTS = (
    "egress", "api_servers", "servers", "agents", "services", "service_accounts",
    "bindings", "roles", "network_policies", "distributions",
)  # fmt: skip
"""The names a rule's ``needs`` may hold, beside ``host`` and ``tls``: attributes of Connector."""

EDGES = ("configuration", "door", "tunnel", "login", "count", "reach")
"""The connections a rule's ``edge`` may name: API server and egress file, API server and proxy
server, agents and proxy server, how agents prove who they are, how they find every server, and
how they get to the nodes."""


class Settings(NamedTuple):
    """What the user said about the versions in use.

    ``kubernetes`` is a minor (36 for 1.36), None: the API server's image says it, or nothing does.
    ``component_version`` is a tag, where images have none; ``upgrade_to`` one that replaces them.
    """

    kubernetes: int | None = None
    component_version: str | None = None
    upgrade_to: str | None = None


class Entry(NamedTuple):
    """A part as reports list it; ``line`` counts from 1."""

    role: str
    name: str
    path: str
    line: int


class Inventory(NamedTuple):
    """What a connector consists of, without the files themselves."""

    counts: Mapping[str, int]
    """How many of each of PARTS there are."""
    parts: tuple[Entry, ...]
    documents: int
    paths: frozenset[str]
    """The files of its documents, and those that reading found something in."""


class Connector:
    """Parts that belong together. An empty tuple means: not given, so nothing is concluded."""

    __slots__ = (
        "_roles", "agents", "api_servers", "bindings", "config_maps", "distributions", "documents",
        "egress", "fragment", "host", "joined_by", "leftovers", "name", "network_policies",
        "problems", "roles", "servers", "service_accounts", "services", "settings",
    )  # fmt: skip

    def __init__(self, settings: Settings, problems: Iterable[Problem] = ()) -> None:
        """Start without parts; ``problems`` are what reading the files found."""
        self.settings = settings
        self.name = ""
        """What it is called: the cluster in the configuration, else its folder or file."""
        self.joined_by = ""
        """Why its parts are taken for one: a word of ``grouping.REASONS``."""
        self.problems: tuple[Problem, ...] = tuple(problems)
        self.documents: tuple[Document, ...] = ()
        self.egress: tuple[EgressConfiguration, ...] = ()
        self.api_servers: tuple[Component, ...] = ()
        self.servers: tuple[Component, ...] = ()
        self.agents: tuple[Component, ...] = ()
        self.services: tuple[Service, ...] = ()
        self.service_accounts: tuple[ServiceAccount, ...] = ()
        self.bindings: tuple[Binding, ...] = ()
        self.roles: tuple[PolicyRole, ...] = ()
        self._roles: dict[str, list[PolicyRole]] | None = None
        self.config_maps: tuple[ConfigMap, ...] = ()
        self.network_policies: tuple[NetworkPolicy, ...] = ()
        self.leftovers: tuple[Leftover, ...] = ()
        """Parts of an OpenVPN tunnel that lie beside it."""
        self.distributions: tuple[Distribution, ...] = ()
        self.host: Host | None = None
        """The node's files, with ``--host-root``; without it its rules are no part of the run."""
        self.fragment = False
        """Only a piece, beside whole connectors: that it lacks parts is nothing to tell of."""

    @property
    def kubernetes(self) -> int | None:
        """Return the Kubernetes minor as far as it is known: from the user, else from images."""
        if self.settings.kubernetes is not None:
            return self.settings.kubernetes
        if not self.api_servers:
            return None
        from konnektor_lint.release import image_tag, kubernetes_minor

        tags = [image_tag(item.container.text_at("image") or "") for item in self.api_servers]
        minors = {kubernetes_minor(tag or "") for tag in tags}
        return minors.pop() if len(minors) == 1 else None

    @property
    def inventory(self) -> Inventory:
        """Return what reports tell of it."""
        paths = {item.source.path for item in self.documents}
        paths.update(item.source.path for item in self.problems)
        counts = {part: len(getattr(self, part)) for part in PARTS}
        return Inventory(counts, tuple(self._entries()), len(self.documents), frozenset(paths))

    def _entries(self) -> Iterator[Entry]:
        for item in self.egress:
            yield _entry("egress", item.document.name, item.document.root)
        for component in self.components:
            yield _entry(component.role, component.name, component.container)
        for role, others in (
            ("service", self.services), ("service-account", self.service_accounts),
            ("binding", self.bindings), ("role", self.roles),
            ("network-policy", self.network_policies), ("distribution", self.distributions),
        ):  # fmt: skip
            for other in others:
                yield _entry(role, other.document.name, other.document.root)

    @property
    def tls(self) -> bool:
        """Tell whether certificates can be read, where there are any: with the extra ``tls``."""
        return self.host is None or self.host.reads_certificates

    @property
    def proxies(self) -> tuple[Component, ...]:
        """Return servers and agents: the programs whose command lines pflag reads.

        With them the arguments that a distribution is told to add to its own.
        """
        added = (item for found in self.distributions for item in found.arguments)
        return (*self.servers, *self.agents, *added)

    @property
    def components(self) -> tuple[Component, ...]:
        """Return every container that runs a part."""
        return (*self.api_servers, *self.servers, *self.agents)

    def pods(self) -> list[Pod]:
        """Return the pods of the components, each once."""
        return list({id(item.pod.root): item.pod for item in self.components}.values())

    def roles_named(self, name: str) -> list[PolicyRole]:
        """Return the roles and cluster roles of a name."""
        if self._roles is None:  # bindings ask, and there may be as many of them as of roles
            self._roles = {}
            for role in self.roles:
                self._roles.setdefault(role.document.name, []).append(role)
        return self._roles.get(name, [])

    def problems_of(self, kind: str) -> list[Problem]:
        """Return what reading the files found of one kind."""
        return [problem for problem in self.problems if problem.kind == kind]

    def has(self, part: str) -> bool:
        """Tell whether a part named in PARTS was given."""
        return bool(getattr(self, part))


def _entry(role: str, name: str, node: Node) -> Entry:
    return Entry(role, name, node.source.path, node.span.start.line)
