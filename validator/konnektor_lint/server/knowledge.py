"""What is known about the flag or field at a place: from flag tables, schemas and the other side.

Titles and descriptions are those of the schemas.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from konnektor_lint import texts
from konnektor_lint.argument import Flag
from konnektor_lint.connector import Connector
from konnektor_lint.pod import Component
from konnektor_lint.release import Release, history, load_schema, releases_with
from konnektor_lint.server.shapes import Root, Shape
from konnektor_lint.server.sides import Side
from konnektor_lint.source import Node, Position, Span

_API_SERVER_FLAGS = "kube-apiserver/flags.json"
_TICKS = re.compile("`+")
MOST_VALUES = 20
"""How many allowed values are listed."""


class Given(NamedTuple):
    """A flag at a place, and the program it is given to."""

    component: Component
    flag: Flag
    span: Span


class Field(NamedTuple):
    """A field: its name, what it is part of, its schema, and where it stands."""

    name: str
    owner: str
    schema: dict[str, Any]
    span: Span


def components_in(connectors: Iterable[Connector], path: str) -> Iterator[Component]:
    """Yield the programs whose command lines stand in a file, each once."""
    seen: set[int] = set()
    for connector in connectors:
        for component in (*connector.api_servers, *connector.proxies):
            if component.pod.root.source.path == path and id(component) not in seen:
                seen.add(id(component))
                yield component


def flag_at(connectors: Iterable[Connector], path: str, at: Position) -> Given | None:
    """Return the flag at a place, by its name or by its value."""
    for component in components_in(connectors, path):
        for flag in component.flags:
            if flag.node.source.path == path:
                for span in (flag.span, flag.value_span):
                    if span.start <= at <= span.end:
                        return Given(component, flag, span)
    return None


def flags_of(component: Component) -> dict[str, Any]:
    """Return the schema of each flag that a program is known to have."""
    if component.release is not None:
        return component.release.flags
    return load_schema(_API_SERVER_FLAGS)["properties"]  # type: ignore[no-any-return]


def flag_words(component: Component, name: str, language: str) -> str:
    """Return what is known about a flag, as Markdown; empty where nothing is."""
    release = component.release
    known = release.flag(name) if release is not None else flags_of(component).get(name, {})
    ours = release is not None and name in history(release.component)
    if not known and not ours:
        return ""
    program = component.program if release is None else _program(release)
    lines = [f"**`--{name}`** · {program}", *_described(known)]
    facts = [(texts.say(language, "server.type"), _type(known))]
    if release is not None and ours:
        facts += _dates(release, name, language)
    return "\n\n".join((*lines, _listed(facts)))


def _program(release: Release) -> str:
    return f"{release.component} {release.tag}" if release.pinned else release.component


def _dates(release: Release, name: str, language: str) -> Iterator[tuple[str, str]]:
    entry = history(release.component)[name]
    yield texts.say(language, "server.releases"), releases_with(release.component, name)
    if entry["deprecated_since"]:
        yield texts.say(language, "server.deprecated"), str(entry["deprecated_since"])
    if len(entry["defaults"]) > 1:
        told = (f"≥ {tag}: {code(value) if value else '-'}" for tag, value in entry["defaults"])
        yield texts.say(language, "server.defaults"), "; ".join(told)


def _type(schema: dict[str, Any]) -> str:
    kind = str(schema.get("x-flag-type") or schema.get("type") or "")
    allowed = ", ".join(code(value) for value in values_of(schema))
    return f"{code(kind)}: {allowed}" if allowed else code(kind) if kind else "-"


def _described(schema: dict[str, Any]) -> list[str]:
    title, description = schema.get("title"), schema.get("description")
    return [f"{title}. {description}"] if title and description else []


def _listed(facts: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"- {name}: {value}" for name, value in facts if value)


def code(text: str) -> str:
    """Return a text as inline code, whatever it holds."""
    longest = max((len(found[0]) for found in _TICKS.finditer(text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def sides_words(
    others: Iterable[tuple[Side, bool]], language: str, link: Callable[[Side], str]
) -> str:
    """Return the other sides as Markdown; ``link`` makes the place of one."""
    lines = []
    for side, same in others:
        relation = texts.say(language, f"server.{'same' if same else 'fits'}")
        value = f" = {code(side.value)}" if side.value else ""
        place = link(side) if side.written else texts.say(language, "server.not-given")
        lines.append(f"- {relation} {code(side.name)}{value} ({place})")
    return "\n".join(lines)


def values_of(schema: dict[str, Any]) -> list[str]:
    """Return the values that a schema allows or gives as examples, where it names them."""
    found: list[str] = []
    for part in (schema, *schema.get("allOf", ()), *schema.get("anyOf", ())):
        listed = [part["const"]] if "const" in part and not part.get("deprecated") else []
        found += [str(value) for value in (*listed, *part.get("enum", ())) if value != ""]
        if part is not schema:
            found += values_of({key: part[key] for key in ("allOf", "anyOf") if key in part})
    if schema.get("type") == "boolean":
        found += ["true", "false"]
    return list(dict.fromkeys(found)) or [str(item) for item in schema.get("examples", ())]


def field_at(root: Root, at: Position) -> Field | None:
    """Return the field of a document at a place, by its name or its value."""
    node, shape = root.node, root.shape
    while True:
        step = _step(node, shape, at)
        if step is None:
            return None
        name, node, shape, on_key = step
        if on_key or (name and not isinstance(node.value, dict | list)):
            span = node.key_span if on_key else node.span
            return Field(name, root.title, shape.schema, span)


def _step(node: Node, shape: Shape, at: Position) -> tuple[str, Node, Shape, bool] | None:
    """Go one level down to a place: the field's name, its value and schema, and whether on it."""
    fields = node.fields()
    on_key = [name for name, child in fields.items() if child.key and _holds(child.key_span, at)]
    around = on_key or [name for name, child in fields.items() if _lies_in(child, at)]
    for name in around:
        inner = shape.field(name)
        if inner is not None:
            return name, fields[name], inner, bool(on_key)
    item = shape.item()
    items = [child for child in node.items() if _lies_in(child, at)]
    return ("", items[-1], item, False) if item is not None and items else None


def _lies_in(node: Node, at: Position) -> bool:
    """Tell whether a place lies in a value; a block ends where the next thing begins."""
    start, end = node.span
    return start <= at and (at < end if isinstance(node.value, dict | list) else at <= end)


def _holds(span: Span, at: Position) -> bool:
    return span.start <= at <= span.end


def field_words(field: Field, language: str) -> str:
    """Return what is known about a field, as Markdown; empty where nothing is."""
    told = _described(field.schema)
    allowed = ", ".join(code(value) for value in values_of(field.schema)[:MOST_VALUES])
    if not told and not allowed:
        return ""
    facts = _listed([(texts.say(language, "server.values"), allowed)])
    return "\n\n".join(filter(None, (f"**`{field.name}`** · {field.owner}", *told, facts)))
