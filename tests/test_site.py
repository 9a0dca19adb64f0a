"""Build the site as it is published, once, and look at the result, not at MkDocs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

import html5lib
import pytest

from conftest import REQUIRED, serious_faults
from konnektor_lint import cli, config, texts
from konnektor_lint.rule import all_rules

if not REQUIRED:
    pytest.importorskip("mkdocs")

ROOT = Path(__file__).parents[1]
SITE_URL = texts.SITE
LANGUAGES = texts.LANGUAGES
NAVIGATION = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:\n")[2]
PAGES = tuple(
    re.sub(r"(^|/)index$", r"\1", name) + ("" if name.endswith("index") else "/")
    for name in re.findall(r"([\w/-]+)\.md$", NAVIGATION, re.MULTILINE)
)
REDIRECTS = ("gks/clusterlifecycle/controlplaneconnector",)
sys.path.insert(0, str(ROOT / "hooks"))
import content_security_policy  # noqa: E402
import markup  # noqa: E402

# --- building ---------------------------------------------------------------------------------


def run(arguments: list[str], folder: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run a Python command with a clean set of the site's variables."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DOCS_")}
    environment |= {"NO_MKDOCS_2_WARNING": "1", "PYTHONDONTWRITEBYTECODE": "1", **extra}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )


def build(project: Path, site: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    """Build strictly. Never with -q: that drops the warnings before they are counted."""
    return run(["-m", "mkdocs", "build", "--strict", "-d", str(site)], project, **extra)


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the sources in project/ and the built site in www/konnektor/.

    All workers of a parallel run share it: the first one builds, the others wait for its word.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "site"
    verdict = folder / "verdict.txt"
    try:
        folder.mkdir()
    except FileExistsError:
        wait_for(verdict)
    else:
        said = prepare(folder / "project") or strict_build(folder)
        verdict.with_suffix(".part").write_text(said, encoding="utf-8")
        verdict.with_suffix(".part").rename(verdict)
    assert verdict.read_text(encoding="utf-8") == ""
    return folder


def wait_for(path: Path, seconds: float = 120) -> None:
    """Return as soon as a file exists; fail if it does not come."""
    end = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < end, f"{path} did not come"
        time.sleep(0.1)


def prepare(project: Path) -> str:
    """Copy the site's sources and generate their pages; return what went wrong."""
    project.mkdir()
    shutil.copy(ROOT / "mkdocs.yml", project)
    for name in ("diagrams", "docs", "examples", "hooks", "overrides", "schemas"):
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
    if (ROOT / "build" / "playground").is_dir():
        shutil.copytree(ROOT / "build" / "playground", project / "build" / "playground")
    generated = generate(project)
    return generated.stdout if generated.returncode else ""


def generate(project: Path) -> subprocess.CompletedProcess[str]:
    """Write the generated pages of a project."""
    return run([str(ROOT / "tools" / "rule_pages.py"), "--docs", str(project / "docs")], ROOT)


def strict_build(folder: Path) -> str:
    """Build the site; return what MkDocs says if it fails or warns."""
    built = build(folder / "project", folder / "www" / "konnektor")
    return built.stdout if built.returncode or "WARNING" in built.stdout else ""


@pytest.fixture(scope="session")
def site(workshop: Path) -> Path:
    """Return the built site."""
    return workshop / "www" / "konnektor"


# --- reading HTML -----------------------------------------------------------------------------


@dataclass
class Link:
    """A reference of a page: the tag, its attributes, the address."""

    tag: str
    attributes: dict[str, str]
    address: str


@dataclass
class Page:
    """What the tests want to know of one HTML file."""

    path: str
    html: str
    links: list[Link] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    headings: list[str] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    language: str = ""


