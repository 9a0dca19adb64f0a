"""Large trees are examined in portions and in several processes: the answer stays the same."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from conftest import ROOT, Run, egress
from konnektor_lint import config, ending, examination, intake, linting, workers
from konnektor_lint.config import Configuration
from konnektor_lint.connector import Settings
from konnektor_lint.examination import Given, Lost, Portion, Task
from konnektor_lint.policy import Command, Policy
from konnektor_lint.report import formats
from konnektor_lint.report.run import Run as Reported

CLEAN = ROOT / "examples" / "clean"
POLICY = Policy(Configuration())
TASK = Task(POLICY, Settings())
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="these processes are forked")


def report(*paths: str, jobs: int | None, policy: Policy = POLICY) -> str:
    """Return what a run says, with its summary."""
    out = StringIO()
    result = linting.lint(paths, policy, Settings(), jobs=jobs)
    formats.write("json", Reported(result, "en"), out)
    return out.getvalue()


def fleet(folder: Path, number: int) -> Path:
    """Make clusters of the clean example, with a fault in every other one."""
    for at in range(number):
        shutil.copytree(CLEAN, folder / f"site-{at:02}")
        server = folder / f"site-{at:02}" / "control-plane" / "konnectivity-server.yaml"
        if at % 2:
            server.write_text(server.read_text().replace("konnectivity-server.socket", "other"))
    return folder


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Return what sets the size of portions."""
    return lambda size: monkeypatch.setattr(intake, "PORTION", size)


