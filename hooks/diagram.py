"""Draw a diagram: the text of diagrams/NAME.toml in, a figure with inline SVG out.

All lengths in the files are in grid units; a drawing is COLUMNS units wide, so that its text stays
readable on a phone. Maps have zones, boxes, wires and a height; sequences lifelines and messages.
"""

from __future__ import annotations

import html
import itertools
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lettering import Area, Line, wrapped

LANGUAGES = ("de", "en", "it")
COLUMNS = 34
UNIT = 10.0  # SVG user units in a grid unit

_HEADS_IN_A_ROW = 3
_PARTS = ("zones", "boxes", "wires", "lifelines", "messages")
Point = tuple[float, float]


class DiagramError(ValueError):
    """What is wrong with a diagram, one line per fault, each naming the file and the key."""


@dataclass
class Drawing:
    """The shapes of a drawing, the place of every label by key, and what does not fit."""

    where: str
    words: Mapping[str, str]
    height: float = 0
    shapes: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    labels: dict[str, tuple[Area, Area]] = field(default_factory=dict)  # place, room
    wires: list[Sequence[Point]] = field(default_factory=list)
    boxes: dict[str, Area] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def lines(self, key: str, part: Mapping[str, Any], look: str, width: float) -> list[Line]:
        """Return the label of a part and the code below it, wrapped."""
        found = wrapped(part.get("text") or self.words.get(key, ""), look, width)
        code = str(part.get("code", ""))
        return found + [Line(text, "code") for text in code.splitlines()]

    def write(self, key: str, lines: Sequence[Line], room: Area, align: str = "middle") -> Area:
        """Put lines into a room: across by their alignment, centered in height."""
        height = sum(line.height for line in lines)
        width = max((line.width for line in lines), default=0)
        x = {"start": room.x, "middle": room.x + (room.width - width) / 2}.get(
            align, room.right - width
        )
        y = room.y + (room.height - height) / 2
        place = Area(x, y, width, height)
        if not Area(room.x - 1, room.y - 1, room.width + 2, room.height + 2).holds(place):
            self.faults.append(f"{self.where}: {key}: {width:.0f} x {height:.0f} is too large")
        anchor = {"start": x, "middle": x + width / 2}.get(align, x + width)
        self.texts.append(f'<g class="{align}" data-key="{key}">')
        for line in lines:
            base = y + line.height * 0.77
            text = html.escape(line.text, quote=False)
            self.texts.append(f'<text class="{line.look}" x="{_n(anchor)}" y="{_n(base)}">{text}')
            self.texts.append("</text>")
            y += line.height
        self.texts.append("</g>")
        self.labels[key] = (place, room)
        return place

    def frame(self, area: Area, look: str, radius: float = 5) -> None:
        """Add a rectangle."""
        x, y, width, height = map(_n, area)
        size = f'width="{width}" height="{height}" rx="{_n(radius)}"'
        self.shapes.append(f'<rect class="{look}" x="{x}" y="{y}" {size}/>')

    def wire(self, points: Sequence[Point], look: str) -> None:
        """Add a line with the head that its look asks for."""
        self.wires.append(points)
        (x, y), (end_x, end_y) = points[-2:]
        length = max(abs(end_x - x), abs(end_y - y), 1.0)
        along = ((end_x - x) / length, (end_y - y) / length)
        reach = {"cable": 0.0, "check": 0.0, "bad": 7.0}.get(look, 8.0)
        stop = (end_x - along[0] * reach * 0.7, end_y - along[1] * reach * 0.7)
        path = "L".join(f"{_n(px)} {_n(py)}" for px, py in [*points[:-1], stop])
        self.shapes.append(f'<path class="wire {look}" d="M{path}"/>')
        if reach:
            self.shapes.append(_head((end_x, end_y), along, look))


