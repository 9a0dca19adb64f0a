"""JSON Schema read the way Go decodes strictly: which fields exist, their types and values.

The schema files are the ones that editors use. Null counts as absent, as in Go's decoder. A
subschema with ``x-konnektor-rule`` is a condition that a rule words better; it is left to it.
Keywords outside the plain set are handed to jsonschema, which is imported only then.
"""

from __future__ import annotations

import posixpath

from konnektor_lint import limits
from konnektor_lint.record import NamedTuple
from konnektor_lint.spelling import closest
from konnektor_lint.term import Term

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Schema = dict[str, Any]
    from collections.abc import Iterator

    from konnektor_lint.source import Node

_ANNOTATIONS = frozenset((
    "$schema", "$id", "$comment", "$defs", "title", "description", "default", "examples",
    "deprecated", "format", "readOnly", "writeOnly", "allOf", "$ref",
))  # fmt: skip
_PLAIN = frozenset((
    "type", "properties", "additionalProperties", "required", "items", "enum", "const", "pattern",
    "minimum", "maximum", "minLength", "minItems", "maxItems",
))  # fmt: skip
_KNOWN = _PLAIN | _ANNOTATIONS


class Violation(NamedTuple):
    """One disagreement of a document with its schema.

    ``kind`` is the rule that words it: unknown-field, wrong-type, value-not-allowed,
    missing-field. ``node`` is what to point at, at its key if ``on_key``.
    """

    kind: str
    node: Node
    args: dict[str, str | int]
    on_key: bool = False


def check(node: Node, file: str) -> Iterator[Violation]:
    """Yield what a document's root has against the schema file (a path below ``schemas/``)."""
    from konnektor_lint.release import load_schema

    yield from _check(node, file, load_schema(file), node.text_at("kind") or "")


_targets: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {}


def _target(file: str, reference: str) -> tuple[str, tuple[str, ...]]:
    """Return the file that a reference in a file leads to, and the keys to the subschema."""
    known = _targets.get((file, reference))
    if known is None:
        known = _targets[file, reference] = _resolved(file, reference)
    return known


def _resolved(file: str, reference: str) -> tuple[str, tuple[str, ...]]:
    path, _, pointer = reference.partition("#")
    target = posixpath.normpath(posixpath.join(posixpath.dirname(file), path)) if path else file
    steps = pointer.split("/")[1:]
    return target, tuple(step.replace("~1", "/").replace("~0", "~") for step in steps)


def _follow(file: str, reference: str) -> tuple[str, Schema]:
    from konnektor_lint.release import load_schema

    target, steps = _target(file, reference)
    schema: Schema = load_schema(target)
    for step in steps:
        schema = schema[step]
    return target, schema


def _check(node: Node, file: str, schema: Schema, name: str) -> Iterator[Violation]:
    """Yield what a value has against a subschema.

    ``file`` is the one whose references it uses, ``name`` what the value it is for is called.
    """
    if node.value is None:
        return  # null is absent to Go, whatever the type
    while "$ref" in schema:
        file, schema = _follow(file, schema["$ref"])
    if not _has_type(node.value, schema.get("type")):
        yield _wrong_type(node, schema["type"], name)
        return
    expected = value_expected(node.value, schema)
    if expected is not None:
        yield _not_allowed(node, expected, name)
    if isinstance(node.value, dict):
        yield from _object(node, node.value, file, schema, name)
    elif isinstance(node.value, list):
        yield from _list(node.value, file, schema, name)
    for part in schema.get("allOf", ()):
        if "x-konnektor-rule" not in part:
            yield from _check(node, file, part, name)
    if not _KNOWN.issuperset(schema):
        yield from _worded_by_jsonschema(node, schema, name)


def _has_type(value: object, wanted: str | list[str] | None) -> bool:
    if isinstance(wanted, str):
        return wanted == "null" or _fits(value, wanted)
    names = [name for name in wanted or () if name != "null"]
    return not names or any(_fits(value, name) for name in names)


def _wrong_type(node: Node, wanted: str | list[str], name: str) -> Violation:
    names = [item for item in ([wanted] if isinstance(wanted, str) else wanted) if item != "null"]
    return Violation(
        "wrong-type", node,
        {
            "field": name, "found": type_name(node.value),
            "expected": Term("/".join(names)), "value": limits.shortened(node.raw),
        },
    )  # fmt: skip


def _not_allowed(node: Node, expected: str, name: str) -> Violation:
    args: dict[str, str | int] = {
        "field": name, "value": limits.shortened(node.raw), "expected": expected
    }  # fmt: skip
    return Violation("value-not-allowed", node, args)


