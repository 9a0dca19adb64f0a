"""What a reader sees: the caret under the right character, both sides, the summary."""

import io
import json

import pytest

from konnektor_lint import texts
from konnektor_lint.connector import Connector, Settings
from konnektor_lint.diagnostic import Diagnostic, Severity, key_of, value_of
from konnektor_lint.lint import Result, SkippedFile
from konnektor_lint.report.human import Human, width
from konnektor_lint.report.machine import Machine
from konnektor_lint.source import Source, parse

ARGS = {"egress": "/a.socket", "server": "/b.socket", "example": "/b.socket"}


def result(text: str, *path: str | int, on_key: bool = False) -> Result:
    document = parse(Source("egress.yaml", text)).documents[0]
    node = document.root.at(*path)
    assert node is not None
    place = key_of(node) if on_key else value_of(node)
    finding = Diagnostic("KL201", Severity.ERROR, place, (place._replace(label="server"),), ARGS)
    connector = Connector(Settings())
    connector.documents = (document,)
    return Result((finding,), (connector,), (), (), 1, 1)


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
    ],
)
def test_the_caret_stands_under_the_value(
    text: str, path: list[str | int], line: str, caret: str
) -> None:
    lines = human(result(text, *path))
    at = lines.index(line)
    assert lines[at + 1] == caret


def test_a_long_line_is_cut_around_the_value() -> None:
    text = f"a: [{'x, ' * 200}here, {'y, ' * 200}z]\n"
    lines = human(result(text, "a", 200))
    at = next(number for number, line in enumerate(lines) if "here" in line)
    assert len(lines[at]) < 200
    assert lines[at + 1].index("^") == lines[at].index("here")


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
