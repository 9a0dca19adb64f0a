"""Reports in files: whole or not at all, and never in place of what is linted."""

import errno
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Self

import pytest

from conftest import ROOT, Run
from konnektor_lint import texts
from konnektor_lint.report.formats import FORMATS

BROKEN = ROOT / "examples" / "broken"
CLEAN = ROOT / "examples" / "clean"
OLD = "the old report\n"


def test_a_file_takes_the_place_of_standard_output(run: Callable[..., Run], tmp_path: Path) -> None:
    shown = run("--isolated", ".", cwd=BROKEN)
    file = tmp_path / "report.txt"
    got = run("--isolated", "--output", str(file), ".", cwd=BROKEN)
    assert (got.code, got.out, got.err) == (1, "", "")
    assert file.read_text(encoding="utf-8") == shown.out


def test_several_formats_come_from_one_run(run: Callable[..., Run], tmp_path: Path) -> None:
    wanted = [f"--output={form}={tmp_path / form}" for form in FORMATS]
    got = run("--isolated", "--lang", "de", *wanted, ".", cwd=BROKEN)
    assert got.out == run("--isolated", "--lang", "de", ".", cwd=BROKEN).out
    for form in FORMATS:
        shown = run("--isolated", "--lang", "de", "--format", form, ".", cwd=BROKEN)
        assert (tmp_path / form).read_text(encoding="utf-8") == shown.out


