"""What may be typed at a place: flags of the program's release, their values, and egress fields.

The line that is being typed is rarely YAML yet. It is read with a word of our own in its place,
and where that word turns up tells what is wanted.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from konnektor_lint import source
from konnektor_lint.assembly import group
from konnektor_lint.connector import Connector, Settings
from konnektor_lint.goflag import LISTS
from konnektor_lint.pod import Component
from konnektor_lint.release import history
from konnektor_lint.server.knowledge import (
    components_in,
    flag_words,
    flags_of,
    values_of,
)
from konnektor_lint.server.shapes import Shape, egress_in
from konnektor_lint.server.sides import links
from konnektor_lint.source import Node, Position, Source, Span

_MARK = "konnektorlintcompletes"
_ITEM = re.compile(r"^(?P<before>\s*(?:- +)+)(?P<quote>[\"']?)(?P<typed>-[^\"'\s]*)?[\"']?\s*$")
_FLOW = re.compile(r"(?P<before>.*[\[,]\s*)(?P<quote>[\"']?)(?P<typed>--?[^\"',\]\s]*)$")
_KEY = re.compile(r"^(?P<before>\s*(?:- +)*)(?P<typed>[A-Za-z]*)$")
_VALUE = re.compile(
    r"^(?P<before>\s*(?:- +)*(?P<key>[A-Za-z]+): +)(?P<quote>[\"']?)(?P<typed>[^\"'#]*)$"
)


class Choice(NamedTuple):
    """One thing that may be typed: ``text`` takes the place of ``span``.

    ``kind``: ``flag``, ``field`` or ``value``. ``words``: what is known of it, as Markdown.
    """

    label: str
    text: str
    span: Span
    kind: str
    words: str = ""
    deprecated: bool = False


class Moment(NamedTuple):
    """A file while somebody types in it; ``connectors`` are those of the last run."""

    source: Source
    at: Position
    settings: Settings
    connectors: Sequence[Connector]
    language: str

    @property
    def before(self) -> str:
        """Return the line up to the cursor."""
        return self.source.line(self.at.line)[: self.at.column - 1]

    def span(self, length: int) -> Span:
        """Return the span of so many characters before the cursor."""
        return Span(Position(self.at.line, self.at.column - length), self.at)


def choices(moment: Moment) -> list[Choice]:
    """Return what may be typed at a place."""
    found = list(_arguments(moment))
    return found or list(_fields(moment)) or list(_values(moment))


def _with(moment: Moment, line: str) -> source.Reading:
    lines = list(moment.source.lines)
    lines[moment.at.line - 1] = line
    return source.parse(Source(moment.source.path, "\n".join(lines)))


def _arguments(moment: Moment) -> Iterator[Choice]:
    line = moment.source.line(moment.at.line)
    rest = line[moment.at.column - 1 :]
    found = _ITEM.match(moment.before)
    if found is not None and re.fullmatch(r"[^\s\"']*[\"']?\s*(?:#.*)?", rest):
        replaced = f"{found['before']}--{_MARK}"
    else:
        found = _FLOW.match(moment.before)
        if found is None:
            return
        after = re.match(r"[^\"',\]\s]*[\"']?", rest)
        replaced = f"{found['before']}--{_MARK}{rest[after.end() if after else 0 :]}"
    typed = found["typed"] or ""
    connectors = group([_with(moment, replaced)], moment.settings)
    for component in components_in(connectors, moment.source.path):
        if any(f"--{_MARK}" in (item.text or "") for item in component.arguments()):
            yield from _for(moment, component, typed)
            return


def _for(moment: Moment, component: Component, typed: str) -> Iterator[Choice]:
    name, equals, value = typed.removeprefix("--").partition("=")
    if equals:
        known = flags_of(component).get(name, {})
        for text in dict.fromkeys((*_agreed(moment, component, name), *values_of(known))):
            yield Choice(text, text, moment.span(len(value)), "value")
        return
    given = {flag.name for flag in component.flags}
    span = moment.span(len(typed))
    for flag, schema in sorted(flags_of(component).items()):
        if flag == "help" or (flag in given and schema.get("x-flag-type") not in LISTS):
            continue
        short = "-v" if flag == "v" else f"--{flag}"
        text = short if schema.get("x-flag-type") == "bool" else f"{short}="
        words = flag_words(component, flag, moment.language)
        yield Choice(short, text, span, "flag", words, _is_deprecated(component, flag))


def _is_deprecated(component: Component, flag: str) -> bool:
    release = component.release
    if release is None:
        return False
    entry = history(release.component).get(flag, {})
    return bool(release.flags.get(flag, {}).get("deprecated") or entry.get("deprecated_since"))


def _agreed(moment: Moment, component: Component, name: str) -> Iterator[str]:
    """Yield what the other side says, where both have to say the same."""
    for connector in moment.connectors:
        for one, other, same in links(connector):
            for here, there in ((one, other), (other, one)):
                ours = here.source.path == moment.source.path and here.name == f"--{name}"
                if same and ours and there.written and there.value and _near(here, component):
                    yield there.value


def _near(side: Any, component: Component) -> bool:  # noqa: ANN401
    """Tell whether a side belongs to the same program; lines have not moved while one types."""
    span = component.container.span
    return bool(span.start.line <= side.location.span.start.line <= span.end.line)


def _fields(moment: Moment) -> Iterator[Choice]:
    found = _KEY.match(moment.before)
    rest = moment.source.line(moment.at.line)[moment.at.column - 1 :]
    if found is None or rest.strip():
        return
    reading = _with(moment, f"{found['before']}{_MARK}: 1")
    place = _marked(moment, reading, _MARK)
    if place is None:
        return
    owner, shape = place
    given = set(owner.fields())
    for name, inner in shape.schema.get("properties", {}).items():
        if name not in given:
            words = f"{inner.get('title', '')}. {inner.get('description', '')}"
            text = f"{name}:" if _is_block(inner) else f"{name}: "
            yield Choice(name, text, moment.span(len(found["typed"])), "field", words)


def _is_block(schema: dict[str, Any]) -> bool:
    kinds = schema.get("type", "")
    return any(kind in kinds for kind in ("object", "array"))


def _values(moment: Moment) -> Iterator[Choice]:
    found = _VALUE.match(moment.before)
    if found is None:
        return
    reading = _with(moment, f"{found['before']}{_MARK}")
    place = _marked(moment, reading, found["key"])
    if place is None:
        return
    owner, shape = place
    child, inner = owner.fields()[found["key"]], shape.field(found["key"])
    if child.text != _MARK or inner is None:
        return
    agreed = [
        there.value
        for connector in moment.connectors
        for one, other, same in links(connector)
        for here, there in ((one, other), (other, one))
        if same and here.name == found["key"] and here.source.path == moment.source.path
        and there.written and there.value
    ]  # fmt: skip
    for text in dict.fromkeys((*agreed, *values_of(inner.schema))):
        yield Choice(text, text, moment.span(len(found["typed"])), "value")


def _marked(moment: Moment, reading: source.Reading, key: str) -> tuple[Node, Shape] | None:
    """Return the mapping of an egress configuration with a key on the line, and its schema."""
    connectors = group([reading], moment.settings)
    pending = [(root.node, root.shape) for root in egress_in(connectors, moment.source.path)]
    while pending:
        node, shape = pending.pop()
        for name, child in node.fields().items():
            if name == key and child.key_span.start.line == moment.at.line:
                return node, shape
            inner = shape.field(name)
            if inner is not None:
                pending.append((child, inner))
        item = shape.item()
        if item is not None:
            pending += [(child, item) for child in node.items()]
    return None
