"""kube-apiserver does not get to see a certificate that the egress configuration names."""

from collections.abc import Iterator, Sequence

from konnektor_lint import limits
from konnektor_lint.connector import Connector
from konnektor_lint.contract import mounted_at
from konnektor_lint.diagnostic import Location, value_of
from konnektor_lint.egress import EgressConfiguration, EgressSelection, text_of
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.pod import Component
from konnektor_lint.rule import Findings, rule
from konnektor_lint.source import Node

_IN_IMAGES = ("/etc/ssl/", "/usr/", "/etc/pki/tls/", "/etc/pki/ca-trust/")
"""Where images bring certificates of their own."""


@rule(
    "KL229",
    "egress-tls-file-not-mounted",
    since="0.1",
    edge="door",
    needs=("egress", "api_servers"),
    args=("field", "file"),
    references=(
        "kubernetes/apiserver v0.36.0 pkg/server/egressselector/config.go: the files must exist",
        "kubernetes/apiserver v0.36.0 pkg/server/egressselector/egress_selector.go: getTLSConfig",
    ),
)
def egress_tls_file_not_mounted(connector: Connector) -> Findings:
    """Follow the files of ``tlsConfig`` into the mounts of the API servers that read them.

    Of several configurations one whose files are there is enough: who reads which is not known.
    """
    readers = connector.api_servers[: limits.PARTNERS]
    if not all(item.whole for item in readers):
        return
    missing = [list(_missing(item, readers)) for item in connector.egress]
    for field, node in (item for found in missing if all(missing) for item in found):
        yield egress_tls_file_not_mounted.report(
            value_of(node), _mounts(readers[0], text_of(node)), field=field, file=text_of(node)
        )


def _missing(
    configuration: EgressConfiguration, readers: Sequence[Component]
) -> Iterator[tuple[str, Node]]:
    """Yield the fields whose files no API server has."""
    for selection in configuration.selections:
        for field, node in _files(selection):
            path = text_of(node)
            if _is_known(path) and all(_lacks(item, path) for item in readers):
                yield field, node


def _files(selection: EgressSelection) -> Iterator[tuple[str, Node]]:
    if not selection.secured:
        return
    for field, node in (
        ("caBundle", selection.ca_bundle),
        ("clientCert", selection.client_cert),
        ("clientKey", selection.client_key),
    ):
        if node is not None and text_of(node):
            yield field, node


def _is_known(path: str) -> bool:
    return path.startswith("/") and not path.startswith(_IN_IMAGES) and not has_placeholder(path)


def _lacks(api_server: Component, path: str) -> bool:
    """Tell whether no mount of a container brings a file, as far as the volumes tell."""
    if not api_server.may_mount(path):
        return True
    backing = api_server.backing(path)
    files = backing.volume.files() if backing is not None and not api_server.mounts_open else None
    if backing is None or files is None or has_placeholder(backing.path):
        return False
    return backing.path.lstrip("/") not in files


def _mounts(api_server: Component, path: str) -> Location:
    backing = api_server.backing(path)
    if backing is not None:
        return value_of(backing.volume.node.at("name") or backing.volume.node, "volume")
    place = mounted_at(api_server)
    return Location(place.source, place.span, "mounts")
