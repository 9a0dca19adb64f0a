"""Ten inputs by which linters can be compared: nine with one fault each, and a valid one."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Run

TEN = Path(__file__).parent / "data" / "ten"

FAULTS = {
    "02-field-in-wrong-case": ("KL008", "egress.yaml", "udsname:"),
    "03-grpc-over-tcp": ("KL106", "egress.yaml", "proxyProtocol: GRPC|tcp:"),
    "04-misspelled-flag": ("KL130", "agent.yaml", "--proxy-server-hst"),
    "05-other-agent-port": ("KL206", "agent.yaml", "--proxy-server-port=8132"),
    "06-misspelled-field": ("KL008", "agent.yaml", "serviceAcountName"),
    "07-duplicate-key": ("KL004", "egress.yaml", "proxyProtocol: GRPC"),
    "08-name-twice": ("KL103", "egress.yaml", "name: Cluster"),
    "09-protocol-in-wrong-case": ("KL104", "egress.yaml", "proxyProtocol: grpc"),
    "10-other-mode": ("KL203", "egress.yaml", "proxyProtocol: GRPC"),
}
"""The rule that finds it, the file, and what stands on the line (one of several)."""


def findings(run: Callable[..., Run], folder: Path) -> list[tuple[str, str, int]]:
    """Return code, file name and line of everything that is found in a folder."""
    found = json.loads(run("--isolated", "--format", "json", ".", cwd=folder).out)["findings"]
    places = [(item["code"], item["location"]) for item in found]
    return [(code, Path(at["file"]).name, at["start"]["line"]) for code, at in places]


def test_all_ten_are_there() -> None:
    assert sorted(item.name for item in TEN.iterdir()) == ["01-valid", *FAULTS]


def test_the_valid_one_is_clean(run: Callable[..., Run]) -> None:
    assert findings(run, TEN / "01-valid") == []


@pytest.mark.parametrize("name", FAULTS)
def test_only_the_fault_is_found(name: str, run: Callable[..., Run]) -> None:
    code, file, written = FAULTS[name]
    text = (TEN / name / file).read_text(encoding="utf-8").splitlines()
    lines = {at for at, line in enumerate(text, 1) for part in written.split("|") if part in line}
    found = findings(run, TEN / name)
    assert len(found) == 1
    assert {(code, file, line) for line in lines}.issuperset(found)
