"""The schema of each value of a document, with references followed: what a field is."""

import posixpath
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from konnektor_lint.connector import Connector
from konnektor_lint.egress import looks_like_egress
from konnektor_lint.manifest import schema_files
from konnektor_lint.release import load_schema
from konnektor_lint.source import Document, Node

_EGRESS = "egress-selector-configuration"
_DEPTH = 20
"""How many references are followed at most: a schema may refer to itself."""


class Shape(NamedTuple):
    """A schema without references at its top, and the file its own references start from."""

    schema: dict[str, Any]
    file: str

    def field(self, name: str) -> "Shape | None":
        """Return what a field of a mapping is, or None if it is not known."""
        known = self.schema.get("properties", {}).get(name)
        return None if known is None else resolved(known, self.file)

    def item(self) -> "Shape | None":
        """Return what an item of a list is, or None if it is not known."""
        known = self.schema.get("items")
        return resolved(known, self.file) if isinstance(known, dict) else None


def resolved(schema: dict[str, Any], file: str) -> Shape:
    """Follow the references of a schema; words of its own win over those it refers to."""
    for _ in range(_DEPTH):
        reference = schema.get("$ref") or next(
            (part["$ref"] for part in schema.get("allOf", ()) if "$ref" in part), None
        )
        if reference is None:
            break
        own = {key: value for key, value in schema.items() if key != "$ref"}
        if "$ref" not in schema:
            own["allOf"] = [part for part in own["allOf"] if "$ref" not in part]
        path, _, pointer = reference.partition("#")
        if path:
            file = posixpath.normpath(posixpath.join(posixpath.dirname(file), path))
        schema = {**_at(file, pointer), **own}
    return Shape(schema, file)


@lru_cache(maxsize=1000)
def _at(file: str, pointer: str) -> dict[str, Any]:
    found: Any = load_schema(file)
    for step in pointer.strip("/").split("/") if pointer.strip("/") else ():
        found = found[step.replace("~1", "/").replace("~0", "~")]
    return dict(found)


class Root(NamedTuple):
    """A value whose schema is known, and what that is called."""

    node: Node
    shape: Shape
    title: str


def egress_root(document: Document) -> Root:
    """Return an egress configuration with the schema of its own version, if that is known."""
    version = document.api_version.rpartition("/")[2]
    known = version if version in ("v1alpha1", "v1beta1") else "v1beta1"
    file = f"{_EGRESS}/{known}.json"
    return Root(document.root, Shape(load_schema(file), file), "EgressSelectorConfiguration")


def egress_in(connectors: Iterable[Connector], path: str) -> Iterator[Root]:
    """Yield the egress configurations of a file."""
    for connector in connectors:
        for document in connector.documents:
            if document.source.path == path and looks_like_egress(document):
                yield egress_root(document)


def roots_in(connectors: Iterable[Connector], path: str) -> Iterator[Root]:
    """Yield the documents of a file whose kind is known, those inside of others first."""
    listed = list(connectors)
    yield from egress_in(listed, path)
    for connector in listed:
        for item in connector.distributions:
            if item.document.source.path == path:
                yield _root(item.object, item.schema)
        documents = sorted(connector.documents, key=lambda item: item.outer is None)
        for document in documents:
            file = schema_files().get((document.api_version, document.kind))
            if file is not None and document.source.path == path:
                yield _root(document.root, file)


def _root(node: Node, file: str) -> Root:
    whole = load_schema(file)
    return Root(node, resolved(whole, file), str(whole.get("title", "")))
