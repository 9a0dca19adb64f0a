"""The connector as it was understood: its parts, the connections between them, and their state."""

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import NamedTuple

from konnektor_lint.connector import EDGES, Connector
from konnektor_lint.contract import checks_tokens, lease_sides
from konnektor_lint.diagnostic import Diagnostic, Location, Severity, value_of
from konnektor_lint.egress import EgressSelection, text_of
from konnektor_lint.pod import Component
from konnektor_lint.rule import find_rule
from konnektor_lint.secrecy import guarded
from konnektor_lint.source import Document, Node, Position
from konnektor_lint.term import Term


class State(Enum):
    """How a part or a connection is: what its worst finding says, or that a side was not given."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"
    NOT_GIVEN = "not-given"


class Part(NamedTuple):
    """One part: its role (a key of the texts), name, place, and what was found in it."""

    role: str
    name: str
    location: Location
    findings: tuple[Diagnostic, ...]

    @property
    def state(self) -> State:
        """Return the part's state; what is left of another tunnel never fits."""
        worst = _worst(self.findings)
        return State.WARNING if worst is State.OK and self.role == "leftover" else worst


class Edge(NamedTuple):
    """One connection: its name (of ``connector.EDGES``), what it uses, and what was found."""

    name: str
    uses: tuple[str, ...]
    given: bool
    findings: tuple[Diagnostic, ...]

    @property
    def state(self) -> State:
        """Return the connection's state; a fault tells more than a side that was not given."""
        worst = _worst(self.findings)
        return State.NOT_GIVEN if worst is State.OK and not self.given else worst


class Topology(NamedTuple):
    """One connector: why its parts are together, and how they are connected.

    ``others`` are the findings that belong to none of its parts and connections.
    """

    name: str
    joined_by: str
    parts: tuple[Part, ...]
    edges: tuple[Edge, ...]
    others: tuple[Diagnostic, ...]

    @property
    def has_edges(self) -> bool:
        """Tell whether there is something to connect: a distribution builds its own parts."""
        return self.joined_by != "distribution"

    def parts_of(self, role: str) -> list[Part]:
        """Return the parts of a role."""
        return [part for part in self.parts if part.role == role]

    def edge(self, name: str) -> Edge:
        """Return a connection by its name."""
        return next(edge for edge in self.edges if edge.name == name)


def topologies(connectors: Iterable[Connector], findings: Iterable[Diagnostic]) -> list[Topology]:
    """Return a topology for each connector with a part; each takes the findings of its files.

    Of a file that several share, each takes what lies in its own documents.
    """
    listed = [connector for connector in connectors if connector.documents]
    owners: dict[int, dict[int, None]] = {}
    for at, connector in enumerate(listed):
        for document in connector.documents:
            owners.setdefault(id(document.source), {})[at] = None
    shared = {source for source, several in owners.items() if len(several) > 1}
    index = _roots_by_line(listed, shared)
    taken: list[list[Diagnostic]] = [[] for _ in listed]
    for item in findings:
        source, start = id(item.primary.source), item.primary.span.start
        mine: Iterable[int] = owners.get(source, ())
        if source in shared:
            near = index.get((source, start.line), ())
            mine = {root.at for root in near if root.first <= start <= root.last}
        for at in mine:
            taken[at].append(item)
    return [topology_of(*pair) for pair in zip(listed, taken, strict=True)]


def _roots_by_line(
    connectors: list[Connector], sources: set[int]
) -> dict[tuple[int, int], list["_Written"]]:
    """Return which connectors (their index) have a document on each line of the sources."""
    roots = [
        (at, document.root)
        for at, connector in enumerate(connectors) for document in connector.documents
    ]  # fmt: skip
    index: dict[tuple[int, int], list[_Written]] = {}
    for at, root in roots:
        if id(root.source) in sources:
            first, last = root.span
            for line in range(first.line, last.line + 1):
                index.setdefault((id(root.source), line), []).append(_Written(0, at, first, last))
    return index


def topology_of(connector: Connector, findings: Iterable[Diagnostic]) -> Topology:
    """Put the findings where they belong: to a connection, else to the part they point at."""
    documents = [*connector.documents, *(item.document for item in connector.leftovers)]
    sources = {id(document.source) for document in documents}
    left = [item for item in findings if id(item.primary.source) in sources]
    on_edges: dict[str, list[Diagnostic]] = {name: [] for name in EDGES}
    single: list[Diagnostic] = []
    for item in left:
        rule = find_rule(item.code)
        (on_edges[rule.edge] if rule is not None and rule.edge else single).append(item)
    edges = tuple(_edge(name, connector, on_edges[name]) for name in EDGES)
    parts = tuple(_parts(connector, single))
    placed = {id(item) for part in parts for item in part.findings}
    others = tuple(item for item in single if id(item) not in placed)
    return Topology(connector.name, connector.joined_by, parts, edges, others)


def _worst(findings: Iterable[Diagnostic]) -> State:
    worst = max((item.severity for item in findings), default=Severity.INFO)
    return {Severity.ERROR: State.ERROR, Severity.WARNING: State.WARNING}.get(worst, State.OK)


_OTHERS = (
    ("service", "services"), ("service-account", "service_accounts"), ("binding", "bindings"),
    ("role", "roles"), ("network-policy", "network_policies"), ("distribution", "distributions"),
)  # fmt: skip


