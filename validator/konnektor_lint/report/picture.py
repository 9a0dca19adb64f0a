"""The connector as a drawing (``--format svg``): who calls whom, and which call does not work.

A part is a box, a connection a line; both are links to what was found there. The state is told by
colour and by a sign, so that a print in grey still says it. There are two shapes: wide, and tall
for a phone. Lengths are in pixels of the drawing.
"""

from collections.abc import Iterator
from typing import NamedTuple, TextIO
from xml.sax.saxutils import escape, quoteattr

from konnektor_lint import texts
from konnektor_lint.linting import Result
from konnektor_lint.report.human import visible
from konnektor_lint.report.outline import codes, edge_name, role_name, state_name, uses
from konnektor_lint.report.run import Run
from konnektor_lint.topology import Edge, Part, State, Topology, topologies

SIGNS = {State.OK: "✓", State.WARNING: "!", State.ERROR: "✗", State.NOT_GIVEN: "?"}

STYLE = """
.k { --paper: #ffffff; --ink: #1c2430; --soft: #5a6675; --line: #c4ccd6; --box: #f6f8fa;
  --ok: #1a7f37; --warning: #9a6700; --error: #cf222e; --not-given: #6e7781;
  font-family: system-ui, sans-serif; }
@media (prefers-color-scheme: dark) { .k { --paper: #12161c; --ink: #e6ebf2; --soft: #9aa7b8;
  --line: #3b4654; --box: #1b222c; --ok: #4ac26b; --warning: #d4a72c; --error: #ff7b72;
  --not-given: #8b949e; } }
@media print { .k { --paper: #ffffff; --ink: #000000; --soft: #333333; --line: #888888;
  --box: #ffffff; --ok: #1a7f37; --warning: #9a6700; --error: #cf222e; --not-given: #57606a; } }
.k .zone { fill: none; stroke: var(--line); stroke-dasharray: 4 4; }
.k .box { fill: var(--box); stroke-width: 2; }
.k text { fill: var(--ink); font-size: 13px; }
.k .small { font-size: 12px; fill: var(--soft); }
.k .head { font-weight: 600; }
.k .wire { fill: none; stroke-width: 2.5; }
.k .back { fill: var(--paper); }
.k .state-ok { stroke: var(--ok); } .k .state-warning { stroke: var(--warning); }
.k .state-error { stroke: var(--error); }
.k .state-not-given { stroke: var(--not-given); stroke-dasharray: 6 5; }
.k .tip-ok, .k .sign-ok { fill: var(--ok); }
.k .tip-warning, .k .sign-warning { fill: var(--warning); }
.k .tip-error, .k .sign-error { fill: var(--error); }
.k .tip-not-given, .k .sign-not-given { fill: var(--not-given); }
.k text.sign { font-weight: 700; }
.k a:focus-visible rect, .k a:hover rect { stroke-width: 4; }
.k a:focus-visible .wire, .k a:hover .wire { stroke-width: 5; }
.k a { text-decoration: none; outline: none; }
"""


class Place(NamedTuple):
    """A box: left, top, width, height."""

    left: float
    top: float
    width: float
    height: float


class Wire(NamedTuple):
    """A line with an arrow at its end; ``label``: where its words begin."""

    points: tuple[tuple[float, float], ...]
    label: tuple[float, float]


class Shape(NamedTuple):
    """Where everything stands, and how many characters fit into boxes and labels."""

    name: str
    width: float
    height: float
    zones: dict[str, Place]
    boxes: dict[str, Place]
    wires: dict[str, Wire]
    box_text: int
    label_text: int


_ROLES = {"egress": "egress", "api-server": "api-server", "server": "server", "agent": "agent"}

