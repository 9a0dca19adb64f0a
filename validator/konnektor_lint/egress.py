"""The EgressSelectorConfiguration as kube-apiserver's own loader takes it.

Source: kubernetes/apiserver ``pkg/server/egressselector/config.go``. Up to Kubernetes 1.31 the
file is decoded leniently (``sigs.k8s.io/yaml``: unknown fields dropped, keys in any case,
``apiVersion`` not looked at); from 1.32 strictly, and a file that begins with ``{`` as JSON.
"""

from __future__ import annotations

from itertools import islice

from konnektor_lint import gostruct, limits
from konnektor_lint.expression import expression
from konnektor_lint.gostruct import HEADER, STRING
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.record import NamedTuple
from konnektor_lint.source import Document, Node, Position, Problem, Reading, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import NoReturn

    from konnektor_lint.gostruct import Struct
    from konnektor_lint.schema import Violation

KIND = "EgressSelectorConfiguration"
VERSIONS = ("apiserver.k8s.io/v1alpha1", "apiserver.k8s.io/v1beta1")
INTERNAL_VERSIONS = ("apiserver.k8s.io/__internal", "apiserver.config.k8s.io/__internal")
"""The strict loader takes these as well, with the field names of the Go type."""

NAMES = ("controlplane", "etcd", "cluster")
PROTOCOLS = ("Direct", "HTTPConnect", "GRPC")

NAMES_CHECKED_SINCE = 20
DUPLICATES_REFUSED_SINCE = 23
MASTER_CONVERTED_SINCE = 23
STRICT_SINCE = 32
START_KNOWN_SINCE = 33
"""From here on it is known what fails after validation, when the dialers are made."""

STRICT_COLONS_SINCE = 36
TLS_SERVER_NAME_SINCE = 36

_GO_NAMES = {
    "egressSelections": "EgressSelections", "name": "Name", "connection": "Connection",
    "proxyProtocol": "ProxyProtocol", "transport": "Transport", "tcp": "TCP", "url": "URL",
    "tlsConfig": "TLSConfig", "caBundle": "CABundle", "clientKey": "ClientKey",
    "clientCert": "ClientCert", "tlsServerName": "TLSServerName", "uds": "UDS",
    "udsName": "UDSName",
}  # fmt: skip
_NO_CONTENT = expression(r"(?s)[ \t]*((---|\.\.\.)(?=\s|$))?[ \t\r]*(#.*)?")
_GO_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)


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
    def url_text(self) -> str:
        """Return the URL of the proxy."""
        return text_of(self.url)

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

    @property
    def only_tcp(self) -> bool:
        """Tell whether a URL is the one transport: only then validation looks at it."""
        return self.over_tcp and self.uds is None

    @property
    def secured(self) -> bool:
        """Tell whether validation takes this for a proxy behind https."""
        return self.only_tcp and self.url_text.startswith("https://")

    @property
    def unsecured(self) -> bool:
        """Tell whether validation takes this for a proxy behind http."""
        return self.only_tcp and self.url_text.startswith("http://")