class Reader(HTMLParser):
    """Collect links, ids and the outline of a page."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self.in_article = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {key: value or "" for key, value in attrs}
        if tag == "html":
            self.page.language = attributes.get("lang", "")
        if tag == "article":
            self.in_article = True
        if "id" in attributes:
            self.page.ids.add(attributes["id"])
        if self.in_article and re.fullmatch(r"h[1-6]", tag):
            self.page.headings.append(f"{tag}#{attributes.get('id', '')}")
        if self.in_article and tag in ("table", "pre", "img", "dl", "ul", "ol"):
            self.page.blocks.append(tag)
        for name in ("href", "src"):
            if name in attributes:
                self.page.links.append(Link(tag, attributes, attributes[name]))

    def handle_endtag(self, tag: str) -> None:
        if tag == "article":
            self.in_article = False


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[str, Page]:
    """Return every HTML page by its path below the site; what only redirects is none."""
    found = {}
    redirects = {site / old / "index.html" for old in REDIRECTS}
    for file in sorted({*site.rglob("*.html")} - redirects):
        path = file.relative_to(site).as_posix()
        page = Page(path, file.read_text(encoding="utf-8"))
        Reader(page).feed(page.html)
        found[path] = page
    return found


def address_of(path: str) -> str:
    """Return the public address of a file of the site."""
    return SITE_URL + path.removesuffix("index.html")


def content_pages(pages: dict[str, Page], language: str) -> dict[str, Page]:
    """Return the pages of one language by their path below the language's folder."""
    return {
        path.removeprefix(f"{language}/"): page
        for path, page in pages.items()
        if path.startswith(f"{language}/")
    }


# --- addresses --------------------------------------------------------------------------------


def test_every_page_lies_below_its_language(pages: dict[str, Page]) -> None:
    outside = {path for path in pages if path.split("/")[0] not in LANGUAGES}
    assert outside == {"index.html", "404.html"}
    for language in LANGUAGES:
        for page in content_pages(pages, language).values():
            assert page.language == language, page.path


def test_every_language_has_every_page(pages: dict[str, Page]) -> None:
    rules = {texts.page(rule.code, "en").removeprefix(f"{SITE_URL}en/") for rule in all_rules()}
    assert rules
    for language in LANGUAGES:
        found = {name.removesuffix("index.html") for name in content_pages(pages, language)}
        assert found == {*PAGES, *rules}, language


def test_canonical_addresses(pages: dict[str, Page]) -> None:
    for path, page in pages.items():
        if path != "404.html":
            canonical = [
                link.address for link in page.links if link.attributes.get("rel") == "canonical"
            ]
            assert canonical == [address_of(path)], path


def test_language_switch_stays_on_the_page(pages: dict[str, Page]) -> None:
    for language in LANGUAGES:
        for name, page in content_pages(pages, language).items():
            targets = {
                link.attributes["hreflang"]: urljoin(address_of(page.path), link.address)
                for link in page.links
                if link.tag == "a" and "hreflang" in link.attributes
            }
            assert targets == {other: address_of(f"{other}/{name}") for other in LANGUAGES}


def test_logo_leads_to_the_home_of_the_language(pages: dict[str, Page]) -> None:
    for language in LANGUAGES:
        for page in content_pages(pages, language).values():
            logos = {
                urljoin(address_of(page.path), link.address)
                for link in page.links
                if "md-logo" in link.attributes.get("class", "")
            }
            assert logos == {f"{SITE_URL}{language}/"}, page.path


def test_head_has_no_alternates_that_the_theme_would_fetch(pages: dict[str, Page]) -> None:
    for page in pages.values():
        alternates = [link for link in page.links if link.attributes.get("rel") == "alternate"]
        assert len(alternates) == (4 if page.path == "index.html" else 0), page.path


def test_homes_are_named_alike(pages: dict[str, Page]) -> None:
    titles = {
        re.findall("<title>(.*?)</title>", pages[f"{language}/index.html"].html)[0]
        for language in LANGUAGES
    }
    assert len(titles) == len(LANGUAGES)
    assert all(title.startswith("konnektor - ") for title in titles), titles


