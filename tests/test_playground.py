"""The playground in a real browser: the same linter as on the command line, and nothing else."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
import yaml

import playground
import playground_assets
from conftest import FIXTURES, REQUIRED, ROOT, Run, serious_faults
from konnektor_lint import source
from konnektor_lint.texts import LANGUAGES
from test_fixtures import inputs, options
from test_site import Handler, address, site, workshop

__all__ = ["address", "site", "workshop"]  # fixtures

START = 180_000
"""How long a start may take on a busy machine, in milliseconds."""
BROKEN = {"KL130", "KL170", "KL201", "KL203", "KL206", "KL207"}


# --- what it is made of -----------------------------------------------------------------------


def test_packages_are_exact_and_name_no_host() -> None:
    text = (ROOT / "playground" / "packages.toml").read_text(encoding="utf-8")
    assert "://" not in text
    names = [item.name for item in playground_assets.packages()]
    assert len(names) == len(set(names)) > 10
    assert all(len(item.sha512) == 88 for item in playground_assets.packages())


def test_another_package_than_the_recorded_one_is_refused(tmp_path: Path) -> None:
    item = playground_assets.packages()[0]
    archive = tmp_path / item.archive
    archive.write_bytes(b"something else")
    with pytest.raises(SystemExit, match="not the package that was recorded"):
        playground_assets._unpack(item, archive, tmp_path / "module")
    assert not archive.exists()


def test_without_npm_there_is_no_playground(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    program(tmp_path / "node", "v18.0.0")
    with pytest.raises(playground_assets.Unavailable, match="npm is not installed"):
        playground_assets.make(tmp_path)
    assert not (tmp_path / "playground").exists()


@pytest.mark.parametrize("version", ["v12.22.12", "v16.0.0", "?"])
def test_an_old_node_makes_no_playground(
    version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(playground_assets.Unavailable, match="node is not installed"):
        playground_assets.make(tmp_path)
    program(tmp_path / "node", version)
    with pytest.raises(playground_assets.Unavailable, match="older than 18"):
        playground_assets.make(tmp_path)


def program(path: Path, says: str) -> None:
    """Write a program that prints something."""
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_that_there_is_no_playground(language: str, tmp_path: Path) -> None:
    config: Any = SimpleNamespace(config_file_path=str(tmp_path / "mkdocs.yml"))
    said = playground.filled(config, language)
    assert said == playground.load_words()[language]["without"]


def test_words_are_the_same_in_each_language() -> None:
    words = playground.load_words()
    assert sorted(words) == sorted(LANGUAGES)
    assert len({tuple(one) for one in words.values()}) == 1
    fields = [{key: text.count("{") for key, text in one.items()} for one in words.values()]
    assert fields[0] == fields[1] == fields[2]


def test_examples_of_rules_are_those_of_their_pages() -> None:
    examples = playground_assets.examples()
    assert examples["broken"]["files"]
    assert "KL201" in examples
    assert all("expected.txt" not in str(example["files"]) for example in examples.values())


# --- in a browser -----------------------------------------------------------------------------


@pytest.fixture(scope="session")
def assets(site: Path) -> Path:
    """Return the folder of the playground's files in the built site."""
    found = sorted(site.glob("assets/playground/*/worker.js"))
    if not found:
        if REQUIRED and shutil.which("npm"):
            pytest.fail("npm is here, but the playground is no part of the build")
        pytest.skip("the playground is no part of this build: make docs fetches it with npm")
    return found[0].parent


