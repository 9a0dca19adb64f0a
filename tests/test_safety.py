"""What SECURITY.md promises: no network, no code, no file of others, no steering of terminals."""

import json
import os
import re
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Run
from fuzz_examination import well_formed
from konnektor_lint.report.formats import FORMATS

Runner = Callable[..., Run]
AGENT = """\
apiVersion: v1
kind: Pod
metadata: {name: konnectivity-agent}
spec:
  containers:
  - name: agent
    image: x/proxy-agent:v0.36.0
    command: [proxy-agent]
    args: [--bad=1, --other]
"""
WORDS = [
    "\x1b[31m\x1b]8;;http://x\x07", "\u202egnirts\u2066", "\u2028\x85", "</script><script>alert(1)",
    "'\"><img src=x onerror=alert(1)>", "]]>--><!ENTITY", "%0A::error file=a::b", "`a`](http://x)",
    "é\u0301\U0001f600",
]  # fmt: skip
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]")


def neutral(name: str, text: str) -> None:
    """Check that a report is well formed and steers nothing."""
    decoded = json.loads(text) if name in ("json", "sarif", "gitlab") else None
    shown = text if decoded is None else "".join(map(str, messages(decoded)))
    if name != "json":  # data for programs: what the file says, escaped by JSON
        assert not STEERING.search(shown)
    assert not STEERING.search(text if name not in ("json", "sarif") else "")
    well_formed(name, text)
    if name == "github":
        commands = [line for line in text.splitlines() if line.startswith("::")]
        assert all(re.match(r"::(error|warning|notice) \S+=", line) for line in commands)
        assert "%0A::error" not in text