def _head(tip: Point, along: Point, look: str) -> str:
    def at(back: float, aside: float) -> str:
        x = tip[0] - along[0] * back - along[1] * aside
        y = tip[1] - along[1] * back + along[0] * aside
        return f"{_n(x)} {_n(y)}"

    if look == "bad":  # a cross: nothing arrives
        return f'<path class="head cross" d="M{at(12, -5)}L{at(2, 5)}M{at(12, 5)}L{at(2, -5)}"/>'
    if look == "data":
        return f'<path class="head open" d="M{at(8, -4.5)}L{at(0, 0)}L{at(8, 4.5)}"/>'
    return f'<path class="head" d="M{at(9, -4.5)}L{at(0, 0)}L{at(9, 4.5)}Z"/>'


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def draw(source: str, name: str, language: str) -> str:
    """Return the figure in a language; raise DiagramError with all that is wrong."""
    drawing = layout(source, name, language)
    if drawing.faults:
        raise DiagramError("\n".join(drawing.faults))
    title, text = (html.escape(drawing.words[key], quote=False) for key in ("title", "text"))
    ids = (f"diagram-{name}-title", f"diagram-{name}-text")
    size = f'viewBox="0 0 {COLUMNS * UNIT:.0f} {drawing.height:.0f}"'
    return (
        '<figure class="diagram">'
        f'<svg {size} role="img" aria-labelledby="{ids[0]}" aria-describedby="{ids[1]}"'
        ' data-search-exclude="">'
        f'<title id="{ids[0]}">{title}</title><desc id="{ids[1]}">{text}</desc>'
        f"{''.join(drawing.shapes)}{''.join(drawing.texts)}</svg>"
        f"<figcaption><strong>{title}.</strong> {text}</figcaption></figure>"
    )


def layout(source: str, name: str, language: str) -> Drawing:
    """Place everything; faults of the labels stop it, texts that do not fit are collected."""
    data = tomllib.loads(source)
    where = f"diagrams/{name}.toml"
    faults = [fault for known in LANGUAGES for fault in _label_faults(data, where, known)]
    if faults:
        raise DiagramError("\n".join(faults))
    drawing = Drawing(f"{where} [{language}]", data[language])
    if "lifelines" in data:
        _sequence(drawing, data)
    else:
        _map(drawing, data)
    _legend(drawing, data.get("legend", []))
    return drawing


def _label_faults(data: Mapping[str, Any], where: str, language: str) -> list[str]:
    words = data.get(language, {})
    wanted = {"title", "text", *(f"legend-{look}" for look in data.get("legend", []))}
    for part in _PARTS:
        wanted |= {key for key, item in data.get(part, {}).items() if _has_label(part, item)}
    faults = [f"missing: {key}" for key in wanted - words.keys()]
    faults += [f"unused: {key}" for key in words.keys() - wanted]
    faults += [f"empty: {key}" for key, text in words.items() if not str(text).strip()]
    return [f"{where} [{language}]: {fault}" for fault in sorted(faults)]


def _has_label(part: str, item: Mapping[str, Any]) -> bool:
    return "text" not in item and bool(item.get("label", part != "wires" or "at" in item))


def _area(item: Mapping[str, Any]) -> Area:
    return Area(*(UNIT * number for number in (*item["at"], *item["size"])))


def _map(drawing: Drawing, data: Mapping[str, Any]) -> None:
    drawing.height = data["height"] * UNIT
    for key, zone in data.get("zones", {}).items():
        area = _area(zone)
        drawing.frame(area, f"zone {zone.get('look', 'plain')}", 8)
        if _has_label("zones", zone):
            width = UNIT * zone.get("width", area.width / UNIT)
            lines = drawing.lines(key, zone, "zone", width - 12)
            height = sum(line.height for line in lines)
            up = area.bottom - height - 4 if zone.get("foot") else area.y + 4
            drawing.write(key, lines, Area(area.x + 8, up, area.width - 12, height), "start")
    areas = drawing.boxes = {key: _area(box) for key, box in data["boxes"].items()}
    for wire in data.get("wires", {}).values():
        via = [(UNIT * x, UNIT * y) for x, y in wire.get("via", [])]
        points = route(areas[wire["from"]], areas[wire["to"]], via)
        drawing.wire(points, wire.get("look", "dial"))
    for key, box in data["boxes"].items():
        look, area = box.get("look", "plain"), areas[key]
        room = Area(area.x + 4, area.y + 2, area.width - 8, area.height - 4)
        if look != "note":
            drawing.frame(area, f"box {look}", area.height / 2 if look == "question" else 5)
        drawing.texts.append(f'<g class="on-{look}">')
        lines = drawing.lines(key, box, "say" if look == "note" else "name", room.width)
        drawing.write(key, lines, room, box.get("align", "middle"))
        drawing.texts.append("</g>")
    for key, wire in data.get("wires", {}).items():
        if "at" in wire:
            _wire_label(drawing, key, wire)


def _wire_label(drawing: Drawing, key: str, wire: Mapping[str, Any]) -> None:
    (x, y), width = (UNIT * number for number in wire["at"]), wire.get("width", 10) * UNIT
    lines = drawing.lines(key, wire, "say", width)
    height = sum(line.height for line in lines)
    align = wire.get("align", "start")
    left = {"start": x, "middle": x - width / 2}.get(align, x - width)
    drawing.write(key, lines, Area(left, y - height / 2, width, height), align)