def test_assets_are_published_once(site: Path) -> None:
    assert len(list(site.rglob("site.css"))) == 1
    assert len(list(site.rglob("favicon.svg"))) == 1
    assert not list(site.rglob("_generated"))


def test_missing_page_speaks_three_languages(pages: dict[str, Page]) -> None:
    page = pages["404.html"]
    assert re.findall(r'<section lang="(..)">', page.html) == list(LANGUAGES)
    homes = [link.address for link in page.links if link.tag == "a"]
    assert homes == [f"/konnektor/{language}/" for language in LANGUAGES]


def test_sitemap_lists_every_page_with_its_languages(site: Path, pages: dict[str, Page]) -> None:
    names = {
        "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
        "x": "http://www.w3.org/1999/xhtml",
    }
    entries = {}
    for url in ElementTree.parse(site / "sitemap.xml").iterfind("s:url", names):
        links = {link.get("hreflang"): link.get("href") for link in url.iterfind("x:link", names)}
        entries[url.findtext("s:loc", namespaces=names)] = links
    assert set(entries) == {address_of(path) for path in pages if "/" in path}
    for address, links in entries.items():
        name = str(address).removeprefix(SITE_URL)[3:]
        expected = {language: f"{SITE_URL}{language}/{name}" for language in LANGUAGES}
        assert links == expected | {"x-default": expected["en"] if name else SITE_URL}


# --- links ------------------------------------------------------------------------------------


def broken_links(site: Path, pages: dict[str, Page]) -> list[str]:
    """Return every link inside the site that leads nowhere."""
    return [
        f"{page.path}: {link.address}"
        for page in pages.values()
        for link in page.links
        if not _reachable(site, pages, page, link)
    ]


def _reachable(site: Path, pages: dict[str, Page], page: Page, link: Link) -> bool:
    target = urlsplit(urljoin(address_of(page.path), link.address))
    if target.netloc != urlsplit(SITE_URL).netloc or target.scheme not in ("http", "https"):
        return True
    path = unquote(target.path)
    if not path.startswith("/konnektor/"):
        return False
    name = path.removeprefix("/konnektor/")
    name += "index.html" if name == "" or name.endswith("/") else ""
    if not target.fragment or name not in pages:
        return (site / name).is_file()
    return unquote(target.fragment) in pages[name].ids


def test_every_link_leads_somewhere(site: Path, pages: dict[str, Page]) -> None:
    assert broken_links(site, pages) == []


def test_link_checker_finds_faults(site: Path, pages: dict[str, Page]) -> None:
    start = pages["de/lint/quick-start/index.html"]
    for address in ("../nowhere/", "../cli/#nothing", "/elsewhere/", "../../../schemas/no.json"):
        assert not _reachable(site, pages, start, Link("a", {}, address)), address


def test_nothing_is_loaded_from_another_host(pages: dict[str, Page]) -> None:
    foreign = [
        f"{page.path}: {link.tag} {link.address}"
        for page in pages.values()
        for link in page.links
        if link.tag != "a" and urlsplit(link.address).netloc not in ("", urlsplit(SITE_URL).netloc)
    ]
    assert foreign == []


def test_styles_load_nothing_from_another_host(site: Path) -> None:
    for sheet in site.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert not re.search(r"""(url\(|@import)\s*["']?(https?:)?//""", text), sheet


def test_every_rule_page_is_linked_from_the_table(pages: dict[str, Page]) -> None:
    for language in LANGUAGES:
        found = content_pages(pages, language)
        rules = {f"../{Path(name).parent.name}/" for name in found if "/rules/kl" in name}
        table = found["lint/rules/index.html"]
        linked = {f"../{link.address}" for link in table.links if link.tag == "a"}
        assert rules
        assert rules <= linked


# --- languages --------------------------------------------------------------------------------