WIDE = Shape(
    "wide", 1050, 480,
    {"control-plane": Place(10, 10, 605, 460), "workers": Place(815, 10, 225, 460)},
    {
        "egress": Place(30, 50, 195, 74), "api-server": Place(30, 250, 195, 74),
        "server": Place(405, 250, 195, 74), "agent": Place(830, 250, 195, 74),
        "targets": Place(830, 410, 195, 46),
    },
    {
        "configuration": Wire(((60, 250), (60, 124)), (72, 160)),
        "door": Wire(((225, 268), (405, 268)), (232, 222)),
        "login": Wire(((405, 306), (225, 306)), (232, 342)),
        "tunnel": Wire(((830, 268), (600, 268)), (607, 222)),
        "count": Wire(((830, 306), (600, 306)), (607, 342)),
        "reach": Wire(((1015, 324), (1015, 410)), (834, 354)),
    },
    25, 24,
)  # fmt: skip
TALL = Shape(
    "tall", 360, 790,
    {"control-plane": Place(6, 6, 348, 428), "workers": Place(6, 536, 348, 248)},
    {
        "egress": Place(20, 36, 320, 70), "api-server": Place(20, 184, 320, 70),
        "server": Place(20, 354, 320, 70), "agent": Place(20, 566, 320, 70),
        "targets": Place(20, 726, 320, 46),
    },
    {
        "configuration": Wire(((40, 184), (40, 106)), (56, 130)),
        "door": Wire(((40, 254), (40, 354)), (56, 278)),
        "login": Wire(((326, 354), (326, 254)), (56, 324)),
        "tunnel": Wire(((40, 566), (40, 424)), (56, 454)),
        "count": Wire(((326, 566), (326, 424)), (56, 502)),
        "reach": Wire(((40, 636), (40, 726)), (56, 664)),
    },
    42, 36,
)  # fmt: skip


def write(run: Run, out: TextIO) -> None:
    """Write the drawing."""
    Picture(run.language).report(run.result, out)


class Picture:
    """Writes one SVG file; several connectors stand below one another."""

    def __init__(self, language: str) -> None:
        """Remember how to speak."""
        self.language = language

    def report(self, result: Result, out: TextIO) -> None:
        """Write the drawings of all connectors."""
        known = topologies(result.connectors, result.findings)
        height = max(1, len(known)) * (WIDE.height + 40)
        out.write(
            f'<svg xmlns="http://www.w3.org/2000/svg" class="k" viewBox="0 0 {WIDE.width} {height}"'
            f' role="img" lang="{self.language}"><style>{STYLE}</style>\n'
            f'<rect class="back" width="100%" height="100%"/>\n'
        )
        if not known:
            words = texts.say(self.language, "summary.nothing")
            out.write(f'<text class="head" x="20" y="40">{escape(words)}</text>\n')
        for at, topology in enumerate(known):
            out.write(f'<g transform="translate(0 {at * (WIDE.height + 40) + 36})">\n')
            name = escape(visible(topology.name))
            out.write(f'<text class="head" x="10" y="-8">{name}</text>\n')
            out.writelines(drawn(topology, WIDE, self.language, links=False))
            out.write("</g>\n")
        out.write("</svg>\n")


def drawn(
    topology: Topology, shape: Shape, language: str, *, links: bool, prefix: str = ""
) -> Iterator[str]:
    """Yield the elements of one drawing; ``links`` lead to ``#{prefix}edge-…`` and ``part-…``."""
    for name, zone in shape.zones.items():
        yield f'<rect class="zone" {_box(zone)} rx="10"/>\n'
        words = escape(texts.say(language, f"picture.{name}"))
        yield f'<text class="small head" x="{zone.left + 54}" y="{zone.top + 20}">{words}</text>\n'
    for name, wire in shape.wires.items():
        target = f"{prefix}edge-{name}"
        yield from _linked(_wire(topology.edge(name), wire, shape, language), target, links=links)
    for role in _ROLES:
        parts = topology.parts_of(role)
        box = shape.boxes[role]
        target = f"{prefix}part-{role}"
        yield from _linked(_part(role, parts, box, shape, language), target, links=links)
    yield from _targets(shape, language)


def _linked(elements: Iterator[str], target: str, *, links: bool) -> Iterator[str]:
    if links:
        yield f'<a href="#{target}">\n'
    yield from elements
    if links:
        yield "</a>\n"


