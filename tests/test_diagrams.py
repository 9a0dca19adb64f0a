"""Every diagram draws in every language, and in a browser nothing overflows or overlaps."""

from __future__ import annotations

import itertools
import os
import re
import sys
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
CHROMIUM = "/usr/bin/chromium"
REQUIRED = os.environ.get("KONNEKTOR_BROWSER") == "required"
FOLDER = ROOT / "diagrams"
NAMES = (
    "ccm", "certificates", "control-loop", "egress-decision", "exec-sequence",
    "high-availability", "lint-map", "migration", "node-init", "openvpn-vs-konnectivity",
    "path-down", "path-up", "ports", "pre-ccm", "split-tenancy", "tenancy-scale",
    "translation-flow", "webhook-sequence",
)  # fmt: skip
MOST_NODES = 9
SCHEMES = ("default", "slate")

sys.path.insert(0, str(ROOT / "hooks"))
import diagram  # noqa: E402
import markup  # noqa: E402
from lettering import Area  # noqa: E402

EACH = pytest.mark.parametrize(
    ("name", "language"), list(itertools.product(NAMES, diagram.LANGUAGES))
)
SMALL = """
height = 10
[boxes]
a = {at = [0, 0], size = [10, 4]}
b = {at = [0, 6], size = [10, 4]}
[wires]
w = {from = "a", to = "b", at = [11, 5]}
""" + "".join(
    f'[{language}]\ntitle = "t"\ntext = "x"\na = "one"\nb = "two"\nw = "to"\n'
    for language in diagram.LANGUAGES
)


def source(name: str) -> str:
    return (FOLDER / f"{name}.toml").read_text(encoding="utf-8")


class Ids(HTMLParser):
    """Collects the ids, the tags that stay open, and what refers to an id."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.named: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        for key, value in attrs:
            if key == "id":
                self.ids.append(value or "")
            if key in ("aria-labelledby", "aria-describedby"):
                self.named.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_diagrams_are_these() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.toml")) == sorted(NAMES)


@EACH
def test_a_diagram_draws(name: str, language: str) -> None:
    figure = diagram.draw(source(name), name, language)
    assert "\n" not in figure
    page = Ids()
    page.feed(figure)
    assert page.open == []
    assert page.named == page.ids
    assert len(set(page.ids)) == len(page.ids)
    assert re.search(r"<title [^>]*>.+</title><desc [^>]*>.{40,}</desc>", figure)


def test_no_id_is_used_twice() -> None:
    page = Ids()
    for name in NAMES:
        page.feed(diagram.draw(source(name), name, "en"))
    assert len(set(page.ids)) == len(page.ids) == 2 * len(NAMES)


@EACH
def test_labels_keep_clear(name: str, language: str) -> None:
    drawing = diagram.layout(source(name), name, language)
    picture = Area(0, 0, diagram.COLUMNS * diagram.UNIT, drawing.height)
    for key, (place, _) in drawing.labels.items():
        assert picture.holds(place), key
    for (one, (place, _)), (two, (other, _)) in itertools.combinations(drawing.labels.items(), 2):
        assert not place.touches(other), f"{one} lies on {two}"
    for (key, (place, _)), (name_of_box, box) in itertools.product(
        drawing.labels.items(), drawing.boxes.items()
    ):
        assert key == name_of_box or not place.touches(box), f"{key} lies on box {name_of_box}"
    boxes = tomllib.loads(source(name)).get("boxes", {})
    bare = [key for key in drawing.labels if boxes.get(key, {}).get("look", "note") == "note"]
    if boxes:  # what a box frames lies above the wires
        for key, wire in itertools.product(bare, drawing.wires):
            assert not crosses(wire, drawing.labels[key][0]), f"a wire crosses {key}"


def crosses(wire: Any, place: Area) -> bool:
    """Tell whether the straight parts of a wire run through a place."""
    return any(
        place.touches(Area(min(x, to_x), min(y, to_y), abs(to_x - x), abs(to_y - y)))
        for (x, y), (to_x, to_y) in itertools.pairwise(wire)
        if to_x == x or to_y == y
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_diagram_is_small_enough_to_grasp(name: str) -> None:
    data = tomllib.loads(source(name))
    boxes = data.get("boxes") or data["lifelines"]
    nodes = [key for key, box in boxes.items() if box.get("look") != "note"]
    assert len(nodes) <= MOST_NODES


@pytest.mark.parametrize("name", NAMES)
def test_looks_are_explained(name: str) -> None:
    data = tomllib.loads(source(name))
    parts = [*data.get("wires", {}).values(), *data.get("messages", {}).values()]
    looks = {part.get("look", "dial") for part in parts if "from" in part}
    assert len(looks) == 1 or looks <= set(data["legend"])
    assert set(data.get("legend", [])) <= looks


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('b = "two"\n', "", "missing: b"),
        ('b = "two"', 'b = "two"\nc = "three"', "unused: c"),
        ('b = "two"', 'b = " "', "empty: b"),
        ('title = "t"\n', "", "missing: title"),
        ('text = "x"\n', "", "missing: text"),
        ('w = "to"\n', "", "missing: w"),
    ],
)
def test_a_fault_of_a_label_names_file_and_key(old: str, new: str, fault: str) -> None:
    head, tail = SMALL.split("[it]")
    broken = f"{head}[it]{tail.replace(old, new)}"
    with pytest.raises(diagram.DiagramError, match=rf"diagrams/small.toml \[it\]: {fault}"):
        diagram.draw(broken, "small", "de")


def test_a_text_that_does_not_fit_is_a_fault() -> None:
    long = SMALL.replace('"two"', '"Donaudampfschifffahrt"')
    with pytest.raises(diagram.DiagramError, match=r"small.toml \[en\]: b: .* too large"):
        diagram.draw(long, "small", "en")


def test_a_wire_leaves_its_box_straight() -> None:
    with pytest.raises(diagram.DiagramError, match="straight"):
        diagram.draw(SMALL.replace('to = "b"', 'to = "b", via = [[20, 5]]'), "small", "en")


def test_signs_of_html_are_escaped() -> None:
    figure = diagram.draw(SMALL.replace('"two"', '"<b>"').replace('"x"', '"a & b"'), "small", "en")
    assert "&lt;b&gt;" in figure
    assert "a &amp; b" in figure


# --- on the pages -----------------------------------------------------------------------------


def test_markers_on_a_line_of_their_own_are_filled() -> None:
    page = "a\n<!-- diagram: path-up -->\n<!-- file: examples/a.yaml -->\nb <!-- file: c -->\n"
    filled = markup.fill_markers(page, lambda name: f"[{name}]")
    assert filled == "a\n[diagram: path-up]\n[file: examples/a.yaml]\nb <!-- file: c -->\n"


def test_a_file_becomes_a_code_block_with_its_path() -> None:
    assert markup.included("a/b.yaml", "x: 1\n") == '```yaml title="a/b.yaml"\nx: 1\n```'
    assert markup.included("a/b.log", "```\n") == '````text title="a/b.log"\n```\n````'


@pytest.mark.parametrize(
    ("marker", "fault"),
    [
        ("file: examples/none.yaml", "missing"),
        ("file: examples/../mkdocs.yml", "only files below"),
        ("file: /etc/hostname", "only files below"),
        ("diagram: none", "diagrams/none.toml is missing"),
    ],
)
def test_a_missing_part_stops_the_build(marker: str, fault: str) -> None:
    exceptions = pytest.importorskip("mkdocs.exceptions")
    import pages

    config: Any = SimpleNamespace(config_file_path=str(ROOT / "mkdocs.yml"))
    with pytest.raises(exceptions.PluginError, match=fault):
        pages._content(marker, "en", config)


# --- in a browser -----------------------------------------------------------------------------

FOUND = """
() => [...document.querySelectorAll("svg")].map(svg => {
  const box = (it) => { const b = it.getBBox(); return [b.x, b.y, b.width, b.height]; };
  const style = (it, what) => getComputedStyle(it)[what];
  return {
    labels: [...svg.querySelectorAll("[data-key]")].map(g => ({
      key: g.dataset.key, place: box(g), ink: style(g.querySelector("text"), "fill"),
    })),
    fills: [...svg.querySelectorAll("rect")].map(r => [box(r), style(r, "fill")]),
    lines: [...svg.querySelectorAll(".wire, .head, .life, rect:not(.paper)")]
      .map(it => style(it, "stroke")),
    paper: style(svg, "backgroundColor"),
    wide: svg.getBoundingClientRect().width,
    scroll: document.documentElement.scrollWidth,
  };
})
"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    if not REQUIRED and not Path(CHROMIUM).exists():
        pytest.skip("needs Chromium")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


