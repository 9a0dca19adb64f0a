"""What a reader sees: the caret under the right character, both sides, the summary."""

import io
import json
import re

import pytest

from konnektor_lint import texts
from konnektor_lint.connector import Connector, Settings
from konnektor_lint.diagnostic import Diagnostic, Severity, key_of, value_of
from konnektor_lint.examination import SkippedFile
from konnektor_lint.linting import Result
from konnektor_lint.report.human import Human
from konnektor_lint.report.machine import Machine
from konnektor_lint.report.progress import Progress
from konnektor_lint.report.terminal import Look, folded, look_of, width
from konnektor_lint.source import Source, parse

ARGS = {"egress": "/a.socket", "server": "/b.socket", "example": "/b.socket"}


def result(text: str, *path: str | int, on_key: bool = False, file: str = "egress.yaml") -> Result:
    document = parse(Source(file, text)).documents[0]
    node = document.root.at(*path)
    assert node is not None
    place = key_of(node) if on_key else value_of(node)
    finding = Diagnostic("KL201", Severity.ERROR, place, (place._replace(label="server"),), ARGS)
    connector = Connector(Settings())
    connector.documents = (document,)
    return Result((finding,), (connector,), (connector.inventory,), (), (), 1, 1)


def human(found: Result, language: str = "en", *, colour: bool = False) -> list[str]:
    out = io.StringIO()
    Human(language, colour=colour).report(found, out)
    return out.getvalue().splitlines()


@pytest.mark.parametrize(
    ("text", "path", "line", "caret"),
    [
        ("name: cluster\n", ["name"], "1 | name: cluster", "  |       ^^^^^^^"),
        ("name: 'cluster'\n", ["name"], "1 | name: 'cluster'", "  |       ^^^^^^^^^"),
        ("straße: [日本, x]\n", ["straße", 1], "1 | straße: [日本, x]", "  |                ^"),
        ("a: {e\u0301: b}\n", ["a", "e\u0301"], "1 | a: {e\u0301: b}", "  |        ^"),
        ("a: \tb\n", ["a"], "1 | a:  b", "  |     ^"),
        ("a: b\r\nc: d\r\n", ["c"], "2 | c: d", "  |    ^"),
        ("a: |\n  one\n  two\n", ["a"], "1 | a: |", "  |    ^"),
        ("a: ''\n", ["a"], "1 | a: ''", "  |    ^^"),
        ("a: {\U0001f680: b}\n", ["a", "\U0001f680"], "1 | a: {\U0001f680: b}", "  |         ^"),
        ("a: [ที่, b]\n", ["a", 1], "1 | a: [ที่, b]", "  |        ^"),
        ("a: [❤\ufe0f, b]\n", ["a", 1], "1 | a: [❤\ufe0f, b]", "  |        ^"),
        ("a: [ㄱ, ｶ, b]\n", ["a", 2], "1 | a: [ㄱ, ｶ, b]", "  |            ^"),
        ("日:\tb\n", ["日"], "1 | 日: b", "  |     ^"),
        ("a:\t[ü,\t'日']\n", ["a", 1], "1 | a:  [ü, '日']", "  |         ^^^^"),
    ],
)
def test_the_caret_stands_under_the_value(
    text: str, path: list[str | int], line: str, caret: str
) -> None:
    lines = human(result(text, *path))
    at = lines.index(line)
    assert lines[at + 1] == caret


def test_all_of_a_value_is_marked_whatever_its_width() -> None:
    lines = human(result("a: '\U0001f680 日本 e\u0301'\n", "a"))
    assert lines[2] == f"  |    {'^' * width(lines[1][7:])}"
    assert lines[2].count("^") == 11


def test_a_long_line_is_cut_around_the_value() -> None:
    text = f"a: [{'x, ' * 200}here, {'y, ' * 200}z]\n"
    lines = human(result(text, "a", 200))
    at = next(number for number, line in enumerate(lines) if "here" in line)
    assert len(lines[at]) < 200
    assert lines[at + 1].index("^") == lines[at].index("here")