def _part(role: str, parts: list[Part], box: Place, shape: Shape, language: str) -> Iterator[str]:
    state = state_of(parts)
    names = ", ".join(dict.fromkeys(visible(part.name) for part in parts))
    several = texts.say(language, "picture.several", count=len(parts)) if parts[1:] else ""
    found = codes(tuple(item for part in parts for item in part.findings))
    last = " ".join(filter(None, (several, found))) or state_name(state, language)
    title = f"{role_name(role, language)}: {names or state_name(state, language)}"
    yield f"<title>{escape(title)}</title>"
    yield f'<rect class="box state-{state.value}" {_box(box)} rx="8"/>\n'
    left, top = box.left + 12, box.top + 23
    yield _text(left, top, SIGNS[state], f"sign sign-{state.value}")
    yield _text(left + 16, top, cut(role_name(role, language), shape.box_text - 3), "head")
    for line, words in enumerate(filter(None, (names, last)), start=1):
        yield _text(left + 16, top + 1 + 17 * line, cut(words, shape.box_text), "small")


def state_of(parts: list[Part]) -> State:
    """Return the worst state of parts of one role; none of them means: not given."""
    order = (State.ERROR, State.WARNING, State.OK)
    return next(
        (state for state in order for part in parts if part.state is state), State.NOT_GIVEN
    )


def _targets(shape: Shape, language: str) -> Iterator[str]:
    box = shape.boxes["targets"]
    yield f'<rect class="box" stroke="var(--line)" {_box(box)} rx="8"/>\n'
    words = cut(texts.say(language, "picture.targets"), shape.box_text)
    yield _text(box.left + 12, box.top + box.height / 2 + 4, words, "small head")


def _wire(edge: Edge, wire: Wire, shape: Shape, language: str) -> Iterator[str]:
    state = edge.state
    said = uses(edge, language)
    name = edge_name(edge.name, language)
    yield f"<title>{escape(f'{name}: {state_name(state, language)}. {visible(said)}')}</title>"
    line = " ".join(f"{x},{y}" for x, y in wire.points)
    yield f'<polyline class="wire state-{state.value}" points="{line}"/>\n'
    yield f'<polygon class="tip-{state.value}" points="{_tip(wire)}"/>\n'
    left, top = wire.label
    lines = _broken(name, shape.label_text)
    below = codes(edge.findings) or visible(said) or state_name(state, language)
    lines.append(cut(below, shape.label_text))
    yield _text(left, top, SIGNS[state], f"sign sign-{state.value}")
    for at, words in enumerate(lines):
        kind = "head small" if at < len(lines) - 1 else "small"
        yield _text(left + 15, top + 15 * at, words, kind)


def _tip(wire: Wire) -> str:
    """Return the corners of the arrow at the end of a line."""
    (x0, y0), (x1, y1) = wire.points[-2], wire.points[-1]
    size = 9
    if x0 == x1:
        back = -size if y1 > y0 else size
        return f"{x1},{y1} {x1 - 5},{y1 + back} {x1 + 5},{y1 + back}"
    back = -size if x1 > x0 else size
    return f"{x1},{y1} {x1 + back},{y1 - 5} {x1 + back},{y1 + 5}"


def _box(place: Place) -> str:
    return f'x="{place.left}" y="{place.top}" width="{place.width}" height="{place.height}"'


def _text(x: float, y: float, words: str, kind: str) -> str:
    return f'<text class={quoteattr(kind)} x="{x}" y="{y}">{escape(words)}</text>\n'


def cut(words: str, room: int) -> str:
    """Return words that fit: of what is too long both ends are kept."""
    if len(words) <= room:
        return words
    half = (room - 1) // 2
    return f"{words[: room - 1 - half]}…{words[len(words) - half :]}"


def _broken(words: str, room: int) -> list[str]:
    """Return words in lines that fit, at most two."""
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return [lines[0], cut(" ".join(lines[1:]), room)] if lines[1:] else lines
