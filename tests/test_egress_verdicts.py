"""The linter against kube-apiserver's own loader: what it refuses is an error, and only that.

``data/egress-verdicts.jsonl.gz`` holds configurations and what the loader and validation of each
Kubernetes minor said about them: its first line lists the minors, each other line has a letter
per minor: ``a`` accepted, ``r`` refused, ``h`` refused only for files missing on that host.
Before 1.33 "accepted" means that validation passed; the dialers were not made.
"""

import gzip
import json
from functools import cache
from typing import NamedTuple

import pytest

from conftest import ROOT
from konnektor_lint import egress
from konnektor_lint.diagnostic import Severity
from konnektor_lint.verdict import egress_findings

DATA = ROOT / "tests" / "data" / "egress-verdicts.jsonl.gz"
CHUNKS = 16
CHANGES = sorted(value for name, value in vars(egress).items() if name.endswith("_SINCE"))
"""The minors from which on the loader does something else; between them one run is enough."""


class Case(NamedTuple):
    """One configuration with a letter per minor."""

    id: str
    text: str
    verdicts: str


@cache
def recorded() -> tuple[tuple[int, ...], tuple[Case, ...]]:
    """Return the minors and the cases."""
    with gzip.open(DATA, "rt", encoding="utf-8", newline="\n") as file:
        minors, *rows = [json.loads(line) for line in file]
    return tuple(minors["minors"]), tuple(Case(**row) for row in rows)


def era(minor: int) -> int:
    """Return since when the loader does what it does in this minor."""
    return max((since for since in CHANGES if since <= minor), default=0)


def disagreements(case: Case) -> list[str]:
    """Return a line for each minor whose loader says something else than the linter."""
    found: list[str] = []
    codes: dict[int, list[str]] = {}
    for minor, letter in zip(recorded()[0], case.verdicts, strict=True):
        if letter == "h":
            continue
        if era(minor) not in codes:
            codes[era(minor)] = errors(case.text, minor)
        wrong = codes[era(minor)]
        if bool(wrong) != (letter == "r"):
            verdict = "refused" if letter == "r" else "accepted"
            found.append(
                f"{case.id} 1.{minor}: {verdict}, linter: {', '.join(wrong) or 'no error'}"
            )
    return found


def errors(text: str, minor: int) -> list[str]:
    """Return the codes of the errors that the linter finds."""
    found = egress_findings(text.encode(), minor)
    return sorted({item.code for item in found if item.severity is Severity.ERROR})


def test_the_record_is_complete() -> None:
    minors, cases = recorded()
    assert len(minors) == 13
    assert len(cases) == 2466
    assert {len(case.verdicts) for case in cases} == {len(minors)}


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_refused_is_an_error_and_accepted_is_none(chunk: int) -> None:
    wrong: list[str] = []
    for case in recorded()[1][chunk::CHUNKS]:
        lines = disagreements(case)
        if lines:
            wrong += [*lines, case.text, ""]
    assert not wrong, "\n".join(wrong)
