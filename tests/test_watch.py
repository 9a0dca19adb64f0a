"""``--watch``: what changes is read again, nothing else, and the answer is that of a fresh run."""

import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import pytest

from conftest import ROOT, Run, egress
from konnektor_lint import linting, source
from konnektor_lint.config import Configuration
from konnektor_lint.connector import Settings
from konnektor_lint.policy import Policy
from konnektor_lint.readings import Readings, stamp_of
from konnektor_lint.report import formats
from konnektor_lint.report.run import Run as Reported

EXAMPLES = ROOT / "examples"
POLICY = Policy(Configuration())
WRONG = egress().replace("GRPC", "grpc")

# A shell's background jobs ignore Ctrl-C, and what they start inherits that.
PROGRAM = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from konnektor_lint.cli import run
run()
"""
PATIENCE = 60.0
"""Seconds after which what should be printed never will be."""


def report(paths: list[str], kept: Readings | None = None) -> str:
    """Return what a run says."""
    out = StringIO()
    formats.write("json", Reported(linting.lint(paths, POLICY, Settings(), kept=kept), "en"), out)
    return out.getvalue()


@pytest.mark.parametrize("folder", ["examples", "tests/fixtures"])
def test_a_second_run_says_the_same(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    kept = Readings()
    folders = sorted(item for item in (ROOT / folder).iterdir() if item.is_dir())
    for path in folders[:: 1 + len(folders) // 20]:
        given = [str(path.relative_to(ROOT))]
        fresh = report(given)
        assert report(given, kept) == fresh
        assert report(given, kept) == fresh


def test_only_what_changes_is_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(EXAMPLES / "broken", tmp_path / "broken")
    monkeypatch.chdir(tmp_path)
    parsed: list[str] = []
    parse = source.parse

    def counted(given: source.Source) -> source.Reading:
        parsed.append(given.path)
        return parse(given)

    monkeypatch.setattr("konnektor_lint.source.parse", counted)
    kept = Readings()
    report(["."], kept)
    assert len(parsed) == len(set(parsed)) == 5
    parsed.clear()
    report(["."], kept)
    assert not parsed
    server = Path("broken/control-plane/konnectivity-server.yaml")
    server.write_text(server.read_text().replace("http-connect", "grpc"))
    assert report(["."], kept) == report(["."])
    assert parsed == [str(server), *sorted(parsed[1:])]
    parsed.clear()
    server.touch()  # saved without a change
    report(["."], kept)
    assert not parsed


def test_files_come_and_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    kept = Readings()
    contents = (
        "kind: ConfigMap\n", WRONG, egress(), "", "kind: Service\nmetadata: {name: a}\n", None,
        WRONG, "konnectivity: [", None, "konnectivity: {{ x }}\n{{ end",
    )  # fmt: skip
    for text in contents:
        Path("a.yaml").unlink(missing_ok=True)
        if text is not None:
            Path("a.yaml").write_text(text)
        Path("b.yaml").write_text(egress())
        assert report(["."], kept) == report(["."])
        assert report(["."], kept) == report(["."])


def test_what_a_run_spends_is_not_held_against_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    carried = "".join(f"    {line}\n" for line in WRONG.splitlines())
    Path("a.yaml").write_text(
        f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n  a: |\n{carried}"
    )
    kept = Readings()
    fresh = report(["."])
    assert "KL104" in fresh
    assert all(report(["."], kept) == fresh for _ in range(20))


def test_stamps(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    assert stamp_of(str(file)) is None
    assert stamp_of(str(tmp_path)) is None
    assert stamp_of("a\0b") is None
    file.write_text("a")
    first = stamp_of(str(file))
    file.write_text("ab")
    assert stamp_of(str(file)) != first


@pytest.mark.parametrize(
    "given",
    [
        ["--fix"], ["--diff"], ["--unsafe-fixes"], ["--write-baseline", "known.json"],
        ["--host-root", "."], ["-"], ["--format", "json"],
    ],
)  # fmt: skip
def test_what_does_not_go_with_it(
    given: list[str], run: Callable[..., Run], tmp_path: Path
) -> None:
    got = run("--watch", *given, cwd=tmp_path)
    option = " ".join(given) if given[0] == "--format" else given[0]
    assert got == Run(2, "", f"konnektor-lint: --watch does not go with {option}\n")


def test_the_first_run_may_be_refused(run: Callable[..., Run], tmp_path: Path) -> None:
    assert run("--watch", "missing.yaml", cwd=tmp_path).code == 2
    assert run("--watch", "--kubernetes", "2", cwd=tmp_path).code == 2
    (tmp_path / ".konnektor-lint.yaml").write_text("ignore: [KL999]\n")
    assert run("--watch", cwd=tmp_path).code == 2


class Watch(NamedTuple):
    """A program that watches, and the lines it writes."""

    process: "subprocess.Popen[str]"
    lines: "queue.Queue[str]"

    def until(self, pattern: str) -> str:
        """Return what is written up to the next line that matches."""
        said = ""
        while not re.search(pattern, said):
            said += self.lines.get(timeout=PATIENCE)
        return said

    def rounds(self) -> str:
        """Return what is written up to the end of a report."""
        return self.until(r"watching \d+ files?, Ctrl-C ends")


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Callable[..., Watch]]:
    """Return a function that starts to watch a folder."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> Watch:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, "--watch", *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "LC_ALL": "C"},
        )  # fmt: skip
        started.append(process)
        lines: queue.Queue[str] = queue.Queue()

        def read() -> None:
            for line in process.stdout or ():
                lines.put(line)

        threading.Thread(target=read, daemon=True).start()
        return Watch(process, lines)

    yield start
    for process in started:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def save(path: Path, text: str) -> None:
    """Write a file as editors do: beside it, then in its place."""
    beside = path.with_name(f"{path.name}.new~")
    beside.write_text(text)
    beside.replace(path)