@pytest.mark.parametrize("size", [1, 3, 11])
@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("tree", ["examples", "tests/fixtures/KL207", "tests/fixtures/KL920"])
def test_portions_and_processes_change_nothing(
    tree: str, jobs: int, size: int, small: Callable[[int], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(ROOT)
    whole = report(tree, jobs=None)
    small(size)
    assert report(tree, jobs=jobs) == whole


def test_a_fleet_says_the_same_in_any_order(
    tmp_path: Path, small: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(fleet(tmp_path, 8))
    whole = report(".", jobs=None)
    assert len(json.loads(whole)["findings"]) == 4
    small(6)
    files = [str(path) for path in sorted(Path().rglob("*.yaml"))]
    named = report(*files, jobs=None)
    for seed in range(3):
        random.Random(seed).shuffle(files)
        assert report(*files, jobs=2) == report(*files, jobs=1) == named
    assert report(".", jobs=3) == whole


def test_processes_that_start_anew_say_the_same(
    tmp_path: Path, small: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on macOS and Windows: what they are to do has to travel to them."""
    monkeypatch.chdir(fleet(tmp_path, 3))
    (tmp_path / ".git").mkdir()
    (tmp_path / ".konnektor-lint.yaml").write_text(
        "clusters: {north: ['site-00/**', 'site-01/**']}\n"
        "ignores: [{rules: [KL206], files: ['site-02/**'], reason: known}]\n"
    )
    base = config.load(str(tmp_path / ".konnektor-lint.yaml"))
    whole = report(".", jobs=None, policy=Policy(base, nested=True))
    small(5)
    monkeypatch.setattr(workers, "START", "spawn")
    assert report(".", jobs=2, policy=Policy(base, nested=True)) == whole


def test_a_portion_is_cut_between_clusters(
    tmp_path: Path, small: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(fleet(tmp_path, 6))
    small(11)
    seen: list[set[str]] = []
    examined = examination.examined

    def noted(portion: Portion, task: Task) -> examination.Examined:
        seen.append({given.path.split(os.sep)[0] for given in portion.files})
        return examined(portion, task)

    def never(*_: object) -> None:
        raise AssertionError("a portion was examined once more")

    monkeypatch.setattr(workers, "examined", noted)
    monkeypatch.setattr("konnektor_lint.survey.Survey._outcome", never)
    report(".", jobs=1)
    assert [len(sites) for sites in seen] == [2, 2, 2]
    assert len(set().union(*seen)) == 6


def test_only_findings_are_kept_of_a_portion(
    tmp_path: Path, small: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(fleet(tmp_path, 4))
    small(5)
    result = linting.lint(["."], POLICY, Settings(), jobs=2)
    assert not result.connectors
    assert sum(item.counts["servers"] for item in result.inventories) == 4
    assert linting.lint(["."], POLICY, Settings()).connectors


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_lies_far_away_is_found(
    jobs: int, tmp_path: Path, small: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Service without any word of ours, in a folder of its own, is the one the agents use."""
    shutil.copytree(ROOT / "tests" / "fixtures" / "KL215", tmp_path / "trees")
    monkeypatch.chdir(tmp_path)
    for case in sorted((tmp_path / "trees").iterdir()):
        for path in sorted(case.rglob("*.yaml")):
            for at, document in enumerate(path.read_text().split("\n---\n")):
                kind = "services" if "\nkind: Service\n" in f"\n{document}" else "parts"
                place = tmp_path / case.name / kind / f"{path.stem}-{at}.yaml"
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(document + "\n")
    shutil.rmtree(tmp_path / "trees")
    whole = report(".", jobs=None)
    small(1)
    assert report(".", jobs=jobs) == whole


@pytest.mark.parametrize("jobs", [1, 2])
def test_comments_and_configurations_hold_across_portions(
    jobs: int, tmp_path: Path, small: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(fleet(tmp_path, 6))
    (tmp_path / ".git").mkdir()
    silenced = tmp_path / "site-01" / "control-plane" / "egress-selector-configuration.yaml"
    silenced.write_text(f"# konnektor-lint: ignore-file[KL201] known\n{silenced.read_text()}")
    unused = tmp_path / "site-02" / "workers" / "konnectivity-agent.yaml"
    unused.write_text(f"# konnektor-lint: ignore-file[KL206] no longer so\n{unused.read_text()}")
    (tmp_path / "site-03" / ".konnektor-lint.yaml").write_text("ignore: [KL201]\n")

    def policy() -> Policy:
        return Policy(Configuration(), Command(require_reason=True), nested=True)

    whole = report(".", jobs=None, policy=policy())
    found = [item["code"] for item in json.loads(whole)["findings"]]
    assert found.count("KL201") == 1
    assert json.loads(whole)["summary"]["suppressed"] == 1
    small(5)
    assert report(".", jobs=jobs, policy=policy()) == whole


def test_a_bad_configuration_is_told_as_ever(
    tmp_path: Path, small: Callable[[int], None], monkeypatch: pytest.MonkeyPatch,
    run: Callable[..., Run],
) -> None:  # fmt: skip
    fleet(tmp_path, 4)
    (tmp_path / ".git").mkdir()
    (tmp_path / "site-03" / ".konnektor-lint.yaml").write_text("ignore: [KL999]\n")
    whole = run("--format", "svg", ".", cwd=tmp_path)
    small(5)
    portions = run("--jobs", "2", ".", cwd=tmp_path)
    assert portions == whole
    assert portions.code == 2
    assert "KL999" in portions.err


@pytest.mark.parametrize(
    ("options", "jobs"),
    [
        (["--jobs", "3"], 3),
        (["--jobs", "3", "--format", "sarif"], 3),
        (["--jobs", "3", "--format", "html"], None),
        (["--jobs", "3", "--output", "svg=picture.svg"], None),
        (["--jobs", "3", "--show-topology"], None),
        (["--jobs", "3", "--diff"], None),
    ],
)
def test_pictures_and_fixes_hold_everything(
    options: list[str], jobs: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    run: Callable[..., Run],
) -> None:  # fmt: skip
    asked: list[int | None] = []
    lint = linting.lint

    def noted(*args: object, **options: object) -> linting.Result:
        asked.append(options["jobs"])  # type: ignore[arg-type]
        return lint(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(linting, "lint", noted)
    (tmp_path / "egress.yaml").write_text(egress())
    run(*options, "egress.yaml", cwd=tmp_path)
    assert set(asked) == {jobs}


@pytest.mark.parametrize("value", ["0", "-1", "two", "1.5", ""])
def test_the_number_of_processes_is_checked(value: str, run: Callable[..., Run]) -> None:
    done = run(f"--jobs={value}", ".", cwd=ROOT / "examples")
    assert done.code == ending.FAILURE
    assert "--jobs" in done.err


def portion(path: str) -> Portion:
    """Return a portion of one file."""
    return Portion((Given(path, egress().encode()),), ())


@LINUX
def test_a_process_that_is_killed_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(workers, "examined", killed)
    with pytest.raises(Lost) as lost:
        list(
            workers.examined_by([portion("a.yaml"), portion("b.yaml")], Task(POLICY, Settings()), 2)
        )
    assert lost.value.ending == "SIGKILL"
    assert lost.value.paths[0] in ("a.yaml", "b.yaml")


@LINUX
def test_what_a_process_cannot_do_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> None:
        raise KeyError("a fault of ours")

    monkeypatch.setattr(workers, "examined", failing)
    with pytest.raises(workers.Failed, match="KeyError: 'a fault of ours'"):
        list(workers.examined_by([portion("a.yaml")], TASK, 2))


@LINUX
def test_a_lost_process_ends_the_run_with_a_sentence(
    tmp_path: Path, small: Callable[[int], None], monkeypatch: pytest.MonkeyPatch,
    run: Callable[..., Run],
) -> None:  # fmt: skip
    def killed(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    fleet(tmp_path, 3)
    small(5)
    monkeypatch.setattr(workers, "examined", killed)
    done = run("--jobs", "2", ".", cwd=tmp_path)
    assert done.code == ending.FAILURE
    assert not done.out
    assert "SIGKILL" in done.err
    assert "site-0" in done.err  # which of the two is heard of first is chance


# Workers tell their numbers and then work for so many seconds. A shell's background jobs ignore
# Ctrl-C, and what they start inherits that.
PROGRAM = """
import os, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
from konnektor_lint import intake, workers

def slow(portion, task):
    os.write(1, f"{os.getpid()}\\n".encode())
    time.sleep(seconds)

seconds = float(sys.argv.pop())
intake.PORTION, workers.examined = 5, slow
from konnektor_lint.cli import run
run()
"""


@LINUX
@pytest.mark.parametrize(
    ("sent", "code", "seconds"),
    [
        (signal.SIGINT, 130, 3600),
        (signal.SIGTERM, -signal.SIGTERM, 1),  # nobody can end them: they see it when they are done
        (signal.SIGKILL, -signal.SIGKILL, 1),
    ],
)
def test_no_process_outlives_the_run(
    sent: signal.Signals, code: int, seconds: int, tmp_path: Path
) -> None:
    fleet(tmp_path, 3)
    child = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "--jobs", "2", ".", str(seconds)], cwd=tmp_path, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert child.stdout is not None
    at_work = [int(child.stdout.readline()) for _ in range(2)]
    child.send_signal(sent)
    child.wait(60)
    assert child.returncode == code
    deadline = time.monotonic() + 60
    while any(_lives(number) for number in at_work):
        assert time.monotonic() < deadline, "a process is left"
        time.sleep(0.01)
    child.stdout.close()
    assert child.stderr is not None
    assert not child.stderr.read()
    child.stderr.close()


def _lives(number: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
