"""Go structs as YAML is decoded into them: which fields exist, what each takes, what wins.

Two decoders of sigs.k8s.io/yaml are known. The lenient one finds fields in any case, drops what
it does not know and turns numbers and booleans into strings where a string is wanted. The strict
one refuses all three.
"""

from __future__ import annotations

import math

from konnektor_lint import limits
from konnektor_lint.schema import Violation, type_name
from konnektor_lint.spelling import closest
from konnektor_lint.term import Term

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from konnektor_lint.source import Node

Struct = dict[str, "Shape"]
Shape = str | Struct | tuple[Struct]
"""What a field takes: STRING or HEADER, a struct, or a list of structs (a tuple of one)."""

STRING = "string"
HEADER = "header"
"""A string of the embedded TypeMeta: even the lenient decoder takes no number for it."""


def violations(node: Node, struct: Struct, name: str, *, strict: bool) -> Iterator[Violation]:
    """Yield what the decoder refuses about a document; ``name`` stands for its root.

    Null leaves a field empty, and of numbers JSON lacks ``not_json`` tells.
    """
    pending: list[tuple[Node, Shape, str]] = [(node, struct, name)]
    meant: dict[tuple[str, str], str] = {}
    while pending:
        current, shape, field = pending.pop()
        if current.value is None or _is_no_number(current):
            continue
        if not _fits(current, shape, strict=strict):
            yield _wrong_type(current, shape, field)
        elif isinstance(shape, tuple):
            pending += [(item, shape[0], field) for item in current.items()]
        elif not isinstance(shape, str):
            for key, child in current.fields().items():
                known = _known(key, shape, strict=strict)
                if known is not None:
                    pending.append((child, shape[known], known))
                elif strict:
                    if (field, key) not in meant and len(meant) < limits.SUGGESTIONS:
                        meant[field, key] = closest(key, list(shape))
                    yield _unknown(key, child, list(shape), meant.get((field, key), ""))


def _is_no_number(node: Node) -> bool:
    return isinstance(node.value, float) and not math.isfinite(node.value)


def _fits(node: Node, shape: Shape, *, strict: bool) -> bool:
    value = node.value
    if isinstance(shape, tuple):
        return isinstance(value, list)
    if not isinstance(shape, str):
        return isinstance(value, dict)
    return isinstance(value, str) or (
        shape == STRING and not strict and not isinstance(value, dict | list)
    )


def _wrong_type(node: Node, shape: Shape, name: str) -> Violation:
    expected = "array" if isinstance(shape, tuple) else "object"
    return Violation(
        "wrong-type", node,
        {
            "field": name, "found": type_name(node.value),
            "expected": Term("string" if isinstance(shape, str) else expected),
            "value": limits.shortened(node.raw),
        },
    )  # fmt: skip


def _unknown(key: str, child: Node, known: list[str], suggestion: str) -> Violation:
    return Violation(
        "unknown-field", child,
        {
            "field": limits.shortened(key), "suggestion": suggestion,
            "known": limits.shortened(", ".join(known)),
        },
        on_key=True,
    )  # fmt: skip


def _known(key: str, struct: Struct, *, strict: bool) -> str | None:
    if key in struct or strict:
        return key if key in struct else None
    wanted = folded(key)
    return next((name for name in struct if folded(name) == wanted), None)


def folded(key: str) -> str:
    """Return a key as Go's JSON reader compares it: case and the long s do not count."""
    return key.lower().replace("\u017f", "s")


def not_json(node: Node, shape: Shape | None, *, strict: bool) -> Iterator[Node]:
    """Yield every NaN and infinity that has to become JSON, which has neither.

    The lenient decoder makes a string of one where a string is wanted; elsewhere, and in fields
    nobody knows, it fails like the strict one.
    """
    pending: list[tuple[Node, Shape | None]] = [(node, shape)]
    while pending:
        current, wanted = pending.pop()
        if _is_no_number(current) and (strict or wanted != STRING):
            yield current
        for key, child in current.fields().items():
            known = _known(key, wanted, strict=strict) if isinstance(wanted, dict) else None
            inner = wanted[known] if isinstance(wanted, dict) and known is not None else None
            pending.append((child, inner))
        element = wanted[0] if isinstance(wanted, tuple) else None
        pending += [(child, element) for child in current.items()]


def given(owners: list[Node], name: str, *, strict: bool, pointer: bool = False) -> list[Node]:
    """Return the values that are decoded into one field, in order: the last one wins.

    Go sees the keys of an object sorted, so ``Name`` comes before ``name``; objects are decoded
    on top of each other. Null empties a ``pointer`` (and a list) and is nothing elsewhere.
    """
    values: list[Node] = []
    for owner in owners:
        fields = owner.fields()
        for key in sorted(key for key in fields if _matches(key, name, strict=strict)):
            if fields[key].value is not None:
                values.append(fields[key])
            elif pointer:
                values.clear()
    return values


def _matches(key: str, name: str, *, strict: bool) -> bool:
    return key == name or (not strict and folded(key) == folded(name))


def elements(lists: list[Node]) -> list[list[Node]]:
    """Return the nodes that are decoded into each element of a list, in order."""
    merged: list[list[Node]] = []
    for listed in lists:
        items = listed.items()
        merged = [*merged[: len(items)], *([] for _ in items[len(merged) :])]
        for known, item in zip(merged, items, strict=True):
            known.append(item)
    return merged
