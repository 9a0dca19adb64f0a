"""JSON Schema read the way Go decodes: which fields exist, of what type, with which values.

The schema files are the ones that editors use. Null counts as absent, as in Go's decoder. A
subschema with ``x-konnektor-rule`` is a condition that a rule words better; it is left to it.
Keywords outside the plain set are handed to jsonschema, which is imported only then.
"""

import posixpath
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from konnektor_lint import limits
from konnektor_lint.release import load_schema
from konnektor_lint.source import Node

Schema = dict[str, Any]

_ANNOTATIONS = frozenset((
    "$schema", "$id", "$comment", "$defs", "title", "description", "default", "examples",
    "deprecated", "format", "readOnly", "writeOnly", "allOf", "$ref",
))  # fmt: skip
_PLAIN = frozenset((
    "type", "properties", "additionalProperties", "required", "items", "enum", "const", "pattern",
    "minimum", "maximum", "minLength", "minItems", "maxItems",
))  # fmt: skip


class Violation(NamedTuple):
    """One disagreement of a document with its schema.

    ``kind`` is the rule that words it: unknown-field, wrong-type, value-not-allowed,
    missing-field. ``node`` is what to point at, at its key if ``on_key``.
    """

    kind: str
    node: Node
    args: dict[str, str | int]
    on_key: bool = False


class Dialect(NamedTuple):
    """How the reading program decodes.

    ``strict``: unknown fields are refused. ``fold_case``: keys match in any case.
    ``coerce``: numbers and booleans become strings where a string is wanted.
    ``complete``: required fields must be there (a patch need not have them).
    """

    strict: bool = True
    fold_case: bool = False
    coerce: bool = False
    complete: bool = True


class _Place(NamedTuple):
    """A subschema and the file whose references it uses."""

    file: str
    schema: Schema


STRICT = Dialect()


def check(node: Node, file: str, dialect: Dialect = STRICT) -> Iterator[Violation]:
    """Yield what a document's root has against the schema file (a path below ``schemas/``)."""
    yield from _check(node, _Place(file, load_schema(file)), dialect)


@cache
def _target(file: str, reference: str) -> tuple[str, str]:
    path, _, pointer = reference.partition("#")
    return (posixpath.normpath(posixpath.join(posixpath.dirname(file), path)) if path else file,
            pointer)  # fmt: skip


def _follow(file: str, reference: str) -> _Place:
    target, pointer = _target(file, reference)
    schema: Schema = load_schema(target)
    for step in pointer.split("/")[1:]:
        schema = schema[step.replace("~1", "/").replace("~0", "~")]
    return _Place(target, schema)


def _referred(place: _Place) -> _Place:
    """Return what a reference leads to; a kind's file adds apiVersion and kind to the type."""
    target = _follow(place.file, place.schema["$ref"])
    own = place.schema.get("properties")
    if own is None:
        return target
    properties = {**target.schema.get("properties", {}), **own}
    return _Place(target.file, {**target.schema, "properties": properties})


def _check(node: Node, place: _Place, dialect: Dialect) -> Iterator[Violation]:
    schema = place.schema
    if node.value is None:
        return
    if "$ref" in schema:
        yield from _check(node, _referred(place), dialect)
        return
    refused = list(_type(node, schema, dialect))
    yield from refused
    if refused:
        return
    yield from _value(node, schema)
    if isinstance(node.value, dict):
        yield from _object(node, place, dialect)
    elif isinstance(node.value, list) and isinstance(schema.get("items"), dict):
        for item in node.value:
            yield from _check(item, _Place(place.file, schema["items"]), dialect)
    for part in schema.get("allOf", ()):
        if "x-konnektor-rule" not in part:
            yield from _check(node, _Place(place.file, part), dialect)
    if any(
        key not in _PLAIN and key not in _ANNOTATIONS and not key.startswith("x-") for key in schema
    ):
        yield from _worded_by_jsonschema(node, schema)


def _type(node: Node, schema: Schema, dialect: Dialect) -> Iterator[Violation]:
    wanted = schema.get("type")
    if wanted is None:
        return
    names = [name for name in ([wanted] if isinstance(wanted, str) else wanted) if name != "null"]
    if not names or any(_fits(node.value, name, dialect) for name in names):
        return
    yield Violation(
        "wrong-type", node,
        {
            "field": _field(node), "found": type_name(node.value),
            "expected": "/".join(names), "value": limits.shortened(node.raw),
        },
    )  # fmt: skip