def test_a_session(watch: Callable[..., Watch], tmp_path: Path) -> None:
    file = tmp_path / "egress.yaml"
    file.write_text(WRONG)
    watched = watch("--format", "concise", ".")
    assert "egress.yaml:6:22: error[KL104]" in watched.rounds()
    save(file, egress())
    said = watched.rounds()
    assert "No findings." in said
    assert ": 0 new, 1 fixed." in said
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "egress.yaml").write_text(WRONG)
    said = watched.rounds()
    assert ": 1 new, 0 fixed." in said
    assert ": watching 2 files, Ctrl-C ends." in said
    (tmp_path / ".konnektor-lint.yaml").write_text("ignore: [KL999]\n")
    assert "konnektor-lint: .konnektor-lint.yaml:1: there is no rule KL999" in watched.rounds()
    (tmp_path / ".konnektor-lint.yaml").write_text("exclude: [more]\n")
    assert ": 0 new, 1 fixed." in watched.rounds()
    (tmp_path / "more" / ".konnektor-lint.yaml").write_text("lang: de\n")
    watched.rounds()
    file.unlink()
    assert "Nothing of the connector was found" in watched.rounds()
    watched.process.send_signal(signal.SIGINT)
    assert watched.process.wait(PATIENCE) == 130


def test_a_named_file_may_vanish(watch: Callable[..., Watch], tmp_path: Path) -> None:
    file = tmp_path / "egress.yaml"
    file.write_text(egress())
    watched = watch("--isolated", "--output", "concise=report.json", "egress.yaml")
    assert "No findings." in watched.rounds()
    file.unlink()
    assert "egress.yaml: no such file or folder" in watched.rounds()
    file.write_text(WRONG)
    assert ": 1 new, 0 fixed." in watched.rounds()
    assert "KL104" in (tmp_path / "report.json").read_text()
    assert watched.process.poll() is None


def test_its_own_reports_are_no_change(watch: Callable[..., Watch], tmp_path: Path) -> None:
    (tmp_path / "egress.yaml").write_text(egress())
    watched = watch("--output", "sarif=report.json", ".")
    watched.rounds()
    assert (tmp_path / "report.json").exists()
    save(tmp_path / "egress.yaml", WRONG)
    assert ": 1 new, 0 fixed." in watched.rounds()
    with pytest.raises(queue.Empty):
        watched.lines.get(timeout=1)


def test_a_terminal_begins_anew(tmp_path: Path) -> None:
    pty = pytest.importorskip("pty")
    (tmp_path / "egress.yaml").write_text(egress())
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "--watch"], stdout=theirs, stderr=theirs, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TERM": "xterm", "LC_ALL": "C"},
    )  # fmt: skip
    try:
        said = b""
        while b"Ctrl-C ends" not in said:
            said += os.read(ours, 4096)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
        os.close(theirs)
    assert said.startswith(b"\x1b[2J\x1b[H")