class Visit:
    """A started playground, and what its page did that it should not."""

    def __init__(self, tab: Any, address: str) -> None:
        self.tab = tab
        self.faults: list[str] = []
        tab.set_default_timeout(START)
        allowed = (address, "data:", f"blob:{address.partition('/konnektor')[0]}")
        tab.on("request", lambda asked: self._requested(asked.url, allowed))
        tab.on("console", self._said)
        tab.on("pageerror", lambda error: self.faults.append(str(error)))

    def _requested(self, url: str, allowed: tuple[str, ...]) -> None:
        if not url.startswith(allowed):
            self.faults.append(f"asks for {url}")

    def _said(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(message.text)

    def start(self, url: str) -> None:
        """Open the page and start it, unless it starts by itself."""
        self.tab.goto(url)
        self.tab.wait_for_selector("#playground button, #playground progress")
        if self.tab.locator("#playground > .md-button").count():
            self.tab.click("#playground > .md-button")
        self.settled()

    def settled(self) -> None:
        """Wait until the newest text has been linted."""
        self.tab.wait_for_selector("#playground[data-found]:not([aria-busy])")

    def act(self, action: Callable[[], object]) -> None:
        """Do what makes the linter run, and wait for what it says."""
        self.tab.evaluate("document.getElementById('playground').dataset.took = ''")
        action()
        self.tab.wait_for_selector("#playground:not([data-took='']):not([aria-busy])")

    def choose(self, field: str, value: str) -> None:
        """Choose something in a field, and wait for what the linter says then."""
        self.act(lambda: self.tab.select_option(f"#p-{field}", value))

    @property
    def codes(self) -> set[str]:
        """Return the codes of the findings shown."""
        return set(self.tab.locator(".p-finding a").all_inner_texts())


@pytest.fixture(scope="module")
def context(browser: Any, assets: Path) -> Iterator[Any]:
    """Return a browser profile: what one test loads is there for the next."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as made:
        yield made


@pytest.fixture(scope="module")
def visit(context: Any, address: str) -> Visit:
    """Return the English page, started."""
    made = Visit(context.new_page(), address)
    made.start(f"{address}en/lint/playground/")
    return made


@pytest.fixture
def broken(visit: Visit) -> Visit:
    """Return the page with the broken example."""
    visit.faults.clear()
    visit.choose("example", "clean")
    visit.choose("example", "broken")
    return visit


def test_nothing_large_is_loaded_before_the_start(browser: Any, assets: Path, address: str) -> None:
    asked: list[str] = []
    with browser.new_context() as fresh:
        tab = fresh.new_page()
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto(f"{address}en/lint/playground/", wait_until="networkidle")
        assert tab.locator("#playground .md-button").count() == 1
    own = {url.rpartition("/")[2] for url in asked if "/assets/playground/" in url}
    late = {"bridge.py", "worker.js"}
    assert own == set(playground_assets.OWN) - late


def test_findings_picture_and_places(broken: Visit) -> None:
    tab = broken.tab
    assert broken.codes == BROKEN
    assert tab.inner_text(".p-status").startswith("Found 5 errors, 1 warning.")
    assert tab.locator(".p-picture svg.wide").is_visible()
    tab.click(".p-finding:has-text('KL201') .p-place >> nth=1")
    selected = tab.locator("[role=tab][aria-selected=true]")
    assert selected.get_attribute("title") == "control-plane/konnectivity-server.yaml"
    assert "--uds-name" in tab.inner_text(".cm-activeLine >> nth=-1")
    tab.click(".p-picture a:has-text('KL201')")
    assert tab.evaluate("document.activeElement.closest('.p-finding') !== null")
    assert broken.faults == []


def test_what_was_left_out_is_told(broken: Visit) -> None:
    notes = broken.tab.locator(".p-notes")
    assert notes.locator("summary").inner_text() == "Not checked or not shown: 2"
    assert "KL214" in notes.locator("li").first.text_content()
    assert "--fix" not in broken.tab.inner_text(".p-status")


def test_a_line_leads_to_its_findings(broken: Visit) -> None:
    tab = broken.tab
    tab.click("[role=tab][title$='konnectivity-server.yaml']")
    tab.click(".cm-line:has-text('--uds-name')")
    assert tab.locator(".p-here a").all_inner_texts() == ["KL201"]
    assert tab.locator(".p-here").is_visible()
    tab.click(".cm-line >> nth=1")
    assert tab.locator(".p-here").count() == 0
    assert broken.faults == []


def test_typing_lints_again(broken: Visit) -> None:
    tab = broken.tab
    tab.click(".p-finding:has-text('KL203') .p-place >> nth=0")
    broken.act(lambda: tab.keyboard.type("HTTPConnect"))
    assert "KL203" not in broken.codes
    assert broken.faults == []


def test_one_fix_and_all_safe_fixes(broken: Visit, run: Callable[..., Run], tmp_path: Path) -> None:
    tab = broken.tab
    broken.act(lambda: tab.click(".p-finding:has-text('KL203') .p-fix"))
    assert "KL203" not in broken.codes
    broken.choose("example", "broken")
    broken.act(lambda: tab.click("text=Fix all that is safe"))
    shutil.copytree(ROOT / "examples" / "broken", tmp_path / "x")
    run("--fix", ".", cwd=tmp_path / "x")
    fixed = {
        path.relative_to(tmp_path / "x").as_posix(): path.read_text(encoding="utf-8")
        for path in (tmp_path / "x").rglob("*.yaml")
    }
    held = json.loads(tab.evaluate("sessionStorage.getItem('konnektor-playground')"))
    assert held["files"] == fixed
    assert broken.faults == []


def test_the_language_of_the_findings(broken: Visit) -> None:
    for language, word in (("de", "Fehler"), ("it", "Rilievi"), ("en", "Found")):
        broken.choose("language", language)
        assert word in broken.tab.inner_text(".p-status")
    assert broken.faults == []


def test_versions_are_told_to_the_linter(broken: Visit) -> None:
    broken.choose("example", "upgrade")
    assert broken.tab.input_value("#p-kubernetes") == "1.30"
    broken.choose("component", "v0.36.0")
    assert broken.faults == []


def test_a_link_carries_the_files(broken: Visit, context: Any, address: str) -> None:
    broken.tab.click("text=Make a link")
    link = broken.tab.input_value("#p-link")
    assert len(link) < 8000
    other = Visit(context.new_page(), address)
    asked: list[str] = []
    other.tab.on("request", lambda request: asked.append(request.url))
    other.start(link.replace("/en/", "/it/"))
    assert other.codes == BROKEN
    assert other.tab.inner_text(".p-status").startswith("Rilievi:")
    fragment = link.partition("#")[2]
    assert not [url for url in asked if fragment[:40] in url.partition("#")[0]]
    assert other.faults == broken.faults == []
    other.tab.close()


@pytest.mark.parametrize("link", ["#v1.AAAA", "#v1.%00", "#v1." + "A" * 40_000, "#other"])
def test_a_bad_link_is_no_more_than_that(
    link: str, visit: Visit, context: Any, address: str
) -> None:
    other = Visit(context.new_page(), address)
    other.start(f"{address}en/lint/playground/{link}")
    assert other.codes == BROKEN
    said = other.tab.inner_text(".p-status")
    assert said.startswith("This link is damaged" if "v1" in link else "Found")
    assert other.faults == []
    other.tab.close()


def test_a_rule_page_leads_to_its_example(visit: Visit, context: Any, address: str) -> None:
    other = Visit(context.new_page(), address)
    other.tab.goto(f"{address}de/lint/rules/kl201/")
    other.tab.click("text=Im Browser ausprobieren")
    other.start(other.tab.url)
    assert "KL201" in other.codes
    assert other.tab.url == f"{address}de/lint/playground/"  # to load it again keeps what is typed
    assert other.faults == []
    other.tab.close()


def test_the_page_in_another_language_has_the_same_files(broken: Visit, address: str) -> None:
    tab = broken.tab
    broken.choose("example", "KL201")
    tab.hover(".md-select")
    tab.click(".md-select__link[hreflang=de]")
    tab.wait_for_url(f"{address}de/lint/playground/")
    broken.settled()
    assert broken.codes == {"KL201"}
    assert "Fehler" in tab.inner_text(".p-status")
    broken.start(f"{address}en/lint/playground/")
    assert broken.faults == []


def test_what_takes_too_long_is_ended(broken: Visit) -> None:
    tab = broken.tab
    tab.evaluate("document.getElementById('playground').dataset.limit = '1'")
    tab.select_option("#p-language", "it")
    tab.wait_for_selector(".p-status:has-text('Stopped after')")
    tab.evaluate("delete document.getElementById('playground').dataset.limit")
    broken.choose("language", "en")
    assert broken.codes == BROKEN
    assert broken.faults == []


def test_hostile_names_and_texts_stay_text(broken: Visit, address: str) -> None:
    """What a file holds is shown as text, wherever it is shown."""
    tab = broken.tab
    evil = "<img src=x onerror=alert(1)>"
    text = (ROOT / "examples/broken/control-plane/egress-selector-configuration.yaml").read_text()
    files = {f"{evil.replace('/', '')}.yaml": text.replace("GRPC", f'"{evil}"'), "__proto__": "a"}
    state = json.dumps({"files": files})
    tab.evaluate("text => sessionStorage.setItem('konnektor-playground', text)", state)
    broken.start(f"{address}en/lint/playground/")
    assert tab.locator("#playground img").count() == 0
    assert tab.locator("[role=tab]").count() == 2
    tab.evaluate("sessionStorage.clear()")
    broken.start(f"{address}en/lint/playground/")
    assert broken.faults == []


def test_the_keyboard_reaches_and_leaves_everything(broken: Visit) -> None:
    tab = broken.tab
    tab.focus("[role=tab][aria-selected=true]")
    tab.keyboard.press("ArrowRight")
    assert tab.evaluate("document.activeElement.ariaSelected") == "true"
    tab.keyboard.press("Tab")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.closest('.p-editor') === null")
    assert broken.faults == []


def test_a_phone_shows_the_place_of_a_finding(broken: Visit) -> None:
    tab = broken.tab
    tab.set_viewport_size({"width": 360, "height": 740})
    tab.click(".p-finding:has-text('KL207') .p-place >> nth=0")
    tab.wait_for_timeout(500)
    top = tab.locator(".cm-activeLine >> nth=-1").bounding_box()["y"]
    assert tab.locator(".md-header").bounding_box()["height"] <= top < 700
    tab.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_nobody_is_kept_out(broken: Visit, width: int, scheme: str) -> None:
    tab = broken.tab
    tab.set_viewport_size({"width": width, "height": 800})
    tab.emulate_media(color_scheme=scheme)
    tab.wait_for_timeout(500)
    assert serious_faults(tab) == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.set_viewport_size({"width": 1280, "height": 900})
    tab.emulate_media(color_scheme="light")


class Briefly(Handler):
    """Serve one request per connection: no connection outlives its server."""

    protocol_version = "HTTP/1.0"


def test_it_opens_without_a_network(browser: Any, assets: Path, address: str, site: Path) -> None:
    """The host is really gone: the page, Python and the linter come from the browser alone."""
    handler = partial(Briefly, directory=str(site.parent))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    here = f"http://127.0.0.1:{server.server_port}/konnektor/"
    try:
        with browser.new_context() as fresh:
            visit = Visit(fresh.new_page(), here)
            visit.start(f"{here}de/lint/playground/")
            visit.tab.wait_for_selector("#playground[data-offline]")
            server.shutdown()
            server.server_close()
            visit.start(f"{here}de/lint/playground/?example=KL201")
            assert visit.codes == {"KL201"}
            assert (
                visit.tab.evaluate(
                    "getComputedStyle(document.querySelector('.md-header')).position"
                )
                == "sticky"
            )
            # The site's own search is a worker of the theme, which is not kept.
            assert [fault for fault in visit.faults if "/lunr/" not in fault] == []
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


# --- the same findings ------------------------------------------------------------------------

BATCH = """async ([url, sizes, requests]) => {
  const worker = new Worker(url, {type: "module"});
  const said = () => new Promise((done, failed) => {
    worker.onerror = event => failed(new Error(event.message));
    worker.onmessage = ({data}) => {
      if (data.failed) failed(new Error(data.failed));
      else if (data.ready || data.answer) done(data);
    };
  });
  let next = said();
  worker.postMessage({sizes});
  await next;
  const answers = [];
  for (const [id, request] of requests.entries()) {
    next = said();
    worker.postMessage({id, request});
    answers.push((await next).answer);
  }
  worker.terminate();
  return answers;
}"""


def request_of(folder: Path, language: str) -> dict[str, Any]:
    """Return how the browser is asked about a fixture."""
    line = ["--isolated", "--format", "json", "--lang", language]
    files = playground_assets._texts(folder)
    return {"files": files, "arguments": [*line, *options(folder), *inputs(folder)]}


def left_out(folder: Path) -> bool:
    """Tell whether a page in a browser cannot hold a fixture: a node, or a file that is no text."""
    return "--host-root" in options(folder) or not playground_assets._texts(folder)


EXPRESSIBLE = [folder for folder in sorted(FIXTURES.glob("KL*/*/")) if not left_out(folder)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_findings_are_those_of_the_command_line(
    language: str, context: Any, assets: Path, address: str, run: Callable[..., Run]
) -> None:
    """Output and exit code are the same for every fixture, in every language."""
    made = json.loads((ROOT / "build/playground/manifest.json").read_text(encoding="utf-8"))
    url = f"{address}assets/playground/{assets.name}/worker.js"
    asked = [request_of(folder, language) for folder in EXPRESSIBLE]
    other = Visit(context.new_page(), address)
    other.tab.goto(f"{address}en/lint/playground/")
    answers = other.tab.evaluate(BATCH, [url, made["sizes"], asked])
    other.tab.close()
    differing = [
        f"{folder.relative_to(FIXTURES)}: {answer['err']}{answer['out'][:200]}"
        for folder, request, answer in zip(EXPRESSIBLE, asked, answers, strict=True)
        if not any(_is_same(run, request, folder, answer, parser) for parser in PARSERS)
    ]
    assert "\n".join(differing) == ""
    assert other.faults == []


def test_few_fixtures_are_left_out() -> None:
    """Those of ``--host-root``, a device, and texts that are not in UTF-8."""
    others = {
        folder.relative_to(FIXTURES).as_posix()
        for folder in FIXTURES.glob("KL*/*/")
        if folder not in EXPRESSIBLE and "--host-root" not in options(folder)
    }
    assert others == {
        "KL001/bad-device", "KL002/bad-latin1", "KL002/bad-utf16-cut", "KL002/ok-utf16-bom",
    }  # fmt: skip


PARSERS = (getattr(source, "_Loader"), yaml.SafeLoader)  # noqa: B009
"""The parsers of YAML: libyaml names a fault of syntax otherwise than the one in Python."""


def _is_same(
    run: Callable[..., Run], request: dict[str, Any], folder: Path, answer: dict[str, Any],
    parser: Any,
) -> bool:  # fmt: skip
    with mock.patch.object(source, "_Loader", parser):
        here = run(*request["arguments"], cwd=folder)
    return (here.code, here.out) == (answer["code"], answer["out"])
