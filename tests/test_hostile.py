"""Hostile and broken input: every file ends as a finding or is passed over, and soon."""

import base64
import codecs
import encodings
import gzip
import os
import pkgutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Run
from konnektor_lint import limits

Runner = Callable[..., Run]
SECONDS = 20.0  # of processor time: what hangs takes far longer, and nobody measures speed here
NAMED = b"# konnectivity\n"
EGRESS = b"apiVersion: apiserver.k8s.io/v1beta1\nkind: EgressSelectorConfiguration\n"
POD = b"apiVersion: v1\nkind: Pod\nmetadata: {name: konnectivity-agent}\nspec:\n  containers:\n"
MAP = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: konnectivity}\ndata:\n"
CONTAINER = b"{name: konnectivity-agent, image: proxy-agent, command: [proxy-agent]}"


def alias_bomb(levels: int, width: int) -> bytes:
    lines = [b"a0: &a0 [" + b",".join([b"x"] * width) + b"]"]
    for level in range(1, levels):
        inside = b",".join([b"*a%d" % (level - 1)] * width)
        lines.append(b"a%d: &a%d [%s]" % (level, level, inside))
    return b"\n".join(lines) + b"\n"


def merge_bomb(levels: int, width: int) -> bytes:
    lines = [b"a0: &a0 {" + b",".join(b"k%d: 1" % key for key in range(100)) + b"}"]
    for level in range(1, levels):
        inside = b",".join([b"*a%d" % (level - 1)] * width)
        lines.append(b"a%d: &a%d {<<: [%s]}" % (level, level, inside))
    return b"\n".join(lines) + b"\n"