def _fits(value: object, name: str) -> bool:
    match name:
        case "string":
            return isinstance(value, str)
        case "integer":
            whole = isinstance(value, float) and value.is_integer()
            return whole or (isinstance(value, int) and not isinstance(value, bool))
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case "array":
            return isinstance(value, list)
        case _:
            return isinstance(value, dict)


def type_name(value: object) -> Term:
    """Return the JSON Schema name of a value's type."""
    for kind, name in (
        (bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"),
        (list, "array"), (dict, "object"),
    ):  # fmt: skip
        if isinstance(value, kind):
            decimals = isinstance(value, float) and not value.is_integer()
            return Term("decimal" if decimals else name)
    return Term("null")


def value_expected(value: object, schema: Schema) -> str | None:
    """Return what the schema expects instead of a scalar value, or None if it is content."""
    if "const" in schema and not _same(value, schema["const"]):
        return str(schema["const"])
    if "enum" in schema and not any(_same(value, choice) for choice in schema["enum"]):
        return ", ".join(str(choice) or '""' for choice in schema["enum"] if choice is not None)
    if isinstance(value, str):
        return _text_expected(value, schema)
    if isinstance(value, list | tuple):
        return _list_expected(value, schema)
    if isinstance(value, int | float) and not isinstance(value, bool):
        low, high = schema.get("minimum"), schema.get("maximum")
        if (low is not None and value < low) or (high is not None and value > high):
            return f"≥ {low}" if high is None else f"≤ {high}" if low is None else f"{low}–{high}"
    return None


def _same(value: object, wanted: object) -> bool:
    """Compare as JSON does: true is not 1."""
    return value == wanted and isinstance(value, bool) == isinstance(wanted, bool)


def _text_expected(value: str, schema: Schema) -> str | None:
    if "pattern" in schema and not _has(value, schema["pattern"]):
        return str(schema.get("x-expected") or schema["pattern"])
    if len(value) < schema.get("minLength", 0):
        return f"≥ {schema['minLength']}"
    return None


def _has(value: str, pattern: str) -> bool:
    import re

    return re.search(pattern, value) is not None


def _list_expected(value: list[Any] | tuple[Any, ...], schema: Schema) -> str | None:
    items = schema.get("items", {})
    for item in value:
        if isinstance(item, str) and (expected := value_expected(item, items)) is not None:
            return expected
    if len(value) < schema.get("minItems", 0):
        return f"≥ {schema['minItems']}"
    if len(value) > schema.get("maxItems", len(value)):
        return f"≤ {schema['maxItems']}"
    return None


def _list(values: list[Node], file: str, schema: Schema, owner: str) -> Iterator[Violation]:
    items = schema.get("items")
    if isinstance(items, dict):
        for index, item in enumerate(values):
            yield from _check(item, file, items, f"{owner}[{index}]")


def _object(
    node: Node, fields: dict[str, Node], file: str, schema: Schema, owner: str
) -> Iterator[Violation]:
    properties: dict[str, Schema] = schema.get("properties", {})
    rest = schema.get("additionalProperties", True)
    meant: set[str | int] = set()  # what is only misspelled is not missing
    for name, child in fields.items():
        own = properties.get(name, rest)
        if isinstance(own, dict):
            if child.value is not None:
                yield from _check(child, file, own, limits.shortened(name) or owner)
        elif own is False:
            unknown = _unknown(name, child, list(properties))
            meant.add(unknown.args["suggestion"])
            yield unknown
    for name in schema.get("required", ()):
        if name not in meant and not _given(node, name):
            yield Violation("missing-field", node, {"field": name, "owner": owner}, on_key=True)


def _given(node: Node, name: str) -> bool:
    child = node.fields().get(name)
    return child is not None and child.value is not None


def _unknown(name: str, child: Node, known: list[str]) -> Violation:
    return Violation(
        "unknown-field", child,
        {
            "field": limits.shortened(name),
            "suggestion": closest(name, known),
            "known": limits.shortened(", ".join(known)),
        },
        on_key=True,
    )  # fmt: skip


def _worded_by_jsonschema(node: Node, schema: Schema, name: str) -> Iterator[Violation]:
    if all(key in _KNOWN or key.startswith("x-") for key in schema):
        return
    from jsonschema import Draft202012Validator

    own = {key: value for key, value in schema.items() if key not in _PLAIN | {"allOf", "$ref"}}
    for error in Draft202012Validator(own).iter_errors(node.plain()):
        found = node.at(*error.absolute_path) or node
        yield Violation(
            "value-not-allowed", found,
            {
                "field": name, "value": limits.shortened(found.raw),
                "expected": limits.shortened(error.message),
            },
        )  # fmt: skip