def test_a_long_line_of_wide_characters_is_cut_around_the_value() -> None:
    text = f"a: [{'日本, ' * 100}here, {'本, ' * 200}z]\n"
    lines = human(result(text, "a", 100))
    at = next(number for number, line in enumerate(lines) if "here" in line)
    before = lines[at].partition("here")[0]
    assert lines[at + 1] == f"  | {' ' * (width(before) - 4)}^^^^"


def test_everything_a_finding_needs_is_there() -> None:
    lines = human(result("name: cluster\n", "name", on_key=True))
    message = texts.message("KL201", ARGS, "en")
    assert "/a.socket" in message
    assert "/b.socket" in message
    assert lines == [
        f"egress.yaml:1:1: error[KL201]: {message} (uds-path-mismatch)",
        "1 | name: cluster",
        "  | ^^^^",
        "  :: egress.yaml:1:1",
        "1 | name: cluster",
        "  | ^^^^ proxy-server listens here",
        "  = help: set --uds-name and udsName to the same path, for example /b.socket",
        "  = more: https://docs.example.org/konnektor/en/lint/rules/kl201/",
        "",
        "Found 1 error.",
        "Looked at 1 file, 1 document.",
    ]


def test_colour_changes_nothing_but_colour() -> None:
    found = result("name: cluster\n", "name")
    plain = "\n".join(human(found))
    coloured = "\n".join(human(found, colour=True))
    for sequence in ("\x1b[1;31m", "\x1b[1;34m", "\x1b[1m", "\x1b[0m"):
        assert sequence in coloured
        coloured = coloured.replace(sequence, "")
    assert coloured == plain


@pytest.mark.parametrize(
    ("language", "words"),
    [("de", "Übersprungen"), ("it", "Saltato"), ("en", "Skipped")],
)
def test_skipped_files_are_named(language: str, words: str) -> None:
    found = result("name: cluster\n", "name")
    found = found._replace(skipped_files=(SkippedFile("chart.yaml", "template"),))
    assert any(words in line and "chart.yaml" in line for line in human(found, language))


def test_machine_positions_count_from_one() -> None:
    out = io.StringIO()
    Machine("en").report(result("name: cluster\n", "name"), out)
    (finding,) = json.loads(out.getvalue())["findings"]
    assert finding["location"] == {
        "file": "egress.yaml",
        "start": {"line": 1, "column": 7},
        "end": {"line": 1, "column": 14},
    }


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "colour", "expected"),
    [
        ({}, "auto", Look(colour=True, links=True, columns=70, headings=True)),
        ({"TERM": "dumb"}, "auto", Look(columns=70, headings=True)),
        ({"TERM": "linux"}, "auto", Look(colour=True, columns=70, headings=True)),
        ({"NO_COLOR": "1"}, "auto", Look(columns=70, headings=True)),
        ({"CI": "true"}, "auto", Look(colour=True, columns=70, headings=True)),
        ({"FORCE_HYPERLINK": "0"}, "auto", Look(colour=True, columns=70, headings=True)),
        ({"FORCE_HYPERLINK": "1", "CI": "1"}, "never", Look(links=True, columns=70, headings=True)),
        ({}, "never", Look(columns=70, headings=True)),
    ],
)
def test_a_terminal_is_shown_what_it_can(
    environment: dict[str, str], colour: str, expected: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CI", "NO_COLOR", "FORCE_COLOR", "FORCE_HYPERLINK"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TERM": "xterm", "COLUMNS": "70", **environment}.items():
        monkeypatch.setenv(name, value)
    assert look_of(Terminal(), colour) == expected


def test_a_pipe_is_shown_text_unless_more_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CI", "NO_COLOR", "FORCE_COLOR", "FORCE_HYPERLINK"):
        monkeypatch.delenv(name, raising=False)
    assert look_of(io.StringIO(), "auto") == Look()
    assert look_of(io.StringIO(), "always") == Look(colour=True)
    monkeypatch.setenv("FORCE_HYPERLINK", "1")
    assert look_of(io.StringIO(), "auto") == Look(links=True)


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_code_leads_to_the_page_in_the_readers_language(language: str) -> None:
    out = io.StringIO()
    Human(language, links=True).report(result("name: cluster\n", "name"), out)
    code = re.search(r"\x1b\]8;;(.*?)\x1b\\(.*?)\x1b\]8;;\x1b\\", out.getvalue())
    assert code is not None
    assert code[1] == texts.page("KL201", language)
    assert code[2].endswith("[KL201]")


