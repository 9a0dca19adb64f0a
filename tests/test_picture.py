"""The drawing and its page: true to the findings, readable by anybody, closed to the outside."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import html5lib
import pytest

from conftest import ROOT, Run, egress, serious_faults
from konnektor_lint.connector import EDGES, Settings
from konnektor_lint.linting import lint
from konnektor_lint.report.picture import TALL, WIDE, cut
from konnektor_lint.rule import all_rules
from konnektor_lint.topology import State, Topology, topologies

EXAMPLES = ROOT / "examples"
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert(1)</script>\x1b]0;x\x07\u202e'\"&"


def topology(folder: Path) -> Topology:
    result = lint([str(folder)], all_rules(), Settings())
    (known,) = topologies(result.connectors, result.findings)
    return known


@pytest.mark.parametrize("example", ["clean", "http-connect", "high-availability"])
def test_every_connection_of_a_complete_example_fits(example: str) -> None:
    known = topology(EXAMPLES / example)
    assert {edge.name: edge.state for edge in known.edges} == dict.fromkeys(EDGES, State.OK)
    assert {part.state for part in known.parts} == {State.OK}
    assert all(edge.uses for edge in known.edges)


def test_each_finding_stands_where_it_belongs() -> None:
    known = topology(EXAMPLES / "broken")
    on_edges = {edge.name: [item.code for item in edge.findings] for edge in known.edges}
    assert on_edges["door"] == ["KL203", "KL201"]
    assert (on_edges["tunnel"], on_edges["login"]) == (["KL206"], ["KL207"])
    on_parts = {part.role: [item.code for item in part.findings] for part in known.parts}
    assert (on_parts["server"], on_parts["agent"]) == (["KL130"], ["KL170"])
    assert known.others == ()
    assert known.edge("tunnel").state is State.WARNING
    assert known.edge("door").state is State.ERROR


def test_a_side_that_is_not_given_is_not_green(tmp_path: Path) -> None:
    (tmp_path / "egress.yaml").write_text(egress())
    known = topology(tmp_path)
    assert {edge.state for edge in known.edges} == {State.NOT_GIVEN}
    assert known.joined_by == "file"


def test_rules_between_parts_name_a_connection_that_exists() -> None:
    named = {rule.code: rule.edge for rule in all_rules()}
    assert {edge for edge in named.values() if edge} == set(EDGES)
    between = ("KL20", "KL21")
    assert [code for code in named if code.startswith(between) and not named[code]] == []


@pytest.mark.parametrize("example", ["clean", "broken", "high-availability", "upgrade"])
@pytest.mark.parametrize("language", ["de", "en", "it"])
def test_the_drawing_is_one_valid_file(
    run: Callable[..., Run], example: str, language: str
) -> None:
    got = run("--format", "svg", "--lang", language, example, cwd=EXAMPLES)
    root = ElementTree.fromstring(got.out)
    words = [item.text or "" for item in root.iter(f"{SVG}text")]
    assert len(root.findall(f".//{SVG}polyline")) == len(EDGES)
    assert all(words)
    assert "http" not in got.out.replace('xmlns="http://www.w3.org/2000/svg"', "").replace(
        "HTTPConnect https://", ""
    )


@pytest.mark.parametrize("shape", [WIDE, TALL], ids=["wide", "tall"])
def test_boxes_lie_inside_and_apart(shape: Any) -> None:
    boxes = list(shape.boxes.values())
    for at, box in enumerate(boxes):
        assert box.left >= 0
        assert box.left + box.width <= shape.width
        assert box.top + box.height <= shape.height
        for other in boxes[at + 1 :]:
            apart = box.top + box.height <= other.top or other.top + other.height <= box.top
            assert (
                apart or box.left + box.width <= other.left or other.left + other.width <= box.left
            )


def test_what_is_cut_keeps_both_ends() -> None:
    assert cut("abcdefghij", 10) == "abcdefghij"
    assert cut("abcdefghijk", 5) == "ab…jk"


def test_the_outline_tells_what_was_joined_and_why(run: Callable[..., Run]) -> None:
    out = run("--show-topology", "broken", cwd=EXAMPLES).out
    assert out.startswith("broken: parts of one folder\n")
    assert "✗ the API server calls the proxy server" in out
    assert "broken   KL203 KL201  GRPC unix:" in out
    for language, words in (("de", "Teile eines Ordners"), ("it", "parti di una stessa cartella")):
        assert words in run("--show-topology", "--lang", language, "broken", cwd=EXAMPLES).out


def test_nothing_given_is_said(run: Callable[..., Run], tmp_path: Path) -> None:
    for arguments in (["--show-topology"], ["--format", "svg"], ["--format", "html"]):
        got = run(*arguments, ".", cwd=tmp_path)
        assert got.code == 3
        assert "Nothing of the connector was found" in got.out


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """Return a folder whose every name tries to break out of the page."""
    folder = tmp_path / "<img src=x onerror=alert(1)>"
    folder.mkdir()
    (folder / "egress.yaml").write_text(
        egress().replace("cluster\n", "'<script>alert(1)</script>'\n")
        + "metadata: {name: '<script>alert(2)</script>\u202e&'}\n"
    )
    return tmp_path


def test_input_cannot_break_out_of_page_and_drawing(run: Callable[..., Run], hostile: Path) -> None:
    page = run("--format", "html", ".", cwd=hostile).out
    drawing = run("--format", "svg", ".", cwd=hostile).out
    for text in (page, drawing):
        assert "<script" not in text
        assert "<img" not in text
        assert "\u202e" not in text
    ElementTree.fromstring(drawing)


@pytest.mark.parametrize("example", ["clean", "broken", "high-availability"])
def test_the_page_is_valid(run: Callable[..., Run], example: str) -> None:
    page = run("--format", "html", example, cwd=EXAMPLES).out
    parser = html5lib.HTMLParser()
    parser.parse(page)
    assert parser.errors == []


@pytest.mark.parametrize(("colors", "width"), [("light", 1280), ("dark", 360)])
@pytest.mark.parametrize("language", ["de", "en", "it"])
def test_the_page_works_in_a_browser(
    run: Callable[..., Run], tmp_path: Path, browser: Any, language: str, colors: str, width: int
) -> None:
    """No request, no message, no sideways scroll, nothing serious for axe; links lead on."""
    file = tmp_path / "page.html"
    file.write_text(run("--format", "html", "--lang", language, "broken", cwd=EXAMPLES).out)
    faults: list[str] = []
    screen = {"width": width, "height": 800}
    with browser.new_context(color_scheme=colors, viewport=screen) as made:
        tab = made.new_page()
        tab.on("console", lambda message: faults.append(message.text))
        tab.on("request", lambda request: faults.append(request.url))
        tab.goto(file.as_uri())
        assert faults == [file.as_uri()]
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        assert tab.evaluate("document.documentElement.lang") == language
        assert serious_faults(tab) == []
        shown = tab.locator("svg:visible")
        assert shown.count() == 1
        assert shown.get_attribute("class") == ("tall" if width == 360 else "wide")
        shown.locator('a[href="#c1-edge-door"]').focus()
        tab.keyboard.press("Enter")
        heading = tab.locator("#c1-edge-door h3")
        assert heading.is_visible()
        assert tab.url.endswith("#c1-edge-door")
        assert "KL201" in tab.locator("#c1-edge-door").inner_text()
        tab.emulate_media(media="print", color_scheme="dark")
        assert (
            tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        )


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("language", ["de", "en", "it"])
@pytest.mark.parametrize("example", ["broken", "high-availability"])
def test_words_stay_in_their_boxes_and_off_each_other(
    run: Callable[..., Run], tmp_path: Path, browser: Any, language: str, width: int, example: str
) -> None:
    file = tmp_path / "page.html"
    file.write_text(run("--format", "html", "--lang", language, example, cwd=EXAMPLES).out)
    with browser.new_context(viewport={"width": width, "height": 800}) as made:
        tab = made.new_page()
        tab.goto(file.as_uri())
        assert tab.evaluate(OVERLAPS) == []


PAPER = "getComputedStyle(document.body).backgroundColor"
OVERLAPS = """() => {
  const svg = [...document.querySelectorAll('svg')].find(s => s.getClientRects().length);
  const frame = svg.getBoundingClientRect();
  const words = [...svg.querySelectorAll('text')]
    .map(t => [t.textContent, t.getBoundingClientRect()]);
  const boxes = [...svg.querySelectorAll('rect.box')].map(r => r.getBoundingClientRect());
  const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1
    && a.top < b.bottom - 2 && b.top < a.bottom - 2;
  const inside = (a, b) => a.left >= b.left && a.right <= b.right && a.top >= b.top - 1
    && a.bottom <= b.bottom + 1;
  const faults = [];
  words.forEach(([text, at], n) => {
    if (!inside(at, frame)) faults.push('outside: ' + text);
    words.slice(n + 1).forEach(([other, there]) => {
      if (meet(at, there)) faults.push(text + ' / ' + other);
    });
    boxes.forEach(box => { if (meet(at, box) && !inside(at, box)) faults.push('box: ' + text); });
  });
  return faults;
}"""
