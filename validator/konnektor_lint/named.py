"""What the connector's files name on a node, looked up before the rules run.

A path of a container leads to the node through a ``hostPath`` volume; what lies in other volumes
or in the image is not on the node, and nothing is said about it.
"""

import posixpath
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from konnektor_lint import certificate, clock, limits, source
from konnektor_lint.argument import Flag
from konnektor_lint.certificate import Pem
from konnektor_lint.connector import Connector
from konnektor_lint.contract import checks_tokens
from konnektor_lint.diagnostic import Location, flag_value_of, value_of
from konnektor_lint.egress import EgressSelection, each_selection, text_of
from konnektor_lint.host import Entry, Tree
from konnektor_lint.kubeconfig import Kubeconfig, kubeconfig_of
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.pod import Backing, Component
from konnektor_lint.source import Node, Source, Span, Unreadable

_SERVER_FLAGS = {
    "server-cert": "certificate", "server-key": "key", "server-ca-cert": "authority",
    "cluster-cert": "certificate", "cluster-key": "key", "cluster-ca-cert": "authority",
    "kubeconfig": "kubeconfig",
}  # fmt: skip
_AGENT_FLAGS = {
    "ca-cert": "authority", "agent-cert": "certificate", "agent-key": "key",
    "kubeconfig": "kubeconfig",
}  # fmt: skip
_FIELDS = {
    "client-certificate": "certificate", "client-key": "key", "certificate-authority": "authority",
    "client-certificate-data": "certificate", "client-key-data": "key",
    "certificate-authority-data": "authority",
}  # fmt: skip
"""What a kubeconfig names or embeds."""

_PEM_KINDS = ("certificate", "key", "authority")


class Named(NamedTuple):
    """One path that a file names, and what is there.

    ``kind``: certificate, key, authority, kubeconfig, egress or socket. ``name``: the flag or
    field without dashes. ``file``: the path on the node. ``entry``: what lies there, for a socket
    what lies at its own path; ``folder``: what the socket lies in. ``unread``: why the bytes are
    not known. ``made``: something else in the pod may make it. ``used``: a kubeconfig is surely
    loaded. ``content``: the data of an egress file. ``empty``: an empty file; ``filled``: a folder
    with something in it. ``mounted``: what lies at the volume's own path.
    """

    owner: Component
    place: Location
    name: str
    kind: str
    path: str
    file: str
    entry: Entry
    backing: Backing
    pem: Pem | None = None
    kubeconfig: Kubeconfig | None = None
    used: bool = True
    unread: str = ""
    made: bool = False
    folder: Entry | None = None
    content: Any = None
    empty: bool = False
    filled: bool = False
    mounted: Entry | None = None

    @property
    def shown_name(self) -> str:
        """Return the flag or field as one writes it."""
        return self.name if "." in self.name or self.name in _FIELDS else f"--{self.name}"


class Host:
    """A node as far as the connector's files name it. Rules look here, never at the disk."""

    __slots__ = ("_by_name", "_by_place", "knows_owners", "now", "reads_certificates", "things")

    def __init__(self, things: Iterable[Named], now: datetime, *, knows_owners: bool) -> None:
        """``things``: everything that is named. ``knows_owners``: see ``host.Tree``."""
        self.things = tuple(things)
        self.now = now
        self.knows_owners = knows_owners
        self.reads_certificates = certificate.available()
        # Where two selections lead through the same place, the first stands for both.
        self._by_name: dict[tuple[int, str], Named] = {}
        self._by_place: dict[tuple[int, int, Span], Named] = {}
        for item in self.things:
            owner, place = id(item.owner), item.place
            self._by_name.setdefault((owner, item.name), item)
            self._by_place.setdefault((owner, id(place.source), place.span), item)

    def of_kind(self, *kinds: str) -> Iterator[Named]:
        """Yield what is named for one of the purposes."""
        return (item for item in self.things if item.kind in kinds)

    def of(self, owner: Component, name: str) -> Named | None:
        """Return what a component names with a flag, if it lies on the node."""
        return self._by_name.get((id(owner), name))

    def at(self, owner: Component, node: Node | None) -> Named | None:
        """Return what an egress configuration names, as an API server sees it."""
        if node is None:
            return None
        place = value_of(node)
        return self._by_place.get((id(owner), id(place.source), place.span))


def gather(tree: Tree, connector: Connector) -> Host:
    """Look up everything that the connector's files name."""
    reader = _Reader(tree)
    things: list[Named] = []
    for api_server in connector.api_servers[: limits.PARTNERS]:
        things += _of_api_server(reader, connector, api_server)
    for server in connector.servers[: limits.PARTNERS]:
        things += _of_flags(reader, server, _SERVER_FLAGS)
        things += _socket(reader, server, server.flag("uds-name"))
    elsewhere = bool(connector.servers or connector.api_servers)
    for agent in connector.agents[: limits.PARTNERS]:
        found = list(_of_flags(reader, agent, _AGENT_FLAGS))
        # Agents run on the workers: beside a control plane, theirs are files of other nodes.
        things += [item for item in found if item.entry.exists or not elsewhere]
    return Host(things, clock.now(), knows_owners=tree.knows_owners)


_Made = TypeVar("_Made")


