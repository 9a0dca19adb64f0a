"""The EgressSelectorConfiguration as kube-apiserver's own loader takes it.

Source: kubernetes/apiserver ``pkg/server/egressselector/config.go``. Up to Kubernetes 1.31 the
file is decoded leniently (``sigs.k8s.io/yaml``: unknown fields dropped, keys in any case,
``apiVersion`` not looked at); from 1.32 strictly.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

from konnektor_lint.schema import Dialect, Violation, check
from konnektor_lint.source import Document, Node, Problem

KIND = "EgressSelectorConfiguration"
VERSIONS = ("apiserver.k8s.io/v1alpha1", "apiserver.k8s.io/v1beta1")
STRICT_SINCE = 32
TLS_SERVER_NAME_SINCE = 36
MASTER_CONVERTED_SINCE = 23
NAMES_CHECKED_SINCE = 20

_SCHEMAS = {
    "apiserver.k8s.io/v1alpha1": "egress-selector-configuration/v1alpha1.json",
    "apiserver.k8s.io/v1beta1": "egress-selector-configuration/v1beta1.json",
}
_LENIENT = Dialect(strict=False, fold_case=True, coerce=True, complete=False)
_STRICT = Dialect(complete=False)


class EgressSelection(NamedTuple):
    """One entry of ``egressSelections``; a node is None where the field is not given.

    The texts are what the loader sees: empty where nothing is given.
    """

    node: Node
    name: Node | None
    protocol: Node | None
    connection: Node | None
    transport: Node | None
    tcp: Node | None
    url: Node | None
    tls: Node | None
    client_cert: Node | None
    client_key: Node | None
    ca_bundle: Node | None
    server_name: Node | None
    uds: Node | None
    uds_name: Node | None

    @property
    def protocol_text(self) -> str:
        """Return the protocol: ``GRPC``, ``HTTPConnect``, ``Direct``, or what was written."""
        return text_of(self.protocol)

    @property
    def best_node(self) -> Node:
        """Return the name's value, or the entry where it has none."""
        return self.name or self.node

    @property
    def over_tcp(self) -> bool:
        """Tell whether the API server dials a URL for this selection."""
        return self.protocol_text == "HTTPConnect" and self.tcp is not None

    @property
    def over_uds(self) -> bool:
        """Tell whether the API server dials a Unix domain socket for this selection."""
        return self.protocol_text in ("GRPC", "HTTPConnect") and self.uds is not None


class EgressConfiguration:
    """One configuration, decoded for one Kubernetes minor."""

    __slots__ = ("document", "minor", "problems", "selections", "violations")

    def __init__(self, document: Document, minor: int) -> None:
        """Decode; ``violations`` and ``problems`` hold what the decoder refuses."""
        self.document = document
        self.minor = minor
        self.violations: tuple[Violation, ...] = tuple(self._decode())
        self.problems: tuple[Problem, ...] = document.problems
        refused = any(violation.kind == "wrong-type" for violation in self.violations)
        self.selections = () if refused else tuple(self._selections())

    @property
    def strict(self) -> bool:
        """Tell whether the loader of this minor refuses unknown fields and duplicate keys."""
        return self.minor >= STRICT_SINCE

    @property
    def list_node(self) -> Node | None:
        """Return the value of ``egressSelections``."""
        return self._field(self.document.root, "egressSelections")

    def loader_name(self, selection: EgressSelection) -> str:
        """Return a selection's name after conversion and as validation compares it."""
        name = text_of(selection.name)
        if self.minor < MASTER_CONVERTED_SINCE:
            return name
        return "controlplane" if name == "master" else name.lower()

    def _decode(self) -> Iterator[Violation]:
        root = self.document.root
        file = _SCHEMAS.get(self.document.api_version, _SCHEMAS[VERSIONS[1]])
        header = ("apiVersion", "kind")
        for violation in check(root, file, _STRICT if self.strict else _LENIENT):
            key = violation.node.key
            if violation.kind == "value-not-allowed" and key is not None and key.raw in header:
                continue  # its own rule says what is accepted, per minor
            if violation.kind == "wrong-type" and not violation.args.get("field"):
                yield violation._replace(args={**violation.args, "field": KIND})
            else:
                yield violation
        if not self.strict:
            yield from self._header_types()

    def _header_types(self) -> Iterator[Violation]:
        """Up to 1.31 other strings took numbers and booleans; these two never did."""
        for field in ("apiVersion", "kind"):
            node = self._field(self.document.root, field)
            if node is not None and isinstance(node.value, bool | int | float):
                yield Violation(
                    "wrong-type", node,
                    {"field": field, "found": "number", "expected": "string", "value": node.raw},
                )  # fmt: skip

    def _selections(self) -> Iterator[EgressSelection]:
        listed = self.list_node
        for node in listed.items() if listed is not None else []:
            yield self._selection(node)

    def _selection(self, node: Node) -> EgressSelection:
        connection = self._field(node, "connection")
        transport = self._field(connection, "transport")
        tcp = self._field(transport, "tcp")
        tls = self._field(tcp, "tlsConfig")
        uds = self._field(transport, "uds")
        return EgressSelection(
            node=node,
            name=self._field(node, "name"),
            protocol=self._field(connection, "proxyProtocol"),
            connection=connection,
            transport=transport,
            tcp=tcp,
            url=self._field(tcp, "url"),
            tls=tls,
            client_cert=self._field(tls, "clientCert"),
            client_key=self._field(tls, "clientKey"),
            ca_bundle=self._field(tls, "caBundle"),
            server_name=self._field(tls, "tlsServerName"),
            uds=uds,
            uds_name=self._field(uds, "udsName"),
        )

    def _field(self, node: Node | None, name: str) -> Node | None:
        """Return a field that is given and not null, as this minor's decoder finds it."""
        if node is None:
            return None
        fields = node.fields()
        if self.strict:
            found = fields.get(name)
        else:
            # Go sees the keys in sorted order and the last match wins.
            same = sorted(key for key in fields if key.lower() == name.lower())
            found = fields[same[-1]] if same else None
        return None if found is None or found.value is None else found


def text_of(node: Node | None) -> str:
    """Return a scalar as the decoder turns it into a string; empty where nothing is given."""
    if node is None or isinstance(node.value, dict | list) or node.value is None:
        return ""
    if isinstance(node.value, bool):
        return "true" if node.value else "false"
    return node.value if isinstance(node.value, str) else str(node.value)


def numbers_json_lacks(node: Node) -> Iterator[Node]:
    """Yield every NaN and infinity: the loader turns YAML into JSON, which has neither."""
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current.value, dict):
            pending.extend(current.value.values())
        elif isinstance(current.value, list):
            pending.extend(current.value)
        elif isinstance(current.value, float) and not math.isfinite(current.value):
            yield current


def looks_like_egress(document: Document) -> bool:
    """Tell whether a document is meant as an egress selector configuration."""
    fields = document.root.fields()
    if document.kind.lower() == KIND.lower():
        return True
    return not document.kind and any(key.lower() == "egressselections" for key in fields)
