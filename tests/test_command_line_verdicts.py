"""The linter against the real programs: 5,020 command lines and what became of them.

``data/command-lines.jsonl.gz`` holds, per line, a program, its release, the arguments, and
``accepted`` or why the program refused them: parsing and validation of proxy-server and
proxy-agent v0.28.6, v0.30.4, v0.31.4, v0.33.1 and v0.36.0. Of the files it names, ``/etc/file``
and ``/etc/folder`` existed there. What is refused needs an error, what is accepted none.
"""

import gzip
import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from konnektor_lint.diagnostic import Severity
from konnektor_lint.verdict_argv import argv_findings

DATA = Path(__file__).parent / "data" / "command-lines.jsonl.gz"
PROGRAMS = ("proxy-server", "proxy-agent")
RELEASES = ("v0.28.6", "v0.30.4", "v0.31.4", "v0.33.1", "v0.36.0")

NOT_SEEN = "file-missing"
"""Refused because a file is not on the host; a command line alone does not show that."""

CANNOT_WORK = {"KL161", "KL182"}
"""Ports beyond 65535 and ports used twice: they pass validation and fail right after."""

WORDED_BY = {
    **dict.fromkeys(
        ("bad-boolean", "bad-duration", "bad-float", "bad-integer", "bad-list", "bad-value",
         "klog-value"),
        frozenset(("KL131",)),
    ),
    "missing-value": {"KL132"},
    "bad-syntax": {"KL133"},
    "unknown-flag": {"KL130", "KL135", "KL137", "KL141", "KL150"},
    **dict.fromkeys(
        ("channel-size", "cipher", "mode", "port-ephemeral", "port-not-positive", "strategies",
         "server-count-source", "tls-version"),
        frozenset(("KL136",)),
    ),
    "port-reserved": {"KL136", "KL145"},
    "pair-incomplete": {"KL140"},
    "uds-with-port": {"KL142"},
    "uds-with-tls": {"KL143"},
    "tcp-needs-ca": {"KL144"},
    "profiling": {"KL146"},
    "agent-authentication": {"KL147", "KL148"},
    "sync-interval": {"KL162"},
    "agent-identifiers": {"KL163"},
}  # fmt: skip
"""Which rules name what the program itself complained about first."""


class Case:
    """One command line and what the real program said."""

    def __init__(self, program: str, release: str, argv: list[str], outcome: str) -> None:
        self.program = program
        self.release = release
        self.argv = argv
        self.outcome = outcome

    def errors(self) -> set[str]:
        findings = argv_findings(self.program, self.release, self.argv)
        return {item.code for item in findings if item.severity is Severity.ERROR}

    def __repr__(self) -> str:
        return f"{self.program} {self.release} {self.argv} ({self.outcome})"


@cache
def cases() -> tuple[Case, ...]:
    text = gzip.decompress(DATA.read_bytes()).decode("utf-8")
    return tuple(Case(*json.loads(line)) for line in text.splitlines())


def cases_of(program: str, release: str) -> list[Case]:
    return [case for case in cases() if (case.program, case.release) == (program, release)]


def test_all_cases_are_there() -> None:
    counted = Counter((case.program, case.release) for case in cases())
    assert sum(counted.values()) == 5020
    assert set(counted) == {(program, release) for program in PROGRAMS for release in RELEASES}
    assert {case.outcome for case in cases()} == {"accepted", NOT_SEEN, *WORDED_BY}


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("program", PROGRAMS)
def test_errors_are_what_the_program_refuses(program: str, release: str) -> None:
    wrong = []
    for case in cases_of(program, release):
        errors = case.errors() - CANNOT_WORK
        if case.outcome == "accepted":
            if errors:
                wrong.append((case, errors))
        elif case.outcome != NOT_SEEN and not errors & WORDED_BY[case.outcome]:
            wrong.append((case, errors))
    assert wrong == []