def _parts(connector: Connector, findings: list[Diagnostic]) -> Iterator[Part]:
    """Yield the parts; a finding goes to the smallest block of a file that it lies in."""
    blocks = list(_blocks(connector))
    taken: dict[int, list[Diagnostic]] = {}
    index = _by_line(blocks, {id(item.primary.source) for item in findings})
    for item in findings:
        start = item.primary.span.start
        near = index.get((id(item.primary.source), start.line), ())
        around = [block for block in near if block.first <= start <= block.last]
        if around:
            taken.setdefault(min(around).at, []).append(item)
    for at, (role, name, location, _) in enumerate(blocks):
        yield Part(role, name, location, tuple(taken.get(at, ())))


_Block = tuple[str, str, Location, tuple[Node, ...]]


def _blocks(connector: Connector) -> Iterator[_Block]:
    """Yield role, name and place of each part, and the nodes that are written for it."""
    for item in connector.egress:
        root = item.document.root
        name = item.document.name or item.document.source.path.replace("\\", "/").rpartition("/")[2]
        yield "egress", name, value_of(root), (root,)
    alone = _alone(connector.components)
    for component in connector.components:
        nodes = (component.container, *((component.pod.root,) if component in alone else ()))
        place = value_of(component.container.at("name") or component.node)
        yield component.role, component.name, place, nodes
    for role, attribute in _OTHERS:
        for other in getattr(connector, attribute):
            document: Document = other.document
            named = document.root.at("metadata", "name") or document.root
            yield role, document.name, value_of(named), (document.root,)

    for leftover in connector.leftovers:
        pod = leftover.pod if leftover.beside else None
        node = pod.root if pod is not None else leftover.document.root
        yield "leftover", leftover.name, value_of(leftover.node), (node,)


def _alone(components: tuple[Component, ...]) -> set[Component]:
    """Return the components whose pod holds no other one, so that all of it is theirs."""
    pods: dict[int, list[Component]] = {}
    for item in components:
        pods.setdefault(id(item.pod.root), []).append(item)
    return {held[0] for held in pods.values() if len(held) == 1}


class _Written(NamedTuple):
    """A place that a block is written at; the shorter blocks come first in order.

    ``at`` is the block's index.
    """

    length: int
    at: int
    first: Position
    last: Position


def _by_line(blocks: list[_Block], sources: set[int]) -> dict[tuple[int, int], list[_Written]]:
    """Return what is written on each line of the sources (their ids): one look-up per finding."""
    index: dict[tuple[int, int], list[_Written]] = {}
    for at, block in enumerate(blocks):
        spans = [(node, node.span) for node in block[3] if id(node.source) in sources]
        length = max((span.end.line - span.start.line for _, span in spans), default=0)
        for node, (first, last) in spans:
            for line in range(first.line, last.line + 1):
                place = (id(node.source), line)
                index.setdefault(place, []).append(_Written(length, at, first, last))
    return index


def _edge(name: str, connector: Connector, findings: list[Diagnostic]) -> Edge:
    sides = {
        "configuration": (connector.api_servers, connector.egress),
        "door": (connector.egress, connector.servers),
        "tunnel": (connector.agents, connector.servers),
        "login": (connector.agents, connector.servers),
        "count": (connector.agents, connector.servers),
        "reach": (connector.agents, connector.servers),
    }[name]
    sources = {item.container.source for item in connector.components}
    used = dict.fromkeys(filter(None, _USES[name](connector)))
    uses = tuple(text if isinstance(text, Term) else guarded(text, sources) for text in used)
    return Edge(name, uses, all(sides), tuple(findings))


def _configuration(connector: Connector) -> Iterator[str]:
    for api_server in connector.api_servers:
        yield _given(api_server, "egress-selector-config-file")


def _door(connector: Connector) -> Iterator[str]:
    for configuration in connector.egress:
        for selection in configuration.selections:
            yield _way(selection)


def _way(selection: EgressSelection) -> str:
    protocol = text_of(selection.protocol)
    if selection.over_uds:
        return f"{protocol} unix:{text_of(selection.uds_name)}"
    return f"{protocol} {text_of(selection.url)}" if selection.over_tcp else ""


def _tunnel(connector: Connector) -> Iterator[str]:
    for agent in connector.agents:
        host, port = agent.text("proxy-server-host"), agent.number("proxy-server-port")
        if host and port is not None:
            yield f"{host}:{port}"


def _login(connector: Connector) -> Iterator[str]:
    for server in connector.servers:
        if checks_tokens(server):
            yield f"TokenReview, {server.text('authentication-audience')}"
        elif server.given("cluster-ca-cert"):
            yield Term("client certificate")


def _count(connector: Connector) -> Iterator[str]:
    if lease_sides(connector)[0]:
        yield Term("leases")
        return
    for server in connector.servers:
        count = server.number("server-count")
        yield f"--server-count={count}" if count is not None else ""


def _reach(connector: Connector) -> Iterator[str]:
    for server in connector.servers:
        yield server.text("proxy-strategies") or ""


_USES = {
    "configuration": _configuration, "door": _door, "tunnel": _tunnel, "login": _login,
    "count": _count, "reach": _reach,
}  # fmt: skip


def _given(component: Component, flag: str) -> str:
    given = component.flag(flag)
    return given.text if given is not None else ""
