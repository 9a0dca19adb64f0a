"""Which certificate meets which authority, and by which name: who verifies whom."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from konnektor_lint import limits
from konnektor_lint.address import address_of
from konnektor_lint.certificate import Certificate
from konnektor_lint.connector import Connector
from konnektor_lint.contract import Doors
from konnektor_lint.diagnostic import Location, flag_value_of, value_of
from konnektor_lint.egress import (
    TLS_SERVER_NAME_SINCE,
    EgressConfiguration,
    EgressSelection,
    each_selection,
    text_of,
)  # fmt: skip
from konnektor_lint.named import Host, Named
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.pod import Component

_PAIRS = (
    ("server-cert", "server-key"), ("cluster-cert", "cluster-key"), ("agent-cert", "agent-key"),
    ("client-certificate-data", "client-key-data"), ("client-certificate", "client-key"),
)  # fmt: skip


class Pair(NamedTuple):
    """A certificate and the private key that is to belong to it; both are on the node."""

    certificate: Named
    key: Named


class Meeting(NamedTuple):
    """One side verifies the other: any of the certificates by any of the authorities will do."""

    certificates: tuple[Named, ...]
    authorities: tuple[Named, ...]


class Dialled(NamedTuple):
    """A host that is dialled, where that is said, and the certificates that may answer."""

    host: str
    place: Location
    certificates: tuple[Named, ...]


class Verified(NamedTuple):
    """A certificate that the other side surely verifies, for ``serverAuth`` or ``clientAuth``."""

    named: Named
    leaf: Certificate
    usage: str


def certificates_of(named: Named) -> Sequence[Certificate]:
    """Return the certificates in a file; empty where there are none, or none can be read."""
    return named.pem.certificates if named.pem is not None else ()


def pairs(connector: Connector, host: Host) -> Iterator[Pair]:
    """Yield the pairs both of whose halves were read."""
    for owner in connector.components:
        for names in _PAIRS:
            yield from _pair(*(host.of(owner, name) for name in names))
    for owner, selection in _secured(connector):
        yield from _pair(
            host.at(owner, selection.client_cert), host.at(owner, selection.client_key)
        )


def _pair(certificate: Named | None, key: Named | None) -> Iterator[Pair]:
    if certificate is not None and key is not None:
        yield Pair(certificate, key)


def _secured(connector: Connector) -> Iterator[tuple[Component, EgressSelection]]:
    for owner in connector.api_servers[: limits.PARTNERS]:
        for _, selection in islice(each_selection(connector.egress), limits.PARTNERS):
            if selection.secured:
                yield owner, selection


def meetings(connector: Connector, host: Host) -> Iterator[Meeting]:
    """Yield who meets whom, where all of both sides is known."""
    all_servers = connector.servers[: limits.PARTNERS]
    for agent in connector.agents[: limits.PARTNERS]:
        yield from _meeting(
            _all(host, all_servers, "cluster-cert"), _one(host.of(agent, "ca-cert"))
        )
        yield from _meeting(
            _one(host.of(agent, "agent-cert")), _all(host, all_servers, "cluster-ca-cert")
        )
    for owner, selection, servers in _https(connector):
        bundle = _one(host.at(owner, selection.ca_bundle))
        yield from _meeting(_all(host, servers, "server-cert"), bundle)
        sent = _one(host.at(owner, selection.client_cert))
        yield from _meeting(sent, _all(host, servers, "server-ca-cert"))


def _https(
    connector: Connector,
) -> Iterator[tuple[Component, EgressSelection, Sequence[Component]]]:
    for configuration in connector.egress:
        doors = Doors(configuration, connector.servers)
        for selection in configuration.selections[: limits.PARTNERS]:
            if selection.secured:
                servers = doors.servers_for(selection)
                for owner in connector.api_servers[: limits.PARTNERS]:
                    yield owner, selection, servers


def _one(named: Named | None) -> tuple[Named, ...]:
    return (named,) if named is not None and certificates_of(named) else ()


def _all(host: Host, servers: Sequence[Component], name: str) -> tuple[Named, ...]:
    """Return what every server names; nothing where one of them is not known."""
    found = [host.of(server, name) for server in servers]
    known = tuple(item for item in found if item is not None and certificates_of(item))
    return known if len(known) == len(servers) else ()


def _meeting(certificates: tuple[Named, ...], authorities: tuple[Named, ...]) -> Iterator[Meeting]:
    if certificates and authorities:
        yield Meeting(certificates, authorities)


def dialled(connector: Connector, host: Host) -> Iterator[Dialled]:
    """Yield the hosts that clients verify the servers by."""
    servers = connector.servers[: limits.PARTNERS]
    for agent in connector.agents[: limits.PARTNERS]:
        flag, certificates = agent.flag("proxy-server-host"), _all(host, servers, "cluster-cert")
        if flag is not None and not flag.open and flag.text and certificates:
            yield Dialled(flag.text, flag_value_of(flag), certificates)
    for configuration in connector.egress:
        doors = Doors(configuration, connector.servers)
        for selection in configuration.selections[: limits.PARTNERS]:
            certificates = _all(host, doors.servers_for(selection), "server-cert")
            name = _name_of(configuration, selection) if selection.secured else None
            if name is not None and certificates:
                yield Dialled(*name, certificates)


def _name_of(
    configuration: EgressConfiguration, selection: EgressSelection
) -> tuple[str, Location] | None:
    server_name, url = text_of(selection.server_name), selection.url_text
    if selection.server_name is not None and server_name:
        known = configuration.minor >= TLS_SERVER_NAME_SINCE and not has_placeholder(server_name)
        return (server_name, value_of(selection.server_name)) if known else None
    address = address_of(url)
    if not address.host or selection.url is None:
        return None
    return address.host, value_of(selection.url)


def verified(connector: Connector, host: Host) -> Iterator[Verified]:
    """Yield the certificates that the other side surely verifies, each once."""
    for named in host.of_kind("certificate"):
        usage = _usage(connector, named)
        if usage and certificates_of(named):
            yield Verified(named, certificates_of(named)[0], usage)


def _usage(connector: Connector, named: Named) -> str:
    """Return what a certificate is verified for; empty where nobody surely does."""
    if named.name in ("cluster-cert", "server-cert"):
        return "serverAuth"
    if named.name.startswith("client-certificate"):
        return "clientAuth"  # by the API server
    checked_by = "cluster-ca-cert" if named.name == "agent-cert" else "server-ca-cert"
    servers = connector.servers[: limits.PARTNERS]
    checked = bool(servers) and all(server.given(checked_by) for server in servers)
    return "clientAuth" if checked else ""