def _fits(value: object, name: str, dialect: Dialect) -> bool:
    match name:
        case "string":
            return isinstance(value, str) or (
                dialect.coerce and isinstance(value, int | float | bool)
            )
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


def type_name(value: object) -> str:
    """Return the JSON Schema name of a value's type."""
    for kind, name in (
        (bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"),
        (list, "array"), (dict, "object"),
    ):  # fmt: skip
        if isinstance(value, kind):
            return name
    return "null"


def _value(node: Node, schema: Schema) -> Iterator[Violation]:
    expected = value_expected(node.value, schema)
    if expected is not None:
        yield Violation(
            "value-not-allowed", node,
            {"field": _field(node), "value": limits.shortened(node.raw), "expected": expected},
        )  # fmt: skip


def value_expected(value: object, schema: Schema) -> str | None:
    """Return what the schema expects instead of a scalar value, or None if it is content."""
    if "const" in schema and value != schema["const"]:
        return str(schema["const"])
    if "enum" in schema and value not in schema["enum"]:
        return ", ".join(str(choice) or '""' for choice in schema["enum"] if choice is not None)
    if isinstance(value, str):
        return _text_expected(value, schema)
    if isinstance(value, list | tuple):
        return _list_expected(value, schema)
    if isinstance(value, int | float) and not isinstance(value, bool):
        low, high = schema.get("minimum"), schema.get("maximum")
        if (low is not None and value < low) or (high is not None and value > high):
            return f"≥ {low}" if high is None else f"{low}–{high}"
    return None


def _text_expected(value: str, schema: Schema) -> str | None:
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return str(schema.get("x-expected") or schema["pattern"])
    if len(value) < schema.get("minLength", 0):
        return f"≥ {schema['minLength']}"
    return None


def _list_expected(value: list[Any] | tuple[Any, ...], schema: Schema) -> str | None:
    items = schema.get("items", {})
    for item in value:
        if isinstance(item, str) and (expected := value_expected(item, items)) is not None:
            return expected
    if len(value) < schema.get("minItems", 0):
        return f"≥ {schema['minItems']}"
    return None


def _object(node: Node, place: _Place, dialect: Dialect) -> Iterator[Violation]:
    properties: dict[str, Schema] = place.schema.get("properties", {})
    rest = place.schema.get("additionalProperties", True)
    folded = {key.lower(): key for key in properties} if dialect.fold_case else {}
    for name, child in node.fields().items():
        known = name if name in properties else folded.get(name.lower())
        if known is not None:
            yield from _check(child, _Place(place.file, properties[known]), dialect)
        elif isinstance(rest, dict):
            yield from _check(child, _Place(place.file, rest), dialect)
        elif rest is False and dialect.strict:
            yield _unknown(name, child, list(properties))
    if dialect.complete:
        for name in place.schema.get("required", ()):
            if not _given(node, name):
                yield Violation(
                    "missing-field", node, {"field": name, "owner": _field(node)}, on_key=True
                )


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


def closest(word: str, known: list[str]) -> str:
    """Return the known word that was probably meant, or an empty string."""
    squeezed = re.sub(r"[-_]", "", word).lower()
    for choice in known:
        if re.sub(r"[-_]", "", choice).lower() == squeezed:
            return choice
    import difflib  # only a finding needs it

    matches = difflib.get_close_matches(word, known, n=1, cutoff=0.7)
    return matches[0] if matches else ""


def _field(node: Node) -> str:
    return limits.shortened(node.key.raw) if node.key is not None else ""


def _worded_by_jsonschema(node: Node, schema: Schema) -> Iterator[Violation]:
    from jsonschema import Draft202012Validator

    own = {key: value for key, value in schema.items() if key not in _PLAIN | {"allOf", "$ref"}}
    for error in Draft202012Validator(own).iter_errors(node.plain()):
        found = node.at(*error.absolute_path) or node
        yield Violation(
            "value-not-allowed", found,
            {
                "field": _field(found), "value": limits.shortened(found.raw),
                "expected": limits.shortened(error.message),
            },
        )  # fmt: skip