CASES = {
    "brackets": (NAMED + b"[" * 100_000, "KL005"),
    "braces": (NAMED + b"{" * 100_000, "KL005"),
    "dashes": (NAMED + b"- " * 50_000, "KL005"),
    "question marks": (NAMED + b"? " * 50_000, "KL005"),
    "closed brackets": (EGRESS + b"egressSelections: " + b"[" * 999 + b"]" * 999, "KL005"),
    "nested mappings": (NAMED + b"".join(b" " * n + b"a:\n" for n in range(400)), "KL005"),
    "nested flow keys": (NAMED + b"{? " * 50_000, "KL005"),
    "alias bomb": (NAMED + alias_bomb(9, 9), "KL005"),
    "alias bomb in egress": (EGRESS + alias_bomb(5, 15) + b"egressSelections: *a4\n", "KL005"),
    "merge bomb": (NAMED + merge_bomb(30, 50), "KL005"),
    "containers by alias": (POD + b"  - &c " + CONTAINER + b"\n" + b"  - *c\n" * 50_000, "KL005"),
    "list that holds itself": (EGRESS + b"egressSelections: &a [*a]\n", "KL006"),
    "mapping that holds itself": (EGRESS + b"x: &a {b: {c: *a}}\n", "KL006"),
    "merge of itself": (EGRESS + b"x: &a {<<: *a}\n", "KL006"),
    "NULs": (EGRESS + b"\0" * 1000, "KL003"),
    "only NULs with a name": (b"konnectivity" + b"\0" * 100_000, "KL003"),
    "invalid UTF-8": (EGRESS + b"x: \xff\xfe\xff\n", "KL002"),
    "overlong UTF-8": (EGRESS + b"x: \xc0\xaf\n", "KL002"),
    "surrogate in UTF-8": (EGRESS + b"x: \xed\xa0\x80\n", "KL002"),
    "odd UTF-16": (b"\xff\xfe" + EGRESS.decode().encode("utf-16-le") + b"x", "KL002"),
    "lone surrogate in UTF-16": (
        b"\xff\xfe" + EGRESS.decode().encode("utf-16-le") + b"\x00\xd8", "KL002",
    ),
    "huge integer": (EGRESS + b"egressSelections: " + b"9" * 100_000 + b"\n", "KL009"),
    "huge hexadecimal": (EGRESS + b"egressSelections: 0x" + b"f" * 100_000 + b"\n", "KL009"),
    "huge float": (EGRESS + b"egressSelections: 1" + b"0" * 50_000 + b".0\n", "KL009"),
    "almost a number": (EGRESS + b"egressSelections: 1" + b"_1" * 50_000 + b"x\n", "KL009"),
    "long tag": (EGRESS + b"egressSelections: !<" + b"x" * 10_000 + b"> a\n", "KL009"),
    "long line": (EGRESS + b'x: "' + b"a" * 3_000_000 + b'"\n', "KL008"),
    "many unknown fields": (EGRESS + b"".join(b"k%d: 1\n" % n for n in range(5_000)), "KL008"),
    "many equal keys": (EGRESS + b"kind: EgressSelectorConfiguration\n" * 2_000, "KL004"),
    "texts by alias": (
        MAP + b"  t: &t |\n    kind: EgressSelectorConfiguration\n    x: 1\n"
        + b"".join(b"  k%d: *t\n" % n for n in range(2_000)), "KL008",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_hostile_content_is_a_finding(name: str, run: Runner, tmp_path: Path) -> None:
    content, code = CASES[name]
    (tmp_path / "file.yaml").write_bytes(content)
    began = time.process_time()
    for path in ("file.yaml", "."):
        got = run("--isolated", "--select", "KL0", path, cwd=tmp_path)
        assert f"[{code}]" in got.out
        assert got.code == 1
        assert got.err == ""
    assert time.process_time() - began < SECONDS


def pod(*arguments: str, env: str = "[]", containers: int = 1) -> bytes:
    listed = ", ".join(arguments)
    return POD + b"".join(
        f"  - {{name: c{n}, image: 'x/proxy-server:v0.36.0', command: [proxy-server], env: {env}, "
        f"args: [{listed}]}}\n".encode()
        for n in range(containers)
    )


def repeated(pattern: str, count: int = 2_000, separator: str = ", ") -> str:
    return separator.join(pattern.replace("#", str(n)) for n in range(count))


DOUBLED = "[{name: V0, value: xx}, " + ", ".join(
    f"{{name: V{n}, value: '$(V{n - 1})$(V{n - 1})'}}" for n in range(1, 64)
)
SELECTION = "- {nam: cluster, conection: {prxyProtocol: GRPC}}\n"
MANY = {
    "variables that double": pod("--server-id=$(V63)", env=DOUBLED + "]"),
    "variables nobody defines": pod(
        repeated("--server-id=$(V#)"), env=f"[{repeated('{name: W#, value: x}')}]"
    ),
    "references in one argument": pod(f"'--server-id={repeated('$(V#)', separator='')}'"),
    "open braces": pod(f"'--server-id={'${' * 50_000}'"),
    "open parentheses": pod(f"'--server-id={'$(' * 50_000}'"),
    "open templates": pod(f"'--server-id={'{{' * 50_000}'"),
    "open braces in a script": POD + b"  - {name: s, image: x/proxy-server, command: [sh, -c, "
    b"'proxy-server " + b"${" * 50_000 + b"']}\n",
    "digits without a unit": pod(f"--keepalive-time={'1' * 100_000}"),
    "dots without a line": pod(f"--log-backtrace-at={'.' * 100_000}"),
    "flags on one line": pod(repeated("--server-port=x#")),
    "identifiers": POD + b"  - {name: a, image: x/proxy-agent, command: [proxy-agent], args: ["
    + f"'--agent-identifiers={repeated('a#=b', separator='&')}'".encode() + b"]}\n",
    "containers": pod("--uds-name=/x", containers=1_000),
    "misspelled fields": EGRESS + b"egressSelections:\n" + SELECTION.encode() * 2_000,
}  # fmt: skip


@pytest.mark.parametrize("name", MANY)
def test_many_of_a_kind_take_no_longer_each(name: str, run: Runner, tmp_path: Path) -> None:
    (tmp_path / "file.yaml").write_bytes(MANY[name])
    began = time.process_time()
    got = run("--isolated", "--format", "json", "file.yaml", cwd=tmp_path)
    assert got.code in (0, 1)
    assert got.err == ""
    assert time.process_time() - began < SECONDS


PASSED_OVER = {
    "foreign brackets": b"[" * 100_000,
    "foreign bomb": alias_bomb(9, 9),
    "nothing": b"",
    "only NULs": b"\0" * 100_000,
    "only a byte order mark": b"\xff\xfe",
    "many documents": b"---\n" * 20_000,
    "lists in lists": NAMED + b"kind: List\nitems:\n" + b"- " * 60,
    "brackets in a ConfigMap": MAP + b"  konnectivity.yaml: |\n" + b"    [[[[[[[\n" * 20_000,
    "ConfigMaps in ConfigMaps": MAP + b"  a: |\n    kind: ConfigMap\n    data: {konnectivity: 1}\n",
}


@pytest.mark.parametrize("name", PASSED_OVER)
def test_content_of_others_is_passed_over(name: str, run: Runner, tmp_path: Path) -> None:
    (tmp_path / "file.yaml").write_bytes(PASSED_OVER[name])
    began = time.process_time()
    for path in ("file.yaml", "."):
        got = run("--isolated", "--select", "KL0", path, cwd=tmp_path)
        assert (got.code, got.err) == (3, "")
        assert "KL0" not in got.out
    assert time.process_time() - began < SECONDS


def lint(run: Runner, folder: Path, *paths: str) -> Run:
    """Lint with a watch: nothing may wait for a writer or run in circles."""
    began = time.process_time()
    got = run("--isolated", "--select", "KL0", *paths, cwd=folder)
    assert time.process_time() - began < SECONDS
    return got


def egress(folder: Path) -> None:
    (folder / "egress.yaml").write_bytes(EGRESS)


def test_too_large_file(run: Runner, tmp_path: Path) -> None:
    with (tmp_path / "large.yaml").open("wb") as file:
        file.truncate(limits.FILE_BYTES + 1)
    egress(tmp_path)
    assert "[KL005]" in lint(run, tmp_path, "large.yaml").out
    passed = lint(run, tmp_path, ".")
    assert passed.code == 0
    assert "Skipped large.yaml: larger than the limit" in passed.out


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
def test_fifo(run: Runner, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    egress(tmp_path)
    assert lint(run, tmp_path, "pipe.yaml").code == 3  # nobody writes into it: it is empty
    assert lint(run, tmp_path, ".").code == 0


def test_folder_links_in_a_circle(run: Runner, tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (inner / "up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self.yaml").symlink_to("self.yaml")
    egress(inner)
    got = lint(run, tmp_path, ".")
    assert got.code == 0
    assert "1 egress configuration" in got.out
    assert "[KL001]" in lint(run, tmp_path, "self.yaml").out


def test_link_to_nothing(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "gone.yaml").symlink_to("nowhere.yaml")
    assert lint(run, tmp_path, "gone.yaml").code == 1
    egress(tmp_path)
    assert lint(run, tmp_path, ".").code == 0


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_forbidden_file(run: Runner, tmp_path: Path) -> None:
    egress(tmp_path)
    (tmp_path / "egress.yaml").chmod(0)
    assert "[KL001]" in lint(run, tmp_path, "egress.yaml").out


@pytest.mark.parametrize(
    "error", [PermissionError(13, "Permission denied"), OSError(5, "I/O error")]
)
def test_file_that_cannot_be_opened(
    error: OSError, run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    egress(tmp_path)

    def refuse(*_: object) -> int:
        raise error

    monkeypatch.setattr("konnektor_lint.source.os.open", refuse)
    named = lint(run, tmp_path, "egress.yaml")
    assert (named.code, str(error.strerror) in named.out) == (1, True)
    assert "Skipped egress.yaml: cannot be read" in lint(run, tmp_path, ".").out


def test_file_that_vanishes_between_listing_and_reading(
    run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    egress(tmp_path)
    (tmp_path / "other.yaml").write_bytes(EGRESS)
    real = os.open

    def vanish(path: str, flags: int) -> int:
        (tmp_path / "other.yaml").unlink(missing_ok=True)
        return real(path, flags)

    monkeypatch.setattr("konnektor_lint.source.os.open", vanish)
    got = lint(run, tmp_path, ".")
    assert got.code == 0
    assert "Skipped other.yaml" in got.out


def test_hostile_standard_input(run: Runner, tmp_path: Path) -> None:
    got = run("--isolated", "--select", "KL0", "-", cwd=tmp_path, stdin=NAMED + b"[" * 100_000)
    assert (got.code, "-:2:" in got.out) == (1, True)


def test_a_path_with_two_slashes_ends(run: Runner, tmp_path: Path) -> None:
    egress(tmp_path)
    (tmp_path / "agent.yaml").write_bytes(POD + b"  - " + CONTAINER + b"\n")
    got = lint(run, tmp_path, f"/{tmp_path}")
    assert got.code in (0, 1)


NOT_REGULAR = "not a regular file"
DEVICES = [name for name in ("/dev/zero", "/dev/full", "/dev/null") if os.path.exists(name)]


@pytest.mark.parametrize("device", DEVICES)
def test_devices_are_not_read(device: str, run: Runner, tmp_path: Path) -> None:
    egress(tmp_path)
    (tmp_path / "link.yaml").symlink_to(device)
    for path in (device, "link.yaml"):
        got = lint(run, tmp_path, path)
        assert (got.code, got.err) == (1, "")
        assert f"[KL001]: this file cannot be read: {NOT_REGULAR}" in got.out
    assert "Skipped link.yaml" in lint(run, tmp_path, ".").out
    for option in ("--config", "--baseline"):
        for name in ("a.yaml", "a.toml"):
            (tmp_path / name).unlink(missing_ok=True)
            (tmp_path / name).symlink_to(device)
            got = run(option, name, "egress.yaml", cwd=tmp_path)
            assert (got.code, NOT_REGULAR in got.err) == (2, True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
@pytest.mark.parametrize("name", ["c.yaml", "c.toml"])
def test_a_configuration_that_is_no_file(name: str, run: Runner, tmp_path: Path) -> None:
    egress(tmp_path)
    os.mkfifo(tmp_path / name)
    got = run("--config", name, "egress.yaml", cwd=tmp_path)
    assert (got.code, NOT_REGULAR in got.err) == (2, True)
    (tmp_path / name).unlink()
    (tmp_path / name).mkdir()
    got = run("--config", name, "egress.yaml", cwd=tmp_path)
    assert (got.code, "Is a directory" in got.err) == (2, True)
    got = run("--isolated", "--baseline", name, "egress.yaml", cwd=tmp_path)
    assert (got.code, "Is a directory" in got.err) == (2, True)


def test_a_file_that_becomes_a_folder(
    run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    egress(tmp_path)
    real = os.open

    def swap(path: str, flags: int) -> int:
        if (tmp_path / "egress.yaml").is_file():
            (tmp_path / "egress.yaml").unlink()
            (tmp_path / "egress.yaml").mkdir()
        return real(path, flags)

    monkeypatch.setattr("konnektor_lint.source.os.open", swap)
    got = lint(run, tmp_path, "egress.yaml")
    assert (got.code, "Is a directory" in got.out) == (1, True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
@pytest.mark.parametrize("option", ["--output", "--write-baseline"])
def test_what_is_no_file_is_written_to_and_stays(option: str, run: Runner, tmp_path: Path) -> None:
    """A device that was replaced by a file would be missed by the whole system."""
    (tmp_path / "a.yaml").write_bytes(EGRESS.replace(b"v1beta1", b"v9"))
    os.mkfifo(tmp_path / "pipe")
    heard = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    got = run("--isolated", option, "pipe", "a.yaml", cwd=tmp_path)
    assert got.code in (0, 1)
    assert os.read(heard, 100) != b""
    os.close(heard)
    assert (tmp_path / "pipe").is_fifo()


@pytest.mark.parametrize("option", ["--output", "--write-baseline"])
def test_a_link_is_written_through(option: str, run: Runner, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(EGRESS.replace(b"v1beta1", b"v9"))
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    assert run("--isolated", option, "link", "a.yaml", cwd=tmp_path).code in (0, 1)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() != "old"


FAULTY = EGRESS + b"egressSelections: [x]\n"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_names_that_are_no_text(run: Runner, tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"d\xe9")
    folder.mkdir()
    (folder / os.fsdecode(b"\xff\xfe.yaml")).write_bytes(FAULTY)
    assert "[KL009]" in lint(run, tmp_path, ".").out
    assert run("--isolated", "--write-baseline", "known.json", ".", cwd=tmp_path).code == 0
    got = run("--isolated", "--baseline", "known.json", ".", cwd=tmp_path)
    assert (got.code, "1 finding is known" in got.out) == (0, True)
    gone = run("--isolated", os.fsdecode(b"\xff"), cwd=tmp_path)
    assert (gone.code, "no such file" in gone.err) == (2, True)


def test_names_of_every_length(run: Runner, tmp_path: Path) -> None:
    egress(tmp_path)
    for name in ("x" * 255, "x" * 256, "x" * 5000, "x/" * 3000, "", "a\0b"):
        got = lint(run, tmp_path, name)
        assert (got.code, "no such file or folder" in got.err) == (2, True)
        for option in ("--config", "--baseline"):
            if name:
                assert run(option, name, "egress.yaml", cwd=tmp_path).code == 2
    (tmp_path / ("k" * 250 + ".yaml")).write_bytes(FAULTY)
    assert "[KL009]" in lint(run, tmp_path, ".").out
    for name in ("y" * 256, "y" * 5000, "y/" * 3000):
        got = run("--isolated", "--output", name, "egress.yaml", cwd=tmp_path)
        assert (got.code, "internal" in got.err) == (2, False)


def dig(levels: int, name: str) -> None:
    """Make folders in each other with a file in the last, in the current folder."""
    start = os.open(".", os.O_RDONLY)
    for _ in range(levels):
        os.mkdir(name)
        os.chdir(name)
    Path("a.yaml").write_bytes(FAULTY)
    os.fchdir(start)
    os.close(start)


def fill_up(levels: int, name: str) -> None:
    """Take them away again: neither pytest nor Python can."""
    for _ in range(levels):
        os.chdir(name)
    Path("a.yaml").unlink()
    for _ in range(levels):
        os.chdir("..")
        os.rmdir(name)


@pytest.mark.skipif(os.name == "nt", reason="paths end sooner on Windows")
def test_a_tree_deeper_than_a_path_may_be(
    run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    egress(tmp_path)
    dig(20, "d" * 250)  # 5,000 bytes
    try:
        got = lint(run, tmp_path, ".")
    finally:
        fill_up(20, "d" * 250)
    assert (got.code, got.err) == (0, "")
    assert "Skipped" in got.out


@pytest.mark.skipif(os.name == "nt", reason="paths end sooner on Windows")
def test_more_folders_in_each_other_than_python_calls(
    run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    dig(1500, "d")
    try:
        assert lint(run, tmp_path, ".").out.count("[KL009]") == 1
    finally:
        fill_up(1500, "d")


def test_a_folder_that_cannot_be_listed(
    run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    egress(tmp_path)
    (tmp_path / "locked").mkdir()
    real = os.scandir

    def refuse(folder: str) -> object:
        if folder.endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return real(folder)

    monkeypatch.setattr("konnektor_lint.files.os.scandir", refuse)
    got = lint(run, tmp_path, ".")
    assert (got.code, "Skipped locked: cannot be read" in got.out) == (0, True)
    alone = lint(run, tmp_path, "locked")
    assert (alone.code, "Skipped locked: cannot be read" in alone.out) == (3, True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
def test_a_list_of_ignored_files_that_is_no_file(run: Runner, tmp_path: Path) -> None:
    egress(tmp_path)
    os.mkfifo(tmp_path / ".gitignore")
    assert lint(run, tmp_path, ".").code == 0
    (tmp_path / ".gitignore").unlink()
    (tmp_path / ".gitignore").symlink_to("/dev/zero")
    assert lint(run, tmp_path, ".").code == 0
    (tmp_path / ".gitignore").unlink()
    (tmp_path / "others").write_text("*.yaml\n")
    (tmp_path / ".gitignore").symlink_to("others")
    assert lint(run, tmp_path, ".").code == 0  # git follows no such link


def test_patterns_with_many_stars(run: Runner, tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*"a" * 60)
    deep.mkdir(parents=True)
    (deep / f"{'a' * 200}.yaml").write_bytes(FAULTY)
    for pattern in ("**/a/" * 20 + "x", "**/" * 200 + "x", "*a" * 50 + "x.yaml", "a**" * 80 + "x"):
        (tmp_path / ".gitignore").write_text(f"{pattern}\n/{pattern}\n!{pattern}/\n")
        assert "[KL009]" in lint(run, tmp_path, ".").out
        (tmp_path / ".konnektor-lint.yaml").write_text(f"exclude: ['{pattern}']\n")
        assert "[KL009]" in run("--select", "KL0", ".", cwd=tmp_path).out
        (tmp_path / ".konnektor-lint.yaml").unlink()
    (tmp_path / ".gitignore").write_text("**/a/" * 20 + "**/*.yaml\n")
    assert lint(run, tmp_path, ".").code == 3


GRPC = EGRESS + (
    b"egressSelections:\n- name: cluster\n"
    b"  connection: {proxyProtocol: grpc, transport: {uds: {udsName: /x}}}\n"
)


@pytest.mark.parametrize("stem", ["k" * 250, "ü" * 125, "\U0001f600" * 62])
def test_files_with_the_longest_names_are_written(stem: str, run: Runner, tmp_path: Path) -> None:
    path = tmp_path / f"{stem}.yaml"
    path.write_bytes(GRPC)
    for option in ("--output", "--write-baseline"):
        assert run("--isolated", option, f"{stem}.txt", path.name, cwd=tmp_path).code in (0, 1)
    assert run("--isolated", "--fix", path.name, cwd=tmp_path).code == 0
    assert path.read_bytes() == GRPC.replace(b"grpc", b"GRPC")
    assert len(list(tmp_path.iterdir())) == 2


ENCODINGS = sorted(
    {module.name for module in pkgutil.iter_modules(encodings.__path__)} - {"aliases"}
)


def test_every_encoding_ends_as_a_finding_or_is_passed_over(run: Runner, tmp_path: Path) -> None:
    text = FAULTY.decode()
    for name in ENCODINGS:
        try:
            data = text.encode(name)
        except (LookupError, UnicodeError, AssertionError):  # of bytes, or of another system
            continue
        (tmp_path / f"{name}.yaml").write_bytes(data)
        got = lint(run, tmp_path, f"{name}.yaml")
        assert (got.code in (1, 3), got.err) == (True, ""), name
        (tmp_path / f"{name}.yaml").unlink()


@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x85", "\u2028"])
def test_positions_in_every_encoding_that_yaml_knows(
    name: str, end: str, run: Runner, tmp_path: Path
) -> None:
    mark = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}.get(name, b"")
    data = FAULTY.decode().replace("\n", end).replace("[x]", "[ü\U0001f600, x]")
    (tmp_path / "a.yaml").write_bytes(mark + data.encode(name))
    got = run("--isolated", "--format", "concise", "a.yaml", cwd=tmp_path)
    assert [line.split(" ")[0] for line in got.out.splitlines()[:2]] == [
        "a.yaml:3:20:", "a.yaml:3:24:",
    ]  # fmt: skip


def zipped(data: bytes) -> bytes:
    return base64.b64encode(gzip.compress(data, mtime=0))


def cloud_init(data: bytes, count: int = 1) -> bytes:
    packed = zipped(data)
    return b"#cloud-config\nwrite_files:\n" + b"".join(
        b"- path: /konnectivity%d\n  encoding: gz+b64\n  content: %s\n" % (number, packed)
        for number in range(count)
    )


def nested(data: bytes, levels: int) -> bytes:
    for _ in range(levels):
        data = cloud_init(data)
    return data


def config_map(data: bytes, count: int) -> bytes:
    """Return an object that has the same text many times, by an alias."""
    text = b"".join(b"    %s\n" % line for line in data.splitlines())
    return MAP + b"  t: &t |\n" + text + b"".join(b"  k%d: *t\n" % at for at in range(count))


COMBINED: dict[str, tuple[Callable[[], bytes], bool]] = {
    "zipped NULs": (lambda: cloud_init(b"\0" * 100_000_000), False),
    "a zipped comment": (lambda: cloud_init(EGRESS + b"#" + b"x" * 50_000_000), False),
    "zipped aliases": (lambda: cloud_init(EGRESS + alias_bomb(9, 9)), True),
    "zipped merges, many times": (lambda: cloud_init(EGRESS + merge_bomb(30, 50), 200), True),
    "a zipped list, many times": (
        lambda: cloud_init(EGRESS + b"x: [" + b"a," * 500_000 + b"]", 30), False,
    ),
    "zipped comments": (lambda: cloud_init(EGRESS + b"#" + b"x" * 31_000_000, 60), False),
    "zipped in each other": (lambda: nested(EGRESS + alias_bomb(5, 9), 12), False),
    "merges in strings": (lambda: config_map(EGRESS + merge_bomb(10, 9), 20_000), True),
    "zipped in a Secret": (
        lambda: MAP.replace(b"ConfigMap", b"Secret") + b"".join(
            b"  k%d: %s\n" % (at, zipped(EGRESS + merge_bomb(5, 9))) for at in range(2_000)
        ), False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", COMBINED)
def test_bombs_in_strings(name: str, run: Runner, tmp_path: Path) -> None:
    content, is_ours = COMBINED[name]
    (tmp_path / "file.yaml").write_bytes(content())
    began = time.process_time()
    got = lint(run, tmp_path, "file.yaml")
    assert (got.code, got.err) == (1 if is_ours else 3, "")
    assert ("[KL005]" in got.out) == is_ours
    assert time.process_time() - began < 5


def test_what_is_broken_leaves_room_for_the_rest(run: Runner, tmp_path: Path) -> None:
    broken = b"- path: /a\n  encoding: b64\n  content: '%s'\n" % (b"$" * 5_000)
    (tmp_path / "file.yaml").write_bytes(cloud_init(FAULTY).replace(b"- path", broken + b"- path"))
    assert "[KL009]" in lint(run, tmp_path, "file.yaml").out
    bomb = cloud_init(b"x" * 10_000_000)
    (tmp_path / "file.yaml").write_bytes(cloud_init(FAULTY) + bomb.partition(b"write_files:\n")[2])
    assert "[KL009]" in lint(run, tmp_path, "file.yaml").out


def test_very_many_documents(run: Runner, tmp_path: Path) -> None:
    one = b"kind: Service\nmetadata: {name: konnectivity}\n"
    (tmp_path / "file.yaml").write_bytes(b"---\n".join([one] * 5_000 + [FAULTY]))
    got = lint(run, tmp_path, "file.yaml")
    assert "[KL009]" in got.out  # the last one counts as the first
    assert "5001 documents" in got.out


def test_a_scalar_as_large_as_a_file_may_be(
    run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FILE_BYTES", 4_000_000)
    head = EGRESS + b"x: '"
    for size, code in ((3_999_000, "KL008"), (4_000_000, "KL005")):
        (tmp_path / "a.yaml").write_bytes(head + b"a" * size + b"'")
        got = lint(run, tmp_path, "a.yaml")
        assert f"[{code}]" in got.out
        assert len(got.out) < 5_000  # no line is repeated whole
