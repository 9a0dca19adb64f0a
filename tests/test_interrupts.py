"""Ended from outside: by Ctrl-C, by the system, by a reader that goes away, by a full disk."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import MEASURED, ROOT, egress
from konnektor_lint import cli

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
PROGRAM = [sys.executable, "-m", "konnektor_lint", "--isolated"]
ENVIRONMENT = {
    "PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT / "validator"), "LANG": "C.UTF-8",
    **MEASURED,
}  # fmt: skip
EGRESS_FAULT = egress().replace("GRPC", "grpx")
OLD = "what was there before\n"
SLOW_SYNC = """\
import os, sys, time
def slow(handle):
    print("writing", flush=True)
    time.sleep(30)
os.fsync = slow
from konnektor_lint.cli import run
sys.argv = ["konnektor-lint", *sys.argv[1:]]
run()
"""
SLOW_RENAME = SLOW_SYNC.replace("def slow(handle)", "def slow(*_)").replace(
    "os.fsync = slow", "os.replace = slow"
)


def started(folder: Path, *arguments: str, program: list[str] = PROGRAM) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [*(program or PROGRAM), *arguments], cwd=folder, env=ENVIRONMENT,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=_listen,  # noqa: PLW1509  (no threads here)
    )  # fmt: skip


def _listen() -> None:
    """Take Ctrl-C as a terminal sends it: what runs in the background is told to ignore it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "egress.yaml").write_text(EGRESS_FAULT)
    (tmp_path / "report").write_text(OLD)
    return tmp_path


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)]
)
def test_while_reading(number: signal.Signals, code: int, project: Path) -> None:
    waiting = started(project, "-")  # for standard input that does not end
    for _ in range(400):  # until it reads
        if _blocked(waiting.pid):
            break
        time.sleep(0.05)
    waiting.send_signal(number)
    out, err = waiting.communicate(timeout=20)
    assert (waiting.returncode, out, err) == (code, "", "")


WHILE_LOADING = """\
import sys
class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == "konnektor_lint.%s":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupting())
sys.argv = ["konnektor-lint", "--isolated", "egress.yaml"]
from konnektor_lint.__main__ import run
run()
"""


@pytest.mark.parametrize("module", ["cli", "texts", "linting", "grouping", "report.human"])
def test_while_the_program_is_loaded(module: str, project: Path) -> None:
    program = [sys.executable, "-c", WHILE_LOADING % module]
    done = started(project, program=program)
    out, err = done.communicate(timeout=20)
    assert (done.returncode, out, err) == (130, "", "")


def test_what_trips_over_an_interrupt_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def trip(*_: object) -> int:
        try:
            raise KeyboardInterrupt
        finally:
            raise AttributeError

    monkeypatch.setattr(cli, "_main", trip)
    with pytest.raises(KeyboardInterrupt):
        cli.main(["a.yaml"])


def _blocked(pid: int) -> bool:
    """Tell whether a process waits for its standard input."""
    try:
        return Path(f"/proc/{pid}/syscall").read_text().startswith("0 0x0 ")
    except OSError:
        time.sleep(2)  # no such look at processes here
        return True


@pytest.mark.parametrize("script", [SLOW_SYNC, SLOW_RENAME], ids=["written", "renamed"])
@pytest.mark.parametrize("option", ["--output", "--write-baseline"])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_while_a_file_is_written(
    number: signal.Signals, code: int, option: str, script: str, project: Path
) -> None:
    program = [sys.executable, "-c", script]
    busy = started(project, "--isolated", option, "report", "egress.yaml", program=program)
    assert busy.stdout is not None
    while (line := busy.stdout.readline()) and "writing" not in line:
        pass
    busy.send_signal(number)
    _, err = busy.communicate(timeout=20)
    assert (busy.returncode, err) == (code, "")
    assert (project / "report").read_text() == OLD
    assert sorted(item.name for item in project.iterdir()) == ["egress.yaml", "report"]


@pytest.mark.parametrize("option", ["--output", "--write-baseline"])
def test_killed_while_a_file_is_written(option: str, project: Path) -> None:
    program = [sys.executable, "-c", SLOW_RENAME]
    busy = started(project, "--isolated", option, "report", "egress.yaml", program=program)
    assert busy.stdout is not None
    while (line := busy.stdout.readline()) and "writing" not in line:
        pass
    busy.kill()
    busy.communicate(timeout=20)
    assert (project / "report").read_text() == OLD


