"""The built wheel in an empty environment, and the hooks in a real repository.

``make test`` has put the wheels of all dependencies into a folder, so nothing asks the network.
"""

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

import playground_assets
from conftest import ROOT

WHEELS = Path(sys.prefix) / "wheels"
OFFLINE = {
    **{key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "GIT_"))},
    "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(WHEELS), "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_CONFIG_FILE": os.devnull, "LANG": "C.UTF-8", "CI": "1",
}  # fmt: skip

pytestmark = pytest.mark.skipif(
    not WHEELS.is_dir(), reason="make test fetches the wheels these tests install"
)


def call(*command: str | Path, cwd: Path, code: int = 0, **environment: str) -> str:
    done = subprocess.run(
        command, cwd=cwd, env={**OFFLINE, **environment}, capture_output=True, text=True,
        encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of what the repository holds, as a repository of its own."""
    folder = tmp_path_factory.mktemp("checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True, text=True,
    )  # fmt: skip
    for name in filter(None, listed.stdout.split("\0")):
        needed = name.startswith("tests/fixtures/") or not name.startswith(("tests/", "docs/"))
        if (ROOT / name).is_file() and needed:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    commit(folder)
    return folder


def commit(folder: Path) -> None:
    name = ("-c", "user.name=A Test", "-c", "user.email=test@example.org")
    call("git", "init", "--quiet", cwd=folder)
    call("git", "add", "--all", cwd=folder)
    call("git", *name, "commit", "--quiet", "--message", "A state", cwd=folder)


def test_the_wheel_works_in_an_empty_environment(checkout: Path, tmp_path: Path) -> None:
    call(sys.executable, "-m", "pip", "wheel", "--no-deps", "-w", tmp_path, ".", cwd=checkout)
    (wheel,) = tmp_path.glob("*.whl")
    archive = zipfile.ZipFile(wheel)
    held = archive.namelist()
    assert "konnektor_lint/schemas/index.json" in held
    assert "konnektor_lint/prepared/rules.py" in held
    assert "konnektor_lint/py.typed" in held
    assert "konnektor_lint/examples.zip" in held
    for language in ("", "de/", "it/"):
        place = f".data/data/share/man/{language}man1/konnektor-lint.1"
        assert [name for name in held if name.endswith(place)], language
    assert not [name for name in held if name.startswith(("tests", "tools", "docs"))]
    assert playground_assets.package() == {
        name: archive.read(name)
        for name in held
        if name.startswith(f"{playground_assets.PACKAGE}/")
        and not name.startswith(playground_assets.UNUSED)
    }

    venv.create(tmp_path / "empty", with_pip=True)
    scripts = tmp_path / "empty" / "bin"
    call(scripts / "python", "-m", "pip", "install", "--quiet", wheel, cwd=tmp_path)
    linter = scripts / "konnektor-lint"
    assert call(linter, "--version", cwd=tmp_path).startswith("konnektor-lint 0.")
    clean = call(linter, ROOT / "examples" / "clean", cwd=tmp_path)
    assert clean.startswith("No findings.")
    broken = call(linter, "--lang", "de", ROOT / "examples" / "broken", cwd=tmp_path, code=1)
    assert "[KL201]" in broken
    assert "KL201" in call(scripts / "python", "-m", "konnektor_lint", "--list-rules", cwd=tmp_path)
    explained = call(linter, "--explain", "KL201", cwd=tmp_path)
    assert explained.count("kind: EgressSelectorConfiguration") == 2  # with and without the fault
    assert (tmp_path / "empty" / "share" / "man" / "it" / "man1" / "konnektor-lint.1").is_file()


def test_an_editable_install_works(checkout: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "empty", with_pip=True)
    python = tmp_path / "empty" / "bin" / "python"
    call(python, "-m", "pip", "install", "--quiet", "--editable", checkout, cwd=tmp_path)
    linter = python.parent / "konnektor-lint"
    assert "No findings" in call(linter, ROOT / "examples" / "clean", cwd=tmp_path)
    explained = call(linter, "--explain", "KL201", cwd=tmp_path)
    assert explained.count("kind: EgressSelectorConfiguration") == 2


CONFIGURATION = """\
repos:
  - repo: {checkout}
    rev: {revision}
    hooks: [{{id: konnektor-lint}}, {{id: konnektor-lint-changed}}]
"""
SERVER = "cluster/control-plane/konnectivity-server.yaml"
EGRESS = "cluster/control-plane/egress-selector-configuration.yaml"
RBAC = "cluster/control-plane/rbac.yaml"


def test_pre_commit_hooks(checkout: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(ROOT / "examples" / "broken", project / "cluster")
    for number in range(40):
        (project / f"some-other-manifest-{number}.yaml").write_text("kind: ConfigMap\n")
    commit(project)

    def hooks(*arguments: str | Path, code: int) -> str:
        return call(
            sys.executable, "-m", "pre_commit", *arguments, "--color", "never", "--verbose",
            cwd=project, code=code, PRE_COMMIT_HOME=str(tmp_path / "cache"),
        )  # fmt: skip

    tried = hooks("try-repo", checkout, "--all-files", code=1)
    assert tried.count("error[KL201]") == 2  # once for each id

    revision = call("git", "rev-parse", "HEAD", cwd=checkout).strip()
    configuration = CONFIGURATION.format(checkout=checkout, revision=revision)
    (project / ".pre-commit-config.yaml").write_text(configuration)
    call("git", "add", "--all", cwd=project)
    for changed in (SERVER, EGRESS):  # the other side is seen whichever file changed
        assert "[KL201]" in hooks("run", "konnektor-lint-changed", "--files", changed, code=1)
        assert "[KL201]" in hooks("run", "konnektor-lint", "--files", changed, code=1)
    assert "No findings" in hooks("run", "konnektor-lint-changed", "--files", RBAC, code=0)
    assert "[KL201]" in hooks("run", "konnektor-lint", "--files", RBAC, code=1)

    shutil.rmtree(project / "cluster")
    shutil.copytree(ROOT / "examples" / "clean", project / "cluster")
    call("git", "add", "--all", cwd=project)
    assert hooks("run", "--all-files", code=0).count("Passed") == 2