class _Reader:
    """Reads each file once for each purpose."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._made: dict[tuple[str, object], tuple[Any, str, bool]] = {}

    def read(self, entry: Entry, how: Callable[[bytes], _Made]) -> tuple[_Made | None, str, bool]:
        """Return what a file becomes, else why it is not known; and whether it is empty."""
        key = entry.path, how
        if key not in self._made:
            data, reason = self.tree.read(entry)
            made = how(data) if data is not None else None
            self._made[key] = made, reason, data == b""
        return self._made[key]


def _pem(data: bytes) -> Pem | None:
    return certificate.read(data) if certificate.available() else None


def _first_document(data: bytes) -> list[Any]:
    """Return the data of an egress file, of which only the first document counts."""
    try:
        reading = source.parse(Source("", source.decode(data)))
    except Unreadable:
        return []
    return [item.root.plain() for item in reading.documents[:1]]


def _of_api_server(reader: _Reader, connector: Connector, owner: Component) -> Iterator[Named]:
    flag = owner.flag("egress-selector-config-file")
    found = _by_flag(reader, owner, flag, "egress-selector-config-file", "egress")
    if found is not None:
        yield found
    for _, selection in islice(each_selection(connector.egress), limits.PARTNERS):
        yield from _of_selection(reader, owner, selection)


def _of_selection(reader: _Reader, owner: Component, selection: EgressSelection) -> Iterator[Named]:
    if selection.secured:
        for name, kind, node in (
            ("tlsConfig.clientCert", "certificate", selection.client_cert),
            ("tlsConfig.clientKey", "key", selection.client_key),
            ("tlsConfig.caBundle", "authority", selection.ca_bundle),
        ):
            path = text_of(node)
            if node is not None and path:
                found = _named(reader, owner, value_of(node), name, kind, path)
                if found is not None:
                    yield found
    if selection.over_uds and selection.uds_name is not None:
        path = text_of(selection.uds_name)
        place = value_of(selection.uds_name)
        found = _named(reader, owner, place, "uds.udsName", "socket", path)
        if found is not None:
            yield found


def _of_flags(reader: _Reader, owner: Component, kinds: dict[str, str]) -> Iterator[Named]:
    for name, kind in kinds.items():
        found = _by_flag(reader, owner, owner.flag(name), name, kind)
        if found is not None:
            yield found
            yield from _inside(reader, found)


def _inside(reader: _Reader, found: Named) -> Iterator[Named]:
    """Yield what a kubeconfig that is used names or embeds."""
    if found.kubeconfig is None or not found.used:
        return
    for name, pem in (
        ("client-certificate-data", found.kubeconfig.client_certificate),
        ("client-key-data", found.kubeconfig.client_key),
        ("certificate-authority-data", found.kubeconfig.authority),
    ):
        if pem is not None:
            yield found._replace(name=name, kind=_FIELDS[name], pem=pem, kubeconfig=None)
    for name, path in found.kubeconfig.files:
        absolute = posixpath.join(posixpath.dirname(found.path), path)
        named = _named(reader, found.owner, found.place, name, _FIELDS[name], absolute)
        if named is not None:
            yield named


def _socket(reader: _Reader, owner: Component, flag: Flag | None) -> Iterator[Named]:
    found = _by_flag(reader, owner, flag, "uds-name", "socket")
    if found is not None:
        yield found


def _by_flag(
    reader: _Reader, owner: Component, flag: Flag | None, name: str, kind: str
) -> Named | None:
    if flag is None or flag.open or not flag.text:
        return None
    return _named(reader, owner, flag_value_of(flag), name, kind, flag.text)


def _named(
    reader: _Reader, owner: Component, place: Location, name: str, kind: str, path: str
) -> Named | None:
    """Look up a path of a container; None where it does not surely lead to the node."""
    backing = _host_backing(owner, path)
    if backing is None:
        return None
    tree, file = reader.tree, backing.path
    found = Named(
        owner, place, name, kind, path, file, tree.look(file), backing,
        made=_may_be_made(owner, backing), mounted=tree.look(backing.volume.target),
    )  # fmt: skip
    if kind == "socket":
        filled = found.entry.kind == "folder" and bool(tree.names_in(found.entry))
        return found._replace(folder=tree.look(posixpath.dirname(file)), filled=filled)
    return _with_contents(reader, found) if found.entry.kind == "file" else found


def _host_backing(owner: Component, path: str) -> Backing | None:
    """Return what lies behind a path if that is surely a path of the node."""
    if not path.startswith("/") or has_placeholder(path) or owner.mounts_open:
        return None
    backing = owner.backing(path)
    if backing is None or backing.volume.kind != "hostPath":
        return None
    known = backing.path.startswith("/") and not has_placeholder(backing.path)
    return backing if known and "$(" not in backing.path else None


def _with_contents(reader: _Reader, found: Named) -> Named:
    if found.kind in _PEM_KINDS:
        pem, reason, empty = reader.read(found.entry, _pem)
        return found._replace(pem=pem, unread=reason, empty=empty)
    if found.kind == "kubeconfig":
        kubeconfig, reason, empty = reader.read(found.entry, kubeconfig_of)
        used = _is_used(found.owner)
        return found._replace(kubeconfig=kubeconfig, unread=reason, empty=empty, used=used)
    content, reason, empty = reader.read(found.entry, _first_document)
    return found._replace(content=content, unread=reason, empty=empty)


def _may_be_made(owner: Component, backing: Backing) -> bool:
    """Tell whether another container of the pod may write the file before it is needed."""
    for other in owner.pod.containers():
        if other is owner.container:
            continue
        for mount in other.items_at("volumeMounts"):
            read_only = mount.at("readOnly")
            if mount.text_at("name") == backing.volume.name and not (
                read_only is not None and read_only.value is True
            ):
                return True
    return False


def _is_used(owner: Component) -> bool:
    """Tell whether the program surely loads its kubeconfig; each checks only that it exists."""
    if owner.role == "server":
        return checks_tokens(owner) or owner.is_on("enable-lease-controller") is True
    return owner.is_on("count-server-leases") is True
