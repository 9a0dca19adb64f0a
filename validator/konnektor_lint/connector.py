"""The connector as a whole: which parts were given, and which belong together."""

import posixpath
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from konnektor_lint.cluster import (
    Binding,
    PolicyRole,
    Service,
    ServiceAccount,
    binding_of,
    role_of,
    service_of,
)  # fmt: skip
from konnektor_lint.egress import EgressConfiguration, looks_like_egress
from konnektor_lint.pod import Component, Pod
from konnektor_lint.recognise import components_of, documents_in
from konnektor_lint.release import NEWEST_KUBERNETES
from konnektor_lint.source import Document, Problem, Reading

PARTS = (
    "egress", "api_servers", "servers", "agents", "services", "service_accounts",
    "bindings", "roles",
)  # fmt: skip
"""The names a rule's ``needs`` may hold; each is an attribute of Connector."""

CONTROL_PLANE = ("egress", "api_servers", "servers")


class Settings(NamedTuple):
    """What the user said about the versions in use.

    ``kubernetes`` is a minor (36 for 1.36); ``component_version`` a tag, where images have none.
    """

    kubernetes: int = NEWEST_KUBERNETES
    component_version: str | None = None


class Connector:
    """Parts that belong together. An empty tuple means: not given, so nothing is concluded."""

    __slots__ = (
        "agents", "api_servers", "bindings", "documents", "egress", "problems", "roles",
        "servers", "service_accounts", "services", "settings",
    )  # fmt: skip

    def __init__(self, settings: Settings, problems: Iterable[Problem] = ()) -> None:
        """Start without parts; ``problems`` are what reading the files found."""
        self.settings = settings
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

    @property
    def proxies(self) -> tuple[Component, ...]:
        """Return servers and agents: the programs whose command lines pflag reads."""
        return (*self.servers, *self.agents)

    @property
    def components(self) -> tuple[Component, ...]:
        """Return every container that runs a part."""
        return (*self.api_servers, *self.servers, *self.agents)

    def pods(self) -> list[Pod]:
        """Return the pods of the components, each once."""
        return list({id(item.pod.root): item.pod for item in self.components}.values())

    def problems_of(self, kind: str) -> list[Problem]:
        """Return what reading the files found of one kind."""
        return [problem for problem in self.problems if problem.kind == kind]

    def has(self, part: str) -> bool:
        """Tell whether a part named in PARTS was given."""
        return bool(getattr(self, part))


class _Parts:
    """What one file holds; the raw material of the grouping."""

    __slots__ = ("components", "documents", "egress", "folder", "others", "reading")

    def __init__(self, reading: Reading, settings: Settings) -> None:
        self.reading = reading
        self.folder = posixpath.dirname(reading.source.path.replace("\\", "/"))
        self.documents: list[Document] = []
        self.egress: list[EgressConfiguration] = []
        self.components: list[Component] = []
        self.others: list[Document] = []
        for whole in reading.documents:
            for document in documents_in(whole):
                self._take(document, settings)

    def _take(self, document: Document, settings: Settings) -> None:
        if looks_like_egress(document):
            self.egress.append(EgressConfiguration(document, settings.kubernetes))
            self.documents.append(document)
            return
        found = list(components_of(document, settings.component_version))
        if found:
            self.components.extend(found)
            self.documents.append(document)
        elif document.kind in _OTHER_KINDS:
            self.others.append(document)

    def sides(self) -> set[str]:
        sides = {"workers" if item.role == "agent" else "control plane" for item in self.components}
        return sides | ({"control plane"} if self.egress else set())


_OTHER_KINDS = frozenset((
    "Service", "ServiceAccount", "ClusterRoleBinding", "RoleBinding", "ClusterRole", "Role",
))  # fmt: skip


def group(readings: Iterable[Reading], settings: Settings) -> list[Connector]:
    """Return the connectors of all files: each file's parts are in exactly one.

    Parts are joined within the nearest common folder that holds both sides; folders that are
    each complete, or that each bring their own control plane, are never joined.
    """
    files = [_Parts(reading, settings) for reading in readings]
    groups = _by_folder([parts for parts in files if parts.sides()])
    rest = [parts for parts in files if not parts.sides()]
    connectors = []
    for members in groups:
        near = [parts for parts in rest if _is_near(parts, members, groups)]
        connectors.append(_connector(members, near, settings))
    lonely = [problem for parts in rest for problem in parts.reading.problems]
    if lonely or not connectors:
        connectors.append(Connector(settings, lonely))
    return connectors


