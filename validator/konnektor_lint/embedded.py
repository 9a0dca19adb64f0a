"""Documents inside documents: the items of a List, and what strings carry.

ConfigMaps and Secrets, cloud-init's ``write_files``, the ``files`` of Cluster API, kind's and
kustomize's patches all hold whole documents in a string, plain or encoded.
"""

from __future__ import annotations

from konnektor_lint import limits
from konnektor_lint.expression import expression
from konnektor_lint.record import NamedTuple
from konnektor_lint.source import Document, Node, Problem, Reading, parse_inside
from konnektor_lint.tokens import TOKENS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_ENCODERS = ("write_files", "Secret", "binaryData", "encoding")
"""Words, one of which every text holds that carries documents in an encoding."""

_CARRIERS = ("ConfigMap", "Secret")
_BASE64_FIELDS = {"ConfigMap": ("binaryData",), "Secret": ("data",)}
_PLAIN_FIELDS = {"ConfigMap": ("data",), "Secret": ("stringData",)}
_DOCUMENT = expression(r"(?a)\s*[{\[]|[^\n]*\n")
_NOT_CARRYING = frozenset(("metadata", "status"))
"""Fields whose strings only repeat what is said elsewhere (last-applied-configuration)."""


class Carried(NamedTuple):
    """A text inside a string; ``plain``: the string is the text, so places can be told.

    ``path``: the file it will be, where cloud-init or Cluster API writes it.
    """

    node: Node
    text: str
    plain: bool
    path: Node | None = None


def documents_in(document: Document) -> Iterator[Document]:
    """Yield a document, or the items of a List, and what their strings carry."""
    yield from _unpacked(document, 0)


def problems_in(reading: Reading) -> Iterator[Problem]:
    """Yield why an egress configuration in a string cannot be read: it would just be missed.

    Only a text that begins like an object is meant; a script may hold a configuration too.
    """
    if _may_say_egress(reading.source.text):
        for document in reading.documents:
            yield from _unreadable_in(document)


def _unreadable_in(document: Document) -> Iterator[Problem]:
    seen: set[int] = set()
    for item in _items(document):
        for carried in carried_by(item):
            if id(carried.node.value) not in seen and _EGRESS_INSIDE.match(carried.text):
                seen.add(id(carried.node.value))  # aliases may repeat it many times
                found = parse_inside(carried.node, item, None if carried.plain else carried.text)
                yield from found.problems[:1]


_EGRESS_INSIDE = expression(
    r"(?:[ \t]*(?:#.*)?\n|---.*\n)*[\"'{ \t]*(?:apiVersion|kind|egressSelections)[\"']?[ \t]*:"
    r"(?=[\s\S]*EgressSelectorConfiguration)"
)


def _may_say_egress(text: str) -> bool:
    """Tell whether a string in a file may say so: it stands there, or a way to hide it does."""
    return "EgressSelectorConfiguration" in text or any(
        mark in text for mark in ("\\", "!", *_ENCODERS)
    )


def _items(document: Document) -> Iterator[Document]:
    """Yield the items of a List, also of Lists within it; a document that is none as it is."""
    pending = [document]
    while pending:
        item = pending.pop()
        listed = item.root.at("items") if item.kind.endswith("List") else None
        if listed is None:
            yield item
        else:
            pending += (
                Document(item.source, item.index, root, item.problems, item.outer)
                for root in reversed(listed.items())
            )


def _unpacked(document: Document, level: int) -> Iterator[Document]:
    for item in _items(document):
        yield item
        for carried in carried_by(item) if level < limits.EMBEDDED_LEVELS else ():
            found = parse_inside(carried.node, item, None if carried.plain else carried.text)
            for inner in found.documents:
                inner.path = carried.path
                if isinstance(inner.root.value, dict):
                    yield from _unpacked(inner, level + 1)


def carried_by(document: Document) -> Iterator[Carried]:
    """Yield the strings of a document that may hold a part of the connector."""
    kind = document.kind
    if kind in _CARRIERS:
        for field in _PLAIN_FIELDS[kind]:
            yield from _plain_fields(document.root.at(field))
        for field in _BASE64_FIELDS[kind]:
            yield from _encoded_fields(document.root.at(field))
    else:
        yield from _anywhere(document.root)


