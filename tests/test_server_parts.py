"""The pieces of the language server that need no editor: places, comments, sides, answers."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from lsprotocol import types

from conftest import FIXTURES, ROOT, SOCKET, egress
from konnektor_lint import source, texts
from konnektor_lint.assembly import group
from konnektor_lint.connector import Settings
from konnektor_lint.diagnostic import Diagnostic
from konnektor_lint.fix import text_at
from konnektor_lint.rewrite import changed
from konnektor_lint.server import completion, knowledge, shapes, sides
from konnektor_lint.server.handlers import _guarded
from konnektor_lint.server.places import Chart, Lines, path_of, uri_of
from konnektor_lint.server.project import Options, Outcome, Task, check, options_of, problem_of
from konnektor_lint.server.report import Look, diagnostic
from konnektor_lint.server.session import Server
from konnektor_lint.server.silence import comment_for
from konnektor_lint.source import Position, Source, Span

ODD = "a: ü😀x\r\nb: \u2028 c\u0085d\r# 😀é\n\nlast"


def linted(folder: Path, opened: dict[str, str] | None = None, **options: str) -> Outcome:
    """Lint a folder as the server does, with files that are open."""
    held = {str(folder / name): text for name, text in (opened or {}).items()}
    task = Task(str(folder), held, whole=True)
    return check(task, Options(**options), ("", "en"), lambda _: None)  # type: ignore[arg-type]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_places_are_the_same_both_ways(encoding: str) -> None:
    lines = Lines(ODD, encoding)
    for offset in range(len(ODD) + 1):
        if ODD[offset - 1 : offset + 1] != "\r\n":
            assert lines.offset(lines.position(offset)) == offset


def test_columns_are_counted_as_agreed() -> None:
    end = ODD.index("x")
    assert Lines(ODD, "utf-8").position(end) == types.Position(0, 9)
    assert Lines(ODD, "utf-16").position(end) == types.Position(0, 6)
    assert Lines(ODD, "utf-32").position(end) == types.Position(0, 5)
    assert Lines(ODD, "utf-16").offset(types.Position(0, 99)) == ODD.index("\r")
    assert Lines(ODD, "utf-16").offset(types.Position(99, 0)) == len(ODD)
    assert Lines(ODD, "utf-16").position(ODD.index("last")) == types.Position(4, 0)


def test_lines_of_yaml_become_lines_of_the_editor() -> None:
    of = Source("a.yaml", ODD)
    chart = Chart(of, "utf-16")
    line = next(number for number, text in enumerate(of.lines, 1) if text == "d")
    span = Span(Position(line, 1), Position(line, 2))  # for an editor it is still the second line
    assert chart.range(span).start == types.Position(1, 7)
    assert chart.place(types.Position(1, 7)) == span.start
    behind = Span(Position(99, 1), Position(99, 2))  # as a parser says of the end of a text
    assert chart.range(behind) == types.Range(types.Position(4, 4), types.Position(4, 4))
    marked = Chart(of, "utf-16", marked=True)
    first = Span(Position(1, 4), Position(1, 6))
    assert marked.range(first) == types.Range(types.Position(0, 4), types.Position(0, 7))
    assert marked.place(types.Position(0, 4)) == first.start


def test_files_and_uris() -> None:
    for path in ("/a b/ü#?;%.yaml", "/x/\udcff.yaml", "/"):
        assert path_of(uri_of(path)) == path
    assert path_of("file://localhost/a/../b.yaml") == "/b.yaml"
    for other in (
        "untitled:Untitled-1",
        "git:/a.yaml",
        "file://host/a",
        "file:",
        "",
        "file:///%00",
    ):
        assert path_of(other) is None


def test_settings_of_an_editor() -> None:
    given = {"lang": "de", "component-version": "v0.36.0", "ignore": ["KL3"], "select": "KL2"}
    assert options_of(given) == (
        Options(lang="de", component_version="v0.36.0", ignore=("KL3",), select=("KL2",)), [],
    )  # fmt: skip
    bad = {"lang": "fr", "kubernetes": 1.3, "x": 1, "select": [1], "config": None, 7: 7}
    assert options_of(bad) == (Options(), ["lang", "kubernetes", "x", "select", "7"])
    assert options_of(["no"]) == (Options(), [])


def test_a_configuration_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("lang: fr\n")
    got = linted(tmp_path, config="own.yaml")
    assert got.bad is not None
    assert (got.findings, problem_of(got.bad, "en")[:9]) == ((), "lang: fou")
    (tmp_path / "own.yaml").write_text("baseline: known.json\nlang: it\n")
    got = linted(tmp_path, config="own.yaml")
    assert got.bad is not None
    assert got.bad.key == "baseline-not-read"


def silenced(text: str, name: str, tmp_path: Path, code: str) -> str | None:
    """Return a text with a comment for its finding; None where none is offered."""
    (tmp_path / name).write_text(text)
    got = linted(tmp_path)
    (finding,) = (item for item in got.findings if item.code == code)
    edit = comment_for(finding, finding.primary, got.settings)
    if edit is None:
        return None
    made = changed(text.encode(), [edit])
    assert made is not None
    (tmp_path / name).write_bytes(made[0])
    assert code not in [item.code for item in linted(tmp_path).findings]
    return made[0].decode()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (egress().replace("GRPC", "grpc"), "grpc # konnektor-lint: ignore[KL104]\n"),
        (egress().replace("GRPC", "grpc # why"), "grpc # why # konnektor-lint: ignore[KL104]\n"),
        (
            egress().replace("GRPC", "grpc # konnektor-lint: ignore[KL108] so"),
            "grpc # konnektor-lint: ignore[KL108, KL104] so\n",
        ),
        (
            egress().replace("GRPC", f"grpc # {'x' * 80}"),
            "      # konnektor-lint: ignore[KL104]\n      proxyProtocol: grpc # xx",
        ),
        (
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: egress}\ndata:\n  egress.yaml: |\n"
            + "".join(f"    {line}\n" for line in egress().replace("GRPC", "grpc").splitlines()),
            "proxyProtocol: grpc # konnektor-lint: ignore[KL104]\n",
        ),
    ],
)
def test_comments_are_put_where_they_work(text: str, wanted: str, tmp_path: Path) -> None:
    got = silenced(text, "egress.yaml", tmp_path, "KL104")
    assert got is not None
    assert wanted in got


def test_where_no_comment_can_stand(tmp_path: Path) -> None:
    flow = (
        '{"kind": "EgressSelectorConfiguration", "apiVersion": "apiserver.k8s.io/v1beta1",\n'
        ' "egressSelections": [{"name": "cluster", "connection": {"proxyProtocol": "grpc"}}]}\n'
    )
    assert silenced(flow, "egress.json", tmp_path, "KL104") is None


EXAMPLES = sorted(item for item in (ROOT / "examples").iterdir() if item.is_dir())


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda item: item.name)
def test_an_answer_at_every_word_of_every_example(folder: Path) -> None:
    outcome, fields = linted(folder), 0
    for of in {item.path: item for item in outcome.sources()}.values():
        for number, line in enumerate(of.lines, 1):
            for word in re.finditer(r"[\w-]+", line):
                at = Position(number, word.start() + 1)
                given = knowledge.flag_at(outcome.connectors, of.path, at)
                if given is not None and given.component.release is not None:
                    assert knowledge.flag_words(given.component, given.flag.name, "de")
                for root in shapes.roots_in(outcome.connectors, of.path):
                    field = knowledge.field_at(root, at)
                    fields += field is not None
                    if field is not None:
                        assert field.span.start <= at
                        assert knowledge.field_words(field, "it") or "title" not in field.schema
                for side, _ in sides.other_sides(outcome.connectors, of.path, at):
                    assert text_at(side.source, side.location.span).strip()
    assert fields > 10


def test_both_sides_lead_to_each_other() -> None:
    seen = set()
    for folder in EXAMPLES:
        outcome = linted(folder)
        for connector in outcome.connectors:
            for one, other, _ in sides.links(connector):
                seen.add((one.name.split(" ")[0], other.name.split(" ")[0]))
                if not (one.written and other.written):
                    continue
                place = one.location.span.start
                back = sides.other_sides([connector], one.source.path, place)
                assert (other.source.path, other.location.span) in [
                    (side.source.path, side.location.span) for side, _ in back
                ]
    assert {
        ("--egress-selector-config-file", "EgressSelectorConfiguration"),
        ("udsName", "--uds-name"), ("url", "--server-port"), ("proxyProtocol", "--mode"),
        ("clientCert", "--server-ca-cert"), ("--agent-port", "--proxy-server-port"),
        ("--cluster-cert", "--ca-cert"), ("--authentication-audience", "audience"),
        ("--agent-service-account", "serviceAccountName"), ("--agent-namespace", "namespace"),
        ("--health-port", "livenessProbe"), ("serviceAccountName", "ServiceAccount"),
        ("--server-count", "replicas"),
    } <= seen  # fmt: skip


@pytest.mark.parametrize("folder", EXAMPLES[:2], ids=lambda item: item.name)
def test_completion_at_every_line_of_an_example(folder: Path) -> None:
    outcome = linted(folder)
    offered = 0
    for of in {item.path: item for item in outcome.sources()}.values():
        for number, line in enumerate(of.lines, 1):
            for column in {len(line) + 1, len(line) // 2 + 1}:
                cut = Source(of.path, "\n".join(
                    [*of.lines[: number - 1], line[: column - 1], *of.lines[number:]]
                ))  # fmt: skip
                moment = completion.Moment(
                    cut, Position(number, column), Settings(), outcome.connectors, "en"
                )
                for choice in completion.choices(moment):
                    offered += 1
                    assert choice.span.end == moment.at
                    assert choice.text
    assert offered > 100


def moment(text: str) -> completion.Moment:
    """Return a moment of typing; the cursor is at ``|``."""
    before, _, after = text.partition("|")
    at = Position(before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)
    return completion.Moment(Source("a.yaml", before + after), at, Settings(), (), "en")


POD = """\
kind: Pod
apiVersion: v1
metadata: {name: konnectivity-server}
spec:
  containers:
    - name: konnectivity-server
      image: registry.k8s.io/kas-network-proxy/proxy-server:v0.0.30
      command: ["/proxy-server", %s]