class EgressConfiguration:
    """One configuration, decoded for one Kubernetes minor."""

    __slots__ = (
        "_list", "_meant", "_struct", "document", "final", "format_refusal", "minor", "not_json",
        "problems", "selections", "violations",
    )  # fmt: skip

    def __init__(self, document: Document, minor: int, *, final: bool = False) -> None:
        """Decode; ``violations`` and ``problems`` hold what the decoder refuses.

        ``final``: every text is what the loader gets; else placeholders are values not known yet.
        ``not_json`` are the numbers JSON does not have; ``format_refusal`` is a Problem where a
        file that begins with a brace is not in the format this minor's loader reads it in.
        """
        self.document = document
        self.minor = minor
        self.final = final
        self._struct = _struct(minor, go_names=self.internal)
        self._list = self._field([document.root], "egressSelections", pointer=True)
        refusals = gostruct.violations(document.root, self._struct, KIND, strict=self.strict)
        found = tuple(islice(refusals, 10 * limits.VIOLATIONS))
        self.not_json = tuple(gostruct.not_json(document.root, self._struct, strict=self.strict))
        self.format_refusal = _format_refusal(document, strict=self.strict)
        self.problems: tuple[Problem, ...] = document.problems
        refused = any(violation.kind == "wrong-type" for violation in found)
        self.selections = () if refused else tuple(self._selections())
        # A rule of its own says since when tlsServerName exists.
        names = {id(selection.server_name) for selection in self.selections}
        self.violations: tuple[Violation, ...] = tuple(
            violation for violation in found
            if violation.kind != "unknown-field" or id(violation.node) not in names
        )  # fmt: skip
        self._meant = {
            id(violation.node): violation.args["suggestion"]
            for violation in self.violations
            if violation.kind == "unknown-field"
        }

    @property
    def strict(self) -> bool:
        """Tell whether the loader of this minor refuses unknown fields and duplicate keys."""
        return self.minor >= STRICT_SINCE

    @property
    def version(self) -> str:
        """Return the Kubernetes version that decodes, such as ``1.36``."""
        return f"1.{self.minor}"

    @property
    def internal(self) -> bool:
        """Tell whether the strict loader takes the file for its own Go type."""
        return self.strict and self.document.api_version in INTERNAL_VERSIONS

    @property
    def start_known(self) -> bool:
        """Tell whether it is known for this minor what fails at start, after validation."""
        return self.minor >= START_KNOWN_SINCE

    @property
    def strict_colons(self) -> bool:
        """Tell whether this minor's URL parser refuses a second colon in a host."""
        return self.minor >= STRICT_COLONS_SINCE

    @property
    def names_checked(self) -> bool:
        """Tell whether validation of this minor looks at the names at all."""
        return self.minor >= NAMES_CHECKED_SINCE

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names that validation of this minor knows, in lower case."""
        return NAMES if self.minor >= MASTER_CONVERTED_SINCE else (*NAMES, "master")

    @property
    def list_node(self) -> Node | None:
        """Return the value of ``egressSelections``."""
        return _last(self._list)

    def header(self, name: str) -> Node | None:
        """Return the value of ``apiVersion`` or ``kind`` that counts."""
        return _last(gostruct.given([self.document.root], name, strict=self.strict))

    def is_open(self, text: str) -> bool:
        """Tell whether a text is filled in later, so that nothing is known about it."""
        return not self.final and has_placeholder(text)

    def misspelled(self, owner: Node | None, name: str) -> bool:
        """Tell whether a field is missing only because its name is written wrong."""
        given = [] if owner is None else owner.fields().values()
        return any(self._meant.get(id(node)) == name for node in given)

    def loader_name(self, selection: EgressSelection) -> str:
        """Return a selection's name after conversion and as validation compares it."""
        name = text_of(selection.name)
        if name == "master" and self.minor >= MASTER_CONVERTED_SINCE and not self.internal:
            return "controlplane"
        return name.lower()

    def _selections(self) -> Iterator[EgressSelection]:
        for nodes in gostruct.elements(self._list):
            yield self._selection(nodes)

    def _selection(self, nodes: list[Node]) -> EgressSelection:
        connection = self._field(nodes, "connection")
        transport = self._field(connection, "transport", pointer=True)
        tcp = self._field(transport, "tcp", pointer=True)
        tls = self._field(tcp, "tlsConfig", pointer=True)
        uds = self._field(transport, "uds", pointer=True)
        return EgressSelection(
            node=nodes[-1],
            name=_last(self._field(nodes, "name")),
            protocol=_last(self._field(connection, "proxyProtocol")),
            connection=_last(connection),
            transport=_last(transport),
            tcp=_last(tcp),
            url=_last(self._field(tcp, "url")),
            tls=_last(tls),
            client_cert=_last(self._field(tls, "clientCert")),
            client_key=_last(self._field(tls, "clientKey")),
            ca_bundle=_last(self._field(tls, "caBundle")),
            server_name=_last(self._field(tls, "tlsServerName")),
            uds=_last(uds),
            uds_name=_last(self._field(uds, "udsName")),
        )

    def _field(self, owners: list[Node], name: str, *, pointer: bool = False) -> list[Node]:
        written = _GO_NAMES[name] if self.internal else name
        return gostruct.given(owners, written, strict=self.strict, pointer=pointer)


def each_selection(
    configurations: Iterable[EgressConfiguration],
) -> Iterator[tuple[EgressConfiguration, EgressSelection]]:
    """Yield every entry of every configuration, with its configuration."""
    for configuration in configurations:
        for selection in configuration.selections:
            yield configuration, selection


def _last(nodes: list[Node]) -> Node | None:
    return nodes[-1] if nodes else None


