"""Manifests in the shapes that Kubernetes' documentation and the proxy's repository publish.

What is right in them is no error, and their known faults are found.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Run

UPSTREAM = Path(__file__).parent / "data" / "upstream"


def report(run: Callable[..., Run], folder: str, *files: str) -> dict[str, list[dict[str, object]]]:
    arguments = ["--isolated", "--fail-on", "never", "--format", "json"]
    got: dict[str, list[dict[str, object]]] = json.loads(
        run(*arguments, *(files or (".",)), cwd=UPSTREAM / folder).out
    )
    return got


def errors(found: dict[str, list[dict[str, object]]]) -> list[object]:
    return [item["code"] for item in found["findings"] if item["severity"] == "error"]


def test_the_documentation_has_no_error_and_all_parts(run: Callable[..., Run]) -> None:
    found = report(run, "documentation")
    assert errors(found) == []
    assert not any(str(item["code"]).startswith("KL2") for item in found["findings"])


@pytest.mark.parametrize(
    "file",
    [
        "egress-selector-configuration.yaml", "konnectivity-server.yaml",
        "konnectivity-rbac.yaml", "konnectivity-agent.yaml",
    ],
)  # fmt: skip
def test_each_manifest_alone_has_no_error(file: str, run: Callable[..., Run]) -> None:
    """Parts that were not given are not missing."""
    assert errors(report(run, "documentation", file)) == []


def test_the_multinode_example_has_its_one_known_error(run: Callable[..., Run]) -> None:
    """The agents announce ``${HOST_IP}`` literally; the headless Service and leases are right."""
    found = report(run, "multinode")
    assert errors(found) == ["KL170"]
    assert not any(str(item["code"]).startswith("KL2") for item in found["findings"])


def test_the_multinode_example_is_clean_once_that_is_corrected(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    for file in (UPSTREAM / "multinode").iterdir():
        text = file.read_text(encoding="utf-8").replace("${HOST_IP}", "$(HOST_IP)")
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    assert run("--isolated", ".", cwd=tmp_path).code == 0


def test_the_first_example_has_the_flag_of_2020(run: Callable[..., Run]) -> None:
    found = report(run, "first-example")
    assert "KL130" in errors(found)
    assert not any(str(item["code"]).startswith("KL2") for item in found["findings"])
