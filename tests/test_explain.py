"""--explain: the page of a rule, or of several, in the terminal and through a pager."""

import os
import pty
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import FIXTURES, MEASURED, ROOT, Run
from konnektor_lint import example, texts
from konnektor_lint.explain import explain
from konnektor_lint.report.prose import paragraphs
from konnektor_lint.report.terminal import PLAIN, Look, width
from konnektor_lint.rule import Rule, all_rules, find_rule
from konnektor_lint.texts import LANGUAGES

COLOUR = Look(colour=True)
RULES = pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)


def rule_of(code: str) -> Rule:
    found = find_rule(code)
    assert found is not None
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@RULES
def test_a_page_has_all_parts_and_fits_the_window(rule: Rule, language: str) -> None:
    page = explain(rule, language, Look(columns=72))
    for part in ("why", "symptom", "fix", "evidence", "good"):
        assert f"\n{texts.say(language, f'explain.{part}')}\n" in page, part
    assert "\x1b" not in page
    prose = [line for line in page.splitlines() if not line.startswith("    ")]
    long = [line for line in prose if width(line) > 72]
    # Only what has no place to break is longer: addresses, paths, commands, log lines.
    assert all("`" in line or "/" in line for line in long), long


@RULES
def test_each_rule_has_an_example_with_the_fault_and_one_without(rule: Rule) -> None:
    bad, good = (example.example(rule.code, kind) for kind in example.KINDS)
    assert bad is not None
    assert bad.files or bad.options
    assert good is not None
    assert good.files


def test_codes_prefixes_and_slugs(run: Callable[..., Run], tmp_path: Path) -> None:
    one = run("--explain", "uds-path-mismatch", cwd=tmp_path).out
    assert one == run("--explain", "kl201", cwd=tmp_path).out
    several = run("--explain", "KL20, KL301", cwd=tmp_path).out
    wanted = [rule for rule in all_rules() if rule.code.startswith("KL20") or rule.code == "KL301"]
    at = [several.index(f"{rule.code} · {rule.slug} · ") for rule in wanted]
    assert at == sorted(at)
    assert several.count(f"\n\n{'─' * 80}\n\n") == len(wanted) - 1


@pytest.mark.parametrize("name", ["uds-path-mismach", "KLX", "", ","])
def test_unknown_names(name: str, run: Callable[..., Run], tmp_path: Path) -> None:
    got = run("--explain", name, cwd=tmp_path)
    assert (got.code, got.out) == (2, "")
    if name.startswith("uds"):
        assert "did you mean uds-path-mismatch?" in got.err


def test_the_files_of_an_example_can_be_copied(run: Callable[..., Run], tmp_path: Path) -> None:
    page = run("--explain", "KL201", cwd=tmp_path).out
    folder = example.first_fixture(FIXTURES, "KL201", "bad")
    assert folder is not None
    for path in example.shown_files(folder):
        lines = [f"    {line}".rstrip() for line in path.read_text().splitlines()]
        assert f"  {path.name}\n" + "\n".join(lines) in page


def test_markdown_becomes_text_for_a_terminal() -> None:
    text = "Set `--mode` of [the server](https://x.example/y), **now**: <https://z.example>."
    plain = ["  Set `--mode` of the server (https://x.example/y), now: https://z.example."]
    assert paragraphs(text, PLAIN) == plain
    (coloured,) = paragraphs(text, COLOUR)
    assert "Set \x1b[1;36m--mode\x1b[0m of" in coloured
    assert "`" not in coloured


def test_code_and_items_are_folded_with_care() -> None:
    text = "- one two three four five `kubectl get pod -o yaml` six seven eight nine ten"
    lines = paragraphs(text, Look(columns=40))
    assert lines == [
        "  - one two three four five", "    `kubectl get pod -o yaml` six seven",
        "    eight nine ten",
    ]  # fmt: skip


def test_the_archive_of_a_wheel_says_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "examples.zip"
    example.pack(FIXTURES, archive)
    first = archive.read_bytes()
    example.pack(FIXTURES, archive)
    assert archive.read_bytes() == first
    assert len(first) < 1_000_000
    wanted = {
        (rule.code, kind): example.example(rule.code, kind)
        for rule in all_rules()
        for kind in example.KINDS
    }
    monkeypatch.setattr(example, "ARCHIVE", archive)
    for rule in all_rules()[::10]:
        for kind in example.KINDS:
            assert example.example(rule.code, kind) == wanted[rule.code, kind]
    assert example.example("KL999", "bad") is None


def test_a_checkout_has_no_archive() -> None:
    assert not example.ARCHIVE.exists(), "made by hand? It would hide the fixtures"


# --- the pager ----------------------------------------------------------------------------------


def on_a_terminal(folder: Path, **environment: str) -> str:
    """Return what a reader at a terminal sees of ``--explain KL201``."""
    usual = {
        "PATH": f"{folder}:{os.environ['PATH']}", "LANG": "C.UTF-8", "TERM": "xterm",
        "PYTHONPATH": str(ROOT / "validator"), **MEASURED,
    }  # fmt: skip
    reading, writing = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "konnektor_lint", "--explain", "KL201"], stdin=subprocess.DEVNULL,
        stdout=writing, stderr=writing, env={**usual, **environment}, cwd=folder,
    ) as called:  # fmt: skip
        os.close(writing)
        seen = b""
        try:
            while part := os.read(reading, 65536):
                seen += part
        except OSError:  # the other end is closed
            pass
        os.close(reading)
        assert called.wait() == 0
    return seen.decode().replace("\r\n", "\n")


@pytest.fixture
def pager(tmp_path: Path) -> Path:
    """Make a pager that says how it was called."""
    for name in ("less", "reader"):
        program = tmp_path / name
        program.write_text('#!/bin/sh\necho "PAGED $(basename "$0") $* LESS=$LESS"\nexec cat\n')
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return tmp_path


def test_a_pager_shows_it_on_a_terminal(pager: Path) -> None:
    seen = on_a_terminal(pager)
    assert seen.startswith("PAGED less -R LESS=FRX\n")
    assert "\x1b[1mKL201 · uds-path-mismatch" in seen
    own = on_a_terminal(pager, PAGER="reader --slowly 'a b; touch x'", LESS="S")
    assert own.startswith("PAGED reader --slowly a b; touch x LESS=S\n")
    assert not (pager / "x").exists()


@pytest.mark.parametrize(
    "environment",
    [
        {"PAGER": "cat"}, {"PAGER": ""}, {"NO_PAGER": "1"}, {"TERM": "dumb"},
        {"PAGER": "no-such-program"}, {"PAGER": "unclosed '"},
    ],
)  # fmt: skip
def test_no_pager(environment: dict[str, str], pager: Path) -> None:
    seen = on_a_terminal(pager, **environment)
    assert "PAGED" not in seen
    assert "KL201 · uds-path-mismatch" in seen


def test_a_pager_that_stops_reading_is_no_fault(pager: Path) -> None:
    (pager / "less").write_text("#!/bin/sh\nexec true\n")
    assert on_a_terminal(pager) == ""


def test_a_pipe_has_no_pager(pager: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "konnektor_lint", "--explain", "KL201"], capture_output=True,
        text=True, cwd=pager, check=True,
        env={
            "PATH": str(pager), "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT / "validator"),
            **MEASURED,
        },
    )  # fmt: skip
    assert done.stdout.startswith("KL201 · uds-path-mismatch")
    assert "\x1b" not in done.stdout