def messages(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [str(node[key]) for key in ("text", "description") if isinstance(node.get(key), str)]
        return own + [text for value in node.values() for text in messages(value)]
    return [text for value in node for text in messages(value)] if isinstance(node, list) else []


@pytest.mark.parametrize("name", [*FORMATS, "topology"])
@pytest.mark.parametrize("word", WORDS)
def test_a_value_steers_no_reader(word: str, name: str, run: Runner, tmp_path: Path) -> None:
    quoted = json.dumps(word)
    text = AGENT.replace("--bad=1", json.dumps(f"--bad{word}=1")).replace(
        "konnectivity-agent}", f"konnectivity-agent, namespace: {quoted}}}"
    )
    text = text.replace("name: agent", f"name: {quoted}")
    (tmp_path / "a.yaml").write_text(f"{text}# {word.encode('unicode_escape').decode()}\n")
    shown = ("--show-topology",) if name == "topology" else ("--format", name)
    got = run("--isolated", *shown, "a.yaml", cwd=tmp_path)
    assert got.code == 1
    neutral(name, got.out)


@pytest.mark.skipif(os.name == "nt", reason="Windows forbids such names")
@pytest.mark.parametrize("name", [*FORMATS, "topology"])
@pytest.mark.parametrize("word", [*WORDS, "\n::error::x", "a\tb", "\udcff", "\\", "%s{0}"])
def test_a_file_name_steers_no_reader(word: str, name: str, run: Runner, tmp_path: Path) -> None:
    file = f"konnectivity{word.replace('/', '_')}.yaml"
    (tmp_path / file).write_text(AGENT)
    shown = ("--show-topology",) if name == "topology" else ("--format", name)
    got = run("--isolated", *shown, ".", cwd=tmp_path)
    assert got.code == 1
    neutral(name, got.out)


@pytest.fixture
def cut_off(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Forbid every connection, program and look-up of a host; return what was tried."""
    tried: list[str] = []

    def refuse(name: str) -> Callable[..., object]:
        def refused(*_: object, **__: object) -> object:
            tried.append(name)
            raise AssertionError(name)

        return refused

    for owner, name in (
        (socket, "socket"), (socket, "create_connection"), (socket, "getaddrinfo"),
        (subprocess, "Popen"), (os, "system"), (os, "fork"), (os, "execv"), (os, "posix_spawn"),
    ):  # fmt: skip
        monkeypatch.setattr(owner, name, refuse(name))
    return tried


OTHERS = (["--why", "dial tcp 10.0.0.1:8132: connect: refused"], ["--explain", "KL201"],
          ["--list-rules"], ["--show-config"], ["--show-topology", "."], ["--diff", "."],
          ["--fix", "--unsafe-fixes", "."], ["--host-root", ".", "."], ["--output", "o", "."],
          ["--write-baseline", "b.json", "."], ["--statistics", "."], ["--completion", "zsh"],
          ["--target-version", "v0.36.0", "."], ["--related", "a.yaml"])  # fmt: skip


@pytest.mark.parametrize("call", [*(["--format", name, "."] for name in FORMATS), *OTHERS])
def test_nothing_is_asked_of_the_network(
    call: list[str], run: Runner, tmp_path: Path, cut_off: list[str]
) -> None:
    (tmp_path / "a.yaml").write_text(AGENT)
    assert run("--isolated", *call, cwd=tmp_path).code in (0, 1)
    assert cut_off == []


@pytest.mark.parametrize(
    "tag",
    [
        '!!python/object/apply:os.system ["touch owned"]',
        '!!python/object/new:subprocess.Popen [["touch", "owned"]]',
        "!!python/name:os.system ''",
        '!<tag:yaml.org,2002:python/object/apply:os.system> ["touch owned"]',
        "!!python/module:os ''",
    ],
)
def test_tags_run_nothing(tag: str, run: Runner, tmp_path: Path, cut_off: list[str]) -> None:
    (tmp_path / "a.yaml").write_text(f"{AGENT}x: {tag}\n")
    (tmp_path / ".konnektor-lint.yaml").write_text(f"select: {tag}\n")
    assert run("--isolated", "a.yaml", cwd=tmp_path).code == 1
    assert run("a.yaml", cwd=tmp_path).code == 2  # a configuration is no place for tags
    (tmp_path / "known.json").write_text(f"{{version: 1, findings: {tag}}}")
    got = run("--isolated", "--baseline", "known.json", "a.yaml", cwd=tmp_path)
    assert got.code == 2
    assert not (tmp_path / "owned").exists()
    assert cut_off == []


def test_a_link_out_of_the_folder_is_not_followed(run: Runner, tmp_path: Path) -> None:
    away, folder = tmp_path / "away", tmp_path / "folder"
    away.mkdir()
    folder.mkdir()
    (away / "secret.conf").write_text(AGENT)
    (folder / "a.yaml").write_text(AGENT.replace("--bad=1, --other", ""))
    (folder / "link.yaml").symlink_to(away / "secret.conf")
    (folder / "relative.yaml").symlink_to("../away/secret.conf")
    (folder / "folder-link").symlink_to(away)
    got = run("--isolated", ".", cwd=folder)
    assert "--bad" not in got.out
    for name in ("link.yaml", "relative.yaml"):
        line = f"Skipped {name}: a link out of the folder and its repository"
        assert line in got.out
    assert run("--isolated", "link.yaml", cwd=folder).code == 1  # named: it is meant


def test_links_inside_are_followed(run: Runner, tmp_path: Path) -> None:
    mount = tmp_path / "mount"
    (mount / "..data").mkdir(parents=True)
    (mount / "..data" / "a").write_text(AGENT)
    (mount / "a.yaml").symlink_to("..data/a")
    assert "a.yaml:9:12: error[KL130]" in run("--isolated", ".", cwd=mount).out


def test_links_inside_the_repository_are_followed(run: Runner, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "base").mkdir()
    (tmp_path / "cluster").mkdir()
    (tmp_path / "base" / "a.yaml").write_text(AGENT)
    (tmp_path / "cluster" / "a.yaml").symlink_to("../base/a.yaml")
    assert "error[KL130]" in run("--isolated", "cluster", cwd=tmp_path).out


def test_only_what_was_asked_for_is_written(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(AGENT)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    for name in FORMATS:
        run("--isolated", "--format", name, ".", cwd=tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_a_configuration_that_links_to_a_file_of_others_is_refused(
    run: Runner, tmp_path: Path
) -> None:
    (tmp_path / "private").write_text("select: CANARY7f3a9c\n")
    folder = tmp_path / "folder"
    (folder / "below").mkdir(parents=True)
    (folder / "below" / "a.yaml").write_text(AGENT)
    for place in (folder, folder / "below"):
        (place / ".konnektor-lint.yaml").symlink_to(tmp_path / "private")
        got = run(".", cwd=folder)
        assert got.code == 2
        assert "a link out of the folder and its repository" in got.err
        assert "CANARY7f3a9c" not in got.out + got.err
        (place / ".konnektor-lint.yaml").unlink()