@pytest.mark.parametrize("option", ["--output", "--write-baseline"])
def test_a_full_disk(option: str, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = (
        "import resource, signal, sys\n"
        "from konnektor_lint.cli import run\n"
        "import konnektor_lint.linting, konnektor_lint.output, konnektor_lint.baseline\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))\n"
        "sys.dont_write_bytecode = True\n"
        "sys.argv = ['konnektor-lint', *sys.argv[1:]]\n"
        "run()\n"
    )
    program = [sys.executable, "-c", script]
    for name in MEASURED:  # where nothing can be written, nothing can be measured
        monkeypatch.delitem(ENVIRONMENT, name)
    full = started(project, "--isolated", option, "report", "egress.yaml", program=program)
    _, err = full.communicate(timeout=20)
    assert full.returncode == 2
    assert "report" in err
    assert "Traceback" not in err
    assert (project / "report").read_text() == OLD
    assert sorted(item.name for item in project.iterdir()) == ["egress.yaml", "report"]


FULL = Path("/dev/full")
CALLS = [
    ["egress.yaml"], ["--format", "json", "egress.yaml"], ["--show-topology", "egress.yaml"],
    ["--output", "/dev/stdout", "egress.yaml"], ["--help"], ["--version"], ["--list-rules"],
    ["--explain", "KL201"], ["--why", "refused"], ["--completion", "bash"], ["--show-config"],
    ["--write-baseline", "known.json", "egress.yaml"],
]  # fmt: skip


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")
@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_a_full_disk_behind_standard_output(call: list[str], project: Path) -> None:
    with FULL.open("w") as full:
        done = subprocess.run(
            [*PROGRAM, *call], check=False, cwd=project, env=ENVIRONMENT, stdout=full,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
    assert done.returncode == 2
    assert "not written: no space left" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")
def test_a_full_disk_behind_standard_error(project: Path) -> None:
    with FULL.open("w") as full:
        done = subprocess.run(
            [*PROGRAM, "nowhere"], check=False, cwd=project, env=ENVIRONMENT, stderr=full
        )
    assert done.returncode == 2


@pytest.mark.parametrize(
    ("closed", "call", "code"),
    [(">&-", "egress.yaml", 1), ("2>&-", "nowhere", 2), (">&- 2>&-", "nowhere", 2),
     ("<&-", "egress.yaml", 1), ("<&-", "-", 1), ("<&- >&- 2>&-", "-", 1)],
)  # fmt: skip
def test_closed_streams(closed: str, call: str, code: int, project: Path) -> None:
    words = f"exec '{sys.executable}' -m konnektor_lint --isolated {call} {closed}"
    done = subprocess.run(
        ["sh", "-c", words], check=False, cwd=project, env=ENVIRONMENT, capture_output=True,
        text=True,
    )  # fmt: skip
    assert done.returncode == code
    assert "internal error" not in done.stderr
    if (closed, call) == ("<&-", "-"):
        assert "cannot be read: Bad file descriptor" in done.stdout


@pytest.mark.parametrize(
    "call", [["."], ["-"], ["--output", "x", "."], ["--config", "x", "."], ["--show-config"]]
)
def test_a_working_folder_that_is_gone(call: list[str], project: Path) -> None:
    gone = project / "gone"
    gone.mkdir()
    words = 'rmdir ../gone && exec "$@"'
    done = subprocess.run(
        ["sh", "-c", words, "sh", *PROGRAM[:-1], *call], check=False, cwd=gone, env=ENVIRONMENT,
        capture_output=True, text=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "konnektor-lint: the current folder does not exist any more\n"


@pytest.mark.parametrize("form", ["text", "json", "sarif", "html", "concise"])
def test_a_reader_that_goes_away(form: str, project: Path) -> None:
    many = "".join(f"  field{number}: 1\n" for number in range(900))
    (project / "egress.yaml").write_text(EGRESS_FAULT + many.replace("  ", ""))
    with started(project, "--format", form, "egress.yaml") as busy:
        assert busy.stdout is not None
        assert busy.stderr is not None
        busy.stdout.read(10)
        busy.stdout.close()
        assert busy.stderr.read() == ""
    assert busy.returncode == 1  # the findings are what counts


@pytest.mark.parametrize(
    ("encoding", "form"),
    [("ascii", "text"), ("ascii", "json"), ("latin-1", "html"), ("cp1252", "junit"),
     ("cp1252", "github"), ("utf-8", "text")],
)  # fmt: skip
def test_a_terminal_of_another_encoding(encoding: str, form: str, project: Path) -> None:
    (project / "egress.yaml").write_text(EGRESS_FAULT.replace("x", "é→\U0001f600"), "utf-8")
    got = subprocess.run(
        [*PROGRAM, "--lang", "de", "--format", form, "egress.yaml"], check=False, cwd=project,
        env={**ENVIRONMENT, "PYTHONIOENCODING": encoding, "LC_ALL": "C"}, capture_output=True,
    )  # fmt: skip
    assert (got.returncode, got.stderr) == (1, b"")
    assert got.stdout.decode(encoding)