def test_a_file_has_neither_colour_nor_links(
    run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("FORCE_HYPERLINK", "1")
    file = tmp_path / "report.txt"
    got = run("--isolated", "--color", "always", f"--output=text={file}", ".", cwd=BROKEN)
    assert "\x1b[" in got.out
    assert "\x1b]8" in got.out
    assert "\x1b" not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize(
    "wanted",
    [
        ["sarf=report"], ["sarif="], [""], ["-"], ["sarif=-"], ["r"] * 2, ["sarif=r", "junit=./r"],
        ["missing/report"], ["sarif=egress.yaml/report"], ["folder"], ["json=egress.yaml"],
        ["/dev/full"],
    ],
)  # fmt: skip
def test_wrong_targets_are_refused_in_one_line(
    wanted: list[str], language: str, run: Callable[..., Run], tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    manifest = (BROKEN / "control-plane" / "egress-selector-configuration.yaml").read_bytes()
    (tmp_path / "egress.yaml").write_bytes(manifest)
    outputs = [f"--output={one}" for one in wanted]
    got = run("--isolated", "--lang", language, *outputs, cwd=tmp_path)
    assert got.code == 2
    assert got.err.startswith("konnektor-lint: ")
    assert got.err.count("\n") == 1
    assert (tmp_path / "egress.yaml").read_bytes() == manifest
    assert {item.name for item in tmp_path.iterdir()} <= {"folder", "egress.yaml", "r"}


def test_a_file_that_was_given_is_not_overwritten(run: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text("a: 1\n")
    got = run("--isolated", "--output=junit=other.yaml", "other.yaml", cwd=tmp_path)
    assert (got.code, "other.yaml is one of the files" in got.err) == (2, True)
    assert (tmp_path / "other.yaml").read_text() == "a: 1\n"


def test_a_name_with_an_equals_sign_can_be_written(run: Callable[..., Run], tmp_path: Path) -> None:
    assert run("--isolated", "--output", "./a=b", str(CLEAN), cwd=tmp_path).code == 0
    assert (tmp_path / "a=b").read_text(encoding="utf-8").startswith("No findings.")
    assert run("--isolated", "--output", "junit=c=d", str(CLEAN), cwd=tmp_path).code == 0
    assert (tmp_path / "c=d").read_text(encoding="utf-8").startswith("<?xml")


@pytest.mark.parametrize("step", ["write", "flush", "fsync", "chmod", "replace"])
def test_the_old_file_stays_when_the_new_one_cannot_be_written(
    step: str, run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "report.sarif"
    file.write_text(OLD)

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if step in ("write", "flush"):
        opened = os.fdopen

        def failing(*arguments: object, **options: object) -> object:
            stream = opened(*arguments, **options)  # type: ignore[call-overload]
            return Failing(stream, step)

        monkeypatch.setattr("os.fdopen", failing)
    else:
        monkeypatch.setattr(f"os.{step}", fail)
    got = run("--isolated", f"--output=sarif={file}", ".", cwd=BROKEN)
    assert got.code == 2
    assert got.err == f"konnektor-lint: {file}: not written: no space left\n"
    assert got.out.endswith("\n")  # what standard output shows is not lost
    assert file.read_text() == OLD
    assert [item.name for item in tmp_path.iterdir()] == ["report.sarif"]


class Failing:
    """A file on a disk that is full when one method is called."""

    def __init__(self, stream: object, step: str) -> None:
        self._stream = stream
        self._step = step

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()  # type: ignore[attr-defined]

    def __getattr__(self, name: str) -> object:
        if name == self._step:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return getattr(self._stream, name)


def test_a_killed_run_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "report.sarif"
    file.write_text(OLD)
    program = (
        "import os, signal, sys\n"
        "from konnektor_lint import cli\n"
        "os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"cli.main(['--isolated', '--output=sarif={file}', '.'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=BROKEN, check=False, stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT / "validator")},
    )  # fmt: skip
    assert done.returncode == -9
    assert file.read_text() == OLD


def test_a_file_keeps_its_mode_and_its_link(run: Callable[..., Run], tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_text(OLD)
    real.chmod(0o640)
    link.symlink_to(real)
    assert run("--isolated", f"--output=sarif={link}", str(CLEAN), cwd=tmp_path).code == 0
    assert link.is_symlink()
    assert json.loads(real.read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_a_new_file_is_as_readable_as_others(run: Callable[..., Run], tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        assert run("--isolated", "--output=sarif=r", str(CLEAN), cwd=tmp_path).code == 0
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "r").stat().st_mode) == 0o640


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_one_may_not_write_to(run: Callable[..., Run], tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    got = run("--isolated", f"--output=sarif={tmp_path / 'r'}", str(CLEAN), cwd=ROOT)
    assert (got.code, got.err.rstrip().endswith("no permission")) == (2, True)


def test_no_permission_is_said(
    run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr("tempfile.mkstemp", fail)
    for language, words in (("de", "keine Berechtigung"), ("it", "permesso negato")):
        got = run("--isolated", "--lang", language, "--output=x", str(CLEAN), cwd=tmp_path)
        assert (got.code, words in got.err) == (2, True)


def shell(command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", command.replace("konnektor-lint", f"{sys.executable} -m konnektor_lint")],
        cwd=BROKEN, capture_output=True, text=True, encoding="utf-8", check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "validator"), "LANG": "C.UTF-8", "CI": "1"},
    )  # fmt: skip


def test_pipes_and_devices_are_written_to() -> None:
    done = shell("konnektor-lint --isolated --output gitlab=/dev/stdout --output >(cat >&2) .")
    assert done.returncode == 1
    assert json.loads(done.stdout)
    assert done.stderr.startswith("control-plane/")


@pytest.mark.parametrize("options", ["", "--format concise --select KL201", "--format sarif"])
def test_a_full_disk_behind_standard_output_is_said(options: str) -> None:
    done = shell(f"konnektor-lint --isolated {options} . > /dev/full")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "konnektor-lint: standard output: not written: no space left\n"


def test_files_are_written_though_the_reader_of_standard_output_is_gone(tmp_path: Path) -> None:
    file = tmp_path / "r"
    done = shell(f"set -o pipefail; konnektor-lint --isolated --output sarif={file} . | true")
    assert done.returncode == 1
    assert json.loads(file.read_text(encoding="utf-8"))["runs"][0]["results"]


def test_reports_are_not_findings(run: Callable[..., Run], tmp_path: Path) -> None:
    """A report beside the manifests, with an ending the linter looks at, changes nothing."""
    manifest = (BROKEN / "control-plane" / "egress-selector-configuration.yaml").read_bytes()
    (tmp_path / "egress.yaml").write_bytes(manifest.replace(b"GRPC", b"grpc"))
    outputs = [f"--output={form}={form}.json" for form in ("json", "sarif", "gitlab")]
    first = run("--isolated", "--format", "json", *outputs, cwd=tmp_path)
    again = run("--isolated", "--format", "json", *outputs, cwd=tmp_path)
    assert first.code == 1
    assert json.loads(first.out)["findings"] == json.loads(again.out)["findings"]
    assert json.loads(first.out)["summary"]["parts"] == json.loads(again.out)["summary"]["parts"]