def _by_folder(files: list[_Parts]) -> list[list[_Parts]]:
    """Join the files of each folder, deepest first, until both sides are there."""
    open_groups: dict[str, list[list[_Parts]]] = {}
    for parts in files:
        open_groups.setdefault(parts.folder, [[]])[0].append(parts)
    done: list[list[_Parts]] = []
    while open_groups:
        folder = max(open_groups, key=_depth)
        groups = open_groups.pop(folder)
        joined = _joined(groups)
        closed = joined is None or len(_sides(joined)) == 2  # noqa: PLR2004
        parent = posixpath.dirname(folder)
        if closed or folder in ("", "/") or parent == folder:
            done.extend(groups if joined is None else [joined])
        else:
            open_groups.setdefault(parent, []).append(joined or [])
    return done


def _depth(folder: str) -> tuple[int, str]:
    return (folder.count("/") + (folder != ""), folder)


def _joined(groups: list[list[_Parts]]) -> list[_Parts] | None:
    """Return all groups as one, or None where several bring a control plane of their own."""
    own = [members for members in groups if "control plane" in _sides(members)]
    singles = [
        role
        for members in own
        for role in {"egress" for parts in members if parts.egress}
        | {item.role for parts in members for item in parts.components if item.role != "agent"}
    ]
    if len(singles) != len(set(singles)):
        return None
    return [parts for members in groups for parts in members]


def _sides(members: list[_Parts]) -> set[str]:
    return {side for parts in members for side in parts.sides()}


def _is_near(parts: _Parts, members: list[_Parts], groups: list[list[_Parts]]) -> bool:
    """Tell whether a file of Services or RBAC lies closest to this group."""

    def distance(group_members: list[_Parts]) -> int:
        return min(_steps(parts.folder, member.folder) for member in group_members)

    return distance(members) == min(distance(other) for other in groups)


def _steps(one: str, other: str) -> int:
    first, second = one.split("/") if one else [], other.split("/") if other else []
    common = 0
    for left, right in zip(first, second, strict=False):
        if left != right:
            break
        common += 1
    return len(first) + len(second) - 2 * common


def _connector(members: list[_Parts], near: list[_Parts], settings: Settings) -> Connector:
    everything = [*members, *near]
    connector = Connector(
        settings, [problem for parts in everything for problem in parts.reading.problems]
    )
    connector.egress = tuple(item for parts in members for item in parts.egress)
    components = [item for parts in members for item in parts.components]
    connector.api_servers = tuple(item for item in components if item.role == "api-server")
    connector.servers = tuple(item for item in components if item.role == "server")
    connector.agents = tuple(item for item in components if item.role == "agent")
    documents = [document for parts in members for document in parts.documents]
    others = list(_partners(connector, [item for parts in everything for item in parts.others]))
    connector.documents = (*documents, *others)
    _sort_others(connector, others)
    return connector


def _sort_others(connector: Connector, others: list[Document]) -> None:
    connector.services = tuple(service_of(item) for item in others if item.kind == "Service")
    connector.service_accounts = tuple(
        ServiceAccount(item) for item in others if item.kind == "ServiceAccount"
    )
    connector.bindings = tuple(
        binding_of(item) for item in others if item.kind in ("ClusterRoleBinding", "RoleBinding")
    )
    connector.roles = tuple(
        role_of(item) for item in others if item.kind in ("ClusterRole", "Role")
    )


def _partners(connector: Connector, others: list[Document]) -> Iterator[Document]:
    """Yield the Services, accounts and RBAC objects that belong to the connector."""
    wanted = names_wanted(connector)
    bindings = [binding_of(item) for item in others if item.kind.endswith("Binding")]
    roles = {
        binding.role
        for binding in bindings
        if _is_ours(binding.document.name, wanted)
        or any(_is_ours(subject.name, wanted) for subject in binding.subjects)
    }
    labels = [pod.labels for pod in connector.pods()]
    for document in others:
        if document.kind == "Service":
            selector = service_of(document).selector
            picked = any(selector and selector.items() <= known.items() for known in labels)
            if picked or _is_ours(document.name, wanted):
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


def _is_ours(name: str, wanted: set[str]) -> bool:
    return name in wanted or "konnectivity" in name.lower()


def names_wanted(connector: Connector) -> set[str]:
    """Return the names of accounts and Services that the components refer to."""
    names: set[str] = set()
    for component in connector.proxies:
        names.add(component.pod.service_account)
        for flag in ("agent-service-account", "proxy-server-host"):
            given = component.flag(flag)
            if given is not None and not given.open:
                names.add(given.text.partition(".")[0])
    return names - {"", "default"}
