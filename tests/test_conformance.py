"""The linter against what the real programs said, and the tool that compares them."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from conformance import FILES, judge, read
from conftest import ROOT
from konnektor_lint.verdict import command_line_findings

CHUNKS = 12

WORDED_BY: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        ("bad-boolean", "bad-duration", "bad-float", "bad-integer", "bad-list", "bad-value",
         "klog-value"),
        frozenset(("KL131",)),
    ),
    "missing-value": frozenset(("KL132",)),
    "bad-syntax": frozenset(("KL133",)),
    "unknown-flag": frozenset(("KL130", "KL135", "KL137", "KL141", "KL150")),
    **dict.fromkeys(
        ("channel-size", "cipher", "mode", "port-ephemeral", "port-not-positive", "strategies",
         "server-count-source", "tls-version"),
        frozenset(("KL136",)),
    ),
    "port-reserved": frozenset(("KL136", "KL145")),
    "pair-incomplete": frozenset(("KL140",)),
    "uds-with-port": frozenset(("KL142",)),
    "uds-with-tls": frozenset(("KL143",)),
    "tcp-needs-ca": frozenset(("KL144",)),
    "profiling": frozenset(("KL146",)),
    "agent-authentication": frozenset(("KL147", "KL148")),
    "sync-interval": frozenset(("KL162",)),
    "agent-identifiers": frozenset(("KL163",)),
}  # fmt: skip
"""Which rules name what the program itself complained about first."""


@cache
def cases() -> list[dict[str, Any]]:
    return [case for file in FILES for case in read(file)]


def test_the_record_is_complete() -> None:
    egress = [case for case in cases() if "kubernetes" in case]
    assert (len(egress), len(cases()) - len(egress)) == (2466, 5020)
    assert all(len(case["kubernetes"]) == 13 for case in egress)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_refused_is_an_error_and_accepted_is_none(chunk: int) -> None:
    judged = [item for case in cases()[chunk::CHUNKS] for item in judge(case)]
    assert len(judged) > 100
    assert [item for item in judged if not item.agrees] == []


@pytest.mark.parametrize("chunk", range(4))
def test_a_refusal_is_worded_by_its_rule(chunk: int) -> None:
    refused = [case for case in cases() if case.get("reason") and not case.get("host")]
    wrong = []
    for case in refused[chunk::4]:
        found = command_line_findings(f"proxy-{case['component']}", case["version"], case["argv"])
        if not WORDED_BY[case["reason"]].intersection(item.code for item in found):
            wrong.append((case, [item.code for item in found]))
    assert wrong == []


def conformance(*files: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "tools" / "conformance.py", *files],
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


def test_the_tool_shows_each_disagreement(tmp_path: Path) -> None:
    """Two verdicts that no program gave, beside true ones: the tool must not agree with them."""
    text = "apiVersion: apiserver.k8s.io/v1beta1\nkind: EgressSelectorConfiguration\n"
    accepted, refused = {"verdict": "accept"}, {"verdict": "reject", "stage": "decode"}
    given = [
        {"id": "empty-list", "text": text, "kubernetes": {"1.31": accepted, "1.36": accepted}},
        {"id": "no-fault", "text": text, "kubernetes": {"1.36": refused}},
        {"id": "bytes", "base64": "/w==", "kubernetes": {"1.36": refused}},
        {"id": "host", "text": text, "kubernetes": {"1.36": refused | {"host": True}}},
        {"id": "flag", "component": "agent", "version": "v0.36.0", "argv": ["--nonsense=1"],
         "verdict": "accept"},
    ]  # fmt: skip
    file = tmp_path / "cases.jsonl"
    file.write_text("".join(f"{json.dumps(case)}\n" for case in given))
    done = conformance(file)
    assert done.returncode == 1
    assert "no-fault Kubernetes 1.36: refused, linter: no error" in done.stdout
    assert "flag proxy-agent v0.36.0: accepted, linter: KL130" in done.stdout
    assert "3 of 5 verdicts agree." in done.stdout
    assert "Left out: 1 cases" in done.stdout


def test_the_tool_ends_with_0_where_all_agree(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    case = {"id": "x", "component": "agent", "version": "v0.30.4", "argv": [], "verdict": "accept"}
    file.write_text(json.dumps(case))
    done = conformance(file)
    assert (done.returncode, "100.00 %" in done.stdout) == (0, True)


@pytest.mark.parametrize("word", ["", 'a"b', "\\", "\U0001f600", "\x07", "\u2028", "é: {x}, [y]"])
def test_any_argument_can_be_judged(word: str) -> None:
    found = command_line_findings("proxy-agent", "v0.36.0", [f"--node-id={word}", f"--{word}x"])
    assert "KL131" not in {item.code for item in found}