def test_languages_have_the_same_pages_and_outline(pages: dict[str, Page]) -> None:
    english = content_pages(pages, "en")
    for language in ("de", "it"):
        other = content_pages(pages, language)
        assert set(other) == set(english)
        for name, page in other.items():
            assert page.headings == english[name].headings, page.path
            assert page.blocks == english[name].blocks, page.path


def test_every_heading_has_an_id(pages: dict[str, Page]) -> None:
    for page in pages.values():
        assert not [heading for heading in page.headings if heading.endswith("#")], page.path


def test_code_is_the_same_in_every_language() -> None:
    for english in sorted((ROOT / "docs" / "en").rglob("*.md")):
        blocks = _code(english)
        for language in ("de", "it"):
            path = ROOT / "docs" / language / english.relative_to(ROOT / "docs" / "en")
            if not english.name.startswith("kl"):
                assert _code(path) == blocks, path


def _code(path: Path) -> list[str]:
    return re.findall(r"^```.*?^```$", path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def test_every_navigation_title_is_translated() -> None:
    from mkdocs.utils.yaml import yaml_load

    with (ROOT / "mkdocs.yml").open(encoding="utf-8") as file:
        settings: dict[str, Any] = yaml_load(file)
    titles = set(_titles(settings["nav"]))
    i18n = next(item["i18n"] for item in settings["plugins"] if "i18n" in item)
    for language in i18n["languages"]:
        if language["locale"] != "en":
            assert titles == set(language["nav_translations"]), language["locale"]


def _titles(nav: Any) -> Iterator[str]:
    if isinstance(nav, dict):
        yield from nav
        nav = nav.values()
    if isinstance(nav, list) or not isinstance(nav, str):
        for item in nav:
            yield from _titles(item)


def test_the_theme_leaves_no_english_behind(pages: dict[str, Page]) -> None:
    for language in ("de", "it"):
        for page in content_pages(pages, language).values():
            assert "Permanent link" not in page.html, page.path
            assert 'role="dialog">' not in page.html, page.path


def test_page_frames_have_the_same_words() -> None:
    words = tomllib.loads(markup.WORDS_FILE.read_text(encoding="utf-8"))
    shape = {topic: set(entries) for topic, entries in words["en"].items()}
    for language in LANGUAGES:
        assert {topic: set(entries) for topic, entries in words[language].items()} == shape


def test_every_group_of_rules_has_a_title() -> None:
    for words in markup.load_words().values():
        assert {rule.code[2] for rule in all_rules()} <= set(words["groups"])


# --- search and schemas -----------------------------------------------------------------------


def test_one_search_index_per_language(site: Path, pages: dict[str, Page]) -> None:
    assert not (site / "search" / "search_index.json").exists()
    for language in LANGUAGES:
        folder = site / language
        index = json.loads((folder / "search" / "search_index.json").read_text(encoding="utf-8"))
        assert index["config"]["lang"] == [language]
        found = {entry["location"].partition("#")[0] for entry in index["docs"]}
        names = {name.removesuffix("index.html") for name in content_pages(pages, language)}
        assert found == names


def test_schemas_are_published_unchanged(site: Path) -> None:
    source, target = ROOT / "schemas", site / "schemas"
    names = sorted(path.relative_to(source) for path in source.rglob("*.json"))
    assert names
    assert sorted(path.relative_to(target) for path in target.rglob("*.*")) == names
    for name in names:
        assert (source / name).read_bytes() == (target / name).read_bytes()


def test_schemas_know_their_address(site: Path, pages: dict[str, Page]) -> None:
    index = json.loads((site / "schemas" / "index.json").read_text(encoding="utf-8"))
    assert index["base"] == f"{SITE_URL}schemas/"
    linked = {link.address for link in pages["en/lint/schemas/index.html"].links}
    for entry in index["schemas"]:
        schema = json.loads((site / "schemas" / entry["path"]).read_text(encoding="utf-8"))
        assert schema["$id"] == index["base"] + entry["path"]
        assert f"../../../schemas/{entry['path']}" in linked


# --- what the pages say -----------------------------------------------------------------------


def test_every_option_is_described(pages: dict[str, Page]) -> None:
    for language in LANGUAGES:
        page = pages[f"{language}/lint/cli/index.html"]
        for action in cli.parser(language)._actions:
            for option in action.option_strings:
                assert re.search(rf"<dt>.*<code>{option}\b", page.html), (language, option)


def test_configuration_on_the_page_is_valid(tmp_path: Path) -> None:
    blocks = [text for text in _code(ROOT / "docs/en/lint/cli.md") if text.startswith("```yaml")]
    assert len(blocks) == 1
    path = tmp_path / ".konnektor-lint.yaml"
    path.write_text("".join(blocks[0].splitlines(keepends=True)[1:-1]), encoding="utf-8")
    assert config.load(str(path)).fail_on == "warning"


def test_outputs_are_those_of_the_linter(pages: dict[str, Page]) -> None:
    for language in LANGUAGES:
        page = pages[f"{language}/lint/quick-start/index.html"]
        words = texts.core_text(language)["summary"]
        assert words["clean"] in page.html
        assert words["found"].partition("{")[0] in page.html
        assert '<span class="t-error">' in page.html


# --- faults stop the build --------------------------------------------------------------------


@pytest.fixture
def broken(workshop: Path, tmp_path: Path) -> Path:
    """Return a copy of the project to break."""
    return Path(shutil.copytree(workshop / "project", tmp_path / "project"))


def test_missing_translation_stops_the_build(broken: Path, tmp_path: Path) -> None:
    (broken / "docs" / "it" / "lint" / "ci.md").unlink()
    built = build(broken, tmp_path / "site", DOCS_LOCALE="it")
    assert built.returncode == 1
    assert "lint/ci.md" in built.stdout


def test_missing_output_stops_the_build(broken: Path, tmp_path: Path) -> None:
    (broken / "docs" / "_generated" / "en" / "broken.txt").unlink()
    built = build(broken, tmp_path / "site", DOCS_LOCALE="en")
    assert built.returncode == 1
    assert "docs/_generated/en/broken.txt is missing" in built.stdout
    assert "tools/rule_pages.py" in built.stdout


def test_left_over_pages_are_removed(broken: Path) -> None:
    left_over = broken / "docs" / "de" / "lint" / "rules" / "kl999.md"
    left_over.write_text("left over", encoding="utf-8")
    assert generate(broken).returncode == 0
    assert not left_over.exists()


# --- text to text -----------------------------------------------------------------------------


def test_markers_only_on_lines_of_their_own() -> None:
    text = "a <!-- cli -->\n<!-- cli -->\n<!-- output: broken -->\n<!-- other -->"
    filled = markup.fill_markers(text, lambda name: f"[{name}]")
    assert filled == "a <!-- cli -->\n[cli]\n[output: broken]\n<!-- other -->"


def test_fence_outgrows_its_content() -> None:
    assert markup.fence("a\n", "text") == "```text\na\n```"
    assert markup.fence("```\n", "yaml", "x.yaml").startswith('````yaml title="x.yaml"\n')


def test_table_cells_survive_pipes_and_line_breaks() -> None:
    assert markup.table(["a", "b"], [["x|y\nz", "`x|y`"]]).splitlines()[2] == r"| x\|y z | `x|y` |"


def test_prose_keeps_its_signs_and_code_its_text() -> None:
    assert markup.escaped("a <b> *c* `<d>` _e_") == r"a &lt;b> \*c\* `<d>` \_e\_"
    assert markup.printable("a\x00\tb\n") == "a\u2400\tb\n"


def test_terminal_output_keeps_its_colors() -> None:
    line = "\x1b[1ma<b\x1b[0m: \x1b[1;31merror\x1b[0m see https://example.org/"
    shown = markup.terminal(f"{line}\n 1 | <x>\n")
    assert '<span class="t-strong">a&lt;b</span>: <span class="t-error">error</span>' in shown
    assert '<a href="https://example.org/">' in shown
    assert "</span>\n 1 | &lt;x&gt;</code>" in shown


def test_versions_sort_by_number() -> None:
    assert sorted(["v0.10", "v0.9", "a"], key=markup.natural) == ["a", "v0.9", "v0.10"]


def test_rule_pages_join_the_navigation_once() -> None:
    nav = [{"Linter": [{"Rules": [markup.RULES_INDEX]}, "lint/cli.md"]}, "index.md"]
    once = markup.with_rule_pages(nav, {"A": "a.md"})
    rules = [markup.RULES_INDEX, {"A": "a.md"}]
    assert once == [{"Linter": [{"Rules": rules}, "lint/cli.md"]}, "index.md"]
    assert markup.with_rule_pages(once, {"A": "a.md"}) == once


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_elsewhere_shows_what_the_page_is(language: str, pages: dict[str, Page]) -> None:
    for path in visited(pages, language):
        shown = re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', pages[path].html)
        meta = dict(shown)
        assert meta["url"] == address_of(path)
        assert meta["locale"].startswith(f"{language}_")
        assert len(meta["title"]) > 2
        assert len(meta["description"]) > 20


def test_html_has_no_parse_error(pages: dict[str, Page]) -> None:
    """What a browser silently mends, another reader may not."""
    faults = []
    for path, page in pages.items():
        parser = html5lib.HTMLParser()
        parser.parse(page.html)
        faults += [f"{path}:{at[0]}: {code} {data}" for at, code, data in parser.errors]
    assert faults == []


# --- in a browser -----------------------------------------------------------------------------


class Handler(SimpleHTTPRequestHandler):
    """Serve files without a line per request, and 404.html for what is missing."""

    protocol_version = "HTTP/1.1"  # connections stay open: much faster
    policy = ""

    def end_headers(self) -> None:
        """Let the browser enforce the strict policy that the documentation recommends."""
        of_worker = content_security_policy.is_worker(self.path)
        policy = content_security_policy.worker_policy() if of_worker else self.policy
        self.send_header("Content-Security-Policy", policy)
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer with the site's own page, as a host of static sites does."""
        body = Path(self.directory, "konnektor", "404.html").read_bytes()
        self.send_response(code, message)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Serve the site below /konnektor/ as in production."""
    Handler.policy = content_security_policy.policy(site)
    handler = partial(Handler, directory=str(site.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/konnektor/"
        server.shutdown()
        thread.join()


@pytest.fixture
def tab(browser: Any) -> Iterator[Any]:
    """Return a page in a browser that speaks none of the site's languages."""
    with browser.new_context(viewport={"width": 1280, "height": 800}, locale="fr-FR") as context:
        yield context.new_page()


def visited(pages: dict[str, Page], language: str) -> list[str]:
    """Return the pages of a language to look at in a browser.

    Rule pages are all made alike, by one generator: the ends of the list will do.
    """
    codes = sorted(rule.code.lower() for rule in all_rules())
    own = [path for path in pages if path.startswith(f"{language}/")]
    ends = {f"{language}/lint/rules/{code}/index.html" for code in (codes[0], codes[-1])}
    return [path for path in own if "/rules/kl" not in path or path in ends]


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_ask_only_their_own_host(
    tab: Any, address: str, pages: dict[str, Page], language: str
) -> None:
    """No request leaves the host, nothing fails, and a phone does not scroll sideways."""
    faults: list[str] = []

    def requested(request: Any) -> None:
        if not request.url.startswith((address, "data:")):
            faults.append(f"{tab.url}: asks for {request.url}")

    def said(message: Any) -> None:
        if message.type in ("error", "warning"):
            faults.append(f"{tab.url}: {message.text}")

    tab.on("request", requested)
    tab.on("console", said)
    tab.on("pageerror", lambda error: faults.append(f"{tab.url}: {error}"))
    tab.set_viewport_size({"width": 360, "height": 740})
    for path in [*visited(pages, language), "index.html", "404.html"]:
        tab.goto(address + path.removesuffix("index.html"))
        width = tab.evaluate("document.documentElement.scrollWidth")
        if width > 360:
            faults.append(f"{path}: {width} px wide")
    assert faults == []


CONTRAST = """() => {
  const rgba = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const over = (top, under) => {
    const alpha = top.length > 3 ? top[3] : 1;
    return [0, 1, 2].map(i => top[i] * alpha + under[i] * (1 - alpha));
  };
  const ground = node => {
    const layers = [];
    for (let e = node; e; e = e.parentElement)
      layers.push(rgba(getComputedStyle(e).backgroundColor));
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255]);
  };
  const light = color => color.map(c => c / 255)
    .map(c => c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
  const faint = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode.parentElement, style = getComputedStyle(node);
    if (!texts.currentNode.data.trim() || node.closest(".md-skip, .md-top")) continue;
    if (!node.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
    const under = ground(node), lights = [light(over(rgba(style.color), under)), light(under)];
    const ratio = (Math.max(...lights) + .05) / (Math.min(...lights) + .05);
    if (ratio < (parseFloat(style.fontSize) >= 24 ? 3 : 4.5))
      faint.add(`${node.className || node.tagName} ${ratio.toFixed(2)}`);
  }
  return [...faint];
}"""


@pytest.mark.parametrize(("colors", "scheme"), [("light", "default"), ("dark", "slate")])
def test_colors_follow_the_system_and_can_be_read(
    browser: Any, address: str, colors: str, scheme: str
) -> None:
    with browser.new_context(color_scheme=colors, viewport={"width": 1280, "height": 800}) as made:
        tab = made.new_page()
        for name in ("", "lint/quick-start/", "lint/cli/", "lint/rules/", "lint/rules/kl201/"):
            tab.goto(f"{address}en/{name}")
            assert tab.get_attribute("body", "data-md-color-scheme") == scheme
            assert tab.evaluate(CONTRAST) == [], name


def test_colors_can_be_chosen(tab: Any, address: str) -> None:
    tab.goto(f"{address}de/lint/cli/")
    seen = []
    for title in ("Farben wie im System", "Helle Farben", "Dunkle Farben"):
        seen.append(tab.get_attribute("body", "data-md-color-scheme"))
        tab.click(f"label.md-header__button[title='{title}']:visible")
    assert seen == ["default", "default", "slate"]


def test_language_switch_in_a_browser(tab: Any, address: str) -> None:
    tab.goto(f"{address}de/lint/rules/kl201/")
    tab.hover(".md-select")
    tab.click(".md-select__link[hreflang=it]")
    tab.wait_for_url(f"{address}it/lint/rules/kl201/")


@pytest.mark.parametrize(("word", "shown"), [("--uds-name", "--uds-name"), ("KL201", "KL201 ·")])
@pytest.mark.parametrize("language", LANGUAGES)
def test_search_in_a_browser(
    tab: Any, address: str, pages: dict[str, Page], language: str, word: str, shown: str
) -> None:
    """A search finds an option and a rule, in the page's language only, from its index only."""
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(f"{address}{language}/lint/ci/")
    tab.click("input.md-search__input")
    tab.keyboard.type(word)
    tab.wait_for_selector("a.md-search-result__link", state="attached")
    links = tab.eval_on_selector_all("a.md-search-result__link", "all => all.map(a => a.href)")
    found = [urlsplit(link).path.removeprefix("/konnektor/") + "index.html" for link in links]
    assert all(name.startswith(f"{language}/") for name in found), found
    assert any(shown in pages[name].html for name in found[:3]), found
    index = f"{address}{language}/search/search_index.json"
    assert [url for url in asked if url.endswith("search_index.json")] == [index]


@pytest.mark.parametrize(
    ("language", "typed", "other"),
    [("it", "certificato", "certificati"), ("de", "Zertifikate", "Zertifikat")],
)
def test_search_finds_other_endings(
    language: str, typed: str, other: str, tab: Any, address: str
) -> None:
    found = {word: results(tab, f"{address}{language}/", word) for word in (typed, other)}
    assert found[typed] == found[other] > 1


def results(tab: Any, address: str, word: str) -> int:
    """Type a word into the search and return how many pages are found."""
    tab.goto(address)
    tab.click("input.md-search__input")
    tab.keyboard.type(word)
    tab.wait_for_selector("a.md-search-result__link", state="attached")
    said, count = tab.locator(".md-search-result__meta"), ""
    while count != (count := said.inner_text()):  # the last letters change it once more
        tab.wait_for_timeout(1000)
    return int(re.sub(r"\D", "", count))


def test_copied_commands_have_no_prompt(browser: Any, address: str) -> None:
    with browser.new_context(permissions=["clipboard-read", "clipboard-write"]) as context:
        tab = context.new_page()
        tab.goto(f"{address}en/")
        tab.click("article .md-code__button >> nth=0")
        copied = tab.evaluate("navigator.clipboard.readText()")
    first, second = copied.split("\n")
    assert first.startswith("pip install ")
    assert second == "konnektor-lint ."


@pytest.mark.parametrize("language", LANGUAGES)
def test_missing_page_speaks_the_language_of_its_address(
    tab: Any, address: str, language: str
) -> None:
    assert tab.goto(f"{address}{language}/lint/nothing/").status == 404
    assert tab.get_attribute("html", "lang") == language
    shown = tab.eval_on_selector_all(
        "section", "all => all.filter(s => !s.hidden).map(s => s.lang)"
    )
    assert shown == [language]


@pytest.mark.parametrize(
    ("locale", "home"), [("de-AT", "de/"), ("en-US", "en/"), ("it-IT", "it/"), ("fr-FR", "")]
)
def test_language_page_in_a_browser(browser: Any, address: str, locale: str, home: str) -> None:
    """The language page leads to the reader's language, or offers the choice."""
    with browser.new_context(locale=locale) as context:
        tab = context.new_page()
        tab.goto(address)
        tab.wait_for_url(address + home, timeout=5_000)


@pytest.mark.parametrize(("colors", "width"), [("light", 1280), ("dark", 360)])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_keeps_readers_out(
    language: str, colors: str, width: int, browser: Any, address: str, pages: dict[str, Page]
) -> None:
    """Axe finds nothing serious on any page, and no page scrolls sideways."""
    faults: list[str] = []
    screen = {"width": width, "height": 800}
    with browser.new_context(color_scheme=colors, viewport=screen, reduced_motion="reduce") as made:
        tab = made.new_page()
        for path in visited(pages, language):
            tab.goto(address + path.removesuffix("index.html"))
            faults += [f"{path}: {fault}" for fault in serious_faults(tab)]
    assert faults == []


def test_the_old_address_leads_to_the_new_page(tab: Any, address: str) -> None:
    tab.goto(f"{address}{REDIRECTS[0]}/")
    tab.wait_for_url(f"{address}de/connector/overview/")


@pytest.mark.parametrize(("page", "typed", "shown"), [
    ("en/reference/flags/", "xfr", ["--xfr-channel-size", "--xfr-channel-size"]),
    ("de/lint/rules/", "KL201", ["KL201"]),
    ("it/reference/flags/", "admin v0.0.34", ["--admin-bind-address"]),
])  # fmt: skip
def test_tables_can_be_filtered(
    page: str, typed: str, shown: list[str], tab: Any, address: str
) -> None:
    tab.goto(address + page)
    tab.fill(".filter input", typed)
    rows = tab.locator(".filterable tbody tr:visible td:first-child").all_inner_texts()
    assert rows == shown
    tab.fill(".filter input", "no such thing")
    assert tab.locator(".filterable tbody tr:visible").count() == 0
    assert tab.locator(".filterable [role=status]").is_visible()
