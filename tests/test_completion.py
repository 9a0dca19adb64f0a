"""Shell completion, asked of the real shells."""

import os
import pty
import re
import select
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import ROOT, Run
from konnektor_lint.cli import COLOURS, LEVELS, SHELLS, parser
from konnektor_lint.completion import SHELLS as MADE
from konnektor_lint.completion import script
from konnektor_lint.report.formats import FORMATS
from konnektor_lint.rule import all_rules
from konnektor_lint.texts import LANGUAGES

CODES = [rule.code for rule in all_rules()]
OPTIONS = [name for action in parser("en")._actions for name in action.option_strings]


def written(shell: str, folder: Path, language: str = "en") -> Path:
    """Return a file with the script of a shell, in a folder that holds a few files."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    path = folder / f"script.{shell}"
    path.write_text(script(shell, parser(language), language), encoding="utf-8")
    work = folder / "work"
    (work / "clusters").mkdir(parents=True, exist_ok=True)
    (work / "egress.yaml").touch()
    (work / "a file.yaml").touch()
    return path


def shell_says(shell: str, *arguments: str | Path, cwd: Path) -> str:
    done = subprocess.run(
        [shell, *arguments], cwd=cwd, capture_output=True, text=True, check=False,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(cwd)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def test_the_shells_are_those_that_can_be_chosen() -> None:
    assert tuple(MADE) == SHELLS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("shell", SHELLS)
def test_scripts_are_valid_and_complete(
    shell: str, language: str, run: Callable[..., Run], tmp_path: Path
) -> None:
    got = run("--completion", shell, "--lang", language, cwd=tmp_path)
    assert (got.code, got.err) == (0, "")
    assert not re.search(r"@[A-Z]+@", got.out)
    for word in (*CODES, *(rule.slug for rule in all_rules()), *LEVELS, *FORMATS, *COLOURS):
        assert word in got.out, word
    for name in OPTIONS:
        assert (name in got.out) or (shell == "fish" and f" {name.lstrip('-')} " in got.out), name
    shell_says(shell, "-n", written(shell, tmp_path, language), cwd=tmp_path)


def test_shellcheck_has_nothing_to_say(tmp_path: Path) -> None:
    if shutil.which("shellcheck") is None:
        pytest.skip("shellcheck is not installed")
    path = written("bash", tmp_path)
    assert shell_says("shellcheck", "--shell=bash", path, cwd=tmp_path) == ""


# --- bash ---------------------------------------------------------------------------------------

ASK_BASH = r"""
source "$1"
COMP_LINE=$2 COMP_POINT=${#2}
_konnektor_lint
printf '%s\n' "${COMPREPLY[@]}"
"""


def bash(line: str, folder: Path) -> list[str]:
    """Return what bash offers at the end of a line."""
    path = written("bash", folder)
    command = ("--norc", "-c", ASK_BASH, "bash", path, f"konnektor-lint {line}")
    return [word for word in shell_says("bash", *command, cwd=folder / "work").split("\n") if word]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("--form", ["--format"]),
        ("--format j", ["json", "junit"]),
        ("--format=g", ["github", "gitlab"]),
        ("--lang ", ["de", "en", "it"]),
        ("--fail-on w", ["warning"]),
        ("eg", ["egress.yaml"]),
        ("--select KL201 eg", ["egress.yaml"]),
        ("a", ["a file.yaml"]),
        ("--config c", ["clusters"]),
        ("--host-root ", ["clusters"]),
        ("--explain uds-path", ["uds-path-mismatch"]),
        ("--select KL201,uds-path", ["KL201,uds-path-mismatch"]),
        ("--ignore=KL301,uds-path", ["KL301,uds-path-mismatch"]),
        ("--severity KL201", ["KL201="]),
        ("--severity KL201=w", ["warning"]),
        ("--severity KL201=error,uds-path", ["error,uds-path-mismatch="]),
        ("--output sar", ["sarif="]),
        ("--output sarif=eg", ["egress.yaml"]),
        ("--output eg", ["egress.yaml"]),
        ("--kubernetes ", []),
        ("--completion ", ["bash", "zsh", "fish"]),
    ],
)
def test_bash_completes(line: str, offered: list[str], tmp_path: Path) -> None:
    assert bash(line, tmp_path) == offered


def test_bash_completes_options_and_rules(tmp_path: Path) -> None:
    assert bash("-", tmp_path) == OPTIONS
    assert [word for word in bash("--select KL2", tmp_path) if len(word) == 5] == [
        code for code in CODES if code.startswith("KL2")
    ]


def test_nothing_in_a_file_name_is_run(tmp_path: Path) -> None:
    written("bash", tmp_path)
    (tmp_path / "work" / "$(touch made)`touch made`.yaml").touch()
    assert "$(touch made)`touch made`.yaml" in bash("", tmp_path)
    bash("$(touch made", tmp_path)
    assert not (tmp_path / "work" / "made").exists()


# --- fish ---------------------------------------------------------------------------------------


def fish(line: str, folder: Path) -> list[str]:
    path = written("fish", folder)
    command = f"source {path}; complete -C 'konnektor-lint {line}'"
    shown = shell_says("fish", "--no-config", "-c", command, cwd=folder / "work")
    return [word.partition("\t")[0] for word in shown.splitlines()]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("--format j", ["json", "junit"]),
        ("--format=g", ["--format=github", "--format=gitlab"]),
        ("eg", ["egress.yaml"]),
        ("--host-root c", ["clusters/"]),
        ("--explain uds-path", ["uds-path-mismatch"]),
        ("--select KL201,uds-path", ["KL201,uds-path-mismatch"]),
        ("--severity KL201=w", ["KL201=warning"]),
        ("--output sar", ["sarif="]),
        ("--output sarif=eg", ["sarif=egress.yaml"]),
    ],
)
def test_fish_completes(line: str, offered: list[str], tmp_path: Path) -> None:
    assert fish(line, tmp_path) == offered


# --- zsh ----------------------------------------------------------------------------------------


def zsh(line: str, folder: Path) -> str:
    """Return the line as an interactive zsh completes it when the tab key is pressed."""
    path = written("zsh", folder)
    environment = {
        "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(folder), "TERM": "dumb",
        "PS1": "", "ZDOTDIR": str(folder),
    }  # fmt: skip
    reading, writing = pty.openpty()
    with subprocess.Popen(
        ["zsh", "-f", "-i"], stdin=writing, stdout=writing, stderr=writing, close_fds=True,
        env=environment, cwd=folder / "work", start_new_session=True,
    ) as shell:  # fmt: skip
        os.close(writing)
        # What the line has become is printed instead of run.
        setup = (
            f"autoload -Uz compinit && compinit -u -d {folder}/dump && source {path}",
            'shown() { print -r -- "<<$BUFFER>>"; BUFFER=; zle .accept-line }',
            "zle -N accept-line shown; print -r -- '<<'ready'>>'",
        )
        os.write(reading, ("\n".join(setup) + "\n").encode())
        until(reading, b"<<ready>>")
        os.write(reading, f"konnektor-lint {line}\t\n".encode())
        seen = until(reading, b"<<konnektor-lint ", b">>")
        shell.kill()
    os.close(reading)
    return seen.decode().split("<<konnektor-lint ")[1].partition(">>")[0].rstrip()


def until(reading: int, *marks: bytes) -> bytes:
    """Return what a terminal shows until marks have come, one behind the other."""
    seen = b""
    end = time.monotonic() + 60
    while not re.search(b".*".join(map(re.escape, marks)), seen, re.DOTALL):
        ready, _, _ = select.select([reading], [], [], max(0.0, end - time.monotonic()))
        assert ready, seen
        seen += os.read(reading, 65536)
    return seen


@pytest.mark.parametrize(
    ("line", "completed"),
    [
        ("--forma", "--format="),  # with a space behind it zsh takes = away again
        ("--format conc", "--format concise"),
        ("--format=conc", "--format=concise"),
        ("eg", "egress.yaml"),
        ("--host-root cl", "--host-root clusters/"),
        ("--explain uds-path", "--explain uds-path-mismatch,"),
        ("--select KL201,uds-path", "--select KL201,uds-path-mismatch,"),
        ("--severity KL201=w", "--severity KL201=warning"),
        ("--output sar", "--output sarif="),
        ("--output sarif=eg", "--output sarif=egress.yaml"),
    ],
)
def test_zsh_completes(line: str, completed: str, tmp_path: Path) -> None:
    assert zsh(line, tmp_path) == completed


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("shell", SHELLS)
def test_the_page_about_installing_says_where_a_script_goes(shell: str, language: str) -> None:
    page = (ROOT / "docs" / language / "lint" / "install.md").read_text(encoding="utf-8")
    assert f"konnektor-lint --completion {shell}" in page
    assert f"konnektor-lint --completion {shell}" in script(shell, parser("en"), "en")