def _struct(minor: int, *, go_names: bool) -> Struct:
    """Return the Go type the file is decoded into, as of a Kubernetes minor."""
    tls: Struct = dict.fromkeys(("caBundle", "clientKey", "clientCert"), STRING)
    if minor >= TLS_SERVER_NAME_SINCE:
        tls = {**tls, "tlsServerName": STRING}
    connection: Struct = {
        "proxyProtocol": STRING,
        "transport": {"tcp": {"url": STRING, "tlsConfig": tls}, "uds": {"udsName": STRING}},
    }
    configuration: Struct = {"egressSelections": ({"name": STRING, "connection": connection},)}
    if go_names:
        configuration = _renamed(configuration)
    return {"apiVersion": HEADER, "kind": HEADER, **configuration}


def _renamed(struct: Struct) -> Struct:
    def inside(shape: gostruct.Shape) -> gostruct.Shape:
        if isinstance(shape, str):
            return shape
        return (_renamed(shape[0]),) if isinstance(shape, tuple) else _renamed(shape)

    return {_GO_NAMES[name]: inside(shape) for name, shape in struct.items()}


def _format_refusal(document: Document, *, strict: bool) -> Problem | None:
    """Return what is wrong with a text that begins with a brace.

    The strict loader reads it as JSON; the lenient one as YAML, which takes no tab before it.
    """
    text = document.outer.value if document.outer is not None else document.source.text
    whole = document.outer is None
    if not isinstance(text, str) or (whole and (document.index or document.source.marked)):
        return None
    lead = text[: len(text) - len(text.lstrip(_GO_SPACE))]
    if not text.startswith("{", len(lead)):
        return None
    if strict:
        return _json_refusal(document, text)
    if "\t" in lead:
        words = "found character that cannot start any token"
        return _format_problem(document, text, lead.index("\t"), "YAML", words)
    return None


def _json_refusal(document: Document, text: str) -> Problem | None:
    import json  # only a file that begins with a brace needs it

    try:
        json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        return _format_problem(document, text, error.pos, "JSON", error.msg)
    except ValueError as error:
        return _format_problem(document, text, 0, "JSON", str(error))
    return None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _format_problem(document: Document, text: str, offset: int, wanted: str, words: str) -> Problem:
    line = text.count("\n", 0, offset) + 1
    column = offset - (text.rfind("\n", 0, offset) + 1) + 1
    span = Span(Position(line, column), Position(line, column + 1))
    if document.outer is not None:
        span = document.outer.span
    return Problem("egress-format", document.source, span, {"format": wanted, "problem": words})


def text_of(node: Node | None) -> str:
    """Return a scalar as the decoder turns it into a string; empty where nothing is given."""
    if node is None or isinstance(node.value, dict | list) or node.value is None:
        return ""
    if isinstance(node.value, bool):
        return "true" if node.value else "false"
    return node.value if isinstance(node.value, str) else str(node.value)


def what_follows(document: Document) -> Span | None:
    """Return where the text goes on after a document that the loader takes for the whole file."""
    source = document.source
    line, column = document.root.span.end
    for number in range(line, len(source.lines) + 1):
        text = source.line(number)
        start = min(column - 1, len(text)) if number == line else 0
        first = _content(text, start)
        if first < len(text):
            return Span(Position(number, first + 1), Position(number, len(text) + 1))
    return None


def _content(text: str, start: int) -> int:
    """Return where the content of a line begins; its length, where it has none."""
    rest = text[start:].lstrip(" \t")
    if not rest or rest.startswith("#"):
        return len(text)
    match = _NO_CONTENT.match(text, start)
    return match.end() if match is not None else start


def empty_first_document(document: Document) -> Span | None:
    """Return where an empty document begins that the loader takes for the whole file, or None."""
    markers: list[Span] = []
    for number in range(1, document.root.span.start.line):
        text = document.source.line(number)
        if text.startswith("---"):
            markers.append(Span(Position(number, 1), Position(number, 4)))
        if _content(text, 0) < len(text):
            return None
    return markers[0] if len(markers) > 1 else None


def without_rest(reading: Reading) -> Reading:
    """Return a reading without the problems behind its first document, where the loader stops."""
    end = reading.documents[0].root.span.end
    return reading._replace(
        problems=tuple(problem for problem in reading.problems if problem.span.start < end)
    )


def shown(node: Node | None) -> str:
    """Return a scalar as a message repeats it: quotes where nothing is given."""
    return limits.shortened(text_of(node)) or '""'


def looks_like_egress(document: Document) -> bool:
    """Tell whether a document is meant as an egress selector configuration.

    Its list under any other kind still is one: nothing else has a field of that name.
    """
    fields = document.root.fields()
    return document.kind.strip().lower() == KIND.lower() or any(
        key.lower() == "egressselections" for key in fields
    )