def test_help_is_folded_at_the_width_of_the_terminal() -> None:
    out = io.StringIO()
    Human("en", columns=50).report(result("name: cluster\n", "name"), out)
    lines = out.getvalue().splitlines()
    at = next(number for number, line in enumerate(lines) if "= help" in line)
    assert lines[at : at + 3] == [
        "  = help: set --uds-name and udsName to the same",
        "          path, for example /b.socket",
        "  = more: https://docs.example.org/konnektor/en/lint/rules/kl201/",
    ]


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("one two", 0, ["one two"]),
        ("one two", 20, ["one two"]),
        ("aaaa " * 6 + "b", 34, ["aaaa aaaa aaaa aaaa aaaa", "aaaa b"]),
        ("日本 " * 6 + "b", 34, ["日本 日本 日本 日本 日本", "日本 b"]),
        ("x" * 60 + " y", 40, ["x" * 60, "y"]),
    ],
)
def test_folding(text: str, columns: int, lines: list[str]) -> None:
    assert folded(text, columns, 10) == lines


def test_several_connectors_get_a_heading_on_a_terminal() -> None:
    one, other = (result("name: cluster\n", "name", file=f"{name}/e.yaml") for name in ("b", "a"))
    both = one._replace(
        findings=other.findings + one.findings, connectors=one.connectors + other.connectors
    )
    out = io.StringIO()
    Human("en", headings=True).report(both, out)
    marks = re.findall(r"^(Connector in .*|.*error.*?\])", out.getvalue(), re.MULTILINE)
    assert marks == [
        "Connector in a", "a/e.yaml:1:7: error[KL201]",
        "Connector in b", "b/e.yaml:1:7: error[KL201]",
    ]  # fmt: skip
    assert "Connector in" not in "".join(human(both))
    assert "Connector in" not in "".join(human(one))


class Clock:
    now = 0.0

    def monotonic(self) -> float:
        return self.now


def test_a_long_run_shows_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CI", "TERM"):
        monkeypatch.delenv(name, raising=False)
    clock, out = Clock(), Terminal()
    monkeypatch.setattr("konnektor_lint.report.progress.time", clock)
    shown = Progress("en", out)
    shown("a.yaml")
    assert out.getvalue() == ""
    clock.now = 1.5
    shown("\x1b[2J.yaml")
    shown("c.yaml")
    assert out.getvalue() == "\rRead 2 files"
    shown.clear()
    assert out.getvalue() == f"\rRead 2 files\r{' ' * 12}\r"
    shown.clear()
    assert out.getvalue().count("\r") == 3


@pytest.mark.parametrize("environment", [{"CI": "1"}, {"TERM": "dumb"}, {}])
def test_no_progress_without_a_reader(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("konnektor_lint.report.progress.DELAY", 0)
    for name in ("CI", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    out = Terminal() if environment else io.StringIO()
    shown = Progress("en", out)
    shown("a.yaml")
    shown.clear()
    assert out.getvalue() == ""


def test_a_file_cannot_steer_the_terminal() -> None:
    found = result('a: "x" # \u202e \u200b\n', "a")
    (finding,) = found.findings
    steered = finding._replace(args={"egress": "\x1b[2J", "server": "\u202e", "example": ""})
    lines = "\n".join(human(found._replace(findings=(steered,))))
    assert not set("\x1b\u202e\u200b").intersection(lines)
    assert "\\x1b[2J" in lines
    assert "\\u202e" in lines


@pytest.mark.parametrize(("text", "cells"), [("abc", 3), ("日本", 4), ("e\u0301", 1), ("\t", 4)])
def test_width(text: str, cells: int) -> None:
    assert width(text) == cells