def route(start: Area, end: Area, via: Sequence[Point]) -> list[Point]:
    """Return the corners of a wire; without via the areas have to face each other."""
    if not via:
        left, right = max(start.x, end.x), min(start.right, end.right)
        top, bottom = max(start.y, end.y), min(start.bottom, end.bottom)
        via = [((left + right) / 2, (top + bottom) / 2)]
        return [_border(start, via[0]), _border(end, via[0])]
    return [_border(start, via[0]), *via, _border(end, via[-1])]


def _border(area: Area, seen: Point) -> Point:
    x, y = seen
    if area.x <= x <= area.right:
        return x, area.y if y <= area.y else area.bottom
    if area.y <= y <= area.bottom:
        return area.x if x < area.x else area.right, y
    raise DiagramError(f"a wire has to leave {area} straight, not towards {seen}")


def _sequence(drawing: Drawing, data: Mapping[str, Any]) -> None:
    lifelines = data["lifelines"]
    pitch = COLUMNS * UNIT / len(lifelines)
    middles = {key: pitch * (index + 0.5) for index, key in enumerate(lifelines)}
    heads = _heads(drawing, lifelines, middles, pitch)
    drawing.height = max(head.bottom for head in heads.values()) + 8
    number, start = itertools.count(1), len(drawing.shapes)
    for key, message in data["messages"].items():
        _message(drawing, key, message, middles, number)
    lines = [
        f'<path class="life" d="M{_n(middles[key])} {_n(head.bottom)}V{_n(drawing.height)}"/>'
        for key, head in heads.items()
    ]
    drawing.shapes[start:start] = lines


def _heads(
    drawing: Drawing, lifelines: Mapping[str, Any], middles: Mapping[str, float], pitch: float
) -> dict[str, Area]:
    """Draw the heads, in two rows if there are many, so that their names have room."""
    rows = 2 if len(lifelines) > _HEADS_IN_A_ROW else 1
    found = {}
    for index, (key, lifeline) in enumerate(lifelines.items()):
        lines = drawing.lines(key, lifeline, "name", pitch * rows - 20)
        width = max(line.width for line in lines) + 14
        left = min(max(middles[key] - width / 2, 2), COLUMNS * UNIT - width - 2)
        area = Area(left, 2 + index % rows * 48, width, 40)
        look = lifeline.get("look", "plain")
        drawing.frame(area, f"box {look}")
        drawing.texts.append(f'<g class="on-{look}">')
        drawing.write(key, lines, Area(area.x + 4, area.y + 2, width - 8, 36))
        drawing.texts.append("</g>")
        found[key] = area
    return found


def _message(
    drawing: Drawing,
    key: str,
    message: Mapping[str, Any],
    middles: Mapping[str, float],
    number: itertools.count[int],
) -> None:
    limit = COLUMNS * UNIT
    if "from" not in message:  # a band across all lifelines
        band = Area(2, drawing.height + 8, limit - 4, 26)
        drawing.frame(band, f"box {message.get('look', 'outside')}")
        drawing.write(key, drawing.lines(key, message, "zone", limit - 24), band)
        drawing.height = band.bottom + 4
        return
    start, end = middles[message["from"]], middles[message.get("to", message["from"])]
    lines = drawing.lines(key, message, "say", message.get("width", 24) * UNIT)
    lines[0] = Line(f"{next(number)}. {lines[0].text}", lines[0].look)
    width, height = max(line.width for line in lines), sum(line.height for line in lines)
    inset = 8.0 if start == end else 3.0
    left = min(max((start + end) / 2 - width / 2, 2 + inset), limit - width - 2 - inset)
    room = Area(left, drawing.height + 6 + inset / 2, width, height)
    frame = Area(left - inset, room.y - inset / 2, width + 2 * inset, height + inset)
    drawing.frame(frame, "box plain" if start == end else "paper", 3)
    drawing.write(key, lines, room)
    drawing.height = frame.bottom + 3
    if start != end:
        drawing.height += 5
        drawing.wire([(start, drawing.height), (end, drawing.height)], message.get("look", "dial"))
        drawing.height += 5


def _legend(drawing: Drawing, looks: Sequence[str]) -> None:
    for look in looks:
        key = f"legend-{look}"
        y = drawing.height + 14
        drawing.wire([(10, y), (46, y)], look)
        lines = wrapped(drawing.words[key], "say", COLUMNS * UNIT - 66)
        height = sum(line.height for line in lines)
        drawing.write(key, lines, Area(56, y - 9, COLUMNS * UNIT - 62, height), "start")
        drawing.height = y + height - 9
    drawing.height += 4