Shown = dict[tuple[str, str], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def shown(chromium: Any) -> Shown:
    """Return what a phone shows of all diagrams in each language and scheme, in NAMES' order."""
    style = (ROOT / "docs" / "assets" / "site.css").read_text(encoding="utf-8")
    page = chromium.new_page(viewport={"width": 360, "height": 800})
    found: Shown = {}
    for language in diagram.LANGUAGES:
        figures = "".join(diagram.draw(source(name), name, language) for name in NAMES)
        page.set_content(
            f"<!doctype html><style>body {{ margin: 16px }} {style}</style>"
            f'<body class="md-typeset">{figures}'
        )
        for scheme in SCHEMES:
            page.evaluate("scheme => { document.body.dataset.mdColorScheme = scheme }", scheme)
            found[language, scheme] = page.evaluate(FOUND)
    page.close()
    return found


@pytest.mark.parametrize("language", diagram.LANGUAGES)
def test_labels_fit_in_a_browser(shown: Shown, language: str) -> None:
    for name, found in zip(NAMES, shown[language, "default"], strict=True):
        drawing = diagram.layout(source(name), name, language)
        picture = Area(0, 0, diagram.COLUMNS * diagram.UNIT, drawing.height)
        places = {label["key"]: Area(*label["place"]) for label in found["labels"]}
        assert places.keys() == drawing.labels.keys()
        assert found["wide"] >= 320, name
        assert found["scroll"] <= 360
        for key, place in places.items():
            room = drawing.boxes.get(key, picture)
            assert picture.holds(place), f"{name}: {key} leaves the picture"
            assert room.holds(place), f"{name}: {key} leaves its box"
        for (one, place), (two, other) in itertools.combinations(places.items(), 2):
            inner = Area(other.x, other.y + 1, other.width, other.height - 2)
            assert not place.touches(inner), f"{name}: {one} lies on {two}"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_contrast(shown: Shown, scheme: str) -> None:
    for name, found in zip(NAMES, shown["en", scheme], strict=True):
        fills = [(Area(*place), color) for place, color in found["fills"]]
        for label in found["labels"]:
            x, y, width, height = label["place"]
            middle = Area(x + width / 2, y + height / 2, 0, 0)
            behind = [color for area, color in fills if area.holds(middle)] or [found["paper"]]
            assert contrast(label["ink"], behind[-1]) >= 4.5, f"{name}: {label['key']}"
        for line in found["lines"]:
            assert contrast(line, found["paper"]) >= 3, f"{name}: {line}"


def contrast(one: str, two: str) -> float:
    """Return the contrast of two colors as WCAG defines it."""
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(color: str) -> float:
    red, green, blue = (int(part) / 255 for part in re.findall(r"\d+", color)[:3])
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (red, green, blue)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