def _plain_fields(data: Node | None) -> Iterator[Carried]:
    for node in data.fields().values() if data is not None else ():
        if node.text is not None and _may_hold_document(node.text):
            yield Carried(node, node.text, plain=True)


def _encoded_fields(data: Node | None) -> Iterator[Carried]:
    for node in data.fields().values() if data is not None else ():
        if node.text is None:
            continue
        text = decoded(node.text, "base64")
        if text is not None and _may_hold_document(text):
            yield Carried(node, text, plain=False)
        elif text is None and _may_hold_document(node.text):
            yield Carried(node, node.text, plain=True)  # meant to be encoded by whoever fills it in


def _anywhere(root: Node) -> Iterator[Carried]:
    """Yield every string of an object that looks like a document, in the order of the file."""
    pending = [root]
    seen: set[int] = set()
    while pending:
        node = pending.pop()
        value = node.value
        if isinstance(value, str):
            if _looks_like_document(value):
                yield Carried(node, value, plain=True)
        elif isinstance(value, dict | list):
            if id(value) in seen:
                continue  # aliases may repeat it many times
            seen.add(id(value))
            if isinstance(value, list):
                pending += reversed(value)
                continue
            carried = _file(node) if "content" in value else None
            if carried is not None:
                yield carried
                continue
            left_out = _NOT_CARRYING if node is root else ()
            fields = [child for name, child in value.items() if name not in left_out]
            pending += reversed(fields)


def _looks_like_document(text: str) -> bool:
    # Most strings are one word.
    if "\n" not in text and "{" not in text and "[" not in text:
        return False
    return _DOCUMENT.match(text) is not None and _may_hold_document(text)


def _file(node: Node) -> Carried | None:
    """Return a file of cloud-init or Cluster API: ``path``, ``content`` and maybe ``encoding``."""
    path, content = node.at("path"), node.at("content")
    if path is None or content is None or content.text is None:
        return None
    encoding = node.text_at("encoding")
    encoded = _decoded_once(content, encoding) if encoding else None
    text = content.text if encoded is None else encoded
    return Carried(content, text, encoded is None, path) if _may_hold_document(text) else None


def _decoded_once(content: Node, encoding: str) -> str | None:
    """Return what a string encodes; the strings of a file may unpack to a multiple of its size.

    Each string counts once, however often it is asked for.
    """
    source, text = content.source, content.text or ""
    known = source.unpacked.get(text)
    if known is False:
        return None
    most = limits.EMBEDDED_SHARE * len(source.text)
    room = most if known else max(0, most - source.inflated)
    try:
        found = decoded(text, encoding, room)
        cost = len(found or "")
    except TooMuch:
        found, cost = None, room
    if known is None:
        source.unpacked[text] = found is not None
        source.inflated += cost
    return found


class TooMuch(Exception):  # noqa: N818
    """A string unpacks to more than there is room for."""


def decoded(text: str, encoding: str, most: int = limits.FILE_BYTES) -> str | None:
    """Return what a string encodes, as cloud-init names encodings; None where it does not.

    Raises TooMuch where it unpacks to more than ``most`` bytes.

    Source: cloud-init ``cc_write_files.py``: gz, gzip, b64, base64, gz+b64, gzip+base64 and so on.
    """
    steps = set(encoding.lower().replace(" ", "").split("+"))
    if not steps <= {"gz", "gzip", "b64", "base64"}:
        return None
    import base64
    import zlib

    data = text.encode("utf-8", "replace")
    try:
        if steps & {"b64", "base64"}:
            data = base64.b64decode(b"".join(data.split()), validate=True)
        if steps & {"gz", "gzip"}:
            unzip = zlib.decompressobj(16 + zlib.MAX_WBITS)  # gzip's header
            data = unzip.decompress(data, max(1, min(most, limits.FILE_BYTES)))
            if unzip.unconsumed_tail:
                raise TooMuch
            if not unzip.eof:  # cut off
                return None
        return data.decode("utf-8")
    except (ValueError, zlib.error):  # of base64 and UTF-8
        return None


def _may_hold_document(text: str) -> bool:
    lowered = text.lower().encode("utf-8", "replace")
    return any(token in lowered for token in TOKENS) or any(word in text for word in _ENCODERS)