"""


def test_flags_are_those_of_the_release() -> None:
    names = {item.label for item in completion.choices(moment(POD % '"--admin-|'))}
    assert "--admin-port" in names
    assert "--admin-bind-address" not in names  # came with v0.0.33
    closed = completion.choices(moment(POD % '"--uds-name=/x", "--admin-|"'))
    assert {item.label for item in closed} == names - {"--uds-name"}
    assert completion.choices(moment(POD.replace("proxy-server", "nginx") % '"--admin-|"')) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("egressSelections:\n  - |", {"name", "connection"}),
        ("egressSelections:\n  - name: cluster\n    |", {"connection"}),
        ("|", {"egressSelections"}),
        ("egressSelections:\n  - name: |", {"cluster", "controlplane", "etcd"}),
        ("other: |", set()),
    ],
)
def test_fields_of_an_egress_configuration(text: str, wanted: set[str]) -> None:
    head = "kind: EgressSelectorConfiguration\napiVersion: apiserver.k8s.io/v1beta1\n"
    assert {item.label for item in completion.choices(moment(head + text))} == wanted


def test_hover_tells_what_releases_made_of_a_flag() -> None:
    reading = source.parse(Source("a.yaml", POD % '"--admin-port=1"'))
    (component,) = knowledge.components_in(group([reading], Settings()), "a.yaml")
    for language in texts.LANGUAGES:
        said = knowledge.flag_words(component, "admin-port", language)
        assert said.startswith("**`--admin-port`** · proxy-server v0.0.30\n\nAdmin port.")
        assert "≥ v0.0.12: `8093`; ≥ v0.0.14: `8095`" in said
        assert texts.say(language, "server.type") in said
    assert knowledge.flag_words(component, "no-flag", "en") == ""
    assert knowledge.code("a`b``") == "``` a`b`` ```"


def test_every_fixture_can_be_asked_about() -> None:
    asked = 0
    for folder in sorted(FIXTURES.glob("KL2*/*")):
        outcome = linted(folder)
        for finding in outcome.findings:
            asked += 1
            offered(finding, outcome)
    assert asked > 100


def offered(finding: Diagnostic, outcome: Outcome) -> None:
    """Ask for the comment and the other sides at each place of a finding."""
    for place in (finding.primary, *finding.related):
        comment_for(finding, place, outcome.settings)
        sides.other_sides(outcome.connectors, place.source.path, place.span.start)


def test_unsaved_text_takes_the_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "egress.yaml").write_text(egress())
    got = linted(tmp_path, {"egress.yaml": egress().replace("GRPC", "g\ud83d")})
    assert [item.code for item in got.findings] == ["KL104"]
    assert SOCKET in egress()


def test_an_error_is_logged_and_the_answer_is_empty() -> None:
    logged: list[str] = []

    class Deaf(Server):
        def log(self, text: str, kind: types.MessageType = types.MessageType.Error) -> None:
            logged.append(text)

    async def ask(server: Server, params: int) -> int:
        return 1 // params

    answered = _guarded(Deaf("", "de"), ask)
    with ThreadPoolExecutor(1) as pool:  # in this thread the browser of other tests may have a loop
        assert pool.submit(asyncio.run, answered(1)).result() == 1
        assert pool.submit(asyncio.run, answered(0)).result() is None
    assert len(logged) == 1
    assert "ZeroDivisionError" in logged[0]


def test_tags_and_severities(tmp_path: Path) -> None:
    text = egress().replace("name: cluster", "name: cluster # konnektor-lint: ignore[KL102] x")
    (tmp_path / "egress.yaml").write_text(text)
    got = linted(tmp_path)

    def look(*tags: types.DiagnosticTag) -> Look:
        return Look(lambda of: Chart(of, "utf-16"), uri_of, tags=frozenset(tags))

    unused = [item for item in got.findings if item.code == "KL013"]
    assert len(unused) == 1
    made = diagnostic(unused[0], "en", look(types.DiagnosticTag.Unnecessary))
    assert made.tags == [types.DiagnosticTag.Unnecessary]
    assert made.severity is types.DiagnosticSeverity.Warning
    assert diagnostic(unused[0], "en", look()).tags is None
