"""The GitHub action, the GitLab template and the Containerfile: their scripts are run as they are.

What surrounds them is played: expressions are filled in, and pip takes the wheels that
``make test`` has fetched instead of asking the network. What is not run here: the actions of others
that are used, GitLab's runner, and the building of an image.
"""

import json
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from conftest import ROOT
from konnektor_lint.report.formats import FORMATS
from konnektor_lint.texts import LANGUAGES
from test_packaging import OFFLINE, WHEELS

ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
GITLAB = yaml.safe_load((ROOT / "ci" / "gitlab.yml").read_text(encoding="utf-8"))
CONTAINERFILE = (ROOT / "Containerfile").read_text(encoding="utf-8")
STEPS = {step["id"]: step for step in ACTION["runs"]["steps"] if "id" in step}
BROKEN = ROOT / "examples" / "broken"

needs_wheels = pytest.mark.skipif(not WHEELS.is_dir(), reason="make test fetches the wheels")


def usual() -> dict[str, str]:
    """Return an environment in which the linter of this checkout is found first."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    return {**kept, "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT / "validator")}


def program(folder: Path) -> Path:
    """Make a linter that also writes down its arguments, one per line."""
    path = folder / "konnektor-lint"
    path.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" > {shlex.quote(str(folder / "called"))}\n'
        f'exec {shlex.quote(sys.executable)} -m konnektor_lint "$@"\n'
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


class Done(NamedTuple):
    """What a step of the action gave."""

    code: int
    out: str
    outputs: dict[str, str]


def step(name: str, folder: Path, known: Mapping[str, str], **inputs: str) -> Done:
    """Run a step of the action as the runner does; ``known`` are further expressions."""
    given = {key: value.get("default", "") for key, value in ACTION["inputs"].items()}
    given |= {key.replace("_", "-"): value for key, value in inputs.items()}
    values = {**{f"inputs.{key}": value for key, value in given.items()}, **known}

    def filled(text: str) -> str:
        return re.sub(r"\$\{\{ (.*?) \}\}", lambda found: values[found[1]], text)

    outputs = folder / "outputs"
    outputs.write_text("")
    environment = {key: filled(text) for key, text in STEPS[name]["env"].items()}
    script = folder / "step.sh"
    script.write_text(STEPS[name]["run"])
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", script],
        env={**usual(), **environment, "GITHUB_OUTPUT": str(outputs)},
        cwd=folder / "work", capture_output=True, text=True, check=False,
    )  # fmt: skip
    pairs = (line.partition("=") for line in outputs.read_text().splitlines())
    return Done(done.returncode, done.stdout + done.stderr, {key: value for key, _, value in pairs})


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """Return a folder with a checkout in ``work``."""
    shutil.copytree(BROKEN, tmp_path / "work" / "a cluster")
    return tmp_path


def lint(work: Path, **inputs: str) -> Done:
    known = {"steps.install.outputs.program": str(program(work))}
    return step("lint", work, known, **inputs)


def called(work: Path) -> list[str]:
    return (work / "called").read_text().splitlines()


# --- the GitHub action --------------------------------------------------------------------------


def test_the_action_is_well_formed() -> None:
    assert ACTION["runs"]["using"] == "composite"
    for name in (*ACTION["inputs"], *ACTION["outputs"]):
        assert {**ACTION["inputs"], **ACTION["outputs"]}[name]["description"]
    used = set(re.findall(r"inputs\.([a-z-]+)", json.dumps(ACTION["runs"])))
    assert used == set(ACTION["inputs"])
    for one in ACTION["runs"]["steps"]:
        if "uses" in one:
            assert re.search(r"@[0-9a-f]{40}$", one["uses"]), "pinned to a commit"
        else:
            assert one["shell"] == "bash"
            assert "${{" not in one["run"], "an input would become a part of the script"


def test_the_defaults_show_annotations(work: Path) -> None:
    done = lint(work)
    assert done.code == 1
    assert done.outputs == {"exit-code": "1"}
    assert "::error file=a cluster/" in done.out
    assert called(work) == ["--lang=en", "--format=github", "."]


def test_all_inputs(work: Path) -> None:
    done = lint(
        work, paths="a cluster/control-plane\na cluster/workers\n", lang="de", fail_on="never",
        format="concise", args="--kubernetes=1.36\n--ignore\nKL3", sarif="out put.sarif",
    )  # fmt: skip
    assert done.code == 0
    assert done.outputs == {"exit-code": "0", "sarif": "out put.sarif"}
    report = json.loads((work / "work" / "out put.sarif").read_text())
    assert report["runs"][0]["results"]
    assert called(work) == [
        "--lang=de", "--format=concise", "--fail-on=never", "--output=sarif=out put.sarif",
        "--kubernetes=1.36", "--ignore", "KL3", "a cluster/control-plane", "a cluster/workers",
    ]  # fmt: skip


def test_a_report_is_uploaded_when_there_are_findings(work: Path) -> None:
    done = lint(work, upload_sarif="true")
    assert done.code == 1
    assert done.outputs["sarif"] == "konnektor-lint.sarif"
    upload = ACTION["runs"]["steps"][-1]
    assert upload["if"].startswith("always() && ")
    assert upload["with"]["sarif_file"] == "${{ steps.lint.outputs.sarif }}"


def test_nothing_found_and_wrong_usage(work: Path) -> None:
    (work / "work" / "empty").mkdir()
    assert lint(work, paths="empty").outputs["exit-code"] == "3"
    wrong = lint(work, lang="fr", sarif="x.sarif")
    assert (wrong.code, wrong.outputs) == (2, {"exit-code": "2"})
    assert "expected one of: de, en, it" in wrong.out


EVIL = "$(touch made)`touch made`'\"; touch made #"


@pytest.mark.parametrize("name", sorted({*ACTION["inputs"]} - {"python-version", "upload-sarif"}))
def test_inputs_are_never_run(name: str, work: Path) -> None:
    lint(work, **{name.replace("-", "_"): EVIL})
    assert not (work / "work" / "made").exists()
    assert any(EVIL in word for word in called(work))


def test_inputs_are_no_other_inputs(work: Path) -> None:
    assert lint(work, paths="--show-config\n-").outputs["exit-code"] == "2"
    assert called(work)[-2:] == ["./--show-config", "-"]
    two = lint(work, sarif="a\nexit-code=0")
    assert (two.code, two.outputs) == (2, {})


@needs_wheels
def test_the_action_installs_its_own_release(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for key, value in OFFLINE.items():
        monkeypatch.setenv(key, value)
    monkeypatch.setattr(sys.modules[__name__], "usual", lambda: dict(OFFLINE))
    known = {"github.action_path": str(ROOT), "runner.temp": str(work)}
    done = step("install", work, known)
    assert done.code == 0, done.out
    linter = done.outputs["program"]
    shown = subprocess.run([linter, "--version"], capture_output=True, text=True, check=True)
    assert shown.stdout.startswith("konnektor-lint 0.")
    explained = subprocess.run(
        [linter, "--explain", "KL201"], capture_output=True, text=True, check=True
    )
    assert explained.stdout.count("kind: EgressSelectorConfiguration") == 2


# --- GitLab -------------------------------------------------------------------------------------


def gitlab(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the job's script in one shell, as GitLab's runner does."""
    job = GITLAB["konnektor-lint"]
    values = {key: item["value"] for key, item in GITLAB["variables"].items()} | variables
    place = folder / "work" / ".konnektor-lint-venv" / "bin"
    place.mkdir(parents=True, exist_ok=True)
    shutil.copy(program(folder), place / "konnektor-lint")
    return subprocess.run(
        ["sh", "-e", "-c", "\n".join(job["script"])], env={**usual(), **job["variables"], **values},
        cwd=folder / "work", capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_template_is_well_formed() -> None:
    job = GITLAB["konnektor-lint"]
    used = set(re.findall(r"KONNEKTOR_LINT_[A-Z]+", json.dumps(job)))
    assert used == set(GITLAB["variables"])
    assert job["artifacts"]["when"] == "always"
    # What is installed comes from git, and the slim images of Python have none.
    assert GITLAB["variables"]["KONNEKTOR_LINT_REQUIREMENT"]["value"].startswith("git+https://")
    assert job["image"] == "python:3.13"


def test_the_job_writes_what_it_hands_on(work: Path) -> None:
    done = gitlab(work)
    assert done.returncode == 1, done.stderr
    assert "error[KL201]" in done.stdout
    reports = GITLAB["konnektor-lint"]["artifacts"]["reports"]
    assert set(reports) == {"codequality", "junit"}
    for name in reports.values():
        assert (work / "work" / name).stat().st_size
    quality = json.loads((work / "work" / reports["codequality"]).read_text())
    assert "uds-path-mismatch" in {item["check_name"] for item in quality}


def test_the_job_takes_options_and_paths(work: Path) -> None:
    shutil.copytree(BROKEN, work / "work" / "two")
    done = gitlab(
        work, KONNEKTOR_LINT_PATHS="two/* two/workers", KONNEKTOR_LINT_LANG="it",
        KONNEKTOR_LINT_ARGS="--fail-on=never --ignore KL3",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert called(work)[3:] == ["--fail-on=never", "--ignore", "KL3", "two/*", "two/workers"]


@pytest.mark.parametrize("name", ["PATHS", "ARGS", "LANG"])
def test_variables_are_never_run(name: str, work: Path) -> None:
    gitlab(work, **{f"KONNEKTOR_LINT_{name}": EVIL})
    assert not (work / "work" / "made").exists()


@needs_wheels
def test_the_job_installs(work: Path) -> None:
    script = GITLAB["konnektor-lint"]["before_script"]
    wheel = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", work, ROOT],
        env=OFFLINE, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert wheel.returncode == 0, wheel.stderr
    (built,) = work.glob("*.whl")
    done = subprocess.run(
        ["sh", "-e", "-c", "\n".join(script)], cwd=work / "work", check=False,
        env={**OFFLINE, "KONNEKTOR_LINT_REQUIREMENT": str(built)}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (work / "work" / ".konnektor-lint-venv" / "bin" / "konnektor-lint").is_file()


# --- the image ----------------------------------------------------------------------------------


def instructions() -> list[tuple[str, str]]:
    """Return the instructions of the Containerfile with their lines joined."""
    lines = [line for line in CONTAINERFILE.splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [
        (word, rest)
        for word, _, rest in (line.partition(" ") for line in joined.split("\n"))
        if word
    ]


def test_the_image_is_small_and_runs_as_nobody() -> None:
    known = instructions()
    last = known[max(at for at, (word, _) in enumerate(known) if word == "FROM") :]
    said = dict(last)
    assert [word for word, _ in known].count("FROM") == 2
    assert "RUN" not in said
    uid = said["USER"].partition(":")[0]
    assert uid.isdecimal(), "runAsNonRoot cannot check a name"
    assert uid != "0"
    (entry,) = json.loads(said["ENTRYPOINT"])
    assert said["COPY"].split()[-1] == entry.removesuffix("/bin/konnektor-lint")
    assert "org.opencontainers.image.licenses" in said["LABEL"]


def test_everything_the_build_reads_is_copied() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    kept = {line[1:] for line in ignored if line.startswith("!")}
    for name in ("validator", "schemas", "tools", "tests/fixtures", "constraints", "README.md"):
        assert name in kept
        assert (ROOT / name).exists()


@pytest.mark.skipif(
    not any(WHEELS.glob("cryptography-*")), reason="the wheel of cryptography is missing"
)
def test_the_build_steps_and_a_read_only_run(work: Path) -> None:
    """The commands of RUN give an installation that starts without writing anything."""
    place = work / "opt"
    commands = [rest for word, rest in instructions() if word == "RUN"]
    for command in commands:
        done = subprocess.run(
            ["sh", "-c", command], cwd=ROOT, env={**OFFLINE, "HOME_OF_LINTER": str(place)},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
    (package,) = place.glob("lib/python3*/site-packages/konnektor_lint")
    for source in package.rglob("*.py"):
        (compiled,) = (source.parent / "__pycache__").glob(f"{source.stem}.*.pyc")
        assert compiled.read_bytes()[4:8] == b"\x01\0\0\0", "unchecked: bit 0 alone (PEP 552)"
    assert not list(place.glob("lib/python3*/site-packages/pip"))

    def state() -> dict[str, int]:
        return {str(path): path.stat().st_mtime_ns for path in work.rglob("*")}

    before = state()
    (entry,) = json.loads(dict(instructions())["ENTRYPOINT"])
    linter = place / Path(entry).relative_to("/opt/konnektor-lint")
    shown = subprocess.run(
        [linter], cwd=work / "work", capture_output=True, text=True, check=False,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert shown.returncode == 1, shown.stderr
    assert "error[KL201]" in shown.stdout
    assert state() == before


# --- the pages ----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_names_inputs_and_variables_that_exist(language: str) -> None:
    page = (ROOT / "docs" / language / "lint" / "ci.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([A-Za-z_-]+)` \|", page, re.MULTILINE)
    assert {name for name in rows if name.islower()} == {*ACTION["inputs"]}
    assert {name for name in rows if name.isupper()} == {*GITLAB["variables"]}
    for block in re.findall(r"^```yaml[^\n]*\n(.*?)^```", page, re.MULTILINE | re.DOTALL):
        for job in (yaml.safe_load(block) or {}).get("jobs", {}).values():
            used: list[dict[str, Any]] = job["steps"]
            for one in used:
                if one.get("uses", "").startswith("org/konnektor@"):
                    assert set(one.get("with", {})) <= {*ACTION["inputs"]}


def test_defaults_are_accepted() -> None:
    assert ACTION["inputs"]["format"]["default"] in FORMATS
    assert ACTION["inputs"]["lang"]["default"] in LANGUAGES
    assert GITLAB["variables"]["KONNEKTOR_LINT_LANG"]["value"] in LANGUAGES
